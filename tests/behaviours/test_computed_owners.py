"""Sums of an owner follow a change of a part: a flaw is found, and whatever else a right server does is left alone."""

from __future__ import annotations

import pytest

from contract_suite.behaviours.resources.computed_owners import BEHAVIOUR
from contract_suite.model.source import Level
from tests.behaviours.driving import drive
from tests.behaviours.orders_server import OrdersServer, orders

CLAUSE = "changeLine::below::sums-follow-part"
TOTAL = " total: {type: integer}}}"


@pytest.mark.parametrize("flaws", [("line-forgotten",), ("line-forgotten", "discounts")])
def test_a_total_of_the_line_before_is_found(flaws: tuple[str, ...]) -> None:
    """A PATCH of one line leaves the total of the order as it was."""
    found = drive(orders(), (BEHAVIOUR,), server=OrdersServer(*flaws))
    assert found.failed() == {CLAUSE}
    verdict = found.of("sums-follow-part")
    assert verdict.pointer == "/total"
    assert "still shows" in verdict.message


@pytest.mark.parametrize("habit", ["", "discounts"])
def test_a_right_server_passes_however_it_calculates(habit: str) -> None:
    assert drive(orders(), (BEHAVIOUR,), server=OrdersServer(habit)).passed() == {CLAUSE}


def test_a_total_that_depends_on_more_than_the_parts_is_left_alone() -> None:
    """Each order is cheaper than the one before."""
    assert not drive(orders(), (BEHAVIOUR,), server=OrdersServer("loyalty")).failed()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TOTAL, " total: {type: integer, description: The total when the order was placed}}}"),
        (TOTAL, " sequence: {type: integer}}}"),
        ("Changes a line.", "Changes a line. Prices stay as they were."),
        (
            "note: &note {type: string, maxLength: 40},",
            "note: &note {type: string, maxLength: 40}, total: {type: integer},",
        ),
    ],
)
def test_no_clause_where_a_sum_may_stay_or_is_sent(old: str, new: str) -> None:
    assert all(each.inapplicable for each in BEHAVIOUR.clauses(orders((old, new))))


def test_it_is_no_more_than_an_advisory() -> None:
    [clause] = BEHAVIOUR.clauses(orders())
    assert clause.source.level is Level.ADVISORY
