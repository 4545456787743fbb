"""A line of a cart is known by the product that it names, and a checkout makes an order: all of it is reached."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.runner.leftovers.ledger_file import LedgerFile
from tests.runner.right_servers import Answer, found, judged, served

LINE: dict[str, Any] = {
    "type": "object",
    "required": ["productId", "quantity"],
    "properties": {"productId": {"type": "integer"}, "quantity": {"type": "integer", "minimum": 1, "maximum": 99}},
}
PRODUCT: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "stock"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "minLength": 1, "maxLength": 40},
        "stock": {"type": "integer", "minimum": 0, "maximum": 1000},
        "colour": {"type": "string", "maxLength": 20},
    },
}
CART: dict[str, Any] = {
    "type": "object",
    "required": ["id", "lines"],
    "properties": {"id": {"type": "string"}, "lines": {"type": "array", "items": LINE}},
}
ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {"id": {"type": "integer"}, "status": {"enum": ["placed", "cancelled"]}},
}


def document() -> dict[str, Any]:
    schemas = {"Product": PRODUCT, "Cart": CART, "Order": ORDER}

    def answers(name: str, status: str = "200") -> dict[str, Any]:
        media = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}} if name else {}
        refusals = {each: {"description": "refused"} for each in ("400", "404", "409")}
        return {status: {"description": "done", **media}, **refusals}

    def key(name: str, kind: str) -> dict[str, Any]:
        return {"name": name, "in": "path", "required": True, "schema": {"type": kind}}

    def body(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"required": True, "content": {"application/json": {"schema": schema, **more}}}

    new = {"type": "object", "required": ["name", "stock"], "properties": PRODUCT["properties"]}
    product, cart = [key("productId", "integer")], [key("cartId", "string")]
    listed = {"type": "array", "items": {"$ref": "#/components/schemas/Product"}}
    line = {"type": "object", "required": ["quantity"], "properties": {"quantity": LINE["properties"]["quantity"]}}
    products = {"200": {"description": "all", "content": {"application/json": {"schema": listed}}}}
    kettle = {"name": "Kettle", "stock": 900}
    return {
        "openapi": "3.1.0",
        "info": {"title": "shop", "version": "1"},
        "components": {"schemas": schemas},
        "paths": {
            "/products": {
                "get": {"operationId": "listProducts", "responses": products},
                "post": {
                    "operationId": "addProduct",
                    "requestBody": body(new, example=kettle),
                    "responses": answers("Product", "201"),
                },
            },
            "/products/{productId}": {
                "get": {"operationId": "getProduct", "parameters": product, "responses": answers("Product")},
                "delete": {"operationId": "dropProduct", "parameters": product, "responses": answers("", "204")},
            },
            "/carts": {"post": {"operationId": "openCart", "responses": answers("Cart", "201")}},
            "/carts/{cartId}": {"get": {"operationId": "getCart", "parameters": cart, "responses": answers("Cart")}},
            "/carts/{cartId}/lines": {
                "post": {
                    "operationId": "addLine",
                    "parameters": cart,
                    "requestBody": body(LINE),
                    "responses": answers("Cart", "201"),
                }
            },
            "/carts/{cartId}/lines/{productId}": {
                "put": {
                    "operationId": "setLine",
                    "parameters": [*cart, *product],
                    "requestBody": body(line),
                    "responses": answers("Cart"),
                },
                "delete": {
                    "operationId": "dropLine",
                    "parameters": [*cart, *product],
                    "responses": answers("", "204"),
                },
            },
            "/carts/{cartId}/checkout": {
                "post": {"operationId": "checkOut", "parameters": cart, "responses": answers("Order", "201")}
            },
            "/orders/{orderId}": {
                "get": {
                    "operationId": "getOrder",
                    "parameters": [key("orderId", "integer")],
                    "responses": answers("Order"),
                }
            },
            "/orders/{orderId}/cancel": {
                "post": {
                    "operationId": "cancelOrder",
                    "parameters": [key("orderId", "integer")],
                    "responses": answers("Order"),
                }
            },
        },
    }


class Shop:
    """Answers as the document says; nobody has made anything before."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.products: dict[str, dict[str, Any]] = {}
        self.carts: dict[str, dict[Any, int]] = {}
        self.closed: set[str] = set()
        self.orders: dict[str, dict[str, Any]] = {}

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        head, *rest = path.strip("/").split("/")
        if head == "products":
            return self.of_products(method, rest, body)
        if head == "orders" and rest and rest[0] in self.orders:
            return self.of_orders(method, rest)
        if head == "carts" and (not rest or rest[0] in self.carts):
            return self.of_carts(method, rest, body)
        return 404, {"error": "there is no such thing"}

    def of_products(self, method: str, rest: list[str], body: Any) -> Answer:
        if not rest and method == "GET":
            return 200, list(self.products.values())
        if not rest and method == "POST":
            if not is_product(body):
                return 400, {"error": "no product"}
            made = {
                **{name: body[name] for name in ("name", "stock", "colour") if name in body},
                "id": next(self.numbers),
            }
            self.products[str(made["id"])] = made
            return 201, made
        if rest and rest[0] in self.products and method in {"GET", "DELETE"}:
            return (200, self.products[rest[0]]) if method == "GET" else (204, self.products.pop(rest[0]) and None)
        return 404, {"error": "there is no such product"}

    def of_orders(self, method: str, rest: list[str]) -> Answer:
        order = self.orders[rest[0]]
        if len(rest) == 1:
            return (200, order) if method == "GET" else (404, {"error": "no such method"})
        if order["status"] != "placed":
            return 409, {"error": "it was cancelled before"}
        order["status"] = "cancelled"
        return 200, order

    def of_carts(self, method: str, rest: list[str], body: Any) -> Answer:
        if not rest:
            name = f"cart-{next(self.numbers)}"
            self.carts[name] = {}
            return (201, self.shown(name)) if method == "POST" else (404, {"error": "no such method"})
        name = rest[0]
        lines: dict[Any, int] = self.carts[name]
        if len(rest) == 1:
            return (200, self.shown(name)) if method == "GET" else (404, {"error": "no such method"})
        if rest[1] == "checkout":
            if name in self.closed or not lines:
                return 409, {"error": "it is paid for, or empty"}
            self.closed.add(name)
            order = {"id": next(self.numbers), "status": "placed"}
            self.orders[str(order["id"])] = order
            return 201, order
        if method not in (["PUT", "DELETE"] if len(rest) == 3 else ["POST"]):
            return 404, {"error": "no such method"}
        if len(rest) == 3 and not rest[2].isdecimal():
            return 400, {"error": "productId"}
        if len(rest) == 3 and int(rest[2]) not in lines:
            return 404, {"error": "there is no such line"}
        product: Any = int(rest[2]) if len(rest) == 3 else body.get("productId") if isinstance(body, dict) else None
        return self.of_lines(method, name, product, body)

    def of_lines(self, method: str, name: str, product: Any, body: Any) -> Answer:
        quantity: Any = body.get("quantity") if isinstance(body, dict) else None
        if method != "DELETE" and (not is_whole(quantity, 1, 99) or not is_whole(product, -(2**63), 2**63)):
            return 400, {"error": "quantity"}
        if name in self.closed:
            return 409, {"error": "the cart has been checked out"}
        if method == "DELETE":
            self.carts[name].pop(product)
            return 204, None
        if str(product) not in self.products:
            return 404, {"error": "there is no such product"}
        if quantity > self.products[str(product)]["stock"]:
            return 409, {"error": "sold out"}
        self.carts[name][product] = int(quantity)
        return 201 if method == "POST" else 200, self.shown(name)

    def shown(self, name: str) -> dict[str, Any]:
        lines = [{"productId": product, "quantity": quantity} for product, quantity in self.carts[name].items()]
        return {"id": name, "lines": lines}


