"""An update with a whole set of made-up values is refused where an end comes before its start: the rest is tried without them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, found, judged

TEXT = {"type": "string", "minLength": 1, "maxLength": 40}
MOMENT = {"type": "string", "format": "date-time"}
CHANGES: dict[str, Any] = {
    "room": TEXT,
    "starts": MOMENT,
    "ends": MOMENT,
    "notes": {"type": ["string", "null"], "maxLength": 40},
}
MEETING = {
    "type": "object",
    "required": ["id", "room", "starts", "ends", "notes"],
    "properties": {"id": {"type": "integer", "readOnly": True}, **CHANGES},
}
GOOD = {"room": "blue", "starts": "2030-01-01T10:00:00Z", "ends": "2030-01-01T11:00:00Z"}


def document() -> dict[str, Any]:
    def answers(schema: dict[str, Any], status: str = "200") -> dict[str, Any]:
        refusals = {each: {"description": "refused"} for each in ("400", "404", "422")}
        return {**refusals, status: {"description": "done", "content": {"application/json": {"schema": schema}}}}

    def body(*required: str) -> dict[str, Any]:
        """A create, which takes what it requires, or an update."""
        properties = {name: CHANGES[name] for name in required or CHANGES}
        schema = {"type": "object", "required": [*required], "properties": properties, "example": GOOD}
        return {"required": True, "content": {"application/json": {"schema": schema}}}

    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    return {
        "openapi": "3.1.0",
        "info": {"title": "meetings", "version": "1"},
        "paths": {
            "/meetings": {
                "post": {
                    "operationId": "plan",
                    "requestBody": body("room", "starts", "ends"),
                    "responses": answers(MEETING, "201"),
                }
            },
            "/meetings/{id}": {
                "parameters": key,
                "get": {"operationId": "read", "responses": answers(MEETING)},
                "patch": {"operationId": "change", "requestBody": body(), "responses": answers(MEETING)},
            },
        },
    }


class Meetings:
    """Takes meetings of at most a day; with a flaw, an update without notes loses them."""

    def __init__(self, *, flawed: bool = False) -> None:
        self.flawed = flawed
        self.kept: dict[str, dict[str, Any]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if len(parts) == 2 and not parts[1].lstrip("-").isdecimal():
            return 400, {"error": "id"}
        known = self.kept.get(parts[1]) if len(parts) == 2 else None
        if parts[0] != "meetings" or (known is None and (len(parts) > 1 or method != "POST")):
            return 404, {"error": "none"}
        if method == "GET":
            return 200, known
        if method not in {"POST", "PATCH"} or not isinstance(body, dict):
            return 400, {"error": "body"}
        meeting = {"notes": None, **(known or {}), **{name: body[name] for name in CHANGES if name in body}}
        wrong = next((name for name in CHANGES if not self.fits(name, meeting.get(name))), "")
        if wrong:
            return 422, {"error": {wrong: "wrong"}}
        lasts = datetime.fromisoformat(meeting["ends"]) - datetime.fromisoformat(meeting["starts"])
        if not 0 < lasts.total_seconds() <= 86_400:
            return 422, {"error": {"ends": "It ends after its start, within a day."}}
        if self.flawed and known is not None and "notes" not in body:
            meeting["notes"] = None
        meeting["id"] = known["id"] if known else next(self.numbers)
        self.kept[str(meeting["id"])] = meeting
        return 200 if known else 201, meeting

    @staticmethod
    def fits(name: str, value: Any) -> bool:
        if name == "notes" and value is None:
            return True
        if not isinstance(value, str) or len(value) > 40 or (name == "room" and not value):
            return False
        try:
            return name in {"room", "notes"} or datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            return False


@pytest.mark.longer
@pytest.mark.parametrize("flawed", [False, True])
def test_what_an_update_leaves_out_is_seen_to_stay(tmp_path: Path, *, flawed: bool) -> None:
    """The notes were empty all the time, so that nothing could be lost."""
    clauses = {each for _, each, _ in found(judged(document(), Meetings(flawed=flawed), tmp_path))}
    assert any(each.endswith("::unnamed-kept") for each in clauses) is flawed
    assert {each for each in clauses if "Meeting::" in each} == ({"change::Meeting::unnamed-kept"} if flawed else set())
