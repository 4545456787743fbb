"""The type of parsed JSON, and the one mark for "no value at all"."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import Final

from contract_suite.limits import LEVELS, VALUES

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]
"""Parsed JSON."""

Arguments = Mapping[str, JSON]
"""What an operation is called with, each to its value.

The keys are `path.Name`, `query.Name`, `header.Name`, `cookie.Name` and `body`.
"""


class Raw(str):
    """An argument that goes out as it stands, unescaped and whatever its type should be.

    `Raw("%zz")` in a path, `Raw('{"a":')` as a body.
    """

    __slots__ = ()


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
"""Stands where no value is: `null` is a value."""


def at(value: JSON, pointer: str) -> JSON | Missing:
    """Return what `pointer` (RFC 6901, or a plain property name) finds in `value`, or `MISSING`."""
    if not pointer:
        return value
    for key in tokens(pointer):
        if isinstance(value, dict):
            if key not in value:
                return MISSING
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return MISSING
    return value


@lru_cache(maxsize=4096)
def tokens(pointer: str) -> tuple[str, ...]:
    """Return the names and indices that a JSON Pointer steps through, unescaped; a plain property name is one step."""
    if not pointer.startswith("/"):
        return (pointer,) if pointer else ()
    return tuple(unescape(token) for token in pointer[1:].split("/"))


def escape(token: str) -> str:
    """Return `token` as one JSON Pointer token (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1") if "/" in token or "~" in token else token


def unescape(token: str) -> str:
    """Return the name that one JSON Pointer token stands for: the inverse of `escape`."""
    return token.replace("~1", "/").replace("~0", "~")


def parsed(text: str | bytes) -> JSON | Missing:
    """Parse JSON. `MISSING` is returned for what is none, and for what is deeper, or holds more or longer numbers, than anything here reads."""
    if has_too_many_values(text):
        return MISSING
    try:
        value: JSON = json.loads(text, parse_int=reader_of_integers(text))
    except (ValueError, RecursionError):
        return MISSING
    return MISSING if is_too_deep(value, text) else value


def reader_of_integers(text: str | bytes) -> Callable[[str], int] | None:
    """Return what `json.loads` is to read the integers of a text by; `None` where none of them can be too long.

    It raises `ValueError` for one that no double holds, which Python can neither compare to nor add to a fraction.
    """
    # Looking at some characters is as good as at all: so many in a row are digits within a long number, and else hardly ever.
    seen = text[::_STEP]
    long = _IN_A_ROW.search(seen) if isinstance(seen, str) else _BYTES_IN_A_ROW.search(seen)
    return _short_integer if long else None


def _short_integer(digits: str) -> int:
    if len(digits) >= _DIGITS:
        raise ValueError("the number is too long")
    return int(digits)


_DIGITS: Final = 309
"""The largest double has so many; with one less, and a sign, every integer is one."""
_STEP: Final = 19
_IN_A_ROW: Final = re.compile(rf"[0-9]{{{(_DIGITS - 1) // _STEP}}}")
_BYTES_IN_A_ROW: Final = re.compile(_IN_A_ROW.pattern.encode())


def has_too_many_values(text: str | bytes) -> bool:
    """Whether a JSON text holds more than `limits.VALUES` values, told without parsing it."""
    if len(text) <= VALUES or _marks(text, 0, len(text)) <= VALUES:
        return False
    # Such marks within strings are none.
    count = done = 0
    for match in _STRING.finditer(text) if isinstance(text, str) else _STRING_OF_BYTES.finditer(text):
        count += _marks(text, done, match.start())
        if count > VALUES:
            return True
        done = match.end()
    return count + _marks(text, done, len(text)) > VALUES


def _marks(text: str | bytes, begin: int, end: int) -> int:
    """How many values a part of a text has at most: each but the first of a list or object follows a comma."""
    if isinstance(text, str):
        return text.count(",", begin, end) + text.count("[", begin, end) + text.count("{", begin, end)
    return text.count(b",", begin, end) + text.count(b"[", begin, end) + text.count(b"{", begin, end)


_STRING: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_STRING_OF_BYTES: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)


def is_too_deep(value: JSON, text: str | bytes) -> bool:
    """Whether a value is nested deeper than `limits.LEVELS`; `text` is what it was parsed from.

    Python reads more levels than it can go through again: whoever walks, compares or writes a value needs some for each.
    """
    # Each list or object has a bracket of its own, and counting those costs nothing: no more levels than brackets are left.
    left = text.count("[") + text.count("{") if isinstance(text, str) else text.count(b"[") + text.count(b"{")
    level: list[JSON] = [value]
    for above in range(LEVELS + 1):
        if not level or above + left <= LEVELS:
            return False
        left -= len(level)
        level = [
            child
            for each in level
            for child in (each.values() if type(each) is dict else each if type(each) is list else ())
            if type(child) in _NESTING
        ]
    return True


_NESTING: Final = frozenset({dict, list})
"""What a parsed text nests by: exactly these types, so that looking at all of a large one stays quick."""


def are_records(text: bytes) -> bool:
    """Whether the lines that have ended are JSON texts, each one whole: events of a stream, whatever it calls itself."""
    lines = [line for line in text.rpartition(b"\n")[0].split(b"\n") if line.strip()]
    return bool(lines) and all(isinstance(parsed(line), (dict, list)) for line in lines)


def compact(value: JSON) -> str:
    """Return JSON text without spaces, every character as itself."""
    return _ENCODER.encode(value)


# Made once: `json.dumps` makes one for each call that wants anything but its defaults.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def objects_in(value: JSON, pointer: str = "", *, most: int) -> Iterator[tuple[str, dict[str, JSON]]]:
    """Yield the objects in a value with their JSON Pointers, the outer ones first.

    They have their first members alone: no more than `most` members and items are looked at, whatever a document or a
    server gives.
    """
    waiting: deque[tuple[str, JSON]] = deque([(pointer, value)])
    while waiting:
        place, each = waiting.popleft()
        if isinstance(each, dict):
            known = dict(islice(each.items(), most))
            yield place, known
            inside: list[tuple[str, JSON]] = [(escape(name), member) for name, member in known.items()]
        else:
            inside = (
                [(str(index), item) for index, item in enumerate(islice(each, most))] if isinstance(each, list) else []
            )
        most -= len(inside)
        waiting.extend((f"{place}/{name}", member) for name, member in inside if isinstance(member, (dict, list)))
