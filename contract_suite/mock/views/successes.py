"""What a served request is answered with: the status, the headers, and what every body has."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.operation import Operation, ResponseSpec
from contract_suite.contract.schemas.schema import Schema
from contract_suite.mock.fields import with_value, without
from contract_suite.mock.keys import challenges
from contract_suite.mock.values.header_values import required_headers
from contract_suite.mock.values.minimal import minimal_at
from contract_suite.model.json import JSON, Missing, at

_OK: Final = 200
_UNAUTHENTICATED: Final = 401


def success_of(operation: Operation) -> tuple[ResponseSpec | None, int]:
    """Return the response that a served request gets, with its status.

    Without a documented success that is a redirect, or 200 and no body: whoever lists nothing but refusals has left the
    success unsaid, and doesn't refuse everybody.
    """
    exact = sorted(
        each.status for each in operation.responses if each.status.isdecimal() and each.status.startswith("2")
    )
    if exact:
        return operation.response(int(exact[0])), int(exact[0])
    other = operation.response(_OK)
    milder = sorted(each.status for each in operation.responses if each.status[0] in "31")
    if other is not None or not milder:
        return other, _OK
    status = int(min(milder, key=lambda each: "31".index(each[0])).upper().replace("X", "0"))
    return operation.response(status), status


def headers_of(operation: Operation, spec: ResponseSpec | None, status: int) -> tuple[tuple[str, str], ...]:
    """Return the headers that an answer must have; one of 401 has the challenge that RFC 9110 demands."""
    found = required_headers(spec)
    named = {name.lower() for name, _ in found}
    if status == _UNAUTHENTICATED and "www-authenticate" not in named:
        return (*found, ("WWW-Authenticate", challenges(operation)))
    return found


def with_room(operation: Operation, body: JSON, schema: Schema | None) -> JSON:
    """Put in the objects that hold what is promised of a list, so that nothing else that they need is missing."""
    collection = operation.promises.collection
    page = collection.page if collection is not None else None
    promised = (collection.items, collection.total, collection.count, page.next if page else "") if collection else ()
    for place in (*promised, *(each.pointer for each in operation.promises.echo)):
        parent = place.rpartition("/")[0] if place.startswith("/") else ""
        if parent and schema is not None and isinstance(body, dict) and isinstance(at(body, parent), Missing):
            body = with_value(body, parent, minimal_at(schema, parent))
    return body


def with_promised(operation: Operation, skeleton: JSON, schema: Schema | None, status: int) -> JSON:
    """Put in what is promised of every 200 body and never varies: the status, and the marks of a success."""
    promises = operation.promises
    if not isinstance(skeleton, dict):
        return skeleton
    body: dict[str, JSON] = skeleton
    if promises.repeats_status is not None:
        body = with_value(body, promises.repeats_status.pointer, status)
    if promises.success is not None:
        body = with_value(body, promises.success.field, promises.success.value)
        for name in promises.success.empty:
            bare = without(body, name)
            body = bare if schema is None or schema.is_valid(bare) else with_value(body, name, "")
    return body
