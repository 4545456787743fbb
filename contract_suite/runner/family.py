"""One contract's part of a run: its parts wired together, its stages run, its results written."""

from __future__ import annotations

import itertools
import math
import statistics
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Final

from contract_suite import limits
from contract_suite.checks.check import Judgement
from contract_suite.contract.operation import KEY_VARIABLE, SecurityScheme
from contract_suite.garbage import without_collecting
from contract_suite.model.case import Case
from contract_suite.model.events import Emit, FamilyFinished, FamilyStarted, ignore
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.finding import Finding
from contract_suite.model.run import TO_BE_SAFE, FamilySummary
from contract_suite.record.curl import curl
from contract_suite.record.writer import RecordWriter
from contract_suite.runner.conformance import (
    Reach,
    by_weight,
    incompleteness,
    reasons,
    usability_clauses,
    usability_verdicts,
)
from contract_suite.runner.grouping import Sent, merge, refusal_in_words
from contract_suite.runner.leftovers.keeping import Keeper
from contract_suite.runner.leftovers.ledger_file import LedgerFile
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import Plan, selects
from contract_suite.runner.reaching import reaches
from contract_suite.runner.sending.budget import Budget
from contract_suite.runner.sending.connection_pool import ConnectionPool
from contract_suite.runner.sending.endpoint import Endpoint
from contract_suite.runner.sending.sender import Sender
from contract_suite.runner.sending.verdict_counter import VerdictCounter
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.refusal_words import texts_in
from contract_suite.runner.session.session import LiveSession
from contract_suite.runner.stages.stages import Stages
from contract_suite.runner.wrong_address import nothing_served, retract_answers_of_others

_BEFORE_CONFIRMATION = 0.92
_SLOWER_DELETES = 1.25
_DELETE = 2.0
"""Before one was seen, a delete is taken to last so many times as long as other requests."""
_LAST_DELETES = 20
_FOR_THE_KEY = frozenset({401, 403})

