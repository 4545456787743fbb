"""A run from options to exit code: contracts, endpoint, families one after the other, record, reports.

The record is written as the run goes and only then named `run.ndjson`: a run that is killed leaves what it had, and two
runs at once don't mix.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from contract_suite import limits
from contract_suite.behaviours.behaviour import Behaviour
from contract_suite.checks.check import Check
from contract_suite.contract.family import families
from contract_suite.contract.operation import Contract
from contract_suite.errors import (
    TRACEBACK,
    ContractSuiteError,
    DocumentError,
    EndpointError,
    ExitCode,
    NoRoomError,
    UsageError,
)
from contract_suite.known_secrets import KNOWN
from contract_suite.model.events import Emit, RunFinished, RunStarted, ignore
from contract_suite.model.finding import Finding
from contract_suite.model.run import (
    FamilySummary,
    RecordedFamily,
    RecordedOperation,
    RunFooter,
    RunHeader,
)
from contract_suite.record.redaction import Redactor
from contract_suite.record.run_folder import finish, new_record, owned
from contract_suite.record.writer import RecordWriter
from contract_suite.report.catalogue import discard_files
from contract_suite.runner.conformance import fails, so_many, so_many_advisories
from contract_suite.runner.documents import contract_of_app, open_contract
from contract_suite.runner.family import FamilyRun
from contract_suite.runner.leftovers.ledger_file import SUFFIX, LedgerError, LedgerFile, Origin
from contract_suite.runner.options.command_line import command_line
from contract_suite.runner.options.option_table import recorded_options
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import Plan, make_plan
from contract_suite.runner.sending import clock
from contract_suite.runner.sending.budget import Budget
from contract_suite.runner.sending.endpoint import Endpoint, open_endpoint
from contract_suite.runner.sending.keys.opening import MADE_UP
from contract_suite.runner.stopping import Stopping, stoppable
from contract_suite.transport.base_url import parse as parse_base_url

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """What a run came to: its exit code, one sentence, the record's path, and the findings."""

    exit_code: int
    reason: str
    record: Path
    findings: tuple[Finding, ...]
    interrupted: bool = False
    signal: int = 0
    """The number of the signal that interrupted it, if one did."""


def check_addresses(options: RunOptions) -> None:
    """Raise `UsageError` for an endpoint's address that is none: no document need be read to say so."""
    for each in (options, *map(options.of, options.by_family)):
        if each.url:
            parse_base_url(each.url)


def load_contracts(options: RunOptions) -> tuple[Contract, ...]:
    """Load what the user named; else the document of the application, or every family. Declared values are added."""
    if options.app and not options.contracts:
        own = contract_of_app(options.app, timeout=options.timeout, overlays=options.overlays)
        return (replace(own, values={**own.values, **options.of(own.name).values}),)
    names = options.contracts or families()
    if not names:
        raise UsageError("there are no families, and no document was named")
    folders = [Path(each) for each in options.allow_refs]
    loaded = [
        open_contract(name, remote_references=options.allow_remote_refs, overlays=options.overlays, folders=folders)
        for name in dict.fromkeys(names)
    ]
    if len({contract.name for contract in loaded}) < len(loaded):
        loaded = [replace(contract, name=contract.file) for contract in loaded]
    return tuple(
        replace(contract, values={**contract.values, **options.of(contract.name).values}) for contract in loaded
    )


