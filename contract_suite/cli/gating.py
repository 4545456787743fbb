"""The gate as options of a command: read before anything is sent, applied to the record afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from contract_suite.errors import UsageError

if TYPE_CHECKING:
    from contract_suite.gate.gate import Policy
    from contract_suite.record.reader import Run

_Command = TypeVar("_Command", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedGate:
    """What the user asks of a gate. `policy` is what `--baseline`, `--fail-on` and `--min-coverage` come to."""

    policy: Policy
    baseline: Path | None
    update: bool

    @property
    def silent(self) -> bool:
        """Whether nothing was asked for, so that the run's own verdict is all there is to say."""
        return self.baseline is None and not self.policy.fail_on and self.policy.min_coverage is None

    def hold(self, run: Run) -> Run:
        """Return the run with what the gate says of it, and update the baseline if that was asked for."""
        from contract_suite.gate.baseline import write_baseline
        from contract_suite.gate.gate import judge, refresh
        from contract_suite.gate.occurrences import occurrences

        today = datetime.now(UTC).date()
        policy, counts = self.policy, None
        if self.update and self.baseline is not None:
            counts = occurrences(run, {each.id for each in run.findings})
            fresh = refresh(run, policy, today=today, counts=counts)
            if fresh != policy.baseline or not self.baseline.exists():
                write_baseline(fresh, self.baseline)
            policy = replace(policy, baseline=fresh)
        return replace(run, gate=judge(run, policy, today=today, counts=counts))


def gate_options(command: _Command) -> _Command:
    """Give a command the options of a gate, which say what may pass."""
    for option in reversed(
        (
            click.option(
                "--baseline",
                type=click.Path(path_type=Path, dir_okay=False),
                metavar="FILE",
                help="Known findings, which don't fail. See docs/gate.md.",
            ),
            click.option(
                "--fail-on",
                type=click.Choice(("failure", "flaky", "advisory", "untested")),
                multiple=True,
                help="What fails. May be repeated; a failure that a replay confirmed always does.  [default: failure, flaky]",
            ),
            click.option(
                "--min-coverage",
                type=click.FloatRange(0, 100),
                metavar="PERCENT",
                help="Fail if less of the clauses was exercised.",
            ),
        )
    ):
        command = option(command)
    return command


def asked_gate(
    *, baseline: Path | None, update_baseline: bool = False, fail_on: tuple[str, ...], min_coverage: float | None
) -> AskedGate:
    """Read what was asked for; `UsageError` before anything is sent."""
    from contract_suite.gate.baseline import Baseline, read_baseline
    from contract_suite.gate.gate import FailOn, Policy

    if update_baseline and baseline is None:
        raise UsageError("--update-baseline needs --baseline FILE")
    known = None
    if baseline is not None:
        known = Baseline(name=str(baseline)) if update_baseline and not baseline.exists() else read_baseline(baseline)
    policy = Policy(fail_on=frozenset(FailOn(each) for each in fail_on), min_coverage=min_coverage, baseline=known)
    return AskedGate(policy=policy, baseline=baseline, update=update_baseline)
