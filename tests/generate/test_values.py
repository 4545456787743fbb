"""Values: valid ones are valid, each fault breaks one keyword at one place, and all of it repeats."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.contract.document import Library
from contract_suite.contract.schemas.patterns import matching
from contract_suite.contract.schemas.schema import Schema
from contract_suite.generate.boundaries.mutations import invalid
from contract_suite.generate.values import example, valid
from contract_suite.limits import CHOICES
from contract_suite.model.json import MISSING, Missing


def schema_of(raw: dict[str, Any]) -> Schema:
    return Schema(Library().read(json.dumps(raw).encode(), "schema.json"))


SCHEMAS: dict[str, dict[str, Any]] = {
    "range": {"type": "integer", "minimum": 1, "maximum": 50},
    "exclusive": {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 9},
    "number": {"type": "number", "minimum": -1.5, "maximum": 2.5},
    "between": {"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 2.5},
    "steps": {"type": "integer", "multipleOf": 5, "minimum": 3, "maximum": 27},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64", "minimum": 0},
    "lengths": {"type": "string", "minLength": 2, "maxLength": 5},
    "pattern": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    "enum": {"enum": ["asc", "desc"]},
    "const": {"const": "detail"},
    "boolean": {"type": "boolean"},
    "nullable": {"type": ["string", "null"], "maxLength": 3},
    "any-of-null": {"anyOf": [{"type": "object", "properties": {"a": {"type": "integer"}}}, {"type": "null"}]},
    "two": {"type": ["integer", "string"], "maxLength": 3},
    "date-time": {"type": "string", "format": "date-time"},
    "array": {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1, "maxItems": 3},
    "unique": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 2},
    "closed": {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "required": ["a"],
        "additionalProperties": False,
    },
    "all-of": {
        "allOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
            {"properties": {"b": {"enum": ["x", "y"]}}},
        ]
    },
    "recursive": {
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                },
            }
        },
    },
    "deep": {
        "type": "object",
        "required": ["list"],
        "properties": {
            "list": {
                "type": "array",
                "items": {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer", "maximum": 5}}},
            }
        },
    },
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_values_keep_their_word(name: str) -> None:
    schema = schema_of(SCHEMAS[name])
    base = example(schema, full=True)
    assert not isinstance(base, Missing)
    good, bad = list(valid(schema, base)), list(invalid(schema, base))
    assert good
    assert bad
    assert all(schema.is_valid(variant.value) for variant in good)
    for fault in bad:
        found = {(problem.subject, problem.keyword) for problem in schema.problems(fault.value)}
        assert {subject for subject, _ in found} == {fault.subject}, fault
        if fault.keyword != "type":
            assert found == {(fault.subject, fault.keyword)}, fault
    assert [each.value for each in valid(schema, base)] == [each.value for each in good]
    assert [each.value for each in invalid(schema_of(SCHEMAS[name]), base)] == [each.value for each in bad]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("range", [1, 2, 49, 50], [0, 51]),
        ("exclusive", [1, 8], [0, 9]),
        ("between", [0.5 + 2**-10, 2.5 - 2**-10], [0.5, 2.5]),
        ("steps", [5, 25], [0, 30]),
        ("int32", [-(2**31), 2**31 - 1], [2**31, -(2**31) - 1]),
        ("int64", [0, 2**63 - 1], [-1, 2**63]),
        ("lengths", ["aa", "aaaaa", "😀" * 5], ["a", "aaaaaa", "😀" * 6]),
        ("enum", ["asc", "desc"], ["ASC", "", "asc ", "ascx"]),
        ("nullable", [None, "", "aaa"], ["aaaa", 5]),
        ("array", [[1], [1, 1, 1]], [[], [1, 1, 1, 1], ["abc"]]),
        ("closed", [{"a": ""}], [{}, {"a": 5}, {"a": None}]),
        ("deep", [{"list": [{"x": 5}]}], [{"list": [{"x": 6}]}, {"list": [{}]}, {}]),
    ],
)
def test_every_edge_is_there(name: str, good: list[Any], bad: list[Any]) -> None:
    schema = schema_of(SCHEMAS[name])
    base = example(schema, full=True)
    assert not isinstance(base, Missing)
    shown = [json.dumps(each.value) for each in valid(schema, base)]
    broken = [json.dumps(each.value) for each in invalid(schema, base)]
    assert [value for value in good if json.dumps(value) not in shown] == []
    assert [value for value in bad if json.dumps(value) not in broken] == []


_BOUNDS = st.dictionaries(
    st.sampled_from(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
    st.integers(-12, 12) | st.integers(-24, 24).map(lambda doubled: doubled / 2),
)


@given(bounds=_BOUNDS, step=st.none() | st.integers(1, 4))
def test_the_outermost_whole_numbers_are_shown_however_bounds_and_steps_meet(
    bounds: dict[str, float], step: int | None
) -> None:
    schema = schema_of({"type": "integer", **bounds, **({"multipleOf": step} if step else {})})
    allowed = [number for number in range(-100, 101) if schema.is_valid(number)]
    base = example(schema, full=True)
    if not allowed:
        assert base is MISSING or schema.is_valid(base) is False
        return
    assert not isinstance(base, Missing)
    shown = {each.value for each in valid(schema, base)}
    broken = {each.value for each in invalid(schema, base) if not isinstance(each.value, str | bool | list | dict)}
    if {"minimum", "exclusiveMinimum"} & set(bounds):
        assert allowed[0] in shown
        assert any(isinstance(each, int | float) and each < allowed[0] for each in broken)
    if {"maximum", "exclusiveMaximum"} & set(bounds):
        assert allowed[-1] in shown
        assert any(isinstance(each, int | float) and each > allowed[-1] for each in broken)


def test_nothing_plain_is_at_its_end() -> None:
    """A plain update archived its page, and every update after it was refused for that."""
    flag: dict[str, Any] = {"type": "boolean"}
    flags = {"isArchived": flag, "active": flag, "locked": {**flag, "default": True}, "closed": {"const": True}}
    made = example(schema_of({"type": "object", "properties": flags}), full=True)
    assert made == {"isArchived": False, "active": True, "locked": True, "closed": True}


def test_what_can_not_be_made_is_missing() -> None:
    assert example(schema_of({"not": {}})) is MISSING


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Za-z0-9_-]{1,64}$",
        r"^(foo|bar)+\d{3}$",
        r"[^a-z]",
        r"^v\d+\.\d+\.\d+$",
        r"\w+@\w+",
        r"^(?:a|b)?c{2,}$",
        r"^(x)\1$",
        "^$",
        r"^\s\S\D$",
    ],
)
def test_patterns(pattern: str) -> None:
    found = matching(pattern)
    assert found
    assert all(re.search(pattern, text) for text in found)
    assert matching(pattern) == found


def test_a_pattern_beyond_us_is_none() -> None:
    assert matching("(") == ()
    assert matching("^(?=b)a$") == ()


@given(st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=40, deadline=None)
def test_pattern_lengths(least: int, more: int) -> None:
    found = matching("^[a-z]*$", least, least + more)
    assert any(len(text) == least for text in found)
    assert all(least <= len(text) <= least + more for text in found)


numeric = st.fixed_dictionaries(
    {"type": st.just("integer")}, optional={"minimum": st.integers(-9, 9), "multipleOf": st.integers(1, 4)}
)
textual = st.fixed_dictionaries(
    {"type": st.just("string")}, optional={"minLength": st.integers(0, 3), "maxLength": st.integers(3, 9)}
)
drawn = st.recursive(
    numeric | textual | st.just({"type": "boolean"}) | st.just({"enum": ["a", "b"]}),
    lambda inner: (
        st.fixed_dictionaries(
            {"type": st.just("array"), "items": inner},
            optional={"minItems": st.integers(0, 2), "maxItems": st.integers(2, 4)},
        )
        | st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=3)},
            optional={
                "required": st.lists(st.sampled_from("abc"), unique=True, max_size=2),
                "additionalProperties": st.booleans(),
            },
        )
    ),
    max_leaves=6,
)


@pytest.mark.longer
@given(drawn)
@settings(max_examples=60, deadline=None)
def test_any_schema(raw: dict[str, Any]) -> None:
    schema = schema_of(raw)
    base = example(schema, full=True)
    if isinstance(base, Missing):
        return
    assert schema.is_valid(base)
    for index, variant in enumerate(valid(schema, base)):
        assert schema.is_valid(variant.value)
        if index > 60:
            break
    for index, fault in enumerate(invalid(schema, base)):
        assert {problem.subject for problem in schema.problems(fault.value)} == {fault.subject}
        if index > 15:
            break


def test_a_number_just_beyond_the_enumerated_ones_is_told_first() -> None:
    schema = schema_of({"type": "integer", "enum": [3, 7, 5]})
    found = [each for each in invalid(schema, 3) if each.keyword == "enum"]
    assert [(each.value, each.rank) for each in found] == [(8, 0)]


def test_a_text_far_too_long_is_twice_the_most_and_more() -> None:
    schema = schema_of({"type": "string", "maxLength": 50})
    lengths = [len(each.value) for each in invalid(schema, "a") if isinstance(each.value, str)]
    assert 51 in lengths
    assert max(lengths) > 2 * 50


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"properties": {"name": {"type": "string"}}, "required": ["name"]}, {"name": "sample"}),
        ({"additionalProperties": {"type": "string"}}, {}),
        ({"items": {"type": "string"}, "minItems": 1}, ["sample"]),
        ({"type": ["integer", "object"], "properties": {"a": {}}}, {}),
    ],
)
def test_a_schema_without_a_type_means_what_its_keywords_are_about(raw: dict[str, Any], expected: Any) -> None:
    assert example(schema_of(raw)) == expected, "an object without `type` was sent as 1"


def test_where_no_type_is_said_every_kind_of_value_is_merely_not_forbidden() -> None:
    schema = schema_of(
        {
            "type": "object",
            "required": ["size"],
            "properties": {"where": {}, "flag": {"type": "boolean"}, "size": {"type": "integer"}},
        }
    )  # fmt: skip
    found = [(each.subject, each.note, each.unsaid) for each in valid(schema, {"size": 1})]
    assert {unsaid for subject, _, unsaid in found if subject == "/where"} == {True}
    assert {unsaid for subject, _, unsaid in found if subject == "/flag"} == {False}


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ({"pattern": "^https://", "format": "uri"}, "https://nowhere.invalid/a?b=c#d"),
        ({"pattern": "^https?://"}, "https://nowhere.invalid/a?b=c#d"),
        ({"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, "2024-07-10"),
        ({"pattern": "^\\S+@\\S+$"}, "a@example.com"),
        ({"pattern": "^[a-z]+$"}, "a"),
        ({"pattern": "^[A-Z]{3}[0-9]$"}, "AAA0"),
        ({"pattern": "^https://", "maxLength": 9}, "https://"),
    ],
)
def test_a_pattern_is_met_by_a_text_of_a_usual_form(said: dict[str, Any], made: str) -> None:
    """The least text of a pattern may mean nothing: servers refuse `https://` and the day 0000-00-00."""
    assert example(schema_of({"type": "string", **said})) == made


@pytest.mark.parametrize(
    "items",
    [
        {"type": "string", "pattern": "^[a-z0-9-]{1,20}$"},
        {"type": "string", "minLength": 3},
        {"type": "integer", "minimum": 7},
        {"enum": ["a", "b", "c", "d"]},
    ],
)
def test_a_list_of_different_items_is_too_long_by_one(items: dict[str, Any]) -> None:
    schema = schema_of({"type": "array", "uniqueItems": True, "maxItems": 3, "items": items})
    made = example(schema, full=True)
    assert not isinstance(made, Missing)
    assert [each.keyword for each in invalid(schema, made)].count("maxItems") == 1


def test_of_a_huge_enum_a_bounded_number_of_values_is_tried() -> None:
    """Each of 100,000 values was held to all of them, which took minutes."""
    values = [variant.value for variant in valid(schema_of({"enum": [f"v{at}" for at in range(2_000)]}), None)]
    assert len(values) == CHOICES
    assert {"v0", "v1999"} < set(values)
    few = [variant.value for variant in valid(schema_of({"enum": [*range(CHOICES)]}), None)]
    assert few == [*range(CHOICES)]


def test_enums_of_two_parts_have_in_common_what_is_the_same_value() -> None:
    both = schema_of({"allOf": [{"enum": [1, "1", 2.0, {"a": 1, "b": 2}]}, {"enum": [{"b": 2, "a": 1}, 2, "1", 7]}]})
    assert [variant.value for variant in valid(both, None)] == ["1", 2.0, {"a": 1, "b": 2}]


@pytest.mark.parametrize(
    ("raw", "shown", "good"),
    [
        ({"type": "string", "maxLength": 10}, "dave", True),
        ({"type": "number", "maximum": 9}, 7.5, True),
        ({"type": "integer"}, 10**400, True),
        ({"type": "string", "pattern": "^[A-Z]+$"}, "abc", False),
        ({"type": "string", "maxLength": 3}, "dave", False),
        ({"type": "integer", "maximum": 6}, 7, False),
        ({"type": "integer"}, "seven", False),
        ({"type": "integer"}, 7.5, False),
        ({"type": "number"}, float("inf"), False),
        ({"type": "number"}, float("nan"), False),
        ({"type": "boolean"}, "yes", False),
        ({"type": "string", "format": "date"}, "2001-01-01", False),
    ],
)
def test_an_example_is_what_a_value_looks_like_where_it_is_a_good_one(
    raw: dict[str, Any], shown: Any, *, good: bool
) -> None:
    plain = example(schema_of(raw))
    assert example(schema_of({**raw, "example": shown})) == (shown if good else plain)
