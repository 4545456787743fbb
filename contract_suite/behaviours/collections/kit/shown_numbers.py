"""Numbers as answers show them beside what they should be: rounded, cut, or left out where there is nothing to count."""

from __future__ import annotations

from typing import TypeGuard

from contract_suite.model.json import JSON, Missing


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number of JSON: `true` is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def shows(shown: JSON | Missing, made: float | None, *, rounded: bool) -> bool:
    """Whether a number is shown as what it is made of makes it.

    Where that is nothing (`None`), anything but a positive number will do. `rounded` says that it may be shown with
    fewer decimal places than it has.
    """
    if made is None:
        return not is_number(shown) or shown == 0
    return is_number(shown) and abs(shown - made) <= _within(shown, rounded=rounded)


def short(value: float | None) -> JSON:
    """Return a number as people write it: without a fraction that is nothing, and with four decimal places at most."""
    if value is None:
        return None
    return int(value) if float(value).is_integer() else round(value, 4)


def _within(shown: float, *, rounded: bool) -> float:
    """How far a rounded or cut number may be from the exact one."""
    if isinstance(shown, int):
        return 0.5 if rounded else 0.0
    text = repr(shown)
    return 10.0 ** -(len(text.partition(".")[2]) if "e" not in text else 0) + 1e-9
