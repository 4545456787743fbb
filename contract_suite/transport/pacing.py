"""Pacing: keep under a server's documented rate limits, and know whose machine it is.

Never more than the allowed requests leave within any stretch of the allowed time, whoever sends them.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from threading import Lock

from contract_suite.errors import UsageError
from contract_suite.transport.base_url import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """At most `requests` in any `seconds`."""

    requests: int
    seconds: float = 1.0


def is_loopback(url: str) -> bool:
    """Whether a base URL names this machine; `False` for what is no base URL."""
    try:
        return parse(url).loopback
    except UsageError:
        return False


# The server counts arrivals, we count departures: on the way, requests can move closer together.
_MARGIN = 1.05


class Pace:
    """When the last requests of each key left, or are going to.

    A log, no token bucket: a full bucket would allow twice the limit at its start.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._clock = clock
        self._lock = Lock()
        self._departures: dict[Hashable, deque[float]] = {}

    def reserve(self, allowances: Iterable[tuple[Hashable, Allowance]]) -> float:
        """Return the seconds to wait, and count the request as leaving then."""
        with self._lock:
            now = turn = self._clock()
            logs = []
            for key, allowance in allowances:
                log = self._departures.setdefault(key, deque())
                while len(log) > max(1, allowance.requests):
                    log.popleft()
                if log:
                    turn = max(turn, log[-1])  # nobody overtakes: the log stays in order
                if log and len(log) >= allowance.requests:
                    turn = max(turn, log[-max(1, allowance.requests)] + allowance.seconds * _MARGIN)
                logs.append(log)
            for log in logs:
                log.append(turn)
            return turn - now
