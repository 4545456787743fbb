"""Which cases of a long row `make test` takes; the slow stage of `.ci/run` takes all the others, each time.

A row may be thinned only where a case of each class stays quick: one that breaks for the same reason as the others.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

import pytest

Case = TypeVar("Case")


def quick_where(quick: Callable[[Case], bool], cases: Iterable[Case]) -> list[Any]:
    """Return cases for `parametrize`; those that are not `quick` are marked slow."""
    return [_marked(case, quick=quick(case)) for case in cases]


def one_in(number: int, cases: Iterable[Case]) -> list[Any]:
    """Return cases of one class for `parametrize`, of which every `number`th is quick, from the first on."""
    return [_marked(case, quick=at % number == 0) for at, case in enumerate(cases)]


def one_of_each(kind: Callable[[Case], Hashable], cases: Iterable[Case]) -> list[Any]:
    """Return cases for `parametrize`, of which the first of each kind is quick."""
    rows = tuple(cases)
    first = {kind(case): case for case in reversed(rows)}
    return quick_where(lambda case: first[kind(case)] is case, rows)


def crossed(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    """Return each of one row with each of another: quick is each with one of the other row, with another from case to case."""
    turn = min(len(one), len(other))
    return [
        _marked((left, right), quick=at % turn == place % turn)
        for at, left in enumerate(one)
        for place, right in enumerate(other)
    ]


def _marked(case: object, *, quick: bool) -> Any:
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=() if quick else pytest.mark.slow)
