"""Whether short pages are pieces of one long page, under whatever filter and order both were asked for.

Both are asked for again before anything is reported. Items that the order leaves equal may change places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from contract_suite.behaviours.collections.kit.collation import tie
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.retrying import LOOKS, conclusive
from contract_suite.behaviours.kit.verdicts import Unusable, failed
from contract_suite.model.case import Intent
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, Arguments, at
from contract_suite.model.verdict import Verdict

_PAGES: Final = 3
_FEW: Final = 7
_TOO_LONG: Final = "too-long"
_SHORT: Final = "short-page"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMismatch:
    """A page that is no piece of the list: the kind of problem, in words, and what was expected instead.

    `once` says that the same page was right when it was asked for again, and that no other client can have made it
    wrong.
    """

    problem: str
    message: str
    page: ListPage
    expected: JSON
    actual: JSON
    once: bool = False

    def verdict(self, clause: str, numbers: Iterable[int]) -> Verdict:
        """Return the failure of a clause."""
        found = failed(
            clause,
            f"{self.message}{'; asked again, it was right' if self.once else ''}",
            [*numbers, self.page.number],
            problem=self.problem,
            expected=self.expected,
            actual=self.actual,
        )
        return conclusive(found) if self.once else found


@dataclass(slots=True, kw_only=True)
class PageSlices:
    """Pages under the arguments `extra`, held against a long page of `size`, or of the longest there is.

    `sorted_by` is the field that the list is sorted by, empty where nobody says; `words` stand before every message.
    """

    listing: Listing
    extra: Arguments
    sorted_by: str = ""
    words: str = ""
    aim: str = ""
    size: int = 0
    numbers: list[int] = field(default_factory=list)
    """The exchanges that were compared, the long page first."""

    def long_page(self, note: str = "one long page") -> ListPage:
        """Ask for as much as one page holds."""
        answer = self.listing.page(0, self.size or self.listing.biggest, self.extra, note=note)
        self.numbers.append(answer.number)
        return answer

    def mismatch(self, long: ListPage, indices: Iterable[int], width: int) -> PageMismatch | None:
        """Ask for short pages, counted from 0, and return the first that is no piece of the long one."""
        if self.listing.follows:
            return self._walked_otherwise(long, max(indices, default=0), width)
        for index in indices:
            found = self._mismatch(long, index, width)
            if found is not None:
                return found
        return None

    def confirmed_mismatch(self, long: ListPage, indices: Iterable[int], width: int) -> PageMismatch | None:
        """Return a page that is wrong twice while the long one stays the same; `Unusable` if that keeps changing.

        Once is enough where a page is too long, or where one lacks items though the long page has them before and
        after.
        """
        indices = list(indices)
        for _ in range(LOOKS):
            wrong = self.mismatch(long, indices, width)
            if wrong is None:
                return None
            again = self.mismatch(long, [wrong.page.start // width], width)
            fresh = self.long_page("has the list moved?")
            if again is not None and fresh.keys == long.keys:
                return again
            if again is None and (wrong.problem == _TOO_LONG or (wrong.problem == _SHORT and fresh.keys == long.keys)):
                return replace(wrong, once=True)
            long = fresh
        raise Unusable("other clients changed the list meanwhile")

    def _mismatch(self, long: ListPage, index: int, width: int) -> PageMismatch | None:
        start, whole = index * width, long.ends
        if start >= len(long.items):
            return self._behind(long, index, width) if whole else None
        page = self.listing.page(
            index, width, self.extra, note=f"pages of {width}{self.words and f', {self.words}'}", aim=self.aim
        )
        self.numbers.append(page.number)
        wanted = long.items[start : start + width]
        said = f"{f'{self.words}: ' if self.words else ''}page {index + 1} of {width}"
        if len(page.items) > width:
            message = f"{said} holds {counted(len(page.items), 'item')}"
            return PageMismatch(problem=_TOO_LONG, message=message, page=page, expected=width, actual=len(page.items))
        if not whole and start + width > len(long.items):
            return None
        if len(page.items) < len(wanted):
            message = f"{said} holds {len(page.items)} of {counted(len(long.items), 'item')} instead of {len(wanted)}"
            return PageMismatch(
                problem=_SHORT, message=message, page=page, expected=len(wanted), actual=len(page.items)
            )
        if not self._alike(wanted, page.items):
            message = f"{said} is not what the list holds from item {start + 1} on"
            keys: list[JSON] = list(long.keys[start : start + width])
            return PageMismatch(
                problem="other-items", message=message, page=page, expected=keys, actual=list(page.keys)
            )
        return None

    def _walked_otherwise(self, long: ListPage, last: int, width: int) -> PageMismatch | None:
        """Where a page may be short, what comes on all pages up to one is the list up to there."""
        said = f"{self.words}: " if self.words else ""
        came: list[JSON] = []
        for index in range(last + 1):
            page = self.listing.page(
                index, width, self.extra, note=f"pages of {width}{self.words and f', {self.words}'}", aim=self.aim
            )
            self.numbers.append(page.number)
            came += page.items
            wanted = long.items if page.ends and long.ends else long.items[: len(came)]
            if len(page.items) > width:
                message = f"{said}page {index + 1} of size {width} has {counted(len(page.items), 'item')}"
                return PageMismatch(
                    problem=_TOO_LONG, message=message, page=page, expected=width, actual=len(page.items)
                )
            if not long.ends and len(came) > len(long.items):
                return None
            if not self._alike(wanted, came):
                message = f"{said}the first {counted(index + 1, 'page')} of size {width} don't match the list"
                keys: list[JSON] = list(long.keys[page.start : page.start + width])
                return PageMismatch(
                    problem="other-items", message=message, page=page, expected=keys, actual=list(page.keys)
                )
            if page.ends:
                return None
        return None

    def _behind(self, long: ListPage, index: int, width: int) -> PageMismatch | None:
        """A page beyond the end holds nothing; one that is refused says nothing about where the list was cut."""
        arguments = {**self.extra, **self.listing.arguments(index, width)}
        exchange = self.listing.call(
            arguments, note=f"beyond the end{self.words and f', {self.words}'}", aim=self.aim, intent=Intent.UNKNOWN
        )
        if not served(exchange):
            return None
        page = self.listing.read(exchange, start=index * width, size=width)
        self.numbers.append(page.number)
        if not page.items:
            return None
        message = (
            f"{f'{self.words}: ' if self.words else ''}the list has {counted(len(long.items), 'item')}, "
            f"and page {index + 1} of size {width} has {len(page.items)}"
        )
        return PageMismatch(problem="behind-the-end", message=message, page=page, expected=0, actual=len(page.items))

    def _alike(self, expected: Sequence[JSON], came: Sequence[JSON]) -> bool:
        key = self.listing.key
        if Counter(map(key, expected)) == Counter(map(key, came)):
            return True
        return bool(self.sorted_by) and self._ties(expected) == self._ties(came)

    def _ties(self, items: Iterable[JSON]) -> Counter[str]:
        return Counter(tie(at(item, self.sorted_by)) for item in items)


def page_plan(long: ListPage) -> tuple[int, list[int]]:
    """Return a page size and the pages, counted from 0, that show most with few requests.

    The last page is short, so that a careless end shows; one is not the last, so that a page without an end shows; one
    lies beyond the end.
    """
    count, whole = len(long.items), long.ends
    if not whole:
        return min(_FEW, max(1, count // _PAGES)), [1, 2]
    width = max(1, -(-count // _PAGES))
    if count >= _PAGES and count % width == 0:
        width += 1
    indices = list(range(-(-count // width) + 1))
    return width, indices[-_PAGES:]
