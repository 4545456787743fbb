"""Manners towards a server that is somebody else's: keep under its documented rate limits, and know whose machine it is.

Never more than the allowed requests leave within any stretch of the allowed time, by all clones together.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from threading import Lock

from contract_suite.errors import UsageError
from contract_suite.model.exchange import NoResponse, Request, Response
from contract_suite.transport.base_url import parse
from contract_suite.transport.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """At most `requests` in any `seconds`."""

    requests: int
    seconds: float = 1.0


Limits = Callable[[Request], Iterable[tuple[Hashable, Allowance]]]
"""The allowances that a request draws on, each with the key of whom it is counted for: `("CreateAlgorithm", request.identity)`."""


class Paced:
    """A transport that waits until a request is within every allowance it draws on."""

    def __init__(
        self,
        transport: Transport,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Wrap `transport`. The pauses are not part of the seconds that `send` returns."""
        self.base_url = transport.base_url
        self.loopback = transport.loopback
        self._transport = transport
        self._limits = limits
        self._sleep = sleep
        self._log = _Log(clock)

    def send(self, request: Request) -> tuple[Response | NoResponse, float]:
        """Wait for the request's turn, then send it."""
        pause = self._log.reserve(self._limits(request))
        if pause > 0:
            self._sleep(pause)
        return self._transport.send(request)

    def clone(self) -> Paced:
        """Return another one that counts into the same log."""
        other = Paced(self._transport.clone(), self._limits, sleep=self._sleep)
        other._log = self._log
        return other

    def close(self) -> None:
        """Close the wrapped transport."""
        self._transport.close()


def is_loopback(url: str) -> bool:
    """Whether a base URL names this machine; `False` for what is no base URL."""
    try:
        return parse(url).loopback
    except UsageError:
        return False


# The server counts arrivals, we count departures: on the way, requests can move closer together.
_MARGIN = 1.05


class _Log:
    """When the last requests of each key left, or are going to. A log, no token bucket: a full bucket would allow twice the limit at its start."""

    def __init__(self, clock: Callable[[], float]) -> None:
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
