from __future__ import annotations

from typing import Any

import pytest

from contract_suite.checks.errors.error_envelope import CHECK
from contract_suite.contract.operation import Contract
from contract_suite.model.fact import level_of
from contract_suite.model.source import Level
from tests.checks.toys import Ask, read

CLAUSE = "ListToys::4xx::error-envelope"
GOOD = {"Code": "Bad"}


@pytest.mark.parametrize(
    ("status", "body", "content_type", "outcome"),
    [
        (400, GOOD, "application/json", "passed"),
        (401, GOOD, "application/json", "passed"),
        (400, {"Message": "no"}, "application/json", "failed"),
        (400, {"Code": 3}, "application/json", "failed"),
        (400, [], "application/json", "failed"),
        (400, b"", None, "failed"),
        (400, b"<html>", "text/html", "silent"),  # the content type's finding
        (400, b"{", "application/json", "silent"),  # as above
        (418, {"Message": "no"}, "application/json", "failed"),  # the document says it of all refusals
        (413, b"{}", "application/json", "silent"),  # any proxy may give it
        (500, {}, "application/json", "silent"),  # the server error's finding
        (503, {}, "application/json", "silent"),
        (200, {}, "application/json", "silent"),
    ],
)
def test_table(ask: Ask, status: int, body: Any, content_type: str | None, outcome: str) -> None:
    assert ask(CHECK, status=status, body=body, content_type=content_type).outcome(CLAUSE) == outcome


@pytest.mark.parametrize(("target", "outcome"), [("/toys/", "silent"), ("//toys", "silent"), ("/toys?a=//", "failed")])
def test_what_is_said_of_another_address_is_held_to_nothing(ask: Ask, target: str, outcome: str) -> None:
    assert ask(CHECK, status=404, body={"detail": "Not Found"}, target=target).outcome(CLAUSE) == outcome


def test_head_has_no_body(ask: Ask) -> None:
    assert not ask(CHECK, status=400, body=b"", method="HEAD").verdicts


def test_many_problems_of_one_body_are_one_finding(ask: Ask) -> None:
    asked = ask(CHECK, status=400, body={"Message": 3})
    assert len(asked.verdicts) == 1
    assert "Code" in asked.verdicts[0].message
    assert "Message" in asked.verdicts[0].message


def test_level_and_reason(toy: Contract) -> None:
    clauses = {clause.id: clause for clause in CHECK.clauses(toy)}
    assert clauses[CLAUSE].level is Level.ADVISORY
    assert clauses["Ping::4xx::error-envelope"].inapplicable


def test_a_rate_limit_may_come_from_somebody_else(ask: Ask) -> None:
    contract = read(
        """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    get:
      operationId: A
      responses:
        "429": {description: slow, content: {application/json: {schema: {type: object, required: [Code]}}}}
"""
    )
    assert ask(CHECK, "A", contract=contract, status=429, body={}).outcome("A::4xx::error-envelope") == "cannot-tell"
    assert ask(CHECK, "A", contract=contract, status=429, body=GOOD).outcome("A::4xx::error-envelope") == "passed"


SEVERAL = """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    get:
      operationId: A
      responses:
        "400":
          description: refused
          content:
            application/json:
              schema:
                allOf:
                  - {type: object, required: [RequestId], properties: {RequestId: {type: string}}}
                  - {required: [Code], properties: {Code: {type: string}}, x-source: inferred}
"""


@pytest.mark.parametrize(
    ("body", "problem", "level"),
    [
        ({"Code": "Bad"}, "/RequestId", Level.FAILURE),
        ({}, "/RequestId", Level.FAILURE),
        ({"RequestId": "1"}, "/Code", Level.ADVISORY),
        ({"RequestId": "1", "Code": 3}, "/Code", Level.ADVISORY),
        (b"", "RequestId", Level.FAILURE),
    ],
)
def test_a_refusal_weighs_as_the_demand_that_it_breaks(ask: Ask, body: Any, problem: str, level: Level) -> None:
    contract = read(SEVERAL)
    clause = next(iter(CHECK.clauses(contract)))
    (verdict,) = ask(CHECK, "A", contract=contract, status=400, body=body, target="/a").verdicts
    assert level_of(clause.source, verdict.facts) is level
    assert verdict.facts[0].what.endswith(problem.lstrip("/"))
