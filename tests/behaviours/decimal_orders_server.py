"""The server of orders with its amounts as text with two decimal places, as frameworks show money."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from contract_suite.contract.operation import Contract
from contract_suite.model.exchange import Request, Response
from tests.behaviours.orders_server import OrdersServer, orders

DJANGO: Final = "{type: string, format: decimal, pattern: '^-?\\d{0,8}(?:\\.\\d{0,2})?$'}"
PATTERN: Final = "{type: string, pattern: '^\\d+\\.\\d{2}$'}"
PYDANTIC: Final = "{anyOf: [{type: number}, {type: string}]}"
_AMOUNTS: Final = ("unit_price", "line_total", "total")


def decimal_orders(money: str, *changes: tuple[str, str]) -> Contract:
    """The document of the orders, in which amounts are of a schema."""
    least, shown = "{type: integer, minimum: 0, maximum: 1000}", "{type: integer}"
    written = [
        ("unit_price: {type: integer}", f"unit_price: {money}"),
        *((f" {each}: {shown}", f" {each}: {money}") for each in _AMOUNTS[1:]),
    ]
    return orders((f"unit_price: {least}", f"unit_price: {money}"), *written, *changes)


class DecimalOrdersServer(OrdersServer):
    """Calculates in cents, and takes and shows amounts as text."""

    def __init__(self, *flaws: str) -> None:
        super().__init__(*flaws)
        self.contract = orders(("maximum: 1000", "maximum: 10000000"))

    def handle(self, request: Request) -> Response:
        """Take amounts as cents, and show cents as amounts."""
        try:
            body = json.dumps(_each(json.loads(request.body), _cents)).encode() if request.body else request.body
        except ArithmeticError:
            return Response(status=422, headers=(), body=b"")
        found = super().handle(replace(request, body=body))
        shown = json.dumps(_each(json.loads(found.body), _amount)).encode() if found.body else found.body
        return replace(found, body=shown)


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, list):
        return [_each(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: change(member) if name in _AMOUNTS and isinstance(member, (str, int, float)) else _each(member, change)
        for name, member in value.items()
    }


def _cents(amount: Any) -> int:
    return int(Decimal(str(amount)) * 100)


def _amount(cents: int) -> str:
    return f"{Decimal(cents) / 100:.2f}"
