"""A way to have a small server judged by a whole run: a document, and a function that answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.record.reader import Run, read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run

Node = dict[str, Any]
Answer = tuple[int, Any]
"""A status, and a JSON value or `None` for no body."""

Server = Callable[[str, str, dict[str, str], dict[str, str], Any], Answer]
"""Answers a method, path, query, header fields (names in lower case) and parsed body (`ValueError` if it is no JSON)."""

Message = dict[str, Any]


class Mounted:
    """The server that is being judged, where `--app` finds it."""

    server: Server
    location: str = ""
    """The Location of each 201, with the `{id}` of what was made; empty for none."""
    tagged: str = ""
    """The member of each body that is its entity tag; empty for none."""


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer as the mounted server does."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
    try:
        sent = json.loads(body) if body else None
    except (ValueError, RecursionError):
        sent = ValueError("no JSON")
    status, value = Mounted.server(scope["method"], scope["path"], query, headers, sent)
    payload = b"" if value is None else json.dumps(value).encode()
    fields = [(b"content-type", b"application/json")] if payload else []
    if status == 405:
        fields.append((b"allow", b"GET"))
    if status == 201 and Mounted.location:
        fields.append((b"location", Mounted.location.format(**value).encode()))
    if isinstance(value, dict) and Mounted.tagged in value:
        fields.append((b"etag", f'"{value[Mounted.tagged]}"'.encode()))
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": payload})


def as_json(schema: Node) -> Node:
    """Return a response of a document, or its request body, as JSON of this schema."""
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def judged(
    document: Node,
    server: Server,
    folder: Path,
    *,
    environ: Mapping[str, str] | None = None,
    location: str = "",
    tagged: str = "",
    **options: Any,
) -> Run:
    """Run everything but fuzzing against a server, and return the record."""
    Mounted.server, Mounted.location, Mounted.tagged = staticmethod(server), location, tagged
    contract = read_contract(Library().read(json.dumps(document).encode(), "right.json"))
    asked = RunOptions(app=f"{__name__}:app", fuzz_time=0, report=folder, allow_writes=True, **options)
    return read_run(run(asked, contracts=[contract], environ=environ or {}).record)


def found(record: Run) -> list[tuple[str, str, str]]:
    """Return level, clause and message of each finding."""
    return [(each.level.value, each.clause, each.message) for each in record.findings]


def served(record: Run) -> frozenset[str]:
    """Return the ids of the operations that were served at least once."""
    return frozenset(each.operation for family in record.families for each in family.operations if each.served)
