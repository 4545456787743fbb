"""A tiny client that talks to an ASGI application in the same process, and what it saw, made comparable."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from wire import ASGIApp, Message

KEY = "sk-xxxxxx"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it came."""

    status: int
    headers: dict[str, str]
    body: bytes
    pieces: int

    @property
    def json(self) -> Any:
        """Return the body's JSON value."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Step:
    """A request to send; one beside it is sent at the same time."""

    method: str
    target: str
    body: Any = None
    authorization: str | None = f"Bearer {KEY}"
    beside: Step | None = None
    headers: dict[str, str] = field(default_factory=dict)


async def send(app: ASGIApp, step: Step) -> Answer:
    """Send a request and return the answer."""
    parts = urlsplit(step.target)
    body = step.body if isinstance(step.body, bytes) else b"" if step.body is None else json.dumps(step.body).encode()
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    headers += [(name.encode(), value.encode()) for name, value in step.headers.items()]
    if step.authorization is not None:
        headers.append((b"authorization", step.authorization.encode()))
    scope = {
        "type": "http",
        "method": step.method,
        "path": parts.path,
        "raw_path": quote(parts.path, safe="/%:~!$&'()*+,;=@-._").encode(),
        "query_string": quote(parts.query, safe="/%:~!$&'()*+,;=@-._?").encode(),
        "headers": headers,
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def collect(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, collect)
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    pieces = [message["body"] for message in sent[1:]]
    assert [message["more_body"] for message in sent[1:]] == [True] * (len(pieces) - 1) + [False]
    return Answer(sent[0]["status"], answered, b"".join(pieces), len(pieces))


class Observer:
    """Sends steps to one application and keeps what can be compared of the answers."""

    def __init__(self, app: ASGIApp) -> None:
        """Start with nothing seen."""
        self.app = app
        self.created: list[str] = []
        self.request_ids: set[str] = set()

    async def run(self, steps: tuple[Step, ...]) -> list[Any]:
        """Send the steps and return what they showed."""
        seen: list[Any] = []
        for step in steps:
            both = [self.filled(step)] + ([self.filled(step.beside)] if step.beside else [])
            answers = await asyncio.gather(*(send(self.app, one) for one in both))
            seen += sorted((self.comparable(answer) for answer in answers), key=repr)
        return seen

    def filled(self, step: Step) -> Step:
        """Return the step with the ids of the algorithms that were created in place of <0>, <1> and so on."""

        def own(match: re.Match[str]) -> str:
            number = int(match[1])
            return self.created[number] if number < len(self.created) else match[0]

        body = step.body
        if isinstance(body, dict):
            body = {k: re.sub(r"<(\d)>", own, v) if isinstance(v, str) else v for k, v in body.items()}
        target = re.sub(r"<(\d)>", lambda match: quote(own(match), safe=""), step.target)
        return Step(step.method, target, body, step.authorization, None, step.headers)

    def comparable(self, answer: Answer) -> Any:
        """Return what two runs of the same server share of an answer."""
        try:
            payload = answer.json
        except ValueError:
            payload = answer.body
        key = payload.get("AlgorithmId") if isinstance(payload, dict) and len(payload) == 2 else None
        if isinstance(key, str) and key not in self.created:
            self.created.append(key)
        allow = answer.headers.get("allow", "")
        return answer.status, answer.headers["content-type"], allow, self.scrubbed(payload)

    def scrubbed(self, value: Any, name: str = "") -> Any:
        """Return a JSON value without what differs from run to run."""
        if isinstance(value, dict):
            return {key: self.scrubbed(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [self.scrubbed(one) for one in value]
        if name.lower() == "requestid":
            again = str(value) in self.request_ids
            self.request_ids.add(str(value))
            return f"{'again' if again else 'new'} {type(value).__name__}"
        if name in ("GmtCreateTime", "GmtModifiedTime"):
            return re.sub(r"\d", "0", value) if isinstance(value, str) else type(value).__name__
        if name == "Latency":
            return type(value).__name__
        return f"{type(value).__name__} {value}"
