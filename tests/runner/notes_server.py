"""The service of notes behind a port, answering late, over many connections or one at a time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import unquote

from tests.runner.notes_app import Notes


class Traffic:
    """How many requests the server was working on at a time."""

    def __init__(self) -> None:
        self.now = 0
        self.most = 0
        self.lock = Lock()


@contextmanager
def serving(service: Notes, *, latency: float, one_at_a_time: bool = False) -> Iterator[tuple[str, Traffic]]:
    """Serve the notes with HTTP/1.1 and yield the base URL; `one_at_a_time` serves a connection to its end before the next."""
    traffic, lock = Traffic(), Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with traffic.lock:
                traffic.now += 1
                traffic.most = max(traffic.most, traffic.now)
            time.sleep(latency)
            path, _, query = self.path.removeprefix("/notes-api").partition("?")
            with lock:
                status, value = service.reply(self.command, unquote(path), query, body)
            payload = b"" if value is None else json.dumps(value).encode()
            with traffic.lock:
                traffic.now -= 1
            self.send_response(status)
            if payload:
                self.send_header("Content-Type", "application/json")
            if status != 204:
                self.send_header("Content-Length", str(len(payload)))
            if status == 405:
                self.send_header("Allow", "GET, POST" if path.endswith("/notes") else "GET, DELETE")
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the names that the library looks for

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(HTTPServer if one_at_a_time else ThreadingHTTPServer):  # type: ignore[misc]  # which of the two is the point
        def handle_error(self, *_: object) -> None:
            """A client that has gone is no news."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/notes-api", traffic
        finally:
            server.shutdown()
            thread.join(5)
