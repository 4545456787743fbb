"""An id that a server chooses itself can't be taken twice, whatever a create sends; one that it takes over can."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.runner.small_app import Asked, Reply, hold

ZONE = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}


def answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "An answer.", "content": {"application/json": {"schema": schema}}}


REFUSED = {"404": answer({"type": "object"}), "409": answer({"type": "object"}), "422": answer({"type": "object"})}
ID = {"name": "zone_id", "in": "path", "required": True, "schema": {"type": "string"}}
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Zones", "version": "1"},
    "paths": {
        "/zones": {
            "get": {"operationId": "listZones", "responses": {"200": answer({"type": "array", "items": ZONE})}},
            "post": {
                "operationId": "createZone",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {**ZONE, "required": ["name"]}}},
                },
                "responses": {"201": answer(ZONE), **REFUSED},
            },
        },
        "/zones/{zone_id}": {
            "get": {"operationId": "readZone", "parameters": [ID], "responses": {"200": answer(ZONE), **REFUSED}},
            "delete": {
                "operationId": "deleteZone",
                "parameters": [ID],
                "responses": {"204": {"description": "Gone."}, **REFUSED},
            },
        },
    },
}


class Zones:
    """Names are unique; ids are its own affair, unless it `takes` those that are sent."""

    def __init__(self, *, takes: bool) -> None:
        self.takes = takes
        self.zones: list[dict[str, Any]] = []
        self.made = 0

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/zones":
            if asked.method == "POST":
                return self._create(asked.json)
            return (200, self.zones) if asked.method == "GET" else (405, None, {"allow": "GET, POST"})
        name = unquote(asked.path.removeprefix("/zones/"))
        if asked.method not in {"GET", "DELETE"}:
            return 405, None, {"allow": "GET, DELETE"}
        found = [each for each in self.zones if each["id"] == name]
        if not found:
            return 404, {}
        if asked.method == "DELETE":
            self.zones = [each for each in self.zones if each["id"] != name]
            return 204, None
        return 200, found[0]

    def _create(self, body: Any) -> Reply:
        if (
            not isinstance(body, dict)
            or not isinstance(body.get("name"), str)
            or not isinstance(body.get("id", ""), str)
        ):
            return 422, {}
        if any(each["name"] == body["name"] for each in self.zones):
            return 409, {}
        self.made += 1
        own = f"z{self.made}"
        self.zones.append({"id": body.get("id", own) if self.takes else own, "name": body["name"]})
        return 201, self.zones[-1]


@pytest.mark.parametrize("takes", [False, True])
def test_only_an_id_that_is_taken_over_can_be_there_twice(
    takes: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = hold(Zones(takes=takes), DOCUMENT, tmp_path, monkeypatch)
    found = {each.clause for each in held.record.findings if "duplicate" in each.clause}
    assert found == ({"createZone::id::duplicate-refused"} if takes else set())
