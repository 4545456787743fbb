"""Judges recorded traffic offline: the checks of a run, without anything being sent, and a run record like any other.

The rule that must not be broken: only what the recording shows is judged. A clause that no recorded exchange bears on
is untested, and a recording without one exchange of the contract is not conformant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.left_behind import LeftBehind
from contract_suite.checks.kit.list_lengths import ListLengths
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import route
from contract_suite.errors import ExitCode
from contract_suite.generate.proof import judge
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.finding import Finding
from contract_suite.model.run import RECORDING, FamilySummary, RunFooter, RunHeader, StageSummary
from contract_suite.model.verdict import Outcome
from contract_suite.record.curl import Credential, curl
from contract_suite.record.redaction import Redactor, credentials_of
from contract_suite.record.run_folder import finish, new_record, owned
from contract_suite.record.writer import RecordWriter
from contract_suite.runner.conformance import by_weight, fails, is_unreadable, so_many, unreadable
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import Plan, make_plan
from contract_suite.runner.run import RunOutcome, recorded_family, tool_version
from contract_suite.runner.sending.verdict_counter import VerdictCounter
from contract_suite.traffic.recording import Recorded, Traffic, below

_UNSEEN: Final = "no recorded exchange bears on it"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficOutcome:
    """What the judging came to.

    `judged` counts the exchanges of the contract; `strangers` are requests below its base URL to no operation of it.
    """

    run: RunOutcome
    judged: int
    elsewhere: int
    strangers: tuple[str, ...]


def judge_traffic(
    traffic: Traffic,
    contract: Contract,
    options: RunOptions,
    *,
    base_url: str = "",
    checks: Sequence[Check] | None = None,
) -> TrafficOutcome:
    """Judge every exchange of `contract` in a recording and write a run record into `options.report`.

    `base_url` is where the API was, if neither the document nor its base path tells.
    """
    return _Judging(traffic, contract, options, base_url, checks).go()


class _Judging:
    def __init__(
        self, traffic: Traffic, contract: Contract, options: RunOptions, base_url: str, checks: Sequence[Check] | None
    ) -> None:
        self.traffic = traffic
        self.contract = contract
        self.options = options
        self.plan: Plan = make_plan(contract, options, checks=checks, behaviours=())
        self.counter = VerdictCounter(contract.name, self.plan.stated)
        self.bases = tuple(base for base in (base_url or "", *(contract.servers if not base_url else ())) if base)
        self.only = base_url
        self.strangers: list[str] = []
        self.left_behind = LeftBehind()
        self.lengths = ListLengths()
        self.requests: dict[int, tuple[Exchange, str]] = {}
        self.seen: set[str] = set()
        """The operations of which an exchange was judged."""

    def go(self) -> TrafficOutcome:
        folder = self.options.report or Path("contract-suite-report")
        with owned(folder):
            return self._go(new_record(folder))

    def _go(self, path: Path) -> TrafficOutcome:
        own = [
            (each, base)
            for each, base in below(self.traffic.exchanges, self.bases, "" if self.only else self.contract.base_path)
            if self._ours(each)
        ]
        known: dict[str, str] = {}
        for each, _ in own:
            known |= credentials_of(each.request.headers)
        names = {operation.id for operation in self.contract.operations}
        with RecordWriter(path, redactor=Redactor(known, names=names)) as writer:
            writer.header(
                RunHeader(
                    tool="contract-suite",
                    version=tool_version(),
                    started=_now(),
                    seed=0,
                    target=f"{RECORDING}{self.traffic.path.name}",
                    options={
                        "traffic": str(self.traffic.path),
                        "url": self.only or None,
                        "strict": self.options.strict,
                    },
                    families=(recorded_family(self.plan),),
                )
            )
            writer.clauses(self.contract.name, self.plan.clauses)
            seconds = sum(each.seconds for each, _ in own)
            judged = sum(self._judge(each, base, writer) for each, base in own)
            self.counter.doubt_addresses()
            findings = tuple(self._complete(each) for each in by_weight(self.counter.findings.values()))
            for finding in findings:
                writer.finding(finding)
            results = tuple(self.counter.results(dict.fromkeys(self.counter.clauses, _UNSEEN)))
            writer.results(results)
            stages = tuple(
                StageSummary(stage=stage, exchanges=sum(each.stage is stage for each, _ in own))
                for stage in dict.fromkeys(each.stage for each, _ in own)
            )
            writer.family(
                FamilySummary(family=self.contract.name, exchanges=len(self.requests), seconds=seconds, stages=stages)
            )
            decided = any(result.outcome in {Outcome.PASSED, Outcome.FAILED} for result in results)
            footer = self._footer(findings, judged, decided=decided)
            writer.footer(footer)
        outcome = RunOutcome(exit_code=footer.exit_code, reason=footer.reason, record=finish(path), findings=findings)
        return TrafficOutcome(
            run=outcome,
            judged=judged,
            elsewhere=len(self.traffic.exchanges) - len(own),
            strangers=tuple(self.strangers),
        )

    def _ours(self, each: Recorded) -> bool:
        return not each.family or each.family in {self.contract.name, self.contract.file}

    def _judge(self, each: Recorded, base: str, writer: RecordWriter) -> bool:
        operation, _, _ = route(self.contract, each.request.method, each.request.target)
        if operation is not None and operation.id not in {one.id for one in self.plan.operations}:
            return False
        if operation is None and not each.target_clause:
            self.strangers.append(f"{each.request.method} {each.request.target.partition('?')[0]}")
            return False
        exchange = Exchange(
            number=len(self.requests) + 1, request=each.request, answer=each.answer, seconds=each.seconds
        )
        case = Case(
            operation=operation.id if operation else "",
            request=each.request,
            intent=self._intent(each, operation),
            stage=each.stage,
            target_clause=each.target_clause,
            note=each.note,
        )
        self.requests[exchange.number] = (exchange, base or self.traffic.base_url or next(iter(self.bases), ""))
        self.seen |= {operation.id} if operation else set()
        writer.exchange(self.contract.name, case, exchange)
        self.left_behind.observe(case, operation, exchange)
        judgement = Judgement(
            contract=self.contract,
            operation=operation,
            case=case,
            exchange=exchange,
            left_behind=self.left_behind,
            lengths=self.lengths,
        )
        for check in self.plan.checks:
            for verdict in check.judge(judgement):
                self.counter.add(verdict, exchange.number)
                writer.verdict(self.contract.name, verdict, exchange=exchange.number)
        return True

    def _intent(self, each: Recorded, operation: Operation | None) -> Intent:
        """What the request proves: that it must be refused, or nothing.

        Whether what it addressed was there, no recording tells.
        """
        if each.family or operation is None:
            return each.intent
        intent, _ = judge(self.contract, operation, each.request)
        return intent if intent is Intent.NEGATIVE else Intent.UNKNOWN

    def _complete(self, finding: Finding) -> Finding:
        known = self.requests.get(finding.exchanges[-1]) if finding.exchanges else None
        if known is None:
            return finding
        exchange, base = known
        credentials = (
            {Identity.DEFAULT: (Credential(variable=self.contract.token_env),)} if self.contract.token_env else {}
        )
        return replace(finding, curl=curl(exchange.request, base, credentials))

    def _footer(self, findings: Sequence[Finding], judged: int, *, decided: bool) -> RunFooter:
        lost = [each for each in self.plan.operations if each.id in self.seen and is_unreadable(each)]
        if not judged:
            reason = f"no request of the recording went to {self.contract.name}"
        elif not decided:
            reason = "nothing that was recorded could have broken a clause"
        elif lost and not findings:
            names = ", ".join(sorted(each.id for each in lost))
            reason = f"{names} could not be judged, {unreadable(lost)}"
        elif findings:
            reason = so_many(findings)
        else:
            reason = f"nothing found in {judged} recorded exchange{'s' * (judged != 1)}"
        complete = judged > 0 and decided and not lost
        bad = fails(findings, strict=self.options.strict)
        good = complete and not bad
        return RunFooter(
            finished=_now(),
            conformant=good,
            complete=complete,
            exit_code=ExitCode.FINDINGS if bad else ExitCode.CONFORMANT if good else ExitCode.INCOMPLETE,
            reason=reason,
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
