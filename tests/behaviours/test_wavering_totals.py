from __future__ import annotations

import json
from typing import cast

import pytest

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.kit.wavering_totals import find_wavering
from contract_suite.behaviours.kit.listing import Listing
from contract_suite.contract.family import load
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.json import JSON

CONTRACT = load("pai")
LIST = next(operation for operation in CONTRACT.operations if operation.id == "ListAlgorithms")
CLAUSE = "ListAlgorithms::collection::total-constant"
Asked = tuple[str, int]
ITEMS = [{"AlgorithmId": f"algo-{number}"} for number in range(5)]


class Past:
    """A session that has asked for totals, and written where the total is -1."""

    contract = CONTRACT

    def __init__(self, *answers: Asked, shown: int) -> None:
        self.history = [
            Exchange(
                number=number,
                request=Request(
                    method="GET" if total >= 0 else "POST", target=f"/PaiStudio/2022-01-12/ListAlgorithms{query}"
                ),
                answer=Response(
                    status=200,
                    headers=(("Content-Type", "application/json"),),
                    body=json.dumps({"Algorithms": ITEMS[:shown], "TotalCount": total}).encode(),
                ),
            )
            for number, (query, total) in enumerate(answers, start=1)
        ]

    def json(self, exchange: Exchange) -> JSON:
        assert exchange.response is not None
        parsed: JSON = json.loads(exchange.response.body)
        return parsed


def look(*answers: Asked, shown: int = 5) -> tuple[int, ...]:
    found = find_wavering(Listing(cast("Session", Past(*answers, shown=shown)), LIST, {}), CLAUSE)
    return found.exchanges if found else ()


def test_a_total_that_changes_and_changes_back_twice_is_wrong() -> None:
    assert look(("", 5), ("", 6), ("", 5), ("", 5), ("", 4), ("", 5)) == (1, 2, 3, 4, 6, 5)


def test_what_lies_on_other_pages_may_have_come_and_gone() -> None:
    assert look(("", 5), ("", 6), ("", 5), ("", 5), ("", 4), ("", 5), shown=2) == ()


@pytest.mark.parametrize(
    "answers",
    [
        [("", 5), ("", 6), ("", 5), ("", 5)],
        [("", 5), ("", 6), ("", 7), ("", 6), ("", 6)],
        [("", 5), ("?AlgorithmName=a", 1), ("", 5), ("?AlgorithmName=b", 0), ("", 5)],
        [("", 5), ("", -1), ("", 6), ("", -1), ("", 5), ("", 6), ("", 5)],
        [("", 5), ("", 6)],
        [],
    ],
    ids=["once", "for good", "other searches", "own writes", "too few", "nothing"],
)
def test_what_others_or_the_run_itself_may_have_changed_is_not_wrong(answers: list[Asked]) -> None:
    assert look(*answers) == ()
