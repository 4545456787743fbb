"""Whether a recorded run may pass: what fails, how much must have been exercised, and what is known already.

The rule that must not be broken: a run that was cut short or could not run never passes, whatever else was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from contract_suite.errors import ExitCode
from contract_suite.gate.baseline import Baseline, Match, match, updated
from contract_suite.gate.occurrences import occurrences
from contract_suite.model.counting import counted
from contract_suite.model.finding import Finding
from contract_suite.model.gate import BaselineState, GateResult, kind_of
from contract_suite.model.gate_request import FailOn
from contract_suite.model.run import LEFT_OUT, UNPROVABLE, ClauseResult
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a team asks of a run.

    An empty `fail_on` is the default: failures, flaky ones included, and advisories where the run was strict.
    `min_coverage` is in percent.
    """

    fail_on: frozenset[FailOn] = frozenset()
    min_coverage: float | None = None
    baseline: Baseline | None = None


def judge(run: Run, policy: Policy, *, today: date, counts: Mapping[str, int] | None = None) -> GateResult:
    """Hold a run against a policy; `counts`, the run's `occurrences`, saves counting them again."""
    fails = _fails_on(run, policy)
    found = _matched(run, policy.baseline or Baseline(name=""), today, counts)
    coverage = _coverage(run.conformance)
    footer = run.footer
    reasons: list[str] = []
    code = ExitCode.CONFORMANT
    if run.truncated or footer is None:
        code = ExitCode.INCOMPLETE
        reasons.append("the run was cut short, so that what it did not reach is unknown")
    elif footer.exit_code == ExitCode.COULD_NOT_RUN:
        code = ExitCode.COULD_NOT_RUN
        reasons.append(footer.reason or "the run could not be made")
    broken = _broken(run.findings, found, fails, known=policy.baseline is not None)
    unseen = [each for each in found.expired if each.id not in found.states]
    if unseen:
        broken.append(f"{counted(len(unseen), 'expired entry')} of the baseline that this run could not check")
    if broken and code is ExitCode.CONFORMANT:
        code = ExitCode.FINDINGS
    too_little: list[str] = []
    if policy.min_coverage is not None and coverage * 100 < policy.min_coverage:
        too_little.append(f"{coverage:.1%} of the clauses were tested; at least {policy.min_coverage:g}% is required")
    if FailOn.UNTESTED in fails and (missed := _missed(run)):
        too_little.append(f"{counted(missed, 'clause')} untested")
    unable = code in {ExitCode.COULD_NOT_RUN, ExitCode.INCOMPLETE}
    if footer is not None and not footer.complete and not unable and not run.header.options.get("allow_incomplete"):
        # With findings, the footer's reason counts those, and the baseline may know them.
        too_little.append(footer.reason if footer.exit_code != ExitCode.FINDINGS else "too little was tested to tell")
    if too_little and code is ExitCode.CONFORMANT:
        code = ExitCode.INCOMPLETE
    reason = "; ".join([*reasons, *broken, *too_little]) or _fine(
        run.findings, found, known=policy.baseline is not None
    )
    return GateResult(
        passed=code is ExitCode.CONFORMANT,
        exit_code=code,
        reason=reason,
        sentence=f"Gate {'passed' if code is ExitCode.CONFORMANT else 'failed'}: {reason}.{_beside(found, policy)}",
        coverage=coverage,
        fail_on=tuple(each for each in FailOn if each in fails),
        baseline=policy.baseline.name if policy.baseline else "",
        min_coverage=policy.min_coverage,
        states=found.states,
        entries=found.entries,
        fixed=found.fixed,
        unexercised=found.unexercised,
        expired=found.expired,
    )


def refresh(run: Run, policy: Policy, *, today: date, counts: Mapping[str, int] | None = None) -> Baseline:
    """Return the policy's baseline after a run: what the policy would fail on becomes known, what is fixed goes.

    A run that was cut short or could not run changes nothing.
    """
    baseline = policy.baseline or Baseline(name="")
    if run.truncated or run.footer is None or run.footer.exit_code == ExitCode.COULD_NOT_RUN:
        return baseline
    fails = _fails_on(run, policy)
    return updated(
        baseline,
        run.findings,
        adopt={each.id for each in run.findings if kind_of(each) in fails},
        counts=counts or occurrences(run, {each.id for each in run.findings}),
        exercised=_exercised(run.conformance),
        today=today,
    )


