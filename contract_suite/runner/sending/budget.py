"""How much a run may still send: requests and seconds, shared over stages instead of spent on the first ones."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contract_suite import limits
from contract_suite.behaviours.behaviour import BudgetSpent
from contract_suite.model.counting import counted
from contract_suite.runner.sending.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class _Limit:
    requests: float
    deadline: float


class Budget:
    """Counts requests and time.

    `waiting` is what it may wait where answers ask for it.

    A `share` limits a part of the run to a fraction of what is left; what it doesn't use, later parts may.
    """

    def __init__(
        self,
        *,
        max_requests: int | None = None,
        max_time: float | None = None,
        began: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Count the time from `began` on, a moment of `clock`; without one, from now on."""
        self.clock = clock
        self.sent = 0
        self._max_time = max_time
        self.waiting = Waiting()
        self.slowness = 1.0
        """How many seconds pass while this process works for one: on a busy machine it waits for its turn."""
        self.owed: Callable[[], float] = lambda: 0.0
        """The seconds that deleting what the run has made will take, which nothing else may use."""
        infinite = float("inf")
        self._limits = [
            _Limit(
                infinite if max_requests is None else max_requests,
                infinite if max_time is None else (clock() if began is None else began) + max_time,
            )
        ]

    def keep(self, share: float, *, at_least: float) -> None:
        """Keep a share of the time for what follows the last request, at least some seconds, at most half of what is left."""
        if self._max_time is not None:
            kept = max(self._max_time * share, at_least)
            self._limits[0].deadline -= min(kept, self.seconds_left / 2)

    def notice_load(self, seconds: float, worked: float) -> None:
        """Learn from work that took some seconds, of which the process worked for so many."""
        if worked > 0:
            self.slowness = max(1.0, seconds / worked)

    def expect(self, seconds: float) -> None:
        """Raise `BudgetSpent` where work of so many seconds, longer on a busy machine, leaves no time for anything."""
        if self.seconds_left <= seconds * self.slowness:
            raise BudgetSpent

    def spend(self) -> None:
        """Take one request; `BudgetSpent` if there is none or the time is over."""
        if self.spent:
            raise BudgetSpent
        self.sent += 1

    @property
    def spent(self) -> bool:
        """Whether nothing more may be sent in this part of the run."""
        return self.seconds_left <= 0 or self.requests_left <= 0

    @property
    def over(self) -> bool:
        """Whether the whole run may send nothing more."""
        return self.sent >= self._limits[0].requests or self.seconds_left_in_all <= 0

    @property
    def reached(self) -> str:
        """Which limit of the run, or share of it, leaves nothing more to send: "cut short by the limit of 3 requests"."""
        whole = self._limits[0].requests
        if self._max_time is None and whole < float("inf"):
            return f"cut short by the limit of {counted(int(whole), 'request')}"
        if self._max_time is not None and whole == float("inf"):
            return f"cut short by the time limit of {self._max_time:g} s"
        return "cut short by the limits of requests and time"

    @property
    def seconds_left_in_all(self) -> float:
        """Seconds until the whole run may send nothing more but deletes of what it made, at least 0."""
        until = self._until_the_end
        return until if self._max_time is None else max(0.0, until - self.owed())  # asked several times a request

    @property
    def seconds_for_cleanup(self) -> float:
        """Seconds that are left for deleting what the run made; infinite without a limit."""
        return max(limits.CLEANUP_AFTER_THE_TIME, self._until_the_end)

    @property
    def _until_the_end(self) -> float:
        return self._limits[0].deadline - self.clock()

    @property
    def requests_left(self) -> float:
        """Requests until the nearest limit; infinite without one."""
        return min(limit.requests for limit in self._limits) - self.sent

    @property
    def seconds_left(self) -> float:
        """Seconds until the nearest deadline, at least 0."""
        nearest = min(limit.deadline for limit in self._limits) - self.clock()
        return max(0.0, min(nearest, self.seconds_left_in_all))

    def prolong(self, seconds: float) -> None:
        """Let every share that is open now end so many seconds later, but none after the run."""
        for each in self._limits[1:]:
            each.deadline = min(each.deadline + seconds, self._limits[0].deadline)

    @contextmanager
    def share(self, fraction: float, *, seconds: float | None = None) -> Iterator[None]:
        """Limit what happens inside to a fraction of the requests and the time that are left, and to `seconds` if given."""
        now = self.clock()
        outer = self._limits[-1]
        deadline = now + (outer.deadline - now) * fraction
        if seconds is not None:
            deadline = min(deadline, now + seconds)
        self._limits.append(_Limit(self.sent + (outer.requests - self.sent) * fraction, deadline))
        try:
            yield
        finally:
            self._limits.pop()