def run(
    options: RunOptions,
    *,
    contracts: Sequence[Contract] | None = None,
    environ: Mapping[str, str] | None = None,
    watch: Emit = ignore,
    checks: Sequence[Check] | None = None,
    behaviours: Sequence[Behaviour] | None = None,
    began: float | None = None,
) -> RunOutcome:
    """Run and return what came of it; `record` is a finished run record.

    Raises `UsageError` and `DocumentError` before anything is sent.

    `watch` is told what happens, one `model.events` value at a time.
    `checks` and `behaviours` default to the catalogues; pass `(*CHECKS, mine)` to add one.
    `began` is the moment (of `time.monotonic`) from which `max_time` counts, this one if there is none: what a caller did
    before, such as loading the contracts, is part of the time that its user waits.
    """
    environ = os.environ if environ is None else environ
    budget = Budget(max_requests=options.max_requests, max_time=options.max_time, began=began)
    contracts = load_contracts(options) if contracts is None else contracts
    began, worked = budget.clock(), time.process_time()
    plans = [make_plan(contract, options, checks=checks, behaviours=behaviours) for contract in contracts]
    budget.keep(limits.REPORTS, at_least=limits.REPORTS_AFTER_PLANS * (budget.clock() - began))
    budget.notice_load(budget.clock() - began, time.process_time() - worked)
    endpoints: list[Endpoint] = []
    try:
        for contract in contracts:
            endpoints.append(open_endpoint(contract, options, environ))  # noqa: PERF401 - those opened must be closed if a later one fails
        return _Run(options, plans, endpoints, budget, watch).go()
    finally:
        for endpoint in endpoints:
            endpoint.transport.close()


def tool_version() -> str:
    """The installed version, or `0` in a bare checkout."""
    try:
        return version("contract-suite")
    except PackageNotFoundError:
        return "0"


