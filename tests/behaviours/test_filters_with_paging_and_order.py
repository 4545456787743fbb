"""Filters with pages, orders and totals, and wildcards of a query language in a value."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from contract_suite.behaviours.collections import totals
from contract_suite.behaviours.collections.filtering import filtering
from contract_suite.behaviours.collections.ordering import ordering
from contract_suite.behaviours.collections.paging import paging
from contract_suite.behaviours.kit.retrying import ConclusiveFailure, conclusive, discard_unstable, retry_until_stable
from contract_suite.behaviours.kit.verdicts import failed, passed
from contract_suite.mock import pipeline as right
from contract_suite.mock.fields import text_of
from contract_suite.mock.pipeline import Pipeline
from contract_suite.model.verdict import Outcome
from tests.behaviours.driving import drive
from tests.contracts import families_that_promise
from tests.contracts import load as contract
from tests.quick import crossed, one_in

COLLECTIONS = tuple(each.BEHAVIOUR for each in (paging, totals, ordering, filtering))
BOOKS = str(Path(__file__).with_name("books.yaml"))
Cut = Callable[[list[Any], int, int], list[Any]]
CUTS: dict[str, Cut] = {
    "every page is the first": lambda items, _start, size: items[:size],
    "the second page is empty": lambda items, start, size: [] if start else items[:size],
    "pages begin too late": lambda items, start, size: items[start + 1 : start + 1 + size] if start else items[:size],
    "the last page loses its last": lambda items, start, size: (
        items[start : start + size] if start + size < len(items) else items[start:-1]
    ),
    "no page ends": lambda items, start, _size: items[start:],
}


def _if(cut: Cut, **given: str | None) -> Pipeline:
    """Pages cut otherwise where all parameters are given, with the value if one is named."""

    def paginate(call: Any, items: list[Any], start: int, size: int | None) -> list[Any]:
        asked = {subject.partition(".")[2]: value for subject, value in call.arguments.items()}
        met = all(name in asked and value in {None, asked[name]} for name, value in given.items())
        return cut(items, start, size) if met and size is not None else right.paginate(call, items, start, size)

    return Pipeline(paginate=paginate)


FILTERS = [
    (BOOKS, "Books", "g"),
    (BOOKS, "Books", "p"),
    ("opensearch", "ListFunctionResources", "resourceType"),
    ("pai", "ListAlgorithms", "WorkspaceId"),
    ("modelarts", "ListAlgorithms", "searches"),
]
ORDERS = [
    (BOOKS, "Books", {"way": "desc"}),
    (BOOKS, "Books", {"by": "title"}),
    ("modelarts", "ListAlgorithms", {"order": "desc"}),
    ("modelarts", "ListAlgorithms", {"order": "asc"}),
    ("modelarts", "ListAlgorithms", {"sort_by": "name"}),
]


def _each_with(cuts: Sequence[str], ways: Sequence[tuple[str, str, Any]]) -> list[Any]:
    """Each way with every cut: quick is one for each way, and so one of each cut; of a family, the others are a matrix."""
    others = {True: (pytest.mark.slow,), False: (pytest.mark.slow, pytest.mark.matrix)}
    return [
        pytest.param(
            *way,
            cut,
            marks=() if at % len(cuts) == place else others[way[0] == BOOKS],
            id=f"{Path(way[0]).stem}-{way[2]}-{cut}",
        )
        for at, way in enumerate(ways)
        for place, cut in enumerate(cuts)
    ]


@pytest.mark.parametrize(("document", "operation", "name", "cut"), _each_with(tuple(CUTS), FILTERS))
def test_pages_that_are_wrong_with_one_filter_only_are_named(
    document: str, operation: str, name: str, cut: str
) -> None:
    if cut == "the last page loses its last":
        # Not on the first page, where the long page would lose it too: what is lost everywhere is another matter.
        broken = _if(
            lambda items, start, size: CUTS[cut](items, start, size) if start else items[:size], **{name: None}
        )
    else:
        broken = _if(CUTS[cut], **{name: None})
    assert drive(contract(document), COLLECTIONS, pipeline=broken).failed() == {
        f"{operation}::query.{name}::filtered-before-paging"
    }


WITHIN_AN_ORDER = ("every page is the first", "the second page is empty", "pages begin too late", "no page ends")


@pytest.mark.longer
@pytest.mark.parametrize(("document", "operation", "given", "cut"), _each_with(WITHIN_AN_ORDER, ORDERS))
def test_pages_that_are_wrong_in_one_order_only_are_named(
    document: str, operation: str, given: dict[str, str], cut: str
) -> None:
    broken = drive(contract(document), COLLECTIONS, pipeline=_if(CUTS[cut], **given)).failed()
    assert broken == {f"{operation}::order::sorted-before-paging"}


@pytest.mark.parametrize(
    "cut",
    [
        "every page is the first",
        pytest.param("the second page is empty", marks=pytest.mark.slow),
        pytest.param("pages begin too late", marks=pytest.mark.slow),
        "no page ends",
    ],
)
def test_pages_that_are_wrong_only_with_a_filter_and_an_order_are_named(cut: str) -> None:
    broken = drive(contract("modelarts"), COLLECTIONS, pipeline=_if(CUTS[cut], workspace_id=None, order="asc")).failed()
    assert broken == {"ListAlgorithms::filters::filtered-and-sorted-before-paging"}


@pytest.mark.parametrize(
    ("family", "sign"), crossed(families_that_promise(filtering.BEHAVIOUR, "match-as-documented"), ["_", "%"])
)
def test_a_sign_that_is_taken_for_anything_is_named(family: str, sign: str) -> None:
    def same(_call: Any, wanted: Any, found: Any) -> bool:
        pattern = re.escape(text_of(wanted)).replace(sign, ".*")
        return found is not None and re.fullmatch(pattern, text_of(found), re.DOTALL) is not None

    broken = drive(contract(family), (filtering.BEHAVIOUR,), pipeline=Pipeline(same=same)).failed()
    assert broken
    assert {clause.rpartition("::")[2] for clause in broken} == {"match-as-documented"}


def test_a_total_that_only_the_last_filter_breaks_is_named() -> None:
    pipeline = Pipeline(
        total=lambda call, found, page: len(page) if "query.AlgorithmProvider" in call.arguments else len(found)
    )
    assert drive(contract("pai"), COLLECTIONS, pipeline=pipeline).failed() == {
        "ListAlgorithms::collection::total-filtered"
    }


@pytest.mark.longer
def test_a_count_out_of_its_bounds_with_a_filter_only_is_named() -> None:
    pipeline = Pipeline(count=lambda call, found, _page: len(found) + ("query.workspace_id" in call.arguments))
    assert drive(contract("modelarts"), COLLECTIONS, pipeline=pipeline).failed() == {
        "ListAlgorithms::collection::count-bounded"
    }


@pytest.mark.longer
@pytest.mark.parametrize("seed", one_in(3, range(3)))
def test_ties_that_stand_otherwise_in_every_answer_break_no_other_clause_than_theirs(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def arrange(call: Any, items: list[Any], *asked: Any) -> list[Any]:
        mixed = chance.sample(items, len(items)) if "query.sort_by" in call.arguments else items
        return right.arrange(call, mixed, *asked)

    failed = drive(contract("modelarts"), COLLECTIONS, pipeline=Pipeline(arrange=arrange), seed=seed).failed()
    assert failed <= {"ListAlgorithms::order::ties-keep-their-place"}


def _rarely(cut: Cut, every: int) -> Pipeline:
    """One page that another follows in so many is cut otherwise."""
    full = 0

    def paginate(call: Any, items: list[Any], start: int, size: int | None) -> list[Any]:
        nonlocal full
        full += size is not None and start + size < len(items)
        wrong = size is not None and start + size < len(items) and full % every == 0
        return cut(items, start, size or 0) if wrong else right.paginate(call, items, start, size)

    return Pipeline(paginate=paginate)


@pytest.mark.parametrize(("family", "every"), crossed(["modelarts", "pai"], [5, 7]))
def test_a_page_that_is_too_long_now_and_then_is_not_lost(family: str, every: int) -> None:
    broken = drive(
        contract(family),
        (paging.BEHAVIOUR,),
        pipeline=_rarely(lambda items, start, size: items[start : start + size + 1], every),
    ).failed()
    assert {clause.rpartition("::")[2] for clause in broken} == {"page-size-respected"}


@pytest.mark.longer
def test_an_item_that_is_lost_now_and_then_is_seldom_lost_on_us() -> None:
    """Which page is hit is chance, and a page that nothing is compared with shows nothing."""
    shown = 0
    for every in (4, 5, 6, 7, 8):
        broken = drive(
            contract("pai"),
            COLLECTIONS,
            pipeline=_rarely(lambda items, start, size: items[start : start + size - 1], every),
        ).failed()
        assert {clause.rpartition("::")[2] for clause in broken} <= {
            "pages-complete",
            "pages-continue",
            "filtered-before-paging",
        }
        shown += bool(broken)
    assert shown >= 4


def test_what_came_and_went_is_told_from_what_stays() -> None:
    wrong = conclusive(failed("a::b::c", "a page of 2 holds 3 items", [1]))
    stays = retry_until_stable(lambda: {"a::b::c": wrong})["a::b::c"]
    answers = iter([wrong, passed("a::b::c", [2])])
    went = retry_until_stable(lambda: {"a::b::c": next(answers)})["a::b::c"]
    assert (stays.outcome, isinstance(stays, ConclusiveFailure)) == (Outcome.FAILED, False)
    assert (went.outcome, isinstance(went, ConclusiveFailure)) == (Outcome.FAILED, True)
    plain = iter([failed("a::b::c", "two items changed places", [1]), passed("a::b::c", [2])])
    assert retry_until_stable(lambda: {"a::b::c": next(plain)})["a::b::c"].outcome is Outcome.PASSED
    assert discard_unstable({"a::b::c": wrong})["a::b::c"].outcome is Outcome.FAILED
