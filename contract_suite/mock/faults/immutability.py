"""Faults in what never changes, and in what only the server sets."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import replace_handler
from contract_suite.mock.faults.updates import updated
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Body, Record, State, moment
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON


def sent(call: Call) -> Body:
    """Return the request's body, whatever the operation knows of it."""
    try:
        body: JSON = json.loads(call.request.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


@at_first(sites.written)
def _writable(
    contract: Contract, place: sites.Written, pick: Callable[[Contract, Resource, dict[str, Operation]], str | None]
) -> FaultSite | None:
    resource, operations = place
    update = operations.get("update")
    field = pick(contract, resource, operations) if update else None
    if update is None or field is None:
        return None

    def change(_rules: Pipeline, call: Call, _record: Record, _given: Body, body: Body) -> Body:
        value = sent(call).get(field)
        return {**body, field: value} if isinstance(value, str) else body

    return site_of(
        update,
        f"{field}::immutable",
        field=field,
        also=(f"{field}::duplicate-refused",),
        plant=updated(resource, change),
    )


def _named(_contract: Contract, resource: Resource, _operations: dict[str, Operation]) -> str | None:
    fields = [name for rule in resource.unique for name in rule.fields if name not in resource.identity]
    return next((each for each in fields if each not in (resource.update.mutable if resource.update else ())), None)


def _within(_contract: Contract, resource: Resource, _operations: dict[str, Operation]) -> str | None:
    fields = [name for rule in resource.unique for name in rule.within if name not in resource.identity]
    return next((each for each in fields if each not in (resource.update.mutable if resource.update else ())), None)


def _assigned(_contract: Contract, resource: Resource, _operations: dict[str, Operation]) -> str | None:
    return next((each.field for each in resource.assigned if each.value is not None), None)


@at_first(sites.written)
def _created_again(_contract: Contract, place: sites.Written) -> FaultSite | None:
    resource, operations = place
    update = operations.get("update")
    fields = [each.field for each in resource.assigned if each.time == "created"]
    if update is None or not fields:
        return None

    field = fields[0]

    def change(_rules: Pipeline, call: Call, record: Record, _given: Body, body: Body) -> Body:
        kind = "integer" if isinstance(record.body.get(field), int) else "date-time"
        return {**body, field: moment(call.now + 1, kind)}

    return site_of(
        update,
        f"{fields[0]}::immutable",
        field=fields[0],
        also=(f"{resource.name}::*",),
        plant=updated(resource, change),
    )


@at_first(sites.written)
def _set_by_client(
    contract: Contract, place: sites.Written, pick: Callable[[Resource], str | None]
) -> FaultSite | None:
    resource, operations = place
    create, field = operations["create"], pick(resource)
    if field is None:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        given: list[JSON] = []

        def serve(call: Call, go: Callable[[Call], Response]) -> Response:
            given[:] = [value for name, value in sent(call).items() if name == field]
            return go(call)

        def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
            record = pipeline.draft(state, name, scope, fields, now)
            if (
                name != resource.name
                or not given
                or type(given[0]) is not type(record.body.get(field))
                or given[0] == ""
            ):
                return record
            return state.record(name, scope, {**record.body, field: given[0]})

        return replace_handler(contract, create, serve)(replace(pipeline, draft=draft))

    return site_of(create, f"{field}::server-assigned", field=field, plant=plant)


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
        site=_writable(_assigned),
    ),
    FaultKind(
        name="update-resets-creation-time", sentence="an update sets the time of creation anew", site=_created_again()
    ),
    FaultKind(
        name="client-sets-assigned-field",
        sentence="a create takes a field from the client that only the server sets",
        site=_set_by_client(
            lambda resource: next((each.field for each in resource.assigned if each.value is not None), None)
        ),
    ),
    FaultKind(
        name="client-sets-creation-time",
        sentence="a create takes the time of creation from the client",
        site=_set_by_client(
            lambda resource: next((each.field for each in resource.assigned if each.time == "created"), None)
        ),
    ),
    FaultKind(
        name="client-sets-id",
        sentence="a create takes the id from the client",
        site=_set_by_client(
            lambda resource: next(
                (each.field for each in resource.assigned if each.format and each.field in resource.identity), None
            )
        ),
    ),
)
