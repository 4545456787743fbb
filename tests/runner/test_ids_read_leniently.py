"""What a run did not make stays as it is at a server that reads an id where there is none: 1 in "1.5"."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, judged, served

THEIRS = 1
NOTE: Node = {
    "type": "object",
    "required": ["id", "text"],
    "properties": {"id": {"type": "integer"}, "text": {"type": "string"}},
}
NEW: Node = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
ANSWERS: Node = {"404": as_json({"type": "object"}), "422": as_json({"type": "object"})}
DOCUMENT: Node = {
    "openapi": "3.0.3",
    "info": {"title": "notes", "version": "1"},
    "paths": {
        "/notes": {
            "get": {"operationId": "list", "responses": {"200": as_json({"type": "array", "items": NOTE})}},
            "post": {
                "operationId": "write",
                "requestBody": {"required": True, **as_json(NEW)},
                "responses": {"201": as_json(NOTE), **ANSWERS},
            },
        },
        "/notes/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"operationId": "read", "responses": {"200": as_json(NOTE), **ANSWERS}},
            "patch": {
                "operationId": "change",
                "requestBody": {"required": True, **as_json(NEW)},
                "responses": {"200": as_json(NOTE), **ANSWERS},
            },
            "delete": {"operationId": "delete", "responses": {"204": {"description": "gone"}, **ANSWERS}},
        },
    },
}


class Notes:
    """Refuses nothing that it finds a note for; one was there before."""

    def __init__(self, reading: str) -> None:
        self.reading = reading
        self.numbers = count(THEIRS + 40)
        self.notes: dict[int, dict[str, Any]] = {THEIRS + each: {"id": THEIRS + each, "text": "a"} for each in (0, 1)}

    def key(self, text: str) -> int:
        """Read an id: by its first digits, or as a number that is rounded."""
        begins = re.match(r"[+-]?\d+", text)
        if begins is None:
            return 0
        return int(begins[0]) if self.reading == "cut" else round(float(text))

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        place = path.strip("/").split("/")
        body = sent if isinstance(sent, dict) else {}
        if place == ["notes"]:
            if method == "POST":
                number = next(self.numbers)
                self.notes[number] = {"text": "", **body, "id": number}
                return 201, self.notes[number]
            return (200, list(self.notes.values())) if method == "GET" else (405, None)
        note = self.notes.get(self.key(place[1])) if len(place) == 2 else None
        if note is None:
            return 404, {}
        if method == "DELETE":
            del self.notes[note["id"]]
            return 204, None
        note |= body if method == "PATCH" else {}
        return (200, note) if method in {"GET", "PATCH"} else (405, None)


@pytest.mark.parametrize("reading", ["cut", "rounded"])
def test_no_write_names_a_number_that_may_be_read_as_the_id_of_another(tmp_path: Path, reading: str) -> None:
    """`DELETE /notes/1.5` was sent as a request that can be about nothing, and deleted note 1."""
    server = Notes(reading)
    before = {key: dict(each) for key, each in server.notes.items()}
    record = judged(DOCUMENT, server, tmp_path)
    assert {"change", "delete"} <= served(record)
    assert {key: server.notes.get(key) for key in before} == before
    assert any(each.exchange.request.target.startswith("/notes/1.5") for each in record.exchanges())
