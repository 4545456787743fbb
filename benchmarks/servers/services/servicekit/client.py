"""A tiny client that talks to an ASGI application in the same process, and the steps that it takes."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from servicekit.wire import ASGIApp, Message

_SAFE = "/%:~!$&'()*+,;=@-._"
_PLACE = re.compile(r"<(\d+):([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Step:
    """A request to send; `<2:/id>` stands for a member of the third answer's body, `<2:etag>` for its header."""

    method: str
    target: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


Steps = tuple[Step, ...]


def get(target: str, **headers: str) -> Step:
    """Return a GET."""
    return Step("GET", target, None, _named(headers))


def delete(target: str, **headers: str) -> Step:
    """Return a DELETE."""
    return Step("DELETE", target, None, _named(headers))


def post(target: str, body: Any = None, **headers: str) -> Step:
    """Return a POST."""
    return Step("POST", target, body, _named(headers))


def put(target: str, body: Any = None, **headers: str) -> Step:
    """Return a PUT."""
    return Step("PUT", target, body, _named(headers))


def patch(target: str, body: Any = None, **headers: str) -> Step:
    """Return a PATCH."""
    return Step("PATCH", target, body, _named(headers))


def wait(seconds: float) -> Step:
    """Return a step that lets time pass."""
    return Step("WAIT", str(seconds))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").lower(): value for name, value in headers.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it came."""

    status: int
    headers: dict[str, str]
    body: bytes
    pieces: int

    @property
    def json(self) -> Any:
        """Return the body's JSON value, or None."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it was sent and its answer."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    answer: Answer


class FakeClock:
    """A clock that moves by a tenth of a second with each request, so that two runs see the same times."""

    def __init__(self) -> None:
        """Start at the begin of a year."""
        self.moment = datetime(2031, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.moment

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)


class Talk:
    """A talk with one application, request by request."""

    def __init__(self, app: ASGIApp, clock: FakeClock, headers: dict[str, str], base: str = "") -> None:
        """Talk with these headers, which a step may replace; an empty one is left out."""
        self.app = app
        self.clock = clock
        self.headers = headers
        self.base = base
        self.exchanges: list[Exchange] = []

    def __call__(self, step: Step) -> Answer:
        """Take a step."""
        if step.method == "WAIT":
            self.clock.pass_(float(step.target))
            return Answer(0, {}, b"", 0)
        self.clock.pass_(0.1)
        step = Step(step.method, self.fill(step.target, True), self.fill_body(step.body), step.headers)
        exchange = asyncio.run(self.send(step))
        self.exchanges.append(exchange)
        return exchange.answer

    def run(self, steps: Steps) -> list[Exchange]:
        """Take the steps and return the exchanges."""
        for step in steps:
            self(step)
        return self.exchanges

    def fill(self, text: str, quoted: bool = False) -> str:
        """Put what was answered in its places."""

        def found(match: re.Match[str]) -> str:
            number, name = int(match[1]), match[2]
            answer = self.exchanges[number].answer if number < len(self.exchanges) else Answer(0, {}, b"", 0)
            if not name.startswith("/"):
                return answer.headers.get(name, "none")
            value = answer.json
            for part in name.split("/")[1:]:
                if isinstance(value, list) and part.isdigit() and int(part) < len(value):
                    value = value[int(part)]
                else:
                    value = value.get(part) if isinstance(value, dict) else None
            return quote(str(value), safe="/" if str(value).startswith("/") else "") if quoted else str(value)

        return _PLACE.sub(found, text)

    def fill_body(self, body: Any) -> Any:
        """Put what was answered in its places in a body."""
        if isinstance(body, str):
            return self.fill(body)
        if isinstance(body, list):
            return [self.fill_body(item) for item in body]
        if isinstance(body, dict):
            return {name: self.fill_body(value) for name, value in body.items()}
        return body

    async def send(self, step: Step) -> Exchange:
        """Send a request and return the exchange."""
        target = step.target.removeprefix("http://localhost") or "/"
        own = self.base and target.startswith(self.base + "/")
        parts = urlsplit(target if own else self.base + target)
        body = step.body if isinstance(step.body, bytes) else b""
        headers = {"host": "localhost", **self.headers}
        if step.body is not None and not isinstance(step.body, bytes):
            body = json.dumps(step.body).encode()
            headers["content-type"] = "application/json"
        headers |= {name: self.fill(value) for name, value in step.headers.items()}
        headers = {name: value for name, value in headers.items() if value or name == "accept"}
        query = quote(parts.query, safe=_SAFE + "?")
        scope = {
            "type": "http",
            "method": step.method,
            "path": parts.path,
            "raw_path": quote(parts.path, safe=_SAFE).encode(),
            "query_string": query.encode(),
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def collect(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, collect)
        answered = {name.decode("latin-1"): value.decode("latin-1") for name, value in sent[0]["headers"]}
        pieces = [message["body"] for message in sent[1:]]
        answer = Answer(sent[0]["status"], answered, b"".join(pieces), len(pieces))
        return Exchange(step.method, parts.path, query, headers, body, answer)
