"""Totals: the total counts everything that matches, on whichever page it is read.

A total is compared with the items that were seen, never with an expectation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.collections.kit.filled_lists import open_listing
from contract_suite.behaviours.collections.kit.filter_values import selective_values, sent_value
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause
from contract_suite.behaviours.kit.listing import Listing, ListPage, collection_of, collections
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
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.trees.places import pointer_of
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.json import Arguments
from contract_suite.model.verdict import Outcome, Verdict

NAME: Final = "totals"
SUBJECT: Final = "collection"
EXACT: Final = "total-exact"
CONSTANT: Final = "total-constant"
FILTERED: Final = "total-filtered"
BOUNDED: Final = "count-bounded"
_TEXTS: Final = {
    EXACT: "The total is the number of items on all pages together.",
    CONSTANT: "The total is the same on every page.",
    FILTERED: "With a filter, the total counts what matches it, on all pages.",
    BOUNDED: "The count lies between the number of items on the page and the total.",
}
_ENOUGH: Final = 4
_MOST_PAGES: Final = 12
_FILTERS: Final = 8
_TOO_MANY: Final = "the list is too long to be counted"


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each collection promises about its total and count."""
    found = (clause for operation in collections(contract) for clause in clauses_of(operation).values())
    yield from inapplicable_if_none(found, contract, NAME, SUBJECT, "no operation promises a collection")


def clauses_of(operation: Operation) -> dict[str, Clause]:
    """The clauses of one collection, by kind."""
    promise = collection_of(operation)
    found: dict[str, Clause] = {}
    for kind, text in _TEXTS.items():
        member = "count" if kind == BOUNDED else "total"
        reason = "" if getattr(promise, member) else f"the collection declares no {member}"
        if not reason and kind != BOUNDED and promise.count:
            reason = "beside a count, the document leaves open what the total counts"
        if not reason and kind == CONSTANT and promise.page is None:
            reason = "the collection has no pages"
        if not reason and kind == FILTERED and not _optional(operation):
            reason = "the operation promises no filter that may be left out"
        source = promise.source_of(member)
        found[kind] = make_clause(
            NAME, operation, SUBJECT, kind, text, rests_on=promise, source=source, inapplicable=reason
        )
    return found


def drive(session: Session) -> Iterator[Verdict]:
    """Count every collection, whole and filtered, and compare."""
    for operation in collections(session.contract):
        promised = clauses_of(operation)
        verdicts = Verdicts(session, promised)
        if not verdicts.any_wanted:
            continue
        try:
            listing = open_listing(session, operation, at_least=_ENOUGH)
            ids = {kind: clause.id for kind, clause in promised.items()}
            wanted = tuple(kind for kind in promised if verdicts.is_wanted(kind))
            observed = retry_until_stable(_Observation(listing=listing, ids=ids, wanted=wanted))
            yield from verdicts.report(observed.values())
        except Unusable as reason:
            yield from verdicts.leave_unusable(reason)


BEHAVIOUR: Final = Behaviour(
    name=NAME, title="The total counts everything that matches, on every page.", clauses=clauses, drive=drive
)


