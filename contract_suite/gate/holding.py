"""A gate from request to result: reads the baseline, judges a run, and updates the baseline where that is asked.

Every door goes this way, so that one run can't pass at one door and fail at another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from contract_suite.gate.baseline import Baseline
from contract_suite.gate.baseline_file import check_writable, read_baseline, write_baseline
from contract_suite.gate.gate import Policy, judge, refresh
from contract_suite.gate.occurrences import occurrences
from contract_suite.model.gate_request import GateRequest
from contract_suite.record.reader import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gate with its baseline read, ready to judge runs."""

    request: GateRequest
    policy: Policy

    def judge(self, run: Run) -> Run:
        """Return the run with the gate's result; the baseline file stays as it is."""
        return replace(run, gate=judge(run, self.policy, today=_today()))

    def update_and_judge(self, run: Run) -> Run:
        """Return the run with the gate's result, after the baseline was brought up to date if the request says so.

        The file is only written when its entries changed or when there was none. `UsageError` if it can't be written.
        """
        path = self.request.baseline
        if path is None or not self.request.update_baseline:
            return self.judge(run)
        today = _today()
        counts = occurrences(run, {each.id for each in run.findings})
        fresh = refresh(run, self.policy, today=today, counts=counts)
        if fresh != self.policy.baseline or not path.exists():
            write_baseline(fresh, path)
        return replace(run, gate=judge(run, replace(self.policy, baseline=fresh), today=today, counts=counts))


def open_gate(request: GateRequest) -> Gate:
    """Read the baseline that a request names.

    `UsageError` if it is wrong, is not there and not to be written, or is to be written and can't be.
    """
    path = request.baseline
    baseline = None
    if path is not None:
        first = request.update_baseline and not path.exists()
        baseline = Baseline(name=str(path)) if first else read_baseline(path)
        if request.update_baseline:
            check_writable(path)
    policy = Policy(fail_on=request.fail_on, min_coverage=request.min_coverage, baseline=baseline)
    return Gate(request=request, policy=policy)


def _today() -> date:
    return datetime.now(UTC).date()
