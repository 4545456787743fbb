"""Ranked items in order, looked for no further than somebody reads: what lies deep in a schema comes late, and often never."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, Protocol, TypeVar


class Ranked(Protocol):
    """Has a rank, 0 or more."""

    @property
    def rank(self) -> int:
        """The least is told first."""


T = TypeVar("T", bound=Ranked)


class Below(Generic[T]):
    """The items of a place inside another one, which stand among those of the outer place.

    They are looked for when their ranks come: an item of rank 1 inside has rank `1 + later` outside.
    """

    __slots__ = ("_change", "_inside", "_later", "_plainest")

    def __init__(
        self, items: Iterable[T | Below[T]], change: Callable[[T, int], T], *, later: int = 0, plainest: bool = False
    ) -> None:
        """`change` makes an inner item one of the outer place, of the given rank; `plainest` leaves all behind but rank 0."""
        self._inside = ByRank(items)
        self._change = change
        self._later = later
        self._plainest = plainest

    @property
    def spent(self) -> bool:
        """Whether nothing more will come."""
        return self._inside.spent

    def of(self, rank: int) -> Iterator[T]:
        """Yield the items that have a rank outside."""
        if rank < self._later:
            return
        for item in self._inside.of(rank - self._later):
            yield self._change(item, rank)
        if self._plainest:
            self._inside.spent = True

    def as_they_come(self) -> Iterator[T]:
        """Yield all items whatever their ranks."""
        for item in self._inside.as_they_come():
            yield self._change(item, item.rank + self._later)


class ByRank(Generic[T]):
    """Items with the least rank first, those of one rank as they come."""

    __slots__ = ("_items", "spent")

    def __init__(self, items: Iterable[T | Below[T]]) -> None:
        """`items` is not read before somebody asks for the first one."""
        self._items = items
        self.spent = False

    def __iter__(self) -> Iterator[T]:
        """Yield all items."""
        rank = 0
        while not self.spent:
            yield from self.of(rank)
            rank += 1

    def of(self, rank: int) -> Iterator[T]:
        """Yield the items of one rank; ranks are asked for one after the other, from 0 on."""
        later: list[T | Below[T]] = []
        for item in self._items:
            if isinstance(item, Below):
                yield from item.of(rank)
                if not item.spent:
                    later.append(item)
            elif item.rank == rank:
                yield item
            else:
                later.append(item)
        self._items = later
        self.spent = not later

    def as_they_come(self) -> Iterator[T]:
        """Yield all items whatever their ranks."""
        for item in self._items:
            if isinstance(item, Below):
                yield from item.as_they_come()
            else:
                yield item
