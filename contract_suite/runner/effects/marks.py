"""What tells one thing from all others in an answer: its id, and the texts that were sent for it alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.model.json import JSON, Missing

_MOST: Final = 5000
"""Values of one body that are looked at."""
_LONG: Final = 4
"""A text of so many characters counts also as part of a longer one: servers trim, cut, and put a path in front."""


def leaves(value: JSON | Missing) -> Iterator[str]:
    """Yield texts and numbers in a body as texts, and the names of members, which may be ids; at most `_MOST` of them."""
    waiting: list[JSON] = [] if isinstance(value, Missing) else [value]
    left = _MOST
    while waiting and left:
        left -= 1
        each = waiting.pop()
        if isinstance(each, dict):
            yield from each
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each[:left]
        elif isinstance(each, (str, int, float)) and not isinstance(each, bool):
            yield str(each)


def shows(value: JSON | Missing, mark: str) -> bool:
    """Whether a body shows a text anywhere, whatever became of its case, the blanks around it and its end."""
    mark = mark.strip().casefold()
    if not mark:
        return False
    if len(mark) < _LONG:
        return any(each.strip().casefold() == mark for each in leaves(value))
    return any(
        mark in text or (len(text) >= _LONG and text in mark)
        for text in (each.strip().casefold() for each in leaves(value))
    )


def holds_items(value: JSON | Missing, depth: int = 0) -> bool:
    """Whether a body has an array with something in it."""
    if isinstance(value, list):
        return bool(value)
    return isinstance(value, dict) and depth < _LONG and any(holds_items(each, depth + 1) for each in value.values())


def members_named(value: JSON | Missing, name: str, depth: int = 0) -> Iterator[JSON]:
    """Yield what the members of one name hold, at any of the first levels."""
    if isinstance(value, dict) and depth < _LONG:
        if name in value:
            yield value[name]
        for each in value.values():
            yield from members_named(each, name, depth + 1)


def shape(value: JSON | Missing, depth: int = 0) -> JSON:
    """Return a body with the kind of each value in its place, and each kind of item of an array once."""
    if isinstance(value, dict) and depth < _LONG:
        return {name: shape(value[name], depth + 1) for name in sorted(value)}
    if isinstance(value, list) and depth < _LONG:
        kinds = {repr(kind): kind for kind in (shape(each, depth + 1) for each in value[:_MOST])}
        return [kinds[name] for name in sorted(kinds)]
    return type(value).__name__
