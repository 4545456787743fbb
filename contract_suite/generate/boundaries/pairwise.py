"""Pairwise combinations: a short list of choices in which every two values of two factors meet at least once.

Greedy and deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations


def pairwise(sizes: Sequence[int], limit: int) -> list[tuple[int, ...]]:
    """Return at most `limit` rows of indices that cover all pairs as early as greed can.

    A row has one index a factor, below the factor's size.
    """
    if not sizes or min(sizes) < 1:
        return []
    if len(sizes) == 1:
        return [(index,) for index in range(min(sizes[0], limit))]
    open_pairs = {
        (left, a, right, b)
        for left, right in combinations(range(len(sizes)), 2)
        for a in range(sizes[left])
        for b in range(sizes[right])
    }
    rows: list[tuple[int, ...]] = []
    while open_pairs and len(rows) < limit:
        left, a, right, b = min(open_pairs)
        row: dict[int, int] = {left: a, right: b}
        for factor in range(len(sizes)):
            if factor not in row:
                row[factor] = max(
                    range(sizes[factor]), key=lambda value: (_gain(open_pairs, row, factor, value), -value)
                )
        chosen = tuple(row[factor] for factor in range(len(sizes)))
        rows.append(chosen)
        open_pairs -= {(i, chosen[i], j, chosen[j]) for i, j in combinations(range(len(sizes)), 2)}
    return rows


def _gain(open_pairs: set[tuple[int, int, int, int]], row: dict[int, int], factor: int, value: int) -> int:
    """How many open pairs a choice would close together with those already made."""
    return sum(
        ((other, chosen, factor, value) if other < factor else (factor, value, other, chosen)) in open_pairs
        for other, chosen in row.items()
    )
