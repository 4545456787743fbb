"""Several requests at one moment: they keep the documented pace as every other request does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.model.verdict import Verdict
from contract_suite.runner.sending.connection_pool import ConnectionPool
from tests.behaviours.driving import Direct, drive
from tests.contracts import load

CALLS = 25


def test_requests_at_once_keep_the_documented_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = load("pai")
    create = contract.operation("CreateAlgorithm")
    rate = create.promises.rate
    assert rate is not None
    assert 2 * rate.requests < CALLS
    slept: list[float] = []
    monkeypatch.setattr("contract_suite.runner.sending.sender.time.sleep", slept.append)
    monkeypatch.setattr(Direct, "loopback", False)
    monkeypatch.setattr(ConnectionPool, "single_connection", False)

    def race(session: Session) -> Iterator[Verdict]:
        made = session.together([(create, {"body": {}})] * CALLS)
        assert len(made) == CALLS
        yield from ()

    drive(contract, [Behaviour(name="race", title="A race.", clauses=lambda _: (), drive=race)])
    assert sum(slept) > 0
