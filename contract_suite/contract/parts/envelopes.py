"""Envelopes: the members of a body around what it represents, as in `{"data": {…}}`, opened and sealed again.

Where a resource says `representation: /data`, behaviours see its operations as if bodies had no envelope; whoever sends
seals what they gave. The same holds for a request whose body is wrapped in the name of what its path is about, as Rails
wraps it (`{"book": {…}}` to `/books`). Nothing but behaviours sees operations without their envelopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from contract_suite.contract.document import Node
from contract_suite.contract.naming.names import plain_name, singular
from contract_suite.contract.operation import Body, Contract, Example, MediaType, Operation, ResponseSpec
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Resource
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at, escape, tokens
from contract_suite.model.memo import Memo


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Where one operation's representation stands: pointers into what is sent and into what a success shows.

    Empty where there is no envelope. `closed` is the operation as the document has it.
    """

    closed: Operation
    sent: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelopes:
    """The envelopes of a contract, by operation."""

    found: Mapping[str, Envelope] = field(default_factory=dict)

    def closed(self, operation: Operation) -> Operation:
        """Return an operation as the document has it."""
        envelope = self.found.get(operation.id)
        return envelope.closed if envelope is not None else operation

    def sealed(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Return arguments with the body in its envelope."""
        envelope = self.found.get(operation.id)
        if envelope is None or not envelope.sent or "body" not in arguments:
            return arguments
        body: JSON = arguments["body"]
        for token in reversed(tokens(envelope.sent)):
            body = {token: body}
        return {**arguments, "body": body}

    def as_sent(self, operation: Operation, arguments: Arguments) -> tuple[Operation, Arguments]:
        """Return an operation as the document has it, and its arguments with the body in its envelope."""
        return self.closed(operation), self.sealed(operation, arguments)

    def opened(self, operation: str, arguments: Arguments) -> Arguments:
        """Return arguments with the body out of its envelope; one that isn't in it stays as it is."""
        envelope = self.found.get(operation)
        inner = at(arguments.get("body"), envelope.sent) if envelope is not None and envelope.sent else MISSING
        return arguments if isinstance(inner, Missing) else {**arguments, "body": inner}

    def shown(self, operation: str, body: JSON | Missing) -> JSON | Missing:
        """Return the representation in the body of a success; the body itself if it isn't in its envelope."""
        envelope = self.found.get(operation)
        if envelope is None or not envelope.shown or isinstance(body, Missing):
            return body
        inner = at(body, envelope.shown)
        return inner if isinstance(inner, dict) else body


NO_ENVELOPES: Final = Envelopes()


def represented(resource: Resource, body: JSON | Missing) -> JSON | Missing:
    """Return the representation of a resource in the body of a success, in whatever envelope it is."""
    inner = at(body, resource.representation) if resource.representation and isinstance(body, dict) else MISSING
    return inner if isinstance(inner, dict) else body


def without_envelopes(contract: Contract) -> tuple[Contract, Envelopes]:
    """Return the contract as if representations stood in no envelope, and the envelopes that were taken away."""
    found: dict[str, Envelope] = {}
    opened: dict[str, Operation] = {}
    by_id = {operation.id: operation for operation in contract.operations if not operation.problem}
    for resource in contract.resources:
        if not resource.representation:
            continue
        for role in (resource.create, resource.read, resource.update):
            operation = by_id.get(role.operation) if role is not None else None
            if operation is not None and operation.id not in found:
                opened[operation.id], found[operation.id] = _opened(operation, resource.representation)
    for operation in by_id.values() if not contract.annotated else ():
        known = found.get(operation.id, Envelope(closed=operation))
        body = _unwrapped(operation) if not known.sent else None
        if body is not None:
            opened[operation.id] = replace(opened.get(operation.id, operation), body=body)
            found[operation.id] = replace(known, sent=wrapper(operation))
    if not found:
        return contract, NO_ENVELOPES
    return replace(
        contract,
        operations=tuple(opened.get(each.id, each) for each in contract.operations),
        resources=tuple(replace(each, representation="") for each in contract.resources),
    ), Envelopes(found=found)


def wrapper(operation: Operation) -> str:
    """Return where a body stands that is wrapped in the name of what its path is about; empty where none surely is.

    What the answer shows beside other members is a member of the thing, not its envelope.
    """
    return _WRAPPER(operation)


def _wrapper(operation: Operation) -> str:
    media = operation.body.json if operation.body is not None else None
    place = view(media.schema) if media is not None and media.schema is not None else None
    names = list(place.property_names()) if place is not None else []
    nouns = {singular(each) for each in operation.path.split("/") if each and "{" not in each}
    if place is None or len(names) != 1 or plain_name(names[0]) not in nouns:
        return ""
    answers = [each.json for each in operation.responses if each.status.startswith("2") and each.json is not None]
    shown = [view(each.schema).property_names() for each in answers if each.schema is not None]
    member = any(names[0] in each and len(each) > 1 for each in shown)
    return f"/{escape(names[0])}" if place.member(names[0]).property_names() and not member else ""


_WRAPPER: Final = Memo(_wrapper)


def _unwrapped(operation: Operation) -> Body | None:
    """Return the body of a request without what it is wrapped in; `None` if it isn't wrapped."""
    body, pointer = operation.body, wrapper(operation)
    inner = _inside(body.json, pointer, alone=True) if body is not None and pointer else None
    if body is None or inner is None:
        return None
    return replace(body, media_types=tuple(inner if each is body.json else each for each in body.media_types))


def _opened(operation: Operation, pointer: str) -> tuple[Operation, Envelope]:
    media = operation.body.json if operation.body is not None else None
    inner = _inside(media, pointer, alone=True)
    body: Body | None = operation.body
    if body is not None and inner is not None:
        body = replace(body, media_types=tuple(inner if each is media else each for each in body.media_types))
    responses = tuple(_opened_response(each, pointer) for each in operation.responses)
    shown = any(one is not other for one, other in zip(responses, operation.responses, strict=True))
    envelope = Envelope(closed=operation, sent=pointer if inner is not None else "", shown=pointer if shown else "")
    return replace(operation, body=body, responses=responses), envelope


def _opened_response(spec: ResponseSpec, pointer: str) -> ResponseSpec:
    media = spec.json if spec.status.startswith("2") else None
    inner = _inside(media, pointer)
    if inner is None:
        return spec
    return replace(spec, media_types=tuple(inner if each is media else each for each in spec.media_types))


def _inside(media: MediaType | None, pointer: str, *, alone: bool = False) -> MediaType | None:
    """Return the form of what stands in the envelope; `None` if there is none, or not `alone` where it must be."""
    schema = media.schema if media is not None else None
    if media is None or schema is None:
        return None
    place, node = view(schema), schema.node
    for token in tokens(pointer):
        if alone and place.required_names() - {token}:
            return None
        member = _member(node, token)
        if member is None:
            return None
        node, place = member, place.member(token)
    if "object" not in place.types():
        return None
    inner = Schema(node, inherited=schema.inherited, openapi_30=schema.openapi_30, not_owed=schema.not_owed)
    examples = tuple(
        Example(name=each.name, value=value, location=each.location)
        for each in media.examples
        if not isinstance(value := at(each.value, pointer), Missing)
    )
    return replace(media, schema=inner, examples=examples)


def _member(node: Node, name: str) -> Node | None:
    """Return where a property is described: in the schema itself, or in one of its `allOf`."""
    try:
        place = node.resolve()
        properties, parts = place.get("properties"), place.get("allOf")
    except DocumentError:
        return None
    found = properties.child(name) if properties is not None else None
    if found is None and parts is not None:
        found = next((each for part in parts.elements() if (each := _member(part, name)) is not None), None)
    return found
