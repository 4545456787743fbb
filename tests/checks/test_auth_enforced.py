from __future__ import annotations

import pytest

from contract_suite.checks.auth_enforced import CHECK
from contract_suite.contract.operation import Contract
from contract_suite.model import clause_ids
from contract_suite.model.source import Level, Source
from tests.checks.toys import Ask, read

WRONG = (clause_ids.MISSING, clause_ids.EMPTY, clause_ids.WRONG_SCHEME, clause_ids.GARBAGE, clause_ids.REVOKED)
STATUS, FORBIDDEN = "ListToys::auth::unauthenticated-status", "CreateToy::auth::forbidden-status"


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize(
    ("status", "enforced", "exact"),
    [
        (200, "failed", "silent"),
        (401, "passed", "passed"),
        (403, "passed", "failed"),
        (400, "passed", "failed"),
        (404, "passed", "failed"),
        (302, "silent", "failed"),
        (429, "cannot-tell", "silent"),
        (500, "silent", "silent"),
    ],
)
def test_wrong_keys(ask: Ask, kind: str, status: int, enforced: str, exact: str) -> None:
    target_clause = clause_ids.auth("ListToys", kind)
    asked = ask(CHECK, status=status, target_clause=target_clause)
    assert (asked.outcome(target_clause), asked.outcome(STATUS)) == (enforced, exact)


@pytest.mark.parametrize(
    ("status", "enforced", "exact"),
    [(201, "failed", "silent"), (403, "passed", "passed"), (401, "passed", "failed"), (404, "passed", "failed")],
)
def test_a_key_without_the_permission(ask: Ask, status: int, enforced: str, exact: str) -> None:
    target_clause = clause_ids.auth("CreateToy", clause_ids.READONLY)
    asked = ask(CHECK, "CreateToy", status=status, target_clause=target_clause)
    assert (asked.outcome(target_clause), asked.outcome(FORBIDDEN)) == (enforced, exact)


@pytest.mark.parametrize(
    ("status", "outcome"), [(200, "passed"), (401, "failed"), (403, "failed"), (404, "silent"), (500, "silent")]
)
def test_no_key_needed(ask: Ask, status: int, outcome: str) -> None:
    target_clause = clause_ids.auth("Peek", clause_ids.OPTIONAL)
    assert ask(CHECK, "Peek", status=status, target_clause=target_clause).outcome(target_clause) == outcome


def test_only_aimed_cases_are_judged(ask: Ask) -> None:
    assert not ask(CHECK, status=200).verdicts
    assert not ask(CHECK, status=401).verdicts


def test_clauses(toy: Contract) -> None:
    clauses = {clause.id: clause for clause in CHECK.clauses(toy)}
    assert clauses[clause_ids.auth("Ping", clause_ids.MISSING)].inapplicable == "the document asks for no key"
    assert clause_ids.auth("Peek", clause_ids.MISSING) not in clauses
    assert clause_ids.auth("ListToys", clause_ids.READONLY) not in clauses
    assert clauses[STATUS].level is Level.FAILURE
    assert clauses[FORBIDDEN].source is Source.STANDARD  # CreateToy declares no 403
    assert clauses[clause_ids.auth("ListToys", clause_ids.MISSING)].location.pointer.endswith("/get")


def test_a_plain_key_has_no_scheme() -> None:
    contract = read(
        """
openapi: 3.1.0
info: {title: t, version: "1"}
security: [{key: []}]
paths: {/a: {get: {operationId: A, responses: {"200": {description: ok}}}}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
"""
    )
    clauses = {clause.id: clause for clause in CHECK.clauses(contract)}
    assert clauses[clause_ids.auth("A", clause_ids.WRONG_SCHEME)].inapplicable
    assert not clauses[clause_ids.auth("A", clause_ids.GARBAGE)].inapplicable
