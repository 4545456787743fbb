"""Which arguments address one of a resource, and which of its fields an answer shows.

These are the names that operations and representations share.

A field is a property name or a JSON Pointer; a parameter stands for the field of its own name unless `bind` says
otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, Literal

from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at
from contract_suite.model.memo import MOST_CONTRACTS, Memo

IF_MATCH: Final = "if-match"
ANY_STATE: Final = "*"
"""What If-Match says of anything that is there, in whatever state (RFC 9110, 13.1.1)."""
_CONDITION_NEEDED: Final = "428"

RoleName = Literal["create", "read", "list", "update", "delete"]


@lru_cache(maxsize=4096)
def plain(field: str) -> str:
    """Return a field as a property name where it is one: `/Name` is `Name`."""
    return field[1:] if field.startswith("/") and "/" not in field[1:] else field


def field_of(operation: Operation, name: str) -> str:
    """Return the field that a parameter or body property of an operation stands for."""
    return plain(operation.promises.bind.get(name, name))


Roles = tuple[tuple[Resource, RoleName], ...]
"""What one operation does to which resources."""


def roles(resources: tuple[Resource, ...], operation: Operation) -> Roles:
    """Return what an operation does to which resources, in their order."""
    return _roles_by_operation(resources).get(operation.id, ())


def _by_operation(resources: tuple[Resource, ...]) -> dict[str, Roles]:
    found: dict[str, list[tuple[Resource, RoleName]]] = {}
    for resource in resources:
        for operation, role in _operations_of(resource):
            found.setdefault(operation, []).append((resource, role))
    return {operation: tuple(each) for operation, each in found.items()}


def _operations_of(resource: Resource) -> Iterator[tuple[str, RoleName]]:
    if resource.create:
        yield resource.create.operation, "create"
    if resource.read:
        yield resource.read.operation, "read"
    for operation in dict.fromkeys(resource.lists):
        yield operation, "list"
    if resource.update:
        yield resource.update.operation, "update"
    if resource.delete:
        yield resource.delete.operation, "delete"


_roles_by_operation: Final = Memo(_by_operation, most=MOST_CONTRACTS)
"""A large document has hundreds of resources, and each exchange asks what its operation does to them."""


def owner_of(resources: Iterable[Resource], resource: Resource) -> Resource | None:
    """Return the resource that owns another, if one does."""
    return next((each for each in resources if resource.name in each.owns and each is not resource), None)


def body_properties(operation: Operation) -> Mapping[str, bool]:
    """Property names of the JSON body, each with whether it is required; those that are `readOnly` are the server's."""
    return _body_properties(operation)


def _properties_of_body(operation: Operation) -> Mapping[str, bool]:
    media = operation.body.of_members if operation.body else None
    if media is None or media.schema is None:
        return {}
    place = view(media.schema)
    required = place.required_names()
    return {
        name: name in required
        for raw in place.applied()
        if isinstance(properties := raw.get("properties"), dict)
        for name in properties
        if place.member(name).keyword("readOnly") is not True
    }


_body_properties: Final = Memo(_properties_of_body)


def identity_in(resource: Resource, *values: JSON | Missing) -> dict[str, JSON] | None:
    """Return the identity of one of a resource, each field from the first of `values` that shows it.

    `None` if a field is missing everywhere.
    """
    found: dict[str, JSON] = {}
    for field in resource.identity:
        for value in values:
            seen = _shown(value, plain(field))
            if isinstance(seen, (str, int)) and not isinstance(seen, bool) and seen != "":
                found[plain(field)] = seen
                break
        else:
            return None
    return found


def named_values(operation: Operation, arguments: Arguments) -> dict[str, JSON]:
    """The arguments by the field each stands for: parameters and body properties."""
    body = arguments.get("body")
    found = {field_of(operation, name): value for name, value in (body.items() if isinstance(body, dict) else ())}
    found |= {field_of(operation, key.partition(".")[2]): value for key, value in arguments.items() if key != "body"}
    return found


