"""An update is tested with values that a right server takes: names that are free, and no made-up reference."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.model.verdict import Outcome
from tests.runner.right_servers import Answer, Node, as_json, found, judged

TEXT: Node = {"type": "string", "minLength": 1, "maxLength": 60}


def _shelves(reference: Node) -> Node:
    """Writers and their books; a writer's name is unique, and a book refers to a writer."""
    kinds = {"writer": {"name": TEXT}, "book": {"title": TEXT, "writer_id": reference}}
    refused = dict.fromkeys(("400", "404", "409", "422"), as_json({"type": "object"}))
    paths: Node = {}
    for kind, members in kinds.items():
        shown = {"type": "object", "required": ["id", *members], "properties": {"id": reference, **members}}
        sent = {"type": "object", "required": [*members], "properties": members, "additionalProperties": False}
        some = {"type": "object", "properties": members, "additionalProperties": False}
        key = [{"name": f"{kind}_id", "in": "path", "required": True, "schema": reference}]
        one = {"200": as_json(shown), **refused}
        paths[f"/{kind}s"] = {
            "get": {"operationId": f"list_{kind}s", "responses": {"200": as_json({"type": "array", "items": shown})}},
            "post": {
                "operationId": f"make_{kind}",
                "requestBody": {"required": True, **as_json(sent)},
                "responses": {"201": as_json(shown), **refused},
            },
        }
        paths[f"/{kind}s/{{{kind}_id}}"] = {
            "parameters": key,
            "get": {"operationId": f"read_{kind}", "responses": one},
            "patch": {
                "operationId": f"change_{kind}",
                "requestBody": {"required": True, **as_json(some)},
                "responses": one,
            },
            "delete": {"operationId": f"drop_{kind}", "responses": {"204": {"description": ""}, **refused}},
        }
    return {"openapi": "3.1.0", "info": {"title": "shelves", "version": "1"}, "paths": paths}


class Shelves:
    """Refuses a name that is taken, and a writer that nobody knows."""

    members: tuple[tuple[str, set[str]], ...] = (("writers", {"name"}), ("books", {"title", "writer_id"}))

    def __init__(self) -> None:
        self.things: dict[str, dict[int, Node]] = {kind: {} for kind, _ in self.members}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        kind, _, key = path.strip("/").partition("/")
        if kind not in self.things or (key and (not key.isdecimal() or int(key) not in self.things[kind])):
            return 404, {"error": "none"}
        if method == "GET":
            return 200, self.things[kind][int(key)] if key else list(self.things[kind].values())
        if method == "DELETE" and key:
            del self.things[kind][int(key)]
            return 204, None
        if method != ("PATCH" if key else "POST"):
            return 405, None
        return self.write(kind, int(key) if key else 0, sent)

    def write(self, kind: str, key: int, sent: Any) -> Answer:
        known = dict(self.members)[kind]
        if not isinstance(sent, dict) or set(sent) - known or (not key and set(sent) != known):
            return 400, {"error": "bad"}
        for name, value in sent.items():
            right = isinstance(value, int) and not isinstance(value, bool) if name == "writer_id" else _is_text(value)
            if not right:
                return 400, {"error": "bad"}
        if any(each["name"] == sent.get("name") and each["id"] != key for each in self.things["writers"].values()):
            return 409, {"error": "taken"}
        if "writer_id" in sent and sent["writer_id"] not in self.things["writers"]:
            return 422, {"error": "no such writer"}
        new, key = not key, key or next(self.numbers)
        self.things[kind][key] = {**self.things[kind].get(key, {"id": key}), **sent}
        return 201 if new else 200, self.things[kind][key]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 60


@pytest.mark.longer
def test_names_are_free_and_references_real(tmp_path: Path) -> None:
    """No update of a book was accepted, as its writer was made up, and none of a writer, as its name was taken."""
    record = judged(_shelves({"type": "integer", "minimum": 1}), Shelves(), tmp_path)
    assert [each for each in found(record) if each[0] == "failure"] == []
    outcomes = {each.clause: each.outcome for each in record.conformance}
    for clause in ("change_book::Book::update-read-back", "change_writer::Writer::update-read-back"):
        assert outcomes[clause] is Outcome.PASSED
    shown = [
        each
        for each in record.exchanges()
        if each.operation == "change_writer" and each.note.startswith(("with required", "as its schemas"))
    ]
    assert {each.exchange.status for each in shown} == {200}
