from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contract_suite.checks.errors.problem_details import CHECK
from contract_suite.contract.operation import Contract, MediaType
from contract_suite.model.source import Level
from tests.checks.toys import Ask, Asked

STATUS, MEMBERS = "ListToys::problem::problem-status", "ListToys::problem::problem-members"
PROBLEM = "application/problem+json"


def _problems(toy: Contract) -> Contract:
    listing = toy.operation("ListToys")
    ok = next(spec for spec in listing.responses if spec.status == "200")
    media = (MediaType(name=PROBLEM, schema=None),)
    return replace(toy, operations=(replace(listing, responses=(ok, replace(ok, status="422", media_types=media))),))


def _asked(ask: Ask, toy: Contract, body: Any, content_type: str = PROBLEM) -> Asked:
    return ask(CHECK, contract=_problems(toy), status=422, body=body, content_type=content_type)


@pytest.mark.parametrize(
    ("body", "status", "members"),
    [
        ({"type": "about:blank", "title": "Wrong", "status": 422}, "passed", "passed"),
        ({"status": 422.0}, "passed", "passed"),
        ({"status": 400}, "failed", "passed"),
        ({"status": "422"}, "failed", "passed"),
        ({"status": True}, "failed", "passed"),
        ({}, "silent", "passed"),
        ({"status": None, "detail": None}, "silent", "passed"),
        ({"type": "/problems/wrong", "instance": "../a?b=c#d"}, "silent", "passed"),
        ({"type": "not a reference"}, "silent", "failed"),
        ({"title": 5}, "silent", "failed"),
        ({"errors": [{"status": 1}]}, "silent", "passed"),
    ],
)
def test_a_problem(ask: Ask, toy: Contract, body: Any, status: str, members: str) -> None:
    asked = _asked(ask, toy, body)
    assert (asked.outcome(STATUS), asked.outcome(MEMBERS)) == (status, members)


def test_what_is_no_problem_is_left_alone(ask: Ask, toy: Contract) -> None:
    assert not _asked(ask, toy, {"status": 400}, "application/json").verdicts
    assert not _asked(ask, toy, b"[]").verdicts
    assert not ask(CHECK, status=422, body={"status": 400}, content_type=PROBLEM).verdicts


def test_only_documents_with_problems_have_clauses(toy: Contract) -> None:
    assert not list(CHECK.clauses(toy))
    assert {clause.level for clause in CHECK.clauses(_problems(toy))} == {Level.ADVISORY}
