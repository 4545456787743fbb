from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.checks.negative_rejected import CHECK
from contract_suite.contract.operation import Contract
from contract_suite.model import clause_ids
from contract_suite.model.case import Intent
from contract_suite.model.fact import level_of
from contract_suite.model.source import Level
from tests.checks.toys import Ask, read
from tests.contracts import load

SIZE = clause_ids.enforced("ListToys", "query.Size", "minimum")
NAME = clause_ids.enforced("ListToys", "query.Name", "pattern")
STATUS = clause_ids.refusal_status("ListToys")
NAME_STATUS, NAME_CODE = (
    clause_ids.refusal_status("ListToys", "query.Name"),
    clause_ids.refusal_code("ListToys", "query.Name"),
)
N = Intent.NEGATIVE


@pytest.mark.parametrize(
    ("status", "enforced", "refusal"),
    [
        (200, "failed", "silent"),
        (204, "failed", "silent"),
        (302, "failed", "silent"),
        (304, "silent", "silent"),
        (400, "passed", "passed"),
        (404, "passed", "failed"),
        (422, "passed", "failed"),
        (414, "passed", "silent"),
        (401, "cannot-tell", "silent"),
        (403, "cannot-tell", "silent"),
        (429, "cannot-tell", "silent"),
        (409, "cannot-tell", "silent"),
        (412, "cannot-tell", "silent"),
        (500, "silent", "silent"),
        (503, "silent", "silent"),
    ],
)
def test_statuses(ask: Ask, status: int, enforced: str, refusal: str) -> None:
    asked = ask(CHECK, status=status, intent=N, target_clause=SIZE)
    assert (asked.outcome(SIZE), asked.outcome(STATUS)) == (enforced, refusal)


@pytest.mark.parametrize("intent", [Intent.POSITIVE, Intent.UNKNOWN])
def test_only_negatives_are_judged(ask: Ask, intent: Intent) -> None:
    assert not ask(CHECK, status=200, intent=intent, target_clause=SIZE).verdicts


@pytest.mark.parametrize(
    ("status", "body", "of_status", "of_code"),
    [
        (422, {"Code": "Bad.Name"}, "passed", "passed"),
        (422, {"Code": "Other"}, "passed", "failed"),
        (422, {}, "passed", "cannot-tell"),
        (422, b"oops", "passed", "cannot-tell"),
        (400, {"Code": "Other"}, "failed", "silent"),
    ],
)
def test_a_parameters_own_refusal(ask: Ask, status: int, body: Any, of_status: str, of_code: str) -> None:
    asked = ask(CHECK, status=status, body=body, intent=N, target_clause=NAME)
    assert asked.outcome(NAME) == "passed"
    assert (asked.outcome(NAME_STATUS), asked.outcome(NAME_CODE)) == (of_status, of_code)
    assert asked.outcome(STATUS) == "silent"


def test_an_id_that_cannot_exist_may_be_unknown(ask: Ask) -> None:
    asked = ask(
        CHECK, "GetToy", status=404, intent=N, target_clause=clause_ids.enforced("GetToy", "path.Id", "minLength")
    )
    assert asked.passed == {clause_ids.enforced("GetToy", "path.Id", "minLength")}
    assert not asked.failed


def test_a_foreign_media_type_may_be_unsupported(ask: Ask) -> None:
    asked = ask(
        CHECK,
        "CreateToy",
        status=415,
        intent=N,
        target_clause=clause_ids.enforced("CreateToy", "body", clause_ids.MEDIA_TYPE),
    )
    assert not asked.failed


def test_without_an_aim_the_request_itself_says_what_it_breaks(ask: Ask) -> None:
    clause = clause_ids.enforced("ListToys", "query.Kind", "enum")
    assert ask(CHECK, status=200, intent=N, target="/toys?Kind=boat").failed == {clause}
    assert clause in ask(CHECK, status=400, intent=N, target="/toys?Kind=boat").passed


def test_of_several_faults_the_weightiest_was_served(ask: Ask) -> None:
    asked = ask(CHECK, status=200, intent=N, target="/toys?Size=99&Kind=boat")
    assert asked.failed == {clause_ids.enforced("ListToys", "query.Kind", "enum")}
    assert not ask(CHECK, status=400, intent=N, target="/toys?Size=99&Kind=boat").verdicts


