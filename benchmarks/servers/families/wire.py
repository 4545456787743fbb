"""HTTP plumbing that the three servers share: requests, responses, bearer keys, numbers and rate windows."""

from __future__ import annotations

import json
import os
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

Json = dict[str, Any]
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

INT32 = 2**31 - 1
INT64 = 2**63 - 1
BAD_KEYS = ("sk-wrong", "sk-revoked", "sk-expired", "sk-invalid")
READ_ONLY_KEYS = ("sk-readonly",)
_KEY = re.compile(r"sk-[\x21-\x7e]+")
_WHOLE = re.compile(r"-?[0-9]{1,400}")


@dataclass(frozen=True, slots=True)
class Request:
    """A request whose body was read to its end."""

    method: str
    raw_segments: tuple[str, ...]
    raw_query: str
    headers: dict[str, str]
    body: bytes

    @property
    def segments(self) -> tuple[str, ...]:
        """Return the path's segments, each decoded by itself, so that an encoded slash stays in its segment."""
        return tuple(unquote(segment) for segment in self.raw_segments)

    @property
    def query(self) -> dict[str, str]:
        """Return the query's parameters; of a repeated one the first counts."""
        found: dict[str, str] = {}
        for name, value in parse_qsl(self.raw_query, keep_blank_values=True):
            found.setdefault(name, value)
        return found


@dataclass(slots=True)
class Response:
    """A response, its body either a JSON value or plain bytes."""

    status: int
    payload: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """How a server writes what the contract leaves open: whitespace, media type, and the pieces of a body."""

    media_type: str = "application/json"
    indent: int | None = None
    separators: tuple[str, str] = (",", ":")
    pieces: int = 1


class Refusal(Exception):
    """A request that is refused with a status, a code and a message."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        """Keep what the refusal says."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


class Window:
    """A sliding window of one second over the requests of each user."""

    def __init__(self, limit: int) -> None:
        """Admit at most `limit` requests of a user in a second."""
        self.limit = limit
        self.seen: dict[str, deque[float]] = {}

    def admit(self, user: str) -> bool:
        """Tell whether another request of the user is served now."""
        now = time.monotonic()
        times = self.seen.setdefault(user, deque())
        while times and now - times[0] >= 1.0:
            times.popleft()
        if len(times) >= self.limit:
            return False
        times.append(now)
        return True


def render(payload: Any, style: Style) -> bytes:
    """Write a JSON value; text that UTF-8 can't hold (a lone surrogate) is escaped."""
    try:
        text = json.dumps(payload, ensure_ascii=False, indent=style.indent, separators=style.separators)
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(payload, indent=style.indent, separators=style.separators).encode()


def parse(body: bytes) -> Any:
    """Read a JSON value strictly: UTF-8, no NaN, no number beyond a double; raise ValueError otherwise."""

    def constant(name: str) -> Any:
        raise ValueError(f"{name} is not JSON")

    def real(text: str) -> float:
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise ValueError(f"{text} is too large")
        return number

    try:
        return json.loads(body.decode(), parse_constant=constant, parse_float=real)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def bearer(request: Request, any_scheme: bool = False) -> str:
    """Return the key of a good Authorization header, or an empty string: missing, malformed and bad keys alike."""
    scheme, _, key = request.headers.get("authorization", "").strip().partition(" ")
    if any_scheme and not key:
        scheme, key = "bearer", scheme
    key = key.strip()
    good = (any_scheme or scheme.lower() == "bearer") and _KEY.fullmatch(key) and not key.startswith(BAD_KEYS)
    return key if good else ""


def whole(text: str, low: int, high: int) -> int | None:
    """Return the whole number that the text writes, or None if it writes none or one out of range."""
    if not _WHOLE.fullmatch(text):
        return None
    number = int(text)
    return number if low <= number <= high else None


def chosen(family: str) -> tuple[frozenset[str], str]:
    """Return the family's defects and variant that the environment names (SERVER_DEFECTS, SERVER_VARIANT)."""
    named = re.split(r"[\s,]+", os.environ.get("SERVER_DEFECTS", ""))
    variant = os.environ.get("SERVER_VARIANT", "")
    prefix = family + "-"
    return frozenset(name for name in named if name.startswith(prefix)), variant if variant.startswith(prefix) else ""


def serve(handle: Callable[[Request], Awaitable[Response]], style: Style) -> ASGIApp:
    """Return the ASGI application that answers by `handle`."""

    async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        response = await handle(await _read(scope, receive))
        await _write(response, style, send)

    return asgi


async def _lifespan(receive: Receive, send: Send) -> None:
    """Answer the server's start and stop."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _read(scope: Scope, receive: Receive) -> Request:
    """Read a whole request."""
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
    raw_path: bytes = scope.get("raw_path") or b""
    path = raw_path.decode("ascii", "replace").partition("?")[0]
    if not path:
        path = str(scope["path"]).replace("%", "%25")
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = bytes(scope.get("query_string", b"")).decode("ascii", "replace")
    return Request(scope["method"], tuple(path.split("/")[1:]), query, headers, body)


async def _write(response: Response, style: Style, send: Send) -> None:
    """Send a response, in one piece with its length or in several without."""
    body = render(response.payload, style) if response.raw is None else response.raw
    headers = {"content-type": style.media_type, **{name.lower(): text for name, text in response.headers.items()}}
    if style.pieces == 1:
        headers["content-length"] = str(len(body))
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()],
        }
    )
    step = len(body) // style.pieces + 1
    for start in range(0, len(body) or 1, step):
        more = start + step < len(body)
        await send({"type": "http.response.body", "body": body[start : start + step], "more_body": more})
