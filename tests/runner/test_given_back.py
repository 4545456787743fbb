"""A create that gives back what is there, and says so by its 200, does not make it the run's own."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, judged, served

COLOURS = ["red", "blue", "green"]
NEW: dict[str, Any] = {
    "type": "object",
    "required": ["colour"],
    "properties": {"colour": {"type": "string", "enum": COLOURS}, "note": {"type": "string", "maxLength": 20}},
}
SHOWN: dict[str, Any] = {
    "type": "object",
    "required": ["id", "colour"],
    "properties": {"id": {"type": "integer"}, **NEW["properties"]},
}


def document(*, listed: bool) -> dict[str, Any]:
    def answers(schema: dict[str, Any] | None, *statuses: str) -> dict[str, Any]:
        media = {"content": {"application/json": {"schema": schema}}} if schema else {}
        refusals = {each: {"description": "refused"} for each in ("400", "404")}
        return refusals | {each: {"description": "done", **media} for each in statuses}

    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}, "example": 1}]
    body = {"required": True, "content": {"application/json": {"schema": NEW}}}
    listing = {"get": {"operationId": "all", "responses": answers({"type": "array", "items": SHOWN}, "200")}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "colours", "version": "1"},
        "paths": {
            "/colours": {
                "post": {"operationId": "make", "requestBody": body, "responses": answers(SHOWN, "200", "201")},
                **(listing if listed else {}),
            },
            "/colours/{id}": {
                "get": {"operationId": "read", "parameters": key, "responses": answers(SHOWN, "200")},
                "put": {
                    "operationId": "put",
                    "parameters": key,
                    "requestBody": body,
                    "responses": answers(SHOWN, "200"),
                },
                "delete": {"operationId": "drop", "parameters": key, "responses": answers(None, "204")},
            },
        },
    }


class Colours:
    """Has one of each colour; red and blue are there already."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {"1": {"id": 1, "colour": "red"}, "2": {"id": 2, "colour": "blue"}}
        self.numbers = count(3)
        self.written: list[tuple[str, str]] = []

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if parts == ["colours"]:
            return (200, [*self.kept.values()]) if method == "GET" else self.made(body)
        if len(parts) != 2 or not parts[1].isdecimal():
            return 400, {"error": "id"}
        if parts[1] not in self.kept:
            return 404, {"error": "none"}
        if method != "GET" and parts[1] in {"1", "2"}:
            self.written.append((method, path))
        if method == "DELETE":
            del self.kept[parts[1]]
            return 204, None
        if method == "PUT":
            if not self.fits(body):
                return 400, {"error": "colour"}
            self.kept[parts[1]] = {"id": int(parts[1]), **body}
        return 200, self.kept[parts[1]]

    def made(self, body: Any) -> Answer:
        if not self.fits(body):
            return 400, {"error": "colour"}
        there = next((each for each in self.kept.values() if each["colour"] == body["colour"]), None)
        if there is not None:
            return 200, there
        new = {"id": next(self.numbers), "colour": body["colour"]}
        self.kept[str(new["id"])] = new
        return 201, new

    @staticmethod
    def fits(body: Any) -> bool:
        note = body.get("note", "") if isinstance(body, dict) else None
        return (
            isinstance(note, str)
            and len(note) <= 20
            and body.keys() <= {"colour", "note"}
            and (body.get("colour") in COLOURS)
        )


@pytest.mark.longer
@pytest.mark.parametrize("listed", [False, True])
def test_what_a_create_gives_back_is_neither_changed_nor_deleted(tmp_path: Path, *, listed: bool) -> None:
    """Nothing had shown it before, so it was taken for made by the run, changed, and deleted at the end."""
    server = Colours()
    recorded = judged(document(listed=listed), server, tmp_path)
    assert "make" in served(recorded)
    assert server.written == []
    assert set(server.kept) == {"1", "2"}
