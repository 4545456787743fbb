"""One place of a schema: what applies there, what may apply, and which properties it names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import ANY_TYPE, SchemaView, view


def view_of(value: Any, **definitions: Any) -> SchemaView:
    document = {"s": value, "d": definitions}
    node = Library().read(json.dumps(document).encode(), "d.json").find("/s")
    return view(Schema(node or pytest.fail("no schema")))


CHOICE: Any = {
    "properties": {"a": {}},
    "required": ["a"],
    "allOf": [{"properties": {"b": {"type": "integer"}}, "required": ["b"]}],
    "anyOf": [{"properties": {"c": {}}, "required": ["c"]}, {"$ref": "#/d/Other"}],
    "then": {"properties": {"d": {}}},
}
OTHER: Any = {"properties": {"e": {}}}


def test_what_surely_applies_is_the_place_its_reference_and_its_all_of() -> None:
    place = view_of(CHOICE, Other=OTHER)
    assert [list(each.get("properties", {})) for each in place.applied()] == [["a"], ["b"]]  # type: ignore[arg-type]
    assert place.required_names() == {"a", "b"}


def test_names_come_from_every_choice_in_order() -> None:
    assert list(view_of(CHOICE, Other=OTHER).property_names()) == ["a", "b", "c", "e"]


def test_names_beside_a_reference_count_too() -> None:
    place = view_of({"$ref": "#/d/Other", "properties": {"f": {}}}, Other=OTHER)
    assert set(place.property_names()) == {"e", "f"}


def test_conditions_are_possible_only_where_asked_for() -> None:
    place = view_of(CHOICE, Other=OTHER)
    with_conditions = place.possible(conditional=True)
    assert len(with_conditions) == len(place.possible()) + 1
    assert any(isinstance(each, dict) and "d" in each.get("properties", {}) for each in with_conditions)  # type: ignore[operator]


def test_each_possible_subschema_comes_once_in_a_recursion() -> None:
    place = view_of({"$ref": "#/d/Node"}, Node={"anyOf": [{"type": "null"}, {"items": {"$ref": "#/d/Node"}}]})
    assert len(place.possible()) == 3


@pytest.mark.parametrize(
    ("schema", "types"),
    [
        ({}, ANY_TYPE),
        ({"type": "number"}, {"number", "integer"}),
        ({"type": ["string", "null"], "enum": ["a"]}, {"string"}),
        ({"allOf": [{"type": ["string", "null"]}, {"type": "string"}]}, {"string"}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"string", "null"}),
        ({"enum": [1, 2]}, {"number", "integer"}),
        ({"enum": [1.5, True]}, {"number", "boolean"}),
        ({"enum": [1.5, 2.0, None, [], {}]}, {"number", "integer", "null", "array", "object"}),
        ({"const": 2.0}, {"number", "integer"}),
        (False, set()),
    ],
)
def test_types_are_those_that_every_keyword_leaves(schema: Any, types: set[str]) -> None:
    assert view_of(schema).types() == types


def test_members_and_elements_are_found_through_choices() -> None:
    place = view_of(CHOICE, Other=OTHER)
    assert place.member("b").types() == {"integer"}
    assert place.member("unknown").raw is True
    assert view_of({"prefixItems": [{"type": "null"}], "items": {"type": "string"}}).element(1).types() == {"string"}


def test_a_member_that_several_parts_of_an_all_of_describe_is_what_all_of_them_say() -> None:
    """Pages as NestJS writes them: the items of any page, and those of this one, in two parts."""
    pages = {"properties": {"data": {"type": "array", "items": {"type": "object"}}}}
    these = {"properties": {"data": {"type": "array", "items": {"$ref": "#/d/Other"}}}}
    for parts in ([pages, these], [these, pages], [{"$ref": "#/d/Pages"}, these]):
        element = view_of({"allOf": parts}, Other=OTHER, Pages=pages).member("data").element(0)
        assert list(element.property_names()) == ["e"]


def test_those_that_refer_to_one_definition_share_what_is_known_of_it() -> None:
    document = {"one": {"$ref": "#/d"}, "other": {"$ref": "#/d"}, "d": {"type": "object"}}
    library = Library()
    root = library.read(json.dumps(document).encode(), "d.json")
    one, other, whole = (view(Schema(root.find(f"/{name}") or pytest.fail(name))) for name in ("one", "other", "d"))
    assert one is other
    assert (one.raw, one.types()) == (whole.raw, whole.types())


def test_sure_names_are_those_of_every_branch_that_can_be_an_object() -> None:
    branches = [{"properties": {"a": {}, "b": {}}}, {"properties": {"b": {}, "c": {}}}, {"type": "null"}]
    place = view_of({"properties": {"z": {}}, "allOf": [{"anyOf": branches}], "oneOf": [{"required": ["z"]}]})
    assert place.sure_names() == {"z", "b"}
