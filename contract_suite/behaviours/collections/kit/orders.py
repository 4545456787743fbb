"""How an order is asked for: by a key, by a parameter for the direction, or by a minus in front of the key."""

from __future__ import annotations

from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Order
from contract_suite.model.json import JSON

ASCENDING = "asc"
DESCENDING = "desc"


def order_arguments(operation: Operation, order: Order, by: str, way: str) -> dict[str, JSON]:
    """Return the arguments that sort by a key, one way; what is empty is left to the server.

    Where the sign of the key is the direction, a way alone is asked for by the default key.
    """
    key = operation.parameter(order.by) if order.by else None
    direction = operation.parameter(order.direction) if order.direction else None
    found: dict[str, JSON] = {}
    if order.sign and way and not by and order.default_by in order.keys:
        by = order.default_by
    if by and key is not None:
        found[key.subject] = f"-{by}" if order.sign and way == DESCENDING else by
    if way and direction is not None:
        found[direction.subject] = way
    return found
