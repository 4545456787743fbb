"""What an invalid write left behind is no second finding, whichever answer shows it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.checks.bodies.response_schema import CHECK
from contract_suite.checks.check import Judgement
from contract_suite.checks.kit.left_behind import LeftBehind
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Outcome
from tests.contracts import load

CONTRACT = load("pai")
BAD: JSON = {"HyperParameters": [{"Name": "lr", "Type": "Float", "Range": {"MaxLength": "abc"}}]}


def exchange(operation: str, body: JSON, *, status: int = 200, sent: bytes = b"") -> Exchange:
    found = CONTRACT.operation(operation)
    assert found is not None
    request = Request(
        method=found.method, target=found.path, headers=(("Content-Type", "application/json"),), body=sent
    )
    answer = Response(status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode())
    return Exchange(number=1, request=request, answer=answer)


def wrote(spec: JSON, *, intent: Intent = Intent.NEGATIVE, status: int = 200, recorded: bool = False) -> LeftBehind:
    body: JSON = {"AlgorithmId": "a", "AlgorithmVersion": "v1", "AlgorithmSpec": spec}
    done = exchange("CreateAlgorithmVersion", {}, status=status, sent=json.dumps(body).encode())
    arguments: Any = {} if recorded else {"body": body}
    case = Case(operation="", request=done.request, intent=intent, stage=Stage.BOUNDARIES, arguments=arguments)
    left = LeftBehind()
    left.observe(case, CONTRACT.operation("CreateAlgorithmVersion"), done)
    return left


def complaints(left: LeftBehind | None, spec: JSON) -> set[str]:
    shown = exchange("GetAlgorithmVersion", {"AlgorithmId": "a", "AlgorithmVersion": "v1", "AlgorithmSpec": spec})
    case = Case(operation="", request=shown.request, intent=Intent.POSITIVE, stage=Stage.BEHAVIOURS)
    judgement = Judgement(
        contract=CONTRACT,
        operation=CONTRACT.operation("GetAlgorithmVersion"),
        case=case,
        exchange=shown,
        left_behind=left,
    )
    return {
        each.clause.rpartition("/")[2]
        for each in CHECK.judge(judgement)
        if each.outcome is Outcome.FAILED and "AlgorithmSpec" in each.clause
    }


def test_a_value_that_an_invalid_write_brought_is_no_fault_of_the_answer_that_shows_it() -> None:
    assert complaints(None, BAD) == {"MaxLength::type"}
    assert complaints(LeftBehind(), BAD) == {"MaxLength::type"}
    assert complaints(wrote(BAD), BAD) == set()
    assert complaints(wrote(BAD, recorded=True), BAD) == set()
    assert complaints(wrote(BAD, intent=Intent.UNKNOWN), BAD) == set()


@pytest.mark.parametrize(
    "left",
    [
        wrote(BAD, status=400),
        wrote(BAD, intent=Intent.POSITIVE),
        wrote({"HyperParameters": [{"Name": "abc", "Type": "Float", "Range": {"MaxLength": "abd"}}]}),
        wrote(
            {"HyperParameters": [{"Name": "lr", "Type": "Float", "Range": {"MaxLength": 64}}]}, intent=Intent.UNKNOWN
        ),
    ],
    ids=["refused", "valid", "another value", "nothing wrong"],
)
def test_what_no_invalid_write_brought_is_the_answers_own(left: LeftBehind) -> None:
    assert complaints(left, BAD) == {"MaxLength::type"}
