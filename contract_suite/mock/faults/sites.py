"""Where a contract has room for a fault: its lists, its writes, its fields.

What comes first in the document comes first here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, unquote_plus

from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.schemas.constraints import Constraint, constraints
from contract_suite.contract.trees.places import item_field_of
from contract_suite.contract.vocabulary import Bound, Filter, Page, Resource, Role, Unique
from contract_suite.mock.fields import pointer
from contract_suite.mock.pipeline import Call
from contract_suite.model.json import JSON, Missing, at, escape, unescape

ROLES: Final = ("create", "read", "update", "delete")
_CHOSEN: Final = frozenset({"enum", "const", "pattern", "format"})
"""What leaves a text no freedom."""
_SAMPLE: Final = "  Größe 🚀 e\u0301 A  \"q\" 'a' <b>&amp; \\n %41 a+b 007\n\tend  " + "x" * 2000 + "  "
Listed = tuple[Resource, Operation]
"""A list with a promised collection, after its resource."""
Paged = tuple[Resource, Operation, Page]
"""A list in pages, after its resource."""
Filtered = tuple[Operation, Filter, Parameter]
"""A filter of a list, with its parameter."""
Bounded = tuple[Operation, Bound, Parameter]
"""A bound of a list, with its parameter."""
Written = tuple[Resource, dict[str, Operation]]
"""A resource that can be created, with its operations by role."""
Owned = tuple[Resource, Resource]
"""An owner, and what it owns."""
Named = tuple[Resource, Operation, Unique]
"""A promise of uniqueness, with its resource and the create that must keep it."""
Taken = tuple[Operation, Parameter]
"""A parameter, after the operation that takes it."""


def operations(contract: Contract) -> Iterator[Operation]:
    """Operations that can be used."""
    yield from (each for each in contract.operations if not each.problem)


def resources(contract: Contract) -> tuple[Resource, ...]:
    """All resources."""
    return contract.resources


def parameters(contract: Contract) -> Iterator[Taken]:
    """Parameters of the operations that can be used."""
    yield from ((operation, parameter) for operation in operations(contract) for parameter in operation.parameters)


def by_id(contract: Contract, name: str) -> Operation | None:
    """Return an operation that can be used, or `None`."""
    return next((each for each in contract.operations if each.id == name and not each.problem), None)


def role(contract: Contract, resource: Resource, name: str) -> Operation | None:
    """Return the operation in a role of a resource."""
    promised: Role | None = getattr(resource, name)
    return by_id(contract, promised.operation) if promised else None


def written(contract: Contract) -> Iterator[Written]:
    """Resources that can be created, with their operations by role; those that nothing owns come first."""
    owned = {name for each in contract.resources for name in each.owns}
    for resource in sorted(contract.resources, key=lambda each: each.name in owned):
        found = {name: operation for name in ROLES if (operation := role(contract, resource, name)) is not None}
        if "create" in found:
            yield resource, found


def creatable(contract: Contract, listing: Operation) -> bool:
    """Whether what a list shows can be created, so that a run has values of its own to look for."""
    return any(listing.id in resource.lists for resource, _ in written(contract))


def owned(contract: Contract) -> Iterator[Owned]:
    """Owners with what they own."""
    names = {each.name: each for each in contract.resources}
    for owner in contract.resources:
        yield from ((owner, names[name]) for name in owner.owns if name in names)


def lists(contract: Contract) -> Iterator[Listed]:
    """Lists with a promised collection, of their resource."""
    for resource in contract.resources:
        for name in resource.lists:
            operation = by_id(contract, name)
            if operation is not None and operation.promises.collection is not None:
                yield resource, operation


def paged(contract: Contract) -> Iterator[Paged]:
    """Lists in pages that are counted."""
    yield from (place for place in _in_pages(contract) if not place[2].next)


def followed(contract: Contract) -> Iterator[Paged]:
    """Lists in pages that name the next one."""
    yield from (place for place in _in_pages(contract) if place[2].next and not item_field_of(place[2].next))


def beside_items(contract: Contract) -> Iterator[Paged]:
    """Lists in pages that begin behind an item."""
    yield from (place for place in _in_pages(contract) if item_field_of(place[2].next))


def _in_pages(contract: Contract) -> Iterator[Paged]:
    for resource, operation in lists(contract):
        collection = operation.promises.collection
        if collection is not None and collection.page is not None:
            yield resource, operation, collection.page


def named(contract: Contract) -> Iterator[Named]:
    """Promises of uniqueness of what can be created."""
    for resource, roles in written(contract):
        yield from ((resource, roles["create"], promise) for promise in resource.unique)


def bounds(contract: Contract) -> Iterator[Bounded]:
    """Bounds of lists, with the parameter that each stands for."""
    for _, operation in lists(contract):
        for promise in operation.promises.bounds:
            parameter = operation.parameter(promise.parameter)
            if parameter is not None and not parameter.required:
                yield operation, promise, parameter


def filters(contract: Contract) -> Iterator[Filtered]:
    """Filters with their parameters: optional ones with a free text first, then any other."""
    found = [
        (operation, promise, parameter)
        for _, operation in lists(contract)
        for promise in operation.promises.filters
        if (parameter := operation.parameter(promise.parameter)) is not None
    ]
    yield from sorted(found, key=lambda each: (each[2].required, not free(each[2])))


def free(parameter: Parameter) -> bool:
    """Whether a parameter takes any text."""
    root = parameter.schema.root
    return (
        isinstance(root, dict)
        and root.get("type", "string") == "string"
        and not {"enum", "pattern", "format", "maxLength"} & root.keys()
    )


def argument(call: Call, operation: Operation, name: str) -> JSON | Missing:
    """Return what a call says for a parameter."""
    parameter = operation.parameter(name)
    return at(dict(call.arguments), parameter.subject) if parameter else Missing.MISSING


def given(call: Call, operation: Operation, *names: str) -> bool:
    """Whether a call says something for any of some parameters."""
    return any(name and not isinstance(argument(call, operation, name), Missing) for name in names)


def without_query(target: str, *names: str) -> str:
    """Return a target without these parameters of its query."""
    path, _, query = target.partition("?")
    kept = [pair for pair in query.split("&") if pair and unquote_plus(pair.partition("=")[0]) not in names]
    return f"{path}?{'&'.join(kept)}" if kept else path


def with_query(target: str, name: str, value: str) -> str:
    """Return a target with one parameter of its query set."""
    bare = without_query(target, name)
    return f"{bare}{'&' if '?' in bare else '?'}{quote(name)}={quote(value, safe='')}"


def answered(operation: Operation) -> tuple[Constraint, ...]:
    """What the schema of an operation's 200 body says."""
    spec = operation.response(200)
    media = spec.json if spec else None
    return constraints(media.schema) if media is not None and media.schema is not None else ()


