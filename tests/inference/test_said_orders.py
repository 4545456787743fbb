"""What sentences say of an order beyond its keys: how texts are compared, and where items without a value stand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inference.reading import LIST, PARAMETERS, at, said
from tests.inference.widgets import document, query

IGNORED, ENCODED = "case-insensitive", "binary"


def order_of(
    parameter: str = "",
    operation: str = "",
    api: str = "",
    keys: tuple[str, ...] = ("name", "title", "weight", "due_at"),
) -> dict[str, Any]:
    """The order that is inferred of a list with these sentences, where keys can be asked for both ways."""
    plain = document()
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget |= {
        "title": {"type": "string"},
        "weight": {"type": ["integer", "null"]},
        "due_at": {"type": ["string", "null"], "format": "date-time"},
    }
    both = [*keys, *(f"-{key}" for key in keys)]
    at(plain, *PARAMETERS)[4:] = [query("sort", parameter, type="string", enum=both, default="name")]
    at(plain, *LIST)["description"] = operation
    plain["openapi"] = "3.1.0"
    plain["info"]["description"] = api
    return said_of(plain)


def said_of(plain: dict[str, Any]) -> dict[str, Any]:
    """The order that is inferred of the list of a document."""
    words = said(plain, "order")["listWidgets::order"]
    assert isinstance(words, dict)
    return words


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Names are compared without regard to case (lower-cased).", {"name": IGNORED}),
        ("`title` ignores upper and lower case.", {"title": IGNORED}),
        ("When sorting by `name`, case is ignored.", {"name": IGNORED}),
        ("Sorting by `name` or `title` does not regard case.", {"name": IGNORED, "title": IGNORED}),
        ("Texts are sorted case-insensitively.", {"name": IGNORED, "title": IGNORED}),
        ("Text fields are compared regardless of case.", {"name": IGNORED, "title": IGNORED}),
        ("Widget names sort case-insensitively.", {"name": IGNORED}),
        ("The name is sorted irrespective of case; among equals the oldest comes first.", {"name": IGNORED}),
        ("Sorting is case-insensitive.", {"name": IGNORED, "title": IGNORED}),
        ("Titles are sorted in byte order.", {"title": ENCODED}),
        ("Strings are sorted by code points.", {"name": ENCODED, "title": ENCODED}),
        ("`name` is sorted in ASCII order, `B` before `a`.", {}),
        ("Names sort in ASCII order.", {"name": ENCODED}),
        ("Sort key (case-insensitive).", {}),
        ("One of `name`, `title` (case-insensitive).", {}),
        ("Sort by `name` or `title` (case-insensitive).", {}),
        ("Sort is case-insensitive.", {}),
        ("`sort` is case-insensitive.", {}),
        ("Sorted by name, with case-insensitive lookups by title.", {}),
        ("If two widgets have identical case-insensitive names, they are sorted by title.", {}),
        ("Sorting is case-sensitive (uppercase comes before lowercase).", {}),
        ("The name of the field is case-insensitive.", {}),
        ("Owner names are compared without regard to case.", {}),
        ("Sorted by owner, without regard to case.", {}),
        ("Names may be sorted case-insensitively, depending on the database.", {}),
        ("Sorting is not case-insensitive.", {}),
        ("If `folded` is set, names are sorted case-insensitively.", {}),
        ("Names are sorted alphabetically.", {}),
        ("Names are sorted case-sensitively.", {}),
        ("Upper and lower case names are sorted separately.", {}),
        ("Names are sorted in the order of the user's locale, without regard to case.", {}),
        ("Due dates are sorted without regard to case.", {}),
        ("Sorting by kind ignores case.", {}),
    ],
)
def test_a_sentence_says_how_texts_are_compared(sentence: str, told: dict[str, str]) -> None:
    assert order_of(parameter=sentence).get("collation", {}) == told


def test_a_sentence_of_the_operation_must_speak_of_sorting() -> None:
    """What is said of names in a filter or of their being unique is nothing about how a list is sorted."""
    assert order_of(operation="Names are sorted without regard to case.")["collation"] == {"name": IGNORED}
    for other in (
        "Names are compared without regard to case.",
        "Names are unique without regard to case.",
        "The list is sorted, and can be filtered by name without regard to case.",
    ):
        assert "collation" not in order_of(operation=other)


def test_a_sentence_of_the_whole_document_speaks_for_each_list() -> None:
    told = (
        "Wherever a list is sorted, text is compared without regard to case and items with equal keys keep their order."
    )
    assert order_of(api=told)["collation"] == {"name": IGNORED, "title": IGNORED}
    assert "collation" not in order_of(api="Header names are read without regard to case.")


def test_two_sentences_that_say_opposite_things_say_nothing() -> None:
    both = "Names are sorted case-insensitively. Names are sorted in byte order."
    assert "collation" not in order_of(parameter=both)


UP, TURNED = {"asc": "last"}, {"asc": "first", "desc": "last"}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("With `weight` and `-weight` alike, widgets that have no `weight` come last.", {"weight": "last"}),
        ("Widgets without a weight come last in either direction.", {"weight": "last"}),
        ("Widgets without a due date are always listed at the end.", {"due_at": "last"}),
        ("With `weight`, widgets without a measurement come last in both directions.", {"weight": "last"}),
        ("Nulls last, whichever direction.", {"weight": "last", "due_at": "last"}),
        ("Missing values are sorted first regardless of the direction.", {"weight": "first", "due_at": "first"}),
        ("Widgets whose weight is null come first in ascending and last in descending order.", {"weight": TURNED}),
        ("Null weights are strange; nulls are treated as the smallest values.", {"weight": TURNED, "due_at": TURNED}),
        (
            "With an ascending order, nulls are sorted first, and with a descending order, they are sorted last.",
            {"weight": TURNED, "due_at": TURNED},
        ),
        ("Widgets with no weight come last.", {"weight": UP}),
        ("Widgets without a weight come last by default.", {}),
        ("Widgets with no measurable weight are sorted last.", {}),
        ("Sorted by weight, widgets with a null weight go to the bottom.", {"weight": UP}),
        ("In descending order, widgets without a weight come first.", {"weight": {"desc": "first"}}),
        ("Newest first, those lacking a due date last, whatever the direction.", {"due_at": "last"}),
        ("Widgets without an owner come last in either direction.", {}),
        ("Widgets without a weight may come last.", {}),
        ("Widgets without a weight are not listed.", {}),
        ("Widgets without a weight are listed at the end if `all` is set.", {}),
        ("Widgets without a weight are found by their last name.", {}),
        ("Depending on the database, nulls come first or last.", {}),
        ("Nulls are sorted first or last.", {}),
        ("Widgets without a weight are followed by those with one, the heaviest first.", {}),
        ("The heaviest come first.", {}),
        ("Without a sort key, the last one comes first.", {}),
    ],
)
def test_a_sentence_says_where_items_without_a_value_stand(sentence: str, told: dict[str, Any]) -> None:
    assert order_of(parameter=sentence).get("nulls", {}) == told


ALL = {"name": "id", "title": "id", "weight": "id"}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Items with an equal sort key come in ascending order of id in either direction.", ALL),
        ("Widgets that are equal under the sort key are ordered by ascending id, whatever the direction.", ALL),
        ("Items with equal sort keys are ordered by id, ascending.", {key: {"asc": "id"} for key in ALL}),
        ("Items with equal keys are sorted by id, descending.", {key: {"asc": "-id"} for key in ALL}),
        ("Widgets of equal weight are sorted oldest first.", {"weight": {"asc": "created_at"}}),
        ("Widgets with the same weight are always sorted by `name`.", {"weight": "name"}),
        ("Widgets with equal weights are sorted newest first.", {"weight": {"asc": "-created_at"}}),
        ("Widgets with equal due dates are sorted by id.", {}),
        ("Items with equal keys keep a stable order.", {}),
        ("Items with equal keys may be sorted by id.", {}),
        ("Items with equal keys are sorted by rank.", {}),
        ("Items of equal price are sorted by id.", {}),
        ("Widgets of equal weight are sorted by id, except round ones.", {}),
        ("`weight` sorts by weight, then by name. Widgets of equal weight are sorted by id.", {}),
        ("Among equals the oldest comes first.", {}),
        ("Two widgets of the same weight are combined by id.", {}),
    ],
)
def test_a_sentence_says_how_equal_items_are_sorted(sentence: str, told: dict[str, Any]) -> None:
    assert order_of(parameter=sentence).get("ties", {}) == told


def test_a_sentence_that_names_no_direction_is_left_open_where_either_may_be_meant() -> None:
    plain = document()
    at(plain, "components", "schemas", "Widget", "properties")["weight"] = {"type": "integer", "nullable": True}
    told = query("sort", "Widgets without a weight come last.", type="string", enum=["name", "weight"], default="name")
    way = query("order", type="string", enum=["asc", "desc"], default="desc")
    at(plain, *PARAMETERS)[4:] = [told, way]
    assert "nulls" not in said_of(plain)
    way["schema"]["default"] = "asc"
    assert said_of(plain)["nulls"] == {"weight": UP}


def test_a_list_without_a_parameter_has_one_direction() -> None:
    plain = document()
    at(plain, *PARAMETERS)[4:] = []
    at(plain, *LIST)["description"] = "Sorted by name, without regard to case. Widgets without a name come last."
    order = said_of(plain)
    assert (order["collation"], order["nulls"]) == ({"name": IGNORED}, {"name": UP})
