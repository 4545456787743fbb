"""`contract-suite report`: which formats, where they go, and what is said of records that are cut or missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract_suite.cli import entry
from contract_suite.report.catalogue import FORMATS
from tests.report import runs


def run_cli(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = entry.execute(["report", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_each_format_goes_to_standard_output_and_to_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    runs.plain(tmp_path / "run.ndjson")
    code, out, err = run_cli(capsys, tmp_path, "--format", name)
    assert (code, err) == (0, "")
    assert out
    target = tmp_path / "made" / "it"
    assert run_cli(capsys, tmp_path / "run.ndjson", "-f", name, "-o", target) == (0, "", "")
    assert name == "terminal" or target.read_text("utf-8") == out


def test_several_formats_go_to_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs.plain(tmp_path / "run.ndjson")
    code, out, _ = run_cli(capsys, tmp_path, "-f", "sarif", "-f", "html", "-o", tmp_path / "out")
    assert code == 0
    assert [Path(line).name for line in out.splitlines()] == ["report.html", "report.sarif"]
    code, out, _ = run_cli(capsys, tmp_path, "-f", "all", "-o", tmp_path)
    assert len(out.splitlines()) == sum(bool(each.file_name) for each in FORMATS) - 1
    code, _, err = run_cli(capsys, tmp_path, "-f", "all")
    assert code == 2
    assert "--output DIR" in err


def test_a_cut_record_makes_a_report_that_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs.truncated(tmp_path / "run.ndjson")
    code, out, err = run_cli(capsys, tmp_path, "-f", "json")
    assert code == 0
    assert json.loads(out)["conformant"] is False
    assert "cut short" in err


def test_an_earlier_run_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs.plain(tmp_path / "a" / "run.ndjson")
    runs.many(tmp_path / "b" / "run.ndjson", count=2)
    _, out, _ = run_cli(capsys, tmp_path / "b", "-f", "sarif", "--previous", tmp_path / "a")
    assert [each["baselineState"] for each in json.loads(out)["runs"][0]["results"]] == [
        "new",
        "new",
        "absent",
        "absent",
    ]


def test_a_record_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs.plain(tmp_path / "run.ndjson")
    before = (tmp_path / "run.ndjson").read_bytes()
    code, _, err = run_cli(capsys, tmp_path, "-f", "html", "-o", tmp_path / "run.ndjson")
    assert code == 2
    assert "the record itself" in err
    assert (tmp_path / "run.ndjson").read_bytes() == before


@pytest.mark.parametrize("arguments", [("nowhere",), ("-f", "pdf"), ("--previous", "nowhere")])
def test_mistakes_end_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    runs.plain(tmp_path / "contract-suite-report" / "run.ndjson")
    monkeypatch.chdir(tmp_path)
    code, out, err = run_cli(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err
