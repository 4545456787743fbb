"""What a run tells while it goes on: every event once, in order, and in agreement with the record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contract_suite.model.events import (
    ConfirmationStarted,
    Event,
    ExchangeDone,
    FamilyFinished,
    FamilyStarted,
    FindingOpened,
    RunFinished,
    RunStarted,
    StageFinished,
    StageStarted,
)
from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.contracts import load
from tests.runner.notes_app import DOCUMENT, Notes

NOTES = str(Path(__file__).parents[1] / "families" / "notes")


@pytest.mark.longer
def test_events_tell_what_the_record_holds(tmp_path: Path) -> None:
    events: list[Event] = []
    outcome = run(
        RunOptions(fuzz_time=0, report=tmp_path),
        contracts=[load(NOTES), load("modelarts")],
        environ={},
        watch=events.append,
    )
    record = read_run(outcome.record)
    assert isinstance(events[0], RunStarted)
    assert events[0].header.seed == record.header.seed
    assert isinstance(events[-1], RunFinished)
    assert events[-1].footer == record.footer
    assert [each.family for each in events if isinstance(each, FamilyStarted)] == ["notes", "modelarts"]
    finished = [each.summary for each in events if isinstance(each, FamilyFinished)]
    assert [(each.family, each.exchanges) for each in finished] == [
        (each.family, each.exchanges) for each in record.families
    ]
    done = [each for each in events if isinstance(each, ExchangeDone)]
    sent = list(record.exchanges())
    assert [each.number for each in done] == list(range(1, len(sent) + 1))
    assert [(each.family, each.operation, each.status) for each in done] == [
        (each.family, each.operation, each.exchange.status) for each in sent
    ]


@pytest.mark.longer
def test_stages_begin_and_end_in_turn(tmp_path: Path) -> None:
    events: list[Event] = []
    outcome = run(RunOptions(fuzz_time=0, report=tmp_path), contracts=[load(NOTES)], environ={}, watch=events.append)
    stages = [each for each in events if isinstance(each, StageStarted | StageFinished | ConfirmationStarted)]
    names = ["examples", "probes", "boundaries", "behaviours"]
    expected = [(kind, name) for name in names for kind in ("started", "finished")]
    expected += [("confirming", ""), ("started", "cleanup"), ("finished", "cleanup")]
    assert expected == [
        ("started", each.stage.value)
        if isinstance(each, StageStarted)
        else ("finished", each.summary.stage.value)
        if isinstance(each, StageFinished)
        else ("confirming", "")
        for each in stages
    ]
    (family,) = read_run(outcome.record).families
    told = [each.summary for each in stages if isinstance(each, StageFinished)]
    assert [replace(each, seconds=0.0) for each in told] == [replace(each, seconds=0.0) for each in family.stages]


@pytest.mark.longer
def test_a_finding_is_told_once_per_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = tmp_path / "notes.yaml"
    document.write_text(DOCUMENT, "utf-8")
    service = Notes("number-id")
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: service)
    events: list[Event] = []
    options = RunOptions(contracts=(str(document),), app="notes:app", fuzz_time=0, report=tmp_path / "report")
    outcome = run(options, environ={}, watch=events.append)
    opened = [each.finding.id for each in events if isinstance(each, FindingOpened)]
    assert len(opened) == len(set(opened))
    assert {each.id for each in outcome.findings} <= set(opened)
    assert outcome.findings
