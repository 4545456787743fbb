"""A verdict: what a check, behaviour or rule answers about one clause."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contract_suite.model.fact import Fact


class Outcome(StrEnum):
    """EARL's five."""

    PASSED = "passed"
    FAILED = "failed"
    CANNOT_TELL = "cannot-tell"
    INAPPLICABLE = "inapplicable"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One answer about the clause with id `clause`.

    `message` is one sentence: what was expected and what came. `pointer` is the place in the response body; `problem`
    names the kind of problem in kebab-case, for the fingerprint, where one clause can break in several ways.
    `exchanges` are the numbers of the exchanges it rests on, the decisive one last; a check may leave them empty, then
    it is the one judged. `facts` are what it rests on beside its clause: a failed verdict weighs as the weakest of them.
    """

    clause: str
    outcome: Outcome
    message: str = ""
    pointer: str = ""
    problem: str = ""
    expected: str = ""
    actual: str = ""
    exchanges: tuple[int, ...] = ()
    facts: tuple[Fact, ...] = ()
