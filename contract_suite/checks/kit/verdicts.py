"""Verdicts, worded in one way. Passed ones are constants: one value for one clause, however often it passes."""

from __future__ import annotations

from functools import lru_cache

from contract_suite.model.fact import Fact
from contract_suite.model.verdict import Outcome, Verdict


@lru_cache(maxsize=1 << 16)
def passed(clause: str) -> Verdict:
    """Return the verdict that the exchange kept this clause."""
    return Verdict(clause=clause, outcome=Outcome.PASSED)


def failed(
    clause: str,
    message: str,
    *,
    problem: str = "",
    pointer: str = "",
    expected: str = "",
    actual: str = "",
    facts: tuple[Fact, ...] = (),
) -> Verdict:
    """Return the verdict that the exchange broke this clause; `facts` are what that rests on beside the clause."""
    return Verdict(
        clause=clause,
        outcome=Outcome.FAILED,
        message=message,
        problem=problem,
        pointer=pointer,
        expected=expected,
        actual=actual,
        facts=facts,
    )


def cannot_tell(clause: str, message: str) -> Verdict:
    """Return the verdict that the exchange says nothing certain about this clause, and why."""
    return Verdict(clause=clause, outcome=Outcome.CANNOT_TELL, message=message)