def _optional(operation: Operation) -> bool:
    parameters = [operation.parameter(each.parameter) for each in operation.promises.filters]
    return any(parameter is not None and not parameter.required for parameter in parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Observation:
    """One observation of a collection: how many items there are, and what the totals say."""

    listing: Listing
    ids: dict[str, str]
    wanted: tuple[str, ...]

    def __call__(self) -> VerdictMap:
        listing, ids = self.listing, self.ids
        long = listing.all(note="one long page")
        if long.total is None and long.count is None:
            return all_untested(ids.values(), "the answer holds no total", [long.number])
        if len(long.items) < 2:  # noqa: PLR2004 - one item can't tell a page's total from the list's
            return all_untested(
                ids.values(), f"it takes at least two items; the list has {len(long.items)}", [long.number]
            )
        pages = self._pages(long)
        verdicts: VerdictMap = {}
        counted = _counted(long, pages)
        if counted == _TOO_MANY:
            counted = self._measured(pages)
        if isinstance(counted, str):
            verdicts |= all_untested(
                [ids[EXACT], ids[CONSTANT]], counted, [long.number, *(page.number for page in pages)]
            )
        else:
            verdicts |= self._totals(long, pages, counted)
        exact = verdicts[ids[EXACT]]
        filtered: list[ListPage] = []
        if FILTERED in self.wanted or BOUNDED in self.wanted:
            verdicts[ids[FILTERED]] = self._filtered(long, filtered)
        broken = next(
            (verdicts[ids[kind]] for kind in (EXACT, CONSTANT) if verdicts[ids[kind]].outcome is Outcome.FAILED), None
        )
        if broken is not None:
            verdicts[ids[FILTERED]] = untested(
                ids[FILTERED], "the total is wrong without a filter already", broken.exchanges
            )
        if BOUNDED in self.wanted:
            # Where the document leaves open what the total counts, a wrong one is no finding that could hide this.
            wrong = exact.outcome is Outcome.FAILED and EXACT in self.wanted
            verdicts[ids[BOUNDED]] = self._bounded([long, *pages, *filtered], total_is_wrong=wrong)
        if any(verdict.outcome is Outcome.FAILED for verdict in verdicts.values()):
            again = listing.all(note="has the list moved?")
            if again.keys != long.keys or again.total != long.total:
                return discard_unstable(verdicts)
        return verdicts

    def _pages(self, long: ListPage) -> list[ListPage]:
        """Short pages from the first to the one beyond the end, or the first and the last few of a long list."""
        listing = self.listing
        if listing.size_parameter is None:
            return []
        if long.more and len(long.items) < long.size:
            return self._walk(len(long.items))  # the server pages on its own, in steps that it chose
        return self._walk(max(1, -(-len(long.items) // 2)) if long.ends else listing.biggest)

    def _walk(self, size: int) -> list[ListPage]:
        listing = self.listing
        pages: list[ListPage] = []
        for index in range(_MOST_PAGES):
            page = listing.page(index, size, note=f"pages of {size}")
            pages.append(page)
            if not page.items and page.following is None:
                break
        return pages

    def _measured(self, pages: list[ListPage]) -> int | str:
        """How many items a long list has, found at the end where the total says it is."""
        listing, total, size = self.listing, pages[0].total, pages[0].size
        walked = sum(len(page.items) for page in pages)
        if listing.follows or any(len(page.items) != size for page in pages):
            return "pages hold another number of items than was asked for, so the items can't be counted"
        if not total or total < walked:
            return walked if total is not None else _TOO_MANY
        last = (total - 1) // size
        end = listing.page(last, size, note="the last page, by the total")
        behind = listing.page(last + 1, size, note="the page after it")
        pages += [end, behind]
        return last * size + len(end.items) + len(behind.items)

    def _totals(self, long: ListPage, pages: Sequence[ListPage], counted: int) -> VerdictMap:
        listing, ids = self.listing, self.ids
        answers = [*pages, long]
        first = answers[0]
        numbers = [each.number for each in answers]
        place = pointer_of(listing.collection.total)
        if first.total != counted and listing.size_parameter is not None and first.size > 1:
            other_way = self._walk(max(1, first.size // 2))
            seen = {key for page in pages for key in page.keys}
            if any(key not in seen for page in other_way for key in page.keys) and len(seen) == counted:
                reason = (
                    f"pages of {first.size // 2} hold items that those of {first.size} don't, "
                    "so the items can't be counted"
                )
                return all_untested([ids[EXACT], ids[CONSTANT]], reason, numbers)
        if first.total != counted:
            message = f"the total is {first.total}, and {counted} items were found on all pages"
            wrong = failed(
                ids[EXACT], message, [*numbers, first.number], pointer=place, expected=counted, actual=_told(first)
            )
            return {
                ids[EXACT]: wrong,
                ids[CONSTANT]: untested(ids[CONSTANT], "the total is wrong on the first page already", numbers),
            }
        verdicts: VerdictMap = {ids[EXACT]: passed(ids[EXACT], numbers)}
        other = next((each for each in answers if each.total != first.total), None)
        if len(answers) < 2:  # noqa: PLR2004 - nothing to compare
            verdicts[ids[CONSTANT]] = untested(ids[CONSTANT], "the collection has no pages", numbers)
        elif other is not None:
            message = f"the total is {first.total} on one page and {other.total} on another"
            verdicts[ids[CONSTANT]] = failed(
                ids[CONSTANT],
                message,
                [first.number, other.number],
                pointer=place,
                expected=_told(first),
                actual=_told(other),
            )
        else:
            verdicts[ids[CONSTANT]] = passed(ids[CONSTANT], numbers)
        return verdicts

    def _filtered(self, long: ListPage, seen: list[ListPage]) -> Verdict:
        """Each filter: the total on one long page that holds all of it, and on the first two pages of one."""
        listing, clause = self.listing, self.ids[FILTERED]
        place = pointer_of(listing.collection.total)
        told: list[int] = []
        numbers: list[int] = []
        for promise in listing.operation.promises.filters[:_FILTERS]:
            parameter = listing.operation.parameter(promise.parameter)
            value = (
                next(iter(selective_values(promise, parameter, long.items)), None)
                if parameter is not None and not parameter.required
                else None
            )
            if parameter is None or value is None:
                continue
            extra: Arguments = {parameter.subject: sent_value(promise, value)}
            all_of_it = listing.all(extra, note="filtered, on one long page")
            seen.append(all_of_it)
            numbers.append(all_of_it.number)
            count = len(all_of_it.items)
            if not 0 < count < len(long.items) or (all_of_it.size and not self._is_all(all_of_it, extra)):
                continue
            short = range(2) if listing.size_parameter is not None and count > 1 else ()
            answers = [all_of_it, *(listing.page(index, 1, extra, note="filtered, a page of one") for index in short)]
            seen += answers[1:]
            told += [each.number for each in answers]
            wrong = next((each for each in answers if each.total != count), None)
            if wrong is not None:
                message = f"with {parameter.name} {count} items match, and the total is {wrong.total}"
                verdict = failed(
                    clause, message, [*told, wrong.number], pointer=place, expected=count, actual=_told(wrong)
                )
                again = listing.all(extra, note="has the list moved?")
                return (
                    verdict
                    if again.keys == all_of_it.keys
                    else untested(clause, "other clients changed the list meanwhile", [*told, again.number])
                )
        return (
            passed(clause, told)
            if told
            else untested(clause, "it takes a filter that keeps some items and not others", numbers)
        )

    def _is_all(self, page: ListPage, extra: Arguments) -> bool:
        """Whether nothing follows a page, though it may say so: by a total that is too great."""
        if page.ends or self.listing.follows or len(page.items) >= page.size:
            return page.ends
        return not self.listing.page(1, page.size, extra, note="is there more, as it says?").items

    def _bounded(self, answers: Sequence[ListPage], *, total_is_wrong: bool) -> Verdict:
        clause = self.ids[BOUNDED]
        place = self.listing.collection.count
        known = [each for each in answers if each.count is not None]
        for each in known:
            if each.count is not None and each.count < len(each.items):
                message = f"the count is {each.count} with {counted(len(each.items), 'item')} on the page"
                return failed(
                    clause,
                    message,
                    [each.number],
                    pointer=place,
                    expected=f"at least {len(each.items)}",
                    actual=each.count,
                )
            if each.count is not None and each.total is not None and each.count > each.total and not total_is_wrong:
                message = f"the count is {each.count} and the total {each.total}"
                return failed(
                    clause, message, [each.number], pointer=place, expected=f"at most {each.total}", actual=each.count
                )
        numbers = [each.number for each in known]
        return passed(clause, numbers) if known else untested(clause, "the answer holds no count")


def _told(answer: ListPage) -> int | str:
    """The total of a page; an empty text where it has none."""
    return "" if answer.total is None else answer.total


def _counted(long: ListPage, pages: Sequence[ListPage]) -> int | str:
    """How many items there are, or why that can't be known."""
    walked = [key for page in pages for key in page.keys]
    if len(set(walked)) < len(walked) or len(set(long.keys)) < len(long.keys):
        return "items appear on several pages, so they can't be counted"
    if not pages:
        return len(long.items)
    if pages[-1].items:
        return "items are lost between the pages" if len(walked) < len(long.items) else _TOO_MANY
    if set(walked) != set(long.keys) and long.ends:
        return "the pages and one long page don't hold the same, so the items can't be counted"
    return len(walked)
