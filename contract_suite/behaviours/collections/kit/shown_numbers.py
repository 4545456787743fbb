"""Numbers as answers show them beside what they should be: rounded, cut, or left out where there is nothing to count."""

from __future__ import annotations

from contract_suite.contract.schemas.numeric import number_in
from contract_suite.model.json import JSON, Missing


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
