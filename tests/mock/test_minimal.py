"""Minimal values are valid, for schemas of every kind."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contract_suite.contract.document import Library
from contract_suite.contract.schemas.patterns import shortest
from contract_suite.contract.schemas.schema import Schema
from contract_suite.mock.values.minimal import minimal


def schema_of(raw: Any) -> Schema:
    return Schema(Library().read(json.dumps(raw).encode(), "schema.json"))


BOUNDS = st.integers(-20, 20)
STRINGS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={
        "minLength": st.integers(0, 9),
        "pattern": st.sampled_from(["^[a-z]+$", "^\\d{3,20}-[A-F]{2}$", "x?y*z{2,3}", "^(ab|cd)+[^a]*$", "\\w\\s\\S"]),
    },
)
NUMBERS = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={"minimum": BOUNDS, "exclusiveMinimum": BOUNDS, "multipleOf": st.integers(1, 7)},
)
LEAVES = st.one_of(
    STRINGS,
    NUMBERS,
    st.sampled_from(
        [
            True,
            {},
            {"type": "boolean"},
            {"type": "null"},
            {"const": [1]},
            {"enum": ["b", 2]},
            {"type": ["null", "integer"], "minimum": 4},
        ]
    ),
    st.sampled_from(["date-time", "date", "time", "uuid", "email", "uri", "ipv4", "ipv6", "hostname"]).map(
        lambda form: {"type": "string", "format": form}
    ),
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.fixed_dictionaries(
        {
            "type": st.just("object"),
            "properties": st.dictionaries(st.sampled_from("abc"), inner),
            "required": st.lists(st.sampled_from("abcd"), unique=True),
        }
    )
    arrays = st.fixed_dictionaries({"type": st.just("array"), "items": inner}, optional={"minItems": st.integers(0, 3)})
    choices = st.fixed_dictionaries(
        {},
        optional={"anyOf": st.lists(inner, min_size=1, max_size=2), "allOf": st.lists(objects, min_size=1, max_size=2)},
    )
    return st.one_of(objects, arrays, choices)


@pytest.mark.longer
@settings(max_examples=120, deadline=None)
@given(st.recursive(LEAVES, containers, max_leaves=6))
def test_a_minimal_value_is_valid(raw: Any) -> None:
    schema = schema_of(raw)
    # Two schemas for one property can contradict each other, which the strategy does not rule out.
    assume("allOf" not in json.dumps(raw) or schema.is_valid(minimal(schema)))
    assert schema.is_valid(minimal(schema))


@pytest.mark.parametrize(
    "raw",
    [
        {
            "$defs": {
                "n": {
                    "type": "object",
                    "required": ["next"],
                    "properties": {"next": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]}},
                }
            },
            "$ref": "#/$defs/n",
        },
        {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"type": "string"}},
        {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"enum": [1, 2, 3]}},
        {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "minItems": 2},
        {"type": "array", "contains": {"const": 7}},
        {"type": "array", "contains": {"type": "integer", "minimum": 5}, "minContains": 3, "maxItems": 4},
        {"type": "number", "minimum": 1e307, "maximum": 1e308},
        {"type": "integer", "minimum": 10**30},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.25},
        {"type": "integer", "maximum": -7, "multipleOf": 5},
        {"type": "object", "minProperties": 2},
        {
            "type": "object",
            "required": ["a"],
            "dependentRequired": {"a": ["b"]},
            "properties": {"b": {"type": "integer"}},
        },
        {"oneOf": [{"type": "integer"}, {"type": "integer", "minimum": 5}]},
        {"type": "string", "not": {"const": "string"}, "minLength": 2},
        {
            "if": {"properties": {"k": {"const": "x"}}},
            "then": {"required": ["z"]},
            "type": "object",
            "required": ["k"],
            "properties": {"k": {"enum": ["x"]}},
        },
        {"type": "string", "maxLength": 2},
        {"type": "integer", "format": "int32", "minimum": 3},
        {"type": "string", "examples": [5, "shown"]},
        {
            "allOf": [
                {"type": "object", "required": ["a"], "properties": {"a": {"minimum": 3}}},
                {"properties": {"a": {"type": "integer"}}},
            ]
        },
    ],
)
def test_a_minimal_value_is_found_where_the_way_is_narrow(raw: Any) -> None:
    schema = schema_of(raw)
    assert schema.is_valid(minimal(schema))


def test_what_nothing_satisfies_still_gets_a_value() -> None:
    assert minimal(schema_of({"type": "string", "minLength": 3, "maxLength": 1})) is not None
    assert minimal(schema_of({"not": {}})) == "string"


@pytest.mark.parametrize("pattern", ["^a$", "[0-9]{4}", "^[^0-9]x", "(?:a|b)+", "^.{3}$", "\\d\\w\\s", "a{0}", "^$"])
def test_a_matching_text_matches(pattern: str) -> None:
    assert re.search(pattern, shortest(pattern))


def test_an_unreadable_pattern_gives_no_text() -> None:
    assert shortest("(") == ""


def test_a_choice_whose_branches_demand_nothing_is_told_apart_by_more_members() -> None:
    schema = schema_of(
        {"oneOf": [{"type": "object", "properties": {"a": {"type": kind}}} for kind in ("string", "integer")]}
    )
    assert schema.is_valid(minimal(schema))


def test_compiles_a_schema_once_however_many_values_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[Any] = []
    real = jsonschema_rs.Draft202012Validator

    def counted(schema: Any, **options: Any) -> Any:
        compiled.append(schema)
        return real(schema, **options)

    monkeypatch.setattr(jsonschema_rs, "Draft202012Validator", counted)
    odd = {"type": "integer", "minimum": 3, "multipleOf": 7}
    assert minimal(schema_of({"type": "array", "items": odd, "minItems": 20})) == [7] * 20
    assert compiled.count(odd) == 1


def test_a_value_is_one_alternative_where_most_values_would_be_several() -> None:
    """Only a member that is wrong for all others tells such alternatives apart."""
    members = {"a": "integer", "b": "string", "c": "boolean"}
    alternatives = [
        {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, name: {"type": kind}}}
        for name, kind in members.items()
    ]
    schema = schema_of({"oneOf": alternatives})
    assert schema.is_valid(minimal(schema))
