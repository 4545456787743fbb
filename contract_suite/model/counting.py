"""Numbers with their nouns: "1 item", "2 items", "0 advisories"."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: object, noun: str, plural: str = "") -> str:
    """Return the number with the noun in singular or plural: `counted(1, "item")` is "1 item"."""
    return f"{number:,} {plural_of(number, noun, plural)}" if isinstance(number, int) else f"{number} {noun}s"


def plural_of(number: object, noun: str, plural: str = "") -> str:
    """Return the noun as it stands beside this number."""
    if number == 1:
        return noun
    return plural or (f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s")


def listed(names: Sequence[str], most: int) -> str:
    """Return names in a row, and how many more there are beyond `most`: "A, B and 3 more"."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most:,} more" if len(names) > most else shown


def items_came(came: int, asked_for: int) -> str:
    """Return that another number of items came than was asked for: "2 items came although 1 was asked for"."""
    return f"{counted(came, 'item')} came although {asked_for:,} {'was' if asked_for == 1 else 'were'} asked for"
