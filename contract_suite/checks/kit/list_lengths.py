"""How long lists were that answers showed, so that a check knows which one shows all that it holds: a preview is cut.

A place that showed seven comments once does not cut them after three.
"""

from __future__ import annotations


class ListLengths:
    """The most items that were shown at each place."""

    def __init__(self) -> None:
        """Nothing was shown yet."""
        self._longest: dict[str, int] = {}

    def note(self, place: str, length: int) -> None:
        """Take in how many items a place showed."""
        if length > self._longest.get(place, 0):
            self._longest[place] = length

    def longest(self, place: str) -> int:
        """Return the most items that a place showed; 0 for one that showed none."""
        return self._longest.get(place, 0)
