"""Faults in how values are sorted and asked for: the direction in them, the second key, the case of texts, and nulls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Order
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import again, replace_handler, replaces
from contract_suite.mock.fields import Body, getter
from contract_suite.mock.pipeline import Call, Pipeline, SortKey
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, Missing

Asked = tuple[str, str, SortKey]
"""What the step that sorts is asked for: a field, a direction and what its values are sorted by."""


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


@at_first(sites.lists)
def _compared_otherwise(_contract: Contract, place: sites.Listed) -> FaultSite | None:
    """The texts of a key are compared with regard to case where that makes no difference, and without where it does."""
    _, operation = place
    order = operation.promises.order
    if order is None or not order.collation:
        return None
    fields = {order.keys[key]: order.collation[key] for key in order.collation if key in order.keys}

    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        said = fields.get(asked[0])

        def compared(call: Call, value: JSON | Missing) -> tuple[int, float | int | str]:
            if said is None or not isinstance(value, str):
                return asked[2](call, value)
            return pipeline.sort_key(call, value.casefold() if said == "binary" else value)

        return pipeline.arrange(call, items, asked[0], asked[1], compared)

    clauses = (f"order/{key}::collation-respected" for key in order.collation)
    return site_of(operation, *clauses, plant=arrange)


@at_first(sites.lists)
def _nulls_elsewhere(_contract: Contract, place: sites.Listed) -> FaultSite | None:
    """In one direction, what has no value stands at the wrong end."""
    _, operation = place
    order = operation.promises.order
    if order is None or not order.nulls:
        return None
    key, places = next(iter(order.nulls.items()))
    way = list(places)[-1]

    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        low = pipeline.arrange(call, items, *asked)
        if asked[0] != order.keys.get(key) or asked[1] != way:
            return low
        read = getter(asked[0])
        nulls = [each for each in low if isinstance(read(each), Missing) or read(each) is None]
        others = [each for each in low if each not in nulls]
        return [*nulls, *others] if places[way] == "last" else [*others, *nulls]

    return site_of(operation, f"order/{key}::nulls-placed", plant=arrange)


@at_first(sites.lists)
def _ties_turned(_contract: Contract, place: sites.Listed) -> FaultSite | None:
    """What a key leaves equal stands the other way round."""
    _, operation = place
    order = operation.promises.order
    if order is None or not order.ties:
        return None
    fields = {order.keys[key] for key in order.ties if key in order.keys}

    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        return pipeline.arrange(call, [*reversed(items)] if asked[0] in fields else items, *asked)

    return site_of(operation, *(f"order/{key}::ties-in-order" for key in order.ties), plant=arrange)


SORT_VALUES: Final = (
    FaultKind(
        name="suffix-ignored",
        sentence="what stands behind the sort key for its direction is ignored",
        site=_suffix_ignored(),
    ),
    FaultKind(
        name="second-key-unheard", sentence="of two sort keys, only the first one is heard", site=_second_unheard()
    ),
    FaultKind(
        name="case-compared-otherwise",
        sentence="strings are sorted with regard to case where the document says without, or the reverse",
        site=_compared_otherwise(),
    ),
    FaultKind(
        name="nulls-at-the-other-end",
        sentence="in one direction, items without a value of the sort key stand at the wrong end",
        site=_nulls_elsewhere(),
    ),
    FaultKind(
        name="ties-turned",
        sentence="items with equal sort keys stand in the reverse order",
        site=_ties_turned(),
    ),
)
