"""What a list gives within a bound, or between two, beside the list without them: what came, what did not, what equals one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from contract_suite.behaviours.collections.kit.filled_lists import creatable, settable
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.bounds import lies_within
from contract_suite.contract.operation import Parameter
from contract_suite.contract.vocabulary import Bound
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, Arguments, at
from contract_suite.model.verdict import Verdict

_LATER: Final = 8
"""So many pages after the first one are looked at for an item that did not come."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A bound as it can be asked for: its promise, its parameter, and its clauses by kind."""

    bound: Bound
    parameter: Parameter
    ids: Mapping[str, str]

    def argument(self, value: JSON) -> Arguments:
        """Return what asks for a value."""
        return {self.parameter.subject: value}


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked for, the list without it, and what came."""

    listing: Listing
    given: Sequence[tuple[Asked, JSON]]
    whole: ListPage
    answer: ListPage

    @property
    def words(self) -> str:
        """What was asked for, as messages say it: `min_size=3 and max_size=8`."""
        return " and ".join(f"{one.parameter.name}={shown(value)}" for one, value in self.given)

    def within(self, item: JSON) -> bool | None:
        """Whether an item lies inside; `None` at an edge, which is for another clause."""
        sides = self._sides(item)
        return False if False in sides else None if None in sides else True

    def sound(self, clause: str) -> Verdict:
        """Judge what came."""
        for index, item in enumerate(self.answer.items):
            if self.within(item) is False:
                came = ", ".join(dict.fromkeys(shown(at(item, one.bound.field)) for one, _ in self.given))
                return failed(
                    clause,
                    f"{self.words} returned an item whose {self.given[0][0].bound.field} is {came}",
                    [self.answer.number],
                    pointer=f"{self.listing.collection.items}/{index}",
                    expected=self.words,
                    actual=came,
                )
        if not any(self.within(item) is False for item in self.whole.items):
            return untested(clause, "it takes an item that lies outside the bound", [self.whole.number])
        return passed(clause, [self.answer.number])

    def complete(self, clause: str) -> Verdict:
        """Judge what did not come."""
        wanted = [key for key, item in _keyed(self.whole) if self.within(item)]
        missing = [key for key in wanted if key not in self.answer.keys]
        numbers = [self.whole.number, self.answer.number]
        if not wanted:
            return untested(clause, "it takes an item that lies within the bound", numbers[:1])
        if not missing:
            return passed(clause, numbers)
        came, excuse = self._comes_later(missing[0])
        if came:
            return passed(clause, numbers)
        if excuse:
            return untested(clause, excuse, numbers)
        message = f"{self.words} left out the item {missing[0]}, which lies within"
        return failed(clause, message, numbers, expected=missing[0], actual=counted(len(self.answer.items), "item"))

    def edge(self, clause: str, which: int = 0) -> Verdict:
        """Judge whether what equals one of the bounds, by its place, comes, where the list shows that something does."""
        one, value = self.given[which]
        wanted = one.bound.edge == "included"
        create = creatable(self.listing.session, self.listing.resource)
        chosen = create is not None and settable(create, one.bound.field) is not None
        at_edge = [
            key
            for key, item in _keyed(self.whole)
            if self._equals(which, item) and lies_within(one.bound, item, value, exact=chosen) is wanted
        ]
        if not at_edge or not self.answer.items:
            return untested(clause, "no item is known to equal the bound", [self.answer.number])
        key, came = at_edge[0], at_edge[0] in self.answer.keys
        if came is wanted:
            return passed(clause, [self.answer.number])
        numbers = [self.whole.number, self.answer.number]
        later, excuse = self._comes_later(key) if wanted else (False, "")
        if later:
            return passed(clause, numbers)
        if excuse:
            return untested(clause, excuse, numbers)
        message = f"{self.words} {'returned' if came else 'left out'} the item {key}, whose {one.bound.field} equals it"
        return failed(clause, message, numbers, expected=one.bound.edge, actual=came)

    def _equals(self, which: int, item: JSON) -> bool:
        """Whether an item lies at the edge of one of the bounds, and at that of no other."""
        sides = self._sides(item)
        return sides[which] is None and all(side is True for place, side in enumerate(sides) if place != which)

    def _sides(self, item: JSON) -> list[bool | None]:
        """Whether an item lies within each of the bounds; `None` at its edge."""
        return [lies_within(opened(one.bound), item, value) for one, value in self.given]

    def _comes_later(self, key: str) -> tuple[bool, str]:
        """Whether an item comes on a later page, and else what a right server may have left it out for; empty for nothing."""
        if not ends(self.whole, self.answer):
            came, ended = self._on_later_pages(key)
            if came or not ended:
                return came, "" if came else "more may come on a later page"
        now, was = (dict(_keyed(each)) for each in (self.listing.all(note="is it still there?"), self.whole))
        is_same = key in now and all(
            at(now[key], one.bound.field) == at(was.get(key), one.bound.field) for one, _ in self.given
        )
        return False, "" if is_same else "the list has changed"

    def _on_later_pages(self, key: str) -> tuple[bool, bool]:
        """Whether an item stands on one of the next pages, and whether the last one was seen: an empty one comes after it."""
        extra = {subject: value for one, limit in self.given for subject, value in one.argument(limit).items()}
        size = len(self.answer.items)  # a server may give less than it is asked for, and go on from there
        for index in range(1, _LATER + 1) if size and self.listing.collection.page is not None else ():
            page = self.listing.page(index, size, extra, note="does it come on a later page?")
            if key in page.keys or not page.items:
                return key in page.keys, True
        return False, False


def ends(whole: ListPage, answer: ListPage) -> bool:
    """Whether an answer surely shows all that there is: it isn't cut where the list without a bound may be cut too."""
    if answer.follows:
        return answer.following is None
    if answer.more or (answer.total is not None and answer.total > len(answer.items)):
        return False
    return len(answer.items) < min(len(whole.items), answer.size or len(whole.items))


def _keyed(page: ListPage) -> list[tuple[str, JSON]]:
    return list(zip(page.keys, page.items, strict=True))


def opened(bound: Bound) -> Bound:
    """Return the bound as if nobody said what becomes of the edge."""
    return replace(bound, lower="either" if bound.lower else "", upper="either" if bound.upper else "")
