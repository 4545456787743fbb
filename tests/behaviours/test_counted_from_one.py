"""A list whose items are counted from 1, as SCIM's are (RFC 7644): `startIndex=1` is its beginning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_suite.model.verdict import Outcome
from tests.runner.right_servers import Answer, Node, as_json, found, judged

ALL = [{"id": f"u{number}", "userName": f"name-{number}"} for number in range(17)]


def _number(name: str, **schema: Any) -> Node:
    return {"name": name, "in": "query", "schema": {"type": "integer", **schema}}


TEXT: Node = {"type": "string"}
USER: Node = {"type": "object", "required": ["id", "userName"], "properties": {"id": TEXT, "userName": TEXT}}
NUMBER: Node = {"type": "integer"}
PAGE: Node = {
    "type": "object",
    "required": ["schemas", "totalResults", "startIndex", "itemsPerPage", "Resources"],
    "properties": {
        "schemas": {"type": "array", "items": {"type": "string", "enum": ["urn:list"]}},
        **dict.fromkeys(("totalResults", "startIndex", "itemsPerPage"), NUMBER),
        "Resources": {"type": "array", "items": USER},
    },
}
DOCUMENT: Node = {
    "openapi": "3.0.3",
    "info": {"title": "people", "version": "1"},
    "paths": {
        "/People": {
            "get": {
                "operationId": "list",
                "parameters": [
                    _number("startIndex", minimum=1, default=1),
                    _number("count", minimum=0, maximum=50, default=10),
                ],
                "responses": {"200": as_json(PAGE), "400": as_json({"type": "object"})},
            }
        }
    },
}


def server(first_of: Callable[[int], int], total_of: Callable[[int], int] = lambda _: len(ALL)) -> Any:
    """Serve pages that begin where `first_of` says (from 0), with a total of the number of items shown."""

    def answer(method: str, _path: str, query: dict[str, str], _headers: Any, _sent: Any) -> Answer:
        start, count = query.get("startIndex", "1"), query.get("count", "10")
        if method != "GET":
            return 405, None
        if not (start.isdecimal() and count.isdecimal() and int(start) >= 1 and int(count) <= 50):
            return 400, {"detail": "invalid"}
        items = ALL[first_of(int(start)) :][: int(count)]
        return 200, {
            "schemas": ["urn:list"],
            "totalResults": total_of(len(items)),
            "startIndex": int(start),
            "itemsPerPage": len(items),
            "Resources": items,
        }

    return answer


@pytest.mark.longer
def test_a_list_that_is_counted_from_one_is_right(tmp_path: Path) -> None:
    """A page beside `schemas`, which is a list as well, was no list; now its pages are looked at, none of them from 0."""
    record = judged(DOCUMENT, server(lambda start: start - 1), tmp_path)
    assert found(record) == []
    passed = {each.clause for each in record.conformance if each.outcome is Outcome.PASSED}
    assert {
        "list::collection::offset-exact",
        "list::collection::pages-complete",
        "list::collection::total-exact",
    } <= passed


@pytest.mark.longer
@pytest.mark.parametrize(
    ("wrong", "clause"),
    [
        (server(lambda start: start if start > 1 else 0), "list::collection::offset-exact"),
        (server(lambda start: start - 1, total_of=lambda shown: shown), "list::collection::total-exact"),
    ],
    ids=["an item is skipped", "the total of the page"],
)
def test_one_that_is_not_is_found(wrong: Any, clause: str, tmp_path: Path) -> None:
    assert clause in {each for _, each, _ in found(judged(DOCUMENT, wrong, tmp_path))}
