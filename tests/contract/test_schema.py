"""Schemas of a document: standalone, compiled, and worded with place and source."""

from __future__ import annotations

import json
import time
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.document import Library
from contract_suite.contract.family import families, load
from contract_suite.contract.reading import read_contract
from contract_suite.contract.schemas.constraints import constraints
from contract_suite.contract.schemas.schema import Schema
from contract_suite.errors import DocumentError
from contract_suite.model.source import Source
from contract_suite.reference import Reference
from tests.hostile.measuring import within


def schema_of(value: Any, *, openapi_30: bool = False) -> Schema:
    return Schema(
        Library().read(json.dumps({"s": value}).encode(), "d.json").find("/s") or pytest.fail("no schema"),
        openapi_30=openapi_30,
    )


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"enum": [1, 2]}, 3, "3 is none of [1, 2]"),
        ({"const": [1]}, 2, "2 is not [1]"),
        ({"type": ["string", "null"]}, 1, "1 is not of type string or null"),
        ({"minimum": 2}, 1, "1 is less than the minimum 2"),
        ({"maximum": 2}, 3, "3 is greater than the maximum 2"),
        ({"minLength": 2}, "a", '"a" is shorter than 2 characters'),
        ({"minLength": 1}, "", '"" is shorter than 1 character'),
        ({"maxLength": 1}, "ab", "the text has 2 characters; at most 1 is allowed"),
        ({"pattern": "^b"}, "a", '"a" does not match the pattern ^b'),
        ({"required": ["a"]}, {}, "the required property 'a' is missing"),
        ({"format": "date"}, "x", '"x" is not in the format date'),
        ({"minItems": 1}, [], "the list has 0 items; at least 1 is required"),
        ({"maxItems": 1}, [1, 2], "the list has 2 items; at most 1 is allowed"),
        ({"minProperties": 2}, {"a": 1}, "the object has 1 member; at least 2 are required"),
        ({"uniqueItems": True}, [1, 1], "the list repeats an item"),
        ({"not": {"type": "null"}}, None, "the schema forbids null"),
        (
            {"oneOf": [{"minimum": 1}, {"maximum": 9}]},
            5,
            "it matches more than one of the schemas, and exactly one must match",
        ),
        (
            {
                "oneOf": [
                    {
                        "required": ["ok", "it"],
                        "properties": {"ok": {"const": True}, "it": {"properties": {"n": {"type": "string"}}}},
                    },
                    {"required": ["ok", "error"], "properties": {"ok": {"const": False}}},
                ]
            },
            {"ok": True, "it": {"n": None}},
            "none of the 2 schemas matches; the nearest fails at /it/n: null is not of type string",
        ),
        (
            {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
            {},
            "none of the 2 schemas matches; the nearest fails because the required property 'a' is missing",
        ),
        (
            {"anyOf": [{"type": "object"}]},
            None,
            "the only schema that is allowed does not match: it fails because null is not of type object",
        ),
        ({"type": "integer", "format": "int32"}, 2**31, "2147483648 is not in the format int32"),
    ],
)
def test_problems_are_worded_plainly(schema: Any, value: Any, message: str) -> None:
    problems = schema_of(schema).problems(value)
    assert [each.message for each in problems] == [message]


def test_subjects_have_stars_for_items_and_map_keys() -> None:
    schema = schema_of(
        {
            "properties": {
                "0": {"type": "integer"},
                "l": {"items": {"properties": {"n": {"type": "string"}}}},
                "m": {"additionalProperties": {"type": "integer"}},
            }
        }
    )
    value: Any = {"0": "x", "l": [{}, {"n": 1}], "m": {"k/1": "x"}}
    assert [(each.path, each.subject) for each in schema.problems(value)] == [
        ("/0", "/0"),
        ("/m/k~11", "/m/*"),
        ("/l/1/n", "/l/*/n"),
    ]


def test_a_recursion_maps_onto_its_first_level() -> None:
    schema = schema_of(
        {"type": "object", "properties": {"n": {"type": "string"}, "c": {"type": "array", "items": {"$ref": "#/s"}}}}
    )
    problems = schema.problems({"c": [{"c": [{"n": 1}]}]})
    assert [each.path for each in problems] == ["/c/0/c/0/n"]
    assert {each.subject for each in problems} <= {each.subject for each in constraints(schema)}


def test_a_schema_that_is_only_itself_is_refused() -> None:
    with pytest.raises(DocumentError):
        schema_of({"$ref": "#/s"}).problems({})


def test_sources_are_inherited_and_overridden() -> None:
    schema = schema_of(
        {
            "x-source": "sdk",
            "type": "object",
            "properties": {
                "a": {"type": "string"},
                "b": {
                    "x-source": {"kind": "example", "inferred": ["minLength"]},
                    "type": "string",
                    "minLength": 2,
                },
            },
        }
    )
    found = {(each.subject, each.keyword): each.source for each in constraints(schema)}
    assert found["/a", "type"] is Source.SDK
    assert found["/b", "type"] is Source.EXAMPLE
    assert found["/b", "minLength"] is Source.INFERRED


