"""A total that forgets the filter, and a word that more follows with it: the page is the last one all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, found, judged

LEVELS = (1, 1, 2, 2, 2, 3, 3, 3, 3, 3)


def _document() -> Node:
    level: Node = {"type": "integer", "minimum": 1, "maximum": 9}
    pupil = {"type": "object", "required": ["id", "level"], "properties": {"id": {"type": "integer"}, "level": level}}
    members = {
        "items": {"type": "array", "items": pupil},
        "totalCount": {"type": "integer"},
        "hasNext": {"type": "boolean"},
    }
    page = {"type": "object", "required": [*members], "properties": members}
    one: Node = {"type": "integer", "minimum": 1, "default": 1}
    size: Node = {"type": "integer", "minimum": 1, "maximum": 50, "default": 20}
    listed = {
        "operationId": "listPupils",
        "parameters": [
            {"name": "level", "in": "query", "description": "Only pupils of this level.", "schema": level},
            {"name": "pageNumber", "in": "query", "schema": one},
            {"name": "pageSize", "in": "query", "schema": size},
        ],
        "responses": {
            "200": {"description": "", "content": {"application/json": {"schema": page}}},
            "400": {"description": ""},
        },
    }
    return {"openapi": "3.0.3", "info": {"title": "pupils", "version": "1"}, "paths": {"/pupils": {"get": listed}}}


def _serving(*, forgets: bool) -> Any:
    def answer(method: str, path: str, query: dict[str, str], _headers: dict[str, str], _sent: Any) -> Answer:
        if path != "/pupils" or method != "GET":
            return (404 if path != "/pupils" else 405), None
        texts = {
            "level": query.get("level", "1"),
            "at": query.get("pageNumber", "1"),
            "size": query.get("pageSize", "20"),
        }
        if not all(each.isascii() and each.isdecimal() and int(each) for each in texts.values()):
            return 400, None
        number, size, level = int(texts["at"]), int(texts["size"]), int(texts["level"])
        if size > 50 or level > 9:
            return 400, None
        kept = [each for each in enumerate(LEVELS, 1) if "level" not in query or each[1] == level]
        total = len(LEVELS) if forgets else len(kept)
        items = [{"id": key, "level": each} for key, each in kept[(number - 1) * size : number * size]]
        more = (number - 1) * size + len(items) < total and bool(items)
        return 200, {"items": items, "totalCount": total, "hasNext": more}

    return answer


@pytest.mark.parametrize("forgets", [False, True])
def test_a_page_that_is_not_full_is_counted_though_it_says_that_more_follows(tmp_path: Path, *, forgets: bool) -> None:
    record = judged(_document(), _serving(forgets=forgets), tmp_path)
    clauses = {clause for _, clause, _ in found(record)}
    assert ("listPupils::collection::total-filtered" in clauses) is forgets
    assert forgets or not {each for each in clauses if "::method::" not in each}
