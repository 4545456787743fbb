"""Counts what else broke a clause, once the exchange that stood for its finding turned out to show nothing."""

from __future__ import annotations

from collections.abc import Callable

from contract_suite.checks.check import Judgement
from contract_suite.contract.operation import Operation
from contract_suite.model.finding import Finding
from contract_suite.model.verdict import Outcome
from contract_suite.runner.session.session import LiveSession


def count_others(
    session: LiveSession, finding: Finding, operation: Operation, *, counts: Callable[[Judgement], bool]
) -> None:
    """Judge the refusals of an operation that the session remembers anew, and count those that count, with their cases."""
    for judgement in session.recent:
        exchange, of = judgement.exchange, judgement.operation
        if of is None or of.id != operation.id or not exchange.refused or not counts(judgement):
            continue
        verdicts = session.sender.rejudge(judgement.case, exchange, of)
        broken = [each for each in verdicts if each.outcome is Outcome.FAILED and each.clause == finding.clause]
        if session.sender.count(broken, exchange.number):
            session.sender.cases_by_exchange.setdefault(exchange.number, (judgement.case, exchange))
