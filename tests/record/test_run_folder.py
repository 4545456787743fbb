"""The folder of a run: one run at a time, and its record found whether or not it came to its end."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from contract_suite.errors import UsageError
from contract_suite.record.run_folder import finish, new_record, owned, record_in


def test_two_runs_at_once_into_one_folder(tmp_path: Path) -> None:
    """They destroyed each other's reports."""
    said: list[str] = []

    def second() -> None:
        try:
            with owned(tmp_path):
                said.append("both")
        except UsageError as error:
            said.append(str(error))

    with owned(tmp_path):
        new_record(tmp_path).touch()
        thread = Thread(target=second)
        thread.start()
        thread.join()
    assert f"process {os.getpid()}" in said[0]
    assert "--report DIR" in said[0]
    with owned(tmp_path), owned(tmp_path):
        pass


def test_no_lock_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / ".lock").symlink_to(tmp_path / "mine")
    with pytest.raises(UsageError, match="symbolic link"), owned(tmp_path):
        pass
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="can't be written to"), owned(tmp_path / "file"):
        pass


def test_the_newest_record_is_the_folders(tmp_path: Path) -> None:
    assert record_in(tmp_path) == tmp_path / "run.ndjson"
    done, cut = tmp_path / "run.ndjson", new_record(tmp_path)
    done.touch()
    cut.touch()
    os.utime(done, (1, 1))
    assert record_in(tmp_path) == cut
    os.utime(cut, (0, 0))
    assert record_in(tmp_path) == done
    assert record_in(cut) == cut


def test_a_run_that_ends_takes_the_place_of_all_before(tmp_path: Path) -> None:
    cut, mine = new_record(tmp_path), new_record(tmp_path)
    (tmp_path / "run-of-somebody.ndjson").touch()
    (tmp_path / "other").write_text("other")
    (tmp_path / "run.ndjson").symlink_to(tmp_path / "other")
    cut.touch()
    mine.write_text("mine")
    assert finish(mine).read_text() == "mine"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["other", "run-of-somebody.ndjson", "run.ndjson"]
    assert (tmp_path / "other").read_text() == "other"
