"""A transport without an endpoint: it answers from recorded exchanges, so that checks and behaviours can judge again offline."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from threading import Lock
from typing import Literal

from contract_suite.model.exchange import Exchange, NoResponse, Request, Response, Trouble
from contract_suite.transport.transport import Done


class Recorded:
    """Answers from a recording.

    `by="order"` gives the answers one after the other, whatever is asked. `by="request"` gives the answers to an equal
    request in their order, and the last of them again and again.
    """

    def __init__(
        self,
        exchanges: Iterable[Exchange],
        *,
        by: Literal["order", "request"] = "request",
        base_url: str = "http://localhost",
    ) -> None:
        """Keep the exchanges."""
        self.base_url = base_url
        self.loopback = True
        self.overlaps = False
        self._tape = _Tape(exchanges, ordered=by == "order")

    def send(self, request: Request) -> tuple[Response | NoResponse, float]:
        """Return the recorded answer and its seconds; a request that nothing was recorded for gets a `NoResponse`."""
        exchange = self._tape.next(request)
        if exchange is None:
            message = f"The recording holds no answer to {request.method} {request.target}."
            return NoResponse(trouble=Trouble.UNREACHABLE, message=message), 0.0
        return exchange.answer, exchange.seconds

    def begin(self, request: Request) -> Done:
        """Send at once."""
        return Done(self.send(request))

    def clone(self) -> Recorded:
        """Return another one that reads the same tape at the same place."""
        other = Recorded((), base_url=self.base_url)
        other._tape = self._tape
        return other

    def close(self) -> None:
        """Do nothing: no connection is open."""


class _Tape:
    def __init__(self, exchanges: Iterable[Exchange], *, ordered: bool) -> None:
        self._ordered = ordered
        self._lock = Lock()
        self._answers: dict[Request | None, deque[Exchange]] = {}
        for exchange in exchanges:
            self._answers.setdefault(None if ordered else exchange.request, deque()).append(exchange)

    def next(self, request: Request) -> Exchange | None:
        with self._lock:
            answers = self._answers.get(None if self._ordered else request)
            if not answers:
                return None
            return answers[0] if len(answers) == 1 and not self._ordered else answers.popleft()
