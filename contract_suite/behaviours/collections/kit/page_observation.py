"""Whether the pages of a list are the list: observed in pages of several sizes beside one long page, and judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from contract_suite.behaviours.collections.kit.collation import tie
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.responses import obstacle, served, why_not
from contract_suite.behaviours.kit.retrying import conclusive, discard_unstable
from contract_suite.behaviours.kit.verdicts import VerdictMap, all_untested, failed, passed, untested
from contract_suite.model.case import Intent
from contract_suite.model.counting import counted, wrong_page_size
from contract_suite.model.json import JSON, at
from contract_suite.model.verdict import Outcome, Verdict

SUBJECT: Final = "collection"
SIZE: Final = "page-size-respected"
CAP: Final = "page-size-not-capped"
ONCE: Final = "pages-disjoint"
ALL: Final = "pages-complete"
NEXT: Final = "pages-continue"
OFFSET: Final = "offset-exact"
END: Final = "past-end-empty"
LEADS: Final = "next-page-leads-on"
BEFORE: Final = "page-before-exact"
NAMES_NEXT: Final = "names-next"
"""The problem of a short page that says itself where the rest is: no document of the usual kind forbids that."""
KINDS: Final = (SIZE, CAP, ONCE, ALL, NEXT, OFFSET, LEADS, END)
_PAGES: Final = 4
_FEW: Final = 7
_FAR: Final = 7


@dataclass(slots=True, kw_only=True)
class PageObservation:
    """What was asked and seen in one look.

    `long` is the long page that all else is compared with, `behind` what comes after it.

    `walk` are pages of `width`, from the first one on; `small` the second of a few items, where `width` is more than
    that; `exact` is a page that has just as many places as the list has items.
    """

    listing: Listing
    long: ListPage
    behind: ListPage
    walk: list[ListPage]
    width: int
    small: list[ListPage]
    exact: ListPage | None

    @property
    def numbers(self) -> list[int]:
        """The numbers of all exchanges."""
        others = [self.exact] if self.exact is not None else []
        return [self.long.number, self.behind.number, *(each.number for each in (*self.walk, *self.small, *others))]

    @property
    def unseen(self) -> list[str]:
        """What lies behind the long page."""
        known = set(self.long.keys)
        return [key for key in self.behind.keys if key not in known]

    @property
    def capped(self) -> bool:
        """Whether the long page is shorter than asked for although more items follow."""
        return len(self.long.items) < self.long.size and bool(self.unseen)

    @property
    def whole(self) -> bool:
        """Whether the long page is all there is."""
        return self.long.ends and not self.unseen

    @property
    def walked(self) -> list[str]:
        """The keys of the items on the walk, in their order."""
        return [key for page in self.walk for key in page.keys]

    def piece(self, page: ListPage) -> Sequence[str]:
        """What a page has to show of the long one."""
        return self.long.keys[page.start : page.start + page.size]

    @property
    def expected(self) -> Sequence[str]:
        """What the walk has to show."""
        return self.long.keys if self.whole else self.long.keys[: self.width * len(self.walk)]


def observe_pages(listing: Listing, ids: dict[str, str]) -> VerdictMap:
    """Ask for one long page and for short ones, and judge every clause in `ids` (kind to clause id) by what came."""
    long = listing.all(note="one long page")
    count = len(long.items)
    if count > long.size:
        rest = all_untested(ids.values(), "pages hold more items than requested", [long.number])
        return rest | {ids[SIZE]: too_long(listing, long, ids[SIZE])}
    if count < 2:  # noqa: PLR2004 - one item makes no pages
        short = listing.page(0, 2, note="a short page") if listing.maximum > 1 else long
        if len(short.items) > count:
            message = f"a page of {long.size} holds {count} items, and one of 2 holds {len(short.items)}"
            again = listing.all(note="has the list moved?")
            lost = failed(
                ids[ALL],
                message,
                [short.number, again.number],
                expected=f"at least {len(short.items)}",
                actual=len(again.items),
            )
            rest = all_untested(ids.values(), "items are missing from the first page", [long.number, short.number])
            return rest | ({ids[ALL]: lost} if len(again.items) == count else {})
        return all_untested(ids.values(), f"it takes at least two items; the list has {count}", [long.number])
    behind = _behind(listing, count, long)
    width = _width(count, whole=long.ends)
    pages = min(_PAGES, -(-count // width))
    walk = listing.walk(width, pages, note=f"pages of {width}")
    small = [listing.page(1, _FEW, note=f"the second page of {_FEW}")] if width > _FEW else []
    exact = listing.page(0, count, note="a page that the list just fills") if count < long.size else None
    seen = PageObservation(listing=listing, long=long, behind=behind, walk=walk, width=width, small=small, exact=exact)
    verdicts = _judge(seen, ids)
    if any(verdict.outcome is Outcome.FAILED for verdict in verdicts.values()):
        again = listing.all(note="has the list moved?")
        if _is_shuffled(listing, long, again):
            # Nothing was written, so it is the server that gives its items in another order each time.
            return discard_unstable(
                {clause: verdict for clause, verdict in verdicts.items() if clause not in {ids[ONCE], ids[ALL]}}
            ) | {clause: verdicts[clause] for clause in (ids[ONCE], ids[ALL]) if clause in verdicts}
        if again.keys != long.keys or again.total != long.total:
            return discard_unstable(verdicts)
        # Before and after, all items were there: whatever others wrote between, no page had reason to hold less than
        # its piece.
        missing = verdicts.get(ids[ALL])
        if (
            missing is not None
            and missing.outcome is Outcome.FAILED
            and any(len(page.items) < len(seen.piece(page)) for page in walk)
        ):
            verdicts[ids[ALL]] = conclusive(missing)
    return verdicts


def _judge(seen: PageObservation, ids: dict[str, str]) -> VerdictMap:
    listing, numbers = seen.listing, seen.numbers
    over = next((page for page in (*seen.walk, *seen.small) if len(page.items) > page.size), None)
    if over is not None:
        rest = all_untested(ids.values(), "pages hold more items than requested", numbers)
        return rest | {ids[SIZE]: too_long(listing, over, ids[SIZE])}
    verdicts: VerdictMap = {ids[SIZE]: passed(ids[SIZE], numbers)}
    if OFFSET in ids:
        verdicts[ids[OFFSET]] = _offset(seen, ids[OFFSET])
        if verdicts[ids[OFFSET]].outcome is Outcome.FAILED:
            return all_untested(ids.values(), "offsets don't count items", numbers) | verdicts
    twice = _twice(seen, ids[ONCE])
    if twice is not None:
        return all_untested(ids.values(), "items appear on several pages", numbers) | verdicts | {ids[ONCE]: twice}
    verdicts[ids[ONCE]] = passed(ids[ONCE], numbers)
    verdicts[ids[CAP]] = _cap(seen, ids[CAP])
    lost = None if verdicts[ids[CAP]].outcome is Outcome.FAILED and seen.capped else _lost(seen, ids[ALL])
    if lost is not None:
        verdicts[ids[ALL]] = lost
        verdicts[ids[NEXT]] = untested(ids[NEXT], "items are lost between the pages", numbers)
    else:
        verdicts[ids[ALL]] = passed(ids[ALL], numbers)
        verdicts[ids[NEXT]] = _continued(seen, ids[NEXT])
    verdicts[ids[END]] = _end(seen, ids[END])
    return verdicts


def _behind(listing: Listing, count: int, long: ListPage) -> ListPage:
    """Return what follows the long page; a refusal counts as an empty page and is judged with those beyond the end."""
    exchange = listing.call(listing.arguments(1, count), note="the page after the long one", intent=Intent.UNKNOWN)
    if not served(exchange) and not obstacle(exchange):
        return replace(long, exchange=exchange, items=(), keys=(), start=count, size=count)
    return listing.read(exchange, start=count, size=count)


def _width(count: int, *, whole: bool) -> int:
    """A page size that leaves the last page short, where that can be."""
    if not whole:
        return min(_FEW, count // 2)
    width = max(1, -(-count // _PAGES))
    return width + 1 if count % width == 0 and count > _PAGES else width


def _offset(seen: PageObservation, clause: str) -> Verdict:
    listing, long = seen.listing, seen.long
    if listing.offset_parameter is None or listing.size_parameter is None:
        return untested(clause, "the offset's parameter is not declared")
    numbers = [long.number]
    for before in (1, max(1, min(seen.width + 1, len(long.items) - 1))):
        offset = before + listing.first_offset
        extra: dict[str, JSON] = {listing.offset_parameter.subject: offset, listing.size_parameter.subject: 2}
        page = listing.ask(extra, note=f"from item {before + 1} on")
        numbers.append(page.number)
        wanted = long.items[before : before + 2]
        # What comes behind a page that is not the whole list is nobody's guess.
        came = page.items if seen.whole else page.items[: len(wanted)]
        if not same_order(listing, wanted, came):
            message = (
                f"with {listing.offset_parameter.name}={offset} the page does not start at item {before + 1} of the "
                "list"
            )
            return failed(
                clause, message, numbers, expected=list(long.keys[before : before + 2]), actual=list(page.keys)
            )
    return passed(clause, numbers)


def _twice(seen: PageObservation, clause: str) -> Verdict | None:
    for pages, words in (([seen.long], "on one page"), (seen.walk, f"on pages of {seen.width}")):
        counted = Counter(key for page in pages for key in page.keys)
        key, times = max(counted.items(), key=lambda pair: pair[1], default=("", 0))
        if times > 1:
            where = [page.number for page in pages if key in page.keys]
            return failed(
                clause, f"the item {key} appears {times} times {words}", where, expected="once", actual=f"{times} times"
            )
    return None


def _cap(seen: PageObservation, clause: str) -> Verdict:
    long, listing = seen.long, seen.listing
    if seen.capped and listing.collection.page is not None and listing.collection.page.large:
        reason = f"a page size that is too large is lowered, probably to {len(long.items)}"
        return untested(clause, reason, [seen.behind.number, long.number])
    if seen.capped:
        return _too_short(long, clause, [seen.behind.number, long.number], "and more follow")
    for page, following in zip(seen.walk, seen.walk[1:], strict=False):
        if len(page.items) < page.size and following.items and not _missing(seen):
            return _too_short(page, clause, [following.number, page.number], "and more follow")
    if seen.exact is not None and len(seen.exact.items) < len(long.items) and not _missing(seen):
        return _too_short(seen.exact, clause, [long.number, seen.exact.number], "and the list has that many")
    if len(long.items) == long.size or len(long.items) > listing.default_size:
        return passed(clause, seen.numbers)
    return untested(
        clause, f"it takes more than {listing.default_size} items; the list has {len(long.items)}", [long.number]
    )


def _too_short(page: ListPage, clause: str, numbers: list[int], words: str) -> Verdict:
    return failed(
        clause,
        f"{wrong_page_size(len(page.items), page.size)}, {words}",
        numbers,
        problem=NAMES_NEXT if page.more else "",
        expected=page.size,
        actual=len(page.items),
    )


def _missing(seen: PageObservation) -> list[str]:
    walked = set(seen.walked)
    return [key for key in seen.expected if key not in walked]


def _lost(seen: PageObservation, clause: str) -> Verdict | None:
    numbers = [seen.long.number, *(page.number for page in seen.walk)]
    missing = _missing(seen)
    if missing:
        message = f"the item {missing[0]} is in the list and on none of the first {counted(len(seen.walk), 'page')} of {seen.width}"
        return failed(clause, message, numbers, expected=len(seen.expected), actual=len(seen.walked))
    known = set(seen.long.keys)
    extra = [key for key in seen.walked if key not in known]
    if seen.whole and extra:
        message = (
            f"the item {extra[0]} is on a page of {seen.width} and not on one page of {seen.long.size} that "
            "should hold everything"
        )
        return failed(
            clause, message, [*numbers[1:], numbers[0]], expected=len(seen.walked), actual=len(seen.long.items)
        )
    return None


def _continued(seen: PageObservation, clause: str) -> Verdict:
    for pages, width in ((seen.walk, seen.width), (seen.small, _FEW)):
        for page in pages:
            start = page.start
            if not seen.whole and start + width > len(seen.long.items):
                break
            if not same_order(seen.listing, seen.long.items[start : start + width], page.items):
                message = f"page {start // width + 1} of {width} is not what the list holds from item {start + 1} on"
                return failed(
                    clause,
                    message,
                    [seen.long.number, page.number],
                    expected=list(seen.long.keys[start : start + width]),
                    actual=list(page.keys),
                )
    return passed(clause, seen.numbers)


def _end(seen: PageObservation, clause: str) -> Verdict:
    listing, long, numbers = seen.listing, seen.long, seen.numbers
    if seen.whole and seen.behind.items:
        message = (
            f"the list has {counted(len(long.items), 'item')}, and the second page of {len(long.items)} was not empty"
        )
        return failed(clause, message, [long.number, seen.behind.number], expected=0, actual=len(seen.behind.items))
    index = -(-len(long.items) // seen.width) + _FAR if seen.whole else _beyond(listing, long)
    exchange = listing.call(listing.arguments(index, seen.width), note="a page beyond the end", intent=Intent.UNKNOWN)
    numbers = [*numbers, exchange.number]
    if not served(exchange):
        if obstacle(exchange):
            return untested(clause, why_not(exchange), numbers)
        message = (
            f"page {index + 1} of {seen.width} lies beyond the end and was answered {exchange.status} instead of "
            "an empty page"
        )
        return failed(clause, message, numbers, problem="refused", expected="an empty page", actual=exchange.status)
    page = listing.read(exchange)
    if page.items:
        message = f"page {index + 1} of {seen.width} lies beyond the end and holds {counted(len(page.items), 'item')}"
        return failed(
            clause,
            message,
            numbers,
            problem="items",
            expected=0,
            actual=len(page.items),
            pointer=listing.collection.items,
        )
    return passed(clause, numbers)


def _beyond(listing: Listing, long: ListPage) -> int:
    """A page that lies beyond the end of a list too long to be walked."""
    return max(long.total or 0, len(long.items)) * 4 + 100_000 // max(1, listing.default_size)


def too_long(listing: Listing, page: ListPage, clause: str) -> Verdict:
    """Return the failure of a page that holds more than was asked for: no other client can have made it so."""
    came, place = len(page.items), listing.collection.items
    message = wrong_page_size(came, page.size)
    return conclusive(failed(clause, message, [page.number], expected=page.size, actual=came, pointer=place))


def same_order(listing: Listing, expected: Sequence[JSON], came: Sequence[JSON]) -> bool:
    """Whether two pieces hold the same items in the same order; the documented order may leave some equal."""
    if [listing.key(item) for item in expected] == [listing.key(item) for item in came]:
        return True
    field = _sorted_by(listing)
    return bool(field) and _ranks(expected, field) == _ranks(came, field)


def _is_shuffled(listing: Listing, long: ListPage, again: ListPage) -> bool:
    """Whether a list holds the same items in another order, beyond what its documented order leaves equal."""
    if long.keys == again.keys or Counter(map(canonical, long.items)) != Counter(map(canonical, again.items)):
        return False
    field = _sorted_by(listing)
    return not field or _ranks(long.items, field) != _ranks(again.items, field)


def _sorted_by(listing: Listing) -> str:
    """The field that the list is sorted by without asking, empty where nobody says."""
    order = listing.operation.promises.order
    return order.keys.get(order.default_by, "") if order else ""


def _ranks(items: Iterable[JSON], field: str) -> list[str]:
    return [tie(at(item, field)) for item in items]
