"""Pairwise combinations: a short list of choices in which every two values of two factors meet at least once.

Greedy and deterministic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def pairwise(sizes: Sequence[int], limit: int) -> list[tuple[int, ...]]:
    """Return at most `limit` rows of indices that cover all pairs as early as greed can.

    A row has one index a factor, below the factor's size. There may be thousands of factors: what it takes grows with
    their number and that of the rows, though the pairs grow with its square.
    """
    if not sizes or min(sizes) < 1:
        return []
    if len(sizes) == 1:
        return [(index,) for index in range(min(sizes[0], limit))]
    rows = _Rows(sizes)
    for left, a, right, b in rows.open_pairs():
        if len(rows.chosen) == limit:
            break
        rows.add({left: a, right: b})
    return rows.chosen


class _Rows:
    """Rows so far, and by factor and value the rows in which it stands, a bit a row."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.chosen: list[tuple[int, ...]] = []
        self._sizes = sizes
        self._standing = [[0] * size for size in sizes]

    def open_pairs(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield each pair that no row has when its turn comes: a factor, its value, a later factor, its value."""
        standing = self._standing
        for left, size in enumerate(self._sizes):
            for a in range(size):
                for right in range(left + 1, len(self._sizes)):
                    for b in range(self._sizes[right]):
                        if not standing[left][a] & standing[right][b]:
                            yield left, a, right, b

    def add(self, row: dict[int, int]) -> None:
        """Complete a row by the values that close most open pairs with those already in it, the least of the best."""
        taken = 0  # the factors that are in the row, a bit a factor
        like = [0] * len(self.chosen)  # for each row before, those of them whose value it has
        for factor in (*row, *(each for each in range(len(self._sizes)) if each not in row)):
            if factor not in row:
                row[factor] = self._best(factor, taken, like)
            taken |= 1 << factor
            for index in _ones(self._standing[factor][row[factor]]):
                like[index] |= 1 << factor
        for factor, value in row.items():
            self._standing[factor][value] |= 1 << len(self.chosen)
        self.chosen.append(tuple(row[factor] for factor in range(len(self._sizes))))

    def _best(self, factor: int, taken: int, like: Sequence[int]) -> int:
        gains: list[int] = []
        for standing in self._standing[factor]:
            met = 0
            for index in _ones(standing):
                met |= like[index]
            gains.append((taken & ~met).bit_count())
        return gains.index(max(gains))


def _ones(bits: int) -> Iterator[int]:
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1
