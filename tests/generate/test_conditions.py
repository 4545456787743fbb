"""What a body must hold because of another of its members: broken one demand at a time, and kept whichever way it goes."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.contract.operation import Operation
from contract_suite.contract.request_reading import read as read_request
from contract_suite.contract.schemas.schema import Schema
from contract_suite.generate.boundaries.boundaries import boundaries
from contract_suite.generate.boundaries.mutations import invalid
from contract_suite.generate.values import example, valid
from contract_suite.model import clause_ids
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON, Missing
from tests.generate.conftest import read, things

PAYMENT: dict[str, Any] = {
    "type": "object",
    "required": ["by"],
    "properties": {
        "by": {"enum": ["card", "bank", "cash"]},
        "number": {"type": "string", "minLength": 4},
        "amount": {"type": "integer", "minimum": 1},
        "gift": {"type": "boolean"},
        "wrap": {"type": "string"},
        "note": {"type": "string"},
        "to": {"type": "object", "properties": {"zone": {"type": "integer"}, "town": {"type": "string"}}},
    },
    "allOf": [
        {
            "if": {"properties": {"by": {"const": "card"}}},
            "then": {"required": ["number"], "properties": {"amount": {"minimum": 10}}},
            "else": {"properties": {"amount": {"maximum": 500}}},
        }
    ],
    "dependentRequired": {"gift": ["wrap"]},
    "dependentSchemas": {"note": {"required": ["amount"], "properties": {"amount": {"multipleOf": 2}}}},
}


def schema_of(schema: dict[str, Any]) -> tuple[Operation, Schema]:
    document = things()
    document["paths"]["/things"]["post"]["requestBody"]["content"]["application/json"]["schema"] = schema
    operation = read(document).operation("Make")
    found = operation.body.json.schema if operation.body and operation.body.json else None
    assert found is not None
    return operation, found


def base_of(schema: Schema) -> JSON:
    made = example(schema)
    assert not isinstance(made, Missing)
    return made


def test_each_condition_is_broken_alone() -> None:
    _, schema = schema_of(PAYMENT)
    broken = [
        (each.subject, each.keyword, each.value)
        for each in invalid(schema, base_of(schema))
        if each.keyword in {"if", "dependentRequired", "dependentSchemas"}
    ]
    assert {(subject, keyword) for subject, keyword, _ in broken} == {
        ("", "if"),
        ("/wrap", "dependentRequired"),
        ("", "dependentSchemas"),
    }
    values = [value for _, keyword, value in broken if keyword == "if" and isinstance(value, dict)]
    assert {"by": "card"} in values
    assert any(value["by"] == "card" and value.get("amount") == 9 for value in values)
    assert any(value["by"] != "card" and value.get("amount") == 501 for value in values)
    assert all(len(schema.problems(value)) == 1 for _, _, value in broken)


def test_bodies_that_keep_a_condition_are_made_for_both_ways() -> None:
    _, schema = schema_of(PAYMENT)
    made = [each.value for each in valid(schema, base_of(schema)) if isinstance(each.value, dict)]
    assert any(value["by"] == "card" and "number" in value for value in made)
    assert any(value["by"] == "bank" for value in made)
    assert any("gift" in value and "wrap" in value for value in made)
    assert any("gift" not in value and "wrap" in value for value in made)
    assert any("note" in value and value.get("amount") == 2 for value in made)


def test_a_condition_deep_inside_is_broken_too() -> None:
    inner = PAYMENT["properties"]["to"] | {"if": {"required": ["zone"]}, "then": {"required": ["town"]}}
    _, schema = schema_of(PAYMENT | {"properties": PAYMENT["properties"] | {"to": inner}})
    broken = {(each.subject, each.keyword): each.value for each in invalid(schema, base_of(schema))}
    value = broken["/to", "if"]
    assert isinstance(value, dict)
    assert value["to"] == {"zone": 1}


def test_an_example_is_found_although_each_needs_a_condition_kept() -> None:
    _, schema = schema_of(
        {
            "type": "object",
            "required": ["by"],
            "properties": {"by": {"const": "card"}, "number": {"type": "string"}},
            "if": {"properties": {"by": {"const": "card"}}},
            "then": {"required": ["number"]},
        }
    )
    assert base_of(schema) == {"by": "card", "number": "sample"}


def test_cases_aim_at_the_clause_of_the_condition() -> None:
    operation, schema = schema_of(PAYMENT)
    contract = read(things())
    numbers = count(1)
    cases = list(
        boundaries(contract, operation, {"body": base_of(schema)}, fresh=lambda name: f"{name}-{next(numbers)}")
    )
    aimed = {case.target_clause for case in cases if case.intent is Intent.NEGATIVE}
    assert {
        clause_ids.enforced("Make", "body", "if"),
        clause_ids.enforced("Make", "body/wrap", "dependentRequired"),
        clause_ids.enforced("Make", "body", "dependentSchemas"),
    } <= aimed
    kept = [read_request(operation, case.request)["body"] for case in cases if case.intent is Intent.POSITIVE]
    assert any(isinstance(body, dict) and body["by"] == "card" for body in kept)


member = st.sampled_from(
    [
        {"type": "integer", "minimum": 0},
        {"type": "string"},
        {"enum": ["x", "y"]},
        {"type": "boolean"},
        {"type": "array"},
    ]
)


@given(st.lists(member, min_size=3, max_size=5), st.booleans(), st.sampled_from(["const", "present"]))
@settings(max_examples=40, deadline=None)
def test_whatever_is_asked_of_a_member_can_be_broken(members: list[JSON], needed: bool, way: str) -> None:
    names = [f"m{index}" for index in range(len(members))]
    properties = {"kind": {"enum": ["one", "two"]}, **dict(zip(names, members, strict=True))}
    condition: dict[str, Any] = (
        {"required": [names[0]]} if way == "present" else {"properties": {"kind": {"const": "two"}}}
    )
    asked: dict[str, Any] = {"required": [names[1]]} if needed else {"properties": {names[1]: {"not": {}}}}
    _, schema = schema_of(
        {"type": "object", "required": ["kind"], "properties": properties, "if": condition, "then": asked}
    )
    broken = [each.value for each in invalid(schema, base_of(schema)) if each.keyword == "if"]
    assert broken
    assert not any(schema.is_valid(value) for value in broken)


@pytest.mark.parametrize("keyword", ["then", "dependentSchemas"])
def test_a_condition_that_asks_for_itself_ends(keyword: str) -> None:
    document: dict[str, Any] = {"type": "object", "properties": {"next": {"type": "integer"}}}
    again = {"$ref": "#/paths/~1things/post/requestBody/content/application~1json/schema"}
    document |= (
        {"if": {"required": ["next"]}, "then": {"properties": {"deep": again}}}
        if keyword == "then"
        else {"dependentSchemas": {"next": {"properties": {"deep": again}}}}
    )
    _, schema = schema_of(document)
    assert len(list(invalid(schema, base_of(schema)))) < 500
