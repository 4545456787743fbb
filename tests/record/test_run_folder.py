"""The folder of a run: one run at a time, and its record found whether or not it came to its end."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

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


def test_who_holds_a_folder_may_write_into_it_again_within(tmp_path: Path) -> None:
    with owned(tmp_path):
        with owned(tmp_path):
            pass
        assert _refused_elsewhere(tmp_path)
    assert not _refused_elsewhere(tmp_path)


def test_another_thread_does_not_hold_what_this_one_holds(tmp_path: Path) -> None:
    with owned(tmp_path), ThreadPoolExecutor(1) as pool, pytest.raises(UsageError, match="another run"):
        pool.submit(_own, tmp_path).result()


def test_without_locks_of_the_system_the_library_s_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_locks(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOSYS, "no such locks here")

    without = SimpleNamespace(flock=without_locks, LOCK_EX=fcntl.LOCK_EX, LOCK_NB=fcntl.LOCK_NB)
    monkeypatch.setattr("contract_suite.record.folder_lock.fcntl", without)
    with owned(tmp_path):
        assert _refused_elsewhere(tmp_path)


def _own(folder: Path) -> None:
    with owned(folder):
        pass


def _refused_elsewhere(folder: Path) -> bool:
    program = f"from pathlib import Path\nfrom contract_suite.record.run_folder import owned\nwith owned(Path({str(folder)!r})): pass"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own
    return "another run" in done.stderr
