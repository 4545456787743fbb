"""What a run needs at its end is tried before anything is sent, and trouble with it costs no report."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.cli.entry import execute
from contract_suite.errors import UsageError

NOTES = str(Path(__file__).parents[1] / "families" / "notes")


def run_notes(folder: Path, *arguments: str) -> int:
    return execute(["run", NOTES, "--fuzz-time", "0", "-q", "--report", str(folder / "report"), *arguments])


@pytest.mark.parametrize("option", ["--history", "--baseline"])
@pytest.mark.parametrize("wrong", ["a folder", "below a file", "no such format"])
def test_a_wrong_file_is_found_before_the_run(option: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong"
    if wrong == "a folder":
        path.mkdir()
    else:
        path.write_text("not at all what is expected here: []][\n" * 20)
    path = path / "file" if wrong == "below a file" else path
    more = ("--update-baseline",) if option == "--baseline" else ()
    assert run_notes(tmp_path, option, str(path), *more) == 2
    assert not (tmp_path / "report").exists()


def test_a_report_folder_below_a_file_is_found_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("x")
    assert run_notes(tmp_path) == 2


def test_a_history_that_breaks_meanwhile_costs_no_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise UsageError("the disk is full")

    monkeypatch.setattr("contract_suite.history.store.append", broken)
    assert run_notes(tmp_path, "--history", str(tmp_path / "history.sqlite")) == 2
    assert (tmp_path / "report" / "report.html").exists()
