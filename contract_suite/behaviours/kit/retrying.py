"""Observing again before accusing: other clients may write between two requests, and a list may lag.

What failed once is a finding only if it fails again, or if no other client's writing could explain it. `LOOKS` is how
often anything is observed before it is called wrong, here and in every behaviour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.requests import get_at
from contract_suite.behaviours.kit.verdicts import Unusable, VerdictMap, all_untested, untested
from contract_suite.contract.operation import Operation
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Outcome, Verdict

LOOKS: Final = 3
"""How often something is observed before it is called wrong."""
PAUSE: Final = 0.2
"""Seconds between two looks at what may lag."""
_LATER: Final = (0.4, 0.7, 1.0, 1.2, 1.3)
"""Seconds before each look at what has not followed at once: a worker in the background may bring it up to date."""
_PROOF: Final = 2

Observe = Callable[[], VerdictMap]
"""Sends all its requests anew and judges what came, `untested` where it sees that the data changed meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConclusiveFailure(Verdict):
    """A failure that no other client's writing could explain, so that observing it once is enough.

    As the outcome of several observations it says that the failure was seen and did not come back.
    """


def conclusive(verdict: Verdict) -> ConclusiveFailure:
    """Return a failure as one that needs no second observation."""
    return ConclusiveFailure(**_members(verdict))


def read_until(
    session: Session,
    operation: Operation,
    values: Mapping[str, JSON],
    shows: Callable[[Exchange], bool],
    *,
    note: str,
    aim: str = "",
    clause: str = "",
) -> Exchange | None:
    """Return the first read at a path with these values that shows what is looked for, else the last of `LOOKS`.

    With a `clause`, which is broken if none shows it, that is waited for longer (see `late_looks`). `None` if the path can't be
    asked.
    """
    read = None
    for look in range(LOOKS):
        if look:
            session.pause(PAUSE)
        read = get_at(session, operation, values, note=note, aim=aim)
        if read is None or shows(read):
            return read
    return read_late(session, operation, values, shows, clause=clause) or read


@dataclass(slots=True)
class _Awaited:
    """What the run has waited for in vain, so that it does not wait for the same again."""

    in_vain: set[str] = field(default_factory=set)


def late_looks(session: Session, clause: str) -> Iterator[None]:
    """Pause before each further look at what should have followed by now, some five seconds in all with `LOOKS`.

    To be asked only where a finding about a clause comes next, so that nobody waits for a server that is right at once. A clause
    (its id, empty where nobody wants it) that was waited for in vain is not waited for again.
    """
    awaited = session.shared(_Awaited)
    if not clause or clause in awaited.in_vain:
        return
    for seconds in _LATER:
        session.prolong(2 * seconds)  # some of it for what is sent then
        session.pause(seconds)
        yield
    awaited.in_vain.add(clause)


def read_late(
    session: Session,
    operation: Operation,
    values: Mapping[str, JSON],
    shows: Callable[[Exchange], bool],
    *,
    clause: str,
) -> Exchange | None:
    """Return the read at a path that shows what is looked for after all, `None` if none does while it is waited for."""
    for _ in late_looks(session, clause):
        read = get_at(session, operation, values, note="does it follow later?")
        if read is None or shows(read):
            return read
    return None


def retry_until_stable(observe: Observe) -> VerdictMap:
    """Observe, and again while something failed only once, at most `LOOKS` times in all.

    A clause that ever passed has passed, unless it failed conclusively; one that failed twice has failed.
    """
    settled: VerdictMap = {}
    failures: dict[str, list[Verdict]] = {}
    for _ in range(LOOKS):
        for clause, verdict in observe().items():
            if verdict.outcome is Outcome.FAILED:
                failures.setdefault(clause, []).append(verdict)
            elif verdict.outcome is Outcome.PASSED or clause not in settled:
                settled[clause] = verdict
        if all(len(found) >= _PROOF or _has_passed(settled.get(clause)) for clause, found in failures.items()):
            break
    for clause, found in failures.items():
        intermittent = next((each for each in found if isinstance(each, ConclusiveFailure)), None)
        if _has_passed(settled.get(clause)):
            settled[clause] = intermittent or settled[clause]
        elif len(found) >= _PROOF:
            settled[clause] = Verdict(**_members(found[-1]))
        elif intermittent is not None:
            settled[clause] = intermittent
        else:
            reason = f"it failed once and could not be looked at again: {found[0].message}"
            settled.setdefault(clause, untested(clause, reason, found[0].exchanges))
    return settled


def retry_clause(clause: str, judge: Callable[[str], Verdict]) -> Verdict:
    """Judge one clause until that is stable; `Unusable` leaves it untested."""
    return retry_until_stable(untested_if_unusable((clause,), lambda: {clause: judge(clause)}))[clause]


def untested_if_unusable(clauses: Iterable[str], observe: Observe) -> Observe:
    """Return an observation that leaves these clauses untested where `Unusable` is raised."""
    known = tuple(clauses)

    def guarded() -> VerdictMap:
        try:
            return observe()
        except Unusable as reason:
            return all_untested(known, reason.reason, reason.exchanges)

    return guarded


def discard_unstable(
    verdicts: VerdictMap, reason: str = "other clients changed the data while it was looked at"
) -> VerdictMap:
    """Take back every failure that is not conclusive: what was compared did not stay the same."""
    return {
        clause: untested(clause, reason, verdict.exchanges)
        if verdict.outcome is Outcome.FAILED and not isinstance(verdict, ConclusiveFailure)
        else verdict
        for clause, verdict in verdicts.items()
    }


def _has_passed(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.outcome is Outcome.PASSED


def _members(verdict: Verdict) -> dict[str, Any]:
    return {each.name: getattr(verdict, each.name) for each in fields(Verdict)}
