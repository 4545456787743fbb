"""What a gate says of a run: whether it may pass, and how each finding stands to what was known before.

The rule that must not be broken: a gate tolerates findings, it never rewrites them. The run's own verdict stays what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contract_suite.model.finding import Finding
from contract_suite.model.gate_request import FailOn
from contract_suite.model.source import Level


def kind_of(finding: Finding) -> FailOn:
    """Return as what a finding weighs: an advisory, a failure that a replay did not show again, or a failure."""
    if finding.level is Level.ADVISORY:
        return FailOn.ADVISORY
    return FailOn.FLAKY if finding.flaky else FailOn.FAILURE


class BaselineState(StrEnum):
    """How a finding stands to the baseline."""

    NEW = "new"
    KNOWN = "known"
    MORE = "more-than-known"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFinding:
    """One entry of a baseline: a finding that is tolerated, why, by whom and until when.

    `count` is how many different cases were known to fail this way; `message` what was seen, for the reader alone.
    """

    id: str
    family: str
    clause: str
    count: int
    first_seen: date
    message: str = ""
    reason: str = ""
    owner: str = ""
    ticket: str = ""
    expires: date | None = None

    @property
    def why(self) -> str:
        """Reason, ticket and owner in a few words, for a line of a report."""
        text = " ".join(
            part
            for part in (
                self.reason.strip(),
                f"({self.ticket})" if self.ticket else "",
                f"[{self.owner}]" if self.owner else "",
            )
            if part
        )
        return text or "no reason given"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """What a gate says of one run.

    `reason` is why it passes or fails, `sentence` the line for the end of a summary. `baseline` names the file, empty
    where there is none. `states` holds every finding of the run by id, `entries` the baseline's entries for those of
    them that it knows. `fixed` are entries whose clause this run exercised without seeing them, `unexercised` those
    that it can't say anything about, `expired` those whose time is over. `coverage` is the share of applicable clauses
    that were decided, 0 to 1.
    """

    passed: bool
    exit_code: int
    reason: str
    sentence: str
    coverage: float
    fail_on: tuple[FailOn, ...]
    baseline: str = ""
    min_coverage: float | None = None
    states: Mapping[str, BaselineState] = field(default_factory=dict)
    entries: Mapping[str, KnownFinding] = field(default_factory=dict)
    fixed: tuple[KnownFinding, ...] = ()
    unexercised: tuple[KnownFinding, ...] = ()
    expired: tuple[KnownFinding, ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """The options of the command line that ask for this gate again."""
        coverage = () if self.min_coverage is None else ("--min-coverage", f"{self.min_coverage:g}")
        baseline = ("--baseline", self.baseline) if self.baseline else ()
        return (*baseline, *coverage, *(word for each in self.fail_on for word in ("--fail-on", each.value)))

    def tolerates(self, finding: str) -> KnownFinding | None:
        """Return the entry that tolerates the finding with this id, or `None` if nothing does."""
        return self.entries.get(finding) if self.states.get(finding) is BaselineState.KNOWN else None
