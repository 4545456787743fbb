"""Whether pages that lead from one to the next are the list: walked in several sizes, and judged against each other.

A page may hold fewer items than were asked for, even none, and still name a next one: only a page that names none ends
the list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.collections.kit.page_observation import (
    ALL,
    BEFORE,
    LEADS,
    NEXT,
    ONCE,
    SIZE,
    same_order,
    too_long,
)
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.responses import obstacle, served, why_not
from contract_suite.behaviours.kit.retrying import discard_unstable
from contract_suite.behaviours.kit.verdicts import Unusable, VerdictMap, all_untested, failed, passed, untested
from contract_suite.contract.trees.places import item_field_of
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON, at
from contract_suite.model.verdict import Outcome, Verdict

_LONG_PAGES: Final = 4
_MOST_PAGES: Final = 12
_PARTS: Final = 4
_FEW: Final = 7
_HERE: Final = 4
_BACK: Final = 2
"""The page before the item at this index is asked for, of so many items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """Pages of one size, each found by the one before; `wrong` says what is wrong with where the last one led."""

    size: int
    pages: tuple[ListPage, ...]
    wrong: str = ""
    numbers: tuple[int, ...] = ()

    @property
    def items(self) -> tuple[JSON, ...]:
        return tuple(item for page in self.pages for item in page.items)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for page in self.pages for key in page.keys)

    @property
    def ended(self) -> bool:
        return self.pages[-1].ends


def observe_followed(listing: Listing, ids: dict[str, str]) -> VerdictMap:
    """Walk a list in long pages and in short ones, and judge every clause in `ids` (kind to clause id) by what came."""
    long = _walk(listing, listing.biggest, _LONG_PAGES)
    walks = [long]
    if not long.wrong:
        most = _MOST_PAGES if long.ended else _PARTS
        walks += [_walk(listing, size, most) for size in _sizes(listing, long)]
    numbers = [number for walk in walks for number in walk.numbers]
    verdicts = _judged(listing, walks, {kind: each for kind, each in ids.items() if kind != BEFORE}, numbers)
    if BEFORE in ids and not any(verdict.outcome is Outcome.FAILED for verdict in verdicts.values()):
        verdicts[ids[BEFORE]] = _page_before(listing, long, ids[BEFORE])
    if any(verdict.outcome is Outcome.FAILED for verdict in verdicts.values()):
        again = listing.all(note="has the list moved?")
        first = long.pages[0]
        if again.keys != first.keys or again.total != first.total:
            return discard_unstable(verdicts)
    return verdicts


def _walk(listing: Listing, size: int, most: int) -> _Walk:
    pages = [listing.page(0, size, note=f"pages of {size}, from one to the next")]
    numbers = [pages[0].number]
    while not pages[-1].ends and len(pages) < most:
        before = pages[-1]
        exchange = listing.follow(before, {}, note=f"the page of {size} that the one before names as the next")
        numbers.append(exchange.number)
        if obstacle(exchange):
            raise Unusable(why_not(exchange), exchange)
        if not served(exchange):
            wrong = f"the next page that {listing.operation.id} names is answered {exchange.status}"
            return _Walk(size=size, pages=tuple(pages), wrong=wrong, numbers=tuple(numbers))
        page = listing.read(exchange, start=len(pages) * size, size=size)
        pages.append(page)
        if page.following is not None and page.following == before.following:
            wrong = "a page names itself as its next page" if page.items else ""
            return _Walk(size=size, pages=tuple(pages), wrong=wrong, numbers=tuple(numbers))
    return _Walk(size=size, pages=tuple(pages), numbers=tuple(numbers))


def _page_before(listing: Listing, long: _Walk, clause: str) -> Verdict:
    """The page before the fifth item: of two, the third and the fourth, whichever comes first; the newest two are others."""
    page = listing.collection.page
    parameter = listing.operation.parameter(page.before) if page is not None else None
    field_name = item_field_of(page.next) if page is not None else ""
    numbers = list(long.numbers)
    value = at(long.items[_HERE], field_name) if len(long.items) > _HERE else None
    if parameter is None or not isinstance(value, str | int):
        return untested(clause, f"it takes {_HERE + 1} items", numbers)
    given = {**listing.arguments(0, _BACK), parameter.subject: value}
    exchange = listing.call(given, note=f"the page of {_BACK} before an item", intent=Intent.UNKNOWN)
    if not served(exchange):
        return untested(clause, why_not(exchange), [*numbers, exchange.number])
    came, wanted = listing.read(exchange).keys, long.keys[_HERE - _BACK : _HERE]
    numbers.append(exchange.number)
    if sorted(came) == sorted(wanted):
        return passed(clause, numbers)
    message = f"before item {_HERE + 1} of the list stand {list(wanted)}, and {parameter.name} gives {list(came)}"
    return failed(clause, message, numbers, expected=list(wanted), actual=list(came))


