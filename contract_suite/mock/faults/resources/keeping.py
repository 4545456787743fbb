"""Faults in what stays of what was created: creates and defaults that are lost, lists that leave some out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from contract_suite.contract.addressing import body_properties, field_of, plain
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.view import view
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import again, replace_handler, replaces, together
from contract_suite.mock.fields import Body, getter, pointer, with_value
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Record, State
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, MISSING, Missing, parsed

_SELDOM: Final = 20
_TWO: Final = 2


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


@at_first(sites.written)
def _other_default(contract: Contract, place: sites.Written) -> FaultSite | None:
    """A member with a default and a choice that a create isn't given gets the other choice."""
    resource, operations = place
    create, read = operations["create"], operations.get("read")
    media = create.body.json if create.body else None
    if media is None or media.schema is None or read is None or "" not in _kinds(read):
        return None
    for name, required in body_properties(create).items():
        member = view(media.schema).member(name)
        default, choices = member.keyword("default"), member.keyword("enum")
        others = [each for each in choices if each != default] if isinstance(choices, list) else []
        if required or default is None or not others or pointer(name) not in _kinds(read):
            continue
        given = {name: others[0]}

        def serve(call: Call, go: Callable[[Call], Response], given: Body = given) -> Response:
            body = parsed(call.request.body)
            if isinstance(body, dict) and body:
                call = again(call, body=json.dumps({**given, **body}).encode())
            return go(call)

        return site_of(create, f"{resource.name}::defaults-stored", plant=replace_handler(contract, create, serve))
    return None


@at_first(sites.written)
def _left_out_shown(contract: Contract, place: sites.Written, value: JSON) -> FaultSite | None:
    """An optional text that a create leaves out is a column without a value, and the answer shows something in its place."""
    resource, operations = place
    create, read = operations["create"], operations.get("read")
    fixed = {plain(field) for rule in resource.unique for field in (*rule.fields, *rule.within)}
    given = {field_of(create, name) for name, needed in body_properties(create).items() if not needed}
    shown = next((field for field in sites.texts(contract, resource) if field in given - fixed), "")
    if read is None or not shown or pointer(shown) not in _kinds(read):
        return None

    def draft(pipeline: Pipeline, state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        kept = {shown: value, **fields} if name == resource.name else fields
        return pipeline.draft(state, name, scope, kept, now)

    return FaultSite(
        where=f"{create.id}, {shown}",
        clauses=(
            f"{create.id}::{resource.name}::left-out-absent"
            if isinstance(value, str)
            else f"{read.id}::*/{shown}::type",
        ),
        also=() if isinstance(value, str) else (f"*/{shown}::type",),
        plant=replaces()(draft),
    )


@at_first(sites.written)
def _time_stays(contract: Contract, place: sites.Written) -> FaultSite | None:
    """A trigger that moves the time of the last change is missing."""
    resource, operations = place
    update, read = sites.role(contract, resource, "update"), operations.get("read")
    moved = [each.field for each in resource.assigned if each.time == "modified"]
    if update is None or read is None or len(moved) != 1 or pointer(moved[0]) not in _kinds(read):
        return None

    @replaces()
    def revise(pipeline: Pipeline, state: State, record: Record, body: Body, now: float) -> Record:
        revised: Record = pipeline.revise(state, record, body, now)
        former = getter(moved[0])(record.body)
        if record.ref.resource != resource.name or isinstance(former, Missing):
            return revised
        return replace(revised, body=with_value(revised.body, moved[0], former))

    return site_of(update, f"{resource.name}::modified-moves", plant=revise, elsewhere=("not-modified", "if-match-*"))


@at_first(sites.written)
def _time_behind(_contract: Contract, place: sites.Written) -> FaultSite | None:
    """The time of the last change is taken from a clock that is two hours behind."""
    resource, operations = place
    times = {each.time: each.field for each in resource.assigned if each.time}
    read = operations.get("read")
    if read is None or "update" not in operations or set(times) != {"created", "modified"} or len(times) != _TWO:
        return None
    if any(pointer(each) not in _kinds(read) for each in times.values()):
        return None

    def set_back(record: Record) -> Record:
        now = getter(times["modified"])(record.body)
        if record.ref.resource != resource.name or not isinstance(now, str):
            return record
        then = datetime.fromisoformat(now) - timedelta(hours=2)
        return replace(record, body=with_value(record.body, times["modified"], then.strftime("%Y-%m-%dT%H:%M:%SZ")))

    @replaces()
    def revise(pipeline: Pipeline, state: State, record: Record, body: Body, now: float) -> Record:
        return set_back(pipeline.revise(state, record, body, now))

    @replaces()
    def draft(pipeline: Pipeline, state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        return set_back(pipeline.draft(state, name, scope, fields, now))

    return site_of(read, f"{resource.name}::modified-after-created", plant=together(revise, draft))


def _kinds(read: Operation) -> set[str]:
    """The subjects whose type the answer of a read says."""
    return {each.subject for each in sites.answered(read) if each.keyword == "type"}


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
    FaultKind(
        name="create-ignores-default",
        sentence="a create stores another value than the documented default of a field that it leaves out",
        site=_other_default(),
    ),
    FaultKind(
        name="left-out-shown-as-null",
        sentence="a string that a create leaves out is shown as null",
        site=_left_out_shown(None),
    ),
    FaultKind(
        name="left-out-shown-as-list",
        sentence="a string that a create leaves out is shown as an empty list",
        site=_left_out_shown([]),
    ),
    FaultKind(
        name="left-out-shown-as-word",
        sentence="a string that a create leaves out is shown as a word for nothing",
        site=_left_out_shown("None"),
    ),
    FaultKind(
        name="update-keeps-modified-time",
        sentence="an update doesn't move the time of the last change",
        site=_time_stays(),
    ),
    FaultKind(
        name="change-before-creation",
        sentence="the time of the last change is two hours before that of the creation",
        site=_time_behind(),
    ),
)
