"""What may be changed is known by its whole identity, owners included: not by an id that something of others may have too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.runner.right_servers import Answer, found, judged

ZONE = "theirs"
MISSING = {"error": "unknown"}
THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": ["string", "integer"]}}}


def document() -> dict[str, Any]:
    def operation(name: str, path: str, *, body: bool = False) -> dict[str, Any]:
        described: dict[str, Any] = {
            "operationId": name,
            "parameters": [
                {"name": part.split("}", maxsplit=1)[0], "in": "path", "required": True, "schema": {"type": "string"}}
                for part in path.split("{")[1:]
            ],
            "responses": {
                "200": {"description": "done", "content": {"application/json": {"schema": {}}}},
                "404": {"description": "unknown", "content": {"application/json": {"schema": {}}}},
            },
        }
        if body:
            described["requestBody"] = {"content": {"application/json": {"schema": {"type": "object"}}}}
        return described

    zones, zone = "/servers/{server}/zones", "/servers/{server}/zones/{zone}"
    notes, note = f"{zone}/notes", f"{zone}/notes/{{note}}"
    return {
        "openapi": "3.1.0",
        "info": {"title": "zones", "version": "1"},
        "paths": {
            "/servers": {"get": operation("servers", "/servers")},
            zones: {"get": operation("zones", zones)},
            zone: {"get": operation("zone", zone), "put": operation("put_zone", zone, body=True)},
            f"{zone}/rectify": {"put": operation("rectify", zone)},
            notes: {"get": operation("notes", notes), "post": operation("add_note", notes, body=True)},
            note: {"put": operation("put_note", note, body=True), "delete": operation("delete_note", note)},
        },
    }


def server(changed: list[str]) -> Any:
    def answer(method: str, path: str, _query: dict[str, str], _headers: dict[str, str], _body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if len(parts) > 1 and parts[1] != "localhost":
            return 404, MISSING  # of another server, whatever the zone is
        if len(parts) > 3 and parts[3] != ZONE:
            return 404, MISSING
        allowed = {
            1: "GET",
            3: "GET",
            4: "GET PUT",
            5: "PUT" if parts[-1] == "rectify" else "GET POST",
            6: "PUT DELETE",
        }
        if method not in allowed.get(len(parts), "").split():
            return 405, MISSING
        if len(parts) > 4 and parts[4] == "notes":
            return (200, []) if method == "GET" else (404, {"error": "notes are not kept here"})
        if method != "GET":
            changed.append(f"{method} {path}")
        shown: dict[int, Any] = {1: [{"id": "localhost"}], 3: [{"id": ZONE}]}
        return 200, shown.get(len(parts), {"id": ZONE})

    return answer


def test_a_404_below_something_or_elsewhere_does_not_make_it_ours(tmp_path: Path) -> None:
    changed: list[str] = []
    record = judged(document(), server(changed), tmp_path)
    assert changed == [], "a 404 of /servers/sample/zones/theirs let the run write to /servers/localhost/zones/theirs"
    assert [each for each in found(record) if each[0] == "failure"] == []
