"""What the items of a list make of a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from contract_suite.behaviours.collections.summaries.finding import COUNT, GREATEST, LEAST, MEAN, SUM, Figure
from contract_suite.contract.schemas.numeric import number_in
from contract_suite.model.json import JSON, at, escape

_OF: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    LEAST: min,
    GREATEST: max,
    SUM: sum,
    MEAN: lambda numbers: sum(numbers) / len(numbers),
}


def made_of(figure: Figure, items: Sequence[JSON]) -> float | None:
    """Return what items make of a number; `None` for no items, or where one doesn't show what it takes."""
    if any(_has(item, name) is None for item in items for name, _ in figure.where):
        return None
    kept = [item for item in items if all(at(item, f"/{escape(name)}") == value for name, value in figure.where)]
    if figure.way == COUNT:
        return len(kept)
    values = [at(item, f"/{escape(figure.field)}") for item in kept]
    numbers = [float(number) for value in values if (number := number_in(value)) is not None]
    return _OF[figure.way](numbers) if numbers and len(numbers) == len(values) else None


def _has(item: JSON, name: str) -> JSON:
    found = at(item, f"/{escape(name)}")
    return found if isinstance(found, str | bool) else None
