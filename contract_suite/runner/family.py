"""The stages of a run of one contract, cheapest first, each feeding the next.

Every stage has a share of what budget is left, and goes round the operations instead of finishing one before the next,
so that a run cut short has seen something of everything.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from contract_suite.behaviours.behaviour import BudgetSpent
from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Operation
from contract_suite.contract.requests import build
from contract_suite.errors import EndpointError
from contract_suite.generate.boundaries import Key, boundaries, key_of
from contract_suite.generate.examples import examples
from contract_suite.generate.probes import probes
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.clause import Clause
from contract_suite.model.events import (
    ConfirmationStarted,
    Emit,
    FamilyFinished,
    FamilyStarted,
    StageFinished,
    StageStarted,
    ignore,
)
from contract_suite.model.exchange import Identity, NoResponse
from contract_suite.model.finding import Finding, fingerprint
from contract_suite.model.json import Arguments
from contract_suite.model.run import LEFT_OUT, UNPROVABLE, ClauseResult, FamilySummary, StageSummary
from contract_suite.model.source import Source
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.record.curl import curl
from contract_suite.record.writer import RecordWriter
from contract_suite.runner.budget import Budget
from contract_suite.runner.connection_pool import ConnectionPool
from contract_suite.runner.endpoint import Endpoint
from contract_suite.runner.grouping import merge
from contract_suite.runner.options import RunOptions
from contract_suite.runner.plan import Plan
from contract_suite.runner.positives import proved
from contract_suite.runner.replay_before_report import confirm
from contract_suite.runner.sending import Sender
from contract_suite.runner.session import LiveSession
from contract_suite.runner.verdict_counter import VerdictCounter

_ORDER: Final = {"create": 0, "list": 1, "read": 2, "": 3, "update": 4, "delete": 5}
_PREFLIGHT_TRIES: Final = 3
_REDIRECTS: Final = range(300, 400)


class FamilyRun:
    """One contract's part of a run.

    `go` may raise `EndpointError` or `KeyboardInterrupt`; `finish` writes what is known in any case.
    """

    def __init__(
        self,
        plan: Plan,
        endpoint: Endpoint,
        *,
        budget: Budget,
        writer: RecordWriter,
        options: RunOptions,
        emit: Emit = ignore,
        numbers: Iterator[int] | None = None,
    ) -> None:
        """Prepare; nothing is sent yet. `numbers` numbers the exchanges of a run of several families."""
        self.contract = plan.contract
        self.plan = replace(plan, clauses=(*plan.clauses, *_broken(plan)))
        self.options = options
        self.budget = budget
        self.writer = writer
        self.emit = emit
        self.endpoint = endpoint
        counter = VerdictCounter(plan.contract.name, self.plan.clauses)
        self.sender = Sender(
            contract=plan.contract,
            endpoint=endpoint,
            budget=budget,
            counter=counter,
            writer=writer,
            checks=plan.checks,
            emit=emit,
            numbers=numbers if numbers is not None else itertools.count(1),
        )
        self.connections = ConnectionPool(self.sender, most=options.workers)
        self.session = LiveSession(
            self.plan,
            self.sender,
            self.connections,
            budget,
            seed=options.seed,
            check_rate_limits=options.check_rate_limits,
        )
        self.stages: list[StageSummary] = []
        self.stopped = ""
        self.incomplete = ""
        self.findings: tuple[Finding, ...] = ()
        self.seconds = 0.0
        self._sent: set[Key] = set()

    def go(self) -> None:
        """Send everything that the plan and the budget allow, then confirm what failed and clean up."""
        started = time.perf_counter()
        self.emit(FamilyStarted(family=self.contract.name))
        try:
            with self.budget.share(0.92):
                self._stages()
            self._confirm()
        finally:
            self.connections.abandon()
            self._clean_up()
            self.connections.close()
            self.seconds = time.perf_counter() - started

    def finish(self, trouble: str) -> FamilySummary:
        """Write findings, results and the summary; returns the summary."""
        self._broken_operations()
        ordered = sorted(self.sender.counter.findings.values(), key=_weight)
        self.findings = tuple(self._complete(each) for each in merge(ordered))
        for finding in self.findings:
            self.writer.finding(finding)
        results = list(self.sender.counter.results(self._reasons()))
        for result in results:
            self.writer.conformance(result)
        self.incomplete = self._incompleteness(results)
        summary = FamilySummary(
            family=self.contract.name,
            exchanges=self.sender.exchanges,
            seconds=self.seconds,
            stopped=self.stopped or trouble,
            stages=tuple(self.stages),
        )
        self.writer.family(summary)
        self.emit(FamilyFinished(summary=summary, findings=self.findings))
        return summary

    # The stages

    def _stages(self) -> None:
        operations = sorted(self._callable(), key=self._rank)
        fuzzing = self.options.fuzz_time > 0
        with self._stage(Stage.EXAMPLES, 0.15):
            self._preflight(operations)
            self._run_examples(operations)
            self._judge_addresses()
        with self._stage(Stage.PROBES, 0.15):
            self._run_probes(operations)
        with self._stage(Stage.BOUNDARIES, 0.45):
            self._run_boundaries(operations)
        with self._stage(Stage.BEHAVIOURS, 0.6 if fuzzing else 1.0):
            self._run_behaviours()
        if fuzzing:
            with self._stage(Stage.FUZZING, 1.0):
                self._run_fuzzing(operations)

    @contextmanager
    def _stage(self, stage: Stage, fraction: float) -> Iterator[None]:
        self.session.stage = stage
        self.emit(StageStarted(family=self.contract.name, stage=stage))
        began, sent = time.perf_counter(), self.sender.exchanges
        self._left = 0
        reason = ""
        try:
            with self.budget.share(fraction):
                try:
                    yield
                except BudgetSpent:
                    reason = "the budget was spent"
        finally:
            if reason or self._left:
                self.stopped = self.stopped or f"the budget was spent during {stage}"
            self._finished(
                StageSummary(
                    stage=stage,
                    exchanges=self.sender.exchanges - sent,
                    seconds=time.perf_counter() - began,
                    left=self._left,
                    reason=reason or ("the budget was spent" if self._left else ""),
                )
            )

    def _finished(self, summary: StageSummary) -> None:
        self.stages.append(summary)
        self.emit(StageFinished(family=self.contract.name, summary=summary))

    def _preflight(self, operations: Iterable[Operation]) -> None:
        """Find out whether there is an endpoint at all before anything is held against it."""
        operation = next((each for each in operations if each.safe), next(iter(operations), None))
        if operation is None:
            return
        target = build(operation, self.session.any_arguments(operation))
        message = ""
        for attempt in range(_PREFLIGHT_TRIES):
            self.budget.spend()
            case = Case(
                operation=operation.id,
                request=target,
                intent=Intent.UNKNOWN,
                stage=Stage.EXAMPLES,
                note="is anybody there?",
            )
            answer, seconds = self.endpoint.transport.send(self.endpoint.keyed(target))
            exchange = self.sender.record(case, answer, seconds)
            if not isinstance(answer, NoResponse):
                place = answer.header("location")
                if exchange.status in _REDIRECTS and place and answer.status != 304:  # noqa: PLR2004 - "not modified" is no redirect
                    raise EndpointError(
                        f"the endpoint redirects to {place[:200]!r} and redirects are not followed; give the final address as --url"
                    )
                return
            message = answer.message
            if attempt + 1 < _PREFLIGHT_TRIES and answer.trouble not in {"timeout", "unreachable"}:
                time.sleep(0.05)
            elif answer.trouble in {"timeout", "unreachable"}:
                break
        raise EndpointError(message)

    def _run_examples(self, operations: Iterable[Operation]) -> None:
        for operation in operations:
            template = self.session.accepted(operation)
            if template is None:
                continue
            if not any(role == "delete" for _, role in roles(self.session.resources, operation)):
                for case in examples(self.contract, operation, self.session.pool, fresh=self.session.fresh_name):
                    self._case(operation, case)

    def _judge_addresses(self) -> None:
        """An operation that asks for no id and is never found is not at its address."""
        for operation_id, exchange in self.session.unserved.items():
            clause = clause_ids.served(operation_id)
            if not self.sender.counter.exercised(clause):
                message = f"{exchange.request.method} {exchange.request.target.partition('?')[0]} was answered {exchange.status}, whatever was asked"
                verdict = Verdict(
                    clause=clause,
                    outcome=Outcome.FAILED,
                    message=message,
                    problem="not-served",
                    actual=str(exchange.status),
                    exchanges=(exchange.number,),
                )
                self.sender.count([verdict], exchange.number)

    def _run_probes(self, operations: Iterable[Operation]) -> None:
        if self.connections.pays_off:
            self.session.open_connections()
        cases: dict[str, Iterator[Case]] = {}
        for operation in operations:
            template = self.session.accepted(operation)
            if template is not None:
                made = probes(self.contract, operation, template, fresh=self.session.fresh_name)
                cases[operation.id] = self._alive(operation, template, made)
        self._round_robin(Stage.PROBES, cases)

    def _run_boundaries(self, operations: Iterable[Operation]) -> None:
        cases: dict[str, Iterator[Case]] = {}
        for operation in operations:
            template = self.session.accepted(operation)
            if template is not None:
                cases[operation.id] = self._alive(operation, template, self._boundaries(operation, template))
        self._round_robin(Stage.BOUNDARIES, cases)

    def _boundaries(self, operation: Operation, template: Arguments) -> Iterator[Case]:
        return boundaries(
            self.contract,
            operation,
            template,
            addressing=self.session.pool.addressing(operation),
            fresh=self.session.fresh_name,
        )

    def _run_behaviours(self) -> None:
        behaviours = self.plan.behaviours
        for index, behaviour in enumerate(behaviours):
            try:
                with self.budget.share(1 / (len(behaviours) - index)):
                    for verdict in behaviour.drive(self.session):
                        self.sender.count([verdict], verdict.exchanges[-1] if verdict.exchanges else 0)
            except BudgetSpent:
                self._left += 1
                if self.budget.over:
                    raise

    def _run_fuzzing(self, operations: list[Operation]) -> None:
        started = time.monotonic()
        fuzzed = [operation for operation in operations if self.session.accepted(operation) is not None]
        for index, operation in enumerate(fuzzed):
            left = self.options.fuzz_time - (time.monotonic() - started)
            seconds = min(left / (len(fuzzed) - index), self.budget.seconds_left)
            if seconds <= 0:
                self._left += 1
                continue
            self._fuzz(operation, seconds)

    def _fuzz(self, operation: Operation, seconds: float) -> None:
        from contract_suite.generate.fuzzing import fuzz  # noqa: PLC0415 - schemathesis is slow to import

        ended: list[Exception] = []

        def send(case: Case) -> list[str]:
            try:
                _, _, verdicts = self.sender.send(case, operation)
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
            addressing=self.session.pool.addressing(operation),
            fresh=self.session.fresh_name,
            seen=self._sent,
        )
        if ended:
            raise ended[0]
        for clause, case in fuzzed.failures.items():
            self._replace_by(clause, case, operation)

    def _replace_by(self, clause: str, case: Case, operation: Operation) -> None:
        """Show the smallest failing request of a clause instead of the first one, if it still fails."""
        counter = self.sender.counter
        exchange, verdicts = self.sender.send_uncounted(case, operation)
        for verdict in verdicts:
            if verdict.clause != clause or verdict.outcome is not Outcome.FAILED:
                continue
            identity = fingerprint(self.contract.name, clause, verdict.pointer, verdict.problem)
            finding = counter.findings.get(identity)
            if finding is None or self.session.stage_of(finding.exchanges[-1]) is not Stage.FUZZING:
                continue
            counter.findings[identity] = replace(
                finding,
                message=verdict.message,
                expected=verdict.expected,
                actual=verdict.actual,
                pointer=verdict.pointer,
                exchanges=(exchange.number,),
            )
            self.sender.cases_by_exchange[exchange.number] = (case, exchange)

    # Sending cases

    def _round_robin(self, stage: Stage, cases: dict[str, Iterator[Case]]) -> None:
        """Send one case of each operation in turn until all are through or the budget is spent."""
        operations = {operation.id: operation for operation in self.plan.operations}
        waiting = dict(cases)
        while waiting:
            for operation_id, iterator in list(waiting.items()):
                if self._uses_up(operations[operation_id]):
                    self.connections.drain()  # its cases make what they need, one after the other
                case = next(iterator, None)
                if case is None:
                    del waiting[operation_id]
                    continue
                try:
                    self._case(operations[operation_id], replace(case, stage=stage))
                except BudgetSpent:
                    self._left += 1 + sum(1 for each in waiting.values() for _ in each)
                    self.connections.drain()
                    raise
        self.connections.drain()

    def _uses_up(self, operation: Operation) -> bool:
        return any(role == "delete" for _, role in roles(self.session.resources, operation))

    def _case(self, operation: Operation, case: Case) -> None:
        request = case.request
        if not (request.method in {"GET", "HEAD", "OPTIONS"} or self.endpoint.writable):
            return
        if request.identity not in {Identity.DEFAULT, Identity.NOBODY} and not self.session.has(request.identity):
            return
        key = key_of(request)
        if key in self._sent and self.connections.decides(case.target_clause):
            self.connections.drain()
        if key in self._sent and (not case.target_clause or self.sender.counter.exercised(case.target_clause)):
            return
        self._sent.add(key)
        writes = not operation.safe and case.intent is not Intent.NEGATIVE
        creates = any(role == "create" for _, role in roles(self.session.resources, operation))
        own = operation if request.method == operation.method else None
        self.connections.send(case, own, alone=self._uses_up(operation), changes=writes and not creates)

    def _alive(self, operation: Operation, template: Arguments, cases: Iterator[Case]) -> Iterator[Case]:
        """Put live ids in the place of the template's, where an earlier case has used those up or they were found to be gone."""
        current = template
        for case in cases:
            if not self.session.alive(operation, current):
                renewed = self.session.accepted(operation)
                if renewed is None:
                    return
                current = renewed
            yield _with_ids_of(operation, case, template, current) if current is not template else case

    # The end

    def _confirm(self) -> None:
        self.emit(ConfirmationStarted(family=self.contract.name))
        try:
            confirm(self.session)
        except BudgetSpent:
            self.stopped = self.stopped or "the budget was spent before everything was confirmed"

    def _clean_up(self) -> None:
        self.emit(StageStarted(family=self.contract.name, stage=Stage.CLEANUP))
        began, sent = time.perf_counter(), self.sender.exchanges
        left = self.session.clean_up()
        names = ", ".join(f"{made.resource.name} {'/'.join(map(str, made.identity.values()))}" for made in left[:5])
        self._finished(
            StageSummary(
                stage=Stage.CLEANUP,
                exchanges=self.sender.exchanges - sent,
                seconds=time.perf_counter() - began,
                left=len(left),
                reason=f"could not be deleted: {names}" if left else "",
            )
        )

    def _complete(self, finding: Finding) -> Finding:
        """Add the `curl` line of the decisive exchange."""
        kept = self.sender.cases_by_exchange.get(finding.exchanges[-1]) if finding.exchanges else None
        exchange = kept[1] if kept else self.session.exchange(finding.exchanges[-1] if finding.exchanges else 0)
        if exchange is None:
            return finding
        return replace(finding, curl=curl(exchange.request, self.endpoint.transport.base_url, self.endpoint.shown_as))

    def _callable(self) -> list[Operation]:
        return [operation for operation in self.plan.operations if self.session.allowed(operation)]

    def _rank(self, operation: Operation) -> int:
        kinds = [role for _, role in roles(self.session.resources, operation)]
        return min((_ORDER[kind] for kind in kinds), default=_ORDER[""])

    def _broken_operations(self) -> None:
        for operation in self.contract.operations:
            if operation.problem:
                self.sender.count(
                    [Verdict(clause=_usable(operation).id, outcome=Outcome.CANNOT_TELL, message=operation.problem)]
                )

    def _reasons(self) -> dict[str, str]:
        """Why clauses were not exercised, as far as it is known from their operation or their kind."""
        selected = {operation.id for operation in self.plan.operations}
        allowed = {operation.id for operation in self._callable()}
        reasons: dict[str, str] = {}
        for clause in self.plan.clauses:
            reason = ""
            if clause.operation not in selected and any(
                each.id == clause.operation for each in self.contract.operations
            ):
                reason = LEFT_OUT
            elif clause.operation in selected and clause.operation not in allowed:
                reason = "it needs a write, and writes to this endpoint need --allow-writes"
            elif clause.id == clause_ids.auth(clause.operation, clause_ids.READONLY) and not self.session.has(
                Identity.READONLY
            ):
                reason = "it needs a key without the permission: --readonly-token-env NAME"
            elif clause.id == clause_ids.auth(clause.operation, clause_ids.REVOKED) and not self.session.has(
                Identity.REVOKED
            ):
                reason = "it needs a revoked key: --revoked-token-env NAME"
            elif clause.subject.partition("/")[0] in UNPROVABLE:
                reason = f"the server never answered {clause.subject.partition('/')[0]}, and a healthy one need not"
            elif clause.operation in self.session.refusals:
                reason = self.session.refusals[clause.operation]
            elif self.stopped:
                reason = self.stopped
            if reason:
                reasons[clause.id] = reason
        return reasons

    def _incompleteness(self, results: Iterable[ClauseResult]) -> str:
        """One sentence if less than half of what could be exercised was; what the user excluded or only a sick server shows doesn't count."""
        allowed = {operation.id for operation in self._callable()} | {""}
        counted = exercised = 0
        for result in results:
            clause = self.sender.counter.clauses[result.clause]
            if result.outcome is Outcome.INAPPLICABLE or (
                clause.operation not in allowed and clause.operation in self._known_ids
            ):
                continue
            done = result.outcome in {Outcome.PASSED, Outcome.FAILED}
            if clause.subject.partition("/")[0] in UNPROVABLE and not done:
                continue
            counted += 1
            exercised += done
        if counted and exercised * 2 >= counted:
            return ""
        why = self.stopped or next(iter(self.session.refusals.values()), "")
        return f"{self.contract.name}: only {exercised} of {counted} clauses were exercised" + (
            f" ({why})" if why else ""
        )

    @property
    def _known_ids(self) -> frozenset[str]:
        return frozenset(operation.id for operation in self.contract.operations)


