"""What a page says of the others is true: whether more follow, and how many there are.

A flag is compared with the items that were seen, never with an expectation; pages of several sizes are asked for, one of
which the list fills exactly. Many a server takes such a page for one that more follows, so that only a document that says
what its flag means is held to that, and a page that says itself how many items or pages there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause
from contract_suite.behaviours.kit.listing import Listing, ListPage, collection_of, collections
from contract_suite.behaviours.kit.resource_operations import representation
from contract_suite.behaviours.kit.retrying import discard_unstable, retry_until_stable
from contract_suite.behaviours.kit.verdicts import (
    Unusable,
    VerdictMap,
    Verdicts,
    all_untested,
    failed,
    passed,
    untested,
)
from contract_suite.contract.naming.told import told_of
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.json import at, tokens
from contract_suite.model.source import Source
from contract_suite.model.verdict import Outcome, Verdict

NAME: Final = "page-claims"
SUBJECT: Final = "collection"
MORE: Final = "more-told"
PAGES: Final = "pages-told"
_TEXTS: Final = {
    MORE: "A page says that more follows where more follows, and on the last page that none does.",
    PAGES: "The number of pages is what the number of items and the page size make.",
}
_SAYS: Final = re.compile(r"\b(more|further|another|next|last|beyond|after|remain)", re.IGNORECASE)
"""What a sentence about a flag says of what follows."""
_ENOUGH: Final = 3
_MOST_PAGES: Final = 12


def clauses(contract: Contract) -> Iterator[Clause]:
    """What the pages of each collection say of the others."""
    found = (clause for operation in collections(contract) for clause in clauses_of(operation).values())
    yield from inapplicable_if_none(found, contract, NAME, SUBJECT, "no operation promises a collection")


def clauses_of(operation: Operation) -> dict[str, Clause]:
    """The clauses of one collection, by kind."""
    promise = collection_of(operation)
    found: dict[str, Clause] = {}
    for kind, members in ((MORE, ("more", "last")), (PAGES, ("pages",))):
        named = next((each for each in members if getattr(promise, each)), "")
        reason = "" if named else f"the collection declares no {' and no '.join(members)}"
        if not reason and promise.page is None:
            reason = "the collection has no pages"
        source = promise.source_of(named or members[0])
        found[kind] = make_clause(
            NAME, operation, SUBJECT, kind, _TEXTS[kind], rests_on=promise, source=source, inapplicable=reason
        )
    return found


def drive(session: Session) -> Iterator[Verdict]:
    """Ask each collection for pages of several sizes, and compare what they say with what comes."""
    for operation in collections(session.contract):
        promised = clauses_of(operation)
        verdicts = Verdicts(session, promised)
        if not verdicts.any_wanted:
            continue
        try:
            listing = open_listing(session, operation, at_least=_ENOUGH)
            ids = {kind: clause.id for kind, clause in promised.items() if not clause.inapplicable}
            yield from verdicts.report(retry_until_stable(_Observation(listing=listing, ids=ids)).values())
        except Unusable as reason:
            yield from verdicts.leave_unusable(reason)


BEHAVIOUR: Final = Behaviour(
    name=NAME, title="Pages say the truth about the pages that follow.", clauses=clauses, drive=drive
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Observation:
    """One look at a collection: its longest pages to the end, one of a single item, and a last one that is full."""

    listing: Listing
    ids: dict[str, str]

    def __call__(self) -> VerdictMap:
        listing, ids = self.listing, self.ids
        walked = self._walked()
        count = sum(len(each.items) for each in walked)
        keys = {key for each in walked for key in each.keys}
        numbers = [each.number for each in walked]
        if count < _ENOUGH or len(keys) < count:
            reason = "items appear twice" if len(keys) < count else f"it takes {_ENOUGH} items; the list has {count}"
            return all_untested(ids.values(), reason, numbers)
        whole = len(walked) < _MOST_PAGES
        pages = [(page, index < len(walked) - 1 or not whole) for index, page in enumerate(walked)]
        pages.append((listing.page(0, 1, note="a page of one item"), True))
        ends = self._full(count) if whole else []
        pages += ends
        verdicts: VerdictMap = {}
        if MORE in ids:
            judged = len(pages) if self._said() or self._counted(ends, count) else len(pages) - len(ends)
            verdicts[ids[MORE]] = self._more(pages[:judged])
        if PAGES in ids and whole:
            verdicts[ids[PAGES]] = self._pages([each for each, _ in pages], count)
        elif PAGES in ids:
            verdicts[ids[PAGES]] = untested(ids[PAGES], "the list is too long to be counted", numbers)
        if any(verdict.outcome is Outcome.FAILED for verdict in verdicts.values()):
            again = self._walked()
            if [each.keys for each in again] != [each.keys for each in walked]:
                return discard_unstable(verdicts)
        return verdicts

    def _said(self) -> bool:
        """Whether somebody says what the flag means, and not its name alone."""
        promise = self.listing.collection
        if promise.source_of("more" if promise.more else "last") is not Source.INFERRED:
            return True
        place, steps = representation(self.listing.operation), tokens(promise.more or promise.last)
        for step in steps if place is not None else ():
            place = place.member(step) if place is not None else None
        own = place.keyword("description") if place is not None else None
        texts = (own if isinstance(own, str) else "", *told_of(self.listing.session.contract, steps[-1]))
        return any(_SAYS.search(each) for each in texts)

    def _counted(self, ends: list[tuple[ListPage, bool]], count: int) -> bool:
        """Whether the pages at the end say themselves that nothing follows, by their total or the number of pages."""
        place = self.listing.collection.pages
        return bool(ends) and all(
            page.total == count or (bool(place) and at(page.body, place) == -(-count // page.size)) for page, _ in ends
        )

    def _walked(self) -> list[ListPage]:
        """The longest pages, as far as items come."""
        found: list[ListPage] = []
        while len(found) < _MOST_PAGES:
            page = self.listing.page(len(found), self.listing.biggest, note="the longest pages")
            if not page.items:
                break
            found.append(page)
        return found

    def _full(self, count: int) -> list[tuple[ListPage, bool]]:
        """The last page of a size that leaves no rest, so that it is full: of the largest such size that few pages lead to."""
        most = min(self.listing.biggest, count)
        sizes = (size for size in range(most, 0, -1) if count % size == 0)
        size = next(sizes)
        if self.listing.follows and count // size > _MOST_PAGES:
            return []
        page = self.listing.page(count // size - 1, size, note="a last page that is full")
        return [(page, False)] if len(page.items) == size else []

    def _more(self, pages: list[tuple[ListPage, bool]]) -> Verdict:
        clause, collection = self.ids[MORE], self.listing.collection
        place, turned = collection.more or collection.last, not collection.more
        told: set[bool] = set()
        numbers: list[int] = []
        for page, follows in pages:
            said = at(page.body, place)
            if not isinstance(said, bool) or page.size <= 0:
                continue
            numbers.append(page.number)
            told.add(follows)
            if said is (follows if turned else not follows):
                behind = "items follow" if follows else "nothing follows"
                message = f"{behind} the page of {page.size}, and {place} is {_text(said)}"
                expected = _text(follows is not turned)
                return failed(clause, message, numbers, pointer=place, expected=expected, actual=_text(said))
        if len(told) < 2:  # noqa: PLR2004 - a flag that never changes says nothing
            return untested(clause, "it takes a page that more follows, and a last one", numbers)
        return passed(clause, numbers)

    def _pages(self, pages: list[ListPage], count: int) -> Verdict:
        clause, place = self.ids[PAGES], self.listing.collection.pages
        numbers: list[int] = []
        for page in pages:
            said = at(page.body, place)
            if isinstance(said, bool) or not isinstance(said, int) or page.size <= 0:
                continue
            numbers.append(page.number)
            wanted = -(-count // page.size)
            if said != wanted:
                message = f"{count} items make {wanted} pages of {page.size}, and {place} is {said}"
                return failed(clause, message, numbers, pointer=place, expected=wanted, actual=said)
        return passed(clause, numbers) if numbers else untested(clause, f"no page has a number at {place}")


def _text(value: bool) -> str:
    return "true" if value else "false"
