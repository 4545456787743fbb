"""Faults in lists whose pages name the next one, and in totals and orders as such lists have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.trees.places import header_of
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, Plant, at_first, site_of
from contract_suite.mock.faults.planting import Cut, again, cut_pages, replace_handler, replaces
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.model.exchange import Response

_Next = Callable[[list[Body], int, int], int | None]
"""Where the next page begins, by all items, the index of the first one of this page, and its size."""


def _leading(operation: Operation, lead: _Next) -> Plant:
    @replaces(operation)
    def following(pipeline: Pipeline, call: Call, items: list[Body], start: int, size: int | None) -> int | None:
        usual = pipeline.following(call, items, start, size)
        return usual if usual is None or size is None else lead(items, start, size)

    return following


@at_first(sites.followed)
def _led(_contract: Contract, place: sites.Paged, lead: _Next, kind: str) -> FaultSite | None:
    _, operation, _ = place
    return site_of(operation, f"collection::{kind}", also=("link::next-leads-on",), plant=_leading(operation, lead))


@at_first(sites.followed)
def _cut(_contract: Contract, place: sites.Paged, cut: Cut, kind: str) -> FaultSite | None:
    _, operation, _ = place
    also = ("link::next-leads-on", "collection::total-exact")
    return site_of(operation, f"collection::{kind}", also=also, plant=cut_pages(operation, cut))


@at_first(sites.followed)
def _filter_forgotten(contract: Contract, place: sites.Paged) -> FaultSite | None:
    _, operation, page = place
    promise = next((each for each in operation.promises.filters if operation.parameter(each.parameter)), None)
    if promise is None or not page.cursor:
        return None
    name, cursor = promise.parameter, page.cursor

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        target = call.request.target
        further = sites.without_query(target, cursor) != target
        return go(again(call, target=sites.without_query(target, name)) if further else call)

    return site_of(
        operation,
        f"query.{name}::filtered-before-paging",
        f"query.{name}::filter-sound",
        field=name,
        also=("filters::filtered-in-order", "collection::*"),
        plant=replace_handler(contract, operation, serve),
    )


@at_first(sites.lists)
def _sign_ignored(contract: Contract, place: sites.Listed) -> FaultSite | None:
    _, operation = place
    order = operation.promises.order
    if order is None or not order.sign or operation.parameter(order.by) is None:
        return None
    name = order.by

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        return go(again(call, target=call.request.target.replace(f"{name}=-", f"{name}=")))

    return site_of(
        operation,
        "order::direction-respected",
        field=name,
        also=("order*::*", "filters::filtered-in-order"),
        plant=replace_handler(contract, operation, serve),
    )


@at_first(sites.lists)
def _header_counts_page(_contract: Contract, place: sites.Listed) -> FaultSite | None:
    _, operation = place
    collection = operation.promises.collection
    if collection is None or collection.page is None or not header_of(collection.total):
        return None

    @replaces(operation)
    def total(_pipeline: Pipeline, _call: Call, _matching: list[Body], page: list[Body]) -> int:
        return len(page)

    return site_of(operation, "collection::total-exact", also=("collection::total-*",), plant=total)


@at_first(sites.beside_items)
def _item_included(_contract: Contract, place: sites.Paged) -> FaultSite | None:
    _, operation, page = place

    def cut(items: list[Body], start: int, size: int) -> list[Body]:
        return items[max(0, start - 1) :][:size]

    def goes_on(call: Call) -> bool:
        return sites.without_query(call.request.target, page.cursor) != call.request.target

    plant = cut_pages(operation, cut, when=goes_on)
    own = ("collection::pages-disjoint", "collection::next-page-leads-on")
    return site_of(operation, *own, also=("collection::*",), plant=plant)


@at_first(sites.beside_items)
def _before_is_first(_contract: Contract, place: sites.Paged) -> FaultSite | None:
    _, operation, page = place
    if not page.before:
        return None

    def goes_back(call: Call) -> bool:
        return sites.without_query(call.request.target, page.before) != call.request.target

    plant = cut_pages(operation, lambda items, _start, size: items[:size], when=goes_back)
    return site_of(operation, "collection::page-before-exact", plant=plant)


NEXT_PAGES: Final = (
    FaultKind(
        name="next-page-skips-one",
        sentence="a next page starts one item too late",
        site=_led(lambda _items, start, size: start + size + 1, "pages-complete"),
    ),
    FaultKind(
        name="next-page-repeats-last",
        sentence="a next page starts with the last item of the page before it",
        site=_led(lambda _items, start, size: start + size - 1 if size > 1 else start + size, "pages-disjoint"),
    ),
    FaultKind(
        name="next-page-missing-for-one",
        sentence="a page names no next page although one item is left",
        site=_led(
            lambda items, start, size: None if len(items) - start - size == 1 else start + size, "pages-complete"
        ),
    ),
    FaultKind(
        name="next-page-is-itself",
        sentence="a page names itself as its next page",
        site=_led(lambda _items, start, size: start or size, "next-page-leads-on"),
    ),
    FaultKind(
        name="next-page-one-too-long",
        sentence="a next page has one item more than requested",
        site=_cut(lambda items, start, size: items[start : start + size + (1 if start else 0)], "page-size-respected"),
    ),
    FaultKind(
        name="next-page-in-other-order",
        sentence="small pages that name each other have the items in another order",
        site=_cut(
            lambda items, start, size: (items if size > len(items) else items[::-1])[start : start + size],
            "pages-continue",
        ),
    ),
    FaultKind(
        name="next-page-forgets-filter",
        sentence="a next page has items that the filter excludes",
        site=_filter_forgotten(),
    ),
    FaultKind(name="sign-ignored", sentence="a minus in front of a sort key is ignored", site=_sign_ignored()),
    FaultKind(
        name="header-counts-page",
        sentence="a total in a header counts only the items of its page",
        site=_header_counts_page(),
    ),
)

BESIDE_ITEMS: Final = (
    FaultKind(
        name="page-begins-with-the-item-before",
        sentence="a page that begins behind an item has that item once more",
        site=_item_included(),
    ),
    FaultKind(
        name="page-before-is-the-first",
        sentence="the page before an item is the first page of the list",
        site=_before_is_first(),
    ),
)
"""Faults of pages that begin behind an item."""
