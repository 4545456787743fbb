"""What belongs to a thing is made below it before it is led on, and one request names what belongs together."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, found, judged, served

TEXT: Node = {"type": "string", "minLength": 1, "maxLength": 40}
ID: Node = {"type": "integer"}


def _key(name: str) -> Node:
    return {"name": name, "in": "path", "required": True, "schema": ID}


def _document(states: list[str], below: str, last: Node) -> Node:
    """Shows with a status that an update sets, things below a show, and what is made for a show at last."""
    state = {"enum": states}
    shown = {
        "type": "object",
        "required": ["id", "title", "status"],
        "properties": {"id": ID, "title": TEXT, "status": state},
    }
    part = {
        "type": "object",
        "required": ["id", "show_id", "name"],
        "properties": {"id": ID, "show_id": ID, "name": TEXT},
    }
    refused = {str(status): as_json({"type": "object"}) for status in (400, 404, 409, 422)}

    def makes(name: str, sent: Node, answer: Node, *keys: str) -> Node:
        body = {"required": True, **as_json(sent)}
        return {
            "parameters": [_key(each) for each in keys],
            "post": {"operationId": name, "requestBody": body, "responses": {"201": as_json(answer), **refused}},
        }

    titled = {"type": "object", "required": ["title"], "properties": {"title": TEXT}}
    named = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}
    changed = {"type": "object", "minProperties": 1, "properties": {"title": TEXT, "status": state}}
    read = {"200": as_json(shown), **refused}
    return {
        "openapi": "3.0.3",
        "info": {"title": "shows", "version": "1"},
        "paths": {
            "/shows": makes("makeShow", titled, shown),
            "/shows/{show_id}": {
                "parameters": [_key("show_id")],
                "get": {"operationId": "readShow", "responses": read},
                "patch": {
                    "operationId": "setShow",
                    "requestBody": {"required": True, **as_json(changed)},
                    "responses": read,
                },
            },
            f"/shows/{{show_id}}/{below}": makes("addBelow", named, part, "show_id"),
            f"/{below}/{{id}}": {
                "parameters": [_key("id")],
                "get": {"operationId": "readBelow", "responses": {"200": as_json(part), **refused}},
            },
            **{path: makes("makeLast", sent, {"type": "object"}, *keys) for path, (sent, keys) in last.items()},
        },
    }


class Shows:
    """Opens a show once it has something below, and serves what is made for an open show."""

    def __init__(self, states: list[str], below: str) -> None:
        self.states, self.below = states, below
        self.shows: dict[int, dict[str, Any]] = {}
        self.parts: dict[int, dict[str, Any]] = {}
        self.numbers = count(1)
        self.misfits = 0
        self.calls = 0
        self.first = 0
        """After so many calls what needs an open show was served for the first time."""

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        self.calls += 1
        kind, key, last = (*path.strip("/").split("/"), "", "")[:3]
        number = int(key) if key.isdecimal() else 0
        if (method, kind, last) == ("GET", self.below, "") and number:
            return (200, self.parts[number]) if number in self.parts else (404, {"error": "no such part"})
        if method != "GET" and not isinstance(sent, dict):
            return 400, {"error": "no object"}
        if (method, kind, key) == ("POST", "shows", ""):
            if not _is_text(sent.get("title")):
                return 422, {"error": "title"}
            number = next(self.numbers)
            self.shows[number] = {"id": number, "title": sent["title"], "status": self.states[0]}
            return 201, self.shows[number]
        if method == "POST" and not key:
            return self.last(sent)
        show = self.shows.get(number)
        if kind != "shows" or show is None:
            return 404, {"error": "no such show"}
        if not last:
            return (200, show) if method == "GET" else self.changed(show, sent) if method == "PATCH" else (405, None)
        if method != "POST":
            return 405, None
        return (
            self.added(show, sent) if last == self.below else self.last({**sent, "show_id": number}, show_in_path=True)
        )

    def added(self, show: dict[str, Any], sent: dict[str, Any]) -> Answer:
        if not _is_text(sent.get("name")):
            return 422, {"error": "name"}
        number = next(self.numbers)
        self.parts[number] = {"id": number, "show_id": show["id"], "name": sent["name"]}
        return 201, self.parts[number]

    def changed(self, show: dict[str, Any], sent: dict[str, Any]) -> Answer:
        status = sent.get("status", show["status"])
        if not sent or not _is_text(sent.get("title", "a")) or status not in self.states:
            return 422, {"error": "status or title"}
        if status != show["status"] and not any(each["show_id"] == show["id"] for each in self.parts.values()):
            return 409, {"error": f"The show has no {self.below.replace('-', ' ')}"}
        show |= {"title": sent.get("title", show["title"]), "status": status}
        return 200, show

    def last(self, sent: dict[str, Any], *, show_in_path: bool = False) -> Answer:
        show = self.shows.get(sent["show_id"]) if type(sent.get("show_id")) is int else None
        if show is None:
            return (
                (422, {"error": "show_id"})
                if type(sent.get("show_id")) is not int
                else (404, {"error": "no such show"})
            )
        lines = sent.get("lines", []) if show_in_path else sent.get("lines")
        if (
            not isinstance(lines, list)
            or not (lines or show_in_path)
            or any(type(_part_of(each)) is not int for each in lines)
        ):
            return 422, {"error": "lines"}
        for each in lines:
            part = self.parts.get(_part_of(each))
            if part is None or part["show_id"] != show["id"]:
                self.misfits += part is not None
                return 422, {"error": "The show has no such ticket type"}
        if show["status"] != self.states[1]:
            return 409, {"error": f"The show is not {self.states[1].replace('_', ' ')}"}
        self.first = self.first or self.calls
        return 201, {"id": next(self.numbers)}


def _part_of(line: Any) -> Any:
    return line.get("ticket_type_id") if isinstance(line, dict) else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 40


def test_a_show_with_its_own_ticket_types_is_put_on_sale_for_an_order(tmp_path: Path) -> None:
    """An order was never served: each new show was ordered from with the ticket type of another, or put on sale without any."""
    line = {"type": "object", "required": ["ticket_type_id"], "properties": {"ticket_type_id": ID}}
    order = {
        "type": "object",
        "required": ["show_id", "lines"],
        "properties": {"show_id": ID, "lines": {"type": "array", "minItems": 1, "items": line}},
    }
    states = ["draft", "on_sale", "over"]
    server = Shows(states, "ticket-types")
    record = judged(_document(states, "ticket-types", {"/orders": (order, ())}), server, tmp_path)
    assert "makeLast" in served(record)
    assert server.misfits <= 3
    assert [each for each in found(record) if "::method::" not in each[1]] == []


@pytest.mark.parametrize("below", ["questions", "survey-questions"])
def test_what_a_refusal_says_is_lacking_is_made_below(tmp_path: Path, below: str) -> None:
    """A reply names no question, so none was made before the show was to be opened, and a reply was served by chance alone."""
    reply = {"type": "object", "required": ["name"], "properties": {"name": TEXT}}
    states = ["draft", "open", "closed"]
    document = _document(states, below, {"/shows/{show_id}/replies": (reply, ("show_id",))})
    server = Shows(states, below)
    judged(document, server, tmp_path)
    assert 0 < server.first < 60


class Seats(Shows):
    """Takes three orders for each show that is on sale, and shows them."""

    def __init__(self) -> None:
        super().__init__(["draft", "on_sale", "over"], "ticket-types")
        self.orders: dict[int, dict[str, Any]] = {}

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        key = path.removeprefix("/orders/")
        if path.startswith("/orders/"):
            order = self.orders.get(int(key)) if key.isdecimal() else None
            return (405, None) if method != "GET" else (404, {"error": "none"}) if order is None else (200, order)
        return super().__call__(method, path, query, headers, sent)

    def last(self, sent: dict[str, Any], *, show_in_path: bool = False) -> Answer:
        if "note" in sent and not _is_text(sent["note"]):
            return 422, {"error": "note"}
        status, value = super().last(sent, show_in_path=show_in_path)
        if status == 201:
            if sum(each["show_id"] == sent["show_id"] for each in self.orders.values()) >= 3:
                return 409, {"error": "Sold out"}
            value |= {"show_id": sent["show_id"], "note": sent.get("note", "none")}
            self.orders[value["id"]] = value
        return status, value


def test_an_order_is_made_for_another_show_once_one_is_sold_out(tmp_path: Path) -> None:
    """Once the tickets of the one show were sold, nothing more was tested of orders: a create had been accepted, and no longer is."""
    line = {"type": "object", "required": ["ticket_type_id"], "properties": {"ticket_type_id": ID}}
    order = {
        "type": "object",
        "required": ["show_id", "lines"],
        "properties": {"show_id": ID, "note": TEXT, "lines": {"type": "array", "minItems": 1, "items": line}},
    }
    shown = {
        "type": "object",
        "required": ["id", "show_id", "note"],
        "properties": {"id": ID, "show_id": ID, "note": TEXT},
    }
    document = _document(["draft", "on_sale", "over"], "ticket-types", {"/orders": (order, ())})
    document["paths"]["/orders"]["post"]["responses"]["201"] = as_json(shown)
    read = {"200": as_json(shown), "404": as_json({"type": "object"})}
    document["paths"]["/orders/{order_id}"] = {
        "parameters": [_key("order_id")],
        "get": {"operationId": "readLast", "responses": read},
    }
    server = Seats()
    record = judged(document, server, tmp_path)
    assert len({each["show_id"] for each in server.orders.values()}) > 2
    assert server.calls < 500
    assert [each for each in found(record) if "::method::" not in each[1]] == []
