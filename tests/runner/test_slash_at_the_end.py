"""`/things/{id}/` is as good as `/things/{id}`: no update was sent, since what the run made was looked for without the slash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, found, judged

NAME: Node = {"type": "string", "minLength": 1, "maxLength": 20}
DRAFT: Node = {"type": "object", "required": ["name"], "additionalProperties": False, "properties": {"name": NAME}}
THING: Node = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": NAME},
}
BODY: Node = {"required": True, "content": {"application/json": {"schema": DRAFT}}}
ONE: Node = {"description": "one", "content": {"application/json": {"schema": THING}}}
BAD: Node = {"description": "bad"}


def document(end: str) -> Node:
    many: Node = {"description": "all", "content": {"application/json": {"schema": {"type": "array", "items": THING}}}}
    refused = {"400": BAD, "404": BAD}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {
            f"/things{end}": {
                "get": {"operationId": "listThings", "responses": {"200": many}},
                "post": {"operationId": "createThing", "requestBody": BODY, "responses": {"201": ONE, "400": BAD}},
            },
            f"/things/{{id}}{end}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "get": {"operationId": "getThing", "responses": {"200": ONE, **refused}},
                "put": {"operationId": "putThing", "requestBody": BODY, "responses": {"200": ONE, **refused}},
                "delete": {"operationId": "deleteThing", "responses": {"204": BAD, **refused}},
            },
        },
    }


class Things:
    """A right server that keeps things, below paths that end as they are told."""

    def __init__(self, end: str) -> None:
        self.end = end
        self.kept: dict[int, str] = {}
        self.made = 0

    def __call__(self, method: str, path: str, _query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        allowed = {"GET", "POST"} if path == f"/things{self.end}" else {"GET", "PUT", "DELETE"}
        named = path.removeprefix("/things/").removesuffix(self.end)
        if path not in {f"/things/{named}{self.end}", f"/things{self.end}"}:
            return 404, None
        if method not in allowed:
            return 405, None
        if method in {"POST", "PUT"} and not (
            isinstance(sent, dict)
            and set(sent) == {"name"}
            and isinstance(sent["name"], str)
            and 1 <= len(sent["name"]) <= 20
            and "json" in headers.get("content-type", "")
        ):
            return 400, None
        if path == f"/things{self.end}":
            return self._all(method, sent)
        if not named.lstrip("-").isdecimal():
            return 400, None
        return self._one(method, int(named), sent)

    def _all(self, method: str, sent: Any) -> Answer:
        if method == "GET":
            return 200, [{"id": each, "name": name} for each, name in self.kept.items()]
        self.made += 1
        self.kept[self.made] = sent["name"]
        return 201, {"id": self.made, "name": sent["name"]}

    def _one(self, method: str, named: int, sent: Any) -> Answer:
        if named not in self.kept:
            return 404, None
        if method == "DELETE":
            del self.kept[named]
            return 204, None
        if method == "PUT":
            self.kept[named] = sent["name"]
        return 200, {"id": named, "name": self.kept[named]}


@pytest.mark.longer
@pytest.mark.parametrize("end", ["", "/"])
def test_each_operation_is_served_whatever_its_path_ends_with(tmp_path: Path, end: str) -> None:
    run = judged(document(end), Things(end), tmp_path)
    told = [clause for _, clause, _ in found(run)]
    assert set(told) <= {"getThing::method::allow-header"}, "the small server always allows GET alone"
    lines = [json.loads(line) for line in (tmp_path / "run.ndjson").read_text("utf-8").splitlines()]
    served = {
        each["operation"]
        for each in lines
        if each["type"] == "exchange" and each["stage"] == "boundaries" and each["response"]["status"] < 300
    }
    assert served == {"listThings", "createThing", "getThing", "putThing", "deleteThing"}
