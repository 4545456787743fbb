"""Whether a list that leaves many items equal still shows each of them once, page after page.

A server that sorts by nothing but the key may put what is equal in another order for each page, so that an item comes
twice and another one never. What other clients write between two pages has the same effect: a walk counts only if the
list was the same before, during and after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.collections.kit.collation import tie
from contract_suite.behaviours.collections.kit.observed_pages import pages_are_broken
from contract_suite.behaviours.collections.kit.orders import order_arguments, ways_of
from contract_suite.behaviours.collections.ordering.clauses import WAYS
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.retrying import retry_clause
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.contract.vocabulary import Order
from contract_suite.model.json import Arguments, Missing, at
from contract_suite.model.verdict import Verdict

_FEWEST: Final = 4
_WIDTH: Final = 5
_PAGES: Final = 12
_KEYS: Final = 5
"""So many keys are walked by, those first that leave most items equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walked:
    """An order that a list is walked in: its arguments, and in words."""

    extra: Arguments
    words: str


def judge_ties(listing: Listing, order: Order, clause: str) -> Verdict:
    """Walk a list in small pages, by the default order and by the keys that leave most items equal."""
    return retry_clause(clause, lambda _clause: _observe(listing, order, clause))


def _observe(listing: Listing, order: Order, clause: str) -> Verdict:
    long = listing.all(note="one long page")
    if listing.size_parameter is None or len(long.items) < _FEWEST:
        return untested(clause, f"it takes {_FEWEST} items on several pages", [long.number])
    whole = long.ends
    if long.total is None and not whole:
        return untested(clause, "without a total, the list is too long to see whether it changed", [long.number])
    numbers = [long.number]
    told = False
    for walked in _orders(listing, order, long):
        pages = list(_walk(listing, long, walked, clause))
        numbers += [page.number for page in pages]
        wrong = _wrong(long, pages)
        again = listing.all(note="has the list moved?") if wrong else long
        if wrong and not _is_same(long, [*pages, again]):
            return untested(clause, "other clients changed the list meanwhile", [*numbers, again.number])
        if wrong and pages_are_broken(listing):
            return untested(clause, "the pages are not right without an order either", numbers)
        if wrong:
            message = f"{walked.words}, in pages of {pages[0].size}: {wrong}"
            return failed(clause, message, [page.number for page in pages], expected="each item once", actual=wrong)
        told = told or len(pages) > 1
    return passed(clause, numbers) if told else untested(clause, "it takes several pages", numbers)


def _orders(listing: Listing, order: Order, long: ListPage) -> Iterator[_Walked]:
    """The default order, then the keys that leave most items equal, in both directions by turns."""
    yield _Walked(extra={}, words="in the default order")
    by = listing.operation.parameter(order.by) if order.by else None
    if by is None:
        return
    equal = {key: _equal(long, field) for key, field in order.keys.items()}
    chosen = sorted((key for key in equal if equal[key] > 1), key=lambda key: -equal[key])[:_KEYS]
    for index, key in enumerate(chosen):
        ways = ways_of(listing.operation, order, key) if order.both_ways else ("",)
        way = ways[index % len(ways)]
        extra = order_arguments(listing.operation, order, key, way)
        yield _Walked(extra=extra, words=f"sorted by {key}{f', {WAYS[way]}' if way else ''}")


def _equal(page: ListPage, field: str) -> int:
    """How many items share the most frequent value of a field; what has no value is equal too."""
    values = [at(item, field) for item in page.items]
    texts = ["" if isinstance(value, Missing) else tie(value) or canonical(value) for value in values]
    return max(Counter(texts).values(), default=0)


def _walk(listing: Listing, long: ListPage, walked: _Walked, clause: str) -> Iterator[ListPage]:
    count = len(long.items) if long.ends else max(long.total or 0, len(long.items))
    width = min(listing.biggest, max(_WIDTH, -(-count // (_PAGES - 2))))
    for index in range(_PAGES):
        page = listing.page(index, width, walked.extra, note=f"pages of {width}, {walked.words}", aim=clause)
        yield page
        if page.ends:
            return


def _wrong(long: ListPage, pages: list[ListPage]) -> str:
    """What is wrong with a walk, in words; empty if nothing is."""
    counted = Counter(key for page in pages for key in page.keys)
    key, times = max(counted.items(), key=lambda pair: pair[1], default=("", 0))
    if times > 1:
        return f"the item {key} appears {times} times"
    ended = pages[-1].ends
    missing = next((key for key in long.keys if key not in counted), None) if ended else None
    return f"the item {missing} never appears" if missing is not None else ""


def _is_same(long: ListPage, others: list[ListPage]) -> bool:
    """Whether nothing was written: one total on all pages, and one set of items where a page holds them all."""
    if any(page.total != long.total for page in others):
        return False
    last = others[-1]
    return len(long.items) == long.size == len(last.items) or set(last.keys) == set(long.keys)
