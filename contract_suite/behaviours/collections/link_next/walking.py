"""Going from page to page by links, and holding each page to the one before and to what numbers and sizes give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from contract_suite.behaviours.collections.link_next.clauses import NEXT, PREV
from contract_suite.behaviours.collections.link_next.kept_arguments import choices
from contract_suite.behaviours.collections.link_next.linked_pages import SMALL, LinkedPages, Page
from contract_suite.behaviours.kit.responses import obstacle, served, why_not
from contract_suite.behaviours.kit.verdicts import Unusable, VerdictMap, failed, passed, untested
from contract_suite.contract.naming.names import PAGE_NUMBERS, plain_name
from contract_suite.model.json import JSON, Arguments
from contract_suite.model.verdict import Verdict

LongPage = Callable[[], Page | None]
"""Asks for a long page the first time."""
_MOST_PAGES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Going from page to page of one list; `ids` are the wanted clauses by short key."""

    pages: LinkedPages
    arguments: Arguments
    ids: dict[str, str]

    def observe(self) -> VerdictMap:
        """Walk anew and judge what came."""
        first, size = self._first()
        if first.following is None:
            raise Unusable("the list has no next link", first.exchange)
        small: dict[str, JSON] = {**self.arguments, **({size: SMALL} if size else {})}
        long = cache(partial(self._long, self.arguments, size))
        found: VerdictMap = {}
        if NEXT in self.ids:
            found[self.ids[NEXT]] = self._next(first, small, long, size)
        if any(verdict.problem for verdict in found.values()) and PREV in self.ids:
            reason = "the next link is wrong, which is reported separately"
            return found | {self.ids[PREV]: untested(self.ids[PREV], reason, [first.exchange.number])}
        if PREV in self.ids:
            found[self.ids[PREV]] = self._prev(first, long, size)
        return found

    def _first(self) -> tuple[Page, str]:
        """Return a small first page that has a next link, and the parameter that made it small: empty for none."""
        for size in self.pages.sizes():
            page = self.pages.call({**self.arguments, size: SMALL}, "the first page")
            if page.following is not None:
                return page, size
        return self.pages.call(self.arguments, "the first page"), ""

    def _next(self, first: Page, arguments: Arguments, long_page: LongPage, size: str) -> Verdict:
        clause, walked = self.ids[NEXT], [first]
        seen = {first.exchange.request.target}
        while walked[-1].following is not None and len(walked) < _MOST_PAGES:
            target = walked[-1].following
            numbers = [each.exchange.number for each in walked]
            if target in seen:
                message = f"the next link leads to a page that was there before, {target}"
                return failed(clause, message, numbers, problem="loop", actual=target)
            seen.add(target)
            exchange = self.pages.follow(target)
            numbers.append(exchange.number)
            if obstacle(exchange) or not served(exchange):
                if exchange.refused and not obstacle(exchange):
                    message = f"the next link must lead to the next page; {target} is answered {exchange.status}"
                    return failed(clause, message, numbers, problem="nowhere", actual=exchange.status)
                return untested(clause, why_not(exchange), numbers)
            page = self.pages.page(exchange)
            again = next((item for each in walked for item in each.items if item in page.items), None)
            if again is not None and all(each.is_distinct for each in (*walked, page)):
                message = f"the next link repeats an item: {again[:80]}"
                return failed(clause, message, numbers, problem="repeats", actual=again[:200])
            walked.append(page)
        found = self._by_number(first, walked[1], arguments)
        long = long_page() if found is None else None
        if long is not None:
            found = self._by_size(first, walked[1], long) or self._kept(long, size) or self._end(long)
        return found or passed(clause, [each.exchange.number for each in walked], "the links lead on")

    def _by_number(self, first: Page, second: Page, arguments: Arguments) -> Verdict | None:
        """Hold the second page to what its number gives, where the first one is what the number 1 gives."""
        name = next((each for each in self.pages.operation.parameters if plain_name(each.name) in PAGE_NUMBERS), None)
        if name is None or name.where != "query" or not first.items or not name.schema.is_valid(SMALL):
            return None
        one, two = (
            self.pages.session.call(self.pages.operation, {**arguments, name.subject: number}, note=f"page {number}")
            for number in (1, 2)
        )
        if not served(one) or not served(two) or self.pages.page(one).items != first.items:
            return None
        wanted = self.pages.page(two).items
        if wanted in {second.items, first.items} or not wanted:
            return None  # the same, or a number that chooses nothing
        numbers = (first.exchange.number, two.number, second.exchange.number)
        message = f"the next link of page 1 must lead to page 2; it leads to {second.exchange.request.target}"
        return failed(self.ids[NEXT], message, numbers, problem="skips", actual=second.exchange.request.target)

    def _by_size(self, first: Page, second: Page, long: Page) -> Verdict | None:
        """Hold the second page to a long one: what follows the first page there may not be left out."""
        after = len(first.items)
        if long.items[:after] != first.items or len(long.items) <= after:
            return None
        place = _place_of(second, long)
        if place is None or place <= after:
            return None
        numbers = (long.exchange.number, first.exchange.number, second.exchange.number)
        message = f"the next link skips {place - after} of the items that follow: {long.items[after][:80]}"
        return failed(self.ids[NEXT], message, numbers, problem="skips", expected=after + 1, actual=place + 1)

    def _kept(self, long: Page, size: str) -> Verdict | None:
        """Follow the link of a page that was filtered or sorted: what it leads to is not the page without that."""
        for choice in choices(self.pages, self.arguments, long):
            asked: dict[str, JSON] = {**self.arguments, **choice.arguments}
            whole = self._long(asked, size)
            first = self.pages.call({**asked, size: SMALL}, f"a page {choice.what}")
            if whole is None or first.following is None or whole.items[: len(first.items)] != first.items:
                continue
            exchange = self.pages.follow(first.following)
            second = self.pages.page(exchange) if served(exchange) else None
            if second is None or _place_of(second, whole) == len(first.items):
                continue
            strays = any(map(choice.strays, self.pages.raw(exchange)))
            if strays or _place_of(second, long) == len(first.items):
                message = f"the next link of the page {choice.what} forgets that; it leads to {exchange.request.target}"
                numbers = (first.exchange.number, whole.exchange.number, exchange.number)
                return failed(
                    self.ids[NEXT], message, numbers, problem="filter-dropped", actual=exchange.request.target
                )
        return None

    def _end(self, long: Page) -> Verdict | None:
        """Follow the links of a long page: after the last items there may be an empty page, but no further."""
        walked = [long]
        while walked[-1].following is not None and len(walked) < _MOST_PAGES:
            exchange = self.pages.follow(walked[-1].following)
            if not served(exchange):
                return None
            walked.append(self.pages.page(exchange))
        if len(walked) == _MOST_PAGES and walked[-1].following and not walked[-1].items and not walked[-2].items:
            message = "the next links don't end: two empty pages follow each other, and the second has a next link"
            return failed(self.ids[NEXT], message, [each.exchange.number for each in walked], problem="endless")
        return None

    def _prev(self, first: Page, long_page: LongPage, size: str) -> Verdict:
        verdict, long = self._back(first, ""), long_page()
        for choice in choices(self.pages, self.arguments, long) if long is not None else ():
            if verdict.problem:
                break
            page = self.pages.call({**self.arguments, **choice.arguments, size: SMALL}, f"a page {choice.what}")
            if page.following is not None and page.items != first.items:
                found = self._back(page, f" {choice.what}")
                verdict = found if found.problem else verdict
        return verdict

    def _back(self, first: Page, what: str) -> Verdict:
        clause, second = self.ids[PREV], self.pages.follow(first.following or "")
        numbers = [first.exchange.number, second.number]
        target = self.pages.page(second).before if served(second) else None
        if target is None:
            return untested(clause, "the second page has no prev link within the API", numbers)
        exchange = self.pages.follow(target)
        numbers.append(exchange.number)
        if not served(exchange):
            return untested(clause, why_not(exchange), numbers)
        if self.pages.page(exchange).items == first.items:
            return passed(clause, numbers, "the prev link leads back")
        message = f"the prev link of the second page{what} must lead to the first; {target} shows other items"
        return failed(clause, message, numbers, problem="other-page", actual=target)

    def _long(self, arguments: Arguments, size: str) -> Page | None:
        """Return a long page, if a parameter gives one and no two of its items are alike."""
        more = self.pages.long(size)
        page = self.pages.call({**arguments, **more}, "a long page") if more else None
        return page if page is not None and page.is_distinct else None


def _place_of(page: Page, whole: Page) -> int | None:
    """Return where the items of a page stand in a longer one, one right behind the other; `None` if they don't."""
    if not page.items or page.items[0] not in whole.items:
        return None
    place = whole.items.index(page.items[0])
    reached = whole.items[place : place + len(page.items)]
    return place if page.items[: len(reached)] == reached else None
