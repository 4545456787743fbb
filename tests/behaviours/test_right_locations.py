"""Locations of right servers: of what a 201 doesn't show itself, of what only a write is for, and behind a gateway."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import Driven, drive

Node = dict[str, Any]
NUMBER, TEXT = {"type": "integer"}, {"type": "string"}
LEADS = "location-leads"


def shows(**members: Node) -> Node:
    return {"type": "object", "properties": members}


def operation(name: str, shown: Node, sent: Node | None = None) -> Node:
    status = "201" if sent and not name.startswith("put") else "200"
    body = {"requestBody": {"required": True, "content": {"application/json": {"schema": sent}}}} if sent else {}
    done = {"description": "done", "content": {"application/json": {"schema": shown}}}
    return {"operationId": name, **body, "responses": {status: done, "404": {"description": "none"}}}


def at(*names: str) -> Node:
    return {"parameters": [{"name": each, "in": "path", "required": True, "schema": NUMBER} for each in names]}


def judged(paths: Node, answer: Callable[[str, list[str]], tuple[int, Node, str]]) -> Driven:
    """Drive the behaviour against a server that answers a method and the parts of a path with status, body and Location."""

    class Server:
        def handle(self, request: Request) -> Response:
            parts = request.target.partition("?")[0].strip("/").split("/")
            status, body, location = answer(request.method, parts)
            headers = (("Content-Type", "application/json"), *((("Location", location),) if location else ()))
            return Response(status=status, headers=headers, body=json.dumps(body).encode())

    document = {"openapi": "3.1.0", "info": {"title": "right", "version": "1"}, "paths": paths}
    contract = read_contract(Library().read(json.dumps(document).encode(), "right.json"))
    return drive(contract, [each for each in BEHAVIOURS if each.name == LEADS], server=Server())


ORDER = shows(id=NUMBER, status=TEXT, created_at=TEXT)
PART = shows(id=NUMBER, status=TEXT, amount=NUMBER, created_at=TEXT)
CART = shows(id=NUMBER, items={"type": "array", "items": PART}, total=NUMBER)
ORDERS = {
    "/orders": {"post": operation("order", ORDER, shows(note=TEXT))},
    "/orders/{orderId}": {**at("orderId"), "get": operation("readOrder", ORDER)},
}


@pytest.mark.parametrize("shown", ["order", "cart", "payment", "nothing"])
@pytest.mark.parametrize("flawed", [False, True])
def test_a_201_may_show_what_was_there_before_beside_the_location_of_what_was_added(
    shown: str, *, flawed: bool
) -> None:
    """A payment has other values than its order, and there is another payment with the order's number."""
    orders: dict[str, Node] = {}
    payments = {str(each): {"id": each, "status": "paid", "amount": 9, "created_at": "1999"} for each in range(1, 9)}

    def answer(method: str, parts: list[str]) -> tuple[int, Node, str]:
        if method == "POST" and len(parts) == 1:
            number = str(len(orders) + 1)
            orders[number] = {"id": int(number), "status": "open", "created_at": "2020"}
            return 201, orders[number], f"/orders/{number}"
        if method == "POST" and parts[1] in orders:
            number = str(len(payments) + 1)
            payments[number] = {"id": int(number), "status": "begun", "amount": 3, "created_at": "2021"}
            order = orders[parts[1]]
            cart = {"id": order["id"], "items": [payments[number]], "total": 3}
            body = {"order": order, "cart": cart, "payment": payments[number], "nothing": {}}[shown]
            return 201, body, f"/payments/{int(number) - flawed}"
        known = {"orders": orders, "payments": payments}[parts[0]].get(parts[1])
        return (404, {}, "") if known is None else (200, known, "")

    answered = {"order": ORDER, "cart": CART, "payment": PART, "nothing": shows()}[shown]
    paths = {
        **ORDERS,
        "/orders/{orderId}/payments": {**at("orderId"), "post": operation("pay", answered, shows(amount=NUMBER))},
        "/payments/{paymentId}": {**at("paymentId"), "get": operation("payment", PART)},
    }
    failed = judged(paths, answer).failed()
    assert any(LEADS in each for each in failed) is (flawed and shown == "payment")


@pytest.mark.parametrize(("prefix", "is_found"), [("/api/v2", False), ("/api/v2/orders/none", True)])
def test_a_prefix_that_only_a_gateway_knows_is_no_finding(prefix: str, *, is_found: bool) -> None:
    orders: dict[str, Node] = {}

    def answer(method: str, parts: list[str]) -> tuple[int, Node, str]:
        if method == "POST":
            number = str(len(orders) + 1)
            orders[number] = {"id": int(number), "status": "open", "created_at": "2020"}
            return 201, orders[number], f"{prefix}{'' if is_found else f'/orders/{number}'}"
        known = orders.get(parts[1]) if len(parts) == 2 and parts[0] == "orders" else None
        return (404, {}, "") if known is None else (200, known, "")

    assert any(LEADS in each for each in judged(ORDERS, answer).failed()) is is_found


@pytest.mark.parametrize(("place", "is_found"), [("uploads", False), ("upload", True)])
def test_what_is_only_to_be_written_to_is_not_read(place: str, *, is_found: bool) -> None:
    """Servers answer 404 for a method that a path doesn't have."""

    def answer(method: str, _parts: list[str]) -> tuple[int, Node, str]:
        return (201, {"id": 7, "name": "x"}, f"/{place}/7") if method == "POST" else (404, {}, "")

    paths = {
        "/uploads": {"post": operation("begin", shows(id=NUMBER, name=TEXT), shows(name=TEXT))},
        "/uploads/{uploadId}": {**at("uploadId"), "put": operation("putBytes", shows(), shows(data=TEXT))},
    }
    assert any(LEADS in each for each in judged(paths, answer).failed()) is is_found