def test_openapi_3_0_is_translated() -> None:
    schema = schema_of({"type": "integer", "nullable": True, "minimum": 1, "exclusiveMinimum": True}, openapi_30=True)
    assert schema.is_valid(None)
    assert schema.is_valid(2)
    assert not schema.is_valid(1)


def test_openapi_3_0_nullable_beside_all_of_allows_null_and_keeps_the_rest() -> None:
    # The translation once wrapped the schema without emptying it first, so that `allOf` still refused null.
    schema = schema_of({"nullable": True, "allOf": [{"type": "integer"}, {"minimum": 2}]}, openapi_30=True)
    assert schema.is_valid(None)
    assert schema.is_valid(2)
    assert not schema.is_valid(1)
    assert [(each.keyword, each.location.pointer) for each in schema.problems(1)] == [("minimum", "/s/allOf/1/minimum")]


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "["},
        {"type": "text"},
        {"minimum": "one"},
        {"properties": 7},
        {"items": [1]},
        7,
        {"allOf": {}},
        {"$ref": "#/no"},
    ],
)
def test_a_broken_schema_is_a_located_sentence(schema: Any) -> None:
    with pytest.raises(DocumentError) as caught:
        schema_of(schema).is_valid({})
    assert caught.value.location is not None


SCALARS: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers(-3, 60) | st.text("ab", max_size=3)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abl"), inner, max_size=3),
    max_leaves=6,
)
KEYWORDS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["integer", "string", "object", "array", ["string", "null"]]),
        "minimum": st.integers(-2, 2),
        "minLength": st.integers(0, 2),
        "enum": st.lists(SCALARS, min_size=1, max_size=3),
        "required": st.lists(st.sampled_from("ab"), max_size=2, unique=True),
    },
)
SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    KEYWORDS,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abl"), inner, max_size=2),
            "items": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
        },
    ),
    max_leaves=5,
)


@pytest.mark.longer
@given(schema=SCHEMAS, value=VALUES)
def test_verdicts_agree_with_jsonschema_and_problems_with_verdicts(schema: Any, value: Any) -> None:
    ours = schema_of(schema)
    assert ours.is_valid(value) == jsonschema.Draft202012Validator(schema).is_valid(value)
    problems = ours.problems(value)
    assert bool(problems) == (not ours.is_valid(value))
    assert all(each.certain for each in problems)
    assert all(each.location.file == "d.json" for each in problems)


@pytest.mark.parametrize("name", families())
def test_standalone_schemas_stand_alone(name: str) -> None:
    reference = Reference(load(name))
    for each in reference.schemas:
        schema = reference.schema(each)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert json.dumps(schema)
        wanted = set(_references(schema))
        assert wanted <= {f"#/$defs/{defined}" for defined in schema.get("$defs", {})}  # type: ignore[union-attr]


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [each for child in value.values() for each in _references(child)]
    return [each for child in value for each in _references(child)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"$ref": "#/s"}]},
        {"anyOf": [{"type": "null"}, {"$ref": "#/s"}]},
        {"if": {"$ref": "#/s"}},
        {"$ref": "#/s", "type": "object"},
        {"not": {"allOf": [{"$ref": "#/s/not"}]}},
        {"dependentSchemas": {"a": {"$ref": "#/s"}}},
    ],
)
def test_a_schema_that_applies_itself_to_the_same_value_is_refused(schema: Any) -> None:
    with pytest.raises(DocumentError, match="circle"):
        schema_of(schema).is_valid({})


def test_what_is_left_over_beside_a_reference_is_worded_in_bounded_time() -> None:
    """The patterns behind a reference were tried by Python's own engine, which never ended."""
    named = {"type": "object", "patternProperties": {"^(x+x+)+y$": True}}
    closed = {"allOf": [{"$ref": "#/s/$defs/named"}], "unevaluatedProperties": False}
    schema = schema_of({"$defs": {"named": named, "closed": closed}, "properties": {"b": {"$ref": "#/s/$defs/closed"}}})
    assert [each.subject for each in schema.problems({"b": {"x": 1}})] == ["/b"]
    began = time.process_time()
    assert schema.problems({"b": {"x" * 26: 1}})
    assert time.process_time() - began < 1


def test_a_long_chain_of_references_is_bounded() -> None:
    schemas = {f"s{number}": {"$ref": f"#/s{number + 1}"} for number in range(5000)}
    root = Library().read(json.dumps({**schemas, "s5000": {"type": "string"}}).encode(), "d.json")
    with pytest.raises(DocumentError, match="deeply"):
        Schema(root.find("/s0") or pytest.fail("no schema")).is_valid(1)


