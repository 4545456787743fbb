"""Faults in what a request does beside its answer: a read that changes something, a refusal that does the work."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import again, replace_handler
from contract_suite.mock.faults.resources.immutability import sent
from contract_suite.mock.faults.resources.uniqueness import named
from contract_suite.mock.fields import Body, getter
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.refused import Refused
from contract_suite.mock.state import Record, State, moment
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON

_KEY: Final = ("Authorization", "Bearer sk-of-somebody-else")
_OTHER_SEED: Final = 20_000
_WAYS: Final = {"auth": (401,), "permission": (403,), "body": (400, 422)}


def _touched(record: Record, resource: Resource, now: float) -> Record | None:
    """Return the record as a read leaves it that touches it: with a later time of modification, if it has one."""
    field = next((each.field for each in resource.assigned if each.time == "modified"), None)
    if field is not None:
        before = record.body.get(field)
        if isinstance(before, int):
            return replace(record, body={**record.body, field: max(before + 1, int(now * 1000))})
        then = datetime.fromisoformat(before).timestamp() if isinstance(before, str) else 0.0
        return replace(record, body={**record.body, field: moment(max(then + 1, now), "date-time")})
    return None


@at_first(sites.resources)
def _reads(contract: Contract, resource: Resource, pick: str) -> FaultSite | None:
    operation = (
        sites.role(contract, resource, "read")
        if pick == "read"
        else next((sites.by_id(contract, each) for each in resource.lists), None)
    )
    if operation is None or not operation.safe or not any(each.time == "modified" for each in resource.assigned):
        return None

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        response = go(call)
        for record in call.state.all(resource.name, call.scope) if response.status == HTTPStatus.OK else ():
            seen = pick == "list" or all(each in call.request.target for each in record.ref.key)
            touched = _touched(record, resource, call.now) if seen else None
            if touched is not None:
                call.state.put(touched)
        return response

    return site_of(
        operation,
        "request::changes-nothing",
        elsewhere=("agrees-with-read",),
        plant=replace_handler(contract, operation, serve),
    )


@at_first(sites.written)
def _refused(contract: Contract, place: sites.Written, way: str, role: str) -> FaultSite | None:
    resource, operations = place
    operation = operations.get(role)
    if (
        operation is None
        or (way == "permission" and operation.promises.permission is None)
        or (way == "auth" and not operation.needs_key)
    ):
        return None

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        response = go(call)
        if response.status in _WAYS[way] and (way != "body" or not _whole(operation, call)):
            headers = tuple(pair for pair in call.request.headers if pair[0].lower() != "authorization")
            body = _mended(operation, call) if way == "body" else call.request.body
            go(again(call, headers=(*headers, _KEY), body=body))
        return response

    return FaultSite(
        where=operation.id,
        clauses=(f"{operation.id}::{way}::refused-without-effect",),
        plant=replace_handler(contract, operation, serve),
        also=(f"{resource.name}::*",),
    )


@at_first(named)
def _duplicate(
    contract: Contract, place: sites.Named, effect: Callable[[State, Record, Record], None]
) -> FaultSite | None:
    """A create is refused, since its name is taken, and has an effect all the same.

    `effect` gets the one that has the name and the new one.
    """
    resource, create, rule = place
    if next(sites.texts(contract, resource), None) is None:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        bare = State((replace(resource, unique=()),), seed=_OTHER_SEED)

        def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
            try:
                return pipeline.draft(state, name, scope, fields, now)
            except Refused as refusal:
                if refusal.kind == "duplicate" and name == resource.name:
                    names = (*rule.fields, *rule.within)
                    for record in state.all(name, scope):
                        if all(getter(each)(record.body) == getter(each)(fields) for each in names):
                            effect(state, record, bare.draft(name, scope, fields, now))
                            break
                raise

        return replace(pipeline, draft=draft)

    return site_of(create, "conflict::refused-without-effect", plant=plant)


def _kept_too(state: State, _record: Record, new: Record) -> None:
    state.put(new)


def _overwritten(state: State, record: Record, new: Record) -> None:
    resource = state.resources[record.ref.resource]
    mutable = resource.update.mutable if resource.update else ()
    state.put(
        replace(record, body={**record.body, **{name: value for name, value in new.body.items() if name in mutable}})
    )


def _whole(operation: Operation, call: Call) -> bool:
    """Whether a body obeys its schema, so that it was refused for something else."""
    media = operation.body.json if operation.body else None
    return media is None or media.schema is None or not sent(call) or media.schema.is_valid(sent(call))


def _mended(operation: Operation, call: Call) -> bytes:
    """Return a body without the members that broke its schema: the good ones are written before the bad are found."""
    media = operation.body.json if operation.body else None
    body: dict[str, JSON] = sent(call)
    if media is not None and media.schema is not None:
        bad = {problem.path.split("/")[1] for problem in media.schema.problems(body) if problem.path}
        body = {name: value for name, value in body.items() if name not in bad}
    return json.dumps(body).encode()


EFFECTS: Final = (
    FaultKind(name="read-touches", sentence="reading something sets its time of modification", site=_reads("read")),
    FaultKind(
        name="list-touches", sentence="listing sets the time of modification of all that is listed", site=_reads("list")
    ),
    FaultKind(
        name="create-without-key-creates",
        sentence="a create without a key is refused but creates",
        site=_refused("auth", "create"),
    ),
    FaultKind(
        name="update-without-permission-updates",
        sentence="an update without the permission is refused but updates",
        site=_refused("permission", "update"),
    ),
    FaultKind(
        name="delete-without-permission-deletes",
        sentence="a delete without the permission is refused but deletes",
        site=_refused("permission", "delete"),
    ),
    FaultKind(
        name="refused-update-updates-in-part",
        sentence="an update with one bad field is refused, and the good fields are kept",
        site=_refused("body", "update"),
    ),
    FaultKind(
        name="refused-duplicate-creates",
        sentence="a create with a name that is taken is refused, and there are two of the name",
        site=_duplicate(_kept_too),
    ),
    FaultKind(
        name="refused-duplicate-overwrites",
        sentence="a create with a name that is taken is refused, and the one that has it gets the new values",
        site=_duplicate(_overwritten),
    ),
    FaultKind(
        name="refused-create-creates",
        sentence="a create with one bad field is refused, and creates the rest",
        site=_refused("body", "create"),
    ),
)
