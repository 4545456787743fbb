"""A path calls an owner by name, and the body shows the owner itself: neither is held against the other."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.runner.small_app import Asked, Reply, hold

TEXT = {"type": "string", "minLength": 1, "maxLength": 60}
NOTE = {
    "type": "object",
    "required": ["id", "title", "owner"],
    "properties": {
        "id": {"type": "integer"},
        "title": TEXT,
        "owner": {"type": "object", "properties": {"login": {"type": "string"}}},
    },
}
BODY = {"type": "object", "required": ["title"], "properties": {"title": TEXT}, "additionalProperties": False}


def answer(status: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    content = {"content": {"application/json": {"schema": schema}}} if schema else {}
    refused = {code: {"description": "no"} for code in ("400", "404")}
    return {status: {"description": "done", **content}, **refused}


def document() -> dict[str, Any]:
    owner = {"name": "owner", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    number = {"name": "note_id", "in": "path", "required": True, "schema": {"type": "integer"}}
    body = {"required": True, "content": {"application/json": {"schema": BODY}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Notes", "version": "1"},
        "paths": {
            "/owners/{owner}/notes": {
                "parameters": [owner],
                "get": {"operationId": "listNotes", "responses": answer("200", {"type": "array", "items": NOTE})},
                "post": {"operationId": "createNote", "requestBody": body, "responses": answer("201", NOTE)},
            },
            "/owners/{owner}/notes/{note_id}": {
                "parameters": [owner, number],
                "get": {"operationId": "getNote", "responses": answer("200", NOTE)},
                "put": {"operationId": "updateNote", "requestBody": body, "responses": answer("200", NOTE)},
                "delete": {"operationId": "deleteNote", "responses": answer("204")},
            },
        },
    }


class Notes:
    """A right service: `forgetful` loses titles."""

    def __init__(self, *, forgetful: bool = False) -> None:
        self.notes: dict[tuple[str, str], dict[str, Any]] = {}
        self.numbers = itertools.count(1)
        self.forgetful = forgetful

    def __call__(self, asked: Asked) -> Reply:
        """Answer one request."""
        steps = asked.path.strip("/").split("/")
        if len(steps) not in {3, 4} or (steps[0], steps[2]) != ("owners", "notes") or not steps[1]:
            return 404, None
        owner = steps[1]
        if asked.method not in ({"GET", "POST"} if len(steps) == 3 else {"GET", "PUT", "DELETE"}):
            return 405, None, {"allow": "GET, POST" if len(steps) == 3 else "GET, PUT, DELETE"}
        if len(steps) == 4 and not steps[3].lstrip("-").isdecimal():
            return 400, None
        title = self._title(asked)
        if asked.method in {"POST", "PUT"} and title is None:
            return 400, None
        if len(steps) == 3:
            if asked.method == "GET":
                return 200, [note for (whose, _), note in self.notes.items() if whose == owner]
            number = next(self.numbers)
            made = {"id": number, "title": title, "owner": {"login": owner}}
            self.notes[owner, str(number)] = {**made, "title": "lost"} if self.forgetful else made
            return 201, made
        note = self.notes.get((owner, steps[3]))
        if note is None:
            return 404, None
        if asked.method == "DELETE":
            del self.notes[owner, steps[3]]
            return 204, None
        if asked.method == "PUT":
            note["title"] = title
        return 200, note

    @staticmethod
    def _title(asked: Asked) -> str | None:
        body = asked.json if asked.headers.get("content-type", "").startswith("application/json") else None
        title = body.get("title") if isinstance(body, dict) and set(body) == {"title"} else None
        return title if isinstance(title, str) and 0 < len(title) <= 60 else None


def test_a_right_service_is_accused_of_nothing_about_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = hold(Notes(), document(), tmp_path, monkeypatch)
    about = ("values-read-back", "update-read-back", "agrees-with-read")
    assert [each.message for each in held.record.findings if each.clause.endswith(about)] == []


@pytest.mark.longer
def test_a_title_that_is_lost_is_still_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = hold(Notes(forgetful=True), document(), tmp_path, monkeypatch)
    assert any("must show /title" in each.message for each in held.record.findings)
