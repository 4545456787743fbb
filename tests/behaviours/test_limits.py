"""Limits of sizes and rates: exact where they hold, named where they do not."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from contract_suite.behaviours.answers import rate_limits
from contract_suite.behaviours.resources import response_limit
from contract_suite.contract.operation import Contract
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.source import Level
from contract_suite.model.verdict import Outcome
from tests.behaviours.collection_examples import contract
from tests.behaviours.driving import drive


@pytest.mark.parametrize(
    ("limit", "broken"),
    [
        (8192, set()),
        (8193, {"GetAlgorithm::200::response-bytes-respected"}),
        (8191, {"CreateAlgorithm::body::largest-accepted", "UpdateAlgorithm::body::largest-accepted"}),
        (30_000, {"GetAlgorithm::200::response-bytes-respected"}),
    ],
)
def test_the_response_limit_is_exact_to_the_byte(limit: int, broken: set[str]) -> None:
    driven = drive(contract("pai"), (response_limit.BEHAVIOUR,), served=_limited(limit))
    assert driven.failed() == broken
    assert driven.left == 0


@pytest.mark.parametrize("lost", range(1, 9))
def test_a_read_that_is_not_served_near_the_limit_leaves_only_its_own_step_untested(lost: int) -> None:
    """A read of what an update had written was answered 503, and that ended the whole run."""
    reads = itertools.count(1)

    def handle(call: Call, serve: Callable[[Call], Response]) -> Response:
        is_read = call.request.method == "GET" and "/algorithms/" in call.request.target
        return Response(status=503) if is_read and next(reads) == lost else serve(call)

    driven = drive(contract("pai"), (response_limit.BEHAVIOUR,), pipeline=replace(Pipeline(), handle=handle))
    assert not driven.failed()
    assert driven.passed() or driven.untested()
    assert next(reads) > lost


def test_rates_are_exceeded_only_when_asked_for() -> None:
    driven = drive(contract("opensearch"), (rate_limits.BEHAVIOUR,))
    assert driven.requests == 0
    assert set(driven.untested().values()) == {"needs --check-rate-limits"}


@pytest.mark.longer
def test_a_rate_that_nobody_enforces_is_named_and_an_enforced_one_is_not() -> None:
    few = _rated(5, 0.4)
    loose = drive(few, (rate_limits.BEHAVIOUR,), check_rate_limits=True)
    assert {clause.rpartition("::")[2] for clause in loose.failed()} == {"past-limit-refused"}
    levels = {each.kind: each.source.level for each in rate_limits.clauses(few)}
    assert levels["past-limit-refused"] is Level.ADVISORY  # a burst may pass
    assert levels["documented-rate-served"] is Level.FAILURE
    strict = drive(few, (rate_limits.BEHAVIOUR,), check_rate_limits=True, enforce_limits=True)
    assert not strict.failed()
    assert {clause.rpartition("::")[2] for clause in strict.passed()} == {
        "documented-rate-served",
        "past-limit-refused",
        "retry-after-well-formed",
        "served-again",
    }


@pytest.mark.parametrize(
    ("pace", "outcome", "fewest"),
    [
        pytest.param(0.01, Outcome.FAILED, 11, id="at-once"),
        pytest.param(0.06, Outcome.FAILED, 12, id="slowly"),
        pytest.param(0.2, Outcome.UNTESTED, 30, id="below-the-rate"),
    ],
)
def test_a_slow_way_to_the_server_takes_longer_to_exceed_its_rate(
    monkeypatch: pytest.MonkeyPatch, pace: float, outcome: Outcome, fewest: int
) -> None:
    """Where twice the documented number took a little longer than its time, nothing was said of a server without limit."""
    passed = [0.0]
    monkeypatch.setattr(rate_limits, "time", SimpleNamespace(monotonic=lambda: passed[0]))

    def before(*_: object) -> None:
        passed[0] += pace

    only = {"GetDeployedAlgorithm::rate::past-limit-refused"}
    driven = drive(_rated(5, 0.5), (rate_limits.BEHAVIOUR,), check_rate_limits=True, before=before, only=only)
    verdict = driven.of("past-limit-refused")
    assert verdict.outcome is outcome
    first, last = verdict.exchanges
    assert fewest <= last - first + 1 <= 30


@pytest.mark.parametrize(("takes", "fastest"), [(0.0, 1.0), (0.005, 1.0), (0.04, 1.0), (0.2, 4.1)])
def test_a_slow_way_to_the_server_keeps_the_pace_by_a_few_at_once(
    monkeypatch: pytest.MonkeyPatch, takes: float, fastest: float
) -> None:
    """One after the other at 40 ms came to a quarter of a documented rate of a hundred a second, and nothing was said of it."""
    clock = [0.0]
    sent: list[tuple[float, int]] = []

    class Slow:
        contract = contract("opensearch")

        def pause(self, seconds: float) -> None:
            clock[0] += seconds

        def together(self, calls: list[Any], **_: Any) -> list[Exchange]:
            sent.append((clock[0], len(calls)))
            clock[0] += takes
            request = Request(method="GET", target="/")
            return [Exchange(number=1, request=request, answer=Response(status=200)) for _ in calls]

    monkeypatch.setattr(rate_limits, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    calls: list[Any] = [None] * 90
    step = 1 / 90
    paced = rate_limits.paced(Slow(), calls, "it", step=step, most_at_once=5)  # type: ignore[arg-type]
    assert len(paced) == 90
    assert clock[0] <= fastest + 2 * takes
    assert max(count for _, count in sent) <= 5
    for index, (moment, _) in enumerate(sent):
        for later, (end, count) in enumerate(sent[index:], index):
            until_then = sum(each for _, each in sent[index : later + 1])
            assert until_then <= (end - moment) / step + count + 1e-6, "never faster than the pace, but for one clump"


def _limited(limit: int) -> Contract:
    whole = contract("pai")
    return replace(
        whole,
        operations=tuple(
            replace(
                each, promises=replace(each.promises, response_bytes=replace(each.promises.response_bytes, limit=limit))
            )
            if each.promises.response_bytes
            else each
            for each in whole.operations
        ),
    )


def _rated(requests: int, seconds: float) -> Contract:
    whole = contract("opensearch")
    return replace(
        whole,
        operations=tuple(
            replace(
                each,
                promises=replace(each.promises, rate=replace(each.promises.rate, requests=requests, seconds=seconds)),
            )
            if each.promises.rate
            else each
            for each in whole.operations
        ),
    )
