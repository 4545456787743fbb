"""The time of the last change moves with an update, as far as the server keeps times."""

from __future__ import annotations

import pytest

from contract_suite.behaviours.resources import modification_times
from contract_suite.mock.faults.catalogue import chosen
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.state import Record, State
from contract_suite.model.json import JSON
from tests.behaviours.clock import CLOCK
from tests.behaviours.collection_examples import contract
from tests.behaviours.driving import Driven, drive


def _keeping(time: JSON) -> Driven:
    """Drive the behaviour against a server that shows one time whatever happens."""

    def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        made = Pipeline().draft(state, name, scope, fields, now)
        return Record(ref=made.ref, body={**made.body, "GmtModifiedTime": time}, owner=made.owner)

    def revise(_state: State, record: Record, body: Body, _now: float) -> Record:
        return Record(ref=record.ref, body={**body, "GmtModifiedTime": time}, owner=record.owner)

    return drive(contract("pai"), (modification_times.BEHAVIOUR,), pipeline=Pipeline(draft=draft, revise=revise))


@pytest.mark.parametrize(
    "time",
    [
        *("2026-01-01T10:20", "2026-01-01T10:20Z", "2026-01-01T10:20+08:00"),
        *("2026-01-01T00:00:00Z", "2026-01-01T10:20:00Z"),
        *(10**400, -(10**400)),  # no times at all
    ],
)
def test_a_time_to_the_minute_or_the_day_need_not_move(time: JSON) -> None:
    assert not _keeping(time).failed()


@pytest.mark.parametrize("time", ["2026-01-01T10:20:30Z", "2026-01-01T10:20:00.5+08:00"])
def test_a_time_to_the_second_moves(time: str) -> None:
    assert {each.rpartition("::")[2] for each in _keeping(time).failed()} == {"modified-moves"}


def test_what_was_begun_in_good_time_needs_no_wait() -> None:
    """The wait for the next second was a fifth of a run."""
    waited = []
    for begun in (None, 0.0, 2.0):
        CLOCK.leave_the_minute()  # `drive` would, while the time is taken
        CLOCK.leave_the_minute()  # `drive` would, while the time is taken
        started = CLOCK.now
        driven = drive(contract("pai"), (modification_times.BEHAVIOUR,), begun=begun)
        assert driven.passed()
        waited.append(CLOCK.now - started - (begun or 0.0))
    alone, at_once, in_good_time = waited
    assert alone == pytest.approx(at_once)
    assert in_good_time == pytest.approx(alone - 1.1)


def test_a_change_before_the_creation_is_found() -> None:
    """A server that moves the time, but by a clock that is behind, was taken for a right one."""
    CLOCK.tick(80 - CLOCK.now % 60)  # a time of a whole minute may be one that is kept to the minute
    [(_, fault)] = chosen([contract("pai")], ["change-before-creation"])
    found = drive(contract("pai"), (modification_times.BEHAVIOUR,), pipeline=fault.site.plant(Pipeline()))
    assert {each.rpartition("::")[2] for each in found.failed()} == {"modified-after-created"}
