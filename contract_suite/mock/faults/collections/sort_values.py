"""Faults in how the value that asks for an order is read: the direction in it, and the second key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Order
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import again, replace_handler
from contract_suite.mock.pipeline import Call
from contract_suite.model.exchange import Response


@at_first(sites.lists)
def _suffix_ignored(contract: Contract, place: sites.Listed) -> FaultSite | None:
    """Whatever stands behind a key, the list is sorted upwards by it."""
    _, operation = place
    order = operation.promises.order
    if order is None or not order.suffix:
        return None

    def upwards(value: str) -> str:
        meant = order.meant_by(value)
        return order.value_of(meant[0], "asc") if meant is not None else value

    return site_of(
        operation,
        "order::direction-respected",
        field=order.by,
        also=("order*::*", "filters::filtered-in-order"),
        plant=_read_as(contract, operation, order, upwards),
    )


@at_first(sites.lists)
def _second_unheard(contract: Contract, place: sites.Listed) -> FaultSite | None:
    _, operation = place
    order = operation.promises.order
    if order is None or not order.separator or len(order.keys) < 2:  # noqa: PLR2004 - it takes two keys
        return None
    plant = _read_as(contract, operation, order, lambda value: value.partition(order.separator)[0])
    return site_of(operation, "order::second-key-respected", field=order.by, plant=plant)


def _read_as(contract: Contract, operation: Operation, order: Order, read: Callable[[str], str]) -> Plant:
    """Plant that the value which asks for an order is read as another one."""

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        target = call.request.target
        value = dict(parse_qsl(target.partition("?")[2])).get(order.by)
        return go(call if value is None else again(call, target=sites.with_query(target, order.by, read(value))))

    return replace_handler(contract, operation, serve)


SORT_VALUES: Final = (
    FaultKind(
        name="suffix-ignored",
        sentence="what stands behind the sort key for its direction is ignored",
        site=_suffix_ignored(),
    ),
    FaultKind(
        name="second-key-unheard", sentence="of two sort keys, only the first one is heard", site=_second_unheard()
    ),
)
