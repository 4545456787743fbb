"""Every operation, resource, parameter, field and pointer that `x-contract` names exists in the document."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.family import node_of
from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.trees.places import header_of, item_field_of
from contract_suite.contract.vocabulary import Errors, Order, Promise, Resource, Role
from contract_suite.errors import DocumentError
from contract_suite.model.json import escape
from contract_suite.model.location import Location
from contract_suite.rules.kit.fields import names_field, representations, shows, subschemas, success
from contract_suite.rules.rule import LintProblem, Rule


def _judge(contract: Contract) -> Iterator[LintProblem]:
    for resource in contract.resources:
        yield from _resource(contract, resource)
    if contract.errors is not None:
        yield from _errors(contract, contract.errors)
    for operation in contract.operations:
        if operation.problem or operation.broken:
            continue
        yield from _operation(contract, operation)


def _resource(contract: Contract, resource: Resource) -> Iterator[LintProblem]:
    usable = {operation.id: operation for operation in contract.operations}
    used: list[Operation] = []
    for what, role in (
        ("create", resource.create),
        ("read", resource.read),
        ("update", resource.update),
        ("delete", resource.delete),
    ):
        if role is None:
            continue
        operation = usable.get(role.operation)
        if operation is None:
            yield _no_operation(contract, f"{resource.name}.{what}", role.operation, role.location)
            continue
        used.append(operation)
        if operation.safe != (what == "read"):
            yield LintProblem(
                message=f"{resource.name}.{what}: {operation.id} is a {operation.method}", location=role.location
            )
    for name in resource.lists:
        operation = usable.get(name)
        if operation is None:
            yield _no_operation(contract, f"{resource.name}.lists", name, resource.location)
            continue
        used.append(operation)
        if not operation.problem and operation.promises.collection is None:
            yield LintProblem(
                message=f"{resource.name}.lists: {name} has no collection in its x-contract",
                location=operation.location,
            )
    yield from _representation(resource, used)
    yield from _resource_fields(contract, resource, used)
    names = [each.name for each in contract.resources]
    for name in resource.owns:
        if name not in names:
            yield LintProblem(
                message=f"{resource.name} owns {name!r}, which is no resource{did_you_mean(name, names)}",
                location=resource.location,
            )


def _representation(resource: Resource, used: list[Operation]) -> Iterator[LintProblem]:
    name = resource.read.operation if resource.read is not None and resource.representation else ""
    body = next((success(operation) for operation in used if operation.id == name), None)
    if body is not None and not subschemas(body, resource.representation):
        yield LintProblem(
            message=f"{resource.name}.representation: the read shows nothing at {resource.representation}",
            location=resource.location,
        )


def _resource_fields(contract: Contract, resource: Resource, used: list[Operation]) -> Iterator[LintProblem]:
    places = representations(contract, resource)
    written = [(operation, _written(operation)) for operation in used if not operation.safe]
    promised: list[tuple[str, str, Promise]] = [("identity", field, resource) for field in resource.identity]
    promised += [("inherits", field, resource) for field in resource.inherits]
    promised += [("assigned", each.field, each) for each in resource.assigned]
    promised += [("invariants", field, each) for each in resource.invariants for field in (each.field, each.below)]
    promised += [("states", resource.states.field, resource.states)] if resource.states is not None else []
    promised += [("flags", each.field, each) for each in resource.flags]
    promised += [("unique", field, each) for each in resource.unique for field in (*each.fields, *each.within)]
    for what, field, promise in promised:
        if places and not shows(places, field):
            yield LintProblem(
                message=f"{resource.name}.{what}: no answer that shows the resource has the field {field!r}",
                location=promise.location,
            )
    yield from _actions(contract, resource)
    for name in resource.scope:
        if used and not any(operation.parameter(name) for operation in used if not operation.problem):
            yield LintProblem(
                message=f"{resource.name}.scope: no operation of the resource has the parameter {name!r}",
                location=resource.location,
            )
    if resource.update is not None:
        for field in resource.update.mutable:
            yield from _mutable(resource, resource.update, field, written)


def _actions(contract: Contract, resource: Resource) -> Iterator[LintProblem]:
    """Yield the actions on a resource that no operation is."""
    actions = resource.states.actions if resource.states is not None else ()
    named = [("states", each.operation, each.location) for each in actions]
    named += [("flags", name, each.location) for each in resource.flags for name in (each.set, each.unset)]
    for word, operation, location in named:
        if operation not in {each.id for each in contract.operations}:
            yield _no_operation(contract, f"{resource.name}.{word}", operation, location)


def _mutable(
    resource: Resource, role: Role, field: str, written: list[tuple[Operation, list[Schema]]]
) -> Iterator[LintProblem]:
    inside = f"{resource.representation}{field if field.startswith('/') else f'/{escape(field)}'}"
    for operation, schemas in written:
        if (
            operation.id == role.operation
            and not operation.problem
            and not names_field(schemas, field)
            and not names_field(schemas, inside)
            and operation.parameter(field) is None
        ):
            yield LintProblem(
                message=f"{resource.name}.update: {operation.id} does not take the mutable field {field!r}",
                location=role.location,
            )


def _errors(contract: Contract, errors: Errors) -> Iterator[LintProblem]:
    if not errors.schema:
        return
    root = node_of(contract)
    try:
        envelope = Schema(root.library.lookup(root, errors.schema), openapi_30=contract.openapi.startswith("3.0"))
        envelope.bundle  # noqa: B018 - read here, where a broken one is this promise's trouble
    except DocumentError:
        yield LintProblem(message=f"errors.schema: {errors.schema} leads to no schema", location=errors.location)
        return
    for role, pointer in errors.fields.items():
        if not subschemas(envelope, pointer):
            yield LintProblem(
                message=f"errors.fields: the envelope has no {pointer} for the {role}", location=errors.location
            )


def _operation(contract: Contract, operation: Operation) -> Iterator[LintProblem]:
    body = success(operation)
    promises = operation.promises
    for what, pointer, promise in _pointers(operation):
        if header_of(pointer):
            yield from _header(operation, what, header_of(pointer), promise)
        elif body is None or not subschemas(body, pointer):
            yield LintProblem(
                message=f"{operation.id}, {what}: the 200 body has no {pointer}", location=promise.location
            )
    for what, name, promise in _parameters(operation):
        if name and operation.parameter(name) is None and not names_field(_written(operation), name):
            hint = did_you_mean(name, (each.name for each in operation.all_parameters))
            yield LintProblem(
                message=f"{operation.id}, {what}: there is no parameter {name!r}{hint}", location=promise.location
            )
    yield from _items(operation, body)
    yield from _bound(contract, operation)
    if promises.permission is not None and operation.response(403) is None:
        yield LintProblem(
            message=f"{operation.id} needs a permission and documents no 403", location=promises.permission.location
        )
    for parameter in operation.parameters:
        refusal = parameter.refusal
        if refusal is not None and refusal.status and operation.response(refusal.status) is None:
            yield LintProblem(
                message=f"{operation.id} does not document the {refusal.status} that refuses {parameter.name}",
                location=refusal.location,
            )


def _pointers(operation: Operation) -> Iterator[tuple[str, str, Promise]]:
    promises = operation.promises
    if (collection := promises.collection) is not None:
        following = collection.page.next if collection.page is not None else ""
        for what, pointer in (
            ("items", collection.items),
            ("total", collection.total),
            ("more", collection.more),
            ("last", collection.last),
            ("pages", collection.pages),
            ("count", collection.count),
            ("page.next", following),
        ):
            if pointer and not item_field_of(pointer):
                yield f"collection.{what}", pointer, collection
    yield from ((f"echo of {echo.parameter}", echo.pointer, echo) for echo in promises.echo)
    yield from (("fresh", fresh.pointer, fresh) for fresh in promises.fresh)
    if promises.repeats_status is not None:
        yield "repeats_status", promises.repeats_status.pointer, promises.repeats_status
    if promises.success is not None:
        yield from (
            ("success", pointer, promises.success) for pointer in (promises.success.field, *promises.success.empty)
        )


def _header(operation: Operation, what: str, name: str, promise: Promise) -> Iterator[LintProblem]:
    declared = [each.name for spec in operation.responses if spec.status.startswith("2") for each in spec.headers]
    if name.lower() not in {each.lower() for each in declared}:
        message = f"{operation.id}, {what}: no success declares the header {name!r}{did_you_mean(name, declared)}"
        yield LintProblem(message=message, location=promise.location)


def _parameters(operation: Operation) -> Iterator[tuple[str, str, Promise]]:
    promises = operation.promises
    if promises.collection is not None and (page := promises.collection.page) is not None:
        yield from (("page", name, page) for name in (page.number, page.offset, page.cursor, page.before, page.size))
    if promises.order is not None:
        yield from (("order", name, promises.order) for name in (promises.order.by, promises.order.direction))
    yield from (("filters", each.parameter, each) for each in promises.filters)
    yield from (("bounds", each.parameter, each) for each in promises.bounds)
    if promises.idempotency is not None:
        yield "idempotency", promises.idempotency.key, promises.idempotency
    yield from (("echo", each.parameter, each) for each in promises.echo)


def _items(operation: Operation, body: Schema | None) -> Iterator[LintProblem]:
    """What speaks of the elements of a collection."""
    promises = operation.promises
    if promises.collection is None or body is None:
        if promises.order is not None or promises.filters or promises.bounds:
            yield LintProblem(
                message=f"{operation.id} orders or filters, but has no collection", location=operation.location
            )
        return
    found = subschemas(body, promises.collection.items)
    if found and not any(
        isinstance(each, bool) or "items" in each or "array" in str(each.get("type")) for each in found
    ):
        yield LintProblem(
            message=f"{operation.id}, collection: {promises.collection.items} is no array",
            location=promises.collection.location,
        )
    place = [(body, f"{promises.collection.items}/0")]
    fields: list[tuple[str, str, Location]] = [
        ("filters", name, each.location) for each in promises.filters for name in each.compared
    ]
    page = promises.collection.page
    if page is not None and item_field_of(page.next):
        fields.append(("page.next", item_field_of(page.next), page.location))
    fields += [("bounds", each.field, each.location) for each in promises.bounds]
    order = promises.order
    if order is not None:
        fields += [("order.keys", field, order.location) for field in order.keys.values()]
        fields += [
            ("order.ties", name, order.location) for key in order.ties for name, _ in order.ties_of(key).values()
        ]
        yield from _keys(operation, order)
    for what, field, location in fields:
        if not shows(place, field):
            yield LintProblem(message=f"{operation.id}, {what}: the items have no field {field!r}", location=location)


def _keys(operation: Operation, order: Order) -> Iterator[LintProblem]:
    """What an order says of a key that is none of its keys."""
    named = {f"order: the default key {order.default_by!r}": order.default_by} if order.default_by else {}
    named |= {f"order.collation: {key!r}": key for key in order.collation}
    named |= {f"order.nulls: {key!r}": key for key in order.nulls}
    named |= {f"order.ties: {key!r}": key for key in order.ties}
    for words, key in named.items():
        if key not in order.keys:
            message = f"{operation.id}, {words} is not among the keys"
            yield LintProblem(message=message, location=order.location)


def _bound(contract: Contract, operation: Operation) -> Iterator[LintProblem]:
    bound = operation.promises.bind
    if not bound:
        return
    mine = [resource for resource in contract.resources if operation.id in _operations(resource)]
    places = [place for resource in mine for place in representations(contract, resource)]
    for name, field in bound.items():
        if operation.parameter(name) is None and not names_field(_written(operation), name):
            yield LintProblem(
                message=f"{operation.id}, bind: there is no parameter {name!r}", location=operation.location
            )
        if places and not shows(places, field):
            yield LintProblem(
                message=f"{operation.id}, bind: the resource has no field {field!r}", location=operation.location
            )


def _operations(resource: Resource) -> set[str]:
    roles = (resource.create, resource.read, resource.update, resource.delete)
    return {role.operation for role in roles if role is not None} | set(resource.lists)


def _written(operation: Operation) -> list[Schema]:
    return [media.schema for media in operation.body.media_types if media.schema is not None] if operation.body else []


def _no_operation(contract: Contract, what: str, name: str, location: Location) -> LintProblem:
    near = did_you_mean(name, (each.id for each in contract.operations))
    return LintProblem(message=f"{what}: there is no operation {name!r}{near}", location=location)


RULE = Rule(name="promises-resolve", title="Everything that x-contract names exists in the document.", judge=_judge)
