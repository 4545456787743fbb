"""The time of day as records show it: the system's, or a fixed one where SOURCE_DATE_EPOCH asks for output that is the same every time.

The fixed one moves by nothing but the waits of a run, so that what needs two different times has them.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import Final

from contract_suite.errors import UsageError

VARIABLE: Final = "SOURCE_DATE_EPOCH"
"""Seconds since 1970, as reproducible builds use it."""


def seconds_now() -> float:
    """Return seconds since 1970."""
    fixed = os.environ.get(VARIABLE, "")
    if not fixed:
        return time.time()
    if not fixed.isdecimal() or len(fixed) > _DIGITS:
        raise UsageError(f"${VARIABLE} is {fixed[:40]!r}; it is a number of seconds since 1970")
    return float(fixed) + _WAITED.seconds


def wait(seconds: float) -> None:
    """Wait, and let a fixed clock know."""
    time.sleep(seconds)
    if os.environ.get(VARIABLE, ""):
        _WAITED.seconds += seconds


def now() -> datetime:
    """Return the same as a date."""
    return datetime.fromtimestamp(seconds_now(), UTC)


class _Waited:
    """How long this process has waited by a fixed clock, in seconds."""

    seconds = 0.0


_WAITED: Final = _Waited()
_DIGITS: Final = 11
