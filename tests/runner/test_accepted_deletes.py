"""Deletes that are only accepted (202): what they name is deleted once a read says so, whatever the answer promised."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_suite.record.reader import read_run
from contract_suite.record.run_folder import record_in
from tests.hostile.killing import Ended, Service, command
from tests.runner.notes_app import DOCUMENT, Reply
from tests.runner.notes_server import serving

ACCEPTING = DOCUMENT.replace('"204": {description: gone}', '"202": {description: accepted}')


class Accepting(Service):
    """Notes whose deletes are accepted, and done after so many seconds; those that `never` says are not done at all."""

    def __init__(self, after: float, never: Callable[[dict[str, Any]], bool] = lambda _note: False) -> None:
        self.after = after
        self.never = never
        self.going: dict[str, float] = {}
        super().__init__()

    def reply(self, method: str, path: str, query: str, body: bytes) -> Reply:
        for key in [key for key, due in self.going.items() if time.monotonic() >= due]:
            del self.going[key]
            self.notes.pop(key, None)
        name = path.removeprefix("/notes/")
        if method == "DELETE" and name in self.notes:
            if not self.never(self.notes[name]):
                self.going[name] = time.monotonic() + self.after
            return 202, None
        return super().reply(method, path, query, body)


class Telling(Accepting):
    """Notes that say of themselves that they are being deleted."""

    def reply(self, method: str, path: str, query: str, body: bytes) -> Reply:
        status, value = super().reply(method, path, query, body)
        if method == "GET" and status == 200 and path.removeprefix("/notes/") in self.going:
            value = {**value, "status": "DELETING"}
        return status, value


def held(service: Service, folder: Path) -> tuple[Ended, Ended, list[Any]]:
    """Run, and then clean up what its ledger names; returns how both ended, and which notes were left between them."""
    document, report = folder / "notes.yaml", folder / "report"
    document.write_text(ACCEPTING)
    with serving(service, latency=0.0) as (url, _):
        ran = command("run", str(document), "--url", url, "--fuzz-time", "0", "--report", str(report), "-q", within=300)
        left = [note for key, note in service.notes.items() if key not in service.before]
        if isinstance(service, Accepting):
            service.never = lambda _note: False
        return ran, command("cleanup", str(report)), left


@pytest.mark.longer
@pytest.mark.timeout(400)
@pytest.mark.parametrize("after", [0.0, 0.3])
def test_deletes_that_are_done_a_little_later_leave_nothing_and_nothing_is_said(after: float, tmp_path: Path) -> None:
    service = Accepting(after)
    ran, cleaned, left = held(service, tmp_path)
    assert "could not be deleted" not in ran.out
    assert ran.code == 0, ran.out
    assert left == []
    assert cleaned.code == 0


@pytest.mark.longer
@pytest.mark.timeout(400)
def test_deletes_that_never_happen_are_not_taken_as_done(tmp_path: Path) -> None:
    """All that a run had made stayed at the server, nothing was said, and no ledger named it."""
    service = Accepting(0.0, never=lambda _note: True)
    ran, cleaned, left = held(service, tmp_path)
    footer = read_run(record_in(tmp_path / "report")).footer
    assert footer is not None
    assert left
    assert f"{len(left)} of what the run made could not be deleted" in footer.reason
    assert ran.code not in {0, 3}, ran.out
    assert cleaned.code == 0, cleaned.out
    assert service.notes == service.before


@pytest.mark.longer
@pytest.mark.timeout(400)
def test_one_delete_in_five_that_never_happens_is_named_alone(tmp_path: Path) -> None:
    service = Accepting(0.0, never=lambda note: int(note["id"][1:]) % 5 == 0)
    _, cleaned, left = held(service, tmp_path)
    footer = read_run(record_in(tmp_path / "report")).footer
    assert footer is not None
    assert f"{len(left)} of what the run made could not be deleted" in footer.reason
    assert cleaned.code == 0, cleaned.out
    assert service.notes == service.before


@pytest.mark.longer
@pytest.mark.timeout(400)
def test_what_says_that_it_is_being_deleted_is_not_waited_for(tmp_path: Path) -> None:
    ran, _, left = held(Telling(60.0), tmp_path)
    assert left
    assert "could not be deleted" not in ran.out
