"""Several requests on their way at a time, so that a distant endpoint is not waited for one answer at a time.

The rule that must not be broken: answers are recorded and judged in the order in which was asked, and what may depend
on another answer waits for it. So two runs with one seed ask the same, however fast the endpoint is. An endpoint that
answers at once is asked one thing at a time, over one connection, and works on the next request while the answer to the
last one is judged.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.operation import Operation
from contract_suite.model.case import Case
from contract_suite.model.exchange import Exchange, NoResponse, Trouble
from contract_suite.runner.sending.sender import Sender
from contract_suite.runner.sending.waiting import asks_to_wait
from contract_suite.transport.transport import CachedResponse, Transport
from contract_suite.transport.waiting_for_any import wait_for_any

_DISTANT: Final = 0.02
_PATIENCE: Final = 2.0
_LOOK_AGAIN: Final = 0.002
_AT_MOST: Final = 0.05
"""How long is waited at once for whatever comes first: a time-out is no later than that."""
_WORTH_IT: Final = 60
_RACE: Final = 2

OnResponse = Callable[[Exchange], None]


@dataclass(slots=True)
class _InFlight:
    """A case on its way; without a connection it goes over the endpoint's own connection."""

    case: Case
    operation: Operation | None
    pending: CachedResponse
    connection: Transport | None
    on_response: OnResponse | None
    changes: bool
    spend: bool


class ConnectionPool:
    """Ways to one endpoint, each with a connection of its own.

    Until they are opened, everything is sent and judged at once.
    """

    def __init__(self, sender: Sender, *, most: int) -> None:
        """Open nothing yet; at most `most` requests are on their way at a time."""
        self._sender = sender
        self._most = most
        self._answered: int | None = None
        self._connections: list[Transport] = []
        self._free: list[Transport] = []
        self._in_flight: deque[_InFlight] = deque()
        sender.drain = self.drain

    @property
    def pays_off(self) -> bool:
        """Whether the endpoint takes so long to answer that time is saved by asking several things at a time."""
        seconds = sorted(exchange.seconds for exchange in self._sender.recent)
        return (
            self._most > 1
            and bool(seconds)
            and seconds[len(seconds) // 2] >= _DISTANT
            and self._sender.budget.requests_left >= _WORTH_IT
        )

    def open(self, harmless: Case, *, probe_only: bool = False) -> None:
        """Send one harmless request over each connection at once and keep those that answer.

        Some servers serve one connection at a time.

        `probe_only` is for who wants to know whether two are served, and changes nothing else.
        """
        transport = self._sender.endpoint.transport
        if self._answered is not None or not transport.overlaps:
            return
        connections = [transport.clone() for _ in range(_RACE if probe_only else self._most)]
        begun = [(connection, self._sender.begin(harmless, None, connection)) for connection in connections]
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and not all(pending.ready() for _, pending in begun):
            time.sleep(_LOOK_AGAIN)
        good: list[Transport] = []
        for connection, pending in begun:
            answer, seconds = pending.finish() if pending.ready() else (_UNANSWERED, _PATIENCE)
            self._sender.record(harmless, answer, seconds)
            if isinstance(answer, NoResponse):
                pending.drop()
                connection.close()
            else:
                good.append(connection)
        self._answered = len(good)
        self._connections = good
        if probe_only or self.single_connection:
            self.close()
        self._free = list(self._connections)

    @property
    def width(self) -> int:
        """How many requests can be on their way at a time."""
        return max(1, len(self._connections))

    @property
    def single_connection(self) -> bool:
        """Whether the endpoint was seen to answer one connection at a time."""
        return self._answered is not None and self._answered < _RACE

    def is_aimed_at(self, clause: str) -> bool:
        """Whether something on its way is aimed at a clause."""
        return any(each.case.target_clause == clause for each in self._in_flight)

    def submit(
        self,
        case: Case,
        operation: Operation | None,
        on_response: OnResponse | None = None,
        *,
        alone: bool = False,
        changes: bool = False,
        spend: bool = True,
    ) -> None:
        """Send a case and have it judged, now or later, in the order of the calls.

        `on_response` gets what came instead, and nothing is judged. `alone` waits until nothing else is on its way,
        `changes` until no other change is. Without connections of its own the pool sends a case as soon as the one
        before is answered, and that one is judged meanwhile. Raises what `Sender.send` raises, for this case or an
        earlier one.
        """
        if spend:
            self._sender.before_asking()
        own = self._sender.endpoint.transport
        ahead = not self._connections and not alone and own.overlaps
        if ahead and self._in_flight and asks_to_wait(self._in_flight[0].pending.finish()[0]):
            self.drain()
        while not ahead and self._in_flight and (alone or not self._free or (changes and self._changing)):
            self._complete_next()
        connection = self._free.pop() if self._free and not alone else None
        try:
            pending = self._sender.begin(case, operation, connection or own, spend=spend)
        except BaseException:
            if connection is not None:
                self._free.append(connection)
            raise
        self._in_flight.append(
            _InFlight(case, operation, pending, connection, on_response, changes and not ahead, spend)
        )
        while len(self._in_flight) > 1 if ahead else connection is None and self._in_flight:
            self._complete_next()

    def drain(self) -> None:
        """Wait for everything that is on its way, and have it judged."""
        while self._in_flight:
            self._complete_next()

    def abandon(self, within: float = math.inf) -> None:
        """Record what is on its way and show it to the observers, so that nothing made is forgotten; judge nothing.

        At most `within` seconds are waited for each.
        """
        while self._in_flight:
            flight = self._in_flight.popleft()
            self._sender.take_leave(flight.case, flight.operation, flight.pending, within)
            self._release(flight)
        self._sender.abandon(within)

    def close(self) -> None:
        """Let go of the connections."""
        for each in self._connections:
            each.close()
        self._connections.clear()
        self._free.clear()

    @property
    def _changing(self) -> bool:
        return any(each.changes for each in self._in_flight)

    def _complete_next(self) -> None:
        flight = self._in_flight[0]
        self._read_what_comes_before(flight)
        flight.pending.finish()
        self._in_flight.popleft()  # not before: what an interruption leaves here is still recorded
        self._release(flight)
        # Whatever has come by now is read before anything is judged, so that its time is the endpoint's and not ours.
        for each in self._in_flight:
            if each.pending.ready():
                each.pending.finish()
        exchange = self._sender.finish(flight.case, flight.operation, flight.pending, spend=flight.spend)
        if flight.on_response is not None:
            flight.on_response(exchange)
        else:
            self._sender.judge(flight.case, flight.operation, exchange)

    def _read_what_comes_before(self, flight: _InFlight) -> None:
        """Read other answers while one is waited for: a slow operation makes the others neither slow nor late."""
        others = [each.pending for each in self._in_flight if each is not flight]
        while others and not flight.pending.ready():
            for pending in [each for each in others if each.ready()]:
                pending.finish()
                others.remove(pending)
            wait_for_any((each.descriptor() for each in (flight.pending, *others)), _AT_MOST)

    def _release(self, flight: _InFlight) -> None:
        if flight.connection is not None:
            self._free.append(flight.connection)


_UNANSWERED: Final = NoResponse(
    trouble=Trouble.TIMEOUT, message=f"No response over another connection within {_PATIENCE:g} s."
)