def scope_in(resource: Resource, operation: Operation, arguments: Arguments) -> dict[str, JSON]:
    """Return the values of a resource's scope parameters in the arguments of a call."""
    values: dict[str, JSON] = {}
    for parameter in operation.parameters:
        for name in (parameter.name, field_of(operation, parameter.name)):
            if name in resource.scope and parameter.subject in arguments:
                values[name] = arguments[parameter.subject]
    return values


def address(
    operation: Operation, identity: Mapping[str, JSON], scope: Mapping[str, JSON], *, only_required: bool = False
) -> dict[str, JSON]:
    """Return the arguments of `operation` that identity and scope determine: parameters, and members of the body.

    With `only_required`, as for a list, an optional parameter is left out: it would filter.
    """
    arguments: dict[str, JSON] = {}
    for parameter in operation.parameters:
        if only_required and not parameter.required:
            continue
        field = field_of(operation, parameter.name)
        if parameter.name in scope:
            arguments[parameter.subject] = scope[parameter.name]
        elif field in scope:
            arguments[parameter.subject] = scope[field]
        elif field in identity:
            arguments[parameter.subject] = identity[field]
    body: dict[str, JSON] = {}
    for name, required in body_properties(operation).items():
        field = field_of(operation, name)
        if field in identity and (required or not only_required):
            body[name] = identity[field]
    if body:
        arguments["body"] = body
    return arguments


def any_state(operation: Operation) -> dict[str, JSON]:
    """Return the argument that asks for whatever state there is (`If-Match: *`) where an operation insists on a condition.

    It does if it takes `If-Match` and documents 428, which is there to refuse what has none (RFC 6585, 3).
    """
    if not any(spec.status == _CONDITION_NEEDED for spec in operation.responses):
        return {}
    return {
        each.subject: ANY_STATE
        for each in operation.parameters
        if each.where == "header" and each.name.lower() == IF_MATCH and each.schema.is_valid(ANY_STATE)
    }


def missing_parameters(operation: Operation, arguments: Arguments) -> list[str]:
    """Required parameters that the arguments lack."""
    return [
        parameter.subject
        for parameter in operation.parameters
        if parameter.required and parameter.subject not in arguments
    ]


def with_body(arguments: Arguments, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the arguments with members of the body replaced or added."""
    body = arguments.get("body")
    return {**arguments, "body": {**(body if isinstance(body, dict) else {}), **values}}


def with_values(operation: Operation, arguments: Arguments, values: Mapping[str, JSON]) -> Arguments:
    """Return arguments with values in the places of these names: parameters, else members of the body."""
    result = dict(arguments)
    body: dict[str, JSON] = {}
    for name, value in values.items():
        parameter = operation.parameter(name)
        if parameter is not None:
            result[parameter.subject] = value
        else:
            body[name] = value
    return with_body(result, body) if body else result


def addressed_like(operation: Operation, arguments: Arguments, other: Arguments) -> Arguments:
    """Return arguments that address what others do: by path and by the members of the body that repeat it."""
    path = {key: value for key, value in other.items() if key.startswith("path.")}
    repeated = {name: value for name, value in _body(other).items() if field_of(operation, name) != name}
    addressed = {**arguments, **path}
    return with_body(addressed, repeated) if repeated and isinstance(arguments.get("body"), dict) else addressed


def _body(arguments: Arguments) -> dict[str, JSON]:
    body = arguments.get("body")
    return body if isinstance(body, dict) else {}


def _shown(value: JSON | Missing, field: str) -> JSON | Missing:
    """A field of a representation, or of values that are keyed by field already."""
    if isinstance(value, dict) and field in value:
        return value[field]
    return MISSING if isinstance(value, Missing) else at(value, field)


def names_by_text(read: Operation) -> bool:
    """Whether the path of an operation names its thing by a text whose letters may be any: no number, and no UUID."""
    names = names_in(read.path)
    parameter = read.parameter(f"path.{names[-1]}") if names else None
    place = view(parameter.schema) if parameter is not None else None
    return place is not None and "string" in place.types() and place.keyword("format") not in {"uuid", "guid"}
