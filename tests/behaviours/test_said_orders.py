"""Lists whose document says how texts are compared and where items without a value stand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_suite.behaviours.collections.ordering import ordering
from contract_suite.contract.operation import Contract
from contract_suite.mock.pipeline import Pipeline
from tests.behaviours.driving import Driven, drive
from tests.contracts import load

PETS = str(Path(__file__).parents[1] / "mock" / "adoptions.yaml")
COLLATION, NULLS = "listPets::order/name::collation-respected", "listPets::order/weight::nulls-placed"
LAST = {"asc": "last", "desc": "last"}


def pets(**order: Any) -> Contract:
    """The document, with another order promised."""
    whole = load(PETS)
    return replace(
        whole,
        operations=tuple(
            replace(each, promises=replace(each.promises, order=replace(each.promises.order, **order)))
            if each.id == "listPets" and each.promises.order is not None
            else each
            for each in whole.operations
        ),
    )


def sorting(names: Callable[[str], Any] = str, weights: Callable[[Any, bool], Any] | None = None) -> Pipeline:
    """A server that sorts names by one key, and weights (which may be null) by another that may know the direction."""
    plain = Pipeline()

    def arrange(call: Any, items: Any, field: str, direction: str, key: Any) -> Any:
        falls = direction == "desc"
        if field == "name":
            return sorted(items, key=lambda each: names(each["name"]), reverse=falls)
        if field == "weight" and weights is not None:
            return sorted(items, key=lambda each: weights(each.get("weight"), falls), reverse=falls)
        return plain.arrange(call, items, field, direction, key)

    return Pipeline(arrange=arrange)


def driven(pipeline: Pipeline | None, contract: Contract | None = None, **options: Any) -> Driven:
    return drive(contract or pets(), (ordering.BEHAVIOUR,), pipeline=pipeline, **options)


def by_letters(text: str) -> Any:
    """As ICU and glibc have it: letters first, and their case only where nothing else differs."""
    return "".join(filter(str.isalnum, text.casefold())), text.swapcase()


@pytest.mark.parametrize("names", [str.lower, str.upper, str.casefold, by_letters])
def test_any_collation_without_regard_to_case_is_right_where_case_is_ignored(names: Callable[[str], Any]) -> None:
    """NOCASE of SQLite folds to lower case, MySQL to upper case, PostgreSQL may sort by letters first."""
    found = driven(sorting(names))
    assert found.failed() == set()
    assert COLLATION in found.passed()


def test_a_list_in_byte_order_is_found_where_case_is_ignored() -> None:
    found = driven(sorting(str))
    assert found.failed() == {COLLATION}
    assert "without regard to case, and " in found.of("collation-respected").message


def test_a_list_without_regard_to_case_is_found_where_texts_are_compared_by_bytes() -> None:
    binary = pets(collation={"name": "binary"})
    assert driven(sorting(str.casefold), binary).failed() == {COLLATION}
    right = driven(sorting(str), binary)
    assert right.failed() == set()
    assert COLLATION in right.passed()


@pytest.mark.parametrize("names", [str, str.casefold, by_letters])
def test_nothing_is_said_of_case_where_the_document_is_silent(names: Callable[[str], Any]) -> None:
    found = driven(sorting(names), pets(collation={}))
    assert found.failed() == set()
    assert COLLATION not in found.passed() | found.untested().keys()


@pytest.mark.parametrize("fold", [lambda text: text.replace("Ç", "c"), lambda text: text])
def test_texts_beyond_ascii_are_no_proof(fold: Callable[[str], str]) -> None:
    """A locale puts `Ça` beside `ca`, code points put it behind `z`: neither regards case."""
    plain = Pipeline()

    def accented(text: str) -> str:
        return text.replace("C", "Ç")

    def item_shown(call: Any, body: Any) -> Any:
        shown = plain.item_shown(call, body)
        return {**shown, "name": accented(str(shown["name"]))}

    right = sorting(lambda text: fold(accented(text)).casefold())
    found = driven(replace(right, item_shown=item_shown))
    assert any("Ç" in str(json.loads(each.response.body or b"0")) for each in found.exchanges if each.response)
    assert found.failed() == set()


def test_a_server_that_keeps_names_in_lower_case_shows_nothing() -> None:
    plain = Pipeline()

    def item_shown(call: Any, body: Any) -> Any:
        shown = plain.item_shown(call, body)
        return {**shown, "name": str(shown["name"]).lower()}

    found = driven(Pipeline(item_shown=item_shown))
    assert found.failed() == set()
    assert "it takes items whose name differs in upper and lower case" in found.untested()[COLLATION]


def nulls(*, first: bool) -> Callable[[Any, bool], Any]:
    """Nulls at one end in either direction."""
    return lambda value, falls: ((value is None) == (falls is first), value or 0)


def by_size(*, low: bool) -> Callable[[Any, bool], Any]:
    """Nulls as the lowest of all values (SQLite, MySQL), or as the highest (PostgreSQL, Oracle)."""
    return lambda value, _falls: ((value is None) is not low, value or 0)


TURNED = {"asc": "first", "desc": "last"}


@pytest.mark.parametrize(
    ("said", "weights", "right"),
    [
        (LAST, nulls(first=False), True),
        (LAST, nulls(first=True), False),
        (LAST, by_size(low=True), False),
        (LAST, by_size(low=False), False),
        (TURNED, by_size(low=True), True),
        (TURNED, by_size(low=False), False),
        (TURNED, nulls(first=False), False),
        ({"asc": "last"}, by_size(low=False), True),
        ({"asc": "last"}, nulls(first=False), True),
        ({"asc": "last"}, by_size(low=True), False),
        (LAST, lambda value, _falls: value or 0, False),
    ],
)
def test_nulls_stand_where_the_document_says(said: dict[str, str], weights: Any, *, right: bool) -> None:
    found = driven(sorting(str.casefold, weights), pets(nulls={"weight": said}))
    assert found.failed() == (set() if right else {NULLS})
    assert (NULLS in found.passed()) is right


@pytest.mark.parametrize("weights", [nulls(first=True), nulls(first=False), by_size(low=True), by_size(low=False)])
def test_nulls_stand_anywhere_where_the_document_is_silent(weights: Any) -> None:
    assert driven(sorting(str.casefold, weights), pets(nulls={})).failed() == set()


EQUALS = "listPets::order/age::ties-in-order"


@pytest.mark.parametrize(
    ("said", "turned", "right"),
    [
        ({"asc": "id", "desc": "id"}, lambda _falls: False, True),
        ({"asc": "id", "desc": "-id"}, lambda falls: falls, True),
        ({"asc": "id"}, lambda falls: falls, True),
        ({"asc": "id", "desc": "id"}, lambda falls: falls, False),
        ({"asc": "-id"}, lambda _falls: False, False),
    ],
)
def test_equal_items_are_sorted_as_the_document_says(
    said: dict[str, str], turned: Callable[[bool], bool], *, right: bool
) -> None:
    """`ORDER BY age DESC, id` and `ORDER BY age DESC, id DESC` are two orders; a document may leave open which."""
    plain = Pipeline()

    def arrange(call: Any, items: Any, field: str, direction: str, key: Any) -> Any:
        falls = direction == "desc"
        by_id = sorted(items, key=lambda each: each["id"], reverse=turned(falls))
        return plain.arrange(call, by_id if field == "age" else items, field, direction, key)

    found = driven(Pipeline(arrange=arrange), pets(ties={"age": said}, separator=""))
    assert found.failed() == (set() if right else {EQUALS})
    assert (EQUALS in found.passed()) is right


def test_where_the_run_may_make_nothing_no_one_is_accused() -> None:
    found = driven(sorting(str), exclude=("addPet",))
    assert found.failed() == set()
    assert {COLLATION, NULLS} <= found.untested().keys()


def test_what_is_made_for_it_is_removed() -> None:
    assert driven(None).left == 0


def test_a_list_that_is_not_sorted_at_all_is_one_finding() -> None:
    plain = Pipeline()
    found = driven(
        Pipeline(arrange=lambda call, items, *_asked: plain.arrange(call, items, "id", "asc", plain.sort_key))
    )
    assert found.failed()
    assert not found.failed() & {COLLATION, NULLS}