def test_what_cannot_be_proved_is_not_judged(ask: Ask) -> None:
    assert not ask(CHECK, status=200, intent=N, target="/toys?Kind=car").verdicts


def test_clauses(toy: Contract) -> None:
    clauses = {clause.id: clause for clause in CHECK.clauses(toy)}
    assert clauses[SIZE].level is Level.FAILURE
    assert clauses[clause_ids.enforced("ListToys", "query.Size", "maximum")].level is Level.ADVISORY
    assert clauses[clause_ids.enforced("ListToys", "query.Name", "type")].inapplicable
    assert not clauses[clause_ids.enforced("ListToys", "query.Size", "type")].inapplicable
    assert clauses[STATUS].level is Level.FAILURE
    assert clauses[NAME_STATUS].level is Level.ADVISORY
    assert clauses[NAME_CODE].level is Level.FAILURE
    assert clause_ids.enforced("CreateToy", "body", clause_ids.SYNTAX) in clauses
    assert clause_ids.enforced("CreateToy", "body/Name", "required") in clauses
    assert clause_ids.refused("CreateToy") not in clauses  # every fault has a clause of its own
    assert not clauses[clause_ids.enforced("GetToy", "path.Id", "minLength")].inapplicable  # 2: one letter is a proof


def test_a_fault_without_a_clause_of_its_own(ask: Ask) -> None:
    contract = read(
        """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /a:
    post:
      operationId: A
      requestBody:
        content: {application/json: {schema: {type: object, propertyNames: {pattern: "^a"}}}}
      responses: {"200": {description: ok}}
"""
    )
    sent = (("Content-Type", "application/json"),)
    asked = ask(CHECK, "A", contract=contract, status=200, intent=N, target="/a", content=b'{"b": 1}', sent=sent)
    assert asked.failed == {clause_ids.refused("A")}


@pytest.mark.parametrize(
    ("clause", "status", "weak"),
    [
        (SIZE, 404, False),
        (clause_ids.enforced("ListToys", "query.Size", "maximum"), 404, True),
        (NAME, 400, False),
    ],
)
def test_what_is_said_of_a_refusal_weighs_no_more_than_the_broken_constraint(
    ask: Ask, clause: str, status: int, weak: bool
) -> None:
    asked = ask(CHECK, status=status, intent=N, target_clause=clause)
    (verdict,) = (each for each in asked.verdicts if each.clause != clause)
    (fact,) = verdict.facts
    assert verdict.outcome.value == "failed"
    assert (fact.source.level is Level.ADVISORY) is weak
    assert fact.what.endswith(clause.split("::")[1])


def test_the_fact_names_the_keyword_and_its_value(ask: Ask) -> None:
    asked = ask(CHECK, status=404, intent=N, target_clause=clause_ids.enforced("ListToys", "query.Size", "maximum"))
    assert asked.by_clause[STATUS].facts[0].what == "maximum 50 of query.Size"


def test_what_only_an_sdk_says_of_a_body_asks_for_no_refusal() -> None:
    clauses = {each.id: each for each in CHECK.clauses(load("pai"))}
    told = clauses[clause_ids.enforced("CreateAlgorithmVersion", "body/AlgorithmSpec/CodeDir/LocationType", "type")]
    assert "SDK" in told.inapplicable
    assert not clauses[clause_ids.enforced("CreateAlgorithmVersion", "body/AlgorithmSpec", "type")].inapplicable


@pytest.fixture(scope="module")
def plain() -> Contract:
    """The toys of an author who wrote nothing of their behaviour."""
    thing = {"type": "object", "properties": {"color": {"type": "string", "pattern": "^#[0-9a-f]{6}$"}}}
    media = {"content": {"application/json": {"schema": thing}}}
    post = {"operationId": "Paint", "requestBody": media, "responses": {"201": {"description": "", **media}}}
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/toys": {"post": post}}}
    return read(json.dumps(document))


COLOR = clause_ids.enforced("Paint", "body/color", "pattern")


