"""A run in figures: what of it is kept when its record is gone."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from contract_suite.errors import ExitCode
from contract_suite.model.percentile import percentile
from contract_suite.model.source import Level
from contract_suite.record.reader import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One run.

    `known` counts the findings that a baseline tolerated; latencies are seconds, `None` where nothing was answered.
    """

    started: str
    finished: str
    target: str
    families: tuple[str, ...]
    seed: int
    version: str
    failures: int
    advisories: int
    flaky: int
    known: int
    clauses: int
    decided: int
    exchanges: int
    p50: float | None
    p95: float | None
    verdict: str
    exit_code: int

    @property
    def coverage(self) -> float:
        """The share of applicable clauses that were decided, 0 to 1."""
        return self.decided / self.clauses if self.clauses else 0.0


def figures(run: Run) -> Figures:
    """Return a run in figures; where it was held against a gate, the verdict is the gate's."""
    applicable = [each for each in run.conformance if each.counts]
    seconds = array("d", (each.exchange.seconds for each in run.exchanges() if each.exchange.response is not None))
    failures = sum(each.level is Level.FAILURE for each in run.findings)
    gate, footer = run.gate, run.footer
    code = gate.exit_code if gate else footer.exit_code if footer and not run.truncated else ExitCode.INCOMPLETE
    return Figures(
        started=run.header.started,
        finished=footer.finished if footer else "",
        target=run.header.target,
        families=tuple(each.name for each in run.header.families),
        seed=run.header.seed,
        version=run.header.version,
        failures=failures,
        advisories=len(run.findings) - failures,
        flaky=sum(each.flaky for each in run.findings),
        known=sum(gate.tolerates(each.id) is not None for each in run.findings) if gate else 0,
        clauses=len(applicable),
        decided=sum(each.decided for each in applicable),
        exchanges=len(run.exchange_offsets),
        p50=_rounded(percentile(seconds, 0.50)),
        p95=_rounded(percentile(seconds, 0.95)),
        verdict=_VERDICTS.get(code, "could not run"),
        exit_code=code,
    )


_VERDICTS: dict[int, str] = {
    ExitCode.CONFORMANT: "passed",
    ExitCode.FINDINGS: "failed",
    ExitCode.INCOMPLETE: "incomplete",
}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 6)
