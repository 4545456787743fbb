"""Connections to the mock's port: how many there may be, and how long each may take to send a request.

The rule that must not be broken: whoever connects and doesn't finish what it began costs the mock nothing for long.
This module is loaded by who listens on a port, because uvicorn is heavy.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

RECEIVING: Final = 30.0
"""How many seconds a request may take from the first byte of its connection, or of itself, to its last."""

CONNECTIONS: Final = 500
"""So many may be open at a time; fewer where the process may open fewer files."""

_TLS: Final = b"\x16\x03"


class PatientProtocol(H11Protocol):
    """Lets go of a connection on which no request comes to its end, and of those that are too many."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Begin as uvicorn does."""
        super().__init__(*arguments, **named)
        self._timer: asyncio.TimerHandle | None = None
        self._silent = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take a connection, or refuse it."""
        super().connection_made(transport)
        most = _most()
        if len(self.connections) > most:
            self._refuse("503 Service Unavailable", f"More than {most} connections are open.")
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait for the rest of the request for so long and no longer."""
        if self._silent and data.startswith(_TLS):
            self._refuse("400 Bad Request", "This port speaks HTTP, not TLS: the URL should begin with http://.")
            return
        self._silent = False
        super().data_received(data)
        waiting = self.conn.their_state is h11.SEND_BODY or bool(self.conn.trailing_data[0])
        if waiting and not self.transport.is_closing():
            self._watch()
        else:
            self._forget()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(RECEIVING, self._give_up)

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        self._refuse("408 Request Timeout", f"The request did not end within {RECEIVING:g} s.")

    def _refuse(self, status: str, sentence: str) -> None:
        if self.transport.is_closing():
            return
        begun = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if not begun:
            body = f"{sentence}\n".encode()
            head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            self.transport.write(head.encode() + body)
        self.transport.close()


def _most() -> int:
    """How many connections there may be, where each takes one of the files that a process may open."""
    try:
        import resource  # noqa: PLC0415 - not on every system

        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    except (ImportError, OSError):
        return CONNECTIONS
    return CONNECTIONS if files < 0 else max(1, min(CONNECTIONS, files // 2))
