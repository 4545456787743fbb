"""What a body refers to by its address is served: the address leads to something that exists, as the server writes it."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, found, judged, served

HOST = "http://shop.example"
LOCAL = "http://localhost:8080"
FIRST = 30


def _json(schema: Node, kind: str = "application/json") -> Node:
    return {"description": "", "content": {kind: {"schema": schema}}}


def _shop(reference: Node, *, uri_list: str = "") -> Node:
    """Products, and reviews that refer to one each; a list of URIs ties products to a product."""
    state = {"type": "string", "enum": ["draft", "published", "archived"]}
    members: dict[str, Node] = {
        "products": {"name": {"type": "string"}, "state": state},
        "reviews": {"product": reference},
    }
    refused = {each: _json({"type": "object"}) for each in ("400", "404", "422")}
    paths: Node = {}
    for kind, properties in members.items():
        first, *_ = properties
        shown = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, **properties}}
        sent = {"type": "object", "required": [first], "properties": properties}
        key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
        paths[f"/shop/{kind}"] = {
            "post": {
                "operationId": f"make_{kind}",
                "requestBody": {"required": True, **_json(sent)},
                "responses": {"201": _json(shown), **refused},
            }
        }
        paths[f"/shop/{kind}/{{id}}"] = {
            "parameters": [key],
            "get": {"operationId": f"read_{kind}", "responses": {"200": _json(shown), **refused}},
            "delete": {"operationId": f"drop_{kind}", "responses": {"204": {"description": ""}, **refused}},
        }
        if kind == "products":
            paths[f"/shop/{kind}/{{id}}"]["patch"] = {
                "operationId": "change_products",
                "requestBody": {"required": True, **_json({"type": "object", "properties": properties})},
                "responses": {"200": _json(shown), **refused},
            }
        if uri_list:
            paths[f"/shop/{kind}/{{id}}/others"] = {
                "parameters": [key],
                "put": {
                    "operationId": f"tie_{kind}",
                    "requestBody": {
                        "required": True,
                        "content": {"text/uri-list": {"schema": {"type": "string"}, "example": uri_list}},
                    },
                    "responses": {"204": {"description": ""}, **refused},
                },
            }
    return {"openapi": "3.1.0", "info": {"title": "shop", "version": "1"}, "paths": paths}


class Shop:
    """Reviews name a product by its address, `before` and all, and only one that is in the wanted `state` by now."""

    def __init__(self, before: str = "", state: str = "draft") -> None:
        self.before, self.state = before, state
        self.things: dict[str, Node] = {}
        self.numbers = count(FIRST)

    def __call__(self, method: str, path: str, _query: Node, _headers: Node, sent: Any) -> Answer:
        thing = self.things.get(path.removesuffix("/others"))
        if method == "POST" and path in {"/shop/products", "/shop/reviews"}:
            return self.made(path, sent) if isinstance(sent, dict) else (400, {"error": "no object"})
        if method == "POST":
            return 405, {}
        if thing is None:
            return 404, {}
        if method == "PATCH" and not (isinstance(sent, dict) and self.is_product({"name": "", **sent})):
            return 400, {"error": "bad"}
        if method == "PATCH":
            thing |= {name: value for name, value in sent.items() if name in {"name", "state"}}
        if method == "DELETE":
            del self.things[path]
        return (204, None) if method in {"DELETE", "PUT"} else (200, thing)

    def made(self, path: str, sent: Node) -> Answer:
        if path == "/shop/reviews":
            named = str(sent.get("product"))
            product = self.things.get(named.removeprefix(self.before))
            if product is None or "name" not in product or not named.startswith(f"{self.before}/"):
                return 400, {"error": "invalid IRI"}
            if product["state"] != self.state:
                return 422, {"detail": f"product: only {self.state} products can be reviewed"}
        elif not self.is_product(sent):
            return 400, {"error": "bad"}
        number = next(self.numbers)
        own = f"{path}/{number}"
        state: Node = {"state": "draft"} if path == "/shop/products" else {}
        known: Node = {name: sent[name] for name in ("name", "state", "product") if name in sent}
        self.things[own] = {"id": number, **state, **known, "_links": {"self": {"href": f"{self.before}{own}"}}}
        return 201, self.things[own]

    @staticmethod
    def is_product(sent: Node) -> bool:
        return isinstance(sent.get("name"), str) and sent.get("state", "draft") in {"draft", "published", "archived"}


@pytest.mark.parametrize(
    ("reference", "shop"),
    [
        ({"type": "string", "format": "iri-reference"}, Shop()),
        ({"type": "string", "format": "uri"}, Shop(before=HOST)),
        ({"type": "string", "examples": ["/shop/products/1"]}, Shop()),
        ({"type": "string", "examples": ["/shop/products/1"]}, Shop(state="published")),
    ],
)
def test_a_reference_is_written_as_an_address_where_one_is_wanted(reference: Node, shop: Shop, tmp_path: Path) -> None:
    record = judged(_shop(reference), shop, tmp_path)
    assert "make_reviews" in served(record)
    assert [each for each in found(record) if "accepted" in each[1]] == []


def test_each_line_of_a_uri_list_leads_to_something_that_exists(tmp_path: Path) -> None:
    lines = f"{LOCAL}/shop/products/1\n{LOCAL}/shop/products/2"
    shop = Shop()
    record = judged(_shop({"type": "string", "format": "iri"}, uri_list=lines), shop, tmp_path, max_requests=60)
    sent = {each.exchange.request.body.decode() for each in record.exchanges() if each.operation == "tie_products"}
    listed = [each.splitlines() for each in sent if each.startswith(f"{LOCAL}/shop/products/")]
    assert listed
    assert all(int(line.rpartition("/")[2]) >= FIRST for lines in listed for line in lines)


def test_a_pointer_of_a_json_patch_is_no_address_though_it_looks_like_one(tmp_path: Path) -> None:
    document = _shop({"type": "string", "format": "iri"})
    change = {"op": "replace", "path": "/shop/products/0", "value": "x"}
    document["paths"]["/shop/products/{id}"]["patch"] = {
        "operationId": "patch",
        "requestBody": {
            "required": True,
            "content": {"application/json-patch+json": {"schema": {"type": "array"}, "example": [change]}},
        },
        "responses": {"204": {"description": ""}},
    }
    record = judged(document, Shop(), tmp_path, max_requests=60)
    sent = [each.exchange.request.body for each in record.exchanges() if each.operation == "patch"]
    assert any(b'"/shop/products/0"' in each for each in sent)
