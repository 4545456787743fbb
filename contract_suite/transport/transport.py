"""What a transport is: it takes a request and brings back what came.

Whatever a server does is an answer, never an exception: a dead connection, garbage, silence and a flood each become a
`NoResponse` or a truncated `Response`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Protocol

from contract_suite.model.exchange import NoResponse, Request, Response, Trouble

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110, 9.2.1), so that a lost request may be sent again."""

Answered = tuple[Response | NoResponse, float]
"""What came, with the seconds to its last byte."""


class Pending(Protocol):
    """A request on its way."""

    def ready(self) -> bool:
        """Whether its answer has begun to come, so that `finish` need not wait for it."""

    def finish(self) -> Answered:
        """Wait for the answer and return it; its seconds end when it has been read."""

    def drop(self) -> None:
        """Wait no longer, and let go of the connection."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A request whose answer is there already; what a transport without overlap begins."""

    answered: Answered

    def ready(self) -> bool:
        """Return that it is there."""
        return True

    def finish(self) -> Answered:
        """Return it."""
        return self.answered

    def drop(self) -> None:
        """Do nothing: no connection waits."""


KEPT_OF_A_FLOOD: Final = 64 * 1024
"""So much is kept of a body that was longer than what is read of any."""


def descriptor_of(pending: object) -> int | None:
    """Return the file descriptor that a request on its way waits on, if its transport tells it."""
    tell = getattr(pending, "descriptor", None)
    found = tell() if tell is not None else None
    return found if isinstance(found, int) else None


class CachedResponse:
    """A request on its way whose answer is kept once it came, so that it may be waited for early, asked for later."""

    __slots__ = ("_answered", "_pending", "_within", "after", "generation")

    def __init__(self, pending: Pending, *, within: float | None = None, generation: int = 0, after: int = 0) -> None:
        """Wait for nothing yet; `within` is what was given to `begin`, `generation` says which keys the request has.

        `after` is the number of the last exchange before it.
        """
        self.generation = generation
        self.after = after
        self._pending = pending
        self._within = within
        self._answered: Answered | None = None

    def ready(self) -> bool:
        """Whether its answer is there or has begun to come."""
        return self._answered is not None or self._pending.ready()

    def descriptor(self) -> int | None:
        """Return the file descriptor that it waits on, if there is one."""
        return descriptor_of(self._pending)

    def finish(self) -> Answered:
        """Wait for the answer, the first time, and return it."""
        if self._answered is None:
            answer, seconds = self._pending.finish()
            if isinstance(answer, Response) and answer.truncated:
                answer = replace(answer, body=answer.body[:KEPT_OF_A_FLOOD])
            self._answered = answer, seconds
        return self._answered

    @property
    def cut_short(self) -> bool:
        """Whether it was waited for less long than the transport waits, and nothing came."""
        if self._answered is None or self._within is None:
            return False
        answer, seconds = self._answered
        return isinstance(answer, NoResponse) and answer.trouble is Trouble.TIMEOUT and seconds >= self._within

    def drop(self) -> None:
        """Wait no longer."""
        self._pending.drop()


class Transport(Protocol):
    """A way to an endpoint. Not shared between threads: `clone` gives another, with a connection of its own."""

    base_url: str
    """For `curl` lines and reports; the embedded mock's documented one if there is no socket."""

    loopback: bool
    """Whether nothing leaves this machine."""

    overlaps: bool
    """Whether requests that are on their way at the same time are answered sooner than one after the other."""

    def send(self, request: Request) -> Answered:
        """Send and return the answer with the seconds to its last byte."""

    def begin(self, request: Request, *, within: float | None = None) -> Pending:
        """Put a request on its way. It must be finished before this transport takes another one.

        It is waited for `within` seconds, if that is less than the transport's own time-out.
        """

    def clone(self) -> Transport:
        """Return another transport to the same endpoint."""

    def close(self) -> None:
        """Let go of connections."""
