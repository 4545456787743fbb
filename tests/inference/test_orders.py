"""What gives away how lists are sorted."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from contract_suite.behaviours.collections.kit.orders import asked_for, order_arguments, ways_of
from contract_suite.behaviours.collections.ordering.clauses import clauses_of
from contract_suite.inference.inferring import infer, with_facts
from contract_suite.model.json import JSON
from tests.inference.reading import (
    DELIVERIES,
    LIST,
    PARAMETERS,
    at,
    read,
    said,
)
from tests.inference.widgets import document, query
from tests.runner.test_stripped_documents import stripped


def test_a_minus_before_each_key_speaks_for_an_order() -> None:
    plain = document()
    for keys, sure in ((["name", "-name"], True), (["name", "-created_at"], False)):
        at(plain, *PARAMETERS)[4:] = [query("sort", type="string", enum=keys)]
        fact = next(each for each in infer(read(plain)) if each.path == ("order",))
        assert fact.well_witnessed is sure


KEYED = "^(name|created_at|kind)(,(asc|desc))?$"
"""`kind` is an enum, which a right server may sort by the order of its values."""


def test_a_pattern_that_any_word_obeys_lists_no_sort_keys() -> None:
    plain = document()
    words = {"type": "string", "pattern": "^[a-z_]+(,(asc|desc))?$"}
    at(plain, *PARAMETERS)[4:] = [query("sort", "Criteria.", type="array", items=words)]
    assert said(plain, "order") == {}


def test_a_list_of_sort_keys_is_asked_for_as_one() -> None:
    plain = document()
    words = {"type": "array", "items": {"type": "string", "pattern": KEYED}}
    at(plain, *PARAMETERS)[4:] = [query("sort", "Several criteria.", **words)]
    contract = read(plain)
    operation = with_facts(contract, infer(contract)).operation("listWidgets")
    order, by = operation.promises.order, operation.parameter("sort")
    assert order is not None
    assert by is not None
    both = [("name", "asc"), ("created_at", "desc")]
    assert asked_for(by, order, both) == ["name,asc", "created_at,desc"]
    assert [ways_of(operation, order, key) for key in order.keys] == [("asc", "desc")] * 2


def test_a_minus_for_some_keys_speaks_for_an_order_both_ways_by_these() -> None:
    """One key without a minus took the sign from all, and the guess that each goes up was soon refuted."""
    plain = document()
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget |= {"price": {"type": "number"}, "rating": {"type": "number"}}
    keys = ["price", "-price", "name", "id", "rating"]
    at(plain, *PARAMETERS)[4:] = [query("order_by", type="string", enum=keys, default="id")]
    facts = list(infer(read(plain)))
    [fact] = [each for each in facts if each.path == ("order",)]
    assert fact.well_witnessed
    operation = with_facts(read(plain), facts).operation("listWidgets")
    order = operation.promises.order
    assert order is not None
    asked = {key: ways_of(operation, order, key) for key in order.keys}
    assert asked == {"price": ("asc", "desc"), "name": ("asc",), "id": ("asc",)}, "the best rated may come first"
    assert order.default_by == "id"
    short = clauses_of(operation, order)
    assert {"price/asc", "price/desc", "name/asc"} <= short.keys()
    assert "name/desc" not in short


def test_a_minus_of_a_key_that_no_field_has_leaves_the_direction_open() -> None:
    plain = document()
    at(plain, *PARAMETERS)[4:] = [query("sort", type="string", enum=["name", "-name", "kind", "-distance"])]
    assert "sign" not in json.dumps(said(plain, "order"))


def test_a_default_that_names_a_field_is_a_key_where_none_are_listed() -> None:
    plain = document()
    at(plain, *PARAMETERS)[4] = query("sort", type="string", default="created_at")
    default = {"by": "created_at", "direction": "asc"}
    words = {"by": "sort", "keys": {"created_at": "created_at"}, "direction": "order", "default": default}
    assert said(plain, "order") == {"listWidgets::order": words}
    at(plain, *PARAMETERS)[4] = query("sort", type="string", default="relevance")
    assert said(plain, "order") == {}


def test_a_sign_is_said_only_where_each_key_stands_without_it_too() -> None:
    plain = stripped(yaml.safe_load(DELIVERIES))
    at(plain, "paths", "/drivers", "get", "parameters")[3]["schema"]["enum"] = ["name", "-age"]
    assert said(plain, "order") == {"listDrivers::order": {"by": "sort", "keys": {"name": "name"}}}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The latest day first, and within a day in the order in which they were made.", ("day", "desc")),
        ("The earliest comes first.", None),
        ("The newest comes first.", ("created_at", "desc")),
    ],
)
def test_a_sentence_about_days_or_the_earliest_is_about_no_time_of_creation(
    sentence: str, told: tuple[str, str] | None
) -> None:
    """A list sorted by the day of each entry was accused of not being sorted by the time of creation."""
    plain = document()
    item = at(plain, "components", "schemas", "Widget")["properties"]
    item["day"] = {"type": "string", "format": "date"}
    at(plain, *LIST)["description"] = sentence
    del at(plain, *PARAMETERS)[4:]
    found = said(plain, "order").get("listWidgets::order")
    default = found["default"] if isinstance(found, dict) else None
    assert default == (None if told is None else {"by": told[0], "direction": told[1]})


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Lists widgets, newest first.", {"by": "created_at", "direction": "desc"}),
        ("The oldest widget comes first.", {"by": "created_at", "direction": "asc"}),
        ("Widgets are sorted by `name`, descending.", {"by": "name", "direction": "desc"}),
        ("Lists widgets, by name", {"by": "name", "direction": "asc"}),
        ("Sorted by name or by kind.", None),
        ("Newest first, if they are round.", None),
        ("Sorted by relevance.", None),
        ("The heaviest comes first, equal weights are sorted by name.", None),
        ("Ties are ordered by name.", None),
        ("Widgets of the same kind are sorted by name.", None),
    ],
)
def test_a_sentence_tells_the_order_of_a_list(sentence: str, told: dict[str, str] | None) -> None:
    plain = document()
    at(plain, *LIST)["description"] = sentence
    found = said(plain, "order")["listWidgets::order"]
    assert isinstance(found, dict)
    assert found.get("default") == told
    del at(plain, *PARAMETERS)[4:]
    alone = said(plain, "order").get("listWidgets::order")
    field = told["by"] if told else ""
    assert alone == ({"keys": {field: field}, "default": told} if told else None)


def test_keys_of_an_order_that_a_description_marks_are_taken() -> None:
    plain = document()
    text = "One of `name`, `created_at` and `kind`; a minus in front sorts descending."
    at(plain, *PARAMETERS)[4:] = [query("ordering", text, type="string", default="-created_at")]
    assert said(plain, "order")["listWidgets::order"] == {
        "by": "ordering",
        "keys": {"name": "name", "created_at": "created_at"},  # kinds may be sorted by their rank
        "sign": "minus",
        "default": {"by": "created_at", "direction": "desc"},
    }


@pytest.mark.parametrize(
    ("sort", "words"),
    [
        pytest.param(
            query("sort", type="string", enum=["name:asc", "name:desc", "created_at:asc", "created_at:desc"]),
            {"suffix": {"asc": ":asc", "desc": ":desc"}},
            id="listed",
        ),
        pytest.param(
            query("sort", type="string", enum=["name_ASC", "name_DESC", "relevance"], default="name_DESC"),
            {
                "keys": {"name": "name"},
                "suffix": {"asc": "_ASC", "desc": "_DESC"},
                "default": {"by": "name", "direction": "desc"},
            },
            id="listed, in capitals, with a default",
        ),
        pytest.param(
            query("sort", "Format: property,(asc|desc), of `name` and `created_at`.", type="string"),
            {"suffix": {"asc": ",asc", "desc": ",desc"}},
            id="told",
        ),
        pytest.param(
            query("$orderby", "By `name` or `created_at`.", type="string"),
            {"by": "$orderby", "suffix": {"asc": " asc", "desc": " desc"}},
            id="OData",
        ),
        pytest.param(
            query("sort", "Comma-separated: `name`, `-created_at`, a minus reverses, `created_at`.", type="string"),
            {"sign": "minus", "separator": ","},
            id="several",
        ),
        pytest.param(query("sort", "By `name` or `created_at`, in ascending order.", type="string"), {}, id="alone"),
        pytest.param(
            query("sort", type="string", enum=["name", "name desc", "created_at", "created_at desc"]),
            {"suffix": {"asc": "", "desc": " desc"}},
            id="descending alone is marked",
        ),
        pytest.param(
            query("sort", "Multiple criteria are supported.", type="array", items={"type": "string", "pattern": KEYED}),
            {"suffix": {"asc": ",asc", "desc": ",desc"}, "separator": ","},
            id="a list, by its pattern",
        ),
        pytest.param(
            query(
                "sort",
                "Criteria in the format: property,(asc|desc). Multiple are supported. Sortable properties: name, created_at.",
                type="array",
                items={"type": "string"},
            ),
            {"suffix": {"asc": ",asc", "desc": ",desc"}, "separator": ","},
            id="a list, as Spring has it, of keys in a row",
        ),
        pytest.param(query("sort", "Sorts by name or created_at.", type="string"), {}, id="keys in a row"),
        pytest.param(
            query("sort", "Keys.", type="array", items={"type": "string", "pattern": KEYED}),
            {"suffix": {"asc": ",asc", "desc": ",desc"}, "separator": ","},
            id="a list that is repeated, of which nothing says that it takes several",
        ),
        pytest.param(
            query("sort", "Keys.", type="array", maxItems=1, items={"type": "string", "pattern": KEYED}),
            {"suffix": {"asc": ",asc", "desc": ",desc"}},
            id="a list of one",
        ),
    ],
)
def test_a_sort_value_says_how_it_is_written(sort: Any, words: dict[str, JSON]) -> None:
    plain = document()
    at(plain, *PARAMETERS)[4:] = [sort]
    keys: dict[str, JSON] = {"by": "sort", "keys": {"name": "name", "created_at": "created_at"}}
    assert said(plain, "order") == {"listWidgets::order": {**keys, **words}}


@pytest.mark.parametrize("told", ["Sorts by name, price or kind.", "By relevance, name.", "Sorted by name.", ""])
def test_a_row_of_words_that_are_not_all_fields_lists_no_sort_keys(told: str) -> None:
    plain = document()
    at(plain, *PARAMETERS)[4:] = [query("sort", told, type="string")]
    assert "listWidgets::order" not in said(plain, "order")


def test_the_only_moment_of_an_event_is_when_it_was() -> None:
    """An audit log shows `at`; what expires at some time may have been made in any order."""
    for name, default in (("at", {"by": "at", "direction": "desc"}), ("expires_at", None)):
        plain = document()
        at(plain, *LIST)["description"] = "Newest first."
        del at(plain, *PARAMETERS)[4:]
        widget = at(plain, "components", "schemas", "Widget", "properties")
        del widget["created_at"]
        widget[name] = {"type": "string", "format": "date-time"}
        words = said(plain, "order").get("listWidgets::order")
        assert words == ({"keys": {name: name}, "default": default} if default else None)


@pytest.mark.parametrize(
    ("name", "values", "default", "told"),
    [
        ("descending", [False, True], False, "asc"),
        ("sort_desc", [False, True], True, "desc"),
        ("ascending", [True, False], True, "asc"),
        ("compact", None, None, None),
    ],
)
def test_a_switch_turns_an_order_round(name: str, values: list[bool] | None, default: JSON, told: str | None) -> None:
    plain = document()
    by = query("sort_by", type="string", enum=["name", "created_at"], default="name")
    switch: Any = query(name, type="boolean")
    switch["schema"] |= {} if default is None else {"default": default}
    at(plain, *PARAMETERS)[4:] = [by, switch]
    contract = read(plain)
    operation = with_facts(contract, infer(contract)).operation("listWidgets")
    order = operation.promises.order
    assert order is not None
    assert order.both_ways is (values is not None)
    if values is not None:
        asked = [order_arguments(operation, order, "name", way)[f"query.{name}"] for way in ("asc", "desc")]
        assert asked == values
        assert order.default_direction == told
