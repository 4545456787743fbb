"""Two keys in one order: where items are equal by the first, the second decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, permutations
from typing import Final

from contract_suite.behaviours.collections.kit.collation import differ, disorder
from contract_suite.behaviours.collections.kit.orders import asked_for
from contract_suite.behaviours.collections.ordering.told import SortedListing
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.model.json import JSON, Missing, at
from contract_suite.model.verdict import Verdict

_TRIED: Final = 3
_Values = Sequence[JSON | Missing]


def judge_second(sorter: SortedListing, clause: str) -> Verdict:
    """Ask for two keys, the second in both directions if that can be asked for; what is equal by the first must follow it."""
    numbers: list[int] = []
    for first, second in _pairs(sorter):
        for way in ("asc", "desc") if sorter.order.in_key else (sorter.order.way_of_keys,):
            both = ((first, sorter.order.way_of_keys), (second, way))
            value = " and ".join(sorter.order.value_of(*each) for each in both)
            extra = {sorter.by.subject: asked_for(sorter.by, sorter.order, both)} if sorter.by is not None else {}
            answer = sorter.listing.page(0, sorter.size, extra, note=f"sorted by {value}", aim=clause)
            numbers.append(answer.number)
            for group in _groups(answer.items, *(sorter.order.keys[each] for each in (first, second))):
                wrong = disorder(group, way)
                if wrong is not None:
                    left, right = (shown(group[index]) for index in wrong)
                    message = f"sorted by {value}, {left} stands before {right} where {first} is equal"
                    return failed(clause, message, numbers, expected=way, actual=f"{left}, {right}")
    return passed(clause, numbers) if numbers else untested(clause, "it takes items that are equal by one key alone")


def _pairs(sorter: SortedListing) -> Iterator[tuple[str, str]]:
    """Two keys each, of which the first sorts and leaves items equal that the second tells apart."""
    found = 0
    for first in sorter.order.keys:
        way = sorter.order.way_of_keys
        seen = sorter.sorted_by(first, way if sorter.both_ways else "", first)
        for one, second in permutations(sorter.order.keys, 2):
            fields = (sorter.order.keys[each] for each in (first, second))
            usable = one == first and seen.wrong(way) is None and any(_groups(seen.answer.items, *fields))
            if usable and found < _TRIED:
                found += 1
                yield first, second


def _groups(items: Sequence[JSON], first: str, second: str) -> Iterator[_Values]:
    """The values of the second field, of each run of items that are equal in the first, where they differ."""
    for _, run in groupby(items, key=lambda item: repr(at(item, first))):
        values = [at(item, second) for item in run]
        if differ(values):
            yield values
