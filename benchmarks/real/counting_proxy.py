"""A proxy on 127.0.0.1 that passes bytes on to one port and notes method, target and status of each exchange."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self

_TIMEOUT: Final = 60
_HOP_BY_HOP: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection", "te"})


class CountingProxy:
    """Passes requests on while it is entered; `answers` are method, target and status of each, 0 for no answer."""

    def __init__(self, port: int) -> None:
        """`port` is that of the service."""
        self.answers: list[tuple[str, str, int]] = []
        handler = type("Handler", (_Handler,), {"service": port, "answers": self.answers})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        """Begin to listen."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service = 0
    answers: list[tuple[str, str, int]]

    def _pass_on(self) -> None:
        status = 0
        upstream = http.client.HTTPConnection("127.0.0.1", self.service, timeout=_TIMEOUT)
        try:
            body = self._body()
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.raw_items():
                if name.lower() not in _HOP_BY_HOP | {"content-length"}:
                    upstream.putheader(name, value)
            if body or "content-length" in self.headers:
                upstream.putheader("Content-Length", str(len(body)))
            upstream.putheader("Connection", "close")
            upstream.endheaders(body or None)
            response = upstream.getresponse()
            status = response.status
            self._answer(response)
        except (OSError, http.client.HTTPException, ValueError):
            self.close_connection = True  # as the service did
        finally:
            upstream.close()
            self.answers.append((self.command, self.path, status))

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def _answer(self, response: http.client.HTTPResponse) -> None:
        """Pass an answer on as it comes, so that streams stream; its end is the end of the connection."""
        self.send_response_only(response.status, response.reason)
        length = response.headers.get("content-length")
        for name, value in response.headers.raw_items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        if length is None and self.command != "HEAD" and response.status not in {204, 304}:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        while part := response.read1(65536):
            self.wfile.write(part)
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Pass every method on, those that nobody knows too."""
        if name.startswith("do_"):
            return self._pass_on
        raise AttributeError(name)


class _Server(ThreadingHTTPServer):
    """Says nothing of clients that go away."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Leave it: a tool may close a connection whenever it likes."""
