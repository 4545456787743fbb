"""Signals that ask a run to stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from contract_suite.runner.stopping import Stopped, Stopping, stoppable

NUMBERS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(autouse=True)
def as_usual() -> Iterator[None]:
    """Whoever started the tests may ignore some of them, as `nohup` does."""
    before = {number: signal.getsignal(number) for number in NUMBERS}
    for number in NUMBERS:
        signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def send(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_stops_what_is_done(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stoppable() as stopping:
        with pytest.raises(Stopped) as stopped:
            send(number)
        assert stopped.value.number == number
        assert number.name in stopping.said
    assert signal.getsignal(number) == before


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_written_is_written_to_its_end(number: signal.Signals) -> None:
    done = []
    with stoppable() as stopping:
        with stopping.to_the_end():
            send(number)
            done.append("whole")
        assert stopping.first == number
    assert done == ["whole"]


def test_blocks_within_blocks_share_one() -> None:
    with stoppable() as outer, stoppable() as inner:
        assert inner is outer


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            send(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_nothing_came() -> None:
    assert not Stopping().said
