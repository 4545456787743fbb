"""Frameworks redirect `/things/` to `/things`: an address with an empty id was taken for a read of one thing, and accused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.paths.routing import path_values
from tests.runner.right_servers import Answer, Node, found, judged

THING: Node = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}
CONTENT: Node = {"application/json": {"schema": THING}}
BAD: Node = {"description": "bad"}
DOCUMENT: Node = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "responses": {
                    "200": {
                        "description": "all",
                        "content": {"application/json": {"schema": {"type": "array", "items": THING}}},
                    }
                },
            }
        },
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "operationId": "getThing",
                "responses": {"200": {"description": "one", "content": CONTENT}, "404": BAD, "422": BAD},
            },
        },
    },
}
LAMP = {"id": 1, "name": "lamp"}


def redirecting(method: str, path: str, _query: dict[str, str], _headers: dict[str, str], _sent: Any) -> Answer:
    if len(path) > 1 and path.endswith("/"):
        return 307, None
    if method != "GET":
        return 405, None
    if path == "/things":
        return 200, [LAMP]
    named = path.removeprefix("/things/")
    if path == named:
        return 404, None
    if not named.lstrip("-").isdecimal():
        return 422, None
    return (200, LAMP) if named == "1" else (404, None)


def test_a_server_that_redirects_a_trailing_slash_is_not_accused(tmp_path: Path) -> None:
    assert found(judged(DOCUMENT, redirecting, tmp_path)) == []


@pytest.mark.parametrize(
    ("path", "target", "values"),
    [
        ("/things/{id}", "/things/", None),
        ("/things/{id}", "/things/?a=1", None),
        ("/things/{id}", "/things/1", {"id": "1"}),
        ("/things/{id}/parts", "/things//parts", {"id": ""}),
        ("/things/v{id}", "/things/v", {"id": ""}),
        ("/{id}", "/", None),
    ],
)
def test_an_empty_last_segment_is_another_address(path: str, target: str, values: dict[str, str] | None) -> None:
    assert path_values(path, target) == values
