"""What the items of a correct server show beside what is guessed of them may agree with it by chance: nothing is concluded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contract_suite.model.verdict import Outcome
from tests.runner.right_servers import Answer, Node, as_json, found, judged

TEXT: Node = {"type": "string", "minLength": 1, "maxLength": 40}
MOMENT: Node = {"type": "string", "format": "date-time"}


def _thing(**members: Node) -> Node:
    return {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, **members}}


def _document(thing: Node, sent: Node, *parameters: Node) -> Node:
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    refused = {each: {"description": ""} for each in ("400", "404")}
    listed = {
        "operationId": "listEvents",
        "parameters": list(parameters),
        "responses": {"200": as_json({"type": "array", "items": thing}), **refused},
    }
    body = {"required": True, **as_json(sent)}
    return {
        "openapi": "3.0.3",
        "info": {"title": "events", "version": "1"},
        "paths": {
            "/events": {
                "get": listed,
                "post": {
                    "operationId": "addEvent",
                    "requestBody": body,
                    "responses": {"201": as_json(thing), **refused},
                },
            },
            "/events/{id}": {
                "get": {"operationId": "getEvent", "parameters": key, "responses": {"200": as_json(thing), **refused}},
                "delete": {"operationId": "dropEvent", "parameters": key, "responses": {"204": as_json({}), **refused}},
            },
        },
    }


class Events:
    """Events that happened when they say; the first ones were entered in the order in which they happened."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {
            str(day): {"id": day, "name": "e", "happened": _at(2024, day), "created_at": _at(2024, day)}
            for day in range(1, 13)
        }

    def __call__(self, method: str, path: str, query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        key = path.strip("/").partition("/")[2]
        if key and key not in self.kept:
            return 404, None
        if (method, key) == ("GET", ""):
            return self._listed(query.get("from"))
        if (method, key) == ("POST", ""):
            return self._added(sent)
        if method == "DELETE" and key:
            del self.kept[key]
            return 204, None
        return (200, self.kept[key]) if method == "GET" else (405, None)

    def _listed(self, since: str | None) -> Answer:
        try:
            limit = None if since is None else datetime.fromisoformat(since)
        except ValueError:
            return 400, None
        limit = limit.replace(tzinfo=UTC) if limit is not None and limit.tzinfo is None else limit
        kept = (each for each in self.kept.values())
        return 200, [each for each in kept if limit is None or datetime.fromisoformat(each["happened"]) >= limit]

    def _added(self, sent: Any) -> Answer:
        name = sent.get("name") if isinstance(sent, dict) else None
        if not isinstance(name, str) or not 1 <= len(name) <= 40:
            return 400, None
        number = len(self.kept) + 1000
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
        self.kept[str(number)] = {"id": number, "name": name, "happened": _at(2999, 1), "created_at": today}
        return 201, self.kept[str(number)]


def _at(year: int, day: int) -> str:
    return datetime(year, 1, day, tzinfo=UTC).isoformat()


def test_a_bound_of_another_time_is_not_held_to_the_time_of_making(tmp_path: Path) -> None:
    """`from` was taken for a bound of `created_at` because of items that had happened as they were made, and was held to it."""
    thing = _thing(name=TEXT, happened={"type": "string"}, created_at={**MOMENT, "readOnly": True})
    since = {"name": "from", "in": "query", "schema": MOMENT}
    sent = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}
    record = judged(_document(thing, sent, since), Events(), tmp_path)
    bounds = {each.clause: each.outcome for each in record.conformance if "query.from::bound" in each.clause}
    assert set(bounds.values()) == {Outcome.INAPPLICABLE}, "nothing shows which of the two times is meant"


def test_what_is_added_below_a_thing_is_not_taken_for_the_thing_itself(tmp_path: Path) -> None:
    """The answer of `POST /events/{id}/seats` names the event beside an `id` of its own: that the event shows another is right."""
    document = _document(_thing(name=TEXT), {"type": "object", "required": ["name"], "properties": {"name": TEXT}})
    paths = document["paths"]
    seat = {
        "type": "object",
        "required": ["id", "event_id"],
        "properties": {"id": {"type": "integer"}, "event_id": {"type": "integer"}, "name": TEXT},
    }
    key = [{"name": "event_id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    paths["/events/{event_id}"] = paths.pop("/events/{id}")
    for each in paths["/events/{event_id}"].values():
        each["parameters"] = key
    paths["/events/{event_id}/seats"] = {
        "post": {
            "operationId": "addSeat",
            "parameters": key,
            "responses": {"201": as_json(seat), "404": {"description": ""}},
        }
    }
    events = Events()

    def server(method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        owner, _, rest = path.removeprefix("/events/").partition("/")
        if rest != "seats":
            return events(method, path, query, headers, sent)
        if owner not in events.kept:
            return 404, None
        return (201, {"id": 7, "event_id": int(owner), "name": "seat"}) if method == "POST" else (405, None)

    record = judged(document, server, tmp_path)
    assert not [clause for _, clause, _ in found(record) if clause.startswith("addSeat::answer")]
