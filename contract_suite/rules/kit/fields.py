"""What fields a schema has, and which schemas represent a resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.json import JSON, escape, tokens

_BRANCHES: Final = ("allOf", "anyOf", "oneOf")


def subschemas(schema: Schema, pointer: str) -> list[dict[str, JSON] | bool]:
    """Return every subschema that can apply at `pointer` (a JSON Pointer or a property name) of a value.

    There are none if no such place is described; one inside something that the schema leaves open counts as described.
    """
    root = view(schema)
    current = _possible(root)
    for token in tokens(pointer):
        current = [each for node in current for below in _step(node, token) for each in _possible(root.at(below))]
    return current


def names_field(schemas: Iterable[Schema], pointer: str) -> bool:
    """Whether any of the schemas describes the field."""
    return any(subschemas(schema, pointer) for schema in schemas)


def success(operation: Operation) -> Schema | None:
    """Return the schema of the operation's 200 body, or of its first documented success with a JSON body."""
    if operation.problem:
        return None
    specs = sorted(
        (spec for spec in operation.responses if spec.status.startswith("2")),
        key=lambda spec: (spec.status != "200", spec.status),
    )
    return next((spec.json.schema for spec in specs if spec.json is not None and spec.json.schema is not None), None)


def representations(contract: Contract, resource: Resource) -> list[tuple[Schema, str]]:
    """Return where a resource is shown: schemas of answers, each with the pointer to the resource in it.

    The pointer is `/Items/0` in a list, that of its envelope in a read, and empty where the whole answer is the resource.
    """
    found = []
    by_id = {operation.id: operation for operation in contract.operations}
    if resource.read is not None and resource.read.operation in by_id:
        schema = success(by_id[resource.read.operation])
        if schema is not None:
            found.append((schema, resource.representation))
    for name in resource.lists:
        operation = by_id.get(name)
        schema = success(operation) if operation is not None else None
        if operation is not None and schema is not None and operation.promises.collection is not None:
            found.append((schema, f"{operation.promises.collection.items}/0"))
    return found


def shows(places: Iterable[tuple[Schema, str]], field: str) -> bool:
    """Whether a field (a name or a pointer) of a resource is described at any of the places where it is shown."""
    pointer = field if field.startswith("/") else f"/{escape(field)}"
    return any(subschemas(schema, f"{prefix}{pointer}") for schema, prefix in places)


def _possible(place: SchemaView) -> list[dict[str, JSON] | bool]:
    return [each for each in place.possible(conditional=True) if each is not False]


def _step(node: dict[str, JSON] | bool, token: str) -> Iterator[JSON]:
    if isinstance(node, bool):
        if node:
            yield True
        return
    properties = node.get("properties")
    if isinstance(properties, dict) and token in properties:
        yield properties[token]
    if "items" in node and (token.isdecimal() or token == "*"):  # noqa: S105 - a token of a JSON Pointer
        yield node["items"]
    extra = node.get("additionalProperties")
    if isinstance(extra, dict):
        yield extra
    if not ({"properties", "items", "type", "$ref", *_BRANCHES} & set(node)):
        yield True
