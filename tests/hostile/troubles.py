"""Troubles between a run and a right server: an ASGI application that does one of them to chosen requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Trouble = Callable[[App, Message, Receive, Send], Awaitable[None]]
When = Callable[[int], bool]
"""Whether the request with this number, counted from 1, meets the trouble."""

JSON: Final = (b"content-type", b"application/json")


def every(n: int) -> When:
    """Each n-th request."""
    return lambda number: number % n == 0


def only(n: int) -> When:
    """The n-th request alone."""
    return lambda number: number == n


def since(n: int) -> When:
    """The n-th request and all that follow."""
    return lambda number: number >= n


def answering(status: int, body: bytes = b"{}", *headers: tuple[bytes, bytes]) -> Trouble:
    """Answer in place of the server."""

    async def answer(_app: App, _scope: Message, _receive: Receive, send: Send) -> None:
        fields = [*headers, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": body})

    return answer


async def lost_before(_app: App, _scope: Message, _receive: Receive, _send: Send) -> None:
    """Say nothing, and do nothing."""


async def lost_after(app: App, scope: Message, receive: Receive, _send: Send) -> None:
    """Do what was asked, and say nothing."""

    async def swallow(_message: Message) -> None:
        pass

    await app(scope, receive, swallow)


async def cut_off(app: App, scope: Message, receive: Receive, send: Send) -> None:
    """Send half of the body."""

    async def half(message: Message) -> None:
        body = message.get("body", b"")
        if message["type"] == "http.response.body" and len(body) > 1:
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        elif message["type"] == "http.response.start":
            await send(message)

    await app(scope, receive, half)


async def hanging(_app: App, _scope: Message, _receive: Receive, _send: Send) -> None:
    """Never answer."""
    await asyncio.sleep(3600)


async def crashing(_app: App, _scope: Message, _receive: Receive, _send: Send) -> None:
    """Fail without an answer."""
    raise RuntimeError("out of ink")


TROUBLES: Final[Mapping[str, Trouble]] = {
    "400": answering(400, b'{"code": "no"}', JSON),
    "401": answering(401, b'{"code": "key"}', JSON),
    "403": answering(403, b'{"code": "key"}', JSON),
    "404": answering(404, b"{}", JSON),
    "409": answering(409, b"{}", JSON),
    "429": answering(429, b"{}", JSON),
    "429-at-once": answering(429, b"{}", JSON, (b"retry-after", b"0")),
    "429-for-a-day": answering(429, b"{}", JSON, (b"retry-after", b"99999")),
    "429-until-soon": answering(429, b"{}", JSON, (b"retry-after", b"soon")),
    "429-less-than-nothing": answering(429, b"{}", JSON, (b"retry-after", b"-1")),
    "429-thirty-digits": answering(429, b"{}", JSON, (b"retry-after", b"9" * 30)),
    "429-far-date": answering(429, b"{}", JSON, (b"retry-after", b"Fri, 31 Dec 2099 23:59:59 GMT")),
    "429-no-date": answering(429, b"{}", JSON, (b"retry-after", b"Fri, 99 Dec 99999 23:59:59 GMT")),
    "429-other-digits": answering(429, b"{}", JSON, (b"retry-after", "\u00b2\u00b9".encode("latin-1"))),
    "429-empty": answering(429, b"{}", JSON, (b"retry-after", b"")),
    "429-decimal": answering(429, b"{}", JSON, (b"retry-after", b"1.5")),
    "500": answering(500, b"{}", JSON),
    "503": answering(503, b"{}", JSON),
    "503-for-a-day": answering(503, b"{}", JSON, (b"retry-after", b"86400")),
    "redirect": answering(302, b"", (b"location", b"https://elsewhere.example/")),
    "html": answering(200, b"<html><body>It works!</body></html>", (b"content-type", b"text/html")),
    "empty": answering(200, b"", JSON),
    "null": answering(200, b"null", JSON),
    "number": answering(200, b"7", JSON),
    "array": answering(200, b"[]", JSON),
    "half-json": answering(200, b'{"id": "a', JSON),
    "no-utf8": answering(200, b'{"id": "\xff\xfe"}', JSON),
    "surrogate": answering(200, b'{"\\ud800": "\\udfff"}', JSON),
    "huge-number": answering(200, b'{"id": 1e999, "count": ' + b"9" * 5000 + b"}", JSON),
    "long-number": answering(200, b'{"id": ' + b"9" * 400 + b"}", JSON),
    "deep": answering(200, b"[" * 100_000, JSON),
    "deep-and-whole": answering(200, b'{"a":' * 400 + b"1" + b"}" * 400, JSON),
    "line-break": answering(200, b"{}", (b"x-a", b"b\r\nc: d"), JSON),
    "no-content": answering(204, b""),
    "odd-status": answering(799, b"{}", JSON),
    "lost-before": lost_before,
    "lost-after": lost_after,
    "cut-off": cut_off,
    "crashing": crashing,
    "hanging": hanging,
}
"""By name, what may happen to a request."""


@dataclass
class Troubled:
    """A server with troubles before it, one after the other and again from the first.

    `requests` counts what arrived, `to` says which requests may meet one.
    """

    app: App
    troubles: Sequence[Trouble]
    when: When
    to: Callable[[Message], bool] = lambda _scope: True
    requests: int = 0
    concerned: int = 0
    troubled: int = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request, or do to it what is due."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.requests += 1
        self.concerned += self.to(scope)
        if self.to(scope) and self.when(self.concerned):
            trouble = self.troubles[self.troubled % len(self.troubles)]
            self.troubled += 1
            await trouble(self.app, scope, receive, send)
        else:
            await self.app(scope, receive, send)
