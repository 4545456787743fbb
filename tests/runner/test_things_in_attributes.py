"""Things whose members stand in `attributes`, and that stay readable, marked as deleted: right servers are not accused."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, found, judged

LEVELS = ["low", "normal", "urgent"]
SET: dict[str, Any] = {
    "subject": {"type": "string", "minLength": 1, "maxLength": 50},
    "note": {"type": "string", "maxLength": 50},
    "priority": {"type": "string", "enum": LEVELS},
}


def document() -> dict[str, Any]:
    def attributes(**more: Any) -> dict[str, Any]:
        return {"type": "object", "properties": {**SET, **more}}

    shown = attributes(updated_at={"type": "string", "format": "date-time"}, deleted={"type": "boolean"})
    ticket: dict[str, Any] = {
        "type": "object",
        "required": ["id", "attributes"],
        "properties": {"id": {"type": "string"}, "attributes": shown},
    }

    def envelope(data: dict[str, Any]) -> dict[str, Any]:
        whole = {"type": "object", "required": ["data"], "properties": {"data": data}}
        return {"content": {"application/json": {"schema": whole}}}

    def answers(data: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
        refusals = {each: {"description": "refused"} for each in ("400", "404", "409")}
        return {status: {"description": "done", **(envelope(data) if data else {})}, **refusals}

    def sent(*required: str) -> dict[str, Any]:
        inner = {**attributes(), "required": list(required)}
        return {
            "required": True,
            **envelope({"type": "object", "required": ["attributes"], "properties": {"attributes": inner}}),
        }

    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    sort = {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["priority", "-priority"]}}
    listed = {"type": "array", "items": ticket}
    return {
        "openapi": "3.1.0",
        "info": {"title": "tickets", "version": "1"},
        "paths": {
            "/tickets": {
                "get": {"operationId": "list", "parameters": [sort], "responses": answers(listed)},
                "post": {
                    "operationId": "open",
                    "requestBody": sent("subject", "note", "priority"),
                    "responses": answers(ticket, "201"),
                },
            },
            "/tickets/{id}": {
                "get": {"operationId": "read", "parameters": key, "responses": answers(ticket)},
                "patch": {
                    "operationId": "change",
                    "parameters": key,
                    "requestBody": sent(),
                    "responses": answers(ticket),
                },
                "delete": {"operationId": "drop", "parameters": key, "responses": answers(None, "204")},
            },
        },
    }


def is_valid(given: Any, *, whole: bool) -> bool:
    if not isinstance(given, dict) or (whole and not given.keys() >= SET.keys()):
        return False
    texts = [given.get("subject", "x"), given.get("note", "")]
    lengths = all(isinstance(each, str) and len(each) <= 50 for each in texts) and texts[0] != ""
    return lengths and given.get("priority", "low") in LEVELS


class Tickets:
    """Answers as the document says, but for a flaw."""

    def __init__(self, flaw: str) -> None:
        self.flaw = flaw
        self.tickets: dict[str, dict[str, Any]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, query: dict[str, str], _headers: Any, body: Any) -> Answer:
        parts = path.strip("/").split("/")
        data = body.get("data") if isinstance(body, dict) else None
        given: Any = data.get("attributes") if isinstance(data, dict) else None
        if parts == ["tickets"] and method == "GET":
            sort = query.get("sort", "priority")
            return (200, {"data": self.listed(sort)}) if sort.removeprefix("-") == "priority" else (400, None)
        if parts == ["tickets"]:
            return self.opened(given) if method == "POST" else (400, {"error": "bad"})
        known = self.tickets.get(parts[-1]) if len(parts) == 2 else None
        return self.of_one(method, known, given) if known is not None else (404, {"error": "none"})

    def stamp(self) -> str:
        return f"2026-01-01T00:00:{next(self.numbers) % 60:02}.{next(self.numbers):06}Z"

    def listed(self, sort: str) -> list[dict[str, Any]]:
        alive = [each for each in self.tickets.values() if not each["attributes"]["deleted"]]
        alive.sort(key=lambda each: LEVELS.index(each["attributes"]["priority"]), reverse=sort.startswith("-"))
        return alive[1:] + alive[:1] if self.flaw == "unsorted" else alive

    def opened(self, given: Any) -> Answer:
        if not is_valid(given, whole=True):
            return 400, {"error": "bad"}
        number, kept = f"t{next(self.numbers)}", {name: given[name] for name in SET}
        self.tickets[number] = {"id": number, "attributes": {**kept, "updated_at": self.stamp(), "deleted": False}}
        return 201, {"data": self.tickets[number]}

    def of_one(self, method: str, known: dict[str, Any], given: Any) -> Answer:
        mine = known["attributes"]
        if method == "GET":
            return 200, {"data": known}
        if mine["deleted"]:
            return 409, {"error": "it is deleted"}
        if method == "DELETE":
            mine["deleted"] = self.flaw != "forgets to delete"
            return 204, None
        if method != "PATCH" or not is_valid(given, whole=False):
            return 400, {"error": "bad"}
        mine |= {name: given[name] for name in SET if name in given} | {"updated_at": self.stamp()}
        if self.flaw == "resets the note" and "note" not in given:
            mine["note"] = ""
        return 200, {"data": known}


@pytest.mark.longer
def test_a_right_server_is_not_accused(tmp_path: Path) -> None:
    """It was: for the time of the change, the order of an enum, what it marks as deleted, and a second deletion."""
    recorded = judged(document(), Tickets(""), tmp_path)
    assert [each for each in found(recorded) if "::method::" not in each[1]] == []


@pytest.mark.longer
@pytest.mark.parametrize(
    ("flaw", "clause"),
    [("forgets to delete", "deleted-unknown"), ("unsorted", "ascending"), ("resets the note", "unnamed-kept")],
)
def test_a_wrong_one_is(flaw: str, clause: str, tmp_path: Path) -> None:
    broken = {each for _, each, _ in found(judged(document(), Tickets(flaw), tmp_path))}
    assert any(clause in each for each in broken), broken
