from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.checks.bodies.computed_members import CHECK
from contract_suite.checks.check import Judgement
from contract_suite.checks.kit.list_lengths import ListLengths
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.source import Level
from tests.checks.toys import read

WHOLE: dict[str, Any] = {"type": "integer"}
ANY: dict[str, Any] = {"type": "number"}


def numbers(plain: dict[str, Any], **told: str) -> dict[str, Any]:
    return {**plain, **{name: {**ANY, "description": text} for name, text in told.items()}}


def outcomes(
    members: dict[str, Any], *bodies: Any, status: int = 200, path: str = "/order", told: str = ""
) -> list[dict[str, str]]:
    """What the check says of each body, as a run meets them one after another."""
    schema = {"type": "object", "properties": members}
    answer = {"description": "an order", "content": {"application/json": {"schema": schema}}}
    get = {"operationId": "get", "description": told, "responses": {"200": answer, "409": answer}}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {path: {"get": get}}}
    contract = read(json.dumps(document))
    known = {clause.id: clause for clause in CHECK.clauses(contract)}
    assert {each.source.level for each in known.values()} <= {Level.ADVISORY}
    found, lengths = [], ListLengths()
    for body in bodies:
        request = Request(method="GET", target=path)
        case = Case(operation="get", request=request, intent=Intent.POSITIVE, stage=Stage.EXAMPLES)
        sent = json.dumps(body).encode()
        response = Response(status=status, headers=(("Content-Type", "application/json"),), body=sent)
        exchange = Exchange(number=1, request=request, answer=response)
        get_it = contract.operation("get")
        judged = Judgement(contract=contract, operation=get_it, case=case, exchange=exchange, lengths=lengths)
        verdicts = list(CHECK.judge(judged))
        assert {each.clause for each in verdicts} <= known.keys()
        found.append({each.clause.split("::")[1].removeprefix("200/"): each.outcome.value for each in verdicts})
    return found


@pytest.mark.parametrize(
    ("said", "right", "wrong"),
    [
        ("quantity * unitPrice", 6, 3),
        ("unit_price times quantity, in cents", 6, 5),
        ("Unit price \N{MULTIPLICATION SIGN} quantity.", 6, 5),
        ("Always the quantity plus the unit price", 5, 6),
        ("= unitPrice - quantity", -1, 1),
        ("unitPrice minus quantity", -1, 1),
    ],
)
def test_a_number_is_calculated_of_those_beside_it(said: str, right: int, wrong: int) -> None:
    members = numbers({"quantity": WHOLE, "unitPrice": WHOLE}, total=said)
    given = {"quantity": 3, "unitPrice": 2}
    shown = [{**given, "total": right}, {**given, "total": wrong}, {"quantity": 3, "total": wrong}, {**given}]
    assert outcomes(members, *shown) == [{"total": "passed"}, {"total": "failed"}, {}, {}]


LINES: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"net": ANY, "lineTotal": ANY, "quantity": WHOLE, "note": {"type": "string"}},
    },
}


@pytest.mark.parametrize(
    "said", ["Sum of the lines' net", "sum of all line nets.", "The sum of the net of all lines", "Sum of net"]
)
def test_a_sum_is_that_of_the_items_which_are_shown(said: str) -> None:
    members = numbers({"lines": LINES}, subtotal=said)
    bodies = [{"lines": [{"net": 1.1}, {"net": 2.2}], "subtotal": due} for due in (3.3, 3.31, 2.2)]
    bodies += [{"lines": [], "subtotal": 0}, {"lines": [], "subtotal": 9}, {"lines": [{"net": None}], "subtotal": 9}]
    found = [each.get("subtotal") for each in outcomes(members, *bodies)]
    assert found == ["passed", "passed", "failed", "passed", "failed", None], "a cent may be lost in rounding"


@pytest.mark.parametrize(
    "said",
    [
        "total - paid; 0 for void invoices",
        "quantity * unitPrice, less the discount",
        "Sum of the payments",
        "Sum of the lines",
        "The first-class price",
        "unitPrice + tax",
        "unitPrice",
        "price x",
    ],
)
def test_a_text_that_says_more_or_something_else_is_no_formula(said: str) -> None:
    plain = {"quantity": WHOLE, "unitPrice": WHOLE, "paid": WHOLE, "lines": LINES, "tax": {"type": "string"}}
    shown = {"quantity": 3, "unitPrice": 2, "paid": 1, "lines": [{"net": 1, "quantity": 7}], "tax": "2", "total": 99}
    assert outcomes(numbers(plain, total=said), shown) == [{}]


