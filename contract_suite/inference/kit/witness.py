"""What in a document speaks for an inferred fact."""

from __future__ import annotations

from dataclasses import dataclass

from contract_suite.model.location import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One thing in the document that speaks for a fact: a sentence for the reader, and where it stands."""

    text: str
    location: Location
