from __future__ import annotations

import json
from typing import Any, cast

import pytest

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.kit.lost_items import find_lost
from contract_suite.behaviours.kit.listing import Listing
from contract_suite.model.exchange import Exchange, Identity, Request, Response
from contract_suite.model.json import JSON
from tests.contracts import load

CONTRACT = load("pai")
LIST = next(operation for operation in CONTRACT.operations if operation.id == "ListAlgorithms")
CLAUSE = "ListAlgorithms::collection::pages-complete"


class Past:
    """A session that has asked some lists."""

    prefix = "cs-abc-"
    contract = CONTRACT

    def __init__(self, *answers: tuple[str, list[str]]) -> None:
        self.history: list[Exchange] = []
        self.values: dict[type, Any] = {}
        for target, names in answers:
            self.add(target, names)

    def add(
        self,
        target: str,
        names: list[str],
        *,
        status: int = 200,
        identity: Identity = Identity.DEFAULT,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        body: Any = {
            "Algorithms": [{"AlgorithmId": f"algo-{name}", "AlgorithmName": name} for name in names],
            "TotalCount": len(names),
        }
        target = f"/PaiStudio/2022-01-12/ListAlgorithms{target}"
        request = Request(method="GET", target=target, headers=headers, identity=identity)
        answer = Response(
            status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode()
        )
        self.history.append(Exchange(number=len(self.history) + 1, request=request, answer=answer))

    def shared(self, kind: type) -> Any:
        return self.values.setdefault(kind, kind())

    def json(self, exchange: Exchange) -> JSON:
        assert exchange.response is not None
        parsed: JSON = json.loads(exchange.response.body)
        return parsed


def look(past: Past) -> tuple[int, ...]:
    found = find_lost(Listing(cast("Session", past), LIST, {}), CLAUSE)
    return found.exchanges if found else ()


def test_a_request_with_another_header_asks_for_something_else() -> None:
    """Another tenant's list lacks what the first one's has."""
    past = Past(("", ["a", "b"]))
    past.add("", [], headers=(("X-Tenant", "south"),))
    past.add("", ["a", "b"])
    assert look(past) == ()


def test_what_was_there_before_and_after_was_there_between() -> None:
    assert look(Past(("", ["a", "b"]), ("", ["a"]), ("", ["a", "b"]))) == (1, 3, 2)
    assert look(Past(("", ["a", "b"]), ("", []), ("", ["b"]))) == (1, 3, 2)
    first = "?PageNumber=1"
    assert look(Past((first, ["a", "b"]), (first, ["a"]), (first, ["a", "b"]))) == (1, 3, 2)


@pytest.mark.parametrize(
    "answers",
    [
        [("", ["a", "b"]), ("", ["a", "b"]), ("", ["a"])],
        [("", ["a"]), ("", ["a", "b"]), ("", ["a", "b"])],
        [("", ["a", "b"]), ("", ["b", "c"]), ("", ["a", "b"])],
        [("", ["a", "b"]), ("?PageSize=1", ["a"]), ("", ["a", "b"])],
        [("", ["a", "cs-abc-1"]), ("", ["a"]), ("", ["a", "cs-abc-1"])],
        [("", ["a", "b"]), ("", ["a"])],
        [("?PageNumber=2", ["a", "b"]), ("?PageNumber=2", ["b"]), ("?PageNumber=2", ["a", "b"])],
        [],
    ],
    ids=["deleted", "created", "another page", "another request", "the run's own", "too few", "moved up", "nothing"],
)
def test_what_somebody_may_have_written_is_no_finding(answers: list[tuple[str, list[str]]]) -> None:
    assert look(Past(*answers)) == ()


@pytest.mark.parametrize(
    ("method", "path", "shown", "lost"),
    [
        ("PUT", "/algorithms/algo-b", {}, False),
        ("POST", "/algorithms", {"AlgorithmId": "algo-b"}, False),
        ("PUT", "/algorithms/algo-c", {"AlgorithmId": "algo-c"}, True),
        ("GET", "/algorithms/algo-b", {"AlgorithmId": "algo-b"}, True),
    ],
)
def test_what_the_run_has_written_may_come_and_go(method: str, path: str, shown: dict[str, str], *, lost: bool) -> None:
    """A page whose address is made of its title was renamed, and another one got its old address."""
    past = Past(("", ["a", "b"]))
    answer = Response(status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(shown).encode())
    past.history.append(Exchange(number=2, request=Request(method=method, target=path), answer=answer))
    past.add("", ["a"])
    past.add("", ["a", "b"])
    assert bool(look(past)) is lost


def test_refusals_and_other_keys_show_nothing() -> None:
    past = Past(("", ["a"]))
    past.add("", [], status=500)
    past.add("", [], identity=Identity.READONLY)
    past.add("", ["a"])
    assert look(past) == ()


def test_what_came_and_went_is_reported_once() -> None:
    past = Past(("", ["a", "b"]), ("", ["a"]), ("", ["a", "b"]))
    assert look(past)
    assert look(past) == ()
