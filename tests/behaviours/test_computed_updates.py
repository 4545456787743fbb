"""Sums follow an update of what they are made of: each flaw is found, and whatever else a right server does is left alone."""

from __future__ import annotations

import pytest

from contract_suite.behaviours.resources.computed_updates import BEHAVIOUR
from contract_suite.model.source import Level
from tests.behaviours.driving import drive
from tests.behaviours.orders_server import OrdersServer, orders

CLAUSE = "changeOrder::computed::sums-follow-update"
TOTAL = " total: {type: integer}}}"
TAKES = "schema: {type: object, minProperties: 1, properties: {note: *note, lines: *lines}}"


@pytest.mark.parametrize(
    "flaws", [("total-stays",), ("line-totals-stay",), ("total-stays", "single-lines"), ("total-stays", "discounts")]
)
def test_a_sum_of_what_was_there_before_is_found(flaws: tuple[str, ...]) -> None:
    """A PATCH of lines that leaves the total, or the totals of the lines, as they were."""
    found = drive(orders(), (BEHAVIOUR,), server=OrdersServer(*flaws))
    assert found.failed() == {CLAUSE}
    verdict = found.of("sums-follow-update")
    assert verdict.pointer == ("/lines/0/line_total" if flaws[0] == "line-totals-stay" else "/total")
    assert "still shows" in verdict.message


@pytest.mark.parametrize("habit", ["", "discounts", "single-lines"])
def test_a_right_server_passes_however_it_calculates(habit: str) -> None:
    assert drive(orders(), (BEHAVIOUR,), server=OrdersServer(habit)).passed() == {CLAUSE}


@pytest.mark.parametrize("habit", ["loyalty", "lines-ignored", "lines-added"])
def test_what_does_not_depend_on_the_lines_alone_is_left_alone(habit: str) -> None:
    """A total that falls with each order; an update that adds lines, or does not take them, which others judge."""
    flaws = (habit, "total-stays") if habit != "loyalty" else (habit,)
    found = drive(orders(), (BEHAVIOUR,), server=OrdersServer(*flaws))
    assert not found.failed()
    assert not found.passed()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TOTAL, " total: {type: integer, description: The total when the order was placed}}}"),
        (TOTAL, " total: {type: integer, description: Recomputed each night}}}"),
        (TOTAL, " sequence: {type: integer}}}"),
        ("Changes an order.", "Changes an order. The prices stay those of its creation."),
        (TAKES, "schema: {type: object, minProperties: 1, properties: {note: *note}}"),
        ("/orders", "/payments"),
    ],
)
def test_no_clause_where_a_sum_may_stay(old: str, new: str) -> None:
    contract = orders((old, new), ("line_total: {type: integer}", "line_no: {type: integer}"))
    assert all(each.inapplicable for each in BEHAVIOUR.clauses(contract))


def test_it_is_no_more_than_an_advisory() -> None:
    [clause] = BEHAVIOUR.clauses(orders())
    assert clause.source.level is Level.ADVISORY
