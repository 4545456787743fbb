"""Which lines of a test make the request that a mock gets, so that a failure can be shown there."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType

import pytest


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingLine:
    """The line of a test's file that makes a request, and what called it in that file; the outermost comes first."""

    frames: tuple[tuple[FrameType, int, int], ...]

    @property
    def place(self) -> str:
        """`file:line`, as pytest writes it."""
        frame, _, line = self.frames[-1]
        file = frame.f_code.co_filename
        here = Path.cwd()
        return f"{os.path.relpath(file, here) if Path(file).is_relative_to(here) else file}:{line}"

    def traceback(self) -> TracebackType | None:
        """Return a traceback that ends at the line."""
        made: TracebackType | None = None
        for frame, instruction, line in reversed(self.frames):
            made = TracebackType(made, frame, instruction, line)
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTest:
    """A test's file, and the thread that executes the test."""

    path: Path
    thread: int

    @classmethod
    def of(cls, item: pytest.Item) -> RunningTest:
        """Return that of the test that this thread is about to execute."""
        return cls(path=item.path, thread=threading.get_ident())

    def calling_line(self) -> CallingLine | None:
        """Return the line of the file that is being executed, or `None` if none is.

        A request that another thread serves is still waited for by the test's own.
        """
        frame = sys._current_frames().get(self.thread)  # noqa: SLF001 - the only way to another thread's stack
        found: list[tuple[FrameType, int, int]] = []
        while frame is not None:
            if frame.f_code.co_filename == str(self.path):
                found.append((frame, frame.f_lasti, frame.f_lineno))
            frame = frame.f_back
        return CallingLine(frames=tuple(reversed(found))) if found else None
