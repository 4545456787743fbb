"""What the results of one contract come to: why clauses were not exercised, whether enough was, and how a run ends.

Pure functions of results, plan and reasons; nothing here sends anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.model import clause_ids
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Identity
from contract_suite.model.finding import Finding
from contract_suite.model.location import Location
from contract_suite.model.run import LEFT_OUT, UNPROVABLE, ClauseResult
from contract_suite.model.source import Level, Source
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.runner.plan import Plan

_DONE: Final = frozenset({Outcome.PASSED, Outcome.FAILED})
_SUCCESSES: Final = frozenset("123d")
"""How the statuses begin that a document gives an answer other than an error: 1XX to 3XX, and `default`."""
_NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a run came with a contract.

    `allowed` are the operations that it might call, `identities` those it has keys for, `refusals` why an operation
    could not be called successfully, `stopped` what ended the run early. `selected` are the operations that the user
    left in, `served` those that succeeded at least once. `troubles` are sentences about what kept the endpoint from
    answering. `keyless` are operations that were refused because nobody gave a key for their security scheme, which is
    their reason in `refusals`. `spared` says of operations and of clauses why requests for them were not sent, to be safe.
    `nowhere` is a sentence that tells that nothing of the document is served at the address.
    """

    allowed: frozenset[str]
    selected: frozenset[str] = frozenset()
    served: frozenset[str] = frozenset()
    troubles: tuple[str, ...] = ()
    spared: Mapping[str, str] = field(default_factory=dict)
    identities: frozenset[Identity] = frozenset()
    keyless: frozenset[str] = frozenset()
    refusals: Mapping[str, str] = field(default_factory=dict)
    stopped: str = ""
    nowhere: str = ""


def reasons(plan: Plan, reach: Reach) -> dict[str, str]:
    """Return why clauses were not exercised, by clause id, as far as their operation or their kind tells."""
    selected = frozenset(operation.id for operation in plan.operations)
    known = frozenset(operation.id for operation in plan.contract.operations)
    found = {clause.id: _reason(clause, reach, selected=selected, known=known) for clause in plan.clauses}
    return {clause: reason for clause, reason in found.items() if reason}


def incompleteness(plan: Plan, results: Iterable[ClauseResult], reach: Reach) -> str:
    """Return in one sentence why nothing can be concluded from the results, else an empty text.

    Less than half of what could be exercised was, there is an operation of which nothing is known, or something cut the
    run short. What the user excluded and what only a sick server shows doesn't count.
    """
    if reach.nowhere:
        return f"{plan.contract.name}: {reach.nowhere}"
    results = list(results)
    too_few = _too_few_clauses(plan, results, reach)
    unknown = _operations_unknown(plan, results, reach, stopped="" if reach.stopped in too_few else reach.stopped)
    why = next(iter(reach.refusals.values()), "")
    if why and why in unknown:
        too_few = too_few.replace(f" ({why})", "")  # told once, of the operations that it is about
    said = "; ".join(filter(None, (too_few, unknown, *reach.troubles)))
    if reach.stopped and reach.stopped not in said:
        said = "; ".join(filter(None, (reach.stopped, said)))  # however much was tested: the rest has not passed
    return f"{plan.contract.name}: {said}" if said else ""


def is_unreadable(operation: Operation) -> bool:
    """Whether the document describes what a request needs, or an answer of success, so that it can't be used."""
    return bool(_lost(operation))


def unreadable(operations: Iterable[Operation]) -> str:
    """Say where the document can't be read, so that these operations can't be used or judged, and what tells more."""
    places = [place for each in operations for place in ([each.location] if each.problem else _lost(each))]
    named = _listed(list(dict.fromkeys(each.place for each in places)))
    return f"because the document can't be read at {named} (`contract-suite lint` says what is wrong there)"


def _lost(operation: Operation) -> list[Location]:
    """Where the document describes what a request needs, or an answer of success, so that it can't be used."""
    return [
        part.location
        for part in operation.broken
        if part.needed or part.subject == "default" or (part.subject.startswith("2") and "/" not in part.subject)
    ]


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order of a report: failures first, then by operation and clause."""
    return sorted(findings, key=lambda each: (each.level is not Level.FAILURE, each.operation, each.clause, each.id))


def fails(findings: Sequence[Finding], *, strict: bool) -> bool:
    """Whether findings keep a run from being conformant; advisories do so if it is strict."""
    return any(strict or each.level is Level.FAILURE for each in findings)


def so_many(findings: Sequence[Finding]) -> str:
    """Return how many findings there are of each level, in words."""
    failures = sum(each.level is Level.FAILURE for each in findings)
    advisories = len(findings) - failures
    return f"{failures} failure{'s' * (failures != 1)}, {so_many_advisories(advisories)}"


def so_many_advisories(number: int) -> str:
    """Return a number of advisories in words."""
    return f"{number} advisor{'y' if number == 1 else 'ies'}"


def usability_clauses(contract: Contract) -> tuple[Clause, ...]:
    """Return a clause for each operation that the document makes unusable, and for each part that can't be read."""
    return tuple(clause for clause, _ in _unusable(contract))


