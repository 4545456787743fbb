"""A long run remembers its latest exchanges alone: as many, and bodies of as many bytes, as there is room for."""

from __future__ import annotations

import pytest

from contract_suite.checks.check import Judgement
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.runner.session import recent_exchanges
from contract_suite.runner.session.recent_exchanges import RecentExchanges
from tests.contracts import load

CONTRACT = load("pai")
OPERATION = CONTRACT.operations[0]


def judgement(number: int, body: bytes = b"{}", status: int = 200) -> Judgement:
    request = Request(method="GET", target="/")
    case = Case(operation=OPERATION.id, request=request, intent=Intent.UNKNOWN, stage=Stage.PROBES)
    response = Response(status=status, headers=(("Content-Type", "application/json"),), body=body)
    exchange = Exchange(number=number, request=request, answer=response)
    return Judgement(contract=CONTRACT, operation=OPERATION, case=case, exchange=exchange)


def kept(recent: RecentExchanges) -> list[int]:
    return [each.exchange.number for each in recent]


def test_the_oldest_is_forgotten_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent_exchanges, "MOST", 3)
    recent = RecentExchanges()
    for number in range(1, 6):
        recent.add(judgement(number))
    assert kept(recent) == [3, 4, 5]
    assert recent.exchange(2) is None
    assert recent.stage(2) is None
    assert recent.stage(3) is Stage.PROBES


def test_the_oldest_are_forgotten_where_bodies_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_suite.limits.REMEMBERED", 100)
    recent = RecentExchanges()
    for number, size in enumerate((40, 40, 20, 41), 1):
        recent.add(judgement(number, b" " * size))
    assert kept(recent) == [3, 4]
    recent.add(judgement(5, b" " * 1000))
    assert kept(recent) == [5], "the last one is kept whatever its size"
    recent.add(judgement(6, b" " * 100))
    assert kept(recent) == [6]


def test_refusals_are_kept_and_are_no_successes() -> None:
    recent = RecentExchanges()
    recent.add(judgement(1, b'{"a": 1}'))
    recent.add(judgement(2, status=404))
    assert kept(recent) == [1, 2]
    assert [(each.number, body) for each, body in recent.successes()[OPERATION.id]] == [(1, {"a": 1})]
