"""What a user asks of a gate: what fails, how much must be exercised, and which findings are known.

Nothing heavy is imported here, because every pytest session reads these options.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class FailOn(StrEnum):
    """What fails a gate beside a failure that came back on replay, which always does."""

    FAILURE = "failure"
    FLAKY = "flaky"
    ADVISORY = "advisory"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRequest:
    """What a user asks of a gate.

    An empty `fail_on` is the default: failures, flaky ones included, and advisories where the run was strict.
    `min_coverage` is in percent; `baseline` names the file of known findings, which `update_baseline` brings up to date.
    """

    fail_on: frozenset[FailOn] = frozenset()
    min_coverage: float | None = None
    baseline: Path | None = None
    update_baseline: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for, so that the run's own verdict stands alone."""
        return self == GateRequest()
