"""The lock of a folder that one process at a time writes into; the system frees that of a process that dies.

Whoever holds it may take it again within: who begins a run reports it too, and both write.

Where the system has `flock`, it is asked itself: `filelock` brings `asyncio`, which takes longer to load than a short run
takes. Everywhere else, and on file systems without such locks, `filelock` knows what to do.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

_HELD: Final = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK})
_NO_LOCKS: Final = frozenset({errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK})


_OWN: Final[set[tuple[int, Path]]] = set()
"""What each thread of this process holds."""


class HeldError(Exception):
    """Another process has the lock, or another thread of this one."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock at a path while the block runs; the file stays there.

    Raises `HeldError`, or `OSError` where the file can't be written.
    """
    key = (threading.get_ident(), path.absolute())
    if key in _OWN:
        yield
        return
    with _locked(path):
        _OWN.add(key)
        try:
            yield
        finally:
            _OWN.discard(key)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = _locked_descriptor(path)
    if descriptor is None:
        with _locked_elsewhere(path):
            yield
        return
    try:
        yield
    finally:
        os.close(descriptor)  # lets go of the lock


def _locked_descriptor(path: Path) -> int | None:
    """Open and lock a file; `None` where its system, or file system, has no such locks."""
    if sys.platform == "win32":
        return None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0), 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno in _NO_LOCKS:
            return None
        if error.errno in _HELD:
            raise HeldError from None
        raise
    return descriptor


@contextmanager
def _locked_elsewhere(path: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only who has no flock needs it

    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise HeldError from None
    try:
        yield
    finally:
        with suppress(OSError):
            lock.release()
