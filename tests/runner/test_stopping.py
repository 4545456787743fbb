"""Signals that ask a run to stop."""

from __future__ import annotations

import os
import signal
import time
import weakref
from collections.abc import Callable, Iterator

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


class Finalised:
    """Something at whose end a signal comes."""

    def __init__(self, number: signal.Signals) -> None:
        self.number = number

    def __del__(self) -> None:
        send(self.number)


class Referred:
    """Something that can be referred to weakly."""


def by_finaliser(number: signal.Signals) -> None:
    Finalised(number)


def by_weak_reference(number: signal.Signals) -> None:
    thing = Referred()
    kept = weakref.ref(thing, lambda _reference: send(number))
    del thing
    assert kept() is None


def meet(come: Callable[[signal.Signals], None], number: signal.Signals) -> None:
    come(number)
    time.sleep(5)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("come", [by_finaliser, by_weak_reference])
def test_a_signal_where_python_ignores_what_is_raised_stops_what_is_done(
    come: Callable[[signal.Signals], None], number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    """A run that got SIGTERM within a weak reference's callback printed a traceback, and went on for ever."""
    with stoppable() as stopping:
        with pytest.raises(Stopped) as stopped:
            meet(come, number)
        assert (stopped.value.number, stopping.first, stopping.count) == (number, number, 1)
    assert not capfd.readouterr().err


def test_what_else_python_ignores_is_told_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", lambda unraisable: told.append(unraisable.exc_value))
    error = ValueError("in a finaliser")

    def fail(_reference: object) -> None:
        raise error

    with stoppable():
        thing = Referred()
        kept = weakref.ref(thing, fail)
        del thing
    assert kept() is None
    assert told == [error]


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
