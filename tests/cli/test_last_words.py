"""What a run says at its end: why it is incomplete also where it found something, each count once, and true reasons."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_suite.cli.entry import execute
from contract_suite.record.reader import Run, read_run
from tests.runner.notes_app import DOCUMENT, Notes

ADDRESS = ["--app", "notes:app"]


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Notes]:
    """The services that are asked, the last one by the next run."""
    served: list[Notes] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: served[-1])
    Path("notes.yaml").write_text(DOCUMENT)
    return served


def run(*options: str) -> int:
    return execute(["run", "notes.yaml", *ADDRESS, *options])


def record() -> Run:
    return read_run(Path("contract-suite-report/run.ndjson"))


@pytest.mark.longer
def test_a_run_says_that_it_tests_the_document_that_lies_here_only_if_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("openapi.yaml").write_text(DOCUMENT)
    assert execute(["run", "--url", "http://127.0.0.1:1", "--fuzz-time", "0", "-q"]) == 3
    assert "`contract-suite run openapi.yaml` tests openapi.yaml" in capsys.readouterr().err


def test_a_run_without_an_address_says_that_it_tested_no_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.yaml").write_text(DOCUMENT)
    execute(["run", "notes.yaml", "--fuzz-time", "0", "--max-requests", "5"])
    captured = capsys.readouterr()
    assert "No server was tested: the document's own mock answered." in captured.out
    assert "no contract is named" not in captured.err
    assert "replaces the report of an earlier run" not in captured.out
    execute(["run", "notes.yaml", "--fuzz-time", "0", "--max-requests", "5"])
    assert "replaces the report of an earlier run" in capsys.readouterr().out
    execute(["run", "notes.yaml", "--fuzz-time", "0", "--max-requests", "5", "-q"])
    [line] = capsys.readouterr().out.splitlines()
    assert "no server was tested, the document's own mock answered" in line
    assert line.endswith("report in contract-suite-report/report.html, in the place of an earlier one")
    assert execute(["explain", "abcdef"]) == 2
    assert "--report DIR keeps both" in capsys.readouterr().err


@pytest.mark.parametrize("quiet", [False, True])
def test_a_run_that_found_something_says_why_it_is_incomplete(
    notes: list[Notes], quiet: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    notes.append(Notes("text-stars"))
    assert run("--fuzz-time", "0", "--max-requests", "25", *(["-q"] if quiet else [])) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert "cut short by the limit of 25 requests" in last
    assert len(re.findall(r"\b1 failure\b", last)) == 1


@pytest.mark.parametrize(
    ("requests", "much", "served"), [("12", False, False), ("25", True, False), ("200", True, True)]
)
def test_a_run_that_was_cut_short_is_never_conformant_however_much_it_tested(
    notes: list[Notes], requests: str, much: bool, served: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    notes.append(Notes())
    assert run("--fuzz-time", "0", "--max-requests", requests) == 4
    out = capsys.readouterr().out
    assert f"cut short by the limit of {requests} requests" in out.splitlines()[-1]
    [percent] = re.findall(r"Coverage .*\((\d+)%\)", out)
    assert (int(percent) > 50) == much
    assert all(each.served for family in record().families for each in family.operations) == served


@pytest.mark.longer
def test_each_count_stands_once_in_the_verdict(notes: list[Notes], capsys: pytest.CaptureFixture[str]) -> None:
    notes.append(Notes("any-stars"))
    assert run("--fuzz-time", "0") == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(r"Not conformant: 1 failure, \d+ advisor(y|ies)\.", last)


@pytest.mark.longer
def test_the_time_for_fuzzing_is_no_reason_why_anything_is_untested(notes: list[Notes]) -> None:
    reasons = []
    for seconds in ("0", "0.3"):
        notes.append(Notes())
        run("--fuzz-time", seconds, "-q")
        assert all(not each.stopped for each in record().families)
        reasons.append({each.clause: each.reason for each in record().conformance if each.outcome.value == "untested"})
    without, short = reasons
    assert short.items() <= without.items()
    assert not any("time" in each or "budget" in each for each in short.values())


def test_a_key_that_is_refused_everywhere_ends_the_run_soon_in_the_words_of_the_server(
    notes: list[Notes], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTRACT_SUITE_TOKEN", "some-key")
    service = Notes()
    monkeypatch.setattr(service, "reply", lambda *_: (401, {"code": "x", "message": "The API key is malformed."}))
    notes.append(service)
    document = yaml.safe_load(DOCUMENT)
    document["components"]["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    document["security"] = [{"key": []}]
    Path("notes.yaml").write_text(yaml.safe_dump(document))
    assert run() in {3, 4}
    assert service.calls < 150
    assert "The API key is malformed." in capsys.readouterr().out


@pytest.mark.longer
def test_the_counts_of_table_verdict_and_report_agree_and_every_place_of_a_cause_is_listed(
    notes: list[Notes], capsys: pytest.CaptureFixture[str]
) -> None:
    service = Notes()
    answer = service.reply

    def with_internals(*asked: Any) -> Any:
        status, value = answer(*asked)
        return status, {**value, "debug": 1} if isinstance(value, dict) else value

    service.reply = with_internals  # type: ignore[method-assign, assignment]
    notes.append(service)
    run("--fuzz-time", "0")
    out = capsys.readouterr().out
    report = json.loads(Path("contract-suite-report/report.json").read_text())
    broken = {each.clause for each in record().conformance if each.failed}
    assert broken == {place for each in report["findings"] for place in (each["clause"], *each["places"])}
    assert len(broken) > len(report["findings"]), "a cause that shows at several places"
    assert f"; {len(broken)} clauses broken:" in out
    [total] = re.findall(r"operations, .* clauses: .*?(\d+) advisory", out)
    assert int(total) == len(broken)
