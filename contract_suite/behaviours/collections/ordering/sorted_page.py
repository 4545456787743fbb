"""One page of a sorted list, with the values of the field that it should be sorted by."""

from __future__ import annotations

from dataclasses import dataclass

from contract_suite.behaviours.collections.kit.collation import differ, disorder
from contract_suite.behaviours.kit.listing import ListPage
from contract_suite.model.json import JSON, Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedPage:
    """One answer, with the values of the field that it should be sorted by."""

    answer: ListPage
    values: tuple[JSON | Missing, ...]

    @property
    def can_tell(self) -> bool:
        """Whether the values could have been out of order."""
        return differ(self.values)

    def wrong(self, direction: str) -> tuple[int, int] | None:
        """Two items that stand the wrong way round."""
        return disorder(self.values, direction)
