"""Faults in how a list is sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Order
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import Cut, again, cut_pages, replace_handler, replaces
from contract_suite.mock.fields import Body, getter, text_of
from contract_suite.mock.pipeline import Call, Pipeline, SortKey
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, Missing

Asked = tuple[str, str, SortKey]
"""What the step that sorts is asked for: a field, a direction and what its values are sorted by."""
Ordered = tuple[Operation, Order]
"""A list that promises an order by several keys."""


def ordered(contract: Contract) -> Iterator[Ordered]:
    """Lists that promise an order by several keys."""
    for _, operation in sites.lists(contract):
        order = operation.promises.order
        if order is not None and order.by and len(order.keys) > 1:
            yield operation, order


@at_first(ordered)
def _arranged(
    _contract: Contract,
    place: Ordered,
    arranged: Callable[[Operation, Order], Plant],
    *clauses: str,
    also: tuple[str, ...] = (),
) -> FaultSite:
    return site_of(place[0], *clauses, *_told(place[0]), also=also, plant=arranged(*place))


def _told(operation: Operation) -> tuple[str, ...]:
    """The clause about what a response says of its order, where it does."""
    return ("order::sorted-as-told",) if operation.promises.order_told else ()


def _default(order: Order) -> str:
    return order.keys.get(order.default_by, order.default_by)


def _by_default(operation: Operation, order: Order) -> Plant:
    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        return pipeline.arrange(call, items, _default(order), order.default_direction, asked[2])

    return arrange


def _one_direction(operation: Operation, order: Order) -> Plant:
    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        return pipeline.arrange(call, items, asked[0], order.default_direction, asked[2])

    return arrange


def _one_key(operation: Operation, order: Order) -> Plant:
    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        return pipeline.arrange(call, items, _default(order), *asked[1:])

    return arrange


def _unsorted_when_filtered(operation: Operation, _order: Order) -> Plant:
    names = [each.parameter for each in operation.promises.filters]

    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        return items if sites.given(call, operation, *names) else pipeline.arrange(call, items, *asked)

    return arrange


def _unknown_unsorted(operation: Operation, order: Order) -> Plant:
    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        by = sites.argument(call, operation, order.by)
        known = isinstance(by, Missing) or by in order.keys or by == ""
        return pipeline.arrange(call, items, *asked) if known else items

    return arrange


def _first_ones_only(operation: Operation, _order: Order) -> Plant:
    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        return [*pipeline.arrange(call, items[:10], *asked), *items[10:]]

    return arrange


def _mistaken(operation: Operation, order: Order) -> Plant:
    wrong = next(field for field in order.keys.values() if field != _default(order))

    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        return pipeline.arrange(call, items, _default(order) if asked[0] == wrong else asked[0], *asked[1:])

    return arrange


def _by_length(operation: Operation, _order: Order) -> Plant:
    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        read = getter(asked[0])
        low = pipeline.arrange(call, items, *asked)
        texts = all(isinstance(read(each), str) for each in low)
        return sorted(low, key=lambda each: len(str(read(each))), reverse=asked[1] == "desc") if texts else low

    return arrange


def _swapped(operation: Operation, order: Order) -> Plant:
    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        ready = pipeline.arrange(call, items, *asked)
        return [*ready[:2], *reversed(ready[2:4]), *ready[4:]] if sites.given(call, operation, order.by) else ready

    return arrange


def _ties_shuffled(operation: Operation, _order: Order, when: Callable[[Call], bool] = lambda _call: True) -> Plant:
    """What is equal stands in another order for each page."""

    @replaces(operation)
    def arrange(pipeline: Pipeline, call: Call, items: list[Body], *asked: *Asked) -> list[Body]:
        random = Random(call.number)  # noqa: S311 - no secret
        mixed = random.sample(items, len(items)) if when(call) else items
        return pipeline.arrange(call, mixed, *asked)

    return arrange


@at_first(ordered)
def _ties(_contract: Contract, place: Ordered, *, asked_only: bool = False) -> FaultSite | None:
    operation, order = place
    if operation.promises.collection is None or operation.promises.collection.page is None:
        return None
    plant = _ties_shuffled(operation, order, lambda call: not asked_only or sites.given(call, operation, order.by))
    also = () if asked_only else ("collection::pages-*", "collection::offset-exact")
    return site_of(operation, "order::ties-keep-their-place", also=("order*::*", *also), plant=plant)


@at_first(ordered)
def _as_text(_contract: Contract, place: Ordered) -> FaultSite | None:
    operation, order = place
    numbers = {
        each.subject
        for each in sites.answered(operation)
        if each.keyword == "type" and each.value in ("integer", "number")
    }
    collection = operation.promises.collection
    keys = [name for name, field in order.keys.items() if collection and f"{collection.items}/*{field}" in numbers]

    @replaces()
    def sort_key(pipeline: Pipeline, call: Call, value: JSON | Missing) -> tuple[int, float | int | str]:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return (3, text_of(value)) if number and not isinstance(value, Missing) else pipeline.sort_key(call, value)

    return site_of(
        operation,
        *(f"order/{name}::*" for name in keys),
        *_told(operation),
        also=("order::*", "filters::filtered-in-order"),
        plant=sort_key,
    )


@at_first(ordered)
def _other_default(contract: Contract, place: Ordered) -> FaultSite | None:
    operation, order = place
    other = "asc" if order.default_direction == "desc" else "desc"

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        target = call.request.target
        bare = sites.without_query(target, order.by, order.direction) == target
        return go(again(call, target=sites.with_query(target, order.direction, other)) if bare else call)

    return site_of(
        operation,
        "order::default-*applied",
        also=(f"query.{order.direction}::default-echoed", f"query.{order.by}::default-*"),
        plant=replace_handler(contract, operation, serve),
    )


@at_first(ordered)
def _pages_sorted_alone(_contract: Contract, place: Ordered) -> FaultSite | None:
    operation, order = place
    page = operation.promises.collection.page if operation.promises.collection else None
    if page is None:
        return None

    @replaces(operation)
    def paginate(pipeline: Pipeline, call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
        by = sites.argument(call, operation, order.by)
        field = order.keys.get(by) if isinstance(by, str) else None
        if field is None:
            return pipeline.paginate(call, items, start, size)
        plain = pipeline.arrange(call, items, _default(order), order.default_direction, pipeline.sort_key)
        direction = sites.argument(call, operation, order.direction)
        direction = direction if isinstance(direction, str) else order.default_direction
        return pipeline.arrange(call, pipeline.paginate(call, plain, start, size), field, direction, pipeline.sort_key)

    return site_of(operation, "order::holds-across-pages", also=("order*::*",), plant=paginate)


@at_first(ordered)
def _paged(_contract: Contract, place: Ordered, cut: Cut, when: Callable[[Order], tuple[str, str]]) -> FaultSite | None:
    """Pages are cut otherwise if an order is asked for: a parameter with its value."""
    operation, order = place
    name, value = when(order)
    if operation.promises.collection is None or operation.promises.collection.page is None:
        return None
    asked = cut_pages(operation, cut, when=lambda call: sites.argument(call, operation, name) == value)
    return site_of(operation, "order::sorted-before-paging", field=f"{name}={value}", plant=asked)


ORDERING: Final = (
    FaultKind(
        name="order-ignored",
        sentence="the list is in its default order, whatever was asked for",
        site=_arranged(
            _by_default,
            "order::direction-respected",
            "order::key-respected",
            "order/*::*cending",
            also=("order::*", "filters::filtered-in-order"),
        ),
    ),
    FaultKind(
        name="direction-ignored",
        sentence="the list is sorted in one direction only",
        site=_arranged(_one_direction, "order::direction-respected", also=("order*::*", "filters::filtered-in-order")),
    ),
    FaultKind(
        name="sort-key-ignored",
        sentence="the list is always sorted by its default key",
        site=_arranged(_one_key, "order::key-respected", also=("order*::*",)),
    ),
    FaultKind(name="numbers-sorted-as-text", sentence="numbers are sorted as strings, 10 before 9", site=_as_text()),
    FaultKind(
        name="default-direction-reversed",
        sentence="without parameters the list is sorted the other way round",
        site=_other_default(),
    ),
    FaultKind(
        name="pages-sorted-alone",
        sentence="each page is sorted by itself, after the list was cut",
        site=_pages_sorted_alone(),
    ),
    FaultKind(
        name="unknown-key-unsorted",
        sentence="an unknown sort key leaves the list as it was stored",
        site=_arranged(_unknown_unsorted, "order::unknown-key-keeps-default", also=("order::default*",)),
    ),
    FaultKind(
        name="filtered-list-unsorted",
        sentence="with a filter the order is forgotten",
        site=_arranged(_unsorted_when_filtered, "filters::filtered-in-order"),
    ),
    FaultKind(
        name="only-first-ten-sorted",
        sentence="only the first ten items that were stored are sorted",
        site=_arranged(_first_ones_only, "order*::*", also=("filters::filtered-in-order",)),
    ),
    FaultKind(
        name="one-key-mistaken",
        sentence="one sort key sorts by the default key's field",
        site=_arranged(_mistaken, "order/*::*cending", also=("order::key-respected",)),
    ),
    FaultKind(
        name="texts-sorted-by-length",
        sentence="strings are sorted by their length",
        site=_arranged(_by_length, "order/*::*cending", also=("order::holds-across-pages",)),
    ),
    FaultKind(
        name="third-and-fourth-swapped",
        sentence="where a key is asked for, the third and the fourth item have changed places",
        site=_arranged(_swapped, "order/*::*cending", also=("order::*",)),
    ),
    FaultKind(
        name="ties-unstable",
        sentence="what the order leaves equal stands in another order on each page",
        site=_ties(),
    ),
    FaultKind(
        name="ties-unstable-by-key",
        sentence="where a key is asked for, what it leaves equal stands in another order on each page",
        site=_ties(asked_only=True),
    ),
    FaultKind(
        name="descending-pages-begin-too-late",
        sentence="sorted descending, every page but the first begins one item too late",
        site=_paged(
            lambda items, start, size: items[start + 1 : start + 1 + size] if start else items[:size],
            lambda order: (order.direction, "desc"),
        ),
    ),
    FaultKind(
        name="ascending-second-page-empty",
        sentence="sorted ascending, only the first page holds anything",
        site=_paged(lambda items, start, size: [] if start else items[:size], lambda order: (order.direction, "asc")),
    ),
    FaultKind(
        name="one-key-repeats-first-page",
        sentence="sorted by one key, every page is the first",
        site=_paged(lambda items, _start, size: items[:size], lambda order: (order.by, list(order.keys)[-1])),
    ),
)