def _sizes(listing: Listing, long: _Walk) -> Iterator[int]:
    """Sizes that leave one, two and a few items for the last page: a careless end shows there."""
    count = len(set(long.keys))
    if not long.ended:
        yield min(_FEW, listing.maximum)
        return
    part = max(1, -(-count // _PARTS))
    wanted = (part + 1 if count % part == 0 and part > 1 else part, count - 1, count - 2)
    yield from (size for size in dict.fromkeys(wanted) if 0 < size < min(count, listing.maximum + 1))


def _judged(listing: Listing, walks: list[_Walk], ids: dict[str, str], numbers: list[int]) -> VerdictMap:
    long = walks[0]
    over = next((page for walk in walks for page in walk.pages if len(page.items) > page.size), None)
    if over is not None:
        rest = all_untested(ids.values(), "pages hold more items than requested", numbers)
        return rest | {ids[SIZE]: too_long(listing, over, ids[SIZE])}
    verdicts: VerdictMap = {ids[SIZE]: passed(ids[SIZE], numbers)}
    lost = next((walk for walk in walks if walk.wrong), None)
    if lost is not None:
        rest = all_untested(ids.values(), "the pages don't lead to the end of the list", numbers)
        problem = "refused" if len(lost.numbers) > len(lost.pages) else "itself"
        return rest | verdicts | {ids[LEADS]: failed(ids[LEADS], lost.wrong, lost.numbers, problem=problem)}
    if len(walks) == 1:
        reason = f"it takes at least two items; the list has {len(long.items)}"
        return verdicts | all_untested([each for kind, each in ids.items() if kind != SIZE], reason, numbers)
    verdicts[ids[LEADS]] = passed(ids[LEADS], numbers)
    twice = next((found for walk in walks if (found := _twice(walk, ids[ONCE])) is not None), None)
    if twice is not None:
        return all_untested(ids.values(), "items appear on several pages", numbers) | verdicts | {ids[ONCE]: twice}
    verdicts[ids[ONCE]] = passed(ids[ONCE], numbers)
    missing = _missing(walks, ids[ALL])
    if missing is not None:
        verdicts[ids[ALL]] = missing
        verdicts[ids[NEXT]] = untested(ids[NEXT], "items are lost between the pages", numbers)
        return verdicts
    verdicts[ids[ALL]] = passed(ids[ALL], numbers)
    verdicts[ids[NEXT]] = passed(ids[NEXT], numbers)
    for walk in walks[1:]:
        count = min(len(walk.items), len(long.items))
        if not same_order(listing, long.items[:count], walk.items[:count]):
            message = f"pages of {walk.size} have the items in another order than pages of {long.size}"
            verdicts[ids[NEXT]] = failed(ids[NEXT], message, [*long.numbers, *walk.numbers])
    return verdicts


def _twice(walk: _Walk, clause: str) -> Verdict | None:
    key, times = max(Counter(walk.keys).items(), key=lambda pair: pair[1], default=("", 0))
    if times < 2:  # noqa: PLR2004 - once is right
        return None
    where = [page.number for page in walk.pages if key in page.keys]
    message = f"the item {key} appears {times} times on pages of {walk.size}"
    return failed(clause, message, where, expected="once", actual=f"{times} times")


def _missing(walks: list[_Walk], clause: str) -> Verdict | None:
    """An item that came in one walk and not in another, as far as both went."""
    for walk in walks:
        for other in walks:
            known = set(walk.keys)
            reached = other.keys if walk.ended else other.keys[: len(walk.keys)]
            key = next((each for each in reached if each not in known), None)
            if key is not None:
                message = f"the item {key} is on a page of {other.size}, but on no page of {walk.size}"
                numbers = [*other.numbers, *walk.numbers]
                return failed(clause, message, numbers, expected=len(set(other.keys)), actual=len(known))
    return None
