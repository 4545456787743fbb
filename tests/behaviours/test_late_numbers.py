"""Counts and sums that a worker in the background brings up to date: late ones are right, and those that never come are found."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.operation import Contract
from contract_suite.model.exchange import Request, Response
from tests.behaviours.clock import CLOCK
from tests.behaviours.driving import Driven, drive
from tests.behaviours.harbour_server import HarbourServer, harbour
from tests.behaviours.orders_server import OrdersServer, orders
from tests.behaviours.tasks_server import TasksServer, tasks
from tests.behaviours.test_aggregates import COUNTED, Games, document, guessed, mean
from tests.behaviours.trails_server import TrailsServer, trails

NEVER = 10**6


class Late:
    """A server whose reads show a number as it was so many seconds before, where requests with one method have changed it."""

    def __init__(self, inner: Any, seconds: float, number: str, method: str) -> None:
        self.inner, self.seconds, self.number, self.method = inner, seconds, number, method
        self.known: dict[str, tuple[Request, list[tuple[float, dict[str, Any]]]]] = {}

    def handle(self, request: Request) -> Response:
        """Answer as the inner server does, but for the numbers of a thing that is read."""
        answer: Response = self.inner.handle(request)
        if request.method != "GET":
            for read, seen in self.known.values():
                at = CLOCK.now if request.method == self.method else 0
                seen.append((at, self.shown(self.inner.handle(read))))
            return answer
        now = self.shown(answer)
        if not now:
            return answer
        _, seen = self.known.setdefault(request.target, (request, [(0, now)]))
        late = [each for at, each in seen if at <= CLOCK.now - self.seconds][-1]
        return replace(answer, body=json.dumps(json.loads(answer.body) | late).encode())

    def shown(self, answer: Response) -> dict[str, Any]:
        """The number that an answer shows, under its name."""
        body = json.loads(answer.body) if answer.status == 200 and answer.body else None
        return {self.number: body[self.number]} if isinstance(body, dict) and self.number in body else {}


def of_orders() -> tuple[Contract, Any]:
    return orders(), OrdersServer()


def of_trails() -> tuple[Contract, Any]:
    return trails(), TrailsServer()


class Asked:
    """Games and their reviews, asked without a network."""

    def __init__(self) -> None:
        self.games = Games(mean, frozenset())

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        path, _, query = request.target.partition("?")
        sent = json.loads(request.body) if request.body else None
        status, body = self.games(request.method, path, dict(parse_qsl(query)), {}, sent)
        text = b"" if body is None else json.dumps(body).encode()
        return Response(status=status, headers=(("Content-Type", "application/json"),) if text else (), body=text)


def of_tasks() -> tuple[Contract, Any]:
    return tasks(), TasksServer()


def of_games() -> tuple[Contract, Any]:
    return guessed(document(**COUNTED)), Asked()


def of_harbour() -> tuple[Contract, Any]:
    return harbour(), HarbourServer()


Made = Callable[[], tuple[Contract, Any]]
CASES: list[tuple[str, Made, str, str, str]] = [
    ("computed-updates", of_orders, "total", "PATCH", "changeOrder::computed::sums-follow-update"),
    ("computed-owners", of_orders, "total", "PATCH", "changeLine::below::sums-follow-part"),
    ("items-below", of_trails, "commentCount", "POST", "createComment::below::counted-by-owner"),
    ("items-below", of_trails, "commentCount", "DELETE", "deleteComment::below::uncounted-when-deleted"),
    ("counts-below", of_trails, "walkCount", "POST", "addWalk::below::listed-and-counted"),
    ("counts-below", of_trails, "walkCount", "DELETE", "deleteWalk::below::deleted-and-uncounted"),
    ("sums-below", of_tasks, "seat_cost", "DELETE", "deleteSeat::below::removed-and-subtracted"),
    ("effects-on-others", of_harbour, "open_moorings", "DELETE", "readSkipper::200/open_moorings::number-follows"),
    ("aggregates", of_games, "review_count", "POST", "getGame::200/review_count::aggregate-exact"),
    ("aggregates", of_games, "review_count", "DELETE", "getGame::200/review_count::aggregate-exact"),
]
EACH = pytest.mark.parametrize("case", CASES, ids=[f"{each[0]}-{each[3]}" for each in CASES])


def driven(case: tuple[str, Made, str, str, str], seconds: float) -> tuple[Driven, float]:
    name, made, number, method, _ = case
    behaviour = next(each for each in BEHAVIOURS if each.name == name)
    contract, inner = made()
    CLOCK.leave_the_minute()  # `drive` would, while the time is taken
    began = CLOCK.now
    return drive(contract, (behaviour,), server=Late(inner, seconds, number, method)), CLOCK.now - began


@pytest.mark.parametrize("seconds", [1, 3])
@EACH
def test_a_number_that_follows_within_seconds_is_right(case: tuple[str, Made, str, str, str], seconds: float) -> None:
    """It was called stale after half a second."""
    found, _ = driven(case, seconds)
    assert not found.failed()
    assert case[-1] in found.passed()


@EACH
def test_a_number_that_never_follows_is_found_after_one_wait(case: tuple[str, Made, str, str, str]) -> None:
    """Nobody waits for a server that is right at once, and nobody waits twice for one clause that is broken."""
    found, late = driven(case, NEVER)
    assert case[-1] in found.failed()
    right, at_once = driven(case, 0)
    assert not right.failed()
    assert late < at_once + 10
