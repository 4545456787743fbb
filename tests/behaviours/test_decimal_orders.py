"""What is held of totals is held of them where amounts are texts, in each spelling, and right servers stay unaccused."""

from __future__ import annotations

import pytest

from contract_suite.behaviours.answers.related_numbers import BEHAVIOUR as RELATED
from contract_suite.behaviours.resources.computed_owners import BEHAVIOUR as OWNERS
from contract_suite.behaviours.resources.computed_updates import BEHAVIOUR as UPDATES
from tests.behaviours.decimal_orders_server import DJANGO, PATTERN, PYDANTIC, DecimalOrdersServer, decimal_orders
from tests.behaviours.driving import drive

SPELLINGS = (DJANGO, PATTERN, PYDANTIC)
UPDATED = "changeOrder::computed::sums-follow-update"
OWNED = "changeLine::below::sums-follow-part"
SHOWN = "listOrders::200/*/total::related-as-before"


@pytest.mark.parametrize("money", SPELLINGS)
@pytest.mark.parametrize(
    ("behaviour", "flaw", "clause"),
    [(UPDATES, "total-stays", UPDATED), (OWNERS, "line-forgotten", OWNED), (RELATED, "forgets-total", SHOWN)],
)
def test_a_total_of_amounts_as_text_that_does_not_follow_is_found(
    behaviour: object, flaw: str, clause: str, money: str
) -> None:
    """A total was only held to its lines where both were numbers of JSON."""
    driven = drive(decimal_orders(money), (behaviour,), server=DecimalOrdersServer(flaw))  # type: ignore[arg-type]
    assert driven.failed() == {clause}
    assert clause in drive(decimal_orders(money), (behaviour,), server=DecimalOrdersServer()).passed()  # type: ignore[arg-type]


@pytest.mark.parametrize("habit", ["discounts", "single-lines", "loyalty", "lines-ignored", "total-is-late"])
def test_a_right_server_stays_unaccused(habit: str) -> None:
    driven = drive(decimal_orders(DJANGO), (UPDATES, OWNERS, RELATED), server=DecimalOrdersServer(habit))
    assert not driven.failed()


def test_texts_of_digits_are_no_amounts() -> None:
    """Without a format or a pattern that leaves nothing else, a text may be a code."""
    contract = decimal_orders("{type: string, pattern: '^[0-9.]+$'}")
    for behaviour in (UPDATES, OWNERS, RELATED):
        assert not [each for each in behaviour.clauses(contract) if each.id.split("::")[1].endswith("total")]