def _usable(operation: Operation) -> Clause:
    return Clause(
        operation=operation.id,
        subject="document",
        kind="usable",
        judge="document",
        text="The document describes this operation so that it can be tested.",
        source=Source.STANDARD,
        location=operation.location,
    )


def _broken(plan: Plan) -> list[Clause]:
    return [_usable(operation) for operation in plan.contract.operations if operation.problem]


def _weight(finding: Finding) -> tuple[int, str, str, str]:
    return (finding.level != "failure", finding.operation, finding.clause, finding.id)


def _with_ids_of(operation: Operation, case: Case, old: Arguments, new: Arguments) -> Case:
    """The case on another template: whatever it took from the old one comes from the new one."""
    arguments = {
        key: new[key] if key in old and key in new and key != "body" and value == old[key] else value
        for key, value in case.arguments.items()
    }
    body, old_body, new_body = arguments.get("body"), old.get("body"), new.get("body")
    if isinstance(body, dict) and isinstance(old_body, dict) and isinstance(new_body, dict):
        arguments["body"] = {
            name: new_body[name] if name in new_body and value == old_body.get(name) else value
            for name, value in body.items()
        }
    if arguments == case.arguments:
        return case
    request = build(operation, arguments, identity=case.request.identity)
    return proved(replace(case, arguments=arguments, request=request), operation)
