"""A service in one function, in process: it counts what it was asked, and a run against it takes one call."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from contract_suite.record.reader import Run, read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import RunOutcome, run


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the service saw it."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The parsed body, or `None`."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


Reply = tuple[int, Any] | tuple[int, Any, dict[str, str]]


@dataclass(slots=True)
class SmallApp:
    """An ASGI app made of a function from a request to status, JSON value and header fields."""

    reply: Callable[[Asked], Reply]
    asked: list[Asked] = field(default_factory=list)

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        one = Asked(scope["method"], scope["path"], scope["query_string"].decode(), headers, body)
        self.asked.append(one)
        status, value, *more = self.reply(one)
        payload = b"" if value is None else json.dumps(value).encode()
        fields = {"content-length": str(len(payload)), **(more[0] if more else {})}
        if payload:
            fields.setdefault("content-type", "application/json")
        pairs = [(name.encode(), text.encode("latin-1")) for name, text in fields.items()]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": payload})

    def seen(self) -> set[str]:
        """Which methods were used on which paths."""
        return {f"{each.method} {each.path}" for each in self.asked}


class Held(NamedTuple):
    """What a run of a small service came to."""

    outcome: RunOutcome
    record: Run
    app: SmallApp

    def text(self) -> str:
        """The record as it stands in its file."""
        return self.outcome.record.read_text("utf-8")


def hold(
    reply: Callable[[Asked], Reply],
    document: Mapping[str, Any],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> Held:
    """Run a document against a service."""
    path = folder / "service.json"
    path.write_text(json.dumps(document))
    app = SmallApp(reply)
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: app)
    asked = RunOptions(contracts=(str(path),), app="small:app", fuzz_time=0, report=folder / "report", timeout=2)
    outcome = run(replace(asked, **options), environ=environ or {})
    return Held(outcome, read_run(outcome.record), app)
