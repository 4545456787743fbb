"""Pages of the sizes that clients really ask for: each begins as the list does, and holds as many items as it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.collections.kit.page_observation import ALL, CAP, SIZE
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import VerdictMap, failed
from contract_suite.model.case import Intent
from contract_suite.model.counting import counted, wrong_page_size

_USUAL: Final = (20, 50, 100, 200, 500)
_BEYOND: Final = 2000
"""More than anything else asks for: an overflow or a forgotten bound shows, and a server may well refuse it."""


def observe_usual_sizes(listing: Listing, ids: dict[str, str]) -> VerdictMap:
    """Return what pages of usual sizes break, nothing if they are all pieces of one long page."""
    long = listing.all(note="one long page")
    for size in _sizes(listing, long):
        intent = Intent.UNKNOWN if size > long.size else Intent.POSITIVE
        exchange = listing.call(listing.arguments(0, size), note=f"a page of {size}", aim=ids[CAP], intent=intent)
        if not served(exchange):
            continue  # whether it may be refused is judged by the checks
        page = listing.read(exchange, size=size)
        found = _wrong(long, page, ids)
        if found:
            again = listing.all(note="has the list moved?")
            return found if again.keys == long.keys and again.total == long.total else {}
    return {}


def _sizes(listing: Listing, long: ListPage) -> Iterator[int]:
    """The sizes that the parameter takes and that say more than the long page does."""
    size = listing.size_parameter
    if size is None or not long.items:
        return
    most = listing.longest.size if listing.longest.refuses_longer else _BEYOND
    yield from (
        each for each in (*_USUAL, _BEYOND) if each != long.size and each <= most and size.schema.is_valid(each)
    )


def _wrong(long: ListPage, page: ListPage, ids: dict[str, str]) -> VerdictMap:
    wanted, numbers = min(page.size, len(long.items)), [long.number, page.number]
    if len(page.items) > page.size:
        message = wrong_page_size(len(page.items), page.size)
        return {ids[SIZE]: failed(ids[SIZE], message, numbers, expected=page.size, actual=len(page.items))}
    if not page.items:
        message = (
            f"the first page of {page.size} is empty, and one of {long.size} holds {counted(len(long.items), 'item')}"
        )
        return {ids[ALL]: failed(ids[ALL], message, numbers, expected=wanted, actual=0)}
    if len(page.items) < wanted:
        message = f"{wrong_page_size(len(page.items), page.size)}, and there are {len(long.items)}"
        return {ids[CAP]: failed(ids[CAP], message, numbers, expected=wanted, actual=len(page.items))}
    return {}
