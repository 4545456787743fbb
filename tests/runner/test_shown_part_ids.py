"""A part that no path leads to is named by the id that the representation of its owner shows: a refund names a line of its order."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, found, judged, served

ID: Node = {"type": "integer"}
COUNTED: Node = {"type": "integer", "minimum": 1, "maximum": 9}
LINE: Node = {
    "type": "object",
    "required": ["id", "quantity"],
    "properties": {"id": ID, "quantity": COUNTED},
}
ORDER: Node = {
    "type": "object",
    "required": ["id", "lines"],
    "properties": {"id": ID, "lines": {"type": "array", "items": LINE}},
}


def _document(refund: Node) -> Node:
    order = {"name": "order_id", "in": "path", "required": True, "schema": ID}
    refused = {str(status): as_json({"type": "object"}) for status in (400, 404)}
    line = {"type": "object", "required": ["quantity"], "properties": {"quantity": COUNTED}}
    sent = {
        "type": "object",
        "required": ["lines"],
        "properties": {"lines": {"type": "array", "minItems": 2, "maxItems": 2, "items": line}},
    }

    def makes(name: str, schema: Node, answer: Node) -> Node:
        body = {"required": True, **as_json(schema)}
        return {"operationId": name, "requestBody": body, "responses": {"201": as_json(answer), **refused}}

    return {
        "openapi": "3.0.3",
        "info": {"title": "orders", "version": "1"},
        "paths": {
            "/orders": {"post": makes("order", sent, ORDER)},
            "/orders/{order_id}": {
                "parameters": [order],
                "get": {"operationId": "read", "responses": {"200": as_json(ORDER), **refused}},
            },
            "/orders/{order_id}/refunds": {"parameters": [order], "post": makes("refund", refund, {"type": "object"})},
        },
    }


class Orders:
    """Refunds lines of the very order, by ids that begin where nobody guesses them."""

    def __init__(self, *, several: bool) -> None:
        self.several = several
        self.orders: dict[str, dict[str, Any]] = {}
        self.numbers = count(7001)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        key, _, below = path.removeprefix("/orders").strip("/").partition("/")
        if (method, key) == ("POST", ""):
            lines = sent.get("lines") if isinstance(sent, dict) else None
            if not isinstance(lines, list) or len(lines) != 2 or not all(_is_counted(each) for each in lines):
                return 400, {"error": "lines"}
            shown = [{"id": next(self.numbers), "quantity": each["quantity"]} for each in lines]
            number = next(self.numbers)
            self.orders[str(number)] = {"id": number, "lines": shown}
            return 201, self.orders[str(number)]
        order = self.orders.get(key)
        if order is None:
            return 404, {"error": "no such order"}
        if not below:
            return (200, order) if method == "GET" else (405, None)
        return self.refunded(order, sent) if method == "POST" else (405, None)

    def refunded(self, order: dict[str, Any], sent: Any) -> Answer:
        named = sent.get("parts") if self.several and isinstance(sent, dict) else [sent]
        if not isinstance(named, list) or not named or not all(_is_naming(each) for each in named):
            return 400, {"error": "line_id"}
        ids = [each["line_id"] for each in named]
        if not {*ids} <= {each["id"] for each in order["lines"]} or len({*ids}) < len(ids):
            return 404, {"error": "Order line not found"}
        return 201, {"id": next(self.numbers)}


def _is_counted(line: Any) -> bool:
    return isinstance(line, dict) and type(line.get("quantity")) is int and 1 <= line["quantity"] <= 9


def _is_naming(part: Any) -> bool:
    return isinstance(part, dict) and type(part.get("line_id")) is int


@pytest.mark.parametrize("several", [False, True])
def test_a_refund_names_lines_of_its_own_order(tmp_path: Path, *, several: bool) -> None:
    """No refund was ever served: the example of a line's id was sent, which is that of no line of the order."""
    one = {"type": "object", "required": ["line_id"], "properties": {"line_id": ID}}
    parts = {"type": "array", "minItems": 1, "items": one}
    refund = {"type": "object", "required": ["parts"], "properties": {"parts": parts}} if several else one
    record = judged(_document(refund), Orders(several=several), tmp_path)
    assert "refund" in served(record)
    assert [each for each in found(record) if "::method::" not in each[1]] == []
