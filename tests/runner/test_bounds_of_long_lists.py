"""What equals a bound is looked for on later pages too, where more items lie within than one page holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, found, judged

YEAR = {"type": "integer", "minimum": 1900, "maximum": 2100}
CAR = {"type": "object", "required": ["id", "year"], "properties": {"id": {"type": "integer"}, "year": YEAR}}
CARS = [{"id": number, "year": 1990 + number % 4} for number in range(1, 241)]


def document() -> dict[str, Any]:
    def query(name: str, schema: dict[str, Any], description: str = "") -> dict[str, Any]:
        return {"name": name, "in": "query", "description": description, "schema": schema}

    size = {"type": "integer", "minimum": 1, "maximum": 50, "default": 20}
    parameters = [
        query("page", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 1}),
        query("pageSize", size),
        query("yearTo", YEAR, "Last year of manufacture, inclusive."),
    ]
    page = {
        "type": "object",
        "required": ["items", "total"],
        "properties": {"items": {"type": "array", "items": CAR}, "total": {"type": "integer"}},
    }
    answers = {
        "200": {"description": "cars", "content": {"application/json": {"schema": page}}},
        "400": {"description": "refused"},
    }
    listing = {"operationId": "cars", "parameters": parameters, "responses": answers}
    return {"openapi": "3.1.0", "info": {"title": "cars", "version": "1"}, "paths": {"/cars": {"get": listing}}}


@pytest.mark.longer
@pytest.mark.parametrize("exclusive", [False, True])
def test_the_edge_of_a_bound_is_found_on_a_later_page(tmp_path: Path, *, exclusive: bool) -> None:
    """A page was full of items that lie within, so that nothing was said of those that equal the bound."""

    def whole(query: dict[str, str], name: str, default: int, low: int, high: int) -> int:
        text = query.get(name, str(default))
        number = int(text) if text.isascii() and text.isdecimal() else -1
        if not low <= number <= high:
            raise ValueError(name)
        return number

    def server(method: str, path: str, query: dict[str, str], _headers: Any, _body: Any) -> Answer:
        if path != "/cars" or method != "GET":
            return 404, {"error": "none"}
        try:
            page, size = whole(query, "page", 1, 1, 1000), whole(query, "pageSize", 20, 1, 50)
            last = whole(query, "yearTo", 2100, 1900, 2100) - exclusive * ("yearTo" in query)
        except ValueError as error:
            return 400, {"error": str(error)}
        kept = [each for each in CARS if each["year"] <= last]
        return 200, {"items": kept[(page - 1) * size : page * size], "total": len(kept)}

    clauses = {each for _, each, _ in found(judged(document(), server, tmp_path))}
    assert ("cars::query.yearTo::bound-edge" in clauses) is exclusive
    assert not any("bound" in each and not each.endswith("bound-edge") for each in clauses)
