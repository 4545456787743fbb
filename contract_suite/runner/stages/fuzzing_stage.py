"""Fuzzing: each operation that was served in turn, each for its share of the time, and the smallest request of what failed."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from contract_suite import limits
from contract_suite.behaviours.behaviour import BudgetSpent
from contract_suite.contract.operation import Contract, Operation
from contract_suite.errors import EndpointError
from contract_suite.model.case import Case, Stage
from contract_suite.model.finding import fingerprint
from contract_suite.model.verdict import Outcome
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.session.session import LiveSession
from contract_suite.runner.stages.case_loop import CaseLoop

_NO_TIME: Final = "the time for fuzzing was over"


@dataclass(slots=True)
class Fuzzing:
    """The stage that fuzzes. `left` counts operations for which the budget was spent, `unfuzzed` has one entry for each other one: why."""

    contract: Contract
    session: LiveSession
    cases: CaseLoop
    options: RunOptions
    left: int = 0
    unfuzzed: list[str] = field(default_factory=list)

    def go(self, operations: Iterable[Operation]) -> None:
        """Fuzz the operations that were served. Raises `BudgetSpent` where the time is over before it pays to begin."""
        self.session.budget.expect(limits.FUZZING_TAKES)
        started = time.monotonic()
        fuzzed = [operation for operation in operations if self.session.accepted(operation) is not None]
        for index, operation in enumerate(fuzzed):
            left = self.options.fuzz_time - (time.monotonic() - started)
            seconds = min(left / (len(fuzzed) - index), self.session.budget.seconds_left)
            if seconds <= 0:
                if self.session.budget.spent:
                    self.left += 1
                else:
                    self.unfuzzed.append(_NO_TIME)
                continue
            self._fuzz(operation, seconds)

    def _fuzz(self, operation: Operation, seconds: float) -> None:
        from contract_suite.generate.fuzzing import fuzz  # noqa: PLC0415 - schemathesis is slow to import

        ended: list[Exception] = []

        def send(case: Case) -> list[str]:
            if self.session.ownership.refusal(operation, case):
                return []
            try:
                case = self.cases.as_sent(operation, case)
                _, _, verdicts = self.session.sender.send(case, operation)
            except (BudgetSpent, EndpointError) as error:
                ended.append(error)
                raise
            return [verdict.clause for verdict in verdicts if verdict.outcome is Outcome.FAILED]

        fuzzed = fuzz(
            self.contract,
            operation,
            lambda: self.session.accepted(operation),
            send,
            seconds=seconds,
            seed=self.options.seed,
            addressing=self.session.ledger.addressing(operation),
            fresh=self.session.arguments.names.fresh,
            seen=self.cases.sent,
        )
        if ended:
            raise ended[0]
        if fuzzed.trouble:
            self.unfuzzed.append(fuzzed.trouble)
        for clause, case in fuzzed.failures.items():
            self._replace_by(clause, case, operation)

    def _replace_by(self, clause: str, case: Case, operation: Operation) -> None:
        """Show the smallest failing request of a clause instead of the first one, if it still fails."""
        counter = self.session.sender.counter
        case = self.session.with_new_keys(operation, case)
        exchange, verdicts = self.session.sender.send_uncounted(case, operation)
        for verdict in verdicts:
            if verdict.clause != clause or verdict.outcome is not Outcome.FAILED:
                continue
            identity = fingerprint(self.contract.name, clause, verdict.pointer, verdict.problem)
            finding = counter.findings.get(identity)
            if finding is None or self.session.recent.stage(finding.exchanges[-1]) is not Stage.FUZZING:
                continue
            counter.findings[identity] = replace(
                finding,
                message=verdict.message,
                expected=verdict.expected,
                actual=verdict.actual,
                pointer=verdict.pointer,
                exchanges=(exchange.number,),
            )
            self.session.sender.cases_by_exchange[exchange.number] = (case, exchange)
