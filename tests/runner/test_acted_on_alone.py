"""What acts on a thing is served on the run's own ones, where nothing is served at the path of the thing itself."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, found, judged, served

ID: Node = {"type": "integer"}
NOTE: Node = {
    "type": "object",
    "required": ["id", "text", "sent"],
    "properties": {"id": ID, "text": {"type": "string"}, "sent": {"type": "boolean"}},
}
TEXT: Node = {"type": "string", "minLength": 1, "maxLength": 40}
THEIRS = 41


def _document(slash: str) -> Node:
    key = {"name": "id", "in": "path", "required": True, "schema": ID}
    refused = {str(status): as_json({"type": "object"}) for status in (400, 404)}
    sent = {"type": "object", "required": ["text"], "properties": {"text": TEXT}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "notes", "version": "1"},
        "paths": {
            f"/notes{slash}": {
                "get": {"operationId": "list", "responses": {"200": as_json({"type": "array", "items": NOTE})}},
                "post": {
                    "operationId": "write",
                    "requestBody": {"required": True, **as_json(sent)},
                    "responses": {"201": as_json(NOTE), **refused},
                },
            },
            f"/notes/{{id}}/send{slash}": {
                "parameters": [key],
                "post": {"operationId": "send", "responses": {"200": as_json(NOTE), **refused}},
            },
        },
    }


class Notes:
    """Keeps notes, one of which was there before, and sends them."""

    def __init__(self) -> None:
        self.numbers = count(THEIRS + 1)
        self.notes: dict[str, dict[str, Any]] = {str(THEIRS): {"id": THEIRS, "text": "theirs", "sent": False}}

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        place = path.strip("/").split("/")
        if place == ["notes"]:
            if method == "GET":
                return 200, list(self.notes.values())
            if method != "POST":
                return 405, None
            text = sent.get("text") if isinstance(sent, dict) else None
            if not isinstance(text, str) or not 1 <= len(text) <= 40:
                return 400, {"error": "text"}
            number = next(self.numbers)
            self.notes[str(number)] = {"id": number, "text": text, "sent": False}
            return 201, self.notes[str(number)]
        if len(place) != 3 or place[2] != "send":
            return 404, {"error": "no such path"}
        if method != "POST":
            return 405, None
        note = self.notes.get(place[1])
        if note is None:
            return 404, {"error": "no such note"}
        note["sent"] = True
        return 200, note


@pytest.mark.parametrize("slash", ["", "/"])
def test_what_the_run_made_is_acted_on_and_nothing_else(tmp_path: Path, slash: str) -> None:
    """No note was ever sent: as none can be read, updated or deleted by itself, none was taken for the run's own."""
    server = Notes()
    record = judged(_document(slash), server, tmp_path)
    assert "send" in served(record)
    assert not server.notes[str(THEIRS)]["sent"]
    assert [each for each in found(record) if "::method::" not in each[1]] == []