def shows(contract: Contract, resource: Resource, field: str) -> bool:
    """Whether a read shows a field that is no part of another one, and that the schema of its answer names."""
    read = role(contract, resource, "read")
    return "/" not in plain(field) and read is not None and pointer(field) in {each.subject for each in answered(read)}


def resolved(body: JSON, subject: str, place: str = "") -> Iterator[str]:
    """The places of a body that a subject with `*` speaks of."""
    token, _, rest = subject.removeprefix("/").partition("/")
    below = f"/{rest}" if rest else ""
    if not subject:
        yield place
    elif token == "*":  # noqa: S105 - any index
        pairs = (
            enumerate(body)
            if isinstance(body, list)
            else ((escape(key), each) for key, each in body.items())
            if isinstance(body, dict)
            else ()
        )
        for index, each in pairs:
            yield from resolved(each, below, f"{place}/{index}")
    elif isinstance(body, dict) and (name := unescape(token)) in body:
        yield from resolved(body[name], below, f"{place}/{token}")


def replace_at(body: JSON, place: str, value: JSON | Missing) -> JSON:
    """Return a copy of a body with one place changed, or without it."""
    if not place:
        return None if isinstance(value, Missing) else value
    token, _, rest = place[1:].partition("/")
    below = f"/{rest}" if rest else ""
    if isinstance(body, list):
        index = int(token)
        return [*body[:index], replace_at(body[index], below, value), *body[index + 1 :]]
    if not isinstance(body, dict):
        return body
    name = unescape(token)
    if not below and isinstance(value, Missing):
        return {key: each for key, each in body.items() if key != name}
    return {**body, name: replace_at(body.get(name), below, value)}


def texts(contract: Contract, resource: Resource) -> Iterator[str]:
    """Fields of a create that take any text and that nothing must be unique or found by."""
    create = role(contract, resource, "create")
    media = create.body.json if create and create.body else None
    fixed = {pointer(each) for each in resource.identity} | {
        pointer(name) for rule in resource.unique for name in (*rule.fields, *rule.within)
    }
    if media is None or media.schema is None:
        return
    demands = constraints(media.schema)
    fixed |= {each.subject for each in demands if each.keyword in _CHOSEN}
    for each in demands:
        if (
            each.keyword == "type"
            and each.value == "string"
            and each.subject.count("/") == 1
            and each.subject not in fixed
        ):
            yield unescape(each.subject[1:])


def sample(write: Operation, field: str) -> str:
    """Return a text that every way to keep a text wrongly changes, or as much of it as a field takes."""
    media = write.body.json if write.body else None
    bounds = constraints(media.schema) if media is not None and media.schema is not None else ()
    most = [each.value for each in bounds if each.subject == pointer(field) and each.keyword == "maxLength"]
    return _SAMPLE[: most[0]] if most and isinstance(most[0], int) else _SAMPLE


def kept(contract: Contract, resource: Resource) -> tuple[str, ...]:
    """The fields that an update may change."""
    return resource.update.mutable if resource.update and role(contract, resource, "update") else ()
