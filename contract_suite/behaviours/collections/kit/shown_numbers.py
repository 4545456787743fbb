"""Numbers that are made of the items of a list, and how answers show them: rounded, cut, or left out for no items."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from contract_suite.contract.schemas.numeric import number_in
from contract_suite.model.json import JSON, Missing, at, escape

COUNT: Final = "number"
SUM: Final = "sum"
MEAN: Final = "average"
LEAST: Final = "lowest"
GREATEST: Final = "highest"
_OF: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    SUM: sum,
    MEAN: lambda numbers: sum(numbers) / len(numbers),
    LEAST: min,
    GREATEST: max,
}


def made_of(way: str, field: str, items: Sequence[JSON]) -> float | None:
    """Return what items make of a number (`COUNT`, `SUM`, …), of a member of each; `None` for no items, or where one lacks it."""
    if way == COUNT:
        return len(items)
    values = [at(each, f"/{escape(field)}") for each in items]
    numbers = [float(number) for each in values if (number := number_in(each)) is not None]
    return _OF[way](numbers) if numbers and len(numbers) == len(values) else None


def worded(way: str, field: str) -> str:
    """How a number is made, for people, to be followed by "of" some items: "the number", "the sum of price", "the lowest price"."""
    return f"the {way}{' of' if way == SUM else ''} {field}".rstrip()


def shows(shown: JSON | Missing, made: float | None, *, rounded: bool) -> bool:
    """Whether a number is shown as what it is made of makes it.

    Where that is nothing (`None`), anything but a positive number will do. `rounded` says that it may be shown with
    fewer decimal places than it has.
    """
    number = number_in(shown)
    if made is None or number is None:
        return made is None and not number
    return abs(number - made) <= _within(
        number, str(shown) if isinstance(shown, str) else repr(number), rounded=rounded
    )


def short(value: float | None) -> JSON:
    """Return a number as people write it: without a fraction that is nothing, and with four decimal places at most."""
    if value is None:
        return None
    return int(value) if float(value).is_integer() else round(value, 4)


def _within(shown: float, text: str, *, rounded: bool) -> float:
    """How far a rounded or cut number, with the text that shows it, may be from the exact one."""
    if isinstance(shown, int):
        return 0.5 if rounded else 1e-9
    return 10.0 ** -(len(text.partition(".")[2]) if "e" not in text else 0) + 1e-9
