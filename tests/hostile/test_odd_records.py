"""Records that are none: pipes, devices, folders and links, lines without an end."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from contract_suite import limits
from contract_suite.cli.entry import execute
from contract_suite.record.errors import RecordError
from contract_suite.record.reader import read_run
from tests.hostile.measuring import within


def _sparse(path: Path) -> None:
    """A file that says it has 50 GB, in one line."""
    path.touch()
    os.truncate(path, 50_000_000_000)


def _one_line(path: Path) -> None:
    path.write_bytes(b'{"type": "exchange", "x": "' + b"x" * (limits.RECORD_LINE + 1))


RECORDS: dict[str, tuple[Callable[[Path], object], str]] = {
    "pipe": (os.mkfifo, "no regular file"),
    "folder": (Path.mkdir, "no regular file"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "no regular file"),
    "link-to-itself": (lambda path: path.symlink_to(path.name), "can't be read"),
    "sparse": (_sparse, "the line has more than"),
    "line-without-end": (_one_line, "the line has more than"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_it_is_refused_in_a_sentence(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    make, said = RECORDS[name]
    make(tmp_path / "run.ndjson")
    with within(10, request, megabytes=150), pytest.raises(RecordError, match=said):
        read_run(tmp_path / "run.ndjson")


@pytest.mark.parametrize("command", ["report", "replay", "explain"])
def test_no_command_waits_for_a_pipe(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contract-suite-report").mkdir()
    os.mkfifo(tmp_path / "contract-suite-report" / "run.ndjson")
    asked = ["contract-suite-report"] if command == "report" else ["0123abcd"]
    assert execute([command, *asked]) == 2
    assert "Traceback" not in capsys.readouterr().err
