"""The stages of a run of one contract, cheapest first, each feeding the next.

Every stage has a share of what budget is left, and goes round the operations instead of finishing one before the next,
so that a run cut short has seen something of everything.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

from contract_suite.behaviours.behaviour import BudgetSpent
from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.model import clause_ids
from contract_suite.model.case import Stage
from contract_suite.model.counting import counted
from contract_suite.model.events import ConfirmationStarted, Emit, StageFinished, StageStarted
from contract_suite.model.run import StageSummary
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.runner.confirming.replay_before_report import confirm
from contract_suite.runner.effects.looking import Effects
from contract_suite.runner.inferred_part import InferredPart
from contract_suite.runner.leftovers.cleaning_up import clean_up_all
from contract_suite.runner.leftovers.keeping import Keeper
from contract_suite.runner.leftovers.naming import by_kind, in_a_row
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import Plan
from contract_suite.runner.session.session import LiveSession
from contract_suite.runner.stages.case_loop import CaseLoop, Queue
from contract_suite.runner.stages.driving import Driving, StatedPart
from contract_suite.runner.stages.fuzzing_stage import Fuzzing
from contract_suite.runner.stages.preflight import preflight
from contract_suite.runner.stages.served_late import ServedLate
from contract_suite.runner.stages.stage_cases import StageCases, deletes

_ORDER: Final = {"create": 0, "list": 1, "read": 2, "update": 3, "": 4, "delete": 5}
_ASKED_FIRST: Final = 2
"""Operations that are asked whether anything answers; of a dead endpoint each costs its time-out."""
_OF_WHAT_IS_LATE: Final = 0.3
_GIVEN_UP: Final = "timed out or limited too often"


class Stages:
    """Runs the stages of one contract.

    `summaries` says what each did, `cut` which of them a limit ended early, and `stopped` the first of these.
    """

    def __init__(
        self, plan: Plan, session: LiveSession, options: RunOptions, emit: Emit, keeper: Keeper | None = None
    ) -> None:
        """Nothing is sent yet. `keeper` writes the ledger on disk, where there is one."""
        self.summaries: list[StageSummary] = []
        self.cut: dict[str, str] = {}
        self._left_behind: tuple[str, ...] = ()
        self._plan = plan
        self._contract = plan.contract
        self._session = session
        self._sender = session.sender
        self._budget = session.budget
        self._options = options
        self._emit = emit
        self._cases = CaseLoop(session)
        self._stage_cases = StageCases(plan.contract, session)
        self._late = ServedLate(session, self._cases, self._stage_cases)
        self._effects = Effects(session)
        self.inferred = InferredPart(session)
        self._drivings = (Driving(session, StatedPart(session)), Driving(session, self.inferred))
        self._keeper = keeper
        self._left = self._given_up = 0
        self._unfuzzed: list[str] = []
        self._unfinished: dict[Stage, list[Queue]] = {}

    def go(self) -> None:
        """Send everything that the plan and the budget allow. Raises `EndpointError` where nothing answers."""
        operations = sorted(filter(self._session.allowed, self._plan.operations), key=self._rank)
        fuzzes = self._options.fuzz_time > 0
        with self._stage(Stage.EXAMPLES, 0.15):
            self._examples(operations)
        self._late.note(operations)
        with self._stage(Stage.PROBES, 0.15):
            if self._session.connections.pays_off:
                self._session.open_connections()
            self._generated(Stage.PROBES, operations)
        with self._stage(Stage.BOUNDARIES, 0.45):
            self._generated(Stage.BOUNDARIES, operations)
        with self._stage(Stage.BEHAVIOURS, 0.6 if fuzzes else 1.0):
            stated, inferred = self._drivings
            self._ask_late()
            with self._budget.share(0.5 if self._plan.guesses else 1.0):
                stated.go(self._plan.behaviours)
            self.inferred.ask()
            late = self._ask_late()
            if late:
                stated.go(self._plan.behaviours, only=self._undecided(late))
            inferred.go(self._plan.behaviours)
            self._drive_on()
        if fuzzes:
            with self._stage(Stage.FUZZING, 1.0):
                fuzzing = Fuzzing(self._contract, self._session, self._cases, self._options)
                try:
                    fuzzing.go(operations)
                finally:
                    self._left, self._unfuzzed = fuzzing.left, fuzzing.unfuzzed
        self._take_up()

    def ask(self) -> None:
        """Find requests that are accepted, and ask about guesses. Raises `EndpointError` where nothing answers."""
        with self._stage(Stage.EXAMPLES, 0.5):
            self._examples(sorted(filter(self._session.allowed, self._plan.operations), key=self._rank))
        with self._stage(Stage.BEHAVIOURS, 1.0):
            self.inferred.ask()

    @property
    def troubles(self) -> tuple[str, ...]:
        """What beside `stopped` keeps the run from being complete, in sentences."""
        given_up = sorted(self._cases.given_up)
        said = [f"{', '.join(given_up)} timed out or was limited too often to go on with"] if given_up else []
        return (*said, *self._effects.unseen, *self._left_behind)

    def confirm(self) -> None:
        """Send again what failed, before it is reported, and look at the endpoint a last time."""
        self._emit(ConfirmationStarted(family=self._contract.name))
        try:
            confirm(self._session, self.inferred)
            self._effects.look()
            self._session.control_read.look()
        except BudgetSpent:
            self.cut.setdefault("confirmation", f"{self._budget.reached} before everything was confirmed")

    def clean_up(self, within: float = math.inf) -> None:
        """Delete what the run made in the time that was kept for it; no delete is begun after `within` seconds."""
        self._emit(StageStarted(family=self._contract.name, stage=Stage.CLEANUP))
        began, sent = time.perf_counter(), self._sender.exchanges
        cleaned = clean_up_all(
            self._session,
            self._keeper,
            guessing=self.inferred.session,
            within=lambda: min(within, self._budget.seconds_for_cleanup),
        )
        held = {id(made) for made in cleaned.held}  # the server was asked, and may be right to keep them
        deletable = [made for made in cleaned.things if made.resource.delete is not None and id(made) not in held]
        if deletable:
            self._left_behind = (f"{len(deletable)} of what the run made could not be deleted: {in_a_row(deletable)}",)
        if cleaned.perhaps:
            operations = ", ".join(sorted({each.operation for each in cleaned.perhaps}))
            said = f"{counted(len(cleaned.perhaps), 'request')} to create got no clear answer and may have made something ({operations})"
            self._left_behind = (*self._left_behind, said)
        unidentified = max(0, self._session.ledger.made_things.unidentified - cleaned.named)
        met = len(self._session.ledger.met)
        left = len(cleaned.things) + unidentified + met
        reason = ""
        if left:
            unnamed = f"{unidentified} without an id" * bool(unidentified)
            there = f"{met} whose create was answered with what had been there before" * bool(met)
            said = " and ".join(filter(None, (by_kind(cleaned.things), unnamed, there)))
            made = max(self._session.ledger.made_things.created, left)
            reason = f"made {made}, deleted {made - left}, left {left}: {said}"
        self._finish(Stage.CLEANUP, began, sent, left=left, reason=reason)

    @property
    def stopped(self) -> str:
        """What ended the run early; empty if nothing did."""
        return next(iter(self.cut.values()), "")

    @contextmanager
    def _stage(self, stage: Stage, fraction: float) -> Iterator[None]:
        self._session.stage = stage
        self._emit(StageStarted(family=self._contract.name, stage=stage))
        began, sent = time.perf_counter(), self._sender.exchanges
        self._left, self._given_up, self._unfuzzed = 0, 0, []
        reason = spent = ""
        try:
            with self._budget.share(fraction):
                try:
                    yield
                except BudgetSpent:
                    reason = spent = self._budget.reached
        finally:
            if not reason and self._left > self._given_up:
                reason = spent = self._budget.reached
            reason = reason or (_GIVEN_UP if self._left else "")
            if self._unfuzzed and not reason:  # as planned: nothing ended early
                self._left, reason = len(self._unfuzzed), self._unfuzzed[0]
            self.cut.pop(stage, None)
            if spent:
                self.cut[stage] = f"{spent} during {stage}"
            self._finish(stage, began, sent, left=self._left, reason=reason)

    def _finish(self, stage: Stage, began: float, sent: int, *, left: int, reason: str) -> None:
        summary = StageSummary(
            stage=stage,
            exchanges=self._sender.exchanges - sent,
            seconds=time.perf_counter() - began,
            left=left,
            reason=reason,
        )
        before = next((each for each in self.summaries if each.stage is stage), None)
        if before is not None:  # taken up again
            self.summaries.remove(before)
            summary = replace(
                summary, exchanges=before.exchanges + summary.exchanges, seconds=before.seconds + summary.seconds
            )
        self.summaries.append(summary)
        self._emit(StageFinished(family=self._contract.name, summary=summary))

    def _examples(self, operations: list[Operation]) -> None:
        harmless = [each for each in operations if not names_in(each.path)]
        first = [each for each in operations if each.safe][:_ASKED_FIRST] or harmless[:1]
        if first:
            preflight(self._sender, ((each, self._session.arguments.any_arguments(each)) for each in first))
        with self._session.arguments.searches.briefly():
            # What is there before anything is made is not the run's, whatever a create is answered with.
            for operation in sorted(operations, key=lambda each: not self._shows_what_is_there(each)):
                if not deletes(self._session, operation):
                    self._session.accepted(operation)
        for operation in operations:
            if self._session.accepted(operation) is None or deletes(self._session, operation):
                continue
            if self._sender.gave_up(operation):
                continue
            for case in self._stage_cases.shown(operation):
                self._cases.send(operation, case)
        for verdict in self._unserved():
            self._sender.count([verdict], verdict.exchanges[-1])

    def _shows_what_is_there(self, operation: Operation) -> bool:
        """Whether an operation lists things, and needs none to be asked."""
        return self._rank(operation) == _ORDER["list"] and not self._session.ledger.addressing(operation)

    def _unserved(self) -> Iterator[Verdict]:
        """An operation that asks for no id and is never found is not at its address."""
        for operation_id, exchange in self._session.arguments.unserved.items():
            clause = clause_ids.served(operation_id)
            if self._sender.counter.exercised(clause):
                continue
            path = exchange.request.target.partition("?")[0]
            yield Verdict(
                clause=clause,
                outcome=Outcome.FAILED,
                message=f"{exchange.request.method} {path} was answered {exchange.status}, whatever was asked",
                problem="not-served",
                actual=str(exchange.status),
                exchanges=(exchange.number,),
            )

    def _generated(self, stage: Stage, operations: Iterable[Operation]) -> None:
        queues = []
        for operation in operations:
            template = self._session.accepted(operation)
            cases = self._stage_cases.cases(stage, operation, template)
            if cases is not None:
                queues.append(Queue(operation=operation, cases=cases, template=template, current=template or {}))
        self._go_round(stage, queues)

    def _go_round(self, stage: Stage, queues: Iterable[Queue]) -> None:
        before = len(self._cases.given_up)
        self._unfinished[stage] = self._cases.round_robin(queues, stage=stage)
        self._given_up = len(self._cases.given_up) - before
        self._left += len(self._unfinished[stage]) + self._given_up

    def _ask_late(self) -> frozenset[str]:
        """Ask of what is served at last what the earlier stages ask of the others; returns the ids of those operations."""
        late: list[Operation] = []
        with suppress(BudgetSpent), self._budget.share(_OF_WHAT_IS_LATE):  # the behaviours must have their turn
            late = self._late.look()
            for stage, left in self._late.ask(late) if late else ():
                self._unfinished[stage] = [*self._unfinished.get(stage, ()), *left]
                self._left += len(left)
        return frozenset(each.id for each in late)

    def _undecided(self, operations: frozenset[str]) -> frozenset[str]:
        """Return the clauses of some operations of which nothing is known yet."""
        counter = self._sender.counter
        wanted = (name for name, clause in counter.clauses.items() if clause.operation in operations)
        return frozenset(name for name in wanted if not counter.exercised(name))

    def _take_up(self) -> None:
        """Go on with what earlier stages left, with what the later ones didn't use."""
        for share in (0.5, 1.0) if any(self._unfinished.values()) and self._undriven else (1.0,):
            if self._undriven and not self._budget.spent:
                with self._stage(Stage.BEHAVIOURS, share):
                    self._drive_on()
            for stage, queues in list(self._unfinished.items()):
                if queues and not self._budget.spent:
                    with self._stage(stage, 1.0):
                        self._go_round(stage, queues)

    def _drive_on(self) -> None:
        """Drive to their end the behaviours that their shares cut short."""
        for driving in self._drivings:
            driving.go_on()
        self._left += self._undriven

    @property
    def _undriven(self) -> int:
        return sum(driving.left for driving in self._drivings)

    def _rank(self, operation: Operation) -> int:
        kinds = [role for _, role in roles(self._session.resources, operation)]
        return min((_ORDER[kind] for kind in kinds), default=_ORDER["delete" if operation.method == "DELETE" else ""])
