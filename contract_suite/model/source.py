"""Where a fact of a contract comes from, and what breaking it means."""

from __future__ import annotations

from enum import StrEnum


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
    def level(self) -> Level:
        """A failure where the source document says it, an advisory elsewhere."""
        return Level.FAILURE if self in {Source.DOCUMENTED, Source.EXAMPLE} else Level.ADVISORY
