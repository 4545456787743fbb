from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.checks.no_server_error import CHECK
from contract_suite.model import clause_ids
from contract_suite.model.exchange import NoResponse, Pairs, Trouble
from tests.checks.toys import Ask
from tests.runner.right_servers import judged

ARRIVES, SOUND = "ListToys::response::arrives", "ListToys::response::no-server-error"


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (200, (), "passed"),
        (404, (), "passed"),
        (500, (), "failed"),
        (501, (), "failed"),
        (503, (), "cannot-tell"),  # documented
        (504, (), "failed"),
    ],
)
def test_statuses(ask: Ask, status: int, headers: Pairs, outcome: str) -> None:
    asked = ask(CHECK, status=status, headers=headers)
    assert asked.outcome(SOUND) == outcome
    assert asked.outcome(ARRIVES) == "passed"


def test_a_parser_that_fails_at_depth_is_a_cause_of_its_own(ask: Ask) -> None:
    problems = [
        ask(CHECK, "CreateToy", status=500, content=body).verdicts[-1].problem
        for body in (b"[" * 2000, b'[["a", 5]]' * 20)
    ]
    assert problems == ["nested-500", "status-500"]


def test_an_undocumented_503_fails_unless_it_says_when_to_come_back(ask: Ask) -> None:
    assert ask(CHECK, "Ping", status=503).outcome("Ping::response::no-server-error") == "failed"
    assert (
        ask(CHECK, "Ping", status=503, headers=(("Retry-After", "3"),)).outcome("Ping::response::no-server-error")
        == "cannot-tell"
    )
    assert (
        ask(CHECK, "Peek", status=503).outcome("Peek::response::no-server-error") == "failed"
    )  # `default` gives it no meaning


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (Trouble.TIMEOUT, "failed"),
        (Trouble.RESET, "failed"),
        (Trouble.CLOSED, "failed"),
        (Trouble.GARBAGE, "failed"),
        (Trouble.CRASHED, "failed"),
        (Trouble.REFUSED, "cannot-tell"),
        (Trouble.UNREACHABLE, "cannot-tell"),
        (Trouble.STALE, "cannot-tell"),
    ],
)
def test_troubles(ask: Ask, trouble: Trouble, outcome: str) -> None:
    asked = ask(CHECK, answer=NoResponse(trouble=trouble, message="gone"))
    assert (asked.outcome(ARRIVES), asked.outcome(SOUND)) == (outcome, "silent")


def test_a_response_that_had_begun_is_left_to_complete(ask: Ask) -> None:
    assert not ask(
        CHECK, answer=NoResponse(trouble=Trouble.CLOSED, message="gone", received=b"HTTP/1.1 200 OK\r\n\r\n{")
    ).verdicts


def test_a_request_to_no_operation_counts_for_the_one_it_aims_at(ask: Ask) -> None:
    target_clause = clause_ids.method_refused("ListToys", "PATCH")
    assert ask(CHECK, None, status=500, target_clause=target_clause, method="PATCH").failed == {SOUND}
    assert not ask(CHECK, None, status=501, target_clause=target_clause, method="PATCH").failed
    assert not ask(CHECK, None, status=500).verdicts


def test_a_documented_501_is_the_answer_that_the_document_announces(tmp_path: Path) -> None:
    responses = {"201": {"description": "made"}, "501": {"description": "sessions are not available here"}}
    operation = {"operationId": "make", "responses": responses}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "sessions", "version": "1"},
        "paths": {"/sessions": {"post": operation}},
    }
    found = judged(document, lambda *_: (501, None), tmp_path).findings
    assert [each.clause for each in found if each.clause == "make::response::no-server-error"] == []
    del responses["501"]
    found = judged(document, lambda *_: (501, None), tmp_path).findings
    assert [each.clause for each in found if each.clause.endswith("no-server-error")] != []
