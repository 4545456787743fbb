"""A whole run sends no address, number or host of somebody that the document does not show, and no member besides."""

from __future__ import annotations

import json
import re
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.naming.outside import acts_outside
from tests.runner.right_servers import Answer, judged, served

EMAIL = r"^[a-z0-9._+-]+@[a-z0-9.-]+\.[a-z]{2,7}$"
PHONE = r"^\+[0-9]{7,15}$"
HOOK = r"^https?://[a-z0-9.-]+/[a-z0-9?=#&.]*$"
PATTERNS = {"email": EMAIL, "phone": PHONE, "webhook": HOOK}
PROPERTIES: dict[str, Any] = {
    "name": {"type": "string", "minLength": 1, "maxLength": 60},
    **{name: {"type": "string", "pattern": pattern} for name, pattern in PATTERNS.items()},
    "owner": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 60}}},
}
REQUIRED = ["name", "email", "phone"]
NEW: dict[str, Any] = {
    "type": "object",
    "required": REQUIRED,
    "properties": {name: value for name, value in PROPERTIES.items() if name != "owner"},
}
CHANGED: dict[str, Any] = {"type": "object", "required": [*REQUIRED, "owner"], "properties": PROPERTIES}
SHOWN_OWNER = {"type": "object", "properties": {"name": {"type": "string"}, "rank": {"type": "integer"}}}
SHOWN: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "email", "phone"],
    "properties": {"id": {"type": "integer"}, **PROPERTIES, "owner": SHOWN_OWNER},
}


def document() -> dict[str, Any]:
    def answers(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
        media = {"content": {"application/json": {"schema": schema}}} if schema else {}
        return {each: {"description": "refused"} for each in ("400", "404", "409")} | {
            status: {"description": "done", **media}
        }

    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]

    def body(schema: dict[str, Any]) -> dict[str, Any]:
        return {"required": True, "content": {"application/json": {"schema": schema}}}

    return {
        "openapi": "3.1.0",
        "info": {"title": "contacts", "version": "1"},
        "paths": {
            "/contacts": {
                "get": {"operationId": "all", "responses": answers({"type": "array", "items": SHOWN})},
                "post": {"operationId": "add", "requestBody": body(NEW), "responses": answers(SHOWN, "201")},
            },
            "/contacts/{id}": {
                "get": {"operationId": "read", "parameters": key, "responses": answers(SHOWN)},
                "put": {
                    "operationId": "put",
                    "parameters": key,
                    "requestBody": body(CHANGED),
                    "responses": answers(SHOWN),
                },
                "delete": {"operationId": "drop", "parameters": key, "responses": answers(None, "204")},
            },
        },
    }


class Contacts:
    """Each e-mail address is unique; one contact is there already, with an address, a number and a hook of somebody's.

    With `refuses`, a hook is refused by its name, as a server does that looks whether it answers.
    """

    def __init__(self, *, refuses: bool) -> None:
        self.refuses = refuses
        self.numbers = count(2)
        real = {"email": "bob@corp.com", "phone": "+4930123456", "webhook": "https://hooks.corp.com/x"}
        self.kept: dict[str, dict[str, Any]] = {
            "1": {"id": 1, "name": "Bob", **real, "owner": {"name": "Al", "rank": 3}}
        }
        self.sent: list[tuple[str, Any]] = []

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if isinstance(body, dict):
            self.sent.append((method, body))
        if parts == ["contacts"] and method == "GET":
            return 200, [*self.kept.values()]
        if parts == ["contacts"] and method == "POST":
            return self.written(str(next(self.numbers)), body, 201)
        if len(parts) != 2 or not parts[1].isdecimal():
            return 400, {"error": "id"}
        if parts[1] not in self.kept:
            return 404, {"error": "none"}
        if method == "DELETE":
            del self.kept[parts[1]]
            return 204, None
        return self.written(parts[1], body, 200) if method == "PUT" else (200, self.kept[parts[1]])

    def written(self, key: str, body: Any, status: int) -> Answer:
        if not isinstance(body, dict) or not isinstance(body.get("name"), str) or not 1 <= len(body["name"]) <= 60:
            return 400, {"error": "name"}
        for name, pattern in PATTERNS.items():
            value = body.get(name)
            if (value is None and name in REQUIRED) or (name in body and not self.fits(pattern, value)):
                return 400, {"error": name}
        owner = body.get("owner") if status == 200 else {"name": "Al"}
        if not isinstance(owner, dict) or not isinstance(owner.get("name"), str) or len(owner["name"]) > 60:
            return 400, {"error": "owner"}
        if self.refuses and "webhook" in body and "corp" not in body["webhook"]:
            return 400, {"error": "webhook"}
        if any(each["email"] == body["email"] for other, each in self.kept.items() if other != key):
            return 409, {"error": "email"}
        kept = {name: body[name] for name in PROPERTIES if name in body}
        self.kept[key] = {"id": int(key), **kept, "owner": {"name": owner["name"], "rank": 1}}
        return status, self.kept[key]

    @staticmethod
    def fits(pattern: str, value: Any) -> bool:
        return isinstance(value, str) and re.search(pattern, value) is not None


