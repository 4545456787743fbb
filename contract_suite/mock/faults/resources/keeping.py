"""Faults in what stays of what was created: creates that are lost now and then, lists that leave some out."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from contract_suite.contract.addressing import body_properties, field_of, plain
from contract_suite.contract.operation import Contract
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import replaces
from contract_suite.mock.fields import getter
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.state import Record, State
from contract_suite.model.json import MISSING

_SELDOM: Final = 20


@at_first(sites.written)
def _lost(_contract: Contract, place: sites.Written) -> FaultSite | None:
    """Each twentieth create is answered and not kept: a full queue, a write to a replica that falls away."""
    resource, operations = place
    if "read" not in operations or not resource.lists:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        count = 0

        def put(state: State, record: Record) -> None:
            nonlocal count
            if record.ref.resource == resource.name and state.find(*record.ref) is None:
                count += 1
                if count % _SELDOM == 0:
                    return
            pipeline.put(state, record)

        return replace(pipeline, put=put)

    return site_of(
        operations["create"],
        f"{resource.name}::readable",
        elsewhere=("created-listed", "deleted-*", "freed", "served", "accepted", "duplicate-refused", "owned-deleted"),
        plant=plant,
    )


@at_first(sites.written)
def _unlisted(contract: Contract, place: sites.Written) -> FaultSite | None:
    """A list joins another table, so that what names nothing there is left out."""
    resource, operations = place
    create = operations["create"]
    required = {plain(field_of(create, name)) for name, needed in body_properties(create).items() if needed}
    shown = next(
        (
            field
            for rule in resource.unique
            for field in map(plain, rule.within)
            if field not in required and field not in {plain(each) for each in resource.identity}
        ),
        "",
    )
    if not shown or not resource.lists or "read" not in operations or not contract.annotated:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        def everything(state: State, name: str, scope: tuple[str, ...]) -> list[Record]:
            found = pipeline.all(state, name, scope)
            return [each for each in found if name != resource.name or getter(shown)(each.body) is not MISSING]

        return replace(pipeline, all=everything)

    return FaultSite(
        where=f"{create.id}, {shown}",
        clauses=tuple(f"{each}::{resource.name}::created-listed" for each in resource.lists),
        plant=plant,
    )


@at_first(sites.owned)
def _takes_owner(contract: Contract, place: sites.Owned) -> FaultSite | None:
    """What has nothing left is cleared away."""
    owner, owned = place
    delete = sites.role(contract, owned, "delete")
    if delete is None or sites.role(contract, owner, "read") is None or sites.role(contract, owner, "create") is None:
        return None

    @replaces()
    def remove(pipeline: Pipeline, state: State, record: Record) -> None:
        pipeline.remove(state, record)
        if record.ref.resource == owned.name and record.owner is not None:
            above = state.find(*record.owner)
            if above is not None and not any(
                each.owner == record.owner for each in state.all(owned.name, record.ref.scope)
            ):
                pipeline.remove(state, above)

    return site_of(delete, f"{owner.name}::owner-kept", plant=remove)


KEEPING: Final = (
    FaultKind(
        name="create-lost-now-and-then", sentence=f"each {_SELDOM}th create is answered and not kept", site=_lost()
    ),
    FaultKind(
        name="list-leaves-out-what-is-nowhere",
        sentence="a list leaves out what was created without the place that it may name",
        site=_unlisted(),
    ),
    FaultKind(
        name="delete-of-last-takes-owner",
        sentence="the delete of the last thing takes along what owned it",
        site=_takes_owner(),
    ),
)