def is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def is_product(body: Any) -> bool:
    if not isinstance(body, dict) or not is_whole(body.get("stock"), 0, 1000):
        return False
    texts = [(body.get("name"), 1, 40), (body.get("colour", ""), 0, 20)]
    return all(isinstance(text, str) and least <= len(text) <= most for text, least, most in texts)


@pytest.mark.longer
def test_every_operation_of_a_shop_is_reached_and_nothing_is_found(tmp_path: Path) -> None:
    recorded = judged(document(), Shop(), tmp_path)
    assert set(document_operations()) - served(recorded) == set()
    assert [each for each in found(recorded) if "::method::" not in each[1]] == []


def document_operations() -> list[str]:
    return [each["operationId"] for item in document()["paths"].values() for each in item.values()]


class Forgetting(Shop):
    """A shop that forgets an order when it is deleted."""

    def of_orders(self, method: str, rest: list[str]) -> Answer:
        if method == "DELETE" and len(rest) == 1:
            del self.orders[rest[0]]
            return 204, None
        return super().of_orders(method, rest)


@pytest.mark.parametrize("killed", [False, True])
def test_what_a_checkout_made_is_deleted_or_named_by_the_ledger_of_a_killed_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, killed: bool
) -> None:
    if killed:
        monkeypatch.setattr("contract_suite.runner.stages.stages.Stages.clean_up", lambda *_: None)
    shop, described = Forgetting(), document()
    order = described["paths"]["/orders/{orderId}"]
    order["delete"] = {**order["get"], "operationId": "dropOrder", "responses": {"204": {"description": "gone"}}}
    recorded = judged(described, shop, tmp_path)
    named: set[str] = set()
    for path in tmp_path.rglob("*.ledger"):
        with LedgerFile(path) as ledger:
            made = [each for each in ledger.read()[1] if each.operation == "checkOut"]
            named |= {str(value) for each in made for value in each.identity.values()}
    assert "checkOut" in served(recorded)
    assert named == shop.orders.keys()
    assert bool(named) is killed