class _Run:
    def __init__(
        self, options: RunOptions, plans: Sequence[Plan], endpoints: Sequence[Endpoint], budget: Budget, emit: Emit
    ) -> None:
        self.options = options
        self.budget = budget
        self.plans = plans
        self.endpoints = endpoints
        self.emit = emit
        self.numbers = itertools.count(1)
        self.summaries: list[FamilySummary] = []
        self.findings: list[Finding] = []
        self.incomplete: list[str] = []
        self.trouble = ""
        self.interrupted = False
        self.stopping = Stopping()

    def go(self) -> RunOutcome:
        folder = self.options.report or Path("contract-suite-report")
        with stoppable() as self.stopping, owned(folder):
            return self._go(new_record(folder))

    def _go(self, path: Path) -> RunOutcome:
        discard_files(path.parent)  # the reports of the run before say nothing about this one
        secrets = dict(KNOWN.names)  # a value that was given with --set or in a configuration file may be one, too
        for endpoint in self.endpoints:
            secrets |= endpoint.credentials.secrets
        names = {operation.id for plan in self.plans for operation in plan.contract.operations}
        redactor = Redactor(secrets, names=names, made_up=MADE_UP.values(), own_requests=True)
        header = self._header()
        made = LedgerFile(
            path.with_suffix(SUFFIX),
            Origin(
                target=header.target,
                version=header.version,
                started=header.started,
                seed=header.seed,
                options=header.options,
            ),
            redact=Redactor(secrets, looks=False).value,  # an id that looks like a secret must stay what it is
            durable=not all(endpoint.transport.loopback for endpoint in self.endpoints),
        )
        writer = RecordWriter(path, redactor=redactor)
        with contextlib.closing(writer), made:
            writer.header(header)
            unwritable = writer.trouble
            if unwritable is not None:
                path.unlink(missing_ok=True)
                raise unwritable
            self.emit(RunStarted(header=header))
            budget = self.budget
            for index, (plan, endpoint) in enumerate(zip(self.plans, self.endpoints, strict=True)):
                with budget.share(1 / (len(self.plans) - index)):
                    self._family(
                        FamilyRun(
                            plan,
                            endpoint,
                            budget=budget,
                            writer=writer,
                            options=self.options,
                            emit=self.emit,
                            numbers=self.numbers,
                            ledger=None if endpoint.embedded else made,  # an embedded mock ends with the process
                        )
                    )
                if self.interrupted or writer.trouble is not None:
                    break
            for plan in self.plans[len(self.summaries) :]:
                writer.clauses(plan.contract.name, plan.clauses)
            if writer.trouble is not None:
                self.trouble = self.trouble or str(writer.trouble)
            footer = self._footer()
            writer.footer(footer)
            self.emit(RunFinished(footer=footer))
        try:
            record = finish(path)
        except NoRoomError as error:
            raise NoRoomError(f"{error}; the run ended with: {footer.reason}") from error
        return RunOutcome(
            exit_code=footer.exit_code,
            reason=footer.reason,
            record=record,
            findings=tuple(self.findings),
            interrupted=self.interrupted,
            signal=self.stopping.first or (signal.SIGINT if self.interrupted else 0),
        )

    def _family(self, family: FamilyRun) -> None:
        try:
            family.go()
        except KeyboardInterrupt:
            self.interrupted = True
            self.trouble = self.stopping.said or "the run was interrupted"
        except (NoRoomError, LedgerError) as error:
            self.trouble = self.trouble or str(error)
        except (EndpointError, DocumentError) as error:
            self.trouble = self.trouble or f"{family.contract.name}: {error}"
        except ContractSuiteError:
            raise
        except Exception as error:
            # A mistake of ours costs neither the record nor the other families.
            if os.environ.get(TRACEBACK):
                raise
            what = f"{type(error).__name__}: {str(error).partition(chr(10))[0][:_LONGEST]}"
            self.trouble = self.trouble or (
                f"{family.contract.name}: contract-suite itself failed ({what}); please report it "
                f"(${TRACEBACK} shows where)"
            )
        finally:
            summary = self._finished(family)
            self.summaries.append(summary)
            self.findings += family.findings
            if family.incomplete:
                self.incomplete.append(family.incomplete)

    def _finished(self, family: FamilyRun) -> FamilySummary:
        """Let a family write what it came to; no signal takes that away any more."""
        with self.stopping.to_the_end():
            summary = family.finish(self.trouble)
        if self.stopping.first and not self.interrupted:
            self.interrupted, self.trouble = True, self.stopping.said
        return summary

    def _header(self) -> RunHeader:
        targets = list(dict.fromkeys(endpoint.described for endpoint in self.endpoints))
        return RunHeader(
            tool="contract-suite",
            version=tool_version(),
            started=_now(),
            seed=self.options.seed,
            target=", ".join(targets),
            options={**recorded_options(self.options), "command": command_line(self.options)},
            families=tuple(recorded_family(plan) for plan in self.plans),
        )

    def _footer(self) -> RunFooter:
        complete = not self.incomplete and not self.trouble
        bad = fails(self.findings, strict=self.options.strict)
        conformant = not bad and not self.trouble and (complete or self.options.allow_incomplete)
        if self.trouble:
            code, reason = ExitCode.COULD_NOT_RUN, self.trouble
        elif bad:
            code, reason = ExitCode.FINDINGS, "; ".join([so_many(self.findings), *self.incomplete])
        elif not complete:
            code = ExitCode.CONFORMANT if self.options.allow_incomplete else ExitCode.INCOMPLETE
            reason = "; ".join(self.incomplete)
        else:
            advisories = len(self.findings)
            code = ExitCode.CONFORMANT
            reason = f"no failure, {so_many_advisories(advisories)}" if advisories else "nothing found"
        waiting = self.budget.waiting
        if waiting.waits:
            times = "one answer asked" if waiting.waits == 1 else f"{waiting.waits} answers asked"
            reason = f"{reason}; the run waited {waiting.seconds:.1f} s because {times} it to (429 or 503)"
        return RunFooter(finished=_now(), conformant=conformant, complete=complete, exit_code=code, reason=reason)


def recorded_family(plan: Plan) -> RecordedFamily:
    """What a record's header says of a contract; its clauses come later."""
    contract = plan.contract
    return RecordedFamily(
        name=contract.name,
        title=contract.title,
        file=contract.file,
        version=contract.version,
        openapi=contract.openapi,
        operations=tuple(
            RecordedOperation(
                id=each.id,
                method=each.method,
                path=each.written_path,
                summary=each.summary,
                statuses=tuple(spec.status for spec in each.responses),
            )
            for each in contract.operations
        ),
        errata=contract.errata,
    )


def _now() -> str:
    return clock.now().isoformat(timespec="milliseconds")


__all__ = [
    "ContractSuiteError",
    "RunOutcome",
    "check_addresses",
    "load_contracts",
    "recorded_family",
    "run",
    "tool_version",
]
