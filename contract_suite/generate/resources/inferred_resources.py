"""Resources by the shape of the paths, for documents that don't annotate theirs: `/pets/{petId}` beside `/pets`.

The field that a path parameter stands for is the shape of the path up to it: `petId` of `/pets/{petId}/toys` is
`pets/{}`, so that one thing has one name, however the parameter is spelled, and owner and owned may both say `id`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

from contract_suite.contract.addressing import field_of
from contract_suite.contract.naming.names import plain_name, singular
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.paths.below_owners import made_below_an_owner
from contract_suite.contract.paths.routing import above_and_last, actions_on, names_in, shape
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Resource, Role
from contract_suite.generate.facts import facts_of
from contract_suite.generate.likeness import like, noun_and_key
from contract_suite.generate.resources.called_resources import Call, calls, completed
from contract_suite.model.exchange import Response
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_LEADING: Final = ("location", "operation-location", "azure-asyncoperation", "content-location")
"""Header fields that say where what was made, or begun, can be asked for."""
_PARAMETER: Final = re.compile(r"\{([^{}]+)\}(?::[A-Za-z][A-Za-z0-9_-]*)?")
"""A segment that names a thing, alone or with an action behind it (`{petId}:feed`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """One path parameter that fills a segment: its name, the singular of the segment before it, and its field."""

    name: str
    noun: str
    field: str


@lru_cache(maxsize=4096)
def steps(path: str) -> tuple[PathStep, ...]:
    """Return the parameters of a path that fill a segment each, in order."""
    segments = path.strip("/").split("/")
    return tuple(
        PathStep(
            name=match[1],
            noun=singular(segments[index - 1]) if index and "{" not in segments[index - 1] else "",
            field=shape("/".join((*segments[:index], f"{{{match[1]}}}"))),
        )
        for index, segment in enumerate(segments)
        if (match := _PARAMETER.fullmatch(segment))
    )


def with_fields(contract: Contract) -> Contract:
    """Return the contract with every path parameter bound to its field, where the document annotates no resource.

    A member of a create's body that names what is made (`name` beside `/collections/{collection_name}`) is bound too.
    """
    if contract.resources:
        return contract
    items = {
        shape(operation.path): steps(operation.path)[-1] for operation in contract.operations if _is_item(operation)
    }
    made = {operation.id: step for operation in contract.operations if (step := _made_by(operation, items)) is not None}
    named: dict[str, dict[str, str]] = {}
    for call in _calls(contract):
        if call.names:
            named[call.operation.id] = {call.names: call.field}
        elif call.role == "create" and call.field in items:
            made.setdefault(call.operation.id, items[call.field])
    return replace(
        contract,
        operations=tuple(_bound(each, made.get(each.id), named.get(each.id, {})) for each in contract.operations),
    )


def inferred(contract: Contract) -> Iterator[Resource]:
    """Resources by the shape of the paths and by the names of calls, an owner before what it owns.

    There is one for every parameter with an item path or a collection path. `PUT` on the item path creates where the
    document shows it (201), or has no other create and no 404.
    """
    by_shape = _by_shape(contract)
    found = _fields(contract)
    resources = [_resource(field, by_shape, found) for field in sorted(found, key=lambda each: each.count("/"))]
    yield from completed(resources, _calls(contract))


def step_of(resource: Resource, contract: Contract) -> PathStep | None:
    """Return the parameter by which an inferred resource is addressed: of a path, or else of a call."""
    field = resource.identity[-1]
    for operation in contract.operations:
        for step in steps(operation.path):
            if step.field == field:
                return step
    found = (each for each in _calls(contract) if each.field == field and each.noun)
    if (shown := next((each.noun for each in found if plain_name(each.names) == each.noun), "")) != "":
        return PathStep(name=shown, noun=shown, field=field)
    noun = singular(field.split("/")[-2])
    bound = (name for each in contract.operations for name, to in each.promises.bind.items() if to == field)
    return PathStep(name=next(bound, "id"), noun=noun, field=field)


def _by_shape(contract: Contract) -> dict[str, dict[str, Operation]]:
    """The operations by the shape of their paths and by method."""
    by_shape: dict[str, dict[str, Operation]] = {}
    for operation in contract.operations:
        by_shape.setdefault(shape(operation.path), {}).setdefault(operation.method, operation)
    return by_shape


def _fields(contract: Contract) -> dict[str, PathStep]:
    """The path parameters that have an item path or a collection path, by their fields."""
    by_shape = _by_shape(contract)
    found: dict[str, PathStep] = {}
    for operation in contract.operations:
        for step in steps(operation.path):
            if step.field in by_shape or step.field.rpartition("/")[0] in by_shape:
                found.setdefault(step.field, step)
    return found


_calls: Final[Memo[Contract, list[Call]]] = Memo(
    lambda contract: calls(contract.operations, _fields(contract)), most=MOST_CONTRACTS
)
"""What the operations of a contract do by their names: asked for once for each resource that nothing but calls shows."""


def led_to(response: Response, fields: tuple[str, ...]) -> dict[str, str]:
    """Return the fields of a thing that a response leads to by one of the header fields for that; nothing if none does."""
    places = filter(None, map(response.header, _LEADING))
    return next((found for each in places if (found := located(each, fields))), {})


def located(location: str, fields: tuple[str, ...]) -> dict[str, str] | None:
    """Return the fields of a thing that a `Location` header leads to, or `None` where it leads to nothing of its shape.

    What stands before the path (scheme, host, base path) doesn't matter. `fields` are those of the identity, the
    thing's own one last.
    """
    try:
        segments = [segment for segment in urlsplit(location).path.split("/") if segment]
    except ValueError:  # what a server sent may be no address
        return None
    template = fields[-1].split("/")
    if len(segments) < len(template):
        return None
    segments = segments[-len(template) :]
    if any(part not in {"{}", segment} for part, segment in zip(template, segments, strict=True)):
        return None
    values = {
        "/".join(template[: index + 1]): unquote(segments[index]) for index, part in enumerate(template) if part == "{}"
    }
    return {field: values[field] for field in fields if field in values}


def _resource(field: str, by_shape: Mapping[str, Mapping[str, Operation]], found: Mapping[str, PathStep]) -> Resource:
    item = by_shape.get(field, {})
    above = _collection(field.rpartition("/")[0], by_shape)
    prefixes = [prefix for prefix in _prefixes(field) if prefix != field]
    put, patch = item.get("PUT"), item.get("PATCH")
    create = above.get("POST") or made_below_an_owner(field, by_shape)
    if create is None and put is not None and _creates(put):
        create, put = put, None
    listed = above.get("GET")
    any_operation = next(iter([*item.values(), *above.values()]))
    return Resource(
        name=any_operation.path if item else f"{any_operation.path.rstrip('/')}/{{{found[field].name}}}",
        identity=(*(prefix for prefix in prefixes if prefix in found), field),
        scope=tuple(prefix for prefix in prefixes if prefix not in found),
        create=_role(create),
        read=_role(item.get("GET")),
        update=_role(put or patch),
        delete=_role(item.get("DELETE")),
        lists=(listed.id,) if listed else (),
        owns=tuple(
            _name_of(other, by_shape, found)
            for other in found
            if other != field and other.startswith(field + "/") and _owner(other, found) == field
        ),
        location=any_operation.location,
    )


def _collection(above: str, by_shape: Mapping[str, Mapping[str, Operation]]) -> Mapping[str, Operation]:
    """The operations on the path above an item's; where that has none, those on its plural: `/pets` beside `/pet/{}`."""
    if not above or above in by_shape:
        return by_shape.get(above, {})
    before, _, last = above.rpartition("/")
    plurals = [
        methods
        for path, methods in by_shape.items()
        if path.rpartition("/")[0] == before and path != above and singular(path.rpartition("/")[2]) == plain_name(last)
    ]
    return plurals[0] if len(plurals) == 1 and last != "{}" else {}


def makes_below_another(resource: Resource, operation: Operation) -> bool:
    """Whether a create adds to something that the thing it makes is not addressed below."""
    own = {*resource.identity, *resource.scope}
    if resource.identity[-1].endswith("/{}"):
        return bool({step.field for step in steps(operation.path)} - own)
    return bool({field_of(operation, name) for name in names_in(operation.path)} - own)


def acting_beside(contract: Contract, operation: Operation) -> Iterator[Operation]:
    """What else acts on the thing that an operation acts on: a payment is refunded once it was captured.

    The delete of the thing comes last: only what was deleted is restored, and only what was called off is paid back.
    """
    thing, action = above_and_last(operation.path)
    if "{" not in action and thing.endswith("}"):
        yield from (each for each in actions_on(contract, thing) if each is not operation)
        yield from (
            each for each in contract.operations if each.method == "DELETE" and shape(each.path) == shape(thing)
        )


def tying(contract: Contract, operation: Operation) -> Operation | None:
    """Return the `PUT` that ties what a `DELETE` of the same path unties: nothing is sent, and nothing is read there."""
    beside = {each.method: each for each in contract.operations if each.path == operation.path}
    put = beside.get("PUT")
    return put if put is not None and put.body is None and "GET" not in beside else None


def _name_of(field: str, by_shape: Mapping[str, Mapping[str, Operation]], found: Mapping[str, PathStep]) -> str:
    item = by_shape.get(field)
    if item:
        return next(iter(item.values())).path
    above = next(iter(by_shape[field.rpartition("/")[0]].values()))
    return f"{above.path.rstrip('/')}/{{{found[field].name}}}"


def _owner(field: str, found: Mapping[str, PathStep]) -> str:
    return next((prefix for prefix in reversed(_prefixes(field)[:-1]) if prefix in found), "")


def _prefixes(field: str) -> list[str]:
    """The shapes of the parameters of a path, the outermost first."""
    segments = field.split("/")
    return ["/".join(segments[: index + 1]) for index, segment in enumerate(segments) if segment == "{}"]


def _creates(put: Operation) -> bool:
    statuses = {spec.status for spec in put.responses}
    return "201" in statuses or not statuses & {"404", "4XX", "default"}


def _role(operation: Operation | None) -> Role | None:
    return Role(operation=operation.id, location=operation.location) if operation else None


def _is_item(operation: Operation) -> bool:
    found = steps(operation.path)
    return bool(found) and found[-1].field == shape(operation.path)


def _made_by(operation: Operation, items: Mapping[str, PathStep]) -> PathStep | None:
    """The path parameter of what an operation makes by its path, or writes."""
    own = shape(operation.path)
    return items.get(own) if own in items else items.get(f"{own}/{{}}") if operation.method == "POST" else None


def names_the_made(parameter: Parameter, step: PathStep) -> bool:
    """Whether a create takes the id of what it makes beside the body: `?fleetId=` of `POST /fleets` (AIP-133)."""
    noun, key = noun_and_key(parameter.name)
    return parameter.where == "query" and key == "id" and noun == plain_name(step.noun) != ""


def _bound(operation: Operation, step: PathStep | None, named: Mapping[str, str]) -> Operation:
    """The operation with its parameters and members bound to fields; `step` is that of what it makes or writes."""
    path = {each.name: each.field for each in steps(operation.path)}
    body: dict[str, str] = {}
    media = operation.body.of_members if operation.body else None
    if step is not None and media is not None and media.schema is not None:
        member = like(facts_of(view(media.schema)).properties, step.name, step.noun, sure=True)
        body = {member: step.field} if member is not None else {}
    if step is not None and operation.method == "POST":
        body |= {each.name: step.field for each in operation.parameters if names_the_made(each, step)}
    if not path and not body and not named:
        return operation
    bind = {**body, **named, **path, **operation.promises.bind}
    return replace(operation, promises=replace(operation.promises, bind=bind))
