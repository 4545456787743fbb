from __future__ import annotations

import json
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from contract_suite.cli.entry import execute
from tests.runner.notes_app import DOCUMENT, Notes


class Service:
    """The notes service, which a test can break and mend between two runs."""

    def __init__(self, folder: Path) -> None:
        self.document = folder / "notes.yaml"
        self.document.write_text(DOCUMENT)
        self.folder = folder
        self.notes = Notes()

    def run(self, *arguments: str) -> int:
        report = str(self.folder / "report")
        return execute(
            [
                "run",
                str(self.document),
                "--app",
                "notes:app",
                "--fuzz-time",
                "0",
                "--report",
                report,
                "--quiet",
                *arguments,
            ]
        )

    def break_it(self, fault: str) -> None:
        self.notes = Notes(fault)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    made = Service(tmp_path)
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: made.notes)
    return made


@pytest.mark.longer
def test_a_team_can_switch_the_gate_on_for_a_service_that_is_not_clean(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline = tmp_path / "known.toml"
    service.break_it("any-stars")
    assert service.run() == 1
    assert service.run("--baseline", str(baseline)) == 2
    assert "--update-baseline" in capsys.readouterr().err

    assert service.run("--baseline", str(baseline), "--update-baseline") == 0
    written = baseline.read_bytes()
    assert service.run("--baseline", str(baseline)) == 0
    assert service.run("--baseline", str(baseline), "--fuzz-time", "0.3", "--seed", "3") == 0
    assert baseline.read_bytes() == written
    assert "Gate passed" in capsys.readouterr().out
    report = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    assert (report["conformant"], report["gate"]["passed"]) == (False, True)
    assert set(report["gate"]["findings"].values()) == {"known"}
    junit = ET.parse(tmp_path / "report" / "junit.xml").getroot()  # noqa: S314 - our own file
    assert not list(junit.iter("failure"))

    service.break_it("number-id")
    assert service.run("--baseline", str(baseline)) == 1
    assert "new failure" in capsys.readouterr().out

    service.break_it("")
    assert service.run("--baseline", str(baseline)) == 0
    assert f"{written.count(b'[[finding]]')} fixed" in capsys.readouterr().out
    assert service.run("--baseline", str(baseline), "--update-baseline") == 0
    assert "finding" not in tomllib.loads(baseline.read_text("utf-8"))


@pytest.mark.longer
def test_a_run_that_leaves_the_clause_out_does_not_prune_it(service: Service, tmp_path: Path) -> None:
    baseline = tmp_path / "known.toml"
    service.break_it("any-stars")
    assert service.run("--baseline", str(baseline), "--update-baseline") == 0
    before = baseline.read_bytes()
    assert service.run("--baseline", str(baseline), "--update-baseline", "--include", "ListNotes") == 0
    assert baseline.read_bytes() == before


@pytest.mark.longer
def test_a_second_defect_of_the_same_shape_is_not_hidden(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline = tmp_path / "known.toml"
    service.break_it("number-id")
    assert service.run("--baseline", str(baseline), "--update-baseline") == 0
    text = baseline.read_text("utf-8")
    counts = [each["count"] for each in tomllib.loads(text)["finding"]]
    assert max(counts) > 1
    baseline.write_text(text.replace(f"count = {max(counts)}\n", "count = 1\n"))
    assert service.run("--baseline", str(baseline)) == 1
    assert "seen more often than the baseline allows" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--min-coverage", "50"), 0, "Gate passed"),
        (("--min-coverage", "100"), 4, "is required"),
        (("--fail-on", "untested"), 4, "untested"),
        (("--update-baseline",), 2, "needs --baseline"),
        (("--fail-on", "everything"), 2, "everything"),
    ],
)
def test_options(
    service: Service, arguments: tuple[str, ...], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert service.run(*arguments) == code
    said = capsys.readouterr()
    assert words in said.out + said.err


def test_a_broken_baseline_is_a_usage_error_before_anything_is_sent(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "known.toml").write_text("[[finding]]\nid = 7\n")
    assert service.run("--baseline", str(tmp_path / "known.toml")) == 2
    assert "known.toml:1: a finding needs 'family'" in capsys.readouterr().err
    assert service.notes.calls == 0
