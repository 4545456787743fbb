"""What a run needs at its end is tried before anything is sent, and trouble with it costs no report."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contract_suite.cli.entry import execute
from contract_suite.errors import UsageError
from contract_suite.model.run import RunFooter
from contract_suite.record.writer import RecordWriter

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


@pytest.mark.parametrize("name", ["run.ndjson", "report.html"])
def test_a_folder_in_the_place_of_a_report_is_found_before_the_run(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first was unexpected trouble after the run."""
    (tmp_path / "report" / name).mkdir(parents=True)
    assert run_notes(tmp_path) == 2
    assert f"{name} is a folder" in capsys.readouterr().err
    assert sorted(each.name for each in (tmp_path / "report").iterdir()) == [".lock", name]


def _vanish(folder: Path) -> None:
    shutil.rmtree(folder)


def _move(folder: Path) -> None:
    folder.rename(folder.with_name("moved"))


def _become_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("")


def _lose_the_record(folder: Path) -> None:
    next(folder.glob("run-*.ndjson")).unlink()


@pytest.mark.parametrize("happen", [_vanish, _move, _become_a_file, _lose_the_record])
def test_a_report_folder_that_changes_during_the_run_is_one_sentence(
    happen: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was unexpected trouble, and what the run had found was not said."""
    finish = RecordWriter.footer

    def changed(writer: RecordWriter, footer: RunFooter) -> None:
        finish(writer, footer)
        happen(tmp_path / "report")

    monkeypatch.setattr(RecordWriter, "footer", changed)
    assert run_notes(tmp_path) == 3
    said = capsys.readouterr().err
    assert "was changed by others during the run" in said
    assert said.endswith("the run ended with: nothing found\n")


@pytest.mark.longer
def test_a_history_that_breaks_meanwhile_costs_no_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise UsageError("the disk is full")

    monkeypatch.setattr("contract_suite.history.store.append", broken)
    assert run_notes(tmp_path, "--history", str(tmp_path / "history.sqlite")) == 2
    assert (tmp_path / "report" / "report.html").exists()
