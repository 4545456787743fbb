"""Summaries of lists: what does not match the items is found, where the server has shown what its numbers are made of."""

from __future__ import annotations

import pytest

from contract_suite.behaviours.collections.summaries.finding import summaries
from contract_suite.behaviours.collections.summaries.summaries import BEHAVIOUR
from contract_suite.contract.operation import Contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.model.verdict import Outcome
from tests.behaviours.driving import Driven, drive
from tests.behaviours.tickets_server import TICKETS, TicketsServer
from tests.contracts import load

COUNTS = {"count", "by_status/open", "by_status/paid", "by_status/used"}
PRICES = {"average_price", "min_price", "max_price", "total_price"}
SEATS = {
    "total",
    "free",
    "taken",
    *(f"byKind/{kind}/{each}" for kind in ("box", "stalls") for each in ("total", "free")),
}


def tickets() -> Contract:
    return with_guesses(load(TICKETS))


def driven(*flaws: str) -> Driven:
    return drive(tickets(), (BEHAVIOUR,), server=TicketsServer(*flaws))


def clauses(operation: str, members: set[str]) -> set[str]:
    return {f"{operation}::200/{each}::summary-exact" for each in members}


def test_paths_and_names_tell_which_numbers_sum_up_which_list() -> None:
    found = {each.read.id: each for each in summaries(tickets())}
    assert {key: each.listing.id for key, each in found.items()} == {
        "sumUpTickets": "listTickets",
        "showOccupancy": "listSeats",
    }
    made = {each.pointer: each.worded("the items") for each in found["sumUpTickets"].figures}
    assert made["/by_status/paid"] == "the number of the items that have status paid"
    assert made["/average_price"] == "the average price of the items"
    made = {each.pointer: each.worded("the items") for each in found["showOccupancy"].figures}
    assert made["/byKind/box/free"] == "the number of the items that have kind box and state free"
    assert "/hallId" not in made


def test_a_right_server_passes() -> None:
    found = driven()
    assert not found.failed()
    assert found.passed() == clauses("sumUpTickets", COUNTS | PRICES) | clauses("showOccupancy", SEATS)
    assert found.left == 0


@pytest.mark.parametrize(
    ("flaw", "operation", "members"),
    [
        ("since-ignored", "sumUpTickets", {"count", "total_price"}),
        ("returned-counted", "sumUpTickets", {"count"}),
        ("greatest-forgotten", "sumUpTickets", {"max_price"}),
        ("taken-is-free", "showOccupancy", {"byKind/box/free", "byKind/stalls/free"}),
    ],
)
def test_a_number_that_does_not_match_the_items_is_found(flaw: str, operation: str, members: set[str]) -> None:
    found = driven(flaw)
    assert clauses(operation, members) <= found.failed()
    assert {each.partition("::")[0] for each in found.failed()} == {operation}


def test_the_message_says_what_was_counted() -> None:
    found = driven("greatest-forgotten")
    [verdict] = [each for each in found.verdicts if each.outcome is Outcome.FAILED]
    assert verdict.message.startswith("/max_price is ")
    assert "the highest price of the" in verdict.message
    assert "of listTickets with" in verdict.message


@pytest.mark.parametrize("habit", ["count-of-all", "without-open", "kept-from-first"])
def test_what_is_made_of_something_else_is_held_to_nothing(habit: str) -> None:
    """A count of all tickets whatever is asked for, one without some of them, and one that is made anew later only."""
    found = driven(habit)
    assert not found.failed()
