"""Pairs of names that are the two sides of one range: `min_price` and `max_price`, `hired_from` and `hired_to`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.contract.naming.names import words
from contract_suite.model.json import JSON

SIDES: Final = {
    "min": "max", "minimum": "maximum", "lower": "upper", "above": "below", "over": "under", "from": "to", "since": "until",
    "after": "before", "start": "end", "starts": "ends", "begin": "end", "first": "last", "gte": "lte", "ge": "le",
    "gt": "lt", "least": "most", "oldest": "newest", "earliest": "latest",
}  # fmt: skip
"""Words for the lower side of a range, each with the one that stands for the upper side in the same name."""


def ranges(names: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the lower and the upper bound of each range among some names."""
    by_words = {words(name): name for name in names}
    for parts, name in by_words.items():
        for index, word in enumerate(parts):
            other = (*parts[:index], SIDES.get(word, ""), *parts[index + 1 :])
            if other in by_words:
                yield name, by_words[other]


def turned_round(values: Mapping[str, JSON]) -> tuple[str, str] | None:
    """Return the lower and the upper bound of a range whose lower one is above the upper one; `None` if there is none.

    Texts are compared as they stand, which is right for dates and times of one form.
    """
    return next((pair for pair in ranges(values) if _is_above(values[pair[0]], values[pair[1]])), None)


def _is_above(one: JSON, other: JSON) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one > other
    numbers = [each for each in (one, other) if isinstance(each, int | float) and not isinstance(each, bool)]
    return len(numbers) == 2 and numbers[0] > numbers[1]  # noqa: PLR2004 - both are numbers
