"""Texts that match a regular expression, short and long ones: deterministic and quick, by walking the parsed pattern."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

_NICE: Final = "aA0_-b1zZ9. /:,@#+=~!$%&'()*;<>?[]^`{|}\"\\é中😀\n\t"
_MAX_REPEAT: Final = 300
_MAX_TEXTS: Final = 12


@lru_cache(maxsize=512)
def matching(pattern: str, least: int = 0, most: int | None = None) -> tuple[str, ...]:
    """Return texts that a pattern finds, shortest first, all between `least` and `most` characters; none if the pattern is beyond us."""
    try:
        compiled = re.compile(pattern)
        parsed: Any = importlib.import_module("re._parser").parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return ()
    texts: set[str] = set()
    for repeats in sorted(
        {0, 1, 2, 3, 8, 16, least, max(least - 1, 0), *((most, most - 1) if most else ()), 63, 64, 65, 255, 256}
    ):
        for choice in (0, 1):
            try:
                texts.add(_Writer(min(max(repeats, 0), _MAX_REPEAT), choice).sequence(parsed))
            except _Beyond:
                continue
    upper = most if most is not None else _MAX_REPEAT * 4
    fitting = sorted(
        (text for text in texts if least <= len(text) <= upper and compiled.search(text)),
        key=lambda text: (len(text), text),
    )
    return tuple(fitting if len(fitting) <= _MAX_TEXTS else [*fitting[: _MAX_TEXTS // 2], *fitting[-_MAX_TEXTS // 2 :]])


class _Beyond(Exception):  # noqa: N818 - no error: this construct has no simple text
    pass


class _Writer:
    """Writes one text; every repetition happens `repeats` times as far as it may, every alternative is the first or the last."""

    def __init__(self, repeats: int, choice: int) -> None:
        self.repeats = repeats
        self.choice = choice
        self.groups: dict[int, str] = {}

    def sequence(self, items: Any) -> str:  # noqa: ANN401 - the parser's own, untyped structure
        return "".join(self.item(str(kind), argument) for kind, argument in items)

    def item(self, kind: str, argument: Any) -> str:  # noqa: ANN401, C901 - as above; one line a construct
        if kind == "LITERAL":
            return chr(argument)
        if kind == "NOT_LITERAL":
            return next(char for char in _NICE if ord(char) != argument)
        if kind == "ANY":
            return "a"
        if kind == "IN":
            return self.one_of(argument)
        if kind in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            low, high, inner = argument
            times = min(max(self.repeats, low), int(high), max(low, _MAX_REPEAT))
            return "".join(self.sequence(inner) for _ in range(times))
        if kind == "SUBPATTERN":
            text = self.sequence(argument[3])
            if argument[0] is not None:
                self.groups[argument[0]] = text
            return text
        if kind == "ATOMIC_GROUP":
            return self.sequence(argument)
        if kind == "BRANCH":
            return self.sequence(argument[1][-1 if self.choice else 0])
        if kind == "GROUPREF":
            return self.groups.get(argument, "")
        if kind in {"AT", "ASSERT", "ASSERT_NOT"}:
            return ""  # checked afterwards: the whole text must match
        raise _Beyond

    def one_of(self, choices: Any) -> str:  # noqa: ANN401 - as above
        kinds = [(str(kind), argument) for kind, argument in choices]
        negated = bool(kinds) and kinds[0][0] == "NEGATE"
        kinds = kinds[1:] if negated else kinds
        candidates = _NICE if negated else "".join(_members(kinds)) + _NICE
        for char in reversed(candidates) if self.choice and not negated else candidates:
            if any(_holds(kind, argument, char) for kind, argument in kinds) != negated:
                return char
        raise _Beyond


def _members(kinds: list[tuple[str, Any]]) -> Iterator[str]:
    for kind, argument in kinds:
        if kind == "LITERAL":
            yield chr(argument)
        elif kind == "RANGE":
            yield chr(argument[0])
            yield chr(argument[1])


def _holds(kind: str, argument: Any, char: str) -> bool:  # noqa: ANN401 - as above
    if kind == "LITERAL":
        return bool(ord(char) == argument)
    if kind == "RANGE":
        return bool(argument[0] <= ord(char) <= argument[1])
    name = str(argument)
    digit, word, space = char.isdecimal(), char.isalnum() or char == "_", char.isspace()
    known: dict[str, bool] = {"DIGIT": digit, "WORD": word, "SPACE": space}
    for part, holds in known.items():
        if name.endswith(f"NOT_{part}"):
            return bool(not holds)
        if name.endswith(part):
            return bool(holds)
    return False
