"""Parts that nothing lists are reached by what their owner shows: a line of an order, in an envelope or not."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.runner.right_servers import Answer, found, judged, served

KEY = {"type": "string", "format": "uuid"}
COUNTED = {"type": "integer", "minimum": 1, "maximum": 50}
LINE: dict[str, Any] = {
    "type": "object",
    "required": ["article", "quantity"],
    "properties": {"article": {"type": "string", "minLength": 1, "maxLength": 20}, "quantity": COUNTED},
}
SHOWN_LINE: dict[str, Any] = {
    **LINE,
    "required": ["id", *LINE["required"]],
    "properties": {"id": KEY, **LINE["properties"]},
}
ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "lines"],
    "properties": {"id": {"type": "integer"}, "lines": {"type": "array", "items": SHOWN_LINE}},
}
NEW: dict[str, Any] = {
    "type": "object",
    "required": ["lines"],
    "properties": {"lines": {"type": "array", "minItems": 1, "items": LINE}},
}


def document(*, envelope: bool) -> dict[str, Any]:
    def answers(schema: dict[str, Any], status: str = "200") -> dict[str, Any]:
        shown = {"type": "object", "required": ["data"], "properties": {"data": schema}} if envelope else schema
        refusals = {each: {"description": "refused"} for each in ("400", "404")}
        return {**refusals, status: {"description": "done", "content": {"application/json": {"schema": shown}}}}

    def body(schema: dict[str, Any]) -> dict[str, Any]:
        return {"required": True, "content": {"application/json": {"schema": schema}}}

    def key(name: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"name": name, "in": "path", "required": True, "schema": schema}

    order = key("orderId", {"type": "integer"})
    changed = {"type": "object", "required": ["quantity"], "properties": {"quantity": COUNTED}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "orders", "version": "1"},
        "paths": {
            "/orders": {
                "post": {"operationId": "order", "requestBody": body(NEW), "responses": answers(ORDER, "201")},
            },
            "/orders/{orderId}": {
                "parameters": [order],
                "get": {"operationId": "read", "responses": answers(ORDER)},
            },
            "/orders/{orderId}/lines/{lineId}": {
                "parameters": [order, key("lineId", KEY)],
                "patch": {"operationId": "change", "requestBody": body(changed), "responses": answers(ORDER)},
            },
        },
    }


class Orders:
    """A right server, whose lines have ids of its own."""

    def __init__(self, *, envelope: bool) -> None:
        self.envelope = envelope
        self.kept: dict[str, dict[str, Any]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        status, value = self.answered(method, path.strip("/").split("/"), body)
        return status, {"data": value} if self.envelope and status < 300 else value

    def answered(self, method: str, parts: list[str], body: Any) -> Answer:
        if parts == ["orders"] and method == "POST":
            lines = body.get("lines") if isinstance(body, dict) else None
            if not isinstance(lines, list) or not lines or not all(self.is_line(each) for each in lines):
                return 400, {"error": "lines"}
            made = [{"id": str(uuid4()), "article": each["article"], "quantity": each["quantity"]} for each in lines]
            made_order: dict[str, Any] = {"id": next(self.numbers), "lines": made}
            self.kept[str(made_order["id"])] = made_order
            return 201, made_order
        if len(parts) > 1 and not parts[1].isdecimal():
            return 400, {"error": "id"}
        order = self.kept.get(parts[1]) if len(parts) > 1 else None
        if order is None or (len(parts) == 2 and method != "GET"):
            return 404, {"error": "none"}
        if len(parts) == 2:
            return 200, order
        line = next((each for each in order["lines"] if each["id"] == parts[-1]), None)
        if not isinstance(body, dict) or not self.counts(body.get("quantity")):
            return 400, {"error": "quantity"}
        if line is None or method != "PATCH":
            return 404, {"error": "no such line"}
        line["quantity"] = body["quantity"]
        return 200, order

    def is_line(self, line: Any) -> bool:
        article = line.get("article") if isinstance(line, dict) else None
        return isinstance(article, str) and 1 <= len(article) <= 20 and self.counts(line.get("quantity"))

    @staticmethod
    def counts(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 50


@pytest.mark.longer
@pytest.mark.parametrize("envelope", [False, True])
def test_a_line_of_an_order_is_changed(tmp_path: Path, *, envelope: bool) -> None:
    """Its id was made up, since only the order shows it."""
    recorded = judged(document(envelope=envelope), Orders(envelope=envelope), tmp_path)
    assert "change" in served(recorded)
    assert [each for each in found(recorded) if "::method::" not in each[1] and "malformed" not in each[1]] == []