def usability_verdicts(contract: Contract) -> tuple[Verdict, ...]:
    """Return what is said about what the document makes unusable: nothing can be told."""
    return tuple(
        Verdict(clause=clause.id, outcome=Outcome.CANNOT_TELL, message=message)
        for clause, message in _unusable(contract)
    )


def _too_few_clauses(plan: Plan, results: Iterable[ClauseResult], reach: Reach) -> str:
    clauses = {clause.id: clause for clause in plan.clauses}
    known = {operation.id for operation in plan.contract.operations}
    counted = exercised = 0
    for result in results:
        clause = clauses[result.clause]
        done = result.outcome in _DONE
        if result.outcome is Outcome.INAPPLICABLE or (
            clause.operation in known and clause.operation not in reach.allowed
        ):
            continue
        beside = _status(clause) in UNPROVABLE or clause.id in reach.spared or clause.id in plan.guessed
        if beside and not done:
            continue
        counted += 1
        exercised += done
    if counted and exercised * 2 >= counted:
        return ""
    why = reach.stopped or next(iter(reach.refusals.values()), "")
    return "less than half of the clauses were tested" + (f" ({why})" if why else "")


def _operations_unknown(plan: Plan, results: Iterable[ClauseResult], reach: Reach, *, stopped: str) -> str:
    """Name the operations of which nothing is known: unusable ones, those that never succeeded, those not judged.

    `stopped` is what ended the run early, empty where that is said already.
    """
    undecided = _undecided(plan, results)
    said: dict[str, list[str]] = {}
    lost: dict[str, list[Operation]] = {}
    for operation in plan.contract.operations:
        if operation.problem and operation.id in reach.selected:
            lost.setdefault("could not be used", []).append(operation)
        elif operation.id not in reach.allowed or not _can_succeed(operation):
            continue
        elif operation.id not in reach.served:
            why = reach.refusals.get(operation.id, "") or stopped
            said.setdefault(f"never succeeded{f' ({why})' if why else ''}", []).append(operation.id)
        elif is_unreadable(operation):
            lost.setdefault("could not be judged", []).append(operation)
        elif operation.id in undecided:
            said.setdefault("could not be judged by its answers", []).append(operation.id)
    for what, operations in lost.items():
        said[f"{what}, {unreadable(operations)}"] = [each.id for each in operations]
    return "; ".join(f"{_listed(names)} {what}" for what, names in said.items())


def _undecided(plan: Plan, results: Iterable[ClauseResult]) -> frozenset[str]:
    """The operations whose successful answers have clauses of which some can't be told and none was decided."""
    clauses = {clause.id: clause for clause in plan.clauses}
    outcomes: dict[str, set[Outcome]] = {}
    for result in results:
        clause = clauses[result.clause]
        if _status(clause).startswith("2"):
            outcomes.setdefault(clause.operation, set()).add(result.outcome)
    return frozenset(name for name, seen in outcomes.items() if Outcome.CANNOT_TELL in seen and not seen & _DONE)


def _can_succeed(operation: Operation) -> bool:
    """Whether the document knows an answer of success; without any answer at all, it leaves that open."""
    statuses = [spec.status for spec in operation.responses]
    return not statuses or any(status[:1] in _SUCCESSES for status in statuses)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown


def _reason(clause: Clause, reach: Reach, *, selected: frozenset[str], known: frozenset[str]) -> str:
    if clause.operation in known and clause.operation not in selected:
        return LEFT_OUT
    if clause.id in reach.spared or (clause.operation in reach.spared and clause.operation in selected):
        return reach.spared.get(clause.id) or reach.spared[clause.operation]
    if clause.operation in selected and clause.operation not in reach.allowed:
        return "it needs a write, and writes to this endpoint need --allow-writes"
    if (
        clause.id == clause_ids.auth(clause.operation, clause_ids.READONLY)
        and Identity.READONLY not in reach.identities
    ):
        return "it needs a key without the permission: --readonly-token-env NAME"
    if clause.id == clause_ids.auth(clause.operation, clause_ids.REVOKED) and Identity.REVOKED not in reach.identities:
        return "it needs a revoked key: --revoked-token-env NAME"
    if _status(clause) in UNPROVABLE:
        return f"no {_status(clause)} response was seen (this is normal)"
    return reach.refusals.get(clause.operation, "") or reach.stopped


def _status(clause: Clause) -> str:
    """The documented status that a clause about an answer speaks of, as the first part of its subject."""
    return clause.subject.partition("/")[0]


def _unusable(contract: Contract) -> Iterator[tuple[Clause, str]]:
    for operation in contract.operations:
        if operation.problem:
            text = "The document describes this operation so that it can be tested."
            yield _usable(operation, "document", text, operation.location), operation.problem
            continue
        for subject, part in {part.subject: part for part in reversed(operation.broken)}.items():
            text = f"The document describes {subject} so that it can be tested."
            yield _usable(operation, subject, text, part.location), f"{part.location.place}: {part.message}"


def _usable(operation: Operation, subject: str, text: str, location: Location) -> Clause:
    return Clause(
        operation=operation.id,
        subject=subject,
        kind="usable",
        judge="document",
        text=text,
        source=Source.STANDARD,
        location=location,
    )