_MISSING: Final = frozenset({404, 410})
"""Statuses of what is not there."""


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
        ledger: LedgerFile | None = None,
    ) -> None:
        """Prepare; nothing is sent yet. `numbers` numbers the exchanges of a run of several families.

        What is made is written into `ledger`, if there is one.
        """
        options = options.of(plan.contract.name)
        self.contract = plan.contract
        self.plan = replace(plan, stated=plan.stated.with_more(usability_clauses(plan.contract)))
        self.endpoint = endpoint
        self.sender = Sender(
            contract=plan.contract,
            endpoint=endpoint,
            budget=budget,
            counter=VerdictCounter(plan.contract.name, self.plan.stated),
            writer=writer,
            checks=plan.checks,
            emit=emit,
            numbers=numbers if numbers is not None else itertools.count(1),
        )
        self.sender.counter.when_stated(lambda _: writer.clauses(plan.contract.name, plan.clauses))
        self.connections = ConnectionPool(self.sender, most=options.workers)
        self.session = LiveSession(
            self.plan.reaching(),
            self.sender,
            self.connections,
            budget,
            seed=options.seed,
            check_rate_limits=options.check_rate_limits,
        )
        self._deletes: deque[float] = deque(maxlen=_LAST_DELETES)
        self.sender.observers.append(self._note_deletes)
        budget.owed = self._time_to_clean_up
        self.keeper: Keeper | None = None
        if ledger is not None:
            self.keeper = Keeper(
                self.session.ledger,
                ledger,
                family=self.contract.name,
                prefix=self.session.prefix,
                named=Ledger(self.plan.document) if self.session.plan.by_paths else None,
            )
            self.sender.sending, self.sender.answered = self.keeper.sending, self.keeper.answered
            self.sender.learned = self.keeper.observe  # after every ledger in memory has learned
        self.stages = Stages(self.plan, self.session, options, emit, self.keeper)
        self.incomplete = ""
        self.findings: tuple[Finding, ...] = ()
        self.seconds = 0.0
        self._budget = budget
        self._options = options
        self._writer = writer
        self._emit = emit

    def go(self) -> None:
        """Send everything that the plan and the budget allow, then confirm what failed and clean up."""
        started = time.perf_counter()
        self._emit(FamilyStarted(family=self.contract.name))
        answers = cleanup = math.inf
        try:
            with self._budget.share(_BEFORE_CONFIRMATION):
                self.stages.go()
            self.stages.confirm()
        except KeyboardInterrupt:
            answers, cleanup = limits.ANSWERS_AFTER_A_SIGNAL, limits.CLEANUP_AFTER_A_SIGNAL
            raise
        finally:
            try:
                self.connections.abandon(answers)
                self.stages.clean_up(cleanup)
            finally:
                self.connections.close()
                self.seconds = time.perf_counter() - started

    def _time_to_clean_up(self) -> float:
        """Seconds that deleting what was made takes if each delete takes as long as the last ones did, and a bit more."""
        sessions = filter(None, (self.session, self.session.by_resources))
        things = max(len(each.ledger.made) for each in sessions)
        last = self._deletes or [_DELETE * each.seconds for each in self.sender.recent if each.response is not None]
        if not things or not last:
            return 0.0
        return _SLOWER_DELETES * things * statistics.median(last) / self.connections.width

    def _note_deletes(self, _case: Case, exchange: Exchange, _judgement: Judgement) -> None:
        if exchange.request.method == "DELETE" and exchange.response is not None:
            self._deletes.append(exchange.seconds)

    def ask(self) -> None:
        """Ask about guesses alone, and clean up."""
        try:
            self.stages.ask()
        finally:
            self.connections.abandon()
            self.stages.clean_up()
            self.connections.close()

    @without_collecting()
    def finish(self, trouble: str) -> FamilySummary:
        """Write findings, results and the summary; `trouble` is what ended the run, if anything did."""
        self.sender.count(usability_verdicts(self.contract))
        nowhere = nothing_served(self.session, self.endpoint.transport.base_url, self._options.app)
        if nowhere:
            retract_answers_of_others(self.session)
        reach = self._reach(nowhere)
        self.sender.counter.doubt_addresses()
        found = by_weight(self.sender.counter.findings.values())
        self.findings = tuple(map(self._with_curl, merge(found, self._sent, asked=len(self.sender.watch.asked))))
        for finding in self.findings:
            self._writer.finding(finding)
        results = list(self.sender.counter.results(reasons(self.plan, reach), stopped=reach.stopped or trouble))
        self._writer.results(results)
        self.incomplete = incompleteness(self.plan, results, reach)
        summary = FamilySummary(
            family=self.contract.name,
            exchanges=self.sender.exchanges,
            seconds=self.seconds,
            stopped=reach.stopped or trouble,
            stages=tuple(self.stages.summaries),
            operations=tuple(reaches(self.session, reach, trouble)),
        )
        self._writer.family(summary)
        self._emit(FamilyFinished(summary=summary, findings=self.findings))
        return summary

    def _refusals(self) -> dict[str, str]:
        """Why operations could not be called successfully; nothing of those that were, which may have been refused at first."""
        served = self.sender.watch.served
        return {name: why for name, why in self.session.arguments.refusals.items() if name not in served}

    def _reach(self, nowhere: str) -> Reach:
        refusals = self._refusals()
        spared = {name: why for name, why in refusals.items() if why.startswith(TO_BE_SAFE)}
        spared |= {each.id: why for each in self.plan.operations if (why := self.session.ownership.left_out(each))}
        keyless = dict(self._keyless())
        return Reach(
            allowed=frozenset(
                each.id for each in self.plan.operations if self.session.allowed(each) and each.id not in spared
            ),
            spared={**self.session.ownership.refused, **spared},
            identities=frozenset(each for each in Identity if self.session.has(each)),
            selected=frozenset(
                each.id
                for each in self.contract.operations
                if selects(each, self._options.include, self._options.exclude)
            ),
            served=frozenset(self.sender.watch.served),
            refusals={**refusals, **keyless},
            keyless=frozenset(keyless),
            troubles=(*self.sender.watch.troubles(self._budget.waiting), *self.stages.troubles),
            nowhere=nowhere,
            stopped=self.stages.stopped,
        )

    def _keyless(self) -> Iterator[tuple[str, str]]:
        """Yield operations that were refused for their key where nobody gave one, each with the sentence about it."""
        watch = self.sender.watch
        for operation in self.plan.operations:
            if operation.id in watch.served or watch.last_status.get(operation.id) not in _FOR_THE_KEY:
                continue
            missing = self.endpoint.credentials.missing(operation)
            if missing:
                names = " and ".join(repr(each.id) for each in missing)
                options = " ".join(f"--auth {each.id}={_way(each)}VARIABLE" for each in missing)
                if len(self._needed_schemes) == 1 and not _way(missing[0]):
                    options = (
                        f"set {self._options.token_env or self.contract.token_env or KEY_VARIABLE}, or give {options}"
                    )
                schemes = "scheme" if len(missing) == 1 else "schemes"
                yield operation.id, f"no key was given for the security {schemes} {names}: {options}"

    @cached_property
    def _needed_schemes(self) -> frozenset[str]:
        """The security schemes that operations of the document name."""
        return frozenset(
            scheme.id for each in self.contract.operations for alternative in each.security for scheme in alternative
        )

    def _sent(self, finding: Finding) -> Sent | None:
        """Return what the decisive request of a finding was."""
        kept = self.sender.cases_by_exchange.get(finding.exchanges[-1]) if finding.exchanges else None
        operation = self.contract.by_id.get(finding.operation)
        if kept is None or operation is None:
            return None
        case, exchange = kept
        words = refusal_in_words(texts_in(exchange.response.body)) if exchange.response and exchange.refused else ""
        return Sent(path=operation.written_path, aim=case.target_clause, note=case.note, refusal=words)

    def _with_curl(self, finding: Finding) -> Finding:
        """Add the `curl` line of the decisive exchange, and whether what it addresses is gone by now."""
        number = finding.exchanges[-1] if finding.exchanges else 0
        kept = self.sender.cases_by_exchange.get(number)
        exchange = kept[1] if kept else self.session.recent.exchange(number)
        if exchange is None:
            return finding
        operation = self.contract.by_id.get(finding.operation)
        line = curl(exchange.request, self.endpoint.transport.base_url, self.endpoint.shown_as(operation))
        return replace(finding, curl=line, needs_live_id=self._is_gone(number))

    def _is_gone(self, number: int) -> bool:
        """Whether a request addressed what was there, and is not there any more."""
        case, exchange = self.sender.cases_by_exchange.get(number, (None, None))
        operation = self.contract.by_id.get(case.operation) if case is not None else None
        if case is None or exchange is None or operation is None or exchange.status in _MISSING:
            return False
        return not self.session.ledger.alive(operation, case.arguments)


def _way(scheme: SecurityScheme) -> str:
    """How `--auth` fetches a token for a scheme, if the document says where one is given: `password:`."""
    ways = {"password": "password:", "clientCredentials": "client-credentials:"}
    return next((ways[flow.kind] for flow in scheme.flows if flow.kind in ways and flow.token_url), "")
