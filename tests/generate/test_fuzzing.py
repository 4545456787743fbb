"""Fuzzing: in time, never raising, shrinking towards the failing clause, sending nothing twice."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.contract.violations import violations
from contract_suite.generate.fuzzing import fuzz
from contract_suite.generate.proof import key_of
from contract_suite.model.case import Case, Intent
from contract_suite.model.json import Arguments

BODY: Arguments = {"path.Id": "t-1", "body": {"Name": "one"}}


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    import schemathesis  # noqa: F401, PLC0415 - its import takes a second that is not fuzzing's


@pytest.mark.longer
def test_it_ends_in_time(contract: Contract) -> None:
    began = time.monotonic()
    fuzz(contract, contract.operation("Change"), lambda: BODY, lambda _: (), seconds=1, seed=1)
    assert time.monotonic() - began < 30  # one second was asked for; the rest is for a busy machine


def test_it_proves_what_it_sends(contract: Contract) -> None:
    operation = contract.operation("Change")
    cases: list[Case] = []

    def send(case: Case) -> Sequence[str]:
        cases.append(case)
        return ()

    def provide() -> Arguments | None:
        return BODY if len(cases) < 30 else None  # enough to look at, however slow the machine

    fuzz(contract, operation, provide, send, seconds=60, seed=1, fresh=lambda name: f"run-{name}")
    assert len(cases) >= 30
    assert {case.intent for case in cases} >= {Intent.POSITIVE, Intent.NEGATIVE}
    assert all(case.request.target.startswith("/things/t-1") for case in cases)
    keys = [key_of(case.request) for case in cases]
    assert len(set(keys)) == len(keys)
    for case in cases:
        assert (violations(operation, case.request) == ()) == (case.intent is Intent.POSITIVE)


@pytest.mark.longer
def test_a_failure_shrinks(contract: Contract) -> None:
    asked: list[object] = []
    since_the_smallest = 0

    def send(case: Case) -> Sequence[str]:
        limit = next((value for subject, value in case.arguments.items() if subject == "query.Limit"), 0)
        asked.append(limit)
        return ["List::query.Limit::odd"] if isinstance(limit, int) and limit > 3 else []

    def provide() -> Arguments | None:
        nonlocal since_the_smallest
        since_the_smallest += 4 in asked
        return {"query.Code": "a"} if since_the_smallest < 100 else None  # it is not let go for what comes later

    found = fuzz(contract, contract.operation("List"), provide, send, seconds=60, seed=7)
    smallest = found.failures["List::query.Limit::odd"]
    assert smallest.arguments["query.Limit"] == 4


def test_nothing_is_raised(contract: Contract) -> None:
    def broken(_: Case) -> Sequence[str]:
        raise ConnectionError("gone")

    operation = contract.operation("List")
    assert "ConnectionError" in fuzz(contract, operation, lambda: {"query.Code": "a"}, broken, seconds=20).trouble
    assert fuzz(contract, operation, lambda: None, broken, seconds=20).sent == 0
    assert fuzz(contract, operation, lambda: {"query.Code": "a"}, broken, seconds=0).sent == 0
    assert (
        fuzz(
            contract, contract.operation("Remove"), lambda: BODY, broken, seconds=1, addressing=frozenset({"path.Id"})
        ).sent
        == 0
    )
