"""Pages of what a filter leaves: they are cut from it as they are from the whole list.

A failure is reported only if the same pages are right without the filter.
"""

from __future__ import annotations

from contract_suite.behaviours.collections.filtering.one_filter import OneFilter
from contract_suite.behaviours.collections.kit.filter_values import sent_value
from contract_suite.behaviours.collections.kit.observed_pages import pages_are_broken
from contract_suite.behaviours.collections.kit.page_slices import PageMismatch, PageSlices, page_plan
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.filters import Scalar, passes
from contract_suite.model.json import at
from contract_suite.model.verdict import Verdict


def before_paging(one: OneFilter, clause: str) -> Verdict:
    """Compare short pages of what matches with one long page of it."""
    value = one.probe.several(one.promise, one.parameter)
    if value is None or one.parameter.required:
        return untested(clause, "it takes a filter that keeps some items and not others")
    words = f"with {one.parameter.name}={shown(sent_value(one.promise, value))}"
    slices = PageSlices(
        listing=one.listing, extra=one.argument(value), sorted_by=one.probe.sorted_by, words=words, aim=clause
    )
    long = one.probe.latest(slices.extra, note="everything that matches")
    slices.numbers.append(long.number)
    if not long.items or len(long.items) >= len(one.probe.seen.items):
        return untested(clause, "it takes a filter that keeps some items and not others", slices.numbers)
    width, indices = page_plan(long)
    wrong = slices.confirmed_mismatch(long, indices, width)
    if wrong is None:
        return passed(clause, slices.numbers)
    plain = PageSlices(listing=one.listing, extra={}, sorted_by=one.probe.sorted_by)
    if plain.mismatch(plain.long_page(), [wrong.page.start // width], width) is not None or pages_are_broken(
        one.listing
    ):
        return untested(clause, "the pages are not right without the filter either", slices.numbers)
    return _failed(one, clause, value, wrong, slices.numbers)


def _failed(one: OneFilter, clause: str, value: Scalar, wrong: PageMismatch, numbers: list[int]) -> Verdict:
    index = next(
        (index for index, item in enumerate(wrong.page.items) if passes(one.promise, item, value) is False), None
    )
    if index is None:
        return wrong.verdict(clause, numbers)
    page, came = wrong.page, shown(at(wrong.page.items[index], one.promise.field))
    message = f"page {page.start // page.size + 1} of {page.size} holds an item with {came}"
    return failed(
        clause,
        message,
        numbers,
        problem="unfiltered-page",
        pointer=f"{one.listing.collection.items}/{index}",
        expected=value,
    )
