from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from contract_suite.cli.entry import execute
from contract_suite.cli.history import sparkline
from contract_suite.errors import UsageError
from contract_suite.history.figures import Figures, figures
from contract_suite.history.store import append, prepare, read
from contract_suite.record.reader import read_run
from tests.record import sample

ROOT = Path(__file__).resolve().parents[2]
NOTES = str(ROOT / "tests" / "families" / "notes")


def run(tmp_path: Path) -> Figures:
    return figures(read_run(sample.write(tmp_path / "run.ndjson")))


def test_a_run_in_figures(tmp_path: Path) -> None:
    made = run(tmp_path)
    assert (made.failures, made.advisories, made.exchanges, made.decided, made.clauses) == (1, 1, 2, 3, 5)
    assert (made.p50, made.p95) == (0.00123, 0.00123)
    assert (made.verdict, made.families, made.coverage) == ("failed", ("shop",), 0.6)


@pytest.mark.longer
def test_a_history_that_lost_pages_is_refused_before_the_run(tmp_path: Path) -> None:
    """SQLite reads what is left of such a file without a word, and gives nothing for what is lost."""
    path, made = tmp_path / "history.db", run(tmp_path)
    for _ in range(40):
        append(path, made)
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = path.read_bytes()
    for size in range(4096, len(data), 512):
        path.write_bytes(data[:size])
        for use in (prepare, read):
            with pytest.raises(UsageError):
                use(path)


def test_a_run_cut_short_has_no_verdict(tmp_path: Path) -> None:
    assert figures(read_run(sample.write(tmp_path / "run.ndjson", footer=None))).verdict == "incomplete"


def test_a_footer_proves_nothing_where_lines_are_missing(tmp_path: Path) -> None:
    whole = read_run(sample.write(tmp_path / "run.ndjson"))
    assert whole.footer is not None
    assert (figures(replace(whole, truncated=True)).verdict, figures(whole).verdict) == ("incomplete", "failed")


def test_a_database_of_another_program_is_named_as_that_whatever_its_version(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE run (id INTEGER)")
        database.execute("PRAGMA user_version = 1")
    database.close()
    with pytest.raises(UsageError, match="this database is no history of contract-suite"):
        read(path)


def test_a_history_of_another_version_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    append(path, run(tmp_path))
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 2")
    database.close()
    with pytest.raises(UsageError, match="the history has version 2; this program reads 1"):
        read(path)


def test_what_is_added_is_read_again_the_oldest_first(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "history.sqlite"
    made = run(tmp_path)
    runs = [replace(made, started=f"2030-01-0{day}T00:00:00+00:00", p95=None) for day in (2, 1, 3)]
    for each in runs:
        append(path, each)
    assert read(path) == (runs[1], runs[0], runs[2])
    assert read(path, last=2) == (runs[0], runs[2])


_WRITER = """
import sys
from pathlib import Path
from contract_suite.history.figures import Figures
from contract_suite.history.store import append
who = sys.argv[2]
sys.stdin.readline()
for number in range(25):
    append(Path(sys.argv[1]), Figures(
        started=f"{who}-{number:03}", finished="",
        target=who, families=("shop",), seed=number, version="1", failures=0, advisories=0, flaky=0, known=0,
        clauses=1, decided=1, exchanges=1, p50=None, p95=None, verdict="passed", exit_code=0))
"""


@pytest.mark.longer
def test_runs_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(path), f"w{number}"], stdin=subprocess.PIPE, cwd=ROOT)  # noqa: S603 - our own code
        for number in range(4)
    ]
    for each in writers:  # all at once, and the first of them makes the file
        assert each.stdin is not None
        each.stdin.write(b"go\n")
        each.stdin.close()
    assert [each.wait(60) for each in writers] == [0, 0, 0, 0]
    kept = read(path, last=1000)
    assert {(each.target, each.seed) for each in kept} == {
        (f"w{number}", run) for number in range(4) for run in range(25)
    }
    assert len(kept) == 100


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    text, other = tmp_path / "text", tmp_path / "other.sqlite"
    text.write_text("no database at all, only a text of some length")
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE mine (x)")
    database.close()
    for path in (text, other):
        before = path.read_bytes()
        for door in (lambda where: append(where, run(tmp_path)), read):
            with pytest.raises(UsageError, match=path.name):
                door(path)
            (tmp_path / "run.ndjson").unlink(missing_ok=True)
        assert path.read_bytes() == before


@pytest.mark.parametrize("columns", [20, 60, 80])
def test_the_history_cuts_no_date_and_no_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    path = tmp_path / "history.sqlite"
    append(path, run(tmp_path))
    assert execute(["history", str(path)]) == 0
    said = capsys.readouterr().out
    assert "…" not in said
    assert "advisories" in said, "heads are words, and a pipe is as wide as it must be"
    assert any(
        line.startswith("2030-01-") and line.split()[-1] in {"failed", "passed"} for line in said.splitlines()
    ), said


def test_the_command_prints_a_trend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "history.sqlite"
    first = run(tmp_path)
    append(path, first)
    append(path, replace(first, started="2030-02-01T00:00:00+00:00", failures=0, verdict="passed", decided=5))
    append(path, replace(first, target="elsewhere\x1b[2J"))
    assert execute(["history", str(path)]) == 0
    said = capsys.readouterr().out
    assert "60.0% → 100.0%" in said
    assert "█▁  1 → 0" in said
    assert "\x1b[2J" not in said
    assert execute(["history", str(path), "--json", "--last", "1"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)
    assert (shown["verdict"], shown["coverage"]) == ("passed", 1.0)
    assert execute(["history", str(tmp_path / "none.sqlite")]) == 2


@pytest.mark.parametrize(("values", "line"), [([], ""), ([1, 1, 1], "▁▁▁"), ([0, 7, None, 3], "▁█ ▄"), ([None], " ")])
def test_sparklines(values: list[float | None], line: str) -> None:
    assert sparkline(values) == line


@pytest.mark.longer
def test_a_run_adds_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "history.sqlite"
    for _ in range(2):
        report = str(tmp_path / "report")
        assert execute(["run", NOTES, "--fuzz-time", "0", "-q", "--report", report, "--history", str(path)]) == 0
    capsys.readouterr()
    first, second = read(path)
    assert (first.families, first.exchanges, first.verdict) == (("notes",), second.exchanges, "passed")
