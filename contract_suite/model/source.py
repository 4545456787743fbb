"""Where a fact of a contract comes from, what breaking it means, and what was decided where its source is in trouble."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class Level(StrEnum):
    """How much a broken clause weighs."""

    FAILURE = "failure"
    ADVISORY = "advisory"


class Source(StrEnum):
    """Who says so."""

    DOCUMENTED = "documented"
    EXAMPLE = "example"
    INFERRED = "inferred"
    SDK = "sdk"
    STANDARD = "standard"

    @property
    def words(self) -> str:
        """The source as the end of a sentence: `… is inferred`."""
        return {"sdk": "from the SDK", "standard": "of a standard", "example": "of an example"}.get(
            self.value, self.value
        )

    @property
    def level(self) -> Level:
        """A failure where the source document says it, an advisory elsewhere."""
        return Level.FAILURE if self in {Source.DOCUMENTED, Source.EXAMPLE} else Level.ADVISORY


def weakest(sources: Iterable[Source]) -> Source:
    """Return the source that weighs least: what a clause over several facts may claim. `documented` for none."""
    return max(sources, key=_FROM_STRONG_TO_WEAK.index, default=Source.DOCUMENTED)


def strongest(sources: Iterable[Source]) -> Source:
    """Return the source that weighs most: that of a clause whose verdicts name the weaker facts they rest on."""
    return min(sources, key=_FROM_STRONG_TO_WEAK.index, default=Source.DOCUMENTED)


_FROM_STRONG_TO_WEAK: Final = (Source.DOCUMENTED, Source.EXAMPLE, Source.SDK, Source.INFERRED, Source.STANDARD)


ErratumKind = Literal["contradiction", "gap", "surprise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erratum:
    """One trouble of a source document and what was decided.

    `kind` says what it is: the document contradicts itself, leaves something open, or surprises its reader; it is empty
    in a record that is older than the kinds. `table` (which stands for running text too), `example` and `sdk` are what
    each of the three has to say, empty where it is silent. `pointers` name the places of the contract that the decision
    made, as `#/…`.
    """

    id: str
    title: str
    kind: ErratumKind | Literal[""] = "contradiction"
    subject: str = ""
    table: str = ""
    example: str = ""
    sdk: str = ""
    decided: str = ""
    why: str = ""
    pointers: tuple[str, ...] = ()
