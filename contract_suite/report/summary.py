"""What every format shows of a run: counts, results in the contract's order, findings with the gravest first.

A clause that the record says nothing about is untested. In a record that was cut short, failed verdicts stand in for
the findings it didn't come to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from contract_suite.garbage import without_collecting
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.fact import level_of
from contract_suite.model.finding import Finding, fingerprint
from contract_suite.model.memo import Memo
from contract_suite.model.run import (
    LEFT_OUT,
    TO_BE_SAFE,
    ClauseResult,
    FamilySummary,
    OperationReach,
    RecordedFamily,
    RecordedOperation,
    RecordedVerdict,
)
from contract_suite.model.source import Level, Source
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run
from contract_suite.report.broken_operations import BrokenOperation, broken_operations

Status = Literal["passed", "failed", "advisory", "cannot_tell", "inapplicable", "untested"]
"""What became of a clause; a broken one is `failed` at failure level and `advisory` at advisory level."""

STATUSES: Final[tuple[Status, ...]] = ("passed", "failed", "advisory", "cannot_tell", "inapplicable", "untested")
"""All of them, in the order in which reports show them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseLine:
    """One clause with its result.

    `level` is what breaking it weighed: that of its heaviest finding, which can be less than the clause's own.
    """

    clause: Clause
    result: ClauseResult
    level: Level

    @property
    def status(self) -> Status:
        """What became of it."""
        match self.result.outcome:
            case Outcome.PASSED:
                return "passed"
            case Outcome.FAILED:
                return "failed" if self.level is Level.FAILURE else "advisory"
            case Outcome.CANNOT_TELL:
                return "cannot_tell"
            case Outcome.INAPPLICABLE:
                return "inapplicable"
            case Outcome.UNTESTED:
                return "untested"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationLine:
    """One operation with its counts; `operation.id` is empty for the clauses that belong to none."""

    operation: RecordedOperation
    counts: Mapping[Status, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class UntestedLine:
    """The clauses of one operation that one reason left untested; `operation` is empty for those that belong to none."""

    operation: str
    reason: str
    clauses: tuple[ClauseLine, ...]

    def named(self, most: int) -> tuple[str, ...]:
        """Return the first of the clauses, without their operation, and how many more there are."""
        names = [f"{each.clause.subject}::{each.clause.kind}" for each in self.clauses[:most]]
        return tuple(names if len(self.clauses) <= most else [*names, f"… and {len(self.clauses) - most} more"])


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyLine:
    """One family with all that a report says about it."""

    family: RecordedFamily
    summary: FamilySummary
    operations: tuple[OperationLine, ...]
    clauses: tuple[ClauseLine, ...]
    counts: Mapping[Status, int]

    @property
    def tested(self) -> tuple[int, int]:
        """How many clauses the run tested, and of how many: those that apply and that the user did not leave out."""
        counted = [each.result for each in self.clauses if each.result.counts]
        return sum(each.decided for each in counted), len(counted)

    @property
    def taken(self) -> tuple[OperationLine, ...]:
        """The operations that the user did not leave out, with the clauses that belong to none."""
        left_out = {each.clause.operation for each in self.clauses if each.result.reason == LEFT_OUT}
        return tuple(each for each in self.operations if each.operation.id not in left_out)

    @property
    def taken_counts(self) -> dict[Status, int]:
        """How many clauses came to what, without those of operations that the user left out."""
        return {status: sum(each.counts[status] for each in self.taken) for status in STATUSES}

    @property
    def unserved(self) -> tuple[OperationReach, ...]:
        """The operations that never served a request, with what would help."""
        return tuple(each for each in self.summary.operations if not each.served)

    @property
    def spared(self) -> dict[str, tuple[str, ...]]:
        """The operations of which something was not sent, to be safe, by why it was not."""
        found: dict[str, dict[str, None]] = {}
        for each in self.clauses:
            if each.status == "untested" and each.result.reason.startswith(TO_BE_SAFE):
                found.setdefault(each.result.reason.removeprefix(TO_BE_SAFE), {})[each.clause.operation] = None
        return {why: tuple(names) for why, names in found.items()}

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why clauses are untested and how many, the commonest reason first: as many in all as `taken_counts` says."""
        taken = (each for each in self.clauses if each.status == "untested" and each.result.reason != LEFT_OUT)
        return Counter(each.result.reason or "not covered by any request of this run" for each in taken).most_common()

    @property
    def untested(self) -> tuple[UntestedLine, ...]:
        """What was left untested: a large document has hundreds of such clauses an operation, all for one reason."""
        return untested(self.clauses)


def untested(clauses: Iterable[ClauseLine]) -> tuple[UntestedLine, ...]:
    """Return the clauses that are untested by operation and reason, in their order."""
    groups: dict[tuple[str, str], list[ClauseLine]] = {}
    for each in clauses:
        if each.status == "untested":
            groups.setdefault((each.clause.operation, each.result.reason), []).append(each)
    return tuple(
        UntestedLine(operation=operation, reason=reason, clauses=tuple(group))
        for (operation, reason), group in groups.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A run as reports show it."""

    run: Run
    families: tuple[FamilyLine, ...]
    findings: tuple[Finding, ...]
    conformant: bool
    complete: bool
    sentence: str

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings at failure level."""
        return tuple(each for each in self.findings if each.level is Level.FAILURE)

    @property
    def broken(self) -> str:
        """How many findings of each level there are, at how many operations, and how many clauses they break."""
        failures = len(self.failures)
        advisories = len(self.findings) - failures
        places = {(each.family, operation) for each in self.findings for operation in each.operations}
        operations = sum(bool(line.operation.id) for each in self.families for line in each.taken)
        clauses = sum(each.counts["failed"] + each.counts["advisory"] for each in self.families)
        levels = [counted(failures, "failure")] if failures or not advisories else []
        levels += [counted(advisories, "advisory")] if advisories else []
        where = f"{len(places)} of {counted(operations, 'operation')}"
        return f"{' and '.join(levels)} at {where}; {counted(clauses, 'clause')} broken"

    @property
    def broken_operations(self) -> tuple[BrokenOperation, ...]:
        """Each operation at which something is wrong, that of the gravest finding first."""
        return broken_operations(self.findings)

    def tries(self, finding: Finding) -> int:
        """Return how often the clauses of a finding were decided: of so many times it was seen."""
        clauses = set(finding.clauses)
        return sum(
            each.passed + each.failed
            for each in self.run.conformance
            if each.family == finding.family and each.clause in clauses
        )


_FINDINGS: Final = 1
_COULD_NOT_RUN: Final = 3
"""Exit codes of a run, as a record holds them."""


def summarise(run: Run) -> Summary:
    """Return what reports show of a run; all formats share it."""
    return _SUMMARIES(run)


@without_collecting()
def _summarised(run: Run) -> Summary:
    findings = list(run.findings)
    results = {(each.family, each.clause): each for each in run.conformance}
    if run.truncated:
        clauses = {(family.name, clause.id): clause for family in run.header.families for clause in family.clauses}
        known = {each.id for each in findings}
        findings += [each for each in _unreported(run.verdicts(), clauses) if each.id not in known]
        for each in findings:
            # Later verdicts may have passed too; what failed once stays failed.
            results.setdefault(
                (each.family, each.clause),
                ClauseResult(
                    family=each.family,
                    clause=each.clause,
                    outcome=Outcome.FAILED,
                    failed=each.count,
                    exchange=each.exchanges[-1] if each.exchanges else 0,
                ),
            )
    summaries = {each.family: each for each in run.families}
    footer = run.footer
    conformant = footer is not None and footer.conformant and not run.truncated
    complete = footer is not None and footer.complete and not run.truncated
    families = tuple(_family(each, results, summaries, run, findings) for each in run.header.families)
    ordered = tuple(sorted(findings, key=_gravity(run.header.families)))
    return Summary(
        run=run,
        families=families,
        findings=ordered,
        conformant=conformant,
        complete=complete,
        sentence=_sentence(run, conformant=conformant, complete=complete, families=families),
    )


_SUMMARIES: Final = Memo(_summarised, most=1)


def _sentence(run: Run, *, conformant: bool, complete: bool, families: tuple[FamilyLine, ...]) -> str:
    reason = run.footer.reason.strip().rstrip(".") if run.footer else ""
    if run.truncated:
        return "Not conformant: the run was cut short, and its record ends before its footer."
    if conformant:
        return f"Conformant: {reason}." if reason else "Conformant."
    if not complete and run.footer is not None and run.footer.exit_code == _FINDINGS:
        return f"Not conformant, and incomplete: {reason or 'too little was tested to tell the rest'}."
    if not complete and run.footer is not None and run.footer.exit_code == _COULD_NOT_RUN:
        return f"Could not run to its end: {reason or 'it stopped early'}."
    if not complete:
        return (
            f"Incomplete, so not conformant: {reason}."
            if reason
            else "Incomplete, so not conformant: too little was tested to tell."
        )
    failed = sum(each.counts["failed"] for each in families)
    advisory = sum(each.counts["advisory"] for each in families)
    broken = " and ".join(
        part
        for part in (
            f"{failed} {'clause is' if failed == 1 else 'clauses are'} broken" if failed else "",
            f"{advisory} {'advisory clause is' if advisory == 1 else 'advisory clauses are'} broken"
            if advisory
            else "",
        )
        if part
    )
    return f"Not conformant: {reason or broken or 'the run said so'}."


def _family(
    family: RecordedFamily,
    results: Mapping[tuple[str, str], ClauseResult],
    summaries: Mapping[str, FamilySummary],
    run: Run,
    findings: Iterable[Finding],
) -> FamilyLine:
    unheard = "the record ends before its result" if run.truncated else "not covered by any request of this run"
    weighty = {
        clause
        for each in findings
        if each.family == family.name and each.level is Level.FAILURE
        for clause in each.clauses
    }
    clauses = tuple(
        ClauseLine(
            clause=each,
            result=results.get((family.name, each.id)) or _silent(family.name, each, unheard),
            level=Level.FAILURE if each.id in weighty else Level.ADVISORY,
        )
        for each in family.clauses
    )
    known = {each.id for each in family.operations}
    operations = list(family.operations)
    if any(each.operation not in known for each in family.clauses):
        operations.append(RecordedOperation(id="", method="", path="", summary="of the contract as a whole"))
    counts = {each.id: Counter[Status]() for each in operations}
    for each in clauses:
        counts[each.clause.operation if each.clause.operation in known else ""][each.status] += 1
    summary = summaries.get(family.name)
    if summary is None:
        recorded = [each.exchange.seconds for each in run.exchanges() if each.family == family.name]
        summary = FamilySummary(
            family=family.name,
            exchanges=len(recorded),
            seconds=round(sum(recorded), 6),
            stopped="the run was cut short",
        )
    return FamilyLine(
        family=family,
        summary=summary,
        operations=tuple(OperationLine(operation=each, counts=_all(counts[each.id])) for each in operations),
        clauses=clauses,
        counts=_all(sum(counts.values(), Counter())),
    )


def _silent(family: str, clause: Clause, unheard: str) -> ClauseResult:
    if clause.inapplicable:
        return ClauseResult(family=family, clause=clause.id, outcome=Outcome.INAPPLICABLE, reason=clause.inapplicable)
    return ClauseResult(family=family, clause=clause.id, outcome=Outcome.UNTESTED, reason=unheard)


def _all(counts: Mapping[Status, int]) -> dict[Status, int]:
    return {status: counts.get(status, 0) for status in STATUSES}


def _gravity(families: Iterable[RecordedFamily]) -> Callable[[Finding], tuple[bool, bool, int, int, str]]:
    order = {
        (family.name, clause.id): place
        for place, (family, clause) in enumerate((family, clause) for family in families for clause in family.clauses)
    }
    # Failures first, then what comes back every time, then what shows at most operations, then as in the contract.
    return lambda each: (
        each.level is not Level.FAILURE,
        each.flaky,
        -len(each.operations),
        order.get((each.family, each.clause), len(order)),
        each.id,
    )


def _unreported(verdicts: Iterable[RecordedVerdict], clauses: Mapping[tuple[str, str], Clause]) -> Iterable[Finding]:
    """Findings made of failed verdicts, one for each cause."""
    causes: dict[str, tuple[RecordedVerdict, int]] = {}  # the heaviest verdict of each, and how many there are
    for each in verdicts:
        if each.outcome is Outcome.FAILED:
            cause = fingerprint(each.family, each.clause, each.pointer, each.problem)
            known, count = causes.get(cause, (each, 0))
            causes[cause] = (each if _weighs_more(each, known) else known, count + 1)
    for cause, (each, count) in causes.items():
        clause = clauses.get((each.family, each.clause))
        if clause is not None:
            yield Finding(
                id=cause,
                family=each.family,
                clause=each.clause,
                operation=clause.operation,
                check=clause.judge,
                level=level_of(clause.source, each.facts),
                source=clause.source,
                message=each.message,
                text=clause.text,
                document=clause.location,
                quote=clause.quote,
                pointer=each.pointer,
                problem=each.problem,
                expected=each.expected,
                actual=each.actual,
                exchanges=each.exchanges,
                count=count,
                facts=each.facts,
            )


def _weighs_more(verdict: RecordedVerdict, other: RecordedVerdict) -> bool:
    levels = [level_of(Source.DOCUMENTED, each.facts) for each in (verdict, other)]
    return levels == [Level.FAILURE, Level.ADVISORY]
