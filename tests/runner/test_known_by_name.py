"""Things whose create shows no identity are known by the name that was sent: they were neither read nor deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.runner.right_servers import Answer, Node, found, judged

TEXT: Node = {"type": "string"}
SHELF: Node = {"type": "object", "required": ["id", "name"], "properties": {"id": TEXT, "name": TEXT}}
DRAFT: Node = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 1}}}
ANSWERS: Node = {"400": {"description": "bad"}, "404": {"description": "unknown"}, "409": {"description": "taken"}}


def json_of(schema: Node) -> Node:
    return {"content": {"application/json": {"schema": schema}}}


DOCUMENT: Node = {
    "openapi": "3.1.0",
    "info": {"title": "Shelves", "version": "1"},
    "paths": {
        "/shelves": {
            "get": {
                "operationId": "listShelves",
                "responses": {"200": {"description": "all", **json_of({"type": "array", "items": SHELF})}},
            },
            "post": {
                "operationId": "createShelf",
                "requestBody": {"required": True, **json_of(DRAFT)},
                "responses": {"200": {"description": "made", **json_of({"type": "object"})}, **ANSWERS},
            },
        },
        "/shelves/{shelf}": {
            "parameters": [{"name": "shelf", "in": "path", "required": True, "schema": TEXT}],
            "get": {"operationId": "getShelf", "responses": {"200": {"description": "one", **json_of(SHELF)}, **ANSWERS}},
            "delete": {"operationId": "deleteShelf", "responses": {"204": {"description": "gone"}, **ANSWERS}},
        },
    },
}  # fmt: skip


class Shelves:
    """A right server that shows ids, and takes names."""

    def __init__(self) -> None:
        self.kept = {"theirs": "0"}
        self.made = 0

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        if path == "/shelves" and method == "GET":
            return 200, [{"id": each, "name": name} for name, each in self.kept.items()]
        if path == "/shelves" and method == "POST":
            name = sent.get("name") if isinstance(sent, dict) else None
            if not isinstance(name, str) or not name:
                return 400, None
            if name in self.kept:
                return 409, None
            self.made += 1
            self.kept[name] = str(self.made)
            return 200, {}
        name = path.removeprefix("/shelves/")
        if path == "/shelves" or method not in {"GET", "DELETE"}:
            return 405, None
        if name not in self.kept:
            return 404, None
        return (200, {"id": self.kept[name], "name": name}) if method == "GET" else (204, self.kept.pop(name) and None)


def test_what_shows_no_identity_is_read_and_deleted_by_its_name(tmp_path: Path) -> None:
    server = Shelves()
    run = judged(DOCUMENT, server, tmp_path)
    assert [each.operation for family in run.families for each in family.operations if not each.served] == []
    assert server.kept == {"theirs": "0"}, "what the run made is gone, and nothing else"
    assert server.made > 1
    assert [each for each in found(run) if each[0] == "failure"] == []


def test_a_name_is_no_identity_where_numbers_are(tmp_path: Path) -> None:
    document = json.loads(json.dumps(DOCUMENT))
    document["paths"]["/shelves/{shelf}"]["parameters"][0]["schema"] = {"type": "integer"}
    judged(document, Shelves(), tmp_path)
    record = (tmp_path / "run.ndjson").read_text("utf-8")
    assert "/shelves/sample" not in record


class Numbered(Shelves):
    """A right server that gives the names itself, and shows them where it makes something."""

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        if method != "POST" or path != "/shelves":
            return super().__call__(method, path, query, headers, sent)
        if not isinstance(sent, dict) or not isinstance(sent.get("name"), str) or not sent["name"]:
            return 400, None
        self.made += 1
        self.kept[f"s{self.made}"] = str(self.made)
        return 200, {"name": f"s{self.made}", "since": "2026-01-01T00:00:00Z"}


def test_a_name_that_a_create_shows_is_the_identity(tmp_path: Path) -> None:
    document = json.loads(
        json.dumps(DOCUMENT).replace("/shelves/{shelf}", "/shelves/{shelf_id}").replace('"shelf"', '"shelf_id"')
    )
    server = Numbered()
    judged(document, server, tmp_path)
    assert server.made > 1
    assert server.kept == {"theirs": "0"}