@pytest.mark.parametrize("place", ["own", "referred"])
def test_what_the_other_side_says_is_not_owed(place: str) -> None:
    """A create was said to be served without an `id` that is `readOnly`."""
    marked = {
        "id": {"type": "string", "readOnly": True},
        "secret": {"type": "string", "writeOnly": True},
        "name": {"type": "string"},
    }
    properties = marked if place == "own" else {name: {"$ref": f"#/components/schemas/{name}"} for name in marked}
    thing = {"type": "object", "required": ["id", "secret", "name"], "properties": properties}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/things": {
                "post": {
                    "operationId": "make",
                    "requestBody": {"content": content},
                    "responses": {"201": {"description": "made", "content": content}},
                }
            }
        },
        "components": {"schemas": {"Thing": thing, **marked}},
    }
    make = read_contract(Library().read(json.dumps(document).encode(), "things.json")).operation("make")
    sent = make.body.json.schema if make.body and make.body.json else None
    spec = make.response(201)
    shown = spec.json.schema if spec and spec.json else None
    assert sent is not None
    assert shown is not None
    assert sent.is_valid({"secret": "s", "name": "n"})
    assert not sent.is_valid({"secret": "s"})
    assert not sent.is_valid({"name": "n"})
    assert shown.is_valid({"id": "i", "name": "n"})
    assert not shown.is_valid({"secret": "s", "name": "n"})


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ({"a": 1}, True),
        ({"a": "x", "ab": 1}, False),
        ({"ab": 1}, False),
        ({"a": None}, False),
        ({"b/c": {"d": 1}}, True),
        ({"choice": 1}, True),
        ({"choice": "x"}, False),
    ],
)
def test_a_member_that_breaks_the_schema_is_told_from_its_neighbours(value: dict[str, Any], broken: bool) -> None:
    subject = schema_of(
        {
            "type": "object",
            "required": ["needed"],
            "properties": {
                "a": {"type": ["string", "null"]},
                "ab": {"type": "string"},
                "b/c": {"type": "object", "properties": {"d": {"type": "string"}}},
                "choice": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            },
        }
    )
    name = "choice" if "choice" in value else "b/c" if "b/c" in value else "a"
    assert subject.breaks_member(value, name) is broken
    places = [each.path for each in subject.problems(value)]
    place = f"/{name.replace('/', '~1')}"
    assert any(each == place or each.startswith(f"{place}/") for each in places) is broken


@pytest.mark.parametrize(
    ("old", "value", "kept"),
    [
        ({"name": "ab", "size": 1}, {"name": "cd", "size": 1}, True),
        ({"name": "ab", "size": 1}, {"name": "c d", "size": 1}, False),
        ({"name": "ab", "size": "x"}, {"name": "cd", "size": "x"}, True),
        ({"name": "ab", "size": "x"}, {"name": "c d", "size": "x"}, False),
        ({"name": "a b", "size": "x"}, {"name": "c d", "size": "x"}, False),
        ({"name": "ab"}, {"name": "cd"}, True),
        ({"name": "ab", "size": 1}, {"name": "forbidden", "size": 1}, False),
        ({"name": "ab", "size": 1, "way": {"car": 1}}, {"name": "cd", "size": 1, "way": {"car": 1}}, True),
        ({"name": "ab", "size": 1, "way": {"car": ""}}, {"name": "cd", "size": 1, "way": {"car": ""}}, True),
        ({"name": "ab", "size": 1, "way": {"car": ""}}, {"name": "c d", "size": 1, "way": {"car": ""}}, False),
    ],
)
def test_a_value_at_one_place_may_break_nothing_more(old: Any, value: Any, *, kept: bool) -> None:
    way = {
        "oneOf": [
            {"type": "object", "required": [name], "properties": {name: {"type": "integer"}}} for name in ("car", "bus")
        ]
    }
    subject = schema_of(
        {
            "type": "object",
            "required": ["name", "size"],
            "properties": {"name": {"type": "string", "pattern": "^[a-z]+$"}, "size": {"type": "integer"}, "way": way},
            "not": {"properties": {"name": {"const": "forbidden"}}},
        }
    )
    assert subject.is_kept_at(value, "/name", instead_of=old) is kept


def test_one_member_after_the_other_is_asked_about_in_little_time() -> None:
    """What the others lack was listed for each member: of thousands of required ones, that took time by their square."""
    names = [f"m{at}" for at in range(2_000)]
    part = {"type": "object", "required": names, "properties": {name: {"type": "integer"} for name in names}}
    subject = schema_of({"allOf": [part, {"minProperties": 2}]})
    with within(4):
        assert not any(subject.breaks_member({name: 1}, name) for name in names)
    assert subject.breaks_member({"m7": "x"}, "m7")
