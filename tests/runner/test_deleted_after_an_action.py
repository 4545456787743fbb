"""What may be deleted in one state alone is brought into it: for the behaviours of a deletion, and to leave nothing behind."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, found, judged, served

BOOKING: dict[str, Any] = {
    "type": "object",
    "required": ["id", "guest", "status"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "guest": {"type": "string", "minLength": 1, "maxLength": 30},
        "status": {"type": "string", "enum": ["held", "confirmed", "cancelled"], "readOnly": True},
    },
}


def document() -> dict[str, Any]:
    def answers(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
        media = {"content": {"application/json": {"schema": schema}}} if schema else {}
        refusals = {each: {"description": "refused"} for each in ("400", "404", "409")}
        return {status: {"description": "done", **media}, **refusals}

    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    new = {"type": "object", "required": ["guest"], "properties": {"guest": BOOKING["properties"]["guest"]}}
    body = {"required": True, "content": {"application/json": {"schema": new}}}
    listed = {"type": "array", "items": BOOKING}

    def action(name: str) -> dict[str, Any]:
        return {"post": {"operationId": name, "parameters": key, "responses": answers(BOOKING)}}

    return {
        "openapi": "3.1.0",
        "info": {"title": "bookings", "version": "1"},
        "paths": {
            "/bookings": {
                "get": {"operationId": "all", "responses": answers(listed)},
                "post": {"operationId": "book", "requestBody": body, "responses": answers(BOOKING, "201")},
            },
            "/bookings/{id}": {
                "get": {"operationId": "read", "parameters": key, "responses": answers(BOOKING)},
                "delete": {"operationId": "drop", "parameters": key, "responses": answers(None, "204")},
            },
            "/bookings/{id}/confirm": action("confirm"),
            "/bookings/{id}/cancel": action("cancel"),
        },
    }


class Bookings:
    """Deletes what is cancelled alone; with a flaw, what was deleted is still listed."""

    def __init__(self, *, flawed: bool = False) -> None:
        self.flawed = flawed
        self.kept: dict[str, dict[str, Any]] = {}
        self.gone: set[str] = set()
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if parts == ["bookings"]:
            return self.of_all(method, body)
        if len(parts) > 1 and not parts[1].lstrip("-").isdecimal():
            return 400, {"error": "id"}
        if len(parts) < 2 or parts[1] not in self.kept or parts[1] in self.gone:
            return 404, {"error": "none"}
        booking = self.kept[parts[1]]
        if len(parts) == 3:
            return self.acted(booking, parts[2]) if method == "POST" else (404, {"error": "none"})
        if method == "DELETE" and booking["status"] != "cancelled":
            return 409, {"error": "only what is cancelled can be deleted"}
        if method == "DELETE":
            self.gone.add(parts[1])
            return 204, None
        return (200, booking) if method == "GET" else (404, {"error": "none"})

    def of_all(self, method: str, body: Any) -> Answer:
        if method == "GET":
            return 200, [each for key, each in self.kept.items() if self.flawed or key not in self.gone]
        guest = body.get("guest") if isinstance(body, dict) else None
        if method != "POST" or not isinstance(guest, str) or not 1 <= len(guest) <= 30:
            return 400, {"error": "guest"}
        made = {"id": next(self.numbers), "guest": guest, "status": "held"}
        self.kept[str(made["id"])] = made
        return 201, made

    def acted(self, booking: dict[str, Any], action: str) -> Answer:
        if booking["status"] == "cancelled":
            return 409, {"error": "it is cancelled"}
        booking["status"] = {"confirm": "confirmed", "cancel": "cancelled"}[action]
        return 200, booking


@pytest.mark.longer
def test_what_the_run_made_is_brought_to_its_end_and_deleted(tmp_path: Path) -> None:
    server = Bookings()
    recorded = judged(document(), server, tmp_path)
    assert served(recorded) >= {"all", "book", "read", "drop", "confirm", "cancel"}
    assert [each for each in found(recorded) if "::method::" not in each[1]] == []
    assert server.kept.keys() == server.gone


@pytest.mark.longer
@pytest.mark.parametrize("flawed", [False, True])
def test_a_deletion_in_the_right_state_is_held_to_what_it_promises(tmp_path: Path, *, flawed: bool) -> None:
    clauses = {each for _, each, _ in found(judged(document(), Bookings(flawed=flawed), tmp_path))}
    assert any("deleted" in each for each in clauses) is flawed


@pytest.mark.parametrize("status", [400, 403, 409, 422])
def test_what_its_state_keeps_from_being_deleted_leaves_no_run_incomplete(status: int, tmp_path: Path) -> None:
    """A wallet that holds money is refused with 400: the run named what was left, and could never pass."""

    def server(method: str, path: str, query: Any, headers: Any, body: Any) -> Answer:
        booking = bookings.kept.get(path.rpartition("/")[2])
        if method == "DELETE" and booking is not None and booking["id"] not in bookings.gone:
            if booking["status"] == "confirmed":
                return status, {"error": "the guest has arrived"}
            booking["status"] = "cancelled"
        return bookings(method, path, query, headers, body)

    bookings = Bookings()
    plain = document()
    del plain["paths"]["/bookings/{id}/cancel"]
    recorded = judged(plain, server, tmp_path)
    assert any(each["status"] == "confirmed" for each in bookings.kept.values())
    assert recorded.footer is not None
    assert recorded.footer.complete, recorded.footer.reason
