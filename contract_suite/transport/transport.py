"""What a transport is: it takes a request and brings back what came.

Whatever a server does is an answer, never an exception: a dead connection, garbage, silence and a flood each become a `NoResponse` or a truncated
`Response`.
"""

from __future__ import annotations

from typing import Protocol

from contract_suite.model.exchange import NoResponse, Request, Response


class Transport(Protocol):
    """A way to an endpoint. Not shared between threads: `clone` gives another, with a connection of its own."""

    base_url: str
    """For `curl` lines and reports; the embedded mock's documented one if there is no socket."""

    loopback: bool
    """Whether nothing leaves this machine."""

    def send(self, request: Request) -> tuple[Response | NoResponse, float]:
        """Send and return the answer with the seconds to its last byte."""

    def clone(self) -> Transport:
        """Return another transport to the same endpoint."""

    def close(self) -> None:
        """Let go of connections."""
