"""Bytes that come back in the type of what was stored are no JSON that nobody can read, also where they call themselves so."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run

DEEP = b"[" * 100_000 + b"]" * 100_000


class Stored:
    """What is answered: the status, and the bytes, which are called JSON."""

    status = 200
    content = b""


async def app(
    scope: dict[str, Any], _receive: Callable[[], Awaitable[Any]], send: Callable[[dict[str, Any]], Awaitable[None]]
) -> None:
    """Answer with what is stored at `/content`."""
    there = scope["path"] == "/content"
    status = (Stored.status if scope["method"] == "GET" else 405) if there else 404
    body = Stored.content if status == Stored.status else b"{}"
    headers = [(b"content-type", b"application/json"), (b"allow", b"GET")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.mark.parametrize(
    ("media", "status", "content", "complete"),
    [
        ("*/*", 200, b'"sam', True),
        ("application/json", 206, b'"sam', True),
        ("application/json", 200, DEEP, False),
    ],
    ids=["any type", "a part", "JSON that is too deep"],
)
def test_only_json_that_is_documented_can_be_beyond_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, media: str, status: int, content: bytes, *, complete: bool
) -> None:
    """A file that was stored as JSON and came back in parts made a run incomplete."""
    monkeypatch.setattr(Stored, "status", status)
    monkeypatch.setattr(Stored, "content", content)
    shown = {"description": "", "content": {media: {"schema": {}}}}
    get = {"operationId": "download", "responses": {str(status): shown}}
    document = {"openapi": "3.1.0", "info": {"title": "files", "version": "1"}, "paths": {"/content": {"get": get}}}
    contract = read_contract(Library().read(json.dumps(document).encode(), "files.json"))
    outcome = run(RunOptions(app=f"{__name__}:app", fuzz_time=0, report=tmp_path), contracts=[contract], environ={})
    assert ("beyond what is read" in outcome.reason) is not complete
