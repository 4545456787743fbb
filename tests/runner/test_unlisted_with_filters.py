"""What was deleted is not listed, also where a list is asked for what has the state that it had."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, found, judged

STATUS: Node = {"type": "string", "enum": ["draft", "open"]}
PLAN: Node = {
    "type": "object",
    "required": ["id", "title", "status"],
    "properties": {"id": {"type": "integer"}, "title": {"type": "string"}, "status": STATUS},
}
DRAFT: Node = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {"title": {"type": "string", "minLength": 1}, "status": STATUS},
}
KEY: Node = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


def answers(schema: Node | None, *statuses: str) -> Node:
    shown = {"description": "ok", **({"content": {"application/json": {"schema": schema}}} if schema else {})}
    return {each: shown if each.startswith("2") else {"description": "no"} for each in statuses}


def document() -> Node:
    body = {"required": True, "content": {"application/json": {"schema": DRAFT}}}
    plans = {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": PLAN}}}
    status = {"name": "status", "in": "query", "description": "Only plans with this status", "schema": STATUS}
    thing = {
        "get": {"operationId": "getPlan", "parameters": [KEY], "responses": answers(PLAN, "200", "404")},
        "delete": {"operationId": "deletePlan", "parameters": [KEY], "responses": answers(None, "204", "404")},
    }
    collection = {
        "get": {"operationId": "listPlans", "parameters": [status], "responses": answers(plans, "200", "400")},
        "post": {"operationId": "addPlan", "requestBody": body, "responses": answers(PLAN, "201", "400")},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Plans", "version": "1"},
        "paths": {"/plans": collection, "/plans/{id}": thing},
    }


@pytest.mark.parametrize("fault", [True, False])
def test_a_deleted_one_is_not_shown_by_a_filter(tmp_path: Path, *, fault: bool) -> None:
    numbers, gone = count(3), dict[str, Node]()
    plans: dict[str, Node] = {
        str(each): {"id": each, "title": "plan", "status": "open" if each % 2 else "draft"} for each in (1, 2)
    }

    def serve(method: str, path: str, query: dict[str, str], _headers: Any, sent: Any) -> Answer:
        key = path.removeprefix("/plans").strip("/")
        if key and key not in plans:
            return 404, None
        if method == "GET" and not key:
            wanted = query.get("status")
            if wanted not in {None, "draft", "open"}:
                return 400, None
            every = [*plans.values(), *(gone.values() if fault and wanted else ())]
            return 200, {"items": [each for each in every if wanted in {None, each["status"]}]}
        if method == "GET":
            return 200, plans[key]
        if method == "DELETE" and key:
            gone[key] = plans.pop(key)
            return 204, None
        if method != "POST" or key:
            return 405, None
        good = isinstance(sent, dict) and isinstance(sent.get("title"), str) and sent["title"]
        if not good or sent.get("status") not in ["draft", "open"]:
            return 400, None
        number = next(numbers)
        plans[str(number)] = {"id": number, "title": sent["title"], "status": sent["status"]}
        return 201, plans[str(number)]

    told = {clause for _, clause, _ in found(judged(document(), serve, tmp_path)) if "::method::" not in clause}
    assert told == ({"listPlans::Plan::deleted-unlisted"} if fault else set())
