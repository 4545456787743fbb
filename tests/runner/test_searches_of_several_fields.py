"""A search that is said to look into several fields is held to each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, found, judged

TEXT = {"type": "string"}
CAR = {
    "type": "object",
    "required": ["id", "make", "model"],
    "properties": {"id": {"type": "integer"}, "make": TEXT, "model": TEXT},
}
CARS = [
    {"id": number, "make": make, "model": model}
    for number, (make, model) in enumerate(
        [
            ("Opel", "Astra"),
            ("Opel", "Corsa"),
            ("Fiat", "Panda"),
            ("Fiat", "Tipo"),
            ("Seat", "Ibiza"),
            ("Saab", "Sonett"),
        ],
        1,
    )
]


def document() -> dict[str, Any]:
    search = {
        "name": "search",
        "in": "query",
        "description": "Part of the make or the model, case-insensitive.",
        "schema": TEXT,
    }
    listed = {"type": "array", "items": CAR}
    answer = {"description": "cars", "content": {"application/json": {"schema": listed}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "cars", "version": "1"},
        "paths": {"/cars": {"get": {"operationId": "cars", "parameters": [search], "responses": {"200": answer}}}},
    }


@pytest.mark.longer
@pytest.mark.parametrize("fields", [("make", "model"), ("make",)])
def test_each_field_is_searched(tmp_path: Path, fields: tuple[str, ...]) -> None:
    """The one text that was asked for stood in the field that a careless server looks into."""

    def server(method: str, path: str, query: dict[str, str], _headers: Any, _body: Any) -> Answer:
        if path != "/cars" or method != "GET":
            return 404, {"error": "none"}
        wanted = query.get("search", "").casefold()
        return 200, [each for each in CARS if any(wanted in str(each[name]).casefold() for name in fields)]

    clauses = {each for _, each, _ in found(judged(document(), server, tmp_path))}
    assert ("cars::query.search::filter-complete" in clauses) is (len(fields) == 1)
