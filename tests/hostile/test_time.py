"""A run ends in time, whatever is slow."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from contract_suite.cli.entry import execute
from contract_suite.model.case import Stage
from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.hostile import measuring
from tests.hostile.measuring import clock
from tests.hostile.running import NOTES, assert_borne, run_with
from tests.hostile.troubles import every, since
from tests.runner.notes_app import DOCUMENT, Notes, Reply
from tests.runner.notes_server import serving


def test_the_clock_of_these_tests_stands_still_while_others_have_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "schedstat"
    monkeypatch.setattr(measuring, "_SCHEDULED", told)
    began = clock()  # nothing is told
    assert 0 <= time.monotonic() - began < 1
    told.write_text("12345 60000000000 7\n")
    assert 59 < began - clock() <= 60


@pytest.mark.longer
def test_a_rate_limit_for_ever_ends_the_run_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It took more than 19 minutes."""
    came = run_with("429", since(1), tmp_path, monkeypatch)
    assert_borne(came, within=30)
    assert came.outcome.exit_code == 4
    assert "limited (429 or 503)" in came.outcome.reason


@pytest.mark.longer
def test_limits_that_end_are_waited_for_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    came = run_with("429-at-once", every(20), tmp_path, monkeypatch)
    assert came.record.findings == ()
    assert came.outcome.exit_code == 0
    assert "asked it to (429 or 503)" in came.outcome.reason


@pytest.mark.longer
def test_time_outs_cost_their_whole_length_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that hangs cost its time-out up to eight times."""
    monkeypatch.setattr("contract_suite.limits.PATIENCE_AFTER_TIMEOUT", 0.1)
    monkeypatch.setattr("contract_suite.limits.PATIENCE_AFTER_SEVERAL", 0.05)
    came = run_with("hanging", every(40), tmp_path, monkeypatch, timeout=2.0)
    assert_borne(came, within=30)
    hung = [each.exchange for each in came.record.exchanges() if each.exchange.status == 0]
    assert len(hung) > 4
    assert sum(each.seconds > 1 for each in hung) <= len({each.request.method for each in hung}) + 1


@pytest.mark.longer
def test_max_time_holds_while_everything_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    came = run_with("hanging", since(20), tmp_path, monkeypatch, timeout=10.0, max_time=2.0)
    assert_borne(came, within=5)


@pytest.mark.longer
@pytest.mark.parametrize("trouble", ["429", "503-for-a-day", "hanging"])
def test_max_time_holds_over_waits(trouble: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    came = run_with(trouble, every(2), tmp_path, monkeypatch, timeout=1.0, max_time=3.0)
    assert_borne(came, within=3 * 1.05 + 2)


class SlowDeletes(Notes):
    """Its deletes take far longer than anything else."""

    def reply(self, method: str, path: str, query: str, body: bytes) -> Reply:
        if method == "DELETE":
            time.sleep(0.4)
        return super().reply(method, path, query, body)


@pytest.mark.longer
@pytest.mark.parametrize(("service", "latency"), [(Notes, 0.1), (SlowDeletes, 0.02)])
def test_max_time_holds_over_deleting_what_was_made(service: type[Notes], latency: float, tmp_path: Path) -> None:
    """Deleting came on top: 18 s instead of 10. Now time is kept for it, so that nothing is left."""
    document = tmp_path / "notes.yaml"
    document.write_text(DOCUMENT)
    with serving(service(), latency=latency, one_at_a_time=True) as (url, _):
        asked = RunOptions(
            contracts=(str(document),), url=url, report=tmp_path / "report", max_time=8.0, fuzz_time=0, workers=1
        )
        began = clock()
        outcome = run(asked, environ={})
        took = clock() - began
    assert took < 8 * 1.05 + 1
    summary = read_run(outcome.record).families[0]
    cleanup = next(each for each in summary.stages if each.stage is Stage.CLEANUP)
    assert cleanup.exchanges > 2
    assert cleanup.left == 0


@pytest.mark.slow
@pytest.mark.parametrize("contract", [NOTES, "pai", "opensearch"])
def test_max_time_holds_from_the_command_to_the_last_report(contract: str, tmp_path: Path) -> None:
    began = clock()
    execute(["run", contract, "--max-time", "12", "--fuzz-time", "60", "-q", "--report", str(tmp_path / "report")])
    assert clock() - began < 12 * 1.05
