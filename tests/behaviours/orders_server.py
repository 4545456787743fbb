"""A server of orders with lines, which can be given flaws and habits; its document is `orders.yaml`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response

ORDERS: Final = str(Path(__file__).with_name("orders.yaml"))


def orders(*changes: tuple[str, str]) -> Contract:
    """The document, with some of its text replaced."""
    text = Path(ORDERS).read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_contract(Library().read(text.encode(), "orders.yaml"))


class OrdersServer:
    """What tests drive instead of the mock; a flaw or a habit is a word, such as `total-stays`."""

    def __init__(self, *flaws: str) -> None:
        self.flaws = frozenset(flaws)
        self.contract = orders()
        self.things: dict[int, dict[str, Any]] = {}
        self.made = self.last = self.listed = 0
        products = [json.loads(self.make({"name": each}).body)["id"] for each in ("cup", "pot")]
        for quantity in (3, 4, 5):
            lines = [{"product_id": each, "quantity": quantity + each, "unit_price": 7} for each in products]
            self.make({"lines": lines})

    def bad(self, flaw: str) -> bool:
        return flaw in self.flaws

    def handle(self, request: Request) -> Response:
        """Answer one request: what breaks its schema is 422, what isn't there 404."""
        operation, found, _ = route(self.contract, request.method, request.target)
        try:
            body: Any = json.loads(request.body) if request.body else None
            key = int(next(iter(found.values()), "0"))
        except ValueError:
            return _answer(422)
        media = operation.body.json if operation is not None and operation.body else None
        if operation is None or (media is not None and media.schema is not None and not media.schema.is_valid(body)):
            return _answer(422)
        if operation.id == "listOrders":
            return self.list_all()
        if operation.id in {"addLine", "changeLine"}:
            return self.part(self.things.get(key, {}), list(found.values())[1:], body)
        if operation.method == "POST":
            return self.make(body)
        thing = self.things.get(key)
        if thing is None or ("lines" in thing) != ("order" in operation.id.lower()):
            return _answer(404)
        if operation.method == "DELETE":
            del self.things[key]
            return _answer(204)
        return self.change(thing, body) if operation.method == "PATCH" else _answer(200, thing)

    def list_all(self) -> Response:
        """From the second time on, another client has changed the first order."""
        self.listed += 1
        if self.listed == 2 and self.flaws & {"forgets-total", "forgets-line", "discounts-later", "total-is-late"}:
            order = self.things[3]
            order["lines"][0]["quantity"] = 2
            if not self.bad("forgets-line"):
                order["lines"][0]["line_total"] = 14
            if self.bad("forgets-line"):
                order["total"] = sum(each["line_total"] for each in order["lines"])
            if self.bad("discounts-later"):
                order["total"] = sum(each["line_total"] for each in order["lines"]) - 1
        if self.listed > 3 and self.bad("total-is-late"):
            self.calculated(self.things[3])
        return _answer(200, [each for each in self.things.values() if "lines" in each])

    def make(self, body: Any) -> Response:
        if not self.takes(body.get("lines", [])):
            return _answer(422)
        self.last += 1
        thing = {"id": self.last, **body}
        self.made += "lines" in thing
        self.things[thing["id"]] = thing
        return _answer(201, self.calculated(thing) if "lines" in thing else thing)

    def part(self, order: dict[str, Any], keys: list[str], body: Any) -> Response:
        """Add a line to an order, or change the one with a key."""
        if "lines" not in order:
            return _answer(404)
        line = body if not keys else next((each for each in order["lines"] if str(each["id"]) == keys[0]), None)
        if line is None:
            return _answer(404)
        if not keys:
            order["lines"].append(line)
        line |= body
        total = order["total"]
        self.calculated(order)
        if keys and self.bad("line-forgotten"):
            order["total"] = total
        return _answer(200 if keys else 201, line)

    def takes(self, lines: Any) -> bool:
        products = [each["product_id"] for each in lines]
        known = all(self.things.get(each, {"lines": 1}).keys().isdisjoint({"lines"}) for each in products)
        is_too_long = self.bad("single-lines") and len(lines) > 1
        return known and len(set(products)) == len(products) and not is_too_long

    def change(self, order: dict[str, Any], body: Any) -> Response:
        if not self.takes(body.get("lines", [])):
            return _answer(422)
        if self.bad("lines-ignored"):
            body.pop("lines", None)
        if self.bad("lines-added"):
            body["lines"] = order["lines"] + body.get("lines", [])
        total = order["total"]
        old = {each["product_id"]: each["line_total"] for each in order["lines"]}
        self.calculated(order | body)
        order |= body
        self.calculated(order)
        if self.bad("total-stays"):
            order["total"] = total
        if self.bad("line-totals-stay"):
            for each, stays in zip(order["lines"], old.values(), strict=False):
                each["line_total"] = stays
        return _answer(200, order)

    def calculated(self, order: dict[str, Any]) -> dict[str, Any]:
        for index, each in enumerate(order["lines"], 1):
            each["id"] = index
            each["line_total"] = each["quantity"] * each["unit_price"]
        order["total"] = sum(each["line_total"] for each in order["lines"])
        if self.bad("discounts"):
            order["total"] = round(order["total"] * (0.9 if order["total"] > 12 else 1) * 1.19)
        if self.bad("loyalty"):
            order["total"] -= self.made
        return order


def _answer(status: int, body: Any = None) -> Response:
    text = b"" if body is None else json.dumps(body).encode()
    return Response(status=status, headers=(("Content-Type", "application/json"),) if text else (), body=text)
