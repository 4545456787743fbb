"""A body names a thing that must be in a state, or whose owner must be: only a turn of a published shift is swapped."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, found, judged, served

TEXT = {"type": "string", "minLength": 1, "maxLength": 30}
NUMBER = {"type": "integer", "minimum": 1}


def thing(**members: dict[str, Any]) -> dict[str, Any]:
    properties = {"id": {"type": "integer", "readOnly": True}, **members}
    return {"type": "object", "required": ["id", *members], "properties": properties}


SHIFT = thing(ward=TEXT)
TURN = thing(nurse=TEXT)
SWAP = thing(turn_id=NUMBER, note=TEXT)


def document() -> dict[str, Any]:
    def answers(schema: dict[str, Any], status: str = "200") -> dict[str, Any]:
        refusals = {each: {"description": "refused"} for each in ("400", "404", "409")}
        return {**refusals, status: {"description": "done", "content": {"application/json": {"schema": schema}}}}

    def key(name: str) -> list[dict[str, Any]]:
        return [{"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}]

    def making(name: str, schema: dict[str, Any]) -> dict[str, Any]:
        body = {"required": True, "content": {"application/json": {"schema": schema}}}
        return {"operationId": name, "requestBody": body, "responses": answers(schema, "201")}

    def reading(name: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"operationId": name, "responses": answers(schema)}

    return {
        "openapi": "3.1.0",
        "info": {"title": "rota", "version": "1"},
        "paths": {
            "/shifts": {"post": making("plan", SHIFT)},
            "/shifts/{shift_id}": {"parameters": key("shift_id"), "get": reading("readShift", SHIFT)},
            "/shifts/{shift_id}/publish": {"parameters": key("shift_id"), "post": reading("publish", SHIFT)},
            "/shifts/{shift_id}/turns": {
                "parameters": key("shift_id"),
                "get": reading("turns", {"type": "array", "items": TURN}),
                "post": making("assign", TURN),
            },
            "/shifts/{shift_id}/turns/{turn_id}": {
                "parameters": [*key("shift_id"), *key("turn_id")],
                "get": reading("readTurn", TURN),
            },
            "/swaps": {"post": making("swap", SWAP)},
        },
    }


class Rota:
    """A right server."""

    def __init__(self) -> None:
        self.shifts: dict[str, dict[str, Any]] = {}
        self.turns: dict[str, tuple[str, dict[str, Any]]] = {}
        self.published: set[str] = set()
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if any(not each.isdecimal() for each in parts[1::2]):
            return 400, {"error": "id"}
        if parts == ["swaps"]:
            return self.swapped(method, body)
        if parts == ["shifts"]:
            return self.made(body, "ward", self.shifts) if method == "POST" else (404, {"error": "none"})
        if parts[0] != "shifts" or parts[1] not in self.shifts:
            return 404, {"error": "none"}
        return self.of_a_shift(method, parts[1], parts[2:], body)

    def of_a_shift(self, method: str, shift: str, rest: list[str], body: Any) -> Answer:
        if rest == ["publish"] and method == "POST":
            again = shift in self.published
            self.published.add(shift)
            return (409, {"error": "It is published already."}) if again else (200, self.shifts[shift])
        if rest == ["turns"] and method == "POST":
            turns: dict[str, dict[str, Any]] = {}
            status, value = self.made(body, "nurse", turns)
            self.turns |= {key: (shift, turn) for key, turn in turns.items()}
            return status, value
        mine = {key: turn for key, (of, turn) in self.turns.items() if of == shift}
        if method != "GET":
            return 404, {"error": "none"}
        if rest == ["turns"]:
            return 200, [*mine.values()]
        if not rest:
            return 200, self.shifts[shift]
        return (200, mine[rest[1]]) if rest[1:] and rest[1] in mine else (404, {"error": "none"})

    def made(self, body: Any, name: str, kept: dict[str, dict[str, Any]]) -> Answer:
        value = body.get(name) if isinstance(body, dict) else None
        if not isinstance(value, str) or not 1 <= len(value) <= 30:
            return 400, {"error": name}
        number = next(self.numbers)
        kept[str(number)] = {"id": number, name: value}
        return 201, kept[str(number)]

    def swapped(self, method: str, body: Any) -> Answer:
        turn, note = (body.get("turn_id"), body.get("note")) if isinstance(body, dict) else (None, None)
        if (
            method != "POST"
            or type(turn) is not int
            or turn < 1
            or not isinstance(note, str)
            or not 1 <= len(note) <= 30
        ):
            return 400, {"error": "body"}
        if str(turn) not in self.turns:
            return 404, {"error": "There is no such turn."}
        if self.turns[str(turn)][0] not in self.published:
            return 409, {"error": "The shift is not published yet."}
        return 201, {"id": next(self.numbers), "turn_id": turn, "note": note}


@pytest.mark.longer
def test_what_a_body_names_is_brought_into_a_state_by_what_acts_on_its_owner(tmp_path: Path) -> None:
    recorded = judged(document(), Rota(), tmp_path)
    assert "swap" in served(recorded)
    assert [each for each in found(recorded) if "::method::" not in each[1] and "unknown" not in each[1]] == []
