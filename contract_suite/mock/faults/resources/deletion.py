"""Faults in what a delete takes along, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contract_suite.contract.addressing import body_properties, plain
from contract_suite.contract.operation import Contract
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import replace_handler, replaces, right_after
from contract_suite.mock.fields import Body, getter
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Record, State
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, Missing


@at_first(sites.written)
def _deleted(
    contract: Contract,
    place: sites.Written,
    plant_for: Callable[[Contract, Resource], Plant],
    *clauses: str,
    also: tuple[str, ...] = (),
) -> FaultSite | None:
    resource, operations = place
    delete = operations.get("delete")
    if delete is None or (any("freed" in each for each in clauses) and not resource.unique):
        return None
    words = {"delete": delete.id, "name": resource.name, "lists": resource.lists[0] if resource.lists else "-"}
    words |= {name: operations[name].id if name in operations else "-" for name in ("read", "update", "create")}
    return FaultSite(
        where=delete.id,
        clauses=tuple(each.format(**words) for each in clauses),
        also=tuple(each.format(**words) for each in also),
        plant=plant_for(contract, resource),
    )


def _still_readable(_contract: Contract, resource: Resource) -> Plant:
    def plant(pipeline: Pipeline) -> Pipeline:
        gone: dict[tuple[object, ...], Record] = {}

        def remove(state: State, record: Record) -> None:
            if record.ref.resource == resource.name:
                gone[record.ref] = record
            pipeline.remove(state, record)

        def find(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
            return pipeline.find(state, name, scope, key) or gone.get((name, scope, key))

        return replace(pipeline, remove=remove, find=find)

    return plant


def _still_listed(_contract: Contract, resource: Resource) -> Plant:
    def plant(pipeline: Pipeline) -> Pipeline:
        gone: list[Record] = []

        def remove(state: State, record: Record) -> None:
            if record.ref.resource == resource.name:
                gone.append(record)
            pipeline.remove(state, record)

        def everything(state: State, name: str, scope: tuple[str, ...]) -> list[Record]:
            found = pipeline.all(state, name, scope)
            return [*found, *(each for each in gone if each.ref.scope == scope)] if name == resource.name else found

        return replace(pipeline, remove=remove, all=everything)

    return plant


def _takes_sibling(step: int) -> Callable[[Contract, Resource], Plant]:
    """A delete by a range that ends one too late, or begins one too early."""

    def plant_for(_contract: Contract, resource: Resource) -> Plant:
        @replaces()
        def remove(pipeline: Pipeline, state: State, record: Record) -> None:
            siblings = [each for each in state.all(record.ref.resource, record.ref.scope) if each.owner == record.owner]
            other = siblings.index(record) + step if record in siblings else -1
            pipeline.remove(state, record)
            if record.ref.resource == resource.name and 0 <= other < len(siblings):
                pipeline.remove(state, siblings[other])

        return remove

    return plant_for


@at_first(sites.written)
def _takes_namesakes(contract: Contract, place: sites.Written, *, owned: bool) -> FaultSite | None:
    """A delete by name alone, without the place or the owner that the name is unique in."""
    resource, operations = place
    names = {below.name for _, below in sites.owned(contract)}
    promise = next((each for each in resource.unique if each.within), None)
    if promise is None or "delete" not in operations or (resource.name in names) is not owned:
        return None

    @replaces()
    def remove(pipeline: Pipeline, state: State, record: Record) -> None:
        pipeline.remove(state, record)
        values = [getter(name)(record.body) for name in promise.fields]
        if record.ref.resource != resource.name or any(isinstance(value, Missing) for value in values):
            return
        for each in state.all(resource.name, record.ref.scope):
            if [getter(name)(each.body) for name in promise.fields] == values:
                pipeline.remove(state, each)

    delete = operations["delete"].id
    return FaultSite(where=delete, clauses=(f"{delete}::{resource.name}::others-kept",), plant=remove)


def _name_taken(_contract: Contract, resource: Resource) -> Plant:
    """What is deleted is only marked so: its names stay taken."""

    def plant(pipeline: Pipeline) -> Pipeline:
        gone: list[Record] = []

        def remove(state: State, record: Record) -> None:
            if record.ref.resource == resource.name:
                gone.append(record)
            pipeline.remove(state, record)

        def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
            record = pipeline.draft(state, name, scope, fields, now)
            for each in gone if name == resource.name else ():
                state.put(each)
                try:
                    pipeline.draft(state, name, scope, fields, now)
                finally:
                    state.remove(each)
            return record

        return replace(pipeline, remove=remove, draft=draft)

    return plant


def _toggles(contract: Contract, resource: Resource) -> Plant:
    """A delete turns a mark over, so that the second one brings back what the first one took."""
    delete = sites.role(contract, resource, "delete")
    if delete is None:
        raise LookupError

    def plant(pipeline: Pipeline) -> Pipeline:
        gone: dict[tuple[object, ...], Record] = {}

        def remove(state: State, record: Record) -> None:
            if record.ref.resource == resource.name:
                gone[record.ref] = record
            pipeline.remove(state, record)

        def serve(call: Call, go: Callable[[Call], Response]) -> Response:
            response = go(call)
            if response.status == HTTPStatus.NOT_FOUND:
                for ref, record in list(gone.items()):
                    if all(str(each) in call.request.target for each in record.ref.key):
                        call.state.put(gone.pop(ref))
            return response

        return replace_handler(contract, delete, serve)(replace(pipeline, remove=remove))

    return plant


@at_first(sites.owned)
def _orphans(contract: Contract, place: sites.Owned) -> FaultSite | None:
    owner, owned = place
    delete = sites.role(contract, owner, "delete")
    read = sites.role(contract, owned, "read")
    if delete is None or read is None:
        return None

    @replaces()
    def remove(pipeline: Pipeline, state: State, record: Record) -> None:
        below = state.all(owned.name, record.ref.scope) if record.ref.resource == owner.name else []
        left = [each for each in below if each.owner == record.ref]
        pipeline.remove(state, record)
        for each in left:
            state.put(replace(each, owner=None))

    return site_of(delete, f"{owned.name}::owned-deleted", plant=remove)


@at_first(sites.written)
def _id_reused(_contract: Contract, place: sites.Written) -> FaultSite | None:
    resource, operations = place
    create = operations["create"]
    fields = [each.field for each in resource.assigned if each.format and each.field in resource.identity]
    if "delete" not in operations or len(fields) != 1 or len(resource.identity) != 1:
        return None

    field = fields[0]

    def plant(pipeline: Pipeline) -> Pipeline:
        free: list[JSON] = []

        def remove(state: State, record: Record) -> None:
            pipeline.remove(state, record)
            if record.ref.resource == resource.name:
                free.append(record.body[field])

        def draft(state: State, name: str, scope: tuple[str, ...], given: Body, now: float) -> Record:
            record = pipeline.draft(state, name, scope, given, now)
            if name == resource.name and free:
                value = free.pop()
                record = state.record(name, scope, {**record.body, field: value})
            return record

        return replace(pipeline, remove=remove, draft=draft)

    return site_of(
        create,
        f"{fields[0]}::not-reused",
        elsewhere=(
            f"{resource.name}::deleted-*",
            f"{resource.name}::idempotent",
            f"{resource.name}::owned-deleted",
            "owned-deleted",
            "deleted-unknown",
        ),
        plant=plant,
    )


@at_first(sites.named)
def _texts_revived(contract: Contract, place: sites.Named) -> FaultSite | None:
    """A create finds the row that a delete only marked, and sets what it was given alone."""
    resource, create, promise = place
    read = sites.role(contract, resource, "read")
    required = {name for name, needed in body_properties(create).items() if needed}
    texts = [each for each in sites.texts(contract, resource) if each not in required]
    texts = [each for each in texts if sites.shows(contract, resource, each)]
    if read is None or sites.role(contract, resource, "delete") is None or not texts:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        gone: list[Record] = []

        def remove(state: State, record: Record) -> None:
            pipeline.remove(state, record)
            if record.ref.resource == resource.name:
                gone.append(record)

        def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
            names = [getter(each)(fields) for each in promise.fields]
            for record in gone if name == resource.name else ():
                if [getter(each)(record.body) for each in promise.fields] == names and record.ref.scope == scope:
                    fields = {**{each: record.body[each] for each in texts if each in record.body}, **fields}
            return pipeline.draft(state, name, scope, fields, now)

        return replace(pipeline, remove=remove, draft=draft)

    return site_of(create, f"{resource.name}::starts-afresh", plant=plant)


@at_first(sites.written)
def _takes_new(contract: Contract, place: sites.Written) -> FaultSite | None:
    """A delete that goes by the name takes what was created under that name in the same moment."""
    resource, operations = place
    delete, create = operations.get("delete"), operations.get("create")
    assigned = {plain(each.field) for each in resource.assigned}
    if delete is None or create is None or "read" not in operations or not resource.unique:
        return None
    if not assigned.intersection(map(plain, resource.identity)):
        return None
    fields = [getter(field) for field in resource.unique[0].fields]

    def then(pipeline: Pipeline, call: Call, response: Response, removed: Record) -> Response:
        for each in call.state.all(resource.name, removed.ref.scope)[-1:]:
            if all(of(each.body) == of(removed.body) for of in fields):
                pipeline.remove(call.state, each)
        return response

    return FaultSite(
        where=delete.id,
        clauses=(f"{create.id}::{resource.name}::created-despite-delete",),
        also=("*::freed", *(f"{create.id}::{resource.name}::{each}" for each in ("readable", "starts-afresh"))),
        plant=right_after(contract, resource, {(delete.id, create.id)}, then),
    )


DELETION: Final = (
    FaultKind(
        name="deleted-still-readable",
        sentence="what was deleted can still be read",
        site=_deleted(
            _still_readable,
            "*::{name}::deleted-unknown",
            also=("{delete}::{name}::idempotent", "{delete}::*::owned-deleted"),
        ),
    ),
    FaultKind(
        name="deleted-still-listed",
        sentence="what was deleted is still listed",
        site=_deleted(
            _still_listed,
            "*::{name}::deleted-unlisted",
            also=("*::{name}::agrees-with-read", "{delete}::{name}::idempotent"),
        ),
    ),
    FaultKind(
        name="delete-takes-neighbour",
        sentence="a delete takes the next one along",
        site=_deleted(
            _takes_sibling(1),
            "{delete}::{name}::others-kept",
            also=("{delete}::*::owned-deleted", "*::{name}::readable"),
        ),
    ),
    FaultKind(
        name="delete-takes-former",
        sentence="a delete takes the one before along",
        site=_deleted(
            _takes_sibling(-1),
            "{delete}::{name}::others-kept",
            also=("{delete}::*::owned-deleted", "*::{name}::readable"),
        ),
    ),
    FaultKind(
        name="delete-takes-namesakes",
        sentence="a delete takes those of the same name in another place along",
        site=_takes_namesakes(owned=False),
    ),
    FaultKind(
        name="delete-takes-namesakes-of-others",
        sentence="a delete takes those of the same name that another one owns along",
        site=_takes_namesakes(owned=True),
    ),
    FaultKind(
        name="delete-takes-new-namesake",
        sentence="a delete also removes what is created under the same name at the same moment",
        site=_takes_new(),
    ),
    FaultKind(
        name="deleted-name-stays-taken",
        sentence="the name of what was deleted can't be used again",
        site=_deleted(_name_taken, "{delete}::*::freed"),
    ),
    FaultKind(
        name="second-delete-brings-back",
        sentence="a second delete brings back what the first one took",
        site=_deleted(
            _toggles,
            "{delete}::{name}::idempotent",
            also=("{delete}::{name}::deleted-unknown", "{delete}::*::owned-deleted", "{delete}::*::freed"),
        ),
    ),
    FaultKind(
        name="delete-leaves-what-is-owned", sentence="a delete leaves what the deleted one owned", site=_orphans()
    ),
    FaultKind(name="deleted-id-given-again", sentence="a create gets the id of what was deleted", site=_id_reused()),
    FaultKind(
        name="deleted-texts-come-back",
        sentence="a create under the name of a deleted resource shows its values",
        site=_texts_revived(),
    ),
)
