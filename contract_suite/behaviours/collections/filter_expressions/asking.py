"""A list asked with expressions: what it holds without one, and what came with one, over all pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contract_suite.behaviours.collections.filter_expressions.expressions import Expression, holds
from contract_suite.behaviours.collections.filter_expressions.finding import ExpressionFilter
from contract_suite.behaviours.kit.listing import Listing, ListPage, Walk
from contract_suite.behaviours.kit.responses import refused
from contract_suite.behaviours.kit.verdicts import Unusable
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.filters import text_of
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON

_PAGES = 8


@dataclass(slots=True, kw_only=True)
class Answer:
    """What came of one question: pages, or why it was not served and what said so. `ended` says that nothing more follows."""

    words: str
    pages: list[ListPage] = field(default_factory=list)
    ended: bool = False
    unserved: str = ""
    refusals: list[Exchange] = field(default_factory=list)

    @property
    def items(self) -> list[JSON]:
        """The items of all pages."""
        return [item for page in self.pages for item in page.items]

    @property
    def keys(self) -> list[str]:
        """What tells the items from each other, in the same order."""
        return [key for page in self.pages for key in page.keys]

    @property
    def total(self) -> int | None:
        """What the first page says that all pages hold."""
        return self.pages[0].total if self.pages else None

    @property
    def exchanges(self) -> list[Exchange]:
        """What showed it."""
        return [page.exchange for page in self.pages]


class AskedList:
    """One list that is filtered by expressions, and the items that it showed without one."""

    def __init__(self, listing: Listing, found: ExpressionFilter) -> None:
        """Nothing is known before `look`."""
        self.listing = listing
        self.found = found
        self.known: Mapping[str, JSON] = {}
        self.whole = Answer(words="no expression")
        self.size = listing.biggest

    def look(self, note: str = "the list without an expression") -> None:
        """See all that the list holds, as far as can be; `Unusable` if it shows nothing."""
        walk = Walk()
        pages = list(self.listing.pages(walk, extra=self.found.counted, note=note, most=_PAGES))
        if not pages:
            raise Unusable(walk.trouble or f"{self.found.operation.id} shows nothing")
        self.whole = Answer(words="no expression", pages=pages, ended=not walk.trouble)
        self.known = dict(zip(self.whole.keys, self.whole.items, strict=True))
        if len(pages) > 1 and len(pages[0].items) < self.size and not self.listing.follows:
            self.size = len(pages[0].items)

    @property
    def state(self) -> tuple[frozenset[str], frozenset[int | None]]:
        """What changes with the list: its items, and what its pages said that there are."""
        return frozenset(self.known), frozenset(page.total for page in self.whole.pages)

    @property
    def items(self) -> list[JSON]:
        """What the list holds."""
        return list(self.known.values())

    def count(self, expression: Expression) -> tuple[int, int]:
        """For how many known items an expression surely holds, and for how many it surely does not."""
        each = [holds(expression, item) for item in self.items]
        return each.count(True), each.count(False)

    def divides(self, expression: Expression) -> bool:
        """Whether an expression holds for some known items and not for others."""
        return all(self.count(expression))

    def ask(
        self,
        expression: Expression,
        *,
        aim: str,
        note: str,
        size: int = 0,
        extra: Mapping[str, JSON] | None = None,
    ) -> Answer:
        """Ask for what an expression holds for, page after page."""
        arguments = self.found.arguments(expression)
        if arguments is None:
            return Answer(words="", unserved="the grammar has no words for it")
        said = " and ".join(
            f"{each.partition('.')[2]}={shown(text_of(str(value)))}" for each, value in arguments.items()
        )
        answer = Answer(words=said)
        asked = {**self.found.counted, **arguments, **(extra or {})}
        size = size or self.size
        seen: set[str] = set()
        try:
            for index in range(_PAGES if self.listing.size_parameter is not None else 1):
                page = self.listing.page(index, size, asked, aim=aim, note=note, intent=Intent.UNKNOWN)
                if index and not set(page.keys) - seen:
                    answer.ended = True
                    break
                answer.pages.append(page)
                seen |= set(page.keys)
                if page.ends:
                    answer.ended = True
                    break
        except Unusable as reason:
            answer.ended = answer.total is not None and len(answer.keys) >= answer.total
            if not answer.pages:
                answer.unserved = reason.reason
                answer.refusals = [each for each in self.listing.session.history[-1:] if refused(each)]
        if self.listing.size_parameter is None:
            answer.ended = not answer.unserved and not any(page.more for page in answer.pages)
        return answer
