"""The folder that a run writes: one run at a time, and its record found in it whether or not the run came to its end.

A run writes its record as `run-….ndjson` and only at its end names it `run.ndjson`, so a record of the first kind is
that of a run which still goes on or was cut short.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from contract_suite.errors import NoRoomError, UsageError
from contract_suite.record.folder import RECORD
from contract_suite.record.folder_lock import HeldError, locked

_LOCK: Final = ".lock"
_BEGUN: Final = re.compile(r"run-(\d{8}T\d{6})-(\d+)-\d{6}\.ndjson")


def new_record(folder: Path) -> Path:
    """Return the path of a record that no other run has."""
    return (
        folder
        / f"run-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}-{random.SystemRandom().randrange(10**6):06}.ndjson"
    )


def record_in(path: Path) -> Path:
    """Return the record at a path, or the newest one in the folder there: `run.ndjson`, if none is newer.

    The path of `run.ndjson` comes back where there is none.
    """
    if not path.is_dir():
        return path
    found = [path / RECORD, *begun_in(path)]
    return max(found, key=_changed)


def begun_in(folder: Path) -> tuple[Path, ...]:
    """Return the records in a folder of runs that go on or were cut short, the oldest first."""
    return tuple(sorted((each for each in folder.iterdir() if _BEGUN.fullmatch(each.name)), key=_changed))


def finish(record: Path) -> Path:
    """Name a record `run.ndjson`, in the place of the run before; those of runs that were cut short before it go.

    `NoRoomError` where the folder has changed in the meantime, so that this can't be done.
    """
    final = record.with_name(RECORD)
    try:
        record.replace(final)
    except OSError as error:
        raise NoRoomError(
            f"{record.parent} was changed by others during the run: the record {record.name} can't be kept there "
            f"as {RECORD} ({error.strerror or error})"
        ) from error
    for each in begun_in(record.parent):
        with suppress(OSError):
            each.unlink()
    return final


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Make the folder if it isn't there, and let no other run write into it while the block runs.

    `UsageError` if another run does, or if nothing can be written there. The system frees the lock of a process that
    dies.
    """
    path = folder / _LOCK
    with ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if path.is_symlink():
                raise UsageError(f"{path} is a symbolic link; a run does not write through links")
            held.enter_context(locked(path))
        except HeldError:
            raise UsageError(
                f"another run{_who(folder)} writes into {folder}; give this one a folder of its own: --report DIR"
            ) from None
        except OSError as error:
            raise UsageError(f"the report folder {folder} can't be written to ({error.strerror or error})") from None
        yield


def _who(folder: Path) -> str:
    begun = begun_in(folder)
    match = _BEGUN.fullmatch(begun[-1].name) if begun else None
    if match is None:
        return ""
    started = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return f" (process {match[2]}, begun {started:%Y-%m-%d %H:%M:%S} UTC)"


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return -1
