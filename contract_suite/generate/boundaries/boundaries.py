"""Boundaries: every constraint of an operation at, just inside and just outside its edge.

One at a time, on arguments that the server has accepted.

The rule that must not be broken: a negative is proved on the serialised request under the most forgiving reading, and a
positive under the strictest; what can't be proved is sent with intent unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.generate.boundaries.boundary_cases import BoundaryCases, Limits
from contract_suite.generate.proof import Key, key_of
from contract_suite.generate.templates import Fresh
from contract_suite.model.case import Case, Intent
from contract_suite.model.json import Arguments

DEFAULT_LIMITS: Final = Limits()
"""Enough for every constraint of a usual operation."""


def boundaries(
    contract: Contract,
    operation: Operation,
    template: Arguments,
    *,
    addressing: frozenset[str] = frozenset(),
    fresh: Fresh | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Case]:
    """Vary an accepted template, the cheapest and most telling first, no request twice.

    `addressing` names the subjects with live values (`LiveIds.addressing`): other valid values there would only find
    nothing, so they are not positives. An operation that deletes gets its positives last, because a served one takes
    the template's resource with it.
    """
    made = BoundaryCases(contract, operation, template, addressing, fresh)
    ranked = sorted(made.singles(limits), key=lambda each: each[0])
    singles = _each_aim_first([case for _, case in ranked])
    pairs = [] if made.deletes else list(made.pairs(limits.pairs))
    if made.deletes:
        negatives = [case for case in singles if case.intent is Intent.NEGATIVE]
        singles = negatives + [case for case in singles if case.intent is Intent.POSITIVE][:1]
    else:
        told = {case.target_clause for case in _unseen(singles, set(), len(singles))}
        singles = _each_aim_first([*_unseen(singles, set(), len(singles)), *made.reordered(told)])
    seen: set[Key] = set()
    yield from _unseen(singles, seen, limits.cases - len(pairs))
    yield from _unseen(pairs, seen, limits.cases)


def _each_aim_first(cases: list[Case]) -> list[Case]:
    """Put one case of every target_clause before the second of any, so that a bound leaves no clause out."""
    targets_seen: set[str] = set()
    first: list[Case] = []
    others: list[Case] = []
    for case in cases:
        (others if case.target_clause in targets_seen or not case.target_clause else first).append(case)
        targets_seen.add(case.target_clause)
    return first + others


def count(
    contract: Contract,
    operation: Operation,
    template: Arguments,
    addressing: frozenset[str] = frozenset(),
    *,
    limits: Limits = DEFAULT_LIMITS,
) -> int:
    """Return how many cases a template gives, for showing a plan before anything is sent."""
    return sum(1 for _ in boundaries(contract, operation, template, addressing=addressing, limits=limits))


def _unseen(cases: list[Case], seen: set[Key], most: int) -> Iterator[Case]:
    for case in cases:
        key = key_of(case.request)
        if key not in seen and len(seen) < most:
            seen.add(key)
            yield case
