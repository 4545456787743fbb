"""Signals that ask a run to stop: SIGINT, SIGTERM and SIGHUP end it in order, a second one ends its cleaning up.

The rule that must not be broken: what is being written is written to its end. Inside `to_the_end` a signal is noted, and asked for afterwards.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_LAST_WORD: Final = 3
"""The signal that ends the process where it stands, whatever is being written."""
_ASKED_AGAIN_AFTER: Final = 0.02
_NUMBERS: Final = tuple(
    number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None
)


class Stopped(KeyboardInterrupt):
    """A signal asked the run to stop; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        """Keep the number."""
        super().__init__(signal.Signals(number).name)
        self.number = number


class Stopping:
    """Which signals came so far, of one process."""

    def __init__(self) -> None:
        """None came."""
        self.first = 0
        """The number of the first signal; 0 while none came."""
        self.count = 0
        self._shields = 0

    @property
    def said(self) -> str:
        """Which signal asked the run to stop, in words."""
        return f"the run was interrupted ({signal.Signals(self.first).name})" if self.first else ""

    @contextmanager
    def to_the_end(self) -> Iterator[None]:
        """Let what is written be written to its end: a signal that comes meanwhile is noted, and raises nothing."""
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """Take a signal in; raises `Stopped` where the run may be interrupted."""
        self.first = self.first or number
        self.count += 1
        if self.count > _LAST_WORD:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        elif not self._shields:
            raise Stopped(number)

    def taken_back(self, unraisable: sys.UnraisableHookArgs) -> bool:
        """Let a signal that was raised where Python ignores what is raised, as in a finaliser, come again; whether it was one."""
        lost = unraisable.exc_value
        if not isinstance(lost, Stopped):
            return False
        self.count -= 1
        _thread.start_new_thread(_send_again, (lost.number,))  # `threading` has locks, which may be held here
        return True


def _send_again(number: int) -> None:
    time.sleep(_ASKED_AGAIN_AFTER)
    os.kill(os.getpid(), number)


@contextmanager
def stoppable() -> Iterator[Stopping]:
    """Let signals stop what the block does.

    Only signals that would otherwise end the process are taken: one that is ignored, or that somebody else handles,
    stays as it is. In another thread than the main one nothing changes. Blocks within blocks share the outermost one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield Stopping()
        return
    handlers = {number: signal.getsignal(number) for number in _NUMBERS}
    for handler in handlers.values():
        owner = getattr(handler, "__self__", None)
        if isinstance(owner, Stopping):
            yield owner
            return
    stopping = Stopping()
    replaced = {
        number: handler
        for number, handler in handlers.items()
        if handler in {signal.SIG_DFL, signal.default_int_handler}
    }
    ignored = sys.unraisablehook

    def not_ignored(unraisable: sys.UnraisableHookArgs) -> None:
        if not stopping.taken_back(unraisable):
            ignored(unraisable)

    for number in replaced:
        signal.signal(number, stopping.handle)
    sys.unraisablehook = not_ignored
    try:
        yield stopping
    finally:
        sys.unraisablehook = ignored
        for number, before in replaced.items():
            signal.signal(number, before)
