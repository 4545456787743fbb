"""The ledger of a run on disk: a SQLite file that names what the run made, and what it may have made.

The rule that must not be broken: a create stands here, committed, before it is sent, and what became of it as soon as
that is known. So whatever ends the process, the file names everything that may be left at the endpoint.

The file is made with the first create, is locked as long as its run goes on, and is removed once nothing is left.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from contract_suite.errors import ContractSuiteError
from contract_suite.model.json import JSON, compact

SUFFIX: Final = ".ledger"
"""How the name of such a file ends; before it stands the name of the run's record."""
_VERSION: Final = 1
_APPLICATION: Final = 0x63735F6C
"""Tells the file from any other SQLite database."""
_MAKE: Final = f"""
CREATE TABLE run (
    target TEXT NOT NULL, version TEXT NOT NULL, started TEXT NOT NULL, process INTEGER NOT NULL, seed INTEGER NOT NULL,
    options TEXT NOT NULL
) STRICT;
CREATE TABLE thing (
    id INTEGER PRIMARY KEY, state TEXT NOT NULL, family TEXT NOT NULL, resource TEXT NOT NULL, operation TEXT NOT NULL,
    prefix TEXT NOT NULL, sent TEXT NOT NULL, scope TEXT NOT NULL, identity TEXT, status INTEGER NOT NULL
) STRICT;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION}
"""


class LedgerError(ContractSuiteError):
    """The ledger can't be written or read, and so nothing more may be made."""

    def __init__(self, path: Path, reason: object) -> None:
        """Name the file and what is wrong with it."""
        super().__init__(f"{path}: the ledger of what the run makes {reason}")


class InUseError(LedgerError):
    """The run that writes the ledger still goes on."""


class State(StrEnum):
    """What is known of one thing."""

    SENT = "sent"
    """Its create was sent, and no answer was seen."""
    FAILED = "failed"
    """Its create was answered with an error of the server, which need not mean that nothing was made."""
    UNNAMED = "unnamed"
    """It was made, and the answer showed no id."""
    MADE = "made"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that a run made or may have made.

    `sent` are the plain values of its create by field, `prefix` what stands in every name that the run made up,
    `status` that of the answer (0 without one). `identity` is empty until it is known. Families and operations go by
    the names that the run knew them by.
    """

    id: int = 0
    state: State = State.SENT
    family: str
    resource: str
    operation: str
    prefix: str
    sent: Mapping[str, JSON] = field(default_factory=dict)
    scope: Mapping[str, JSON] = field(default_factory=dict)
    identity: Mapping[str, JSON] = field(default_factory=dict)
    status: int = 0


def names_of(thing: Thing) -> dict[str, str]:
    """The values that a run made up for one thing and that nothing else has, by field."""
    return {
        name: value
        for name, value in thing.sent.items()
        if isinstance(value, str) and thing.prefix and thing.prefix in value
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The run that a ledger belongs to: `options` as its record has them, `process` its id."""

    target: str
    version: str
    started: str
    seed: int
    options: Mapping[str, JSON]
    process: int = field(default_factory=os.getpid)


