from __future__ import annotations

import pytest

from contract_suite.checks.undeclared_method import CHECK
from contract_suite.contract.operation import Contract
from contract_suite.model import clause_ids
from contract_suite.model.exchange import Pairs
from contract_suite.model.source import Level
from tests.checks.toys import Ask, read

AIM, ALLOW = clause_ids.method_refused("ListToys", "PATCH"), "ListToys::method::allow-header"


@pytest.mark.parametrize(
    ("status", "headers", "refused", "allow"),
    [
        (405, (("Allow", "GET, POST"),), "passed", "passed"),
        (405, (("allow", "get,post, HEAD,OPTIONS"),), "passed", "passed"),
        (405, (("Allow", "GET"), ("Allow", "POST")), "passed", "passed"),
        (405, (("Allow", "GET"),), "passed", "failed"),
        (405, (), "passed", "failed"),
        (405, (("Allow", "GET, POST, PATCH"),), "passed", "failed"),
        (501, (), "passed", "silent"),
        (200, (), "failed", "silent"),
        (404, (), "failed", "silent"),
        (302, (), "failed", "silent"),
        (401, (), "cannot-tell", "silent"),
        (429, (), "cannot-tell", "silent"),
        (500, (), "silent", "silent"),
    ],
)
def test_table(ask: Ask, status: int, headers: Pairs, refused: str, allow: str) -> None:
    asked = ask(CHECK, None, status=status, headers=headers, target_clause=AIM, method="PATCH")
    assert (asked.outcome(AIM), asked.outcome(ALLOW)) == (refused, allow)


def test_other_requests_are_not_judged(ask: Ask) -> None:
    assert not ask(CHECK, None, status=200, method="PATCH").verdicts
    assert not ask(CHECK, status=405, headers=(("Allow", "POST"),)).verdicts


def test_clauses(toy: Contract) -> None:
    clauses = {clause.id: clause for clause in CHECK.clauses(toy)}
    assert {clause_ids.method_refused("ListToys", method) for method in ("PUT", "PATCH", "DELETE")} <= clauses.keys()
    assert clause_ids.method_refused("ListToys", "POST") not in clauses
    assert clause_ids.method_refused("CreateToy", "PATCH") not in clauses
    assert clauses[AIM].level is Level.FAILURE  # CreateToy documents a 405
    assert clauses[clause_ids.method_refused("GetToy", "PUT")].level is Level.ADVISORY
    assert clauses[ALLOW].level is Level.ADVISORY


def test_a_template_that_takes_the_method_makes_it_inapplicable() -> None:
    contract = read(
        """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a/list: {get: {operationId: List, responses: {"200": {description: ok}}}}
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    put: {operationId: Put, responses: {"200": {description: ok}}}
"""
    )
    clauses = {clause.id: clause for clause in CHECK.clauses(contract)}
    assert clauses[clause_ids.method_refused("List", "PUT")].inapplicable
    assert not clauses[clause_ids.method_refused("List", "POST")].inapplicable
