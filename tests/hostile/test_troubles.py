"""Nothing ends a run but the user: every trouble, at every n-th exchange of every stage, leaves a whole and honest record."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.running import assert_borne, run_with
from tests.hostile.troubles import TROUBLES, every, only, since
from tests.quick import quick_where

LIMITED = tuple(sorted(name for name in TROUBLES if name.startswith("429")))
"""Forms of one answer: a run meets all of them in turn."""
WAITED_FOR = {name for name in TROUBLES if name.startswith("429") or name == "503-for-a-day"}
LONG = 60.0
"""Waiting ends after 30 s in all, and cleaning up waits for 20 more."""


def third(place: int, troubles: Iterable[str]) -> list[Any]:
    """Make a third of the troubles quick, another one for each place: three tests share all of them."""
    order = sorted(TROUBLES)
    return quick_where(lambda trouble: order.index(trouble) % 3 == place, sorted(troubles))


@pytest.mark.parametrize("trouble", third(0, TROUBLES.keys() - set(LIMITED)))
@pytest.mark.parametrize("n", [3, pytest.param(23, marks=pytest.mark.slow)])
def test_every_nth_exchange(trouble: str, n: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_suite.runner.sending.sender.time.sleep", lambda _seconds: None)
    came = run_with(trouble, every(n), tmp_path, monkeypatch)
    assert_borne(came, within=LONG)
    assert came.outcome.reason != "nothing found"
    if trouble not in WAITED_FOR:
        assert came.outcome.exit_code != 0


@pytest.mark.longer
@pytest.mark.parametrize("n", [3, 11, 23])
def test_every_nth_exchange_is_limited_in_another_form(n: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_suite.runner.sending.sender.time.sleep", lambda _seconds: None)
    came = run_with(LIMITED, every(n), tmp_path, monkeypatch)
    assert_borne(came, within=LONG)
    assert came.outcome.reason != "nothing found"
    assert n == 23 or came.server.troubled >= len(LIMITED)


@pytest.mark.parametrize("trouble", third(1, TROUBLES.keys() - WAITED_FOR))
def test_from_some_exchange_on(trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_suite.runner.sending.sender.time.sleep", lambda _seconds: None)
    came = run_with(trouble, since(150), tmp_path, monkeypatch)
    assert_borne(came, within=LONG)
    assert came.outcome.exit_code in {1, 3, 4}


@pytest.mark.parametrize("trouble", third(2, TROUBLES))
def test_from_the_first_exchange_on(trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_suite.runner.sending.sender.time.sleep", lambda _seconds: None)
    came = run_with(trouble, since(1), tmp_path, monkeypatch)
    assert_borne(came, within=LONG)
    assert came.outcome.exit_code in {1, 3, 4}


@pytest.mark.slow
@pytest.mark.matrix
@pytest.mark.parametrize("contract", ["modelarts", "opensearch", "pai"])
@pytest.mark.parametrize("trouble", sorted(TROUBLES))
@pytest.mark.parametrize("n", [1, 2, 7, 20, 97])
def test_every_nth_exchange_of_a_family(
    trouble: str, n: int, contract: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contract_suite.runner.sending.sender.time.sleep", lambda _seconds: None)
    came = run_with(trouble, every(n), tmp_path, monkeypatch, contract=contract, fuzz_time=0.5)
    assert_borne(came, within=2 * LONG)
    assert came.outcome.reason != "nothing found"


@pytest.mark.slow
@pytest.mark.matrix
@pytest.mark.parametrize("trouble", sorted(TROUBLES))
@pytest.mark.parametrize("n", [*range(1, 40, 8), *range(40, 300, 50)])
def test_one_exchange(trouble: str, n: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    came = run_with(trouble, only(n), tmp_path, monkeypatch)
    assert_borne(came, within=LONG)
