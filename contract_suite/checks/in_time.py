"""A response arrives in time. No document says how fast, so a slow one is an advisory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.answers import failed, passed
from contract_suite.checks.kit.judging import home, usable
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "in-time"
LIMIT: Final = 10.0


def check(limit: float = LIMIT) -> Check:
    """Return the check with a limit in seconds."""
    return Check(
        name=NAME,
        title="A response arrives in time.",
        clauses=partial(_clauses, limit=limit),
        judge=partial(_judge, limit=limit),
    )


def _clauses(contract: Contract, *, limit: float) -> Iterator[Clause]:
    for operation in usable(contract):
        yield Clause(
            operation=operation.id,
            subject="response",
            kind="in-time",
            judge=NAME,
            source=Source.INFERRED,
            location=operation.location,
            text=f"a response is there within {limit:g} seconds",
        )


def _judge(judgement: Judgement, *, limit: float) -> Iterator[Verdict]:
    operation = home(judgement)
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
