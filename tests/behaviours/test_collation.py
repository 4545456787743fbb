"""Order is judged fairly: a sorted list is never called unsorted, a wrongly sorted one is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.behaviours.collections.kit.collation import as_compared, differ, disorder, told_ranks
from contract_suite.behaviours.kit.retrying import retry_until_stable
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON, MISSING
from contract_suite.model.verdict import Outcome, Verdict

ANY = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.just(MISSING))


@given(st.lists(st.integers() | st.floats(allow_nan=False)), st.sampled_from(["asc", "desc"]))
def test_sorted_numbers_are_in_order(values: list[float], way: str) -> None:
    assert disorder(sorted(values, reverse=way == "desc"), way) is None


@given(st.lists(st.text(max_size=5)))
def test_sorted_texts_are_in_order_by_code_point_and_without_case(values: list[str]) -> None:
    without_case = sorted(values, key=str.casefold)
    assert disorder(sorted(values), "asc") is None
    assert disorder(list(without_case), "asc") is None


@given(st.lists(st.text(max_size=5)), st.sampled_from(["asc", "desc"]))
def test_texts_are_in_order_by_the_collation_that_is_said(values: list[Any], way: str) -> None:
    down = way == "desc"
    assert disorder(sorted(values, reverse=down), way, "binary") is None
    folds: list[Any] = [str.casefold, str.upper]
    assert all(disorder(sorted(values, key=fold, reverse=down), way, "case-insensitive") is None for fold in folds)


@pytest.mark.parametrize(
    ("values", "collation", "wrong"),
    [
        (["B", "a", "C"], "", (1, 2)),
        (["Anna", "Zoe", "bob"], "", None),
        (["Anna", "Zoe", "bob"], "case-insensitive", (1, 2)),
        (["Anna", "bob", "Zoe"], "case-insensitive", None),
        (["Anna", "bob", "Zoe"], "binary", (1, 2)),
        (["a_b", "AB"], "case-insensitive", None),
        (["AB", "a_b"], "case-insensitive", None),
        (["web-9", "WEB-10"], "case-insensitive", None),
        (["WEB-9", "WEB-10"], "binary", (0, 1)),
        ([9, 10], "binary", None),
    ],
)
def test_only_what_is_said_of_texts_counts(values: list[JSON], collation: str, wrong: tuple[int, int] | None) -> None:
    assert disorder(values, "asc", collation) == wrong


@given(st.lists(ANY), st.sampled_from(["asc", "desc"]))
def test_anything_can_be_judged(values: list[object], way: str) -> None:
    wrong = disorder(values, way)  # type: ignore[arg-type]  # any JSON
    assert wrong is None or differ(values)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("values", "way", "wrong"),
    [
        ([9, 10, 100], "asc", None),
        ([10, 100, 9], "asc", (1, 2)),
        ([1, None, 2, MISSING, 3], "asc", None),
        (["b", "a"], "asc", (0, 1)),
        (["B", "a", "C"], "asc", (1, 2)),
        (["a_b", "ab", "a-c"], "asc", None),
        (["9", "10"], "asc", None),
        (["10", "9"], "asc", None),
        ([False, True], "desc", (0, 1)),
        (["ä", "b", "a"], "asc", (1, 2)),
        (["2024-07-10T11:00:00+02:00", "2024-07-10T10:00:00Z"], "asc", None),
        (["2024-07-10T11:00:00", "2024-07-10 11:00:01"], "asc", None),
        (["Thu, 07 Mar 2024 05:00:00 +0000", "Wed, 03 Apr 2024 06:30:00 +0200"], "asc", None),
        (["Wed, 03 Apr 2024 06:30:00 +0200", "Thu, 07 Mar 2024 05:00:00 +0000"], "asc", (0, 1)),
        (["Mon, 01 Jul 2024 05:00:00 GMT", "Fri, 02 Feb 2024 05:00:00 GMT"], "desc", None),
        (["Mar 7, 2024 5:00 AM", "Mar 7, 2024 1:00 PM", "April 1, 2024"], "asc", None),
        (["31.12.2023", "01.02.2024"], "asc", None),
        (["12/31/2023", "02/01/2024"], "asc", None),
        (["WEB-9", "WEB-10"], "asc", None),
        (["WEB-10", "WEB-9"], "asc", None),
        (["WEB-10", "WEB-9", "WEB-11"], "asc", (1, 2)),
        (["room 2 b", "Room 10 a", "room 010 b"], "asc", None),
        ([f"a{'9' * 5000}", f"a1{'0' * 5000}"], "asc", None),
        (["WEB-9", "API-10"], "asc", (0, 1)),
    ],
)
def test_examples(values: list[object], way: str, wrong: tuple[int, int] | None) -> None:
    assert disorder(values, way) == wrong  # type: ignore[arg-type]  # any JSON


def test_what_failed_once_and_then_passed_has_passed() -> None:
    looks = iter([{"c": failed("c", "no", [1])}, {"c": passed("c", [2])}])
    assert retry_until_stable(lambda: next(looks))["c"].outcome is Outcome.PASSED


def test_what_failed_twice_has_failed() -> None:
    looks = iter([{"c": failed("c", "no", [1])}, {"c": untested("c", "moved")}, {"c": failed("c", "no", [3])}])
    assert retry_until_stable(lambda: next(looks))["c"].exchanges == (3,)


def test_what_failed_once_and_never_stood_still_is_untested() -> None:
    looks = iter([{"c": failed("c", "no", [1])}, {"c": untested("c", "moved")}, {"c": untested("c", "moved")}])
    assert retry_until_stable(lambda: next(looks))["c"].outcome is Outcome.UNTESTED


def test_what_holds_is_looked_at_once() -> None:
    count = 0

    def look() -> dict[str, Verdict]:
        nonlocal count
        count += 1
        return {"c": passed("c", [1])}

    retry_until_stable(look)
    assert count == 1


@pytest.mark.parametrize(("format_", "in_order"), [("int64", False), ("decimal", False), ("", True), ("date", True)])
def test_texts_are_numbers_where_their_format_says_so(format_: str, in_order: bool) -> None:
    values = as_compared(
        ["10", "9"], SchemaView(raw={"type": "string", "format": format_}, definitions={}), ranked=True
    )
    assert (disorder(values, "asc") is None) is in_order


@pytest.mark.parametrize(
    ("pattern", "in_order"),
    [(r"^-?\d{0,8}(?:\.\d{0,2})?$", False), (r"^\d+\.\d{2}$", False), (r"^[0-9.]+$", True), (r"^\d+\.\d+$", True)],
)
def test_texts_are_numbers_where_their_pattern_leaves_nothing_else(pattern: str, in_order: bool) -> None:
    """Amounts that were sorted as text were right; codes and versions that are still may be."""
    place = SchemaView(raw={"type": "string", "pattern": pattern}, definitions={})
    values = as_compared(["100.00", "25.00"], place, ranked=True)
    assert (disorder(values, "asc") is None) is in_order
    assert disorder(as_compared(["25.00", "100.00"], place, ranked=True), "asc") is None


LEVELS = ["low", "normal", "urgent"]


@pytest.mark.parametrize(
    ("texts", "in_order"),
    [
        (["low", "normal", "urgent"], True),
        (["urgent", "normal", "low"], True),
        (["normal", "low", "urgent"], False),
        (["low", "urgent", "normal"], False),
    ],
)
def test_values_of_an_enum_may_be_sorted_by_their_place_in_it(texts: list[JSON], *, in_order: bool) -> None:
    """A list sorted by urgency was called unsorted, because its texts are not in the order of their letters."""
    place = SchemaView(raw={"type": "string", "enum": [*LEVELS]}, definitions={})
    values = as_compared(texts, place, ranked=True)
    assert list(values) == texts
    assert (disorder(values, "asc") is None) is in_order
    assert (disorder(as_compared(texts, place, ranked=False), "asc") is None) is (texts == LEVELS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Sorted by urgency: low, normal, high.", ("low", "normal", "high")),
        ("Order by rank: `high` > `normal` > `low`", ("high", "normal", "low")),
        ("Sort by low, normal and then high", ("low", "normal", "high")),
        ("Sort key. Urgency goes from low to normal to high.", ("low", "normal", "high")),
        ("Sort key; low < normal < high", ("low", "normal", "high")),
        ("Sort key (low, then normal, then high)", ("low", "normal", "high")),
        ("The sort order: high -> normal -> low", ("high", "normal", "low")),
        ("One of low, normal, high.", ()),
        ("Sort by name or urgency; urgency is one of high, normal, low.", ()),
        ("Sorted by urgency. It is high, normal, low.", ()),
        ("Sorted by urgency (high, normal, low)", ()),
        ("Sorted by one of high, normal, low", ()),
        ("Sort by order state: high, normal, low", ()),
        ("Sorts what is high, normal and low", ()),
        ("Ordered low, high", ()),
        ("Sorted from low, highest, normal and high", ()),
    ],
)
def test_a_text_tells_the_ranks_that_letters_do_not(text: str, told: tuple[str, ...]) -> None:
    place = SchemaView({"type": "string", "enum": ["normal", "low", "high"]}, {})
    assert told_ranks(text, place) == told
    assert not told_ranks(f"sorted: high{', ' * 40}low or normal", place)  # and at once
    by_letters: tuple[JSON, ...] = ("high", "low", "normal")
    seen = as_compared(by_letters, place, ranked=True, told=told_ranks(text, place))
    assert (disorder(seen, "asc") is None) is not bool(told)
    for values in (("low", "normal", "high"), ("high", "normal", "low")) if told else ():
        assert disorder(as_compared(values, place, ranked=True, told=told), "asc") is None
