"""HTTP plumbing of the services: requests, responses, refusals, routes and the ASGI application around them."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import os
import random
import re
import uuid
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote

from servicekit.catalog import Defect, Variant

Json = dict[str, Any]
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the time of the day in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Write a moment as RFC 3339 does, in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
    def pairs(self) -> list[tuple[str, str]]:
        """Return the query's parameters in their order."""
        return parse_qsl(self.raw_query, keep_blank_values=True)

    @property
    def query(self) -> dict[str, str]:
        """Return the query's parameters; of a repeated one the first counts."""
        found: dict[str, str] = {}
        for name, value in self.pairs:
            found.setdefault(name, value)
        return found

    @property
    def media_type(self) -> str:
        """Return the media type of the body, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def cookies(self) -> dict[str, str]:
        """Return the cookies."""
        parts = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name: value for name, _, value in parts if name}

    @property
    def bearer(self) -> str:
        """Return the token of a Bearer authorization, or an empty string."""
        scheme, _, token = self.headers.get("authorization", "").strip().partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def basic(self) -> tuple[str, str] | None:
        """Return the user and the password of a Basic authorization."""
        scheme, _, token = self.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, colon, password = base64.b64decode(token.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return (user, password) if colon else None


@dataclass(slots=True)
class Response:
    """A response, its body a JSON value, plain bytes, or pieces of bytes that are sent one by one."""

    status: int
    payload: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    pieces: list[bytes] | None = None
    wait: float = 0.0


class Refusal(Exception):
    """A request that is refused with a status, a code and a message."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str = "",
        headers: dict[str, str] | None = None,
        details: list[tuple[str, str]] | None = None,
    ) -> None:
        """Keep what the refusal says."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message or code.replace("_", " ").capitalize()
        self.headers = headers or {}
        self.details = details or []


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


def render(payload: Any) -> bytes:
    """Write a JSON value; text that UTF-8 can't hold (a lone surrogate) is escaped."""
    try:
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(payload, separators=(",", ":")).encode()


def turned(value: Any) -> Any:
    """Return a JSON value with the members of its objects in reverse."""
    if isinstance(value, dict):
        return {name: turned(value[name]) for name in reversed(list(value))}
    return [turned(item) for item in value] if isinstance(value, list) else value


def accepts(header: str | None, offered: Iterable[str]) -> str:
    """Return the offered media type that an Accept header likes best, or an empty string if it likes none."""
    offers = list(offered)
    if header is None or not header.strip():
        return offers[0]
    best, liking = "", 0.0
    for offer in offers:
        quality, precision = 0.0, -1
        for part in header.split(","):
            name, *parameters = (piece.strip().lower() for piece in part.split(";"))
            q = next((text[2:] for text in parameters if text.startswith("q=")), "1")
            weight = float(q) if re.fullmatch(r"[01](\.[0-9]{0,3})?", q) else 1.0
            fits = 2 if name == offer else 1 if name == offer.partition("/")[0] + "/*" else 0 if name == "*/*" else -1
            if fits > precision:
                quality, precision = weight, fits
        if precision >= 0 and quality > liking:
            best, liking = offer, quality
    return best


def etag_matches(header: str, etag: str, weak: bool) -> bool:
    """Tell whether a list of entity tags names this one; a strong comparison (RFC 9110 8.8.3.2) knows no weak ones."""
    if header.strip() == "*":
        return True
    tags = re.findall(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"', header)
    if weak:
        return etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in tags}
    return not etag.startswith("W/") and etag in tags


