"""The operations with what is wrong at each, in a few words, for the summaries of reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from contract_suite.model.finding import Finding
from contract_suite.model.source import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenOperation:
    """An operation with the findings at it; `operation` is empty for those at the API as a whole.

    Failures first, and of them what is wrong at the fewest operations: that tells one from the other.
    """

    family: str
    operation: str
    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> tuple[str, ...]:
        """What is wrong there, in a few words each, which read on from the name of the operation."""
        return tuple(self._told)

    def beyond(self, shown: int) -> int:
        """Return how many of the findings are left when the first `shown` of these words are told."""
        return len(self.findings) - sum(list(self._told.values())[:shown])

    @property
    def _told(self) -> Counter[str]:
        return Counter(each.wrong_at(self.operation)[0] for each in self.findings)


def broken_operations(findings: Iterable[Finding]) -> tuple[BrokenOperation, ...]:
    """Return each operation at which something is wrong, in the order of the findings: that of the gravest first."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        for operation in each.operations:  # a finding counts at every operation where it shows
            groups.setdefault((each.family, operation), []).append(each)
    return tuple(
        BrokenOperation(family=family, operation=operation, findings=tuple(sorted(found, key=_order)))
        for (family, operation), found in groups.items()
    )


def _order(finding: Finding) -> tuple[bool, int]:
    return finding.level is not Level.FAILURE, len(finding.operations)
