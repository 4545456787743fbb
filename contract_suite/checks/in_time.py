"""A response arrives in time. No document says how fast, so a slow one is an advisory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import operation_of
from contract_suite.checks.kit.verdicts import failed, passed
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.counting import plural_of
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "in-time"
LIMIT: Final = 10.0


def check(limit: float = LIMIT) -> Check:
    """Return the check with a limit in seconds."""
    return Check(
        name=NAME,
        title="A response arrives in time.",
        clauses=for_each_operation(partial(_clauses, limit=limit)),
        judge=partial(_judge, limit=limit),
    )


def _clauses(_contract: Contract, operation: Operation, *, limit: float) -> Iterator[Clause]:
    yield make_clause(
        NAME,
        operation,
        "response",
        "in-time",
        f"a response is there within {limit:g} {plural_of(limit, 'second')}",
        source=Source.INFERRED,
    )


def _judge(judgement: Judgement, *, limit: float) -> Iterator[Verdict]:
    operation = operation_of(judgement)
    if operation is None or judgement.response is None:
        return
    clause, seconds = f"{operation.id}::response::in-time", judgement.exchange.seconds
    if seconds > limit:
        yield failed(
            clause,
            f"the response took {seconds:.1f} s",
            problem="slow",
            expected=f"at most {limit:g} s",
            actual=f"{seconds:.1f} s",
        )
    else:
        yield passed(clause)


CHECK: Final = check()
