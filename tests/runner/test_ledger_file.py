"""The ledger on disk: committed at once, locked while its run goes on, gone with the last thing in it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.model.json import JSON
from contract_suite.runner.leftovers.ledger_file import InUseError, LedgerError, LedgerFile, Origin, State, Thing

ORIGIN = Origin(target="http://127.0.0.1:1", version="0", started="2026-01-01", seed=3, options={"url": "x"})
THING = Thing(family="notes", resource="note", operation="CreateNote", prefix="cs-x-", sent={"title": "cs-x-1"})


def test_nothing_is_written_before_something_is_made(tmp_path: Path) -> None:
    with LedgerFile(tmp_path / "a.ledger", ORIGIN):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.longer
def test_what_was_expected_is_there_without_closing(tmp_path: Path) -> None:
    path = tmp_path / "a.ledger"
    script = f"""
import os, sys
from pathlib import Path
from tests.runner.test_ledger_file import ORIGIN, THING
from contract_suite.runner.leftovers.ledger_file import LedgerFile
LedgerFile(Path({str(path)!r}), ORIGIN).expect([THING])
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9  # noqa: S603 - our own script
    with LedgerFile(path) as ledger:
        origin, (thing,) = ledger.read()
    assert (origin.target, origin.seed, origin.options) == ("http://127.0.0.1:1", 3, {"url": "x"})
    assert (thing.state, thing.sent, thing.identity) == (State.SENT, {"title": "cs-x-1"}, {})


def test_it_goes_with_the_last_thing(tmp_path: Path) -> None:
    path = tmp_path / "a.ledger"
    ledger = LedgerFile(path, ORIGIN)
    first, second = ledger.expect([THING, THING])
    ledger.settle(replace(THING, id=first, state=State.MADE, identity={"id": "n1"}))
    ledger.drop([second])
    assert ledger.close()
    with LedgerFile(path) as again:
        _, (left,) = again.read()
        assert (left.state, left.identity) == (State.MADE, {"id": "n1"})
        again.drop([first])
    assert list(tmp_path.iterdir()) == []


def test_it_is_locked_while_its_run_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.ledger"
    with LedgerFile(path, ORIGIN) as ledger:
        ledger.expect([THING])
        with pytest.raises(InUseError, match="its run still goes on"):
            LedgerFile(path).read()
        ledger.drop([1])


def test_a_file_that_is_there_or_a_link_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("mine")
    (tmp_path / "a.ledger").symlink_to(tmp_path / "other")
    with pytest.raises(LedgerError, match="File exists"):
        LedgerFile(tmp_path / "a.ledger", ORIGIN).expect([THING])
    with pytest.raises(LedgerError, match="not there"):
        LedgerFile(tmp_path / "a.ledger").read()
    assert (tmp_path / "other").read_text() == "mine"


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be read as one" * 100])
def test_what_is_no_ledger_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.ledger"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="can't be used"):
        LedgerFile(path).read()
    assert path.read_bytes() == content or content == b""


def test_another_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.ledger"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE thing (id INTEGER)")
    other.close()
    with pytest.raises(LedgerError, match="it is none"):
        LedgerFile(path).read()


def test_what_is_written_is_redacted(tmp_path: Path) -> None:
    path = tmp_path / "a.ledger"

    def redact(value: JSON) -> JSON:
        return {"title": "$KEY"} if value == THING.sent else value

    with LedgerFile(path, ORIGIN, redact=redact) as ledger:
        ledger.expect([THING])
    with LedgerFile(path) as ledger:
        assert ledger.read()[1][0].sent == {"title": "$KEY"}


PLAIN = st.one_of(st.text(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans())
VALUES = st.dictionaries(st.text(), PLAIN, max_size=4)


@settings(max_examples=25, deadline=None)
@given(sent=VALUES, scope=VALUES, identity=VALUES)
def test_what_is_read_is_what_was_written(
    sent: dict[str, JSON], scope: dict[str, JSON], identity: dict[str, JSON], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "a.ledger"
    written = replace(THING, sent=sent, scope=scope, identity=identity)
    with LedgerFile(path, ORIGIN) as ledger:
        (number,) = ledger.expect([written])
    with LedgerFile(path) as ledger:
        (read,) = ledger.read()[1]
    assert read == replace(written, id=number)
