from __future__ import annotations

import pytest

from contract_suite.checks.status_documented import CHECK
from contract_suite.contract.operation import Contract
from contract_suite.model import clause_ids
from contract_suite.model.case import Intent
from contract_suite.model.source import Level
from tests.checks.toys import Ask, read

SERVED, REFUSAL = "ListToys::status::documented", "ListToys::refusal::status-documented"
P, N, U = Intent.POSITIVE, Intent.NEGATIVE, Intent.UNKNOWN


@pytest.mark.parametrize(
    ("status", "intent", "target_clause", "passed", "failed"),
    [
        (200, P, "", {SERVED}, set()),
        (202, P, "", set(), {SERVED}),
        (302, U, "", set(), {SERVED}),
        (202, N, "", set(), set()),  # serving a negative is the other check's finding
        (304, P, "", set(), set()),
        (400, U, "", {REFUSAL}, set()),
        (418, U, "", set(), {REFUSAL}),
        (418, P, "", set(), set()),  # refusing a positive is the other check's finding
        (418, N, clause_ids.enforced("ListToys", "query.Size", "minimum"), set(), set()),  # refusal-status speaks
        (404, U, "", set(), {REFUSAL}),
        (409, P, "", set(), set()),
        (429, U, "", set(), set()),
        (414, U, "", set(), set()),
        (500, P, "", set(), set()),
        (502, U, "", set(), set()),
        (401, P, "", {REFUSAL}, set()),
        (402, U, clause_ids.auth("ListToys", clause_ids.MISSING), set(), set()),
    ],
)
def test_table(
    ask: Ask, *, status: int, intent: Intent, target_clause: str, passed: set[str], failed: set[str]
) -> None:
    asked = ask(CHECK, status=status, intent=intent, target_clause=target_clause)
    assert (asked.passed, asked.failed) == (passed, failed)


def test_default_documents_every_status(ask: Ask) -> None:
    assert ask(CHECK, "Peek", status=207).passed == {"Peek::status::documented"}


@pytest.mark.parametrize(
    ("status", "intent", "outcome"),
    [(200, P, "passed"), (404, P, "cannot-tell"), (405, P, "cannot-tell"), (404, N, "silent"), (400, P, "silent")],
)
def test_address_of_an_inferred_path(ask: Ask, status: int, intent: Intent, outcome: str) -> None:
    assert ask(CHECK, "GetToy", status=status, intent=intent).outcome("GetToy::address::served") == outcome


def test_levels(toy: Contract) -> None:
    levels = {clause.id: clause.level for clause in CHECK.clauses(toy)}
    assert levels[SERVED] is Level.FAILURE
    assert levels[REFUSAL] is Level.FAILURE
    assert levels["Ping::refusal::status-documented"] is Level.ADVISORY  # nobody says how Ping refuses
    assert levels["GetToy::address::served"] is Level.ADVISORY
    assert "ListToys::address::served" not in levels


def test_a_refusal_that_a_plain_document_does_not_list_is_an_advisory() -> None:
    """Five findings on a right server were refusals that its document had left out here and there."""
    plain = read(
        """
openapi: 3.1.0
info: {title: Plain, version: "1"}
paths:
  /visits:
    get: {operationId: Visits, responses: {"200": {description: all}, "400": {description: bad}}}
"""
    )
    levels = {clause.id: clause.level for clause in CHECK.clauses(plain)}
    assert levels["Visits::refusal::status-documented"] is Level.ADVISORY
    assert levels["Visits::status::documented"] is Level.FAILURE


@pytest.mark.parametrize(
    ("target", "status", "outcome"),
    [
        ("/toys", 404, "failed"),
        ("//toys", 404, "cannot-tell"),
        ("/toys/", 404, "cannot-tell"),
        ("/toys/", 301, "cannot-tell"),
        ("/toys/", 418, "failed"),
        ("/toys?a=//", 404, "failed"),
    ],
)
def test_an_address_with_an_empty_segment_is_another_address(ask: Ask, target: str, status: int, outcome: str) -> None:
    clause = REFUSAL if status >= 400 else SERVED
    assert ask(CHECK, status=status, target=target).outcome(clause) == outcome


@pytest.mark.parametrize(
    ("responses", "level"),
    [("{'400': {description: no}}", Level.ADVISORY), ("{'204': {description: yes}}", Level.FAILURE)],
)
def test_who_documents_only_refusals_has_left_the_success_unsaid(responses: str, level: Level) -> None:
    contract = read(f"""
openapi: 3.1.0
info: {{title: t, version: "1"}}
paths: {{/a: {{get: {{operationId: A, responses: {responses}}}}}}}
""")
    assert next(each for each in CHECK.clauses(contract) if each.id == "A::status::documented").level is level
