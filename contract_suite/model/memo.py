"""What is worked out once for a contract, an operation, a schema or a finished record and then kept.

The rule that must not be broken: while a run goes on only what follows from the document is kept, never anything that an
exchange showed; whoever asks stays pure.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_PACKAGE: Final = f"{__name__.partition('.')[0]}."
_MOST: Final = 4096
MOST_CONTRACTS: Final = 16
"""So many answers are kept that belong to a whole contract: a run knows its contracts with and without guesses."""


class Memo(Generic[K, V]):
    """A function of one value that remembers its answers by the value's identity: values with mappings have no hash."""

    __slots__ = ("_kept", "_make", "_most")

    def __init__(self, make: Callable[[K], V], *, most: int = _MOST) -> None:
        """`make` works out an answer; of `most` answers all are forgotten when another one comes."""
        self._make = make
        self._most = most
        self._kept: dict[int, tuple[K, V]] = {}

    def __call__(self, key: K) -> V:
        """Return the answer for `key`."""
        kept = self._kept.get(id(key))
        if kept is None:
            if len(self._kept) >= self._most:
                self._kept.clear()
            kept = self._kept[id(key)] = (key, self._make(key))
        return kept[1]

    def forget(self) -> None:
        """Forget every answer."""
        self._kept.clear()


def forget_everything() -> None:
    """Forget all that this package keeps of documents, so that what comes after a run has the room.

    Every cache of its modules is emptied: whoever asks again works it out again.
    """
    for name, module in tuple(sys.modules.items()):
        if name.startswith(_PACKAGE):
            for each in tuple(vars(module).values()):
                if isinstance(each, Memo):
                    each.forget()
                elif callable(clear := getattr(each, "cache_clear", None)):
                    clear()
    gc.collect()
