"""Numbers that hang together by their names: what did not follow a change is found once the server has shown that they do."""

from __future__ import annotations

import pytest

from contract_suite.behaviours.answers.related_numbers import BEHAVIOUR
from contract_suite.behaviours.resources.computed_updates import BEHAVIOUR as UPDATES
from contract_suite.model.source import Level
from tests.behaviours.driving import drive
from tests.behaviours.orders_server import OrdersServer, orders

TOTAL, LINE = (f"listOrders::200/*/{each}::related-as-before" for each in ("total", "lines/*/line_total"))
READ = {each.replace("listOrders::200/*", "getOrder::200") for each in (TOTAL, LINE)}


@pytest.mark.parametrize(("flaw", "clause"), [("forgets-total", TOTAL), ("forgets-line", LINE)])
def test_a_number_that_did_not_follow_is_found(flaw: str, clause: str) -> None:
    """After somebody changed a line, the order shows the total of before, or the line does."""
    found = drive(orders(), (BEHAVIOUR,), server=OrdersServer(flaw))
    assert found.failed() == {clause}
    [verdict] = [each for each in found.verdicts if each.clause == clause]
    assert "still shows" in verdict.message
    assert len(verdict.exchanges) > 1


def test_a_total_that_an_update_of_the_run_leaves_is_found_too() -> None:
    found = drive(orders(), (UPDATES, BEHAVIOUR), server=OrdersServer("total-stays"))
    assert {each for each in found.failed() if each.endswith("related-as-before")} & {TOTAL, *READ}


def test_a_right_server_passes() -> None:
    found = drive(orders(), (BEHAVIOUR,), server=OrdersServer())
    assert not found.failed()
    assert found.passed() >= {TOTAL, LINE}


def test_a_total_that_follows_after_a_while_is_right() -> None:
    """A server that adds up in the background was looked at once more only, and at once."""
    found = drive(orders(), (BEHAVIOUR,), server=OrdersServer("total-is-late"))
    assert not found.failed()


def test_too_few_things_tell_nothing() -> None:
    """Orders of one line have its total, whatever the order's is made of."""
    found = drive(orders(), (BEHAVIOUR,), server=OrdersServer("single-lines"))
    assert not found.failed()
    assert TOTAL not in found.passed()


@pytest.mark.parametrize("habit", ["discounts", "discounts-later", "loyalty"])
def test_a_relation_that_any_thing_breaks_in_another_way_is_none(habit: str) -> None:
    """A discount that no member shows makes other totals: of all orders, or of one after a change."""
    found = drive(orders(), (UPDATES, BEHAVIOUR), server=OrdersServer(habit))
    assert not found.failed()
    assert TOTAL not in found.passed()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("total: {type: integer}", "total: {type: integer, description: Sum of the line totals}"),
        ("line_total: {type: integer}", "line_no: {type: integer}"),
        ("total: {type: integer}", "total_paid: {type: integer}"),
        ("lines: {type: array, items", "lines: {type: array, description: The first lines, items"),
    ],
)
def test_no_clause_where_a_sentence_says_it_or_no_name_does(old: str, new: str) -> None:
    assert TOTAL not in {each.id for each in BEHAVIOUR.clauses(orders((f" {old}", f" {new}")))}


def test_it_is_no_more_than_an_advisory() -> None:
    assert {each.source.level for each in BEHAVIOUR.clauses(orders())} == {Level.ADVISORY}
