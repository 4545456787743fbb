"""How an order is asked for: by a key, by a parameter for the direction, or by a mark before or behind the key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.parts.directions import direction_value
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Order
from contract_suite.model.json import JSON

Way = Literal["asc", "desc"]
WAYS: Final[tuple[Way, ...]] = ("asc", "desc")


def ways_of(operation: Operation, order: Order, key: str) -> tuple[Way, ...]:
    """Return the directions in which a list can be asked to be sorted by a key, `asc` and `desc` in this order.

    Where the direction is part of the value, a parameter may take a key in one of them alone: `price`, `-price` and `name`.
    """
    by = operation.parameter(order.by) if order.by else None
    if not order.both_ways:
        return (order.default_direction,)
    if not order.in_key or by is None:
        return WAYS
    if key not in order.keys:
        return (order.default_direction,)
    return tuple(way for way in WAYS if by.schema.is_valid(asked_for(by, order, [(key, way)]))) or WAYS


def asked_for(by: Parameter, order: Order, keys: Iterable[tuple[str, str]]) -> JSON:
    """Return the value that asks for keys, each in a direction, the first one first: a list where the parameter is one."""
    texts = [order.value_of(key, way) for key, way in keys]
    return list(texts) if "array" in view(by.schema).types() else order.separator.join(texts)


def order_arguments(operation: Operation, order: Order, by: str, way: str) -> dict[str, JSON]:
    """Return the arguments that sort by a key, one way; what is empty is left to the server.

    Where the direction is part of the key's value, a way alone is asked for by the default key.
    """
    key = operation.parameter(order.by) if order.by else None
    direction = operation.parameter(order.direction) if order.direction else None
    found: dict[str, JSON] = {}
    if order.in_key and way and not by and order.default_by in order.keys:
        by = order.default_by
    if by and key is not None:
        found[key.subject] = asked_for(key, order, [(by, way)])
    if way and direction is not None:
        found[direction.subject] = direction_value(direction, way)
    return found
