"""What a document calls `readOnly` is the server's to set: no create and no update chooses it, though it may change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, found, judged

ORDER: Node = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "name": {"type": "string", "minLength": 1, "maxLength": 50},
        "letters": {"type": "integer", "readOnly": True},
        "changed": {"type": "boolean", "readOnly": True},
    },
}
FREE = ("letters", "changed")


def orders(*, shared: bool) -> Node:
    """Orders; `shared` says that requests are described by the schema of the answers."""
    own = {**ORDER, "properties": {"name": ORDER["properties"]["name"]}}
    one = {"description": "one", "content": {"application/json": {"schema": ORDER}}}
    body = {"required": True, "content": {"application/json": {"schema": ORDER if shared else own}}}
    refused = {"400": {"description": "bad"}, "404": {"description": "none"}}
    key = {"name": "order_id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "orders", "version": "1"},
        "paths": {
            "/orders": {
                "post": {"operationId": "make", "requestBody": body, "responses": {"201": one, "400": refused["400"]}}
            },
            "/orders/{order_id}": {
                "parameters": [key],
                "get": {"operationId": "read", "responses": {"200": one, "404": refused["404"]}},
                "put": {"operationId": "change", "requestBody": body, "responses": {"200": one, **refused}},
            },
        },
    }


class Orders:
    """Counts the letters of a name, and notes whether an order was changed; takes what it is sent where it has a flaw."""

    def __init__(self, flaw: str = "") -> None:
        self.flaw = flaw
        self.orders: dict[str, Node] = {}

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        key = path.removeprefix("/orders").strip("/")
        if (method, bool(key)) in {("POST", False), ("PUT", True)}:
            if not isinstance(sent, dict) or not isinstance(sent.get("name"), str) or not 0 < len(sent["name"]) <= 50:
                return 400, None
            if method == "PUT" and key not in self.orders:
                return 404, None
            key = key or f"o{len(self.orders) + 1}"
            taken = {name: sent[name] for name in FREE if name in sent} if self.flaw == method else {}
            set_by_it = {"letters": len(sent["name"]), "changed": method == "PUT"}
            self.orders[key] = {"id": key, "name": sent["name"], **set_by_it, **taken}
            return 201 if method == "POST" else 200, self.orders[key]
        if method != "GET" or not key:
            return 405, None
        return (200, self.orders[key]) if key in self.orders else (404, None)


def broken(folder: Path, *, shared: bool, flaw: str = "") -> set[str]:
    every = found(judged(orders(shared=shared), Orders(flaw), folder))
    return {clause for _, clause, _ in every if not clause.endswith("::allow-header")}


@pytest.mark.parametrize("shared", [True, False])
def test_a_server_that_sets_them_anew_is_right(tmp_path: Path, *, shared: bool) -> None:
    assert broken(tmp_path, shared=shared) == set()


@pytest.mark.parametrize("shared", [True, False])
def test_a_create_that_chooses_them(tmp_path: Path, *, shared: bool) -> None:
    assert {f"make::{name}::server-assigned" for name in FREE} <= broken(tmp_path, shared=shared, flaw="POST")


@pytest.mark.parametrize("shared", [True, False])
def test_an_update_that_chooses_them(tmp_path: Path, *, shared: bool) -> None:
    assert "change::letters::immutable" in broken(tmp_path, shared=shared, flaw="PUT")
