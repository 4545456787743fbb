"""References by the names that schemas give themselves: `$id`, `$anchor`, `$dynamicAnchor`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.errors import DocumentError

THING: dict[str, Any] = {"type": "object", "required": ["name"], "properties": {"name": {"type": "integer"}}}
TREE = {
    "$dynamicAnchor": "node",
    "type": "object",
    "properties": {"name": {"type": "integer"}, "kids": {"type": "array", "items": {"$dynamicRef": "#node"}}},
}
CALLED = {
    "an anchor": ({"$ref": "#thing"}, {"Thing": {"$anchor": "thing", **THING}}),
    "a dynamic anchor": ({"$ref": "#node"}, {"Tree": TREE}),
    "a dynamic reference": ({"$dynamicRef": "#node"}, {"Tree": TREE}),
    "an absolute id": (
        {"$ref": "https://example.com/schemas/thing"},
        {"Thing": {"$id": "https://example.com/schemas/thing", **THING}},
    ),
    "an id relative to another": (
        {"$ref": "#/components/schemas/Outer"},
        {
            "Outer": {"$id": "https://example.com/a/outer", "$ref": "thing"},
            "Thing": {"$id": "https://example.com/a/thing", **THING},
        },
    ),
    "an anchor in an id": (
        {"$ref": "https://example.com/a#thing"},
        {"Outer": {"$id": "https://example.com/a", "$defs": {"T": {"$anchor": "thing", **THING}}}},
    ),
    "a pointer within an id": (
        {"$ref": "#/components/schemas/Outer"},
        {"Outer": {"$id": "outer.json", "$ref": "#/$defs/T", "$defs": {"T": THING}}},
    ),
    "a pointer of the document within an id": (
        {"$ref": "#/components/schemas/Outer"},
        {"Outer": {"$id": "outer.json", "$ref": "#/components/schemas/Thing"}, "Thing": THING},
    ),
    "a name beside data of that name": (
        {"$ref": "#thing"},
        {"Thing": {"$anchor": "thing", **THING}, "Other": {"example": {"$anchor": "thing"}, "enum": [{"$anchor": "thing"}]}},
    ),
}  # fmt: skip


def contract(schema: object, schemas: object) -> Contract:
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    operation = {"operationId": "make", "requestBody": body, "responses": {"200": {"description": "done"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Names", "version": "1"},
        "paths": {"/things": {"post": operation}},
        "components": {"schemas": schemas},
    }
    return read_contract(Library().read(json.dumps(document).encode(), "names.json"))


@pytest.mark.parametrize("name", CALLED)
def test_a_schema_is_found_by_its_name(name: str) -> None:
    operation = contract(*CALLED[name]).operation("make")
    assert operation.body is not None
    assert operation.body.usual is not None
    schema = operation.body.usual.schema
    assert schema is not None
    assert schema.is_valid({"name": 7, "kids": [{"name": 8}]})
    assert not schema.is_valid({"name": "seven"})
    assert "dynamic" not in name or not schema.is_valid({"name": 7, "kids": [{"name": "eight"}]})


@pytest.mark.parametrize(
    ("schema", "schemas", "said"),
    [
        ({"$ref": "#thing"}, {"A": {"$anchor": "thing"}, "B": {"$anchor": "thing"}}, "'#thing' leads nowhere"),
        ({"$ref": "#thing"}, {"A": {"$anchor": "thing", "$ref": "#thing"}}, "circle"),
        ({"$dynamicRef": "#node"}, {"A": TREE, "B": TREE}, "'$dynamicRef' is followed where"),
        ({"$dynamicRef": "#node", "$ref": "#/components/schemas/A"}, {"A": TREE}, "'$dynamicRef' is followed where"),
        ({"$recursiveRef": "#"}, {}, "'$recursiveRef' is of JSON Schema 2019-09"),
        ({"$ref": "passwd"}, {"A": {"$id": "file:///etc/"}}, "not followed"),
        ({"$ref": "#/components/schemas/A"}, {"A": {"$id": "file:///etc/", "$ref": "passwd"}}, "not followed"),
    ],
)
def test_what_can_not_be_followed_is_said_in_a_sentence(schema: object, schemas: object, said: str) -> None:
    operation = contract(schema, schemas).operation("make")
    problems = [str(each) for each in operation.broken]
    found = operation.body.usual.schema if operation.body and operation.body.usual else None
    if found is not None:
        with pytest.raises(DocumentError) as raised:
            found.standalone()
        problems.append(raised.value.message)
    assert any(said in each for each in problems), problems
