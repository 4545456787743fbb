from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.checks.bodies.computed_members import CHECK
from contract_suite.checks.check import Judgement
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.source import Level
from tests.checks.toys import read

WHOLE: dict[str, Any] = {"type": "integer"}
ANY: dict[str, Any] = {"type": "number"}


def numbers(plain: dict[str, Any], **told: str) -> dict[str, Any]:
    return {**plain, **{name: {**ANY, "description": text} for name, text in told.items()}}


def outcomes(members: dict[str, Any], *bodies: Any, status: int = 200, path: str = "/order") -> list[dict[str, str]]:
    schema = {"type": "object", "properties": members}
    answer = {"description": "an order", "content": {"application/json": {"schema": schema}}}
    get = {"operationId": "get", "responses": {"200": answer, "409": answer}}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {path: {"get": get}}}
    contract = read(json.dumps(document))
    known = {clause.id: clause for clause in CHECK.clauses(contract)}
    assert {each.source.level for each in known.values()} <= {Level.ADVISORY}
    found = []
    for body in bodies:
        request = Request(method="GET", target=path)
        case = Case(operation="get", request=request, intent=Intent.POSITIVE, stage=Stage.EXAMPLES)
        sent = json.dumps(body).encode()
        response = Response(status=status, headers=(("Content-Type", "application/json"),), body=sent)
        exchange = Exchange(number=1, request=request, answer=response)
        judged = Judgement(contract=contract, operation=contract.operation("get"), case=case, exchange=exchange)
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
