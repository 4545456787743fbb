"""A filter and an order together: what the filter leaves is sorted, and cut into pages after both.

A failure is reported only if the filter alone and the order alone are right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract_suite.behaviours.collections.filtering.filter_probe import FilterProbe
from contract_suite.behaviours.collections.kit.collation import differ, disorder
from contract_suite.behaviours.collections.kit.filter_values import sent_value
from contract_suite.behaviours.collections.kit.observed_pages import pages_are_broken
from contract_suite.behaviours.collections.kit.orders import order_arguments, ways_of
from contract_suite.behaviours.collections.kit.page_slices import PageMismatch, PageSlices
from contract_suite.behaviours.kit.verdicts import VerdictMap, failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.filters import passes
from contract_suite.contract.vocabulary import Order
from contract_suite.model.json import JSON, Arguments, at
from contract_suite.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class _FilteredOrder:
    """A filter and an order that are asked for together."""

    filter: Arguments
    order: Arguments
    field: str
    way: str
    words: str

    @property
    def extra(self) -> Arguments:
        return {**self.filter, **self.order}


def filtered_in_order(probe: FilterProbe, in_order: str, in_pages: str) -> VerdictMap:
    """Judge two clauses by what each filter leaves in each direction; an empty id is a clause that is not wanted."""
    order = probe.operation.promises.order
    told: dict[str, list[int]] = {in_order: [], in_pages: []}
    broken: VerdictMap = {}
    for combined in _filtered_orders(probe, order) if order else ():
        slices = PageSlices(
            listing=probe.listing, extra=combined.extra, sorted_by=combined.field, words=combined.words, aim=in_pages
        )
        answer = probe.ask(combined.extra, note=combined.words, aim=in_order)
        values = [at(item, combined.field) for item in answer.items]
        wrong = disorder(values, combined.way)
        if wrong is not None and in_order not in broken and _sorted_alone(probe, combined):
            left, right = (shown(values[index]) for index in wrong)
            message = f"{combined.words}, the list is not sorted: {left} stands before {right}"
            broken[in_order] = failed(in_order, message, [answer.number], expected=combined.way)
        elif differ(values):
            told[in_order].append(answer.number)
        count = len(answer.items)
        if not in_pages or in_pages in broken or count < 2 or probe.listing.size_parameter is None:  # noqa: PLR2004 - one item makes no pages
            continue
        # Pages so short that the second one is not the last: one that ignores its size is too long then.
        width = max(1, count // 3)
        misplaced = slices.confirmed_mismatch(answer, [1 if count > 2 else 0], width)  # noqa: PLR2004 - as above
        told[in_pages] += [answer.number, *slices.numbers]
        if misplaced is not None:
            broken[in_pages] = _unless_alone(probe, combined, misplaced, in_pages, slices.numbers)
    reason = {
        in_order: f"it takes a filter that leaves items which differ in {order.default_by if order else 'anything'}",
        in_pages: "it takes a filter that leaves two items",
    }
    return {
        clause: broken.get(clause) or (passed(clause, numbers) if numbers else untested(clause, reason[clause]))
        for clause, numbers in told.items()
        if clause
    }


def _filtered_orders(probe: FilterProbe, order: Order) -> Iterator[_FilteredOrder]:
    """Return each filter with the default key in both directions, and the first that can be with another key."""
    by = probe.operation.parameter(order.by) if order.by else None
    both_ways = order.both_ways and (not order.in_key or order.default_by in order.keys)
    default = order.keys.get(order.default_by, order.default_by)
    other_is_due = by is not None
    for promise in probe.operation.promises.filters:
        parameter = probe.operation.parameter(promise.parameter)
        value = probe.several(promise, parameter) if parameter is not None and not parameter.required else None
        if parameter is None or value is None:
            continue
        kept: Arguments = {parameter.subject: sent_value(promise, value)}
        words = f"with {parameter.name}={shown(kept[parameter.subject])}"
        ways = ways_of(probe.operation, order, order.default_by) if both_ways else (order.default_direction,)
        for way in ways:
            asked = order_arguments(probe.operation, order, "", way) if both_ways else {}
            yield _FilteredOrder(filter=kept, order=asked, field=default, way=way, words=f"{words}, sorted {way}")
        items = [item for item in probe.items() if passes(promise, item, value)]
        key = next(
            (
                key
                for key, field in order.keys.items()
                if key != order.default_by and differ([at(item, field) for item in items])
            ),
            "",
        )
        if by is not None and other_is_due and key:
            other_is_due = False
            way = order.way_of_keys
            yield _FilteredOrder(
                filter=kept,
                order=order_arguments(probe.operation, order, key, ""),
                field=order.keys[key],
                way=way,
                words=f"{words}, sorted by {key}",
            )


def _sorted_alone(probe: FilterProbe, combined: _FilteredOrder) -> bool:
    """Whether the whole list is sorted in that order."""
    whole = probe.listing.all(combined.order, note="without the filter")
    return disorder([at(item, combined.field) for item in whole.items], combined.way) is None


def _unless_alone(
    probe: FilterProbe, combined: _FilteredOrder, wrong: PageMismatch, clause: str, numbers: list[int]
) -> Verdict:
    """Return a failure, if the same pages are right with the filter alone, with the order alone, and without both."""
    index, width = wrong.page.start // wrong.page.size, wrong.page.size
    alone: tuple[tuple[Arguments, str, JSON], ...] = (
        (combined.filter, probe.sorted_by, "the filter"),
        (combined.order, combined.field, "the order"),
        ({}, probe.sorted_by, "neither"),
    )
    for extra, field, which in alone:
        slices = PageSlices(listing=probe.listing, extra=extra, sorted_by=field)
        if slices.mismatch(slices.long_page(), range(index + 1), width) is not None:
            return untested(clause, f"the pages are not right with {which} alone either", [*numbers, *slices.numbers])
    if pages_are_broken(probe.listing):
        return untested(clause, "the pages are not right without both either", numbers)
    return wrong.verdict(clause, numbers)