@pytest.mark.parametrize(
    ("sent", "shown", "outcome"),
    [
        ("#00ff00 ", "#00ff00", "cannot-tell"),
        ("#00ff00\n", "#00ff00\n", "failed"),
        ("#00ff00 ", None, "failed"),
        ("#00ff0", "#00ff0", "failed"),
    ],
)
def test_space_that_was_taken_away_first_breaks_nothing(
    ask: Ask, plain: Contract, sent: str, shown: str | None, outcome: str
) -> None:
    body = {"id": 1} if shown is None else {"data": [{"color": shown}]}
    asked = ask(
        CHECK,
        "Paint",
        contract=plain,
        status=201,
        body=body,
        intent=N,
        target_clause=COLOR,
        arguments={"body": {"color": sent}},
        content=json.dumps({"color": sent}).encode(),
    )
    assert asked.outcome(COLOR) == outcome


def test_an_answer_that_tells_of_each_part_by_itself_proves_nothing(ask: Ask, plain: Contract) -> None:
    asked = ask(CHECK, "Paint", contract=plain, status=207, body=[{"status": 422}], intent=N, target_clause=COLOR)
    assert asked.outcome(COLOR) == "cannot-tell"


ODD_ENDS = """
openapi: 3.0.3
info: {title: Users, version: "1"}
paths:
  /users/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string, pattern: "^[a-z]+$"}}]
    delete: {operationId: Drop, responses: {"204": {description: gone}}}
    put:
      operationId: Put
      parameters: [{name: weight, in: query, schema: {type: integer, format: int32, maximum: 5000000000}}]
      responses: {"204": {description: stored}}
"""


@pytest.mark.parametrize(
    ("operation", "subject", "keyword", "outcome"),
    [
        ("Drop", "path.name", "pattern", "cannot-tell"),
        ("Put", "path.name", "pattern", "failed"),
        ("Put", "query.weight", "format", "cannot-tell"),
        ("Put", "query.weight", "type", "failed"),
    ],
)
def test_what_a_right_server_may_serve_all_the_same(
    ask: Ask, operation: str, subject: str, keyword: str, outcome: str
) -> None:
    """Deleting what nothing can be called is done already; `int32` says how a number is kept."""
    clause = clause_ids.enforced(operation, subject, keyword)
    document = read(ODD_ENDS)
    asked = ask(CHECK, operation, contract=document, status=204, target="/users/5", intent=N, target_clause=clause)
    assert asked.outcome(clause) == outcome


def test_a_delete_that_documents_an_unknown_address_must_refuse_one(ask: Ask) -> None:
    documented = ODD_ENDS.replace(
        '{"204": {description: gone}}', '{"204": {description: gone}, "404": {description: none}}'
    )
    clause = clause_ids.enforced("Drop", "path.name", "pattern")
    asked = ask(CHECK, "Drop", contract=read(documented), status=204, target="/users/5", intent=N, target_clause=clause)
    assert asked.outcome(clause) == "failed"


CONDITION = """
openapi: 3.1.0
info: {title: Payments, version: "1"}
x-contract: {errors: {status: {invalid: 400}}}
paths:
  /payments:
    post:
      operationId: Pay
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties: {by: {enum: [card, bank]}, amount: {type: integer}, number: {type: string}}
              if: {required: [by], properties: {by: {const: card}}}
              then: {required: [number], properties: {amount: {minimum: 10, x-source: inferred}}}
              x-source: documented
      responses: {"200": {description: paid}, "400": {description: refused}}
"""


@pytest.mark.parametrize("aimed", [True, False])
@pytest.mark.parametrize(
    ("body", "level"),
    [
        (b'{"by": "card", "amount": 12}', Level.FAILURE),
        (b'{"by": "card", "amount": 9, "number": "1"}', Level.ADVISORY),
    ],
)
def test_a_broken_condition_weighs_as_what_it_asks(ask: Ask, body: bytes, level: Level, *, aimed: bool) -> None:
    clause = clause_ids.enforced("Pay", "body", "if")
    payments = read(CONDITION)
    known = {each.id: each for each in CHECK.clauses(payments)}
    asked = ask(
        CHECK,
        "Pay",
        contract=payments,
        intent=N,
        method="POST",
        target="/payments",
        content=body,
        sent=(("Content-Type", "application/json"),),
        target_clause=clause if aimed else "",
    )
    assert asked.failed == {clause}
    [verdict] = asked.verdicts
    assert level_of(known[clause].source, verdict.facts) is level
    assert "'number' is missing" in verdict.message or "less than the minimum 10" in verdict.message
