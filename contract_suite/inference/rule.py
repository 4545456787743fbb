"""What a rule of inference is, and the facts that it yields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.model.json import JSON
from contract_suite.model.location import Location
from contract_suite.model.source import Source

ENOUGH: int = 2
"""So many witnesses in the document make a fact that needs no probe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredFact:
    """One fact in the words of `x-contract`.

    `operation` is where the words belong, empty for the root of the document; `path` are the members that lead to
    them (`("collection", "page")`), `words` what stands there. `rule` names who says so and `witnesses` why.
    """

    rule: str
    operation: str
    path: tuple[str, ...]
    words: JSON
    witnesses: tuple[Witness, ...]
    source: Source = Source.INFERRED

    @property
    def id(self) -> str:
        """What tells a fact from another of the same document: its place."""
        return f"{self.operation}::{'/'.join(self.path)}"

    @property
    def location(self) -> Location:
        """Where the first witness stands."""
        return self.witnesses[0].location

    @property
    def well_witnessed(self) -> bool:
        """Whether the document alone says enough: it is a document's own word, or two things in it agree."""
        return self.source is not Source.INFERRED or len(self.witnesses) >= ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceRule:
    """One rule: its name, a sentence, and what it finds in a document. It never raises for what a document holds."""

    name: str
    title: str
    infer: Callable[[Reading], Iterator[InferredFact]]
