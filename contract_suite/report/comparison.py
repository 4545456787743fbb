"""A run beside what was known before: which findings are new, which stayed, which are gone.

The rule that must not be broken: a finding is gone only if this run decided its clause; what wasn't exercised may still
be broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from contract_suite.model.finding import Finding
from contract_suite.model.gate import BaselineState
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run
from contract_suite.report.summary import summarise

State = Literal["new", "unchanged", "updated"]
"""As SARIF calls them: never seen before, seen before, seen before but another number of times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One earlier run in figures; `coverage` is a share from 0 to 1, `p95` seconds."""

    started: str
    failures: int
    advisories: int
    coverage: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What was known before, and how this run stands to it.

    `against` says what it is compared with, empty where only `trend` is known; `states` holds this run's findings by
    id; `gone` are those that this run exercised and didn't see again; `unknown` those that it didn't exercise; `trend`
    earlier runs, the oldest first.
    """

    against: str
    states: Mapping[str, State]
    gone: tuple[Finding, ...] = ()
    unknown: tuple[Finding, ...] = ()
    trend: tuple[TrendPoint, ...] = ()


def state_of(finding: str, run: Run, comparison: Comparison | None) -> State | None:
    """Return how a finding stands to the comparison, or else to the gate of the run; `None` if there is neither."""
    if comparison is not None and comparison.against:
        return comparison.states.get(finding, "new")
    if run.gate is None:
        return None
    return _STATES.get(run.gate.states.get(finding, BaselineState.NEW), "unchanged")


_STATES: Final[Mapping[BaselineState, State]] = {
    BaselineState.NEW: "new",
    BaselineState.KNOWN: "unchanged",
    BaselineState.MORE: "updated",
    BaselineState.EXPIRED: "unchanged",
}


def compare(run: Run, previous: Run) -> Comparison:
    """Compare a run with an earlier one."""
    now, before = summarise(run), summarise(previous)
    earlier = {each.id: each for each in before.findings}
    states: dict[str, State] = {}
    for each in now.findings:
        known = earlier.get(each.id)
        states[each.id] = "new" if known is None else "unchanged" if known.count == each.count else "updated"
    decided = {
        (line.family.name, each.clause.id)
        for line in now.families
        for each in line.clauses
        if each.result.outcome in {Outcome.PASSED, Outcome.FAILED}
    }
    missing = [each for each in before.findings if each.id not in states]
    return Comparison(
        against=f"the run of {previous.header.started}",
        states=states,
        gone=tuple(each for each in missing if (each.family, each.clause) in decided),
        unknown=tuple(each for each in missing if (each.family, each.clause) not in decided),
    )
