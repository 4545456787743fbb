"""What a response says of its order: whoever says that a list is sorted by its size has sorted it so.

A list that is not sorted by a key that nobody documented may not know that key. One that sends it back as applied does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from contract_suite.behaviours.collections.kit.orders import ways_of
from contract_suite.behaviours.collections.ordering.clauses import key_name
from contract_suite.behaviours.collections.ordering.sorted_page import SortedPage
from contract_suite.behaviours.kit.listing import Listing, ListPage
from contract_suite.behaviours.kit.verdicts import passed, untested
from contract_suite.contract.filters import text_of
from contract_suite.contract.operation import Parameter
from contract_suite.contract.vocabulary import Order
from contract_suite.model.json import JSON, Arguments, Missing, at
from contract_suite.model.verdict import Verdict


class SortedListing(Protocol):
    """A list that can be asked for each of its orders; `by` is the parameter of the key, `size` that of the pages asked for."""

    listing: Listing
    order: Order
    by: Parameter | None
    both_ways: bool
    size: int
    untrue: set[str]

    def sorted_by(self, by: str, direction: str, key: str, *, aim: str = "") -> SortedPage:
        """Ask for the first page in an order."""

    def values_of(self, answer: ListPage, key: str) -> tuple[JSON | Missing, ...]:
        """Return the values of a key's field, as a list is sorted by them."""

    def asked_for(self, by: str, direction: str) -> dict[str, JSON]:
        """Return the arguments that ask for it."""

    def misplaced(self, clause: str, seen: SortedPage, wrong: tuple[int, int], key: str, way: str) -> Verdict:
        """Return the failure of two items that stand the wrong way round."""


def judge_told(sorter: SortedListing, clause: str) -> Verdict:
    """Hold each response to what it says, by every key that nobody documented and in both directions.

    `sorter.untrue` learns the clauses, by their short names, that would fail for the same cause.
    """
    found: Verdict | None = None
    numbers: list[int] = []
    sorter.untrue.clear()
    for key in sorter.order.unsure_keys:
        for way in ways_of(sorter.listing.operation, sorter.order, key):
            direction = way if sorter.both_ways else ""
            seen = sorter.sorted_by(key, direction, key, aim=clause)
            asked = sorter.asked_for(key, direction)
            wrong = seen.wrong(way) if _says(sorter, seen.answer, asked) else None
            if wrong is not None:
                sorter.untrue.add(key_name(key, way))
                verdict = sorter.misplaced(clause, seen, wrong, key, way)
                words = " and ".join(f"{name.partition('.')[2]}={value}" for name, value in asked.items())
                found = found or replace(verdict, message=f"the response says {words}; {verdict.message}")
            elif seen.can_tell and _says(sorter, seen.answer, asked):
                numbers.append(seen.answer.number)
    if found is not None:
        return found
    return passed(clause, numbers) if numbers else untested(clause, "no response says by which key it is sorted")


def _says(sorter: SortedListing, answer: ListPage, asked: Arguments) -> bool:
    """Whether a response sends back all that was asked of its order."""
    places = {f"query.{each.parameter}": each.pointer for each in sorter.listing.operation.promises.echo}
    told = {subject: at(answer.body, places[subject]) for subject in asked if subject in places}
    return told.keys() == asked.keys() and all(
        isinstance(value, (str, int)) and text_of(value) == asked[subject] for subject, value in told.items()
    )
