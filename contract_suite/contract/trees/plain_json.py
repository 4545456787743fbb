"""JSON read at the speed of the standard library, so that the line of every key and element can be told later."""

from __future__ import annotations

import json
import re
from array import array
from typing import Final

from contract_suite.contract.trees.tree import Layout, Tree
from contract_suite.garbage import without_collecting
from contract_suite.model.json import JSON

_NESTING: Final = frozenset({dict, list})
"""What the standard library reads objects and arrays as: exactly these types."""
_ESCAPED_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_BEGINS: Final = re.compile(r"[^\s}\]]")


def from_plain_json(text: str, *, most: int, deepest: int) -> Tree | None:
    """Read a document of at most `most` values, nested at most `deepest` levels.

    `None` for what is no plain JSON, breaks a bound, or is laid out so that lines can't be told: the slow readers say
    what is wrong, or where what stands.
    """
    if _ESCAPED_HALF.search(text) or text.count(",") > most:
        return None
    with without_collecting():
        try:
            value: JSON = json.loads(text, object_pairs_hook=_once, parse_constant=_no_json)
        except (RecursionError, ValueError):
            return None
        spans = _Spans(most, deepest)
        if not spans.measure(value):
            return None
        numbers, quoted = _beginnings(text)
    if numbers and len(numbers) != spans.values:
        return None
    return Tree(value=value, layout=Layout(spans=spans.found, numbers=numbers, quoted=quoted))


def _beginnings(text: str) -> tuple[array[int], bytes]:
    """Return the lines that begin a key or element, and whether with a quotation mark; nothing for a text of one line.

    Laid out as tools do it, each key or element begins a line; any other line only closes something.
    """
    numbers, quoted = array("l"), bytearray()
    lines = text.rstrip().split("\n")
    if len(lines) == 1:
        return numbers, b""
    for number, line in enumerate(lines, 1):
        start = line.lstrip()[:1]
        if start and start not in "}]":
            numbers.append(number)
            quoted.append(start == '"')
    return numbers, bytes(quoted)


class _Spans:
    """Counts the values below each container, in the order of the text."""

    def __init__(self, most: int, deepest: int) -> None:
        self.found: dict[int, tuple[int, int]] = {}
        self.values = 0
        self._most = most
        self._deepest = deepest

    def measure(self, value: JSON, depth: int = 0) -> bool:
        """Count a value and all in it; returns whether it keeps to the bounds."""
        first = self.values
        self.values += 1
        if isinstance(value, (dict, list)):
            for child in value.values() if isinstance(value, dict) else value:
                if type(child) in _NESTING:
                    if depth >= self._deepest or not self.measure(child, depth + 1):
                        return False
                else:
                    self.values += 1
            if depth >= self._deepest and value:
                return False
            self.found[id(value)] = (first, self.values - first)
        return self.values <= self._most


def _once(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    built = dict(pairs)
    if len(built) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return built


def _no_json(constant: str) -> JSON:
    raise ValueError(constant)
