"""The door for any ASGI server or in-process client: several mocks in one app, each below its own base path.

Nothing here waits for anything but the client, unless a latency is asked for.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from contract_suite.errors import UsageError
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Pairs, Request, Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_MAX_BODY: Final = 16 * 1024 * 1024
_AUTHORITY: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_NOTHING: Final = b'{"code":"NotFound","message":"No API is served at this path."}'
_TOO_MUCH: Final = b'{"code":"ContentTooLarge","message":"The request body is too large."}'
_JSON: Final = (("Content-Type", "application/json"),)


class MockApp:
    """Serves contracts over ASGI 3. Where base paths overlap, the longest one that fits takes the request."""

    def __init__(self, *servers: MockServer, latency: float = 0.0) -> None:
        """`latency` is how many seconds each answer is held back. Two servers can't share a base path."""
        self.servers = tuple(sorted(servers, key=lambda server: -len(server.base_path)))
        self.latency = latency
        paths = [server.base_path for server in servers]
        if len(set(paths)) < len(paths):
            raise UsageError("two of the documents are served below the same path; give each a mock of its own")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the server through its life."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            body = await _body(receive)
            if body is None:
                return
            response = (
                _too_much()
                if len(body) > _MAX_BODY
                else self.handle(_method(scope), _target(scope), _headers(scope), body)
            )
            if self.latency > 0:
                await asyncio.sleep(self.latency)
            await _answer(scope, send, response)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1002})

    def handle(self, method: str, target: str, headers: Pairs, body: bytes = b"") -> Response:
        """Answer a request whose target is the whole path, base path included."""
        path = target.partition("?")[0]
        for server in self.servers:
            base = server.base_path
            if path == base or path.startswith(f"{base}/"):
                return server.handle(
                    Request(method=method, target=target[len(base) :] or "/", headers=headers, body=body)
                )
        return _plain(404, "Not Found", _NOTHING)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _body(receive: Receive) -> bytes | None:
    """Read the request's body, or no more of it than shows that it is too large; `None` if the client has gone."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        piece = message.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        if size > _MAX_BODY or not message.get("more_body", False):
            return b"".join(pieces)


async def _answer(scope: Scope, send: Send, response: Response) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in response.headers]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else response.body})


def _method(scope: Scope) -> str:
    return str(scope["method"])


def _target(scope: Scope) -> str:
    """The target as it stood on the request line, in origin form; bytes that a URL can't hold are escaped."""
    raw = scope.get("raw_path")
    path = raw if isinstance(raw, bytes) else _escaped(str(scope["path"]).encode("utf-8", "surrogateescape"))
    path = path.partition(b"?")[0]
    if not path.startswith(b"/"):
        path = _AUTHORITY.sub(b"", path, count=1) or b"/"
    query = scope.get("query_string", b"")
    return (path + b"?" + query if query else path).decode("latin-1")


def _escaped(path: bytes) -> bytes:
    return re.sub(rb"[^A-Za-z0-9/._~!$&'()*+,;=:@-]", lambda match: b"%%%02X" % match[0][0], path)


def _headers(scope: Scope) -> Pairs:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])


def _too_much() -> Response:
    return _plain(413, "Content Too Large", _TOO_MUCH, (("Connection", "close"),))


def _plain(status: int, reason: str, body: bytes, headers: Pairs = ()) -> Response:
    return Response(
        status=status, reason=reason, headers=(*_JSON, ("Content-Length", str(len(body))), *headers), body=body
    )
