"""Asks one collection for each of its orders, and judges what comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.collections.kit.collation import as_compared, differ, disorder, told_ranks
from contract_suite.behaviours.collections.kit.observed_pages import pages_are_broken
from contract_suite.behaviours.collections.kit.orders import order_arguments, ways_of
from contract_suite.behaviours.collections.kit.page_slices import PageSlices, page_plan
from contract_suite.behaviours.collections.ordering.clauses import (
    ACROSS,
    BY_ALONE,
    CUT,
    DEFAULT,
    DIRECTION,
    DIRECTION_ALONE,
    KEY,
    SECOND,
    TIES,
    TOLD,
    UNKNOWN,
    WAYS,
    ids_of,
)
from contract_suite.behaviours.collections.ordering.second_key import judge_second
from contract_suite.behaviours.collections.ordering.sorted_page import SortedPage
from contract_suite.behaviours.collections.ordering.told import judge_told
from contract_suite.behaviours.collections.ordering.unknown_key import judge_unknown
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.resource_operations import listed_representation
from contract_suite.behaviours.kit.retrying import retry_until_stable
from contract_suite.behaviours.kit.verdicts import Unusable, VerdictMap, failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.operation import Parameter
from contract_suite.contract.vocabulary import Order
from contract_suite.model.json import JSON, Missing, at, tokens
from contract_suite.model.verdict import Outcome, Verdict

_MOST: Final = 50
_PIECE: Final = 5
_Judge = Callable[[str], Verdict]


class Sorter:
    """Asks one collection for its orders; each answer is asked for once."""

    def __init__(self, session: Session, listing: Listing, order: Order) -> None:
        """Nothing is asked before `verdicts`."""
        self.session = session
        self.listing = listing
        self.order = order
        self.ids = ids_of(listing.operation, order)
        self.by = self._parameter(order.by)
        self.both_ways = self._parameter(order.direction) is not None or order.in_key
        self.size = min(_MOST, listing.biggest)
        self.untrue: set[str] = set()
        """The clauses, by short names, whose order a response claims and doesn't have."""
        self._kept: dict[tuple[str, str], ListPage] = {}

    def verdicts(self, wanted: frozenset[str]) -> Iterator[Verdict]:
        """Judge what is wanted: first whether direction and key have any effect, then each by itself."""
        ids = self.ids
        broken: dict[str, str] = {}
        for name, judge, reason in (
            (DIRECTION, self._direction, "the direction has no effect"),
            (KEY, self._key, "the key has no effect"),
            (TOLD, partial(judge_told, self), "the response says that it is sorted so, and it is not"),
            (ACROSS, self._across, "the order does not go on from page to page"),
            (DEFAULT, self._judge_of(DEFAULT), "the default order does not hold"),
        ):
            if name not in ids:
                continue
            verdict = self._unless_hidden(name, judge, broken)
            if verdict.outcome is Outcome.FAILED:
                broken[name] = reason
            yield verdict
        for name, clause in ids.items():
            if clause not in wanted or name in {DIRECTION, KEY, ACROSS, DEFAULT, TOLD, CUT, TIES, SECOND}:
                continue
            verdict = self._unless_hidden(name, self._judge_of(name), broken)
            if name == BY_ALONE and verdict.outcome is Outcome.FAILED:
                broken[BY_ALONE] = "the default direction does not hold"
            yield verdict
        if SECOND in ids and ids[SECOND] in wanted:
            yield self._unless_hidden(SECOND, partial(judge_second, self), broken)
        if CUT in ids and ids[CUT] in wanted:
            yield untested(ids[CUT], broken[ACROSS]) if ACROSS in broken else self._retried(CUT, self._cut)

    def _unless_hidden(self, name: str, judge: _Judge, broken: Mapping[str, str]) -> Verdict:
        hidden = next((reason for cause, reason in broken.items() if self._hides(cause, name)), "")
        return untested(self.ids[name], hidden) if hidden else self._retried(name, judge)

    def _hides(self, cause: str, name: str) -> bool:
        """Whether a clause would fail for the same cause as one that has failed already."""
        if cause == DEFAULT:
            return name in {UNKNOWN, BY_ALONE}
        if cause == TOLD:
            return name in self.untrue or name == BY_ALONE
        key = name.rpartition("/")[0]
        if cause == DIRECTION:
            return bool(key) or name in {DIRECTION_ALONE, BY_ALONE, TOLD, SECOND}
        if cause == BY_ALONE:
            return name == UNKNOWN
        if cause == KEY:
            return (bool(key) and key != self.order.default_by) or name in {BY_ALONE, SECOND}
        return False

    def _retried(self, name: str, judge: _Judge) -> Verdict:
        clause = self.ids[name]

        def once() -> VerdictMap:
            try:
                return {clause: judge(clause)}
            except Unusable as reason:
                return {clause: untested(clause, reason.reason, reason.exchanges)}
            finally:
                self._again = True

        self._again = False
        return retry_until_stable(once)[clause]

    def _judge_of(self, name: str) -> _Judge:
        order = self.order
        if name == DEFAULT:
            return lambda clause: self._one(clause, "", "", order.default_by, order.default_direction)
        if name == DIRECTION_ALONE:
            other = "asc" if order.default_direction == "desc" else "desc"
            return lambda clause: self._one(clause, "", other, order.default_by, other)
        if name == BY_ALONE:
            return self._by_alone
        if name == UNKNOWN:
            return partial(judge_unknown, self)
        key, _, way = name.rpartition("/")
        return lambda clause: self._one(clause, key, way if self.both_ways else "", key, way)

    def _one(self, clause: str, by: str, direction: str, key: str, way: str) -> Verdict:
        """Judge one order within its page, and by the other direction where all values of the page are one."""
        first = self.sorted_by(by, direction, key, aim=clause)
        wrong = first.wrong(way)
        if wrong is not None:
            return self.misplaced(clause, first, wrong, key, way)
        if first.can_tell:
            return self._last(clause, first, (by, direction, key, way))
        if len(self._ways(by)) > 1 and by:
            # All values of this page are one. It must be the end of the scale, as seen from what the other direction
            # begins with.
            opposite = "desc" if way == "asc" else "asc"
            other = self.sorted_by(by, opposite, key)
            scale = (*first.values, *reversed(other.values))
            if differ(scale) and other.wrong(opposite) is None:
                wrong = disorder(scale, way)
                if wrong is None:
                    return passed(clause, [other.answer.number, first.answer.number])
                if self._begins_alike(by, way if direction else "", first):
                    return self.misplaced(clause, SortedPage(answer=first.answer, values=scale), wrong, key, way)
        return self._further(clause, first, (by, direction, key, way))

    def _last(self, clause: str, first: SortedPage, asked: tuple[str, str, str, str]) -> Verdict:
        """Look at the end of a list too, whose first page is right: it may be full of what the run made, all alike."""
        by, direction, key, way = asked
        total = first.answer.total or 0
        if self.listing.size_parameter is None or total <= len(first.answer.items) or not by:
            return passed(clause, [first.answer.number])
        note = f"sorted by {by}, the last page"
        try:
            answer = self.listing.page((total - 1) // self.size, self.size, self.asked_for(by, direction), note=note)
        except Unusable:  # many servers go no further than some thousands
            return passed(clause, [first.answer.number])
        last = SortedPage(answer=answer, values=self.values_of(answer, key))
        wrong = last.wrong(way)
        if wrong is not None:
            return self.misplaced(clause, last, wrong, key, way)
        return passed(clause, [first.answer.number, answer.number])

    def _further(self, clause: str, first: SortedPage, asked: tuple[str, str, str, str]) -> Verdict:
        """Look further into a long list whose first page shows one value only."""
        by, direction, key, way = asked
        total = first.answer.total or 0
        seen = [first]
        for part in (1, 2):
            index = total * part // 3 // self.size
            if self.listing.size_parameter is not None and index > 0:
                answer = self.listing.page(
                    index, self.size, self.asked_for(by, direction), note=f"sorted by {by or 'the default'}, further on"
                )
                seen.append(SortedPage(answer=answer, values=self.values_of(answer, key)))
        numbers = [each.answer.number for each in seen]
        for each in seen:
            wrong = each.wrong(way)
            if wrong is not None:
                return self.misplaced(clause, each, wrong, key, way)
        values = [value for each in seen for value in each.values]
        if differ(values) and disorder(values, way) is None:
            return passed(clause, numbers)
        return untested(clause, f"it takes two items that differ in {self.order.keys.get(key, key)}", numbers)

    def _begins_alike(self, by: str, direction: str, first: SortedPage) -> bool:
        """Whether a shorter page begins with the same items, so that the first page is the list's beginning."""
        size = max(1, self.size // _PIECE)
        short = self.listing.page(0, size, self.asked_for(by, direction), note="does a shorter page begin alike?")
        return short.keys == first.answer.keys[:size]

    def _direction(self, clause: str) -> Verdict:
        """Both directions of the default key, or of one that has both: the same items in the same order would mean that nobody looks at it."""
        both = (each for each in (self.order.default_by, *self.order.keys) if each and len(self._ways(each)) > 1)
        key = next(both, "")
        if self.order.in_key and not key:
            return untested(clause, f"{self.order.by} takes no key in both directions")
        by = key if self.by is not None and key in self.order.keys else ""
        up, down = self.sorted_by(by, "asc", key, aim=clause), self.sorted_by(by, "desc", key, aim=clause)
        numbers = [up.answer.number, down.answer.number]
        if not up.can_tell and not differ((*up.values, *down.values)):
            return untested(clause, f"it takes two items that differ in {self.order.keys.get(key, key)}", numbers)
        if up.answer.keys == down.answer.keys:
            return failed(
                clause,
                f"the list is the same in both directions of {key}",
                numbers,
                expected="another order",
                actual="the same order",
            )
        if (
            up.can_tell
            and down.can_tell
            and up.wrong("asc")
            and down.wrong("desc")
            and not up.wrong("desc")
            and not down.wrong("asc")
        ):
            return failed(
                clause,
                f"{key} asc is sorted descending, and desc ascending",
                numbers,
                expected="ascending",
                actual="descending",
            )
        return passed(clause, numbers)

    def _key(self, clause: str) -> Verdict:
        """All keys lead to the default's order, although their values would not."""
        base = self.sorted_by(self.order.default_by, "asc" if self.both_ways else "", self.order.default_by, aim=clause)
        numbers, ignored = [base.answer.number], 0
        for key in (each for each in self.order.keys if each != self.order.default_by):
            other = self.sorted_by(key, "asc" if self.both_ways else "", key)
            numbers.append(other.answer.number)
            if other.answer.keys != base.answer.keys:
                return passed(clause, numbers)
            ignored += other.wrong("asc" if self.both_ways else self.order.default_direction) is not None
            if ignored > 1 or (ignored and len(self.order.keys) == 2):  # noqa: PLR2004 - the default and the one other
                message = f"the list is sorted by {self.order.default_by} whatever {self.order.by} says"
                return failed(
                    clause, message, numbers, expected=f"sorted by {key}", actual=f"sorted by {self.order.default_by}"
                )
        return untested(clause, "it takes items that stand otherwise by another key", numbers)

    def _across(self, clause: str) -> Verdict:
        """The first pages of a few items, in the default order and by another key."""
        listing, order = self.listing, self.order
        if listing.size_parameter is None:
            return untested(clause, "the collection has no pages")
        others = (
            [key for key in order.keys if key != order.default_by and self._well_sorted(key)][:1] if self.by else []
        )
        numbers: list[int] = []
        told = False
        for key in [order.default_by, *others]:
            extra = self.asked_for("" if key == order.default_by else key, "")
            answers: list[ListPage] = []
            while len(answers) < 3:  # noqa: PLR2004 - two seams
                answers.append(
                    listing.page(
                        len(answers), min(_PIECE, listing.maximum), extra, note=f"pages sorted by {key}", aim=clause
                    )
                )
            numbers += [each.number for each in answers]
            seen = [name for each in answers for name in each.keys]
            if len(set(seen)) < len(seen) or any(len(each.items) > each.size for each in answers):
                return untested(clause, "the pages overlap", numbers)
            values = [value for each in answers for value in self.values_of(each, key)]
            way = order.default_direction if key == order.default_by else order.way_of_keys
            wrong = disorder(values, way)
            told = told or (differ(values) and bool(answers[1].items))
            inside = any(disorder(self.values_of(each, key), way) for each in answers)
            if wrong is not None and not inside:
                left, right = (shown(values[index]) for index in wrong)
                message = f"sorted by {key}, {WAYS[way]}, {left} ends a page and {right} begins the next"
                return failed(clause, message, numbers, expected=WAYS[way], actual=f"{left}, {right}")
        return (
            passed(clause, numbers)
            if told
            else untested(clause, f"it takes more than {_PIECE} items that differ", numbers)
        )

    def _cut(self, clause: str) -> Verdict:
        """Judge pages of the default key in both directions, and the second page of every other key in one."""
        numbers: list[int] = []
        for by, way, key in self._orders():
            long = self.sorted_by(by, way, key).answer
            if len(long.items) < 2:  # noqa: PLR2004 - one item makes no pages
                continue
            extra, field = self.asked_for(by, way), self.order.keys.get(key, key)
            words = f"sorted by {key}, {WAYS[way or self.order.default_direction]}"
            slices = PageSlices(
                listing=self.listing, extra=extra, sorted_by=field, words=words, aim=clause, size=self.size
            )
            width, indices = page_plan(long)
            wrong = slices.confirmed_mismatch(long, indices if key == self.order.default_by else [1], width)
            numbers += [long.number, *slices.numbers]
            if wrong is not None:
                plain = PageSlices(
                    listing=self.listing,
                    extra={},
                    sorted_by=self.order.keys.get(self.order.default_by, ""),
                    size=self.size,
                )
                if plain.mismatch(
                    plain.long_page(), [wrong.page.start // width], width
                ) is not None or pages_are_broken(self.listing):
                    return untested(clause, "the pages are not right in the default order either", numbers)
                return wrong.verdict(clause, numbers)
        return passed(clause, numbers) if numbers else untested(clause, "it takes at least two items")

    def _orders(self) -> Iterator[tuple[str, str, str]]:
        """The orders to cut: key and direction as they are asked for, and the key that they mean."""
        order = self.order
        for way in self._ways(order.default_by) if order.default_by else ():
            yield (
                order.default_by if self.by is not None and order.default_by in order.keys else "",
                way,
                order.default_by,
            )
        others = [key for key in order.keys if key != order.default_by] if self.by is not None else []
        for index, key in enumerate(others):
            ways = self._ways(key)
            yield key, ways[index % len(ways)], key

    def _ways(self, key: str) -> tuple[str, ...]:
        """The directions in which a key can be asked for; one that is empty where none can."""
        return ways_of(self.listing.operation, self.order, key) if self.both_ways else ("",)

    def _well_sorted(self, key: str) -> bool:
        seen = self.sorted_by(key, "", key)
        return seen.can_tell and seen.wrong(self.order.way_of_keys) is None

    def _by_alone(self, clause: str) -> Verdict:
        for key in (each for each in self.order.keys if each != self.order.default_by):
            if self.sorted_by(key, self.order.default_direction, key).can_tell:
                return self._one(clause, key, "", key, self.order.default_direction)
        return untested(clause, "it takes items that differ in a key")

    def misplaced(self, clause: str, seen: SortedPage, wrong: tuple[int, int], key: str, way: str) -> Verdict:
        """Return the failure of a page in which two items stand the wrong way round."""
        left, right = (shown(seen.values[index]) for index in wrong)
        field = self.order.keys.get(key, key)
        index = min(wrong[1], len(seen.answer.items) - 1)
        pointer = f"{self.listing.collection.items}/{index}{field if field.startswith('/') else f'/{field}'}"
        message = f"the list should be sorted by {key}, {WAYS[way]}, and {left} stands before {right}"
        return failed(
            clause, message, [seen.answer.number], pointer=pointer, expected=WAYS[way], actual=f"{left}, {right}"
        )

    def sorted_by(self, by: str, direction: str, key: str, *, aim: str = "") -> SortedPage:
        """Ask for the first page in an order, or return it as it came, with the values of a key's field."""
        place = (by, direction)
        answer = None if self._again else self._kept.get(place)
        if answer is None:
            note = f"sorted by {by or 'the default'}{f', {direction}' if direction else ''}"
            answer = self._kept[place] = self.listing.page(
                0, self.size, self.asked_for(by, direction), aim=aim, note=note
            )
        return SortedPage(answer=answer, values=self.values_of(answer, key))

    def values_of(self, answer: ListPage, key: str) -> tuple[JSON | Missing, ...]:
        """Return the values of a key's field on a page, as a list is sorted by them."""
        field = self.order.keys.get(key, key)
        values, place = [at(item, field) for item in answer.items], listed_representation(self.listing.operation)
        for token in tokens(field) if place is not None else ():
            place = place.member(token) if place is not None else None
        told = told_ranks(self.by.description if self.by is not None else "", place)
        return as_compared(values, place, ranked=not self.session.contract.sourced, told=told)

    def asked_for(self, by: str, direction: str) -> dict[str, JSON]:
        """Return the arguments that ask for a key and a direction."""
        return order_arguments(self.listing.operation, self.order, by, direction)

    def _parameter(self, name: str) -> Parameter | None:
        return self.listing.operation.parameter(name) if name else None
