"""A list is paged through to its end, in the server's own steps, and no further than that leads."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.listing import MOST_PAGES, Listing, Walk
from contract_suite.behaviours.kit.page_sizes import LongestPage, PageSizes
from contract_suite.contract.operation import Operation
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.json import JSON, Arguments
from tests.contracts import load

CONTRACT = load("pai")
LIST = next(operation for operation in CONTRACT.operations if operation.id == "ListAlgorithms")
_LONGEST = 1000
Answer = Callable[[int, int], tuple[list[int], int | None]]
"""Items and total of a page, by its number (from 1) and its size."""


class Paged:
    """A session whose server answers every request for a page as `answer` says; a negative total is a refusal."""

    contract = CONTRACT

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[Arguments] = []

    def call(self, _operation: Operation, arguments: Arguments, **_: Any) -> Exchange:
        self.asked.append(arguments)
        number, size = (cast("int", arguments.get(f"query.{name}", 1)) for name in ("PageNumber", "PageSize"))
        items, total = self.answer(number, size)
        status = 500 if total is not None and total < 0 else 200
        body: dict[str, Any] = {"Algorithms": [{"AlgorithmId": f"algo-{each}"} for each in items]}
        body |= {"TotalCount": total} if total is not None else {}
        response = Response(
            status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode()
        )
        return Exchange(number=len(self.asked), request=Request(method="GET", target="/"), answer=response)

    def shared(self, _kind: type) -> PageSizes:
        """How long a page may be was asked before: once, however many walks follow."""
        return PageSizes(by_operation={LIST.id: LongestPage(size=_LONGEST)})

    def json(self, exchange: Exchange) -> JSON:
        parsed: JSON = json.loads(exchange.response.body) if exchange.response else None
        return parsed


def walked(answer: Answer, **options: Any) -> tuple[list[str], Paged, Walk]:
    session, walk = Paged(answer), Walk()
    listing = Listing(cast("Session", session), LIST, {})
    keys = [key for page in listing.pages(walk, **options) for key in page.keys]
    return [key.partition("-")[2].rstrip('"]') for key in keys], session, walk


def cut(count: int, *, at_most: int = _LONGEST, total: bool = True) -> Answer:
    def answer(number: int, size: int) -> tuple[list[int], int | None]:
        size = min(size, at_most)
        return list(range(count))[(number - 1) * size : number * size], count if total else None

    return answer


@given(st.integers(0, 400), st.sampled_from([20, 50, 100, _LONGEST]), st.booleans())
def test_every_item_comes_once_and_in_order(count: int, at_most: int, total: bool) -> None:
    if not total and at_most < _LONGEST:
        return  # a server that shortens pages and says no total can't be told from one whose list ends
    keys, _, walk = walked(cut(count, at_most=at_most, total=total))
    assert keys == [str(each) for each in range(count)]
    assert not walk.trouble


@pytest.mark.parametrize(
    ("answer", "requests"),
    [
        (cut(0), 1),
        (cut(30), 1),
        (cut(30, total=False), 1),
        (cut(_LONGEST), 2),
        (cut(_LONGEST, total=False), 2),
        (cut(2500), 3),
        (cut(60, at_most=20), 4),
        (lambda _number, size: (list(range(size)), 10**6), 2),
        (lambda _number, _size: ([], -1), 1),
    ],
    ids=[
        "empty",
        "short",
        "short without a total",
        "just full",
        "just full without a total",
        "three pages",
        "shortened pages",
        "the same page for ever",
        "a failing server",
    ],
)
def test_as_many_requests_are_sent_as_it_takes_to_see_the_end(answer: Answer, requests: int) -> None:
    assert len(walked(answer)[1].asked) == requests


@given(st.integers(0, 400), st.sampled_from([20, 50, 100, _LONGEST]))
def test_nothing_is_missed_of_a_list_whose_pages_are_shorter_than_asked_for(count: int, at_most: int) -> None:
    """What was created was said to be on no page, because the first page was taken for the last one."""
    keys, session, walk = walked(cut(count, at_most=at_most, total=False), short_ends=False)
    assert keys == [str(each) for each in range(count)]
    assert not walk.trouble
    assert len(session.asked) <= count // min(at_most, max(count, 1)) + 2


def test_a_list_without_end_is_followed_so_far_and_no_further() -> None:
    _, session, walk = walked(lambda number, size: (list(range(number * size, (number + 1) * size)), None))
    assert len(session.asked) == MOST_PAGES
    assert walk.trouble == f"the list has more than {MOST_PAGES} pages"


def test_the_first_page_is_asked_for_without_its_number() -> None:
    asked = walked(cut(1500))[1].asked
    assert asked == [{"query.PageSize": _LONGEST}, {"query.PageSize": _LONGEST, "query.PageNumber": 2}]


def test_the_last_page_can_come_early() -> None:
    keys, session, _ = walked(cut(3500), last_early=True)
    assert [each.get("query.PageNumber", 1) for each in session.asked] == [1, 4, 2, 3, 4]
    assert keys[_LONGEST : _LONGEST + 2] == ["3000", "3001"]


def test_a_failing_server_is_told_from_one_that_answers_no_list() -> None:
    assert "500" in walked(lambda _number, _size: ([], -1))[2].trouble


def test_one_page_that_ends_early_says_nothing_of_the_rest() -> None:
    assert walked(cut(3500), most=1)[2].trouble == ""
