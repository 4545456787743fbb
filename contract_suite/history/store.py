"""The history file: a SQLite database with one row for each run.

The rule that must not be broken: a run is one transaction that waits its turn, so that two runs which end at once both
stand there, whole.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from contract_suite.errors import UsageError
from contract_suite.history.figures import Figures

VERSION: Final = 1
"""Stands in the file as its `user_version`; the number grows when the table changes."""


def prepare(path: Path) -> None:
    """Make the file if it isn't there, and open it for writing; `UsageError` if a run could not be added."""
    with _opened(path, make=True) as database:
        database.execute("BEGIN IMMEDIATE")
        _prepare(database, path)
        database.execute("COMMIT")
    read(path)  # what is damaged is found before the run, and not when its figures are shown


def append(path: Path, run: Figures) -> None:
    """Add a run; the file is made if it isn't there."""
    values = [
        json.dumps(value) if isinstance(value, tuple) else value for value in (getattr(run, name) for name in _NAMES)
    ]
    with _opened(path, make=True) as database:
        database.execute("BEGIN IMMEDIATE")
        _prepare(database, path)
        database.execute(_INSERT, values)
        database.execute("COMMIT")


def read(path: Path, *, last: int | None = None) -> tuple[Figures, ...]:
    """Return the runs, the oldest first; at most the `last` ones."""
    if not path.is_file():
        raise UsageError(f"{path}: there is no such history; `contract-suite run --history {path}` begins one")
    with _opened(path, make=False) as database:
        _known(database, path)
        rows = database.execute(_SELECT, (-1 if last is None else last,)).fetchall()
    try:
        return tuple(_figures(row) for row in reversed(rows))
    except (TypeError, ValueError):
        raise UsageError(f"{path}: the history can't be used (it is damaged)") from None


_NAMES: Final = tuple(each.name for each in fields(Figures))
_MAY_LACK: Final = frozenset({"p50", "p95"})
_APPLICATION: Final = 0x63735F68
"""Tells the file from any other SQLite database."""
_PATIENCE: Final = 30.0
_MAKE: Final = """
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL, finished TEXT NOT NULL, target TEXT NOT NULL, families TEXT NOT NULL,
    seed INTEGER NOT NULL, version TEXT NOT NULL,
    failures INTEGER NOT NULL, advisories INTEGER NOT NULL, flaky INTEGER NOT NULL, known INTEGER NOT NULL,
    clauses INTEGER NOT NULL, decided INTEGER NOT NULL, exchanges INTEGER NOT NULL, p50 REAL, p95 REAL,
    verdict TEXT NOT NULL, exit_code INTEGER NOT NULL
) STRICT
"""
_INSERT: Final = f"INSERT INTO run ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(_NAMES))})"  # noqa: S608 - names of our own fields
_SELECT: Final = f"SELECT {', '.join(_NAMES)} FROM run ORDER BY started DESC, id DESC LIMIT ?"  # noqa: S608 - as above


def _figures(row: dict[str, Any]) -> Figures:
    """Return what a row holds; `TypeError` or `ValueError` where a lost page of the file left nothing of it."""
    if any(value is None for name, value in row.items() if name not in _MAY_LACK):
        raise ValueError("a figure is lost")
    return Figures(**{**row, "families": tuple(json.loads(row["families"]))})


@contextmanager
def _opened(path: Path, *, make: bool) -> Iterator[sqlite3.Connection]:
    """Open the file; whatever SQLite has against it becomes one sentence."""
    try:
        if make:
            path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            database.row_factory = lambda cursor, row: {
                column[0]: value for column, value in zip(cursor.description, row, strict=True)
            }
            if make:
                if _tables(database):
                    _known(database, path)
                _many_writers(database)
            yield database
        finally:
            database.close()
    except (sqlite3.Error, OSError) as error:
        raise UsageError(f"{path}: the history can't be used ({error})") from None


def _many_writers(database: sqlite3.Connection) -> None:
    """Switch to the write-ahead log.

    That needs the file for a moment and doesn't wait for it as everything else does.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    """Make the table in a new file; refuse a file that is somebody else's."""
    if _tables(database):
        _known(database, path)
        return
    database.execute(_MAKE)
    database.execute(f"PRAGMA application_id = {_APPLICATION}")
    database.execute(f"PRAGMA user_version = {VERSION}")


def _tables(database: sqlite3.Connection) -> int:
    (count,) = database.execute("SELECT count(*) AS count FROM sqlite_schema").fetchone().values()
    return int(count)


def _known(database: sqlite3.Connection, path: Path) -> None:
    (application,) = database.execute("PRAGMA application_id").fetchone().values()
    (version,) = database.execute("PRAGMA user_version").fetchone().values()
    if application != _APPLICATION:
        raise UsageError(f"{path}: this database is no history of contract-suite")
    if version != VERSION:
        raise UsageError(f"{path}: the history has version {version}; this program reads {VERSION}")
