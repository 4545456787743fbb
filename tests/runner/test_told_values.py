"""A code that the answer to one write tells of a thing is what the action on it wants to hear."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from contract_suite.contract.naming.outside import acts_outside
from tests.runner.right_servers import Answer, Node, as_json, found, judged, served

PARCEL: Node = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "state": {"type": "string"}},
}
CODE: Node = {"type": "string", "pattern": "^[0-9]{6}$"}
DEPOSIT: Node = {"type": "object", "required": ["pickupCode"], "properties": {"parcel": PARCEL, "pickupCode": CODE}}


def _document() -> Node:
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    refused = {str(status): as_json({"type": "object"}) for status in (400, 404, 409, 422)}
    code = {"type": "object", "required": ["code"], "properties": {"code": CODE}}
    pickup = {"operationId": "pickup", "requestBody": {"required": True, **as_json(code)}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "parcels", "version": "1"},
        "paths": {
            "/parcels": {"post": {"operationId": "register", "responses": {"201": as_json(PARCEL), **refused}}},
            "/parcels/{id}": {
                "parameters": key,
                "get": {"operationId": "read", "responses": {"200": as_json(PARCEL), **refused}},
            },
            "/parcels/{id}/deposit": {
                "parameters": key,
                "post": {"operationId": "deposit", "responses": {"200": as_json(DEPOSIT), **refused}},
            },
            "/parcels/{id}/pickup": {
                "parameters": key,
                "post": {**pickup, "responses": {"200": as_json(PARCEL), **refused}},
            },
        },
    }


class Lockers:
    """Hands a parcel out for its code alone."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        key, _, verb = path.removeprefix("/parcels").strip("/").partition("/")
        if (method, key) == ("POST", ""):
            self.states[str(number := next(self.numbers))] = "new"
            return 201, {"id": number, "state": "new"}
        if key not in self.states:
            return 404, {"error": "none"}
        if (method, verb) == ("GET", ""):
            return 200, {"id": int(key), "state": self.states[key]}
        if method != "POST" or verb not in {"deposit", "pickup"}:
            return 405, None
        code = sent.get("code") if isinstance(sent, dict) else None
        if verb == "pickup" and not (isinstance(code, str) and len(code) == 6 and code.isascii() and code.isdecimal()):
            return 400, {"error": "no code"}
        if self.states[key] != ("new" if verb == "deposit" else "deposited"):
            return 409, {"error": f"the parcel is {self.states[key]}"}
        if verb == "pickup" and code != f"{int(key) * 7919 % 1_000_000:06}":
            return 422, {"error": "wrong code"}
        self.states[key] = "deposited" if verb == "deposit" else "handed out"
        parcel = {"id": int(key), "state": self.states[key]}
        return 200, parcel if verb == "pickup" else {
            "parcel": parcel,
            "pickupCode": f"{int(key) * 7919 % 1_000_000:06}",
        }


def test_a_parcel_is_picked_up_with_the_code_of_its_deposit(tmp_path: Path) -> None:
    """What wants to hear a code was never served: one was made up."""
    record = judged(_document(), Lockers(), tmp_path)
    assert "pickup" in served(record)
    assert [each for each in found(record) if "::method::" not in each[1]] == []


class Labelled(Lockers):
    """Tells with a deposit whose parcel it is, writes to whom it is told to, and gives a parcel another label."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: dict[str, str] = {}
        self.written_to: list[Any] = []
        self.renamed: list[str] = []

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        key, _, verb = path.removeprefix("/parcels").strip("/").partition("/")
        members = sent if isinstance(sent, dict) else {}
        if method == "POST" and verb in {"notify", "rename"}:
            text = members.get("email" if verb == "notify" else "label")
            if key not in self.states or not isinstance(text, str):
                return (400 if key in self.states else 404), {"error": "no"}
            if verb == "notify":
                self.written_to.append(text)
            else:
                self.renamed.append(text)
                self.labels[key] = text
        elif (method, key) == ("POST", "") and not isinstance(members.get("label"), str):
            return 400, {"error": "no label"}
        else:
            status, value = super().__call__(method, path, query, headers, sent)
            if status == 201:
                self.labels[str(value["id"])] = members["label"]
                return 201, {**value, "label": members["label"]}
            return status, {**value, "ownerEmail": "bob@corp.com"} if verb == "deposit" and status == 200 else value
        return 200, {"id": int(key), "state": self.states[key], "label": self.labels[key]}


def _labelled() -> Node:
    document = _document()
    text: Node = {"type": "string", "maxLength": 60}
    for path, operation, member, example in (
        ("/parcels", "register", "label", "Books"),
        ("/parcels/{id}/notify", "notify", "email", "a@example.com"),
        ("/parcels/{id}/rename", "rename", "label", "Shoes"),
    ):
        sent = {"type": "object", "required": [member], "properties": {member: text}, "example": {member: example}}
        like = document["paths"]["/parcels/{id}/deposit"]
        item = document["paths"].setdefault(path, {**like, "post": {**like["post"], "operationId": operation}})
        item["post"]["requestBody"] = {"required": True, **as_json(sent)}
    return document


def test_an_address_that_an_answer_shows_is_not_written_to(tmp_path: Path) -> None:
    """The address of whoever owns a parcel stood in the answer to its deposit, and went to the action that writes to one."""
    server = Labelled()
    assert "notify" in served(judged(_labelled(), server, tmp_path))
    assert server.written_to
    assert [each for each in server.written_to if acts_outside(each, "email")] == []


def test_an_action_is_not_told_what_the_run_said_itself(tmp_path: Path) -> None:
    """A parcel was given the label again that it was registered with, in the place of the example of another one."""
    server = Labelled()
    assert "rename" in served(judged(_labelled(), server, tmp_path))
    assert "Shoes" in server.renamed
    assert "Books" not in server.renamed
