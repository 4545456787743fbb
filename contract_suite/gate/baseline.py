"""The baseline: a TOML file of findings that a team knows and tolerates for a while, made for editing by hand.

The rule that must not be broken: an entry tolerates what it describes and no more. A finding that more cases show than
were known, or whose entry has expired, isn't tolerated; and an entry goes only when a run exercised its clause and did
not see it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from contract_suite.model.finding import Finding
from contract_suite.model.gate import BaselineState, KnownFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What is known, in the file's stable order; `name` is the file as the user wrote it."""

    name: str
    entries: tuple[KnownFinding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A run's findings beside a baseline: how each stands, and what became of the entries that the run didn't see."""

    states: Mapping[str, BaselineState]
    entries: Mapping[str, KnownFinding]
    fixed: tuple[KnownFinding, ...]
    unexercised: tuple[KnownFinding, ...]
    expired: tuple[KnownFinding, ...]


def match(
    findings: Iterable[Finding],
    baseline: Baseline,
    *,
    counts: Mapping[str, int],
    exercised: Collection[tuple[str, str]],
    today: date,
) -> Match:
    """Hold findings against a baseline.

    `counts` says how many cases show a finding, `exercised` names family and id of each clause that the run decided. An
    entry holds to the end of the day on which it expires. A flaky finding is never "more than known": how often it
    shows is chance.
    """
    known = {each.id: each for each in baseline.entries}
    seen = {each.id: each for each in findings}
    states = {
        identity: _state(each, known.get(identity), counts.get(identity, 1), today) for identity, each in seen.items()
    }
    missing = [each for each in baseline.entries if each.id not in seen]
    gone = [each for each in missing if (each.family, each.clause) in exercised]
    unexercised = [each for each in missing if (each.family, each.clause) not in exercised]
    return Match(
        states=states,
        entries={identity: known[identity] for identity in seen if identity in known},
        fixed=tuple(gone),
        unexercised=tuple(unexercised),
        # What is fixed needs no more time; what nobody looked at may still be there.
        expired=tuple(each for each in baseline.entries if _over(each, today) and each not in gone),
    )


def updated(
    baseline: Baseline,
    findings: Iterable[Finding],
    *,
    adopt: Collection[str],
    counts: Mapping[str, int],
    exercised: Collection[tuple[str, str]],
    today: date,
) -> Baseline:
    """Return the baseline after a run.

    It holds what was seen again with its count of now, what wasn't exercised as it was, and what is new. `findings` are
    all of the run, `adopt` the ids of those that may become known. What people wrote stays, an expired date included:
    only a person may give more time.
    """
    seen = {each.id: each for each in findings}
    entries = [
        _again(each, seen[each.id], counts.get(each.id, 1)) if each.id in seen else each
        for each in baseline.entries
        if each.id in seen or (each.family, each.clause) not in exercised
    ]
    known = {each.id for each in baseline.entries}
    entries += [
        KnownFinding(
            id=each.id,
            family=each.family,
            clause=each.clause,
            count=counts.get(each.id, 1),
            first_seen=today,
            message=each.message,
        )
        for each in seen.values()
        if each.id in adopt and each.id not in known
    ]
    return replace(baseline, entries=ordered(entries))


def _again(entry: KnownFinding, finding: Finding, count: int) -> KnownFinding:
    return replace(entry, count=max(count, entry.count) if finding.flaky else count, message=finding.message)


def _state(finding: Finding, entry: KnownFinding | None, count: int, today: date) -> BaselineState:
    if entry is None:
        return BaselineState.NEW
    if _over(entry, today):
        return BaselineState.EXPIRED
    return BaselineState.MORE if count > entry.count and not finding.flaky else BaselineState.KNOWN


def _over(entry: KnownFinding, today: date) -> bool:
    return entry.expires is not None and entry.expires < today


def ordered(entries: Iterable[KnownFinding]) -> tuple[KnownFinding, ...]:
    """Return entries in the stable order of the file."""
    return tuple(sorted(entries, key=lambda each: (each.family, each.clause, each.id)))
