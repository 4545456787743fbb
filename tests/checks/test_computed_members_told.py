"""What the description of an operation says of the numbers that it answers is held of these, and of nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.test_computed_members import ANY, WHOLE, outcomes

LINES: dict[str, Any] = {
    "type": "array",
    "items": {"type": "object", "properties": {"quantity": WHOLE, "unit_price": ANY, "amount": ANY}},
}
INVOICE = {"lines": LINES, "total": ANY, "net": ANY, "tax": ANY}
RIGHT: dict[str, Any] = {
    "lines": [{"quantity": 3, "unit_price": 4, "amount": 12}, {"quantity": 2, "unit_price": 5, "amount": 10}],
    "total": 22,
}
WRONG = {**RIGHT, "total": 9}
LINE_WRONG = {**RIGHT, "lines": [{**RIGHT["lines"][0], "amount": 4}, RIGHT["lines"][1]], "total": 14}
BOTH = "The total is the sum of the amounts of the lines, and the amount of a line is quantity times unit price."


@pytest.mark.parametrize(
    "told",
    [
        BOTH,
        f"Write an invoice for a patient.\n\nThe patient must exist (else 400). {BOTH} The rest is paid by others.",
        "The total of the invoice is the sum of the amounts of the lines. The amount of each line is quantity times unit price.",
    ],
)
def test_what_a_create_says_of_its_numbers_is_held_of_its_answer(told: str) -> None:
    """A sum that only the description of the operation spoke of was held to nothing."""
    found = outcomes(INVOICE, RIGHT, WRONG, LINE_WRONG, told=told)
    assert found == [
        {"total": "passed", "lines/*/amount": "passed"},
        {"total": "failed", "lines/*/amount": "passed"},
        {"total": "passed", "lines/*/amount": "failed"},
    ]


def test_what_is_said_of_the_object_in_an_envelope_is_held_of_that() -> None:
    members = {"data": {"type": "object", "properties": INVOICE}}
    assert outcomes(members, {"data": WRONG}, told=BOTH) == [{"data/total": "failed", "data/lines/*/amount": "passed"}]


@pytest.mark.parametrize(
    "told",
    [
        "The total is the sum of the amounts of the lines. A discount is taken off for members.",
        "The total is the sum of the amounts of the lines. Shipping is added to it.",
        "The total is the sum of the amounts of the lines. For large orders the total is rounded down.",
        "The total is the sum of the amounts of the lines, unless a fixed price was agreed.",
        "If no price is given, the total is the sum of the amounts of the lines.",
        "For large orders, the total is the sum of the amounts of the lines.",
        "When it is paid at once, the total is the sum of the amounts of the lines.",
        "The total of the year is the sum of the amounts of the lines.",
        "The totals are the sums of the amounts of the lines.",
        "The invoice is the sum of the lines.",
        "",
    ],
)
def test_nothing_is_held_where_more_is_said_or_of_something_else(told: str) -> None:
    assert outcomes(INVOICE, WRONG, told=told) == [{}]


def test_a_description_of_the_number_itself_goes_before() -> None:
    members = {**INVOICE, "total": {**ANY, "description": "Sum of the amounts of the lines, less the discount."}}
    assert outcomes(members, WRONG, told="The total is the sum of the amounts of the lines.") == [{}]
