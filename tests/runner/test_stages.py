"""What the summaries of a run's stages say: how long, how many, what was left and why."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from contract_suite.generate.fuzzing import Fuzzed
from contract_suite.model.case import Stage
from contract_suite.model.run import FamilySummary, StageSummary
from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.contracts import load

NOTES = str(Path(__file__).parents[1] / "families" / "notes")


def summary(options: RunOptions) -> FamilySummary:
    outcome = run(options, contracts=[load(NOTES)], environ={})
    return next(iter(read_run(outcome.record).families))


def stage(family: FamilySummary, wanted: Stage) -> StageSummary:
    return next(each for each in family.stages if each.stage is wanted)


@pytest.mark.longer
def test_seconds_are_those_that_passed(tmp_path: Path) -> None:
    began = time.perf_counter()
    family = summary(RunOptions(fuzz_time=0, report=tmp_path))
    passed = time.perf_counter() - began
    assert 0 < sum(each.seconds for each in family.stages) <= family.seconds <= passed


def test_what_the_budget_left_out_has_its_reason(tmp_path: Path) -> None:
    family = summary(RunOptions(fuzz_time=0, max_requests=60, report=tmp_path))
    boundaries = stage(family, Stage.BOUNDARIES)
    assert boundaries.left > 0
    assert boundaries.reason == "cut short by the limit of 60 requests"
    assert family.stopped.startswith("cut short by the limit of 60 requests during ")
    assert all(each.reason for each in family.stages if each.left)


def test_the_whole_of_a_stage_has_no_reason(tmp_path: Path) -> None:
    family = summary(RunOptions(fuzz_time=0, report=tmp_path))
    assert [(each.left, each.reason) for each in family.stages if each.stage is not Stage.CLEANUP] == [(0, "")] * 4
    assert family.stopped == ""


@pytest.mark.longer
def test_a_short_time_for_fuzzing_is_shared_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less than a second for an operation is some time still."""
    given: list[float] = []

    def fuzz(*_: object, seconds: float, **__: object) -> Fuzzed:
        given.append(seconds)
        return Fuzzed()

    monkeypatch.setattr("contract_suite.generate.fuzzing.fuzz", fuzz)
    fuzzing = stage(summary(RunOptions(fuzz_time=1.5, report=tmp_path)), Stage.FUZZING)
    assert len(given) == 3
    assert given == sorted(given)  # what one doesn't use, the next ones may
    assert 0.4 < given[0] <= 0.5
    assert (fuzzing.left, fuzzing.reason) == (0, "")


@pytest.mark.longer
def test_no_time_for_fuzzing_leaves_its_operations_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fuzz(*_: object, seconds: float, **__: object) -> Fuzzed:
        time.sleep(2 * seconds)
        return Fuzzed()

    monkeypatch.setattr("contract_suite.generate.fuzzing.fuzz", fuzz)
    fuzzing = stage(summary(RunOptions(fuzz_time=0.06, report=tmp_path)), Stage.FUZZING)
    assert (fuzzing.left, fuzzing.reason) == (1, "the time for fuzzing was over")
