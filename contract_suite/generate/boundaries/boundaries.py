"""Boundaries: every constraint of an operation at, just inside and just outside its edge.

One at a time, on arguments that the server has accepted.

The rule that must not be broken: a negative is proved on the serialised request under the most forgiving reading, and a
positive under the strictest; what can't be proved is sent with intent unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.generate.boundaries.boundary_cases import BoundaryCases, Limits
from contract_suite.generate.boundaries.proposals import InTurn
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
    seen: set[Key] = set()
    yield from islice(_of_a_delete(made, limits, seen) if made.deletes else _of_any(made, limits, seen), limits.cases)


def _of_a_delete(made: BoundaryCases, limits: Limits, seen: set[Key]) -> Iterator[Case]:
    proposals = list(made.singles(limits))
    for intent, most in ((Intent.NEGATIVE, limits.cases), (Intent.POSITIVE, 1)):
        turns = InTurn((each for each in proposals if each.intent is intent), seen)
        cases = (case for case in chain(turns.firsts(), turns.others()) if case.intent is intent)
        yield from islice(cases, most)


def _of_any(made: BoundaryCases, limits: Limits, seen: set[Key]) -> Iterator[Case]:
    """Yield singles, then pairs, which have places of their own: those that they don't need go to singles."""
    singles = _singles(made, limits, seen)
    sure = max(0, limits.cases - limits.pairs)
    yield from islice(singles, sure)
    pairs = list(made.pairs(limits.pairs))
    yield from islice(singles, max(0, limits.cases - len(pairs) - sure))
    for case in pairs:
        if key_of(case.request) not in seen:
            seen.add(key_of(case.request))
            yield case


def _singles(made: BoundaryCases, limits: Limits, seen: set[Key]) -> Iterator[Case]:
    turns = InTurn(made.singles(limits), seen)
    yield from turns.firsts()
    reordered = InTurn(made.reordered(turns.told), seen)
    yield from reordered.firsts()
    yield from turns.others()
    yield from reordered.others()


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
