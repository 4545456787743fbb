"""What descriptions say of numbers is read in the words and styles in which people write it, and in no other way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks.test_computed_members import ANY, WHOLE, numbers, outcomes

TEXT: dict[str, Any] = {"type": "string"}


def array(**members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": members}}


LINES = [
    {"quantity": 2, "unitPriceCents": 300, "lineTotalCents": 600},
    {"quantity": 5, "unitPriceCents": 70, "lineTotalCents": 350},
]
ORDER: dict[str, Any] = {
    "lines": LINES,
    "ratings": [{"stars": 5}, {"stars": 2}, {"stars": 4}],
    "tags": ["a", "b"],
    "scores": [7, 3],
    "subtotalCents": 950,
    "discountCents": 50,
    "taxCents": 180,
    "paidCents": 400,
    "taxRate": 20,
    "reorderPoint": 9,
    "totalStock": 4,
}
MEMBERS: dict[str, Any] = {
    "lines": array(quantity=WHOLE, unitPriceCents=WHOLE, lineTotalCents=WHOLE, note=TEXT),
    "ratings": array(stars=WHOLE),
    "tags": {"type": "array", "items": TEXT},
    "scores": {"type": "array", "items": WHOLE},
    **{name: WHOLE for name, value in ORDER.items() if not isinstance(value, list)},
}
SAID = {
    "Sum of the lines' totals": 950,
    "Sum of the line totals, in cents.": 950,
    "The total of all line totals": 950,
    "sum of lines[].lineTotalCents": 950,
    "Sum of `lineTotalCents` over `lines`": 950,
    "Sum over all lines of quantity \N{MULTIPLICATION SIGN} unitPrice": 950,
    "Sum of quantity * unit price over all lines": 950,
    "Sum of (quantity x unit price) across the lines": 950,
    "Σ lines.lineTotalCents": 950,
    "The line totals added up": 950,
    "Quantity times unit price, summed over all lines": 950,
    "Total (sum of the totals of the lines)": 950,
    "Read-only. Sum of line totals. Recalculated whenever lines are added or removed.": 950,
    "Adding up all line totals": 950,
    "Number of lines": 2,
    "How many tags it has": 2,
    "Count of tags in this order": 2,
    "Total quantity of all lines": 7,
    "Average of the stars of all ratings": 3.67,
    "Mean stars": 3.7,
    "Sum of scores": 10,
    "Highest of the scores": 7,
    "Shortage: reorder point minus total stock, never negative": 5,
    "`reorderPoint` - `totalStock`": 5,
    "Subtotal less discount, plus tax": 1080,
    "Amount still to pay (subtotal minus paid)": 550,
    "Subtotal after deducting the discount": 900,
    "Calculated by subtracting discount from subtotal": 900,
    "subtotal with 20 % tax": 1140,
    "Subtotal including 20% VAT": 1140,
    "20 percent of the subtotal": 190,
    "Sum of subtotal, tax and paid": 1530,
    "Sum of line totals minus discount plus tax": 1080,
    "Difference between subtotal and paid": 550,
    "subtotal times tax rate": 190,
    "subtotal + subtotal * taxRate": 1140,
    "Product of reorder point and total stock": 36,
    "Equal to subtotalCents divided by totalStock": 237.5,
}
SILENT = (
    *(
        "Sum of open line totals",
        "Sum of the totals of cancelled lines",
        "Number of lines in stock",
        "Number of open tags",
    ),
    *(
        "Sum of line totals unless void",
        "Subtotal less discount, if any was granted",
        "subtotal plus tax times total stock",
    ),
    *(
        "Sum of all lines ever",
        "Sum of subtotal or tax",
        "Subtotal. Discounts are taken off for members.",
        "price with tax",
    ),
    *(
        "Average stars of the last year",
        "Sum of line totals (except gifts)",
        "subtotal minus",
        "plus tax",
        "Sum of",
        "100 %",
    ),
)


@pytest.mark.parametrize("said", SAID)
def test_a_number_that_was_not_calculated_anew_is_found(said: str) -> None:
    members = numbers(MEMBERS, total=said)
    longer = {name: [*value, *value] for name, value in ORDER.items() if isinstance(value, list)}
    shown = [{**ORDER, "total": SAID[said]}, {**ORDER, "total": 77}, {**ORDER, "lines": None, "total": None}]
    assert outcomes(members, longer, *shown) == [{}, {"total": "passed"}, {"total": "failed"}, {}]


@pytest.mark.parametrize("said", SILENT)
def test_a_text_with_words_that_are_not_understood_accuses_nothing(said: str) -> None:
    assert outcomes(numbers(MEMBERS, total=said), {**ORDER, "total": 77}) == [{}]


@pytest.mark.parametrize(
    "tail", ["unless void", "for members", "except returned lines", "at the time of sale", "or less"]
)
@pytest.mark.parametrize("said", [each for each in SAID if not each.startswith("Read-only")][::3])
def test_an_exception_behind_a_formula_silences_it(said: str, tail: str) -> None:
    assert outcomes(numbers(MEMBERS, total=f"{said.rstrip('.')} {tail}"), {**ORDER, "total": 77}) == [{}]


STYLES = (
    lambda words: "".join([words[0], *(each.capitalize() for each in words[1:])]),
    "_".join,
    lambda words: "".join(each.capitalize() for each in words),
)
NAMES = st.permutations(["net", "freight", "weight", "margin", "stock", "reserved"])
WRITTEN = st.sampled_from(["{}", "`{}`", "the {}", "The {}", "its {}"])
SIGNS = st.sampled_from([("+", "+"), ("plus", "+"), ("minus", "-"), ("less", "-"), ("-", "-"), ("\N{MINUS SIGN}", "-")])
VALUES = st.integers(min_value=-(10**6), max_value=10**6)


@settings(deadline=None, max_examples=150)
@given(
    NAMES,
    st.sampled_from(STYLES),
    st.lists(st.tuples(SIGNS, WRITTEN, VALUES), min_size=1, max_size=4),
    VALUES,
    st.booleans(),
)
def test_any_calculation_is_read_as_it_is_written(
    names: list[str], style: Any, terms: list[tuple[tuple[str, str], str, int]], first: int, in_words: bool
) -> None:
    """However members are called, and whatever signs stand between them: the right number passes, one more fails."""
    phrases = [(each, "value") for each in names]
    said = f"{phrases[0][0]} value"
    owner, due = {style(phrases[0]): first}, first
    for index, ((sign, meaning), written, value) in enumerate(terms, 1):
        name = style(phrases[index])
        said += f" {sign} {written.format(' '.join(phrases[index]) if in_words else name)}"
        owner[name], due = value, due + value if meaning == "+" else due - value
    members = numbers(dict.fromkeys(owner, WHOLE), result=said)
    found = outcomes(members, {**owner, "result": due}, {**owner, "result": due + 1})
    assert found[0] == {"result": "passed"}
    assert found[1] == ({} if due == -1 else {"result": "failed"}), "a result below zero may be shown as zero"


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.tuples(VALUES, VALUES), max_size=5),
    st.sampled_from(["lines", "items", "orderLines", "line_items", "positions"]),
    st.sampled_from(
        [
            "sum of {} over all {}",
            "Sum over all {1} of {0}",
            "sum of {} of each of the {}",
            "The sum of ({}) across {}.",
            "Total: sum of `{}` over `{}`",
        ]
    ),
    st.sampled_from(["quantity * price", "price times quantity", "quantity \N{MULTIPLICATION SIGN} price"]),
)
def test_any_sum_over_an_array_is_read_as_it_is_written(
    shown: list[tuple[int, int]], array_name: str, said: str, each: str
) -> None:
    """Whatever the array is called and however it is said, the sum over what is shown passes, and one more fails."""
    items = [{"quantity": one, "price": other} for one, other in shown]
    due = sum(one * other for one, other in shown)
    members = numbers({array_name: array(quantity=WHOLE, price=WHOLE)}, result=said.format(each, array_name))
    found = outcomes(members, {array_name: items, "result": due}, {array_name: items, "result": due + 1})
    assert found == [{"result": "passed"}, {} if due == -1 else {"result": "failed"}]


PIECES = "sum of the all lines total number net tax over minus and average 20 how many `x` ( is"
WORDS = st.sampled_from([*"+-*/()%,.:=", *PIECES.split()])


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=25).map(" ".join)))
def test_no_text_makes_it_raise(said: str) -> None:
    members = numbers({"net": ANY, "tax": ANY, "lines": array(net=ANY, total=ANY)}, result=said)
    outcomes(members, {"net": 1, "tax": 0, "lines": [{"net": 1, "total": 2}], "result": 1.5})


def test_of_two_readings_either_will_do() -> None:
    """The number of items may be that of the lines or of the pieces, and a rate a share or percent."""
    members = numbers(
        {"items": array(quantity=WHOLE), "net": WHOLE, "rate": ANY}, itemCount="Number of items in the cart"
    )
    items = [{"quantity": 3}, {"quantity": 1}]
    longer = {"items": [*items, *items]}
    found = outcomes(members, longer, *({"items": items, "itemCount": each} for each in (2, 4, 3, 1)))
    assert [each.get("itemCount") for each in found] == [None, "passed", "passed", "failed", "failed"]
    members = numbers({"net": WHOLE, "rate": ANY}, tax="net times rate")
    found = outcomes(
        members, *({"net": 1000, "rate": one, "tax": two} for one, two in ((0.2, 200), (20, 200), (20, 300)))
    )
    assert [each["tax"] for each in found] == ["passed", "passed", "failed"]


def test_what_shows_a_page_is_not_counted() -> None:
    """A list tells how many there are on all pages, whatever stands beside on this one."""
    said = {"total": "Total number of items", "sum": "Sum of the items' prices"}
    members = numbers({"items": array(price=WHOLE)}, **said)
    page = {"items": [{"price": 3}], "total": 40, "sum": 70}
    assert outcomes(members, page, path="/orders") == [{}]
    members = numbers({"limit": WHOLE, "items": array(price=WHOLE)}, **said)
    assert outcomes({"inner": {"type": "object", "properties": members}}, {"inner": page}) == [{}]


def test_a_preview_and_lines_that_count_differently_are_left_alone() -> None:
    preview = numbers(
        {"replies": {**array(id=WHOLE), "description": "The latest replies"}}, replyCount="Number of replies"
    )
    assert outcomes(preview, {"replies": [{"id": 1}], "replyCount": 9}) == [{}]
    whole = numbers({"replies": array(id=WHOLE)}, replyCount="Number of replies")
    many = [{"replies": [{"id": each} for each in range(shown)], "replyCount": 5} for shown in (0, 2, 3, 5, 6, 0, 3)]
    found = [each.get("replyCount") for each in outcomes(whole, *many)]
    assert found == [None, None, None, "passed", "failed", None, "failed"]
    lines = array(amount=WHOLE, status=TEXT, currency=TEXT)
    members = numbers({"lines": lines}, total="Sum of the lines' amounts")
    apart = [{"amount": 3, "status": "open"}, {"amount": 4, "status": "cancelled"}]
    abroad = [{"amount": 3, "currency": "EUR"}, {"amount": 4, "currency": "USD"}]
    alike = [{"amount": 3, "status": "open"}, {"amount": 4, "status": "open"}]
    shown = [{"lines": each, "total": 3} for each in (apart, abroad, alike)] + [{"lines": alike, "total": 0}]
    assert [each.get("total") for each in outcomes(members, *shown)] == [None, None, "failed", None]


@pytest.mark.parametrize(
    ("part", "whole", "scale"),
    [("weightGrams", "weightKg", 1000), ("lineTotalCents", "total", 100), ("minutes", "hours", 60)],
)
def test_numbers_in_other_units_may_differ_by_what_lies_between(part: str, whole: str, scale: int) -> None:
    """A total in euros of lines in cents is right, and one in cents too; any other is wrong."""
    said = f"Sum of {part} over all lines"
    members = numbers({"lines": array(**{part: WHOLE})}, **{whole: said})
    lines = [{part: 60 * scale}, {part: 3 * scale}]
    found = outcomes(members, *({"lines": lines, whole: each} for each in (63, 63 * scale, 70)))
    assert [each[whole] for each in found] == ["passed", "passed", "failed"]


def test_a_sum_over_as_many_items_as_a_page_has_is_left_alone() -> None:
    """An account may show its first ten transactions, and the sum of all."""
    members = numbers({"transactions": array(amount=WHOLE)}, total="Sum of the transactions")
    shown = [{"transactions": [{"amount": 2}] * count, "total": 99} for count in (9, 10)]
    assert outcomes(members, *shown) == [{"total": "failed"}, {}]


@pytest.mark.parametrize(
    ("said", "name"),
    [("Average rating of all reviews", "reviewCount"), ("Highest rating of all reviews", "numberOfReviews")],
)
def test_what_is_made_of_more_items_than_are_shown_is_left_alone(said: str, name: str) -> None:
    """A product shows its latest reviews beside the average of all, and was accused of that."""
    members = numbers({"reviews": array(rating=WHOLE), name: WHOLE}, rating=said)
    shown = {"reviews": [{"rating": 4}, {"rating": 3}, {"rating": 4}], "rating": 2}
    assert outcomes(members, {**shown, name: 57}, {**shown, name: 3}, shown) == [{}, {"rating": "failed"}, {}]


@pytest.mark.parametrize(
    ("said", "name", "right"),
    [
        ("Total weight of all items", "weight", (5, 13)),
        ("Sum of the points of all items", "points", (5, 13)),
        ("Sum of all line totals", "lineTotal", (5,)),
        ("Total quantity of all items", "quantity", (5,)),
    ],
)
def test_what_each_item_has_may_be_summed_as_often_as_its_quantity_says(
    said: str, name: str, right: tuple[int, ...]
) -> None:
    """An order weighs what its items weigh times how many of each there are, and was held to the sum of the weights alone."""
    given = [{"quantity": 2, name: 2}, {"quantity": 3, name: 3}]
    members = numbers({"items": array(**{"quantity": WHOLE, name: WHOLE})}, whole=said)
    found = outcomes(members, *({"items": given, "whole": each} for each in (5, 13, 7)))
    expected = ["passed" if each in right else "failed" for each in (5, 13, 7)]
    assert [each["whole"] for each in found] == expected


MONEY: dict[str, Any] = {"type": "string", "format": "decimal", "pattern": r"^\d{1,12}\.\d{2}$"}


@pytest.mark.parametrize(
    ("money", "amount", "total", "wrong"),
    [
        (MONEY, "24.80", "73.30", "60.90"),
        ({"type": "string", "pattern": r"^-?\d+(\.\d{1,2})?$"}, "24.8", "73.3", "60.9"),
        ({"anyOf": [{"type": "number"}, {"type": "string"}]}, "24.80", "73.30", "60.90"),
    ],
)
def test_decimals_as_text_are_calculated(money: dict[str, Any], amount: str, total: str, wrong: str) -> None:
    """A total of amounts that are written as text was never held to what its description says."""
    line = {"quantity": WHOLE, "unit_price": money, "amount": {**money, "description": "Quantity times unit price."}}
    members = {"lines": array(**line), "total": {**money, "description": "Sum of the amounts of the lines."}}
    lines = [
        {"quantity": 2, "unit_price": "12.40", "amount": amount},
        {"quantity": 1, "unit_price": "48.50", "amount": "48.50"},
    ]
    off = [{**lines[0], "amount": "12.40"}, lines[1]]
    shown = [{"lines": lines, "total": total}, {"lines": lines, "total": wrong}, {"lines": off, "total": "60.90"}]
    found = outcomes(members, *shown)
    assert [each["total"] for each in found] == ["passed", "failed", "passed"]
    assert [each["lines/*/amount"] for each in found] == ["passed", "passed", "failed"]


def test_codes_of_digits_are_no_numbers() -> None:
    """A number of a member that holds digits as text is no factor, whatever the description says."""
    members = {
        "quantity": WHOLE,
        "code": {**TEXT, "pattern": r"^\d+$"},
        "total": {**MONEY, "description": "quantity * code"},
    }
    assert outcomes(members, {"quantity": 2, "code": "300", "total": "1.00"}) == [{}]