def test_only_successes_are_judged_and_each_item_of_a_list() -> None:
    item = {"type": "object", "properties": numbers({"a": WHOLE, "b": WHOLE}, both="a plus b")}
    members = {"items": {"type": "array", "items": item}}
    bodies = [{"items": [{"a": 1, "b": 2, "both": 3}, {"a": 1, "b": 2, "both": due}]} for due in (3, 2)]
    assert outcomes(members, *bodies) == [{"items/*/both": "passed"}, {"items/*/both": "failed"}]
    assert outcomes(members, *bodies, status=409) == [{}, {}]


def test_nothing_is_calculated_with_numbers_that_are_too_great_for_it() -> None:
    members = numbers({"quantity": WHOLE, "unitPrice": ANY}, total="quantity * unitPrice")
    great = (10**200, 10**300, float("1e308"), float("inf"), float("nan"))
    shown = [{"quantity": one, "unitPrice": other, "total": 1} for one in great for other in (*great, 2)]
    assert outcomes(members, *shown) == [{}] * len(shown)
    assert outcomes(members, {"quantity": 10**14, "unitPrice": 3, "total": 3 * 10**14}) == [{"total": "passed"}]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("comments", {}),
        ("latestComments", {}),
        ("comments", {"description": "At most two of them."}),
        ("comments", {"description": "The newest ones."}),
    ],
)
def test_a_list_that_may_be_cut_is_not_counted(name: str, told: dict[str, str]) -> None:
    """A post with `commentCount: 7` that shows two comments was accused of the other five."""
    comments = {"type": "array", "items": {"type": "object", "properties": {"stars": WHOLE}}, **told}
    for noun in ("comments", "latest comments"):
        said = {"commentCount": f"Number of {noun}", "stars": f"Average of the stars of all {noun}"}
        members = {name: comments, **numbers({}, **said)}
        shown = [
            {name: [{"stars": 4}] * min(each, 2), "commentCount": each, "stars": stars}
            for each, stars in ((1, 4), (2, 4), (7, 2))
        ]
        assert "failed" not in {outcome for each in outcomes(members, *shown) for outcome in each.values()}


def test_a_list_that_is_shorter_than_it_was_elsewhere_is_counted() -> None:
    """Seven lines show that three are all there are: a count, or an average, that was not calculated anew is found."""
    lines = {"type": "array", "items": {"type": "object", "properties": {"stars": WHOLE}}}
    members = {"lines": lines, **numbers({}, lineCount="Number of lines", stars="Average of the stars of all lines")}
    shown = [{"lines": [{"stars": 4}] * each, "lineCount": 7, "stars": 4} for each in (3, 7, 3)]
    assert [each.get("lineCount") for each in outcomes(members, *shown)] == [None, "passed", "failed"]
    shown = [{"lines": [{"stars": 4}] * each, "stars": due} for each, due in ((3, 2), (7, 4), (3, 2))]
    assert [each.get("stars") for each in outcomes(members, *shown)] == [None, "passed", "failed"]


def test_a_sum_in_a_list_needs_a_longer_one_beside() -> None:
    """A list may show three lines of each order beside the total of all; an order that is read alone shows them all."""
    lines = {"type": "array", "items": {"type": "object", "properties": {"net": WHOLE}}}
    alone = {"lines": lines, **numbers({}, total="Sum of the lines' net")}
    order = {"type": "object", "properties": alone}
    members = {"orders": {"type": "array", "items": order}}
    cut, whole, wrong = ({"lines": [{"net": 5}] * each, "total": due} for each, due in ((3, 45), (4, 20), (2, 45)))
    found = outcomes(members, {"orders": [cut]}, {"orders": [cut, cut]}, {"orders": [whole, wrong]})
    assert found == [{}, {}, {"orders/*/total": "failed"}]
    assert outcomes(alone, cut) == [{"total": "failed"}]
