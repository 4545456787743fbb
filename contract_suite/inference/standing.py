"""How a fact stands after a run asked the server: confirmed, refuted or not tried; and which facts may be held to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contract_suite.inference.kit.wording import guess_in_words
from contract_suite.inference.rule import InferredFact

_OBEYED_ELSEWHERE: Final = 2
_OF_A_KIND: Final = 2


class Seen(StrEnum):
    """What a probe saw of a fact."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNTRIED = "not tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of one fact: what a probe saw, in a sentence, with the numbers of the exchanges that show it."""

    fact: InferredFact
    seen: Seen = Seen.UNTRIED
    evidence: str = ""
    exchanges: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """What was guessed, from what, and what the server showed of it, as one sentence without its full stop."""
        said = " and ".join(each.text for each in self.fact.witnesses)
        guess = f"{guess_in_words(self.fact.path, self.fact.words)}, because {said}"
        if self.seen is Seen.CONFIRMED:
            where = f"by request {self.exchanges[-1]} of" if self.exchanges else "in"
            return f"{guess}; confirmed {where} this run: {self.evidence}"
        if self.seen is Seen.REFUTED and self.evidence:
            return f"{guess}; the server did otherwise: {self.evidence}"
        return f"{guess}; nothing tested it before this finding"


def held(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """Return the facts that may be held to a server: confirmed ones, and those that two witnesses speak for.

    A guess that failed from the start is held too where the same words were confirmed of two other operations. What a
    kind of thing is (its identity) is needed to ask anything, so there only a confirmation counts.
    """
    known = list(standings)
    elsewhere: dict[tuple[str, str], set[str]] = {}
    for each in known:
        if each.seen is Seen.CONFIRMED and each.fact.operation:
            elsewhere.setdefault(_likeness(each.fact), set()).add(each.fact.operation)
    return tuple(each for each in known if _is_held(each, elsewhere))


def is_kind(fact: InferredFact) -> bool:
    """Whether a fact says what a kind of thing is, and not what is done to it."""
    return fact.path[0] == "resources" and len(fact.path) == _OF_A_KIND


def _is_held(standing: Standing, elsewhere: Mapping[tuple[str, str], set[str]]) -> bool:
    fact = standing.fact
    if standing.seen is Seen.CONFIRMED:
        return True
    if is_kind(fact) or fact.path == ("collection",):
        return False
    if standing.seen is Seen.REFUTED:
        return fact.well_witnessed or len(elsewhere.get(_likeness(fact), ())) >= _OBEYED_ELSEWHERE
    # What a search may also find, nobody knows before it was seen.
    searches = isinstance(fact.words, dict) and fact.words.get("match") == "mentions"
    return fact.well_witnessed and not searches


def _likeness(fact: InferredFact) -> tuple[str, str]:
    return "/".join(fact.path), repr(fact.words)
