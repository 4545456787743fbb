"""How long a run waits because answers ask it to (429, or 503 with Retry-After): in all, and for each operation.

The rule that must not be broken: one operation that is limited never puts the whole run to sleep.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from contract_suite import limits
from contract_suite.model.exchange import NoResponse, Response

_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 503
_UNTOLD: Final = (0.25, 0.5, 1.0)
"""What is waited where an answer doesn't say how long, the first time, the second and from then on."""
_LEAST: Final = 0.05
_DIGITS: Final = 9


class Waiting:
    """The waits of one run or of its cleaning up. `waits` counts them, `seconds` is their sum."""

    def __init__(self, seconds: float = limits.WAITING) -> None:
        """`seconds` is all that may be waited."""
        self.waits = 0
        self.seconds = 0.0
        self._most = seconds
        self._fruitless: Counter[str] = Counter()
        self._fruitless_in_all = 0

    def pause(self, operation: str, answer: Response | NoResponse) -> float | None:
        """Return the seconds to wait before an operation is asked again, or `None` if the answer stands."""
        if not isinstance(answer, Response) or not asks_to_wait(answer):
            self._fruitless.pop(operation, None)
            self._fruitless_in_all = 0
            return None
        asked = retry_after(answer.header("retry-after"))
        if asked is None and answer.status == _UNAVAILABLE:
            return None
        before = self._fruitless[operation]
        if before >= limits.FRUITLESS_WAITS or self._fruitless_in_all >= limits.FRUITLESS_WAITS_IN_ALL:
            return None
        wanted = _UNTOLD[min(before, len(_UNTOLD) - 1)] if asked is None else max(asked, _LEAST)
        if wanted > min(limits.LONGEST_WAIT, self._most - self.seconds):
            self._fruitless[operation] += 1
            return None
        self._fruitless[operation] += 1
        self._fruitless_in_all += 1
        self.waits += 1
        self.seconds += wanted
        return wanted

    def gave_up(self, operation: str) -> bool:
        """Whether an operation is limited, and is not waited for any more until it is served."""
        return self._fruitless[operation] >= limits.FRUITLESS_WAITS


def asks_to_wait(answer: Response | NoResponse) -> bool:
    """Whether an answer may be about how often we ask rather than about what was asked."""
    return isinstance(answer, Response) and answer.status in {_TOO_MANY, _UNAVAILABLE}


def retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After field (RFC 9110, 10.2.3), or `None` if it says nothing that can be read."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) <= _DIGITS else float("inf")
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