@pytest.mark.longer
@pytest.mark.parametrize("refuses", [False, True])
def test_nobody_is_reached(tmp_path: Path, *, refuses: bool) -> None:
    """Values of contacts that were there were sent again, and addresses and numbers were made up after a pattern."""
    server = Contacts(refuses=refuses)
    recorded = judged(document(), server, tmp_path)
    assert {"add", "put", "drop"} <= set(served(recorded))
    assert [each for each in server.sent if acts_outside(each[1])] == []
    assert set(server.kept) == {"1"}


class Shops:
    """Takes a shop in a zone that only the list shows."""

    def __init__(self) -> None:
        self.numbers = count(2)
        self.kept: list[dict[str, Any]] = [{"id": 1, "zone": "n-7", "owner": {"name": "Al", "rank": 3}}]
        self.sent: list[dict[str, Any]] = []

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if parts == ["shops"] and method == "GET":
            return 200, self.kept
        if parts == ["shops"] and method == "POST":
            self.sent += [body] if isinstance(body, dict) else []
            owner = body.get("owner") if isinstance(body, dict) else None
            if not isinstance(owner, dict) or not isinstance(owner.get("name"), str) or body.get("zone") != "n-7":
                return 400, {"error": "zone"}
            made = {"id": next(self.numbers), "zone": "n-7", "owner": {"name": owner["name"], "rank": 3}}
            self.kept.append(made)
            return 201, made
        found = [each for each in self.kept if [str(each["id"])] == parts[1:]]
        if found and method == "DELETE":
            self.kept.remove(found[0])
            return 204, None
        return (200, found[0]) if found and method == "GET" else (404, {"error": "none"})


@pytest.mark.longer
def test_no_member_that_answers_alone_show_is_sent_back(tmp_path: Path) -> None:
    """A shop was made like one that is there, with the rank of its owner, which no request describes."""
    owner: dict[str, Any] = PROPERTIES["owner"]
    properties = {"zone": {"type": "string", "maxLength": 5}, "owner": owner}
    kinds = document()
    text = json.dumps(kinds).replace("contacts", "shops")
    new = {"type": "object", "required": ["zone", "owner"], "properties": properties}
    shown = {"type": "object", "properties": {"id": {"type": "integer"}, "zone": {}, "owner": SHOWN_OWNER}}
    text = text.replace(json.dumps(NEW), json.dumps(new)).replace(json.dumps(SHOWN), json.dumps(shown))
    kinds = json.loads(text)
    del kinds["paths"]["/shops/{id}"]["put"]
    server = Shops()
    recorded = judged(kinds, server, tmp_path)
    assert "add" in served(recorded)
    ranks = [
        each["owner"]["rank"] for each in server.sent if isinstance(each.get("owner"), dict) and "rank" in each["owner"]
    ]
    assert [each for each in ranks if each == 3] == []
    assert [each["id"] for each in server.kept] == [1]


class Rooms:
    """Keeps rooms with the number of their telephone."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        if (method, path) != ("POST", "/rooms"):
            return 405, None
        self.sent.append(body)
        phone = body.get("phone") if isinstance(body, dict) else None
        right = type(phone) is int and 2_000_000_000 <= phone <= 9_999_999_999
        return (201, {"phone": phone}) if right else (400, {"error": "phone"})


def test_a_number_that_is_no_text_reaches_nobody_either(tmp_path: Path) -> None:
    """The least and the greatest number that the schema of a telephone allows were sent, and those beside them."""
    phone = {"type": "integer", "minimum": 2_000_000_000, "maximum": 9_999_999_999, "example": 2_025_550_143}
    schema = {"type": "object", "required": ["phone"], "properties": {"phone": phone}}
    room = {"content": {"application/json": {"schema": schema}}}
    answers = {"201": {"description": "made", **room}, "400": {"description": "refused"}}
    post = {"operationId": "make", "requestBody": {"required": True, **room}, "responses": answers}
    kinds = {"openapi": "3.1.0", "info": {"title": "rooms", "version": "1"}, "paths": {"/rooms": {"post": post}}}
    server = Rooms()
    assert "make" in served(judged(kinds, server, tmp_path))
    assert [each for each in server.sent if acts_outside(each)] == []
