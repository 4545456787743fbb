"""Faults in what a list says of itself: its counts, and the parameters that it repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.vocabulary import Echo
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import for_operation, replaces
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.json import JSON, Missing

_MOST: Final = 20


@at_first(sites.lists)
def _counted(
    _contract: Contract,
    place: sites.Listed,
    total: Callable[[Call, Operation, list[Body], list[Body]], int],
    *kinds: str,
    also: tuple[str, ...] = (),
) -> FaultSite | None:
    _, operation = place
    collection = operation.promises.collection
    if collection is None or not collection.total or collection.count or collection.page is None:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        return replace(
            pipeline,
            total=for_operation(
                operation, lambda call, items, page: total(call, operation, items, page), pipeline.total
            ),
        )

    return site_of(
        operation,
        *(f"collection::{kind}" for kind in kinds),
        also=tuple(f"collection::{kind}" for kind in also),
        plant=plant,
    )


def _everything(call: Call, operation: Operation, items: list[Body], _page: list[Body]) -> int:
    return max(
        (
            len(call.state.all(each.name, call.scope))
            for each in call.state.resources.values()
            if operation.id in each.lists
        ),
        default=len(items),
    )


def _what_is_left(call: Call, operation: Operation, items: list[Body], _page: list[Body]) -> int:
    page = operation.promises.collection.page if operation.promises.collection else None
    if page is None:
        return len(items)
    size, number, offset = (
        sites.argument(call, operation, name) if name else 0 for name in (page.size, page.number, page.offset)
    )
    start = offset if isinstance(offset, int) and offset else 0
    if isinstance(number, int) and number > 1 and isinstance(size, int):
        start = (number - 1) * size
    return max(len(items) - start, 0)


def _of_one_filter(
    total: Callable[[Call, Operation, list[Body], list[Body]], int],
) -> Callable[[Call, Operation, list[Body], list[Body]], int]:
    """Return a total that is counted otherwise if the last of the filters is given."""

    def counted(call: Call, operation: Operation, items: list[Body], page: list[Body]) -> int:
        names = [each.parameter for each in operation.promises.filters if not each.unknown]
        given = bool(names) and not isinstance(sites.argument(call, operation, names[-1]), Missing)
        return total(call, operation, items, page) if given else len(items)

    return counted


@at_first(sites.lists)
def _counts(
    _contract: Contract, place: sites.Listed, count: Callable[[list[Body], list[Body]], int]
) -> FaultSite | None:
    _, operation = place
    if operation.promises.collection is None or not operation.promises.collection.count:
        return None

    def plant(pipeline: Pipeline) -> Pipeline:
        return replace(
            pipeline, count=for_operation(operation, lambda _call, items, page: count(items, page), pipeline.count)
        )

    return site_of(operation, "collection::count-bounded", plant=plant)


def _echoed(contract: Contract) -> Iterator[tuple[Operation, Echo]]:
    yield from ((operation, promise) for _, operation in sites.lists(contract) for promise in operation.promises.echo)


@at_first(_echoed)
def _echoes(
    _contract: Contract,
    place: tuple[Operation, Echo],
    pick: Callable[[Operation, Parameter], Callable[[Call, JSON], JSON] | None],
    kind: str,
) -> FaultSite | None:
    operation, promise = place
    parameter = operation.parameter(promise.parameter)
    change = pick(operation, parameter) if parameter else None
    if parameter is None or change is None:
        return None

    @replaces(operation)
    def echoed(pipeline: Pipeline, call: Call, one: Echo, applied: JSON) -> JSON:
        value = pipeline.echoed(call, one, applied)
        return change(call, value) if one.parameter == promise.parameter else value

    return site_of(operation, f"{parameter.subject}::{kind}", field=promise.parameter, plant=echoed)


def _always_default(_operation: Operation, parameter: Parameter) -> Callable[[Call, JSON], JSON] | None:
    default = parameter.default
    return None if default is None else lambda _call, _value: default


def _default_unsaid(operation: Operation, parameter: Parameter) -> Callable[[Call, JSON], JSON] | None:
    if parameter.default in (None, "", 0):
        return None
    nothing: JSON = 0 if isinstance(parameter.default, int) else ""
    return lambda call, value: (
        nothing if isinstance(sites.argument(call, operation, parameter.name), Missing) else value
    )


def _emptied(_operation: Operation, parameter: Parameter) -> Callable[[Call, JSON], JSON] | None:
    if not sites.free(parameter) or parameter.default:
        return None
    return lambda _call, value: "" if isinstance(value, str) else value


TOTALS: Final = (
    FaultKind(
        name="total-counts-page",
        sentence="the total counts the items of the page",
        site=_counted(lambda _c, _o, _items, page: len(page), "total-exact", "total-constant", "total-filtered"),
    ),
    FaultKind(
        name="total-ignores-filters",
        sentence="the total counts what a filter leaves out too",
        site=_counted(_everything, "total-filtered"),
    ),
    FaultKind(
        name="total-ignores-one-filter",
        sentence="the total counts what the last of the filters leaves out too",
        site=_counted(_of_one_filter(_everything), "total-filtered"),
    ),
    FaultKind(
        name="filtered-total-counts-page",
        sentence="with the last of the filters, the total counts the items of the page",
        site=_counted(_of_one_filter(lambda _c, _o, _items, page: len(page)), "total-filtered", also=("total-exact",)),
    ),
    FaultKind(
        name="total-counts-what-is-left",
        sentence="the total counts from this page on",
        site=_counted(_what_is_left, "total-constant", "total-exact"),
    ),
    FaultKind(
        name="total-one-too-many",
        sentence="the total is one too high",
        site=_counted(lambda _c, _o, items, _p: len(items) + 1, "total-exact", also=("total-filtered",)),
    ),
    FaultKind(
        name="total-stops-at-twenty",
        sentence=f"the total never exceeds {_MOST}",
        site=_counted(lambda _c, _o, items, _p: min(len(items), _MOST), "total-exact", also=("total-filtered",)),
    ),
    FaultKind(
        name="count-exceeds-total",
        sentence="the count is one higher than the total",
        site=_counts(lambda items, _page: len(items) + 1),
    ),
    FaultKind(
        name="count-below-items",
        sentence="the count is lower than the number of items returned",
        site=_counts(lambda _items, page: max(len(page) - 1, 0)),
    ),
    FaultKind(
        name="echo-says-default",
        sentence="a list repeats the default of a parameter and not the value that was given",
        site=_echoes(_always_default, "echoed"),
    ),
    FaultKind(
        name="echo-without-default",
        sentence="a list doesn't say which default it applied",
        site=_echoes(_default_unsaid, "default-echoed"),
    ),
    FaultKind(
        name="echo-empty",
        sentence="a list repeats nothing of a string that was given",
        site=_echoes(_emptied, "echoed"),
    ),
)
