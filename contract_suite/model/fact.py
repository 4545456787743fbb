"""A fact of a contract that a verdict rests on, beside what its clause says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from contract_suite.model.location import Location
from contract_suite.model.source import Level, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact: `what` names it for the reader (`minLength 1 of path.AlgorithmId`), `location` is where it stands."""

    source: Source
    location: Location
    what: str


def level_of(source: Source, facts: Iterable[Fact]) -> Level:
    """Return what breaking a clause of this source weighs, where the verdict rests on these facts too: the least."""
    return Level.ADVISORY if weakest_fact(source, facts) is not None else source.level


def weakest_fact(source: Source, facts: Iterable[Fact]) -> Fact | None:
    """Return the fact that makes an advisory of what its clause alone would make a failure; `None` if there is none."""
    if source.level is Level.ADVISORY:
        return None
    return next((each for each in facts if each.source.level is Level.ADVISORY), None)