class LedgerFile:
    """One ledger, opened when it is first needed. Whatever SQLite or the system has against it is a `LedgerError`."""

    def __init__(
        self,
        path: Path,
        origin: Origin | None = None,
        *,
        redact: Callable[[JSON], JSON] = lambda value: value,
        durable: bool = False,
    ) -> None:
        """Open nothing yet: `expect` makes a new file of `origin`, `read` opens one that is there.

        `redact` goes over everything that is written. `durable` waits for the disk before each create, so that not even
        a power cut loses it.
        """
        self.path = path
        self._origin = origin
        self._redact = redact
        self._durable = durable
        self._database: sqlite3.Connection | None = None
        self._known = False
        """Whether the file is a ledger, and so may be removed."""
        self._left: set[int] = set()
        """The ids of what may still be there, whether or not the disk had room to say so."""

    def expect(self, things: Iterable[Thing]) -> tuple[int, ...]:
        """Commit that these are about to be made; returns the id of each."""
        rows = [self._row(each) for each in things]
        ids: list[int] = []
        with self._trouble():
            database = self._database or self._make()
            database.execute("BEGIN")
            for row in rows:
                ids.append(database.execute(_INSERT, row).lastrowid or 0)  # noqa: PERF401 - not all or nothing
            database.execute("COMMIT")
        self._known = True
        self._left |= set(ids)
        return tuple(ids)

    def settle(self, thing: Thing) -> None:
        """Commit what became of one: all but whose it is and the operation that made it."""
        identified = self._text(thing.identity) if thing.identity else None
        sent, scope = self._text(thing.sent), self._text(thing.scope)
        values = (thing.state.value, thing.resource, sent, identified, scope, thing.status, thing.id)
        with self._trouble():
            if self._database is not None:
                self._database.execute(_SETTLE, values)

    def drop(self, things: Iterable[int]) -> None:
        """Commit that these are not there: never made, or deleted."""
        things = tuple(things)
        self._left -= set(things)
        with self._trouble():
            if self._database is not None:
                self._database.executemany("DELETE FROM thing WHERE id = ?", [(each,) for each in things])

    def read(self) -> tuple[Origin, tuple[Thing, ...]]:
        """Return whose ledger it is and what it names, in the order in which it was made.

        The file stays open and locked. `InUseError` while another process has it. A file whose making was cut short names
        nothing, for nothing was sent yet.
        """
        with self._trouble():
            database = self._database or self._open()
            if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                self._known = True
                return _NOBODYS, ()
            ((target, version, started, process, seed, options),) = database.execute(_RUN).fetchall()
            things = tuple(_thing(row) for row in database.execute(_THINGS))
            options = json.loads(options)
        self._known = True
        self._left = {each.id for each in things}
        origin = Origin(target=target, version=version, started=started, process=process, seed=seed, options=options)
        return origin, things

    def close(self) -> bool:
        """Let go of the file, which is removed if it names nothing any more; returns whether it is left."""
        database, self._database = self._database, None
        if database is None:
            return False
        with contextlib.suppress(sqlite3.Error):
            database.close()
        if self._known and not self._left:
            remove(self.path)
        return bool(self._left)

    def __enter__(self) -> Self:
        """Return the ledger."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self.close()

    def _make(self) -> sqlite3.Connection:
        if self._origin is None:
            raise ValueError("it belongs to no run")
        made = self._origin
        os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        database = self._connected()
        database.execute("BEGIN")
        for statement in _MAKE.split(";"):
            database.execute(statement)
        database.execute(
            "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?)",
            (made.target, made.version, made.started, made.process, made.seed, self._text(made.options)),
        )
        database.execute("COMMIT")
        return database

    def _open(self) -> sqlite3.Connection:
        if self.path.is_symlink() or not self.path.is_file():
            raise ValueError("it is not there")
        database = self._connected()
        known = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
        unfinished = known == [0, 0] and not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if known != [_APPLICATION, _VERSION] and not unfinished:
            self.close()
            raise ValueError("it is none, or one of another version of this program")
        return database

    def _connected(self) -> sqlite3.Connection:
        """Connect, and lock the file until it is closed."""
        database = sqlite3.connect(self.path, timeout=0.0, isolation_level=None, check_same_thread=False)
        try:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")  # before the log, which then shares no memory
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'NORMAL'}")
            database.execute("BEGIN IMMEDIATE")
            database.execute("COMMIT")
        except BaseException:
            database.close()
            raise
        self._database = database
        return database

    def _row(self, thing: Thing) -> tuple[str | int | None, ...]:
        return (
            thing.state.value,
            thing.family,
            thing.resource,
            thing.operation,
            thing.prefix,
            self._text(thing.sent),
            self._text(thing.scope),
            self._text(thing.identity) if thing.identity else None,
            thing.status,
        )

    def _text(self, values: Mapping[str, JSON]) -> str:
        text = compact(self._redact(dict(values)))
        return text.encode("utf-8", "replace").decode()  # SQLite takes no half of a surrogate pair

    @contextlib.contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise InUseError(self.path, "is in use: its run still goes on") from None
            self._roll_back()
            raise LedgerError(self.path, f"can't be used ({error})") from None
        except (sqlite3.Error, OSError, ValueError) as error:
            raise LedgerError(self.path, f"can't be used ({getattr(error, 'strerror', None) or error})") from None
        except BaseException:
            self._roll_back()  # a signal came between two statements
            raise

    def _roll_back(self) -> None:
        if self._database is not None and self._database.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._database.execute("ROLLBACK")


def remove(path: Path) -> None:
    """Remove a ledger and what SQLite may have left beside it."""
    for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-journal", "-shm"))):
        with contextlib.suppress(OSError):
            each.unlink()


_NOBODYS: Final = Origin(target="", version="", started="", seed=0, options={}, process=0)
_COLUMNS: Final = "state, family, resource, operation, prefix, sent, scope, identity, status"
_INSERT: Final = f"INSERT INTO thing ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - names of our own columns
_SETTLE: Final = "UPDATE thing SET state = ?, resource = ?, sent = ?, identity = ?, scope = ?, status = ? WHERE id = ?"
_RUN: Final = "SELECT target, version, started, process, seed, options FROM run"
_THINGS: Final = f"SELECT id, {_COLUMNS} FROM thing ORDER BY id"  # noqa: S608 - as above


def _thing(row: tuple[Any, ...]) -> Thing:
    number, state, family, resource, operation, prefix, sent, scope, identity, status = row
    return Thing(
        id=number,
        state=State(state),
        family=family,
        resource=resource,
        operation=operation,
        prefix=prefix,
        sent=json.loads(sent),
        scope=json.loads(scope),
        identity=json.loads(identity) if identity else {},
        status=status,
    )
