from __future__ import annotations

from contract_suite.checks.in_time import CHECK, check
from contract_suite.contract.operation import Contract
from contract_suite.model.exchange import NoResponse, Trouble
from contract_suite.model.source import Level
from tests.checks.toys import Ask

CLAUSE = "ListToys::response::in-time"


def test_limit(ask: Ask) -> None:
    assert ask(CHECK, seconds=9.9).outcome(CLAUSE) == "passed"
    assert ask(CHECK, seconds=10.1).outcome(CLAUSE) == "failed"
    assert ask(check(1.0), seconds=1.5).outcome(CLAUSE) == "failed"


def test_silence_is_left_to_no_server_error(ask: Ask) -> None:
    assert not ask(CHECK, seconds=30, answer=NoResponse(trouble=Trouble.TIMEOUT, message="nothing came")).verdicts


def test_a_slow_answer_is_an_advisory(toy: Contract) -> None:
    assert {clause.level for clause in CHECK.clauses(toy)} == {Level.ADVISORY}
