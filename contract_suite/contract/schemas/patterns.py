"""Texts that match a regular expression, short and long ones, written by walking the parsed pattern."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from contract_suite.contract.schemas.formats import FORMATS
from contract_suite.contract.schemas.pattern_matching import REPEATS, Items, matches, parsed

_Argument = Any
"""What stands beside a construct in the parser's own, untyped tree."""

_NICE: Final = "aA0_-b1zZ9. /:,@#+=~!$%&'()*;<>?[]^`{|}\"\\é中😀\n\t"
_MAX_REPEAT: Final = 300
_LONGEST: Final = 100_000
_FEW_STEPS: Final = 1_000
_MAX_TEXTS: Final = 12
_FORMS: Final = ("date-time", "date", "time", "uuid", "email", "uri", "ipv4", "ipv6", "hostname")
"""Formats that a pattern may be written for instead of a `format`, the most particular first."""
_WORDS: Final = ("sample", "SAMPLE", "sample-1", "1", "123456")
"""A pattern that matches one of these asks for no form of its own."""


@lru_cache(maxsize=512)
def matching(pattern: str, least: int = 0, most: int | None = None) -> tuple[str, ...]:
    """Return texts that a pattern finds, shortest first, all between `least` and `most` characters.

    None if the pattern can't be read, or if what it demands can't be written piece by piece (a look-ahead, say).
    """
    items = parsed(pattern) if len(pattern) <= _LONGEST else None
    if items is None:
        return ()
    upper = most if most is not None else max(_MAX_REPEAT * 4, 2 * least)
    texts: set[str] = set()
    for repeats in sorted(
        {0, 1, 2, 3, 8, 16, least, max(least - 1, 0), *((most, most - 1) if most else ()), 63, 64, 65, 255, 256}
    ):
        for last in (False, True):
            try:
                texts.add(_Writer(_at_least(repeats), upper, last=last).sequence(items))
            except _Unwritable:
                continue
    fitting = sorted(
        (text for text in texts if least <= len(text) <= upper and matches(pattern, text)),
        key=lambda text: (len(text), text),
    )
    return tuple(fitting if len(fitting) <= _MAX_TEXTS else [*fitting[: _MAX_TEXTS // 2], *fitting[-_MAX_TEXTS // 2 :]])


def usual(patterns: Sequence[str], form: str, least: int = 0, most: int | None = None) -> tuple[str, ...]:
    """Return texts of a usual form that obey all of some patterns, where these ask for more than a word; else none.

    The least text of a pattern may mean nothing: `https://` alone is no address, and `0000-00-00` no day. `form` is the
    `format` that stands beside them, or empty.
    """
    if form not in FORMATS and any(matches(patterns[0], word) for word in _WORDS):
        return ()
    return tuple(
        text
        for name in ((form,) if form in FORMATS else _FORMS)
        for text in FORMATS[name].valid
        if least <= len(text) <= (most if most is not None else _LONGEST)
        and all(matches(pattern, text) for pattern in patterns)
    )


def shortest(pattern: str, stretch: int = 0) -> str:
    """Return the text with the fewest repetitions that a pattern allows, each `stretch` times more where it may.

    Empty if the pattern can't be read or written. The text is not checked against the pattern.
    """
    items = parsed(pattern) if len(pattern) <= _LONGEST else None
    if items is None:
        return ""
    try:
        times = lambda low, high: min(low + stretch, high, max(low, _MAX_REPEAT))  # noqa: E731 - as short as it gets
        return _Writer(times, _LONGEST).sequence(items)
    except _Unwritable:
        return ""


def _at_least(repeats: int) -> Callable[[int, int], int]:
    return lambda low, high: min(max(repeats, low), high, max(low, _MAX_REPEAT))


class _Unwritable(Exception):  # noqa: N818 - no error: this construct has no simple text
    pass


_HOLDERS: Final = REPEATS | {"SUBPATTERN", "ATOMIC_GROUP", "BRANCH"}
"""Constructs whose text is that of what they hold, which counts already."""


class _Writer:
    """Writes one text: `times` decides how often a repetition happens, `last` takes the last of alternatives.

    A text of more than `most` characters is not written: repetitions of repetitions multiply.
    """

    def __init__(self, times: Callable[[int, int], int], most: int, *, last: bool = False) -> None:
        self.times = times
        self.left = min(most, _LONGEST)
        self.steps = 10 * self.left + _FEW_STEPS
        self.last = last
        self.groups: dict[int, str] = {}
        self.chosen: dict[int, str] = {}  # by identity: a repetition asks for one of the same choices each time

    def sequence(self, items: Items) -> str:
        return "".join(self.piece(str(kind), argument) for kind, argument in items)

    def piece(self, kind: str, argument: _Argument) -> str:
        text = self.item(kind, argument)
        if kind not in _HOLDERS:
            self.left -= len(text)
        self.steps -= 1
        if self.left < 0 or self.steps < 0:
            raise _Unwritable
        return text

    def item(self, kind: str, argument: _Argument) -> str:  # noqa: C901 - one line a construct
        if kind == "LITERAL":
            return chr(argument)
        if kind == "NOT_LITERAL":
            return next(char for char in _NICE if ord(char) != argument)
        if kind == "ANY":
            return "a"
        if kind == "IN":
            if id(argument) not in self.chosen:
                self.chosen[id(argument)] = self.one_of(argument)
            return self.chosen[id(argument)]
        if kind in REPEATS:
            low, high, inner = argument
            return "".join(self.sequence(inner) for _ in range(self.times(low, int(high))))
        if kind == "SUBPATTERN":
            text = self.sequence(argument[3])
            if argument[0] is not None:
                self.groups[argument[0]] = text
            return text
        if kind == "ATOMIC_GROUP":
            return self.sequence(argument)
        if kind == "BRANCH":
            return self.sequence(argument[1][-1 if self.last else 0])
        if kind == "GROUPREF":
            return self.groups.get(argument, "")
        if kind in {"AT", "ASSERT", "ASSERT_NOT"}:
            return ""  # checked afterwards: the whole text must match
        raise _Unwritable

    def one_of(self, choices: Items) -> str:
        kinds = [(str(kind), argument) for kind, argument in choices]
        negated = bool(kinds) and kinds[0][0] == "NEGATE"
        kinds = kinds[1:] if negated else kinds
        candidates = _NICE if negated else "".join(_members(kinds)) + _NICE
        for char in reversed(candidates) if self.last and not negated else candidates:
            if any(_holds(kind, argument, char) for kind, argument in kinds) != negated:
                return char
        raise _Unwritable


def _members(kinds: Iterable[tuple[str, _Argument]]) -> Iterator[str]:
    for kind, argument in kinds:
        if kind == "LITERAL":
            yield chr(argument)
        elif kind == "RANGE":
            yield chr(argument[0])
            yield chr(argument[1])


def _holds(kind: str, argument: _Argument, char: str) -> bool:
    if kind == "LITERAL":
        return bool(ord(char) == argument)
    if kind == "RANGE":
        return bool(argument[0] <= ord(char) <= argument[1])
    name = str(argument)
    digit, word, space = char.isdecimal(), char.isalnum() or char == "_", char.isspace()
    known: dict[str, bool] = {"DIGIT": digit, "WORD": word, "SPACE": space}
    for part, holds in known.items():
        if name.endswith(f"NOT_{part}"):
            return not holds
        if name.endswith(part):
            return holds
    return False