class Service:
    """What each service is built on: routes, defects, a variant, a clock and ids."""

    DEFECTS: ClassVar[tuple[Defect, ...]] = ()
    VARIANTS: ClassVar[tuple[Variant, ...]] = ()
    ERROR_TYPE: ClassVar[str] = "application/json"
    BASE: ClassVar[str] = ""

    def __init__(self, defects: frozenset[str], variant: str, clock: Clock) -> None:
        """Check the names of defects and variant, and start without routes."""
        unknown = sorted(defects - {defect.name for defect in self.DEFECTS})
        if unknown:
            raise ValueError(f"no defects of this service: {', '.join(unknown)}")
        if variant and variant not in {one.name for one in self.VARIANTS}:
            raise ValueError(f"no variant of this service: {variant}")
        self.bad = defects.__contains__
        self.variant = variant
        self.clock = clock
        self.random = random.Random(20240229)
        self.routes: list[tuple[str, tuple[str, ...], Callable[..., Response]]] = []

    def add(self, method: str, template: str, handler: Callable[..., Response]) -> None:
        """Serve a method on a path; the handler gets the request and the path's parameters."""
        self.routes.append((method, tuple((self.BASE + template).split("/")[1:]), handler))

    def new_id(self) -> str:
        """Return a new UUID of version 4."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def time(self) -> str:
        """Return the time as it is written in bodies."""
        return stamp(self.clock())

    def answer(self, request: Request) -> Response:
        """Answer a request."""
        try:
            response = self.dispatch(request)
        except Refusal as refusal:
            response = self.refused(refusal)
            response.headers = {"Content-Type": self.ERROR_TYPE, **refusal.headers, **response.headers}
        return self.finish(request, response)

    def refused(self, refusal: Refusal) -> Response:
        """Return the answer of a refusal."""
        return Response(refusal.status, {"code": refusal.code, "message": refusal.message})

    def finish(self, request: Request, response: Response) -> Response:
        """Change an answer at last."""
        return response

    def check_path(self, request: Request) -> None:
        """Refuse a request before its handler runs."""

    def dispatch(self, request: Request) -> Response:
        """Find the handler of a request and run it."""
        found: dict[str, tuple[int, Callable[..., Response], list[str]]] = {}
        segments = request.segments
        for method, template, handler in self.routes:
            if len(template) != len(segments):
                continue
            values: list[str] = []
            literal = 0
            for part, segment in zip(template, segments, strict=True):
                if part.startswith("{") and segment:
                    values.append(segment)
                elif part == segment:
                    literal += 1
                else:
                    break
            else:
                if method not in found or found[method][0] < literal:
                    found[method] = (literal, handler, values)
        if not found:
            raise Refusal(404, "not_found", "There is nothing at this path.")
        most = max(literal for literal, _, _ in found.values())
        found = {method: entry for method, entry in found.items() if entry[0] == most}
        wanted = "GET" if request.method == "HEAD" and "HEAD" not in found else request.method
        if wanted not in found:
            names = set(found) | ({"HEAD"} if "GET" in found else set())
            raise Refusal(405, "method_not_allowed", headers={"Allow": ", ".join(sorted(names))})
        self.check_path(request)
        _, handler, values = found[wanted]
        return handler(request, *values)


def chosen(service: type[Service]) -> tuple[frozenset[str], str]:
    """Return the defects and the variant of a service that SERVICE_DEFECTS and SERVICE_VARIANT name."""
    named = set(re.split(r"[\s,]+", os.environ.get("SERVICE_DEFECTS", ""))) - {""}
    variant = os.environ.get("SERVICE_VARIANT", "")
    known = {one.name for one in service.VARIANTS}
    return frozenset(named & {defect.name for defect in service.DEFECTS}), variant if variant in known else ""


def serve(service: Service) -> ASGIApp:
    """Return the ASGI application of a service."""

    async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        request = await _read(scope, receive)
        await _write(request, service.answer(request), send)

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
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        glue = "; " if name == "cookie" else ", "
        headers[name] = headers[name] + glue + value if name in headers else value
    query = bytes(scope.get("query_string", b"")).decode("ascii", "replace")
    return Request(scope["method"], tuple(path.split("/")[1:]), query, headers, body)


async def _write(request: Request, response: Response, send: Send) -> None:
    """Send a response: in one piece with its length, or in several without."""
    headers = {name.lower(): text for name, text in response.headers.items()}
    pieces = response.pieces
    if pieces is None:
        body = response.raw
        if body is None and response.payload is not None:
            body = render(response.payload)
            headers.setdefault("content-type", "application/json")
        pieces = [body or b""]
        if response.status not in (204, 304):
            headers.setdefault("content-length", str(len(pieces[0])))
    if not any(pieces):
        headers.pop("content-type", None)
    if request.method == "HEAD" or response.status in (204, 304):
        pieces = [b""]
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()],
        }
    )
    for number, piece in enumerate(pieces, 1):
        await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})
        if response.wait and number < len(pieces):
            await asyncio.sleep(response.wait)
