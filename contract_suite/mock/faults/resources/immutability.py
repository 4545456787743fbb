"""Faults in what never changes, and in what only the server sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from contract_suite.contract.addressing import body_properties
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import again, replace_handler
from contract_suite.mock.faults.resources.updates import updated
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Record, State, moment
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON


def sent(call: Call) -> Body:
    """Return the request's body, whatever the operation knows of it."""
    try:
        body: JSON = json.loads(call.request.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


Pick = Callable[[Resource], Iterable[str]]
"""The fields of a resource that a fault may be about."""


@at_first(sites.written)
def _writable(contract: Contract, place: sites.Written, pick: Pick) -> FaultSite | None:
    """An update sets a field to what its body holds, whatever the contract says."""
    resource, operations = place
    update = operations.get("update")
    mutable = resource.update.mutable if resource.update else ()
    fields = [each for each in pick(resource) if each not in mutable and sites.shows(contract, resource, each)]
    if update is None or not fields:
        return None
    field = fields[0]

    def change(_pipeline: Pipeline, call: Call, _record: Record, _given: Body, body: Body) -> Body:
        value = sent(call).get(field)
        return {**body, field: value} if isinstance(value, str) else body

    return site_of(
        update,
        f"{field}::immutable",
        field=field,
        also=(f"{field}::duplicate-refused",),
        plant=updated(resource, change),
    )


def _named(resource: Resource) -> list[str]:
    return [name for rule in resource.unique for name in rule.fields if name not in resource.identity]


def _within(resource: Resource) -> list[str]:
    return [name for rule in resource.unique for name in rule.within if name not in resource.identity]


def _constant(resource: Resource) -> list[str]:
    return [each.field for each in resource.assigned if each.value is not None]


def _creation_time(resource: Resource) -> list[str]:
    return [each.field for each in resource.assigned if each.time == "created"]


def _identity(resource: Resource) -> list[str]:
    return [each.field for each in resource.assigned if each.format and each.field in resource.identity]


@at_first(sites.written)
def _created_again(contract: Contract, place: sites.Written) -> FaultSite | None:
    resource, operations = place
    update = operations.get("update")
    fields = [each for each in _creation_time(resource) if sites.shows(contract, resource, each)]
    if update is None or not fields:
        return None
    field = fields[0]

    def change(_pipeline: Pipeline, call: Call, record: Record, _given: Body, body: Body) -> Body:
        kind = "integer" if isinstance(record.body.get(field), int) else "date-time"
        return {**body, field: moment(call.now + 1, kind)}

    return site_of(
        update,
        f"{field}::immutable",
        field=field,
        also=(f"{resource.name}::*",),
        plant=updated(resource, change),
    )


@at_first(sites.written)
def _set_by_client(contract: Contract, place: sites.Written, pick: Pick) -> FaultSite | None:
    """A create takes a field of its body that the document doesn't offer, and that only the server sets."""
    resource, operations = place
    create = operations["create"]
    offered = body_properties(create)
    fields = [each for each in pick(resource) if each not in offered and sites.shows(contract, resource, each)]
    if not fields:
        return None
    field = fields[0]

    def plant(pipeline: Pipeline) -> Pipeline:
        given: list[JSON] = []

        def serve(call: Call, go: Callable[[Call], Response]) -> Response:
            members = sent(call)
            given[:] = [value for name, value in members.items() if name == field]
            if given and not _takes(create, members):  # a closed schema has no room for it
                left = {name: value for name, value in members.items() if name != field}
                return go(again(call, body=json.dumps(left).encode()))
            return go(call)

        def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
            record = pipeline.draft(state, name, scope, fields, now)
            fitting = given and given[0] != "" and type(given[0]) is type(record.body.get(field))
            if name != resource.name or not fitting:
                return record
            return state.record(name, scope, {**record.body, field: given[0]})

        return replace_handler(contract, create, serve)(replace(pipeline, draft=draft))

    return site_of(create, f"{field}::server-assigned", field=field, plant=plant)


def _takes(create: Operation, body: Body) -> bool:
    media = create.body.json if create.body else None
    return media is None or media.schema is None or media.schema.is_valid(body)


IMMUTABILITY: Final = (
    FaultKind(
        name="name-can-be-changed", sentence="an update changes a name that never changes", site=_writable(_named)
    ),
    FaultKind(
        name="place-can-be-changed", sentence="an update moves something to another place", site=_writable(_within)
    ),
    FaultKind(
        name="assigned-field-can-be-changed",
        sentence="an update changes a field that only the server sets",
        site=_writable(_constant),
    ),
    FaultKind(
        name="update-resets-creation-time", sentence="an update sets a new time of creation", site=_created_again()
    ),
    FaultKind(
        name="client-sets-assigned-field",
        sentence="a create takes a field from the client that only the server sets",
        site=_set_by_client(_constant),
    ),
    FaultKind(
        name="client-sets-creation-time",
        sentence="a create takes the time of creation from the client",
        site=_set_by_client(_creation_time),
    ),
    FaultKind(
        name="client-sets-id",
        sentence="a create takes the id from the client",
        site=_set_by_client(_identity),
    ),
)