def _fails_on(run: Run, policy: Policy) -> frozenset[FailOn]:
    asked = policy.fail_on or {FailOn.FLAKY}
    strict = {FailOn.ADVISORY} if run.header.options.get("strict") else set()
    return frozenset({FailOn.FAILURE, *asked, *strict})


def _matched(run: Run, baseline: Baseline, today: date, counts: Mapping[str, int] | None) -> Match:
    known = {each.id for each in baseline.entries}
    counts = counts or occurrences(run, {each.id for each in run.findings if each.id in known})
    return match(run.findings, baseline, counts=counts, exercised=_exercised(run.conformance), today=today)


def _exercised(results: Iterable[ClauseResult]) -> frozenset[tuple[str, str]]:
    return frozenset((each.family, each.clause) for each in results if each.decided)


def _coverage(results: Iterable[ClauseResult]) -> float:
    listed = [each for each in results if each.counts]
    return sum(each.decided for each in listed) / len(listed) if listed else 0.0


def _missed(run: Run) -> int:
    """How many clauses nothing exercised, without those that the user left out or that only a sick server shows."""
    subjects = {(family.name, clause.id): clause.subject for family in run.header.families for clause in family.clauses}
    return sum(
        each.outcome is Outcome.UNTESTED
        and each.reason != LEFT_OUT
        and subjects.get((each.family, each.clause), "").partition("/")[0] not in UNPROVABLE
        for each in run.conformance
    )


_WORDS: Final = {
    FailOn.FAILURE: "failure",
    FailOn.FLAKY: "flaky failure",
    FailOn.ADVISORY: "advisory",
}
_STATES: Final = {
    BaselineState.NEW: "new",
    BaselineState.MORE: "seen more often than the baseline allows",
    BaselineState.EXPIRED: "whose entry in the baseline has expired",
}


def _broken(findings: Iterable[Finding], found: Match, fails: frozenset[FailOn], *, known: bool) -> list[str]:
    """One reason for each kind of finding that fails, with how it stands to the baseline if there is one."""
    listed = [each for each in findings if kind_of(each) in fails]
    reasons = []
    for state, words in _STATES.items():
        for kind, word in _WORDS.items():
            count = sum(kind_of(each) is kind and found.states[each.id] is state for each in listed)
            if not count:
                continue
            if state is BaselineState.NEW:
                reasons.append(counted(count, f"new {word}" if known else word))
            else:
                reasons.append(f"{counted(count, word)} {words}")
    return reasons


def _fine(findings: Iterable[Finding], found: Match, *, known: bool) -> str:
    listed = list(findings)
    if not listed:
        return "nothing found"
    tolerated = sum(found.states[each.id] is BaselineState.KNOWN for each in listed)
    rest = len(listed) - tolerated
    parts = [
        f"{counted(tolerated, 'known finding')} and no new one that fails" if known and tolerated else "no failure"
    ]
    if rest:
        parts.append(f"{counted(rest, 'finding')} that {'does' if rest == 1 else 'do'} not fail the gate")
    return ", ".join(parts)


def _beside(found: Match, policy: Policy) -> str:
    """How a run stands to the baseline, in figures."""
    if policy.baseline is None:
        return ""
    count = {state: sum(each is state for each in found.states.values()) for state in BaselineState}
    text = f" Baseline {policy.baseline.name}: {count[BaselineState.KNOWN]} known, {count[BaselineState.NEW]} new"
    text += f", {len(found.fixed)} fixed, {len(found.expired)} expired"
    if count[BaselineState.MORE]:
        text += f", {count[BaselineState.MORE]} seen more often than allowed"
    if found.unexercised:
        text += f", {len(found.unexercised)} not tested"
    return text + ("; --update-baseline removes what is fixed." if found.fixed else ".")
