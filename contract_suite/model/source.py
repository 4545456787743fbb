"""Where a fact of a contract comes from, and what breaking it means."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


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
