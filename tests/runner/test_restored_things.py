"""What may be done to a deleted thing alone is done to one of the run's own, and what came back is cleaned up, too."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.runner.leftovers.ledger_file import LedgerFile
from tests.runner.right_servers import Answer, found, judged, served

NOTE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "title"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "title": {"type": "string", "minLength": 1, "maxLength": 30},
    },
}


def document() -> dict[str, Any]:
    def answers(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
        media = {"content": {"application/json": {"schema": schema}}} if schema else {}
        return {each: {"description": "refused"} for each in ("400", "404", "409")} | {
            status: {"description": "done", **media}
        }

    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    body = {"required": True, "content": {"application/json": {"schema": NOTE}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "notes", "version": "1"},
        "paths": {
            "/notes": {
                "get": {"operationId": "all", "responses": answers({"type": "array", "items": NOTE})},
                "post": {"operationId": "write", "requestBody": body, "responses": answers(NOTE, "201")},
            },
            "/notes/{id}": {
                "get": {"operationId": "read", "parameters": key, "responses": answers(NOTE)},
                "delete": {"operationId": "drop", "parameters": key, "responses": answers(None, "204")},
            },
            "/notes/{id}/restore": {
                "post": {"operationId": "restore", "parameters": key, "responses": answers(NOTE)},
            },
        },
    }


class Notes:
    """Restores what is deleted alone; with a flaw, under another title."""

    def __init__(self, *, flawed: bool = False) -> None:
        self.flawed = flawed
        self.there: dict[str, dict[str, Any]] = {}
        self.deleted: dict[str, dict[str, Any]] = {}
        self.restored: set[str] = set()
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if parts == ["notes"]:
            return self.of_all(method, body)
        if len(parts) > 1 and not parts[1].lstrip("-").isdecimal():
            return 400, {"error": "id"}
        if len(parts) == 3 and method == "POST":
            return self.back(parts[1])
        if len(parts) != 2 or parts[1] not in self.there:
            return 404, {"error": "none"}
        if method == "DELETE":
            self.deleted[parts[1]] = self.there.pop(parts[1])
            return 204, None
        return (200, self.there[parts[1]]) if method == "GET" else (404, {"error": "none"})

    def of_all(self, method: str, body: Any) -> Answer:
        if method == "GET":
            return 200, [*self.there.values()]
        title = body.get("title") if isinstance(body, dict) else None
        if method != "POST" or not isinstance(title, str) or not 1 <= len(title) <= 30:
            return 400, {"error": "title"}
        made = {"id": next(self.numbers), "title": title}
        self.there[str(made["id"])] = made
        return 201, made

    def back(self, key: str) -> Answer:
        if key in self.there:
            return 409, {"error": "it is not deleted"}
        if key not in self.deleted:
            return 404, {"error": "none"}
        self.restored.add(key)
        note = self.there[key] = self.deleted.pop(key)
        if self.flawed:
            note["title"] = "untitled"
        return 200, note


@pytest.mark.longer
def test_what_was_deleted_is_restored_and_deleted_again(tmp_path: Path) -> None:
    server = Notes()
    recorded = judged(document(), server, tmp_path)
    assert "restore" in served(recorded)
    assert [each for each in found(recorded) if "::method::" not in each[1]] == []
    assert server.restored
    assert server.there == {}
    assert list(tmp_path.glob("*.ledger")) == []


@pytest.mark.longer
def test_a_restore_is_written_down_before_it_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger on disk lets go of a thing with its delete: nobody would know after a kill that it is there again."""
    expected: list[str] = []
    real = LedgerFile.expect

    def expect(self: LedgerFile, things: Any) -> tuple[int, ...]:
        things = list(things)
        expected.extend(each.operation for each in things)
        return real(self, things)

    monkeypatch.setattr(LedgerFile, "expect", expect)
    judged(document(), Notes(), tmp_path)
    assert "restore" in expected


@pytest.mark.longer
def test_what_comes_back_otherwise_is_found(tmp_path: Path) -> None:
    clauses = {each for _, each, _ in found(judged(document(), Notes(flawed=True), tmp_path))}
    assert any("restored-whole" in each for each in clauses)
