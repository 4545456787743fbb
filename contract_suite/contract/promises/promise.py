"""What all words of `x-contract` share: where they stand and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contract_suite.model.location import Location
from contract_suite.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What all promises share: where they stand and who says so."""

    location: Location
    source: Source = Source.DOCUMENTED
    sources: Mapping[str, Source] = field(default_factory=dict)
    quote: str = ""

    def source_of(self, member: str) -> Source:
        """Who says this member of the promise."""
        return self.sources.get(member, self.source)
