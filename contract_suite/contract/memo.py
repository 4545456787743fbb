"""What a check works out once for an operation or contract and then keeps.

The rule that must not be broken: only what follows from the document is kept, never anything that an exchange showed; a
check stays pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_MOST: Final = 4096


class Memo(Generic[K, V]):
    """A function of one value that remembers its answers by the value's identity: values with mappings have no hash."""

    __slots__ = ("_kept", "_make")

    def __init__(self, make: Callable[[K], V]) -> None:
        """`make` works out an answer."""
        self._make = make
        self._kept: dict[int, tuple[K, V]] = {}

    def __call__(self, key: K) -> V:
        """Return the answer for `key`."""
        kept = self._kept.get(id(key))
        if kept is None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            kept = self._kept[id(key)] = (key, self._make(key))
        return kept[1]
