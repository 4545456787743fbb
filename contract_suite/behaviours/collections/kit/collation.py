"""Whether values stand in order, also when nobody says how texts collate.

A list is called unsorted only if it is unsorted under every usual collation, or
every one of those that a document leaves open. Values without an agreed order (absent,
null, texts beyond ASCII, structures) are skipped, since a part of a sorted list is sorted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final, Self

from contract_suite.contract.naming.sentences import sentences
from contract_suite.contract.schemas.numeric import is_decimal_text, number_in
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.contract.trees.written_times import written_dates, written_moment
from contract_suite.model.json import JSON, Missing

Key = Callable[[Any], Any]
_SAYS_ORDER: Final = re.compile(r"\b(sort|order|rank)", re.IGNORECASE)
_LISTED: Final = r"[`'\"]*(?:\s*(?:,|<|>|/|\u2192|->|\bthen\b|\band\b|\bbefore\b|\bto\b))+\s*[`'\"]*"
_TELLS_RANK: Final = re.compile(
    r"(?:\b(?:sorted|ordered|ranked)\b|(?<!\ban )\b(?:order|ranks?|ranking)\b(?= (?:of|from)\b|\s*:)|\b(?:go|goes|runs?|ranges?)\b(?= from\b))"
    r"(?:(?!\b(?:(?:one|any|some) of|either|values?|be|which|whose|that|where|with|only|or|and|order)\b)[^,:;()]){0,60}:?\s*[`'\"]*$",
    re.IGNORECASE,
)
"""What stands before values in the order of their ranks; "sort by status (open, closed)" may only say which there are."""
_RISES: Final = re.compile(r"<|(?<!-)>|\bthen\b|\bbefore\b")
"""What stands between values of which one comes first."""
_FORMATS_OF_INTEGERS: Final = frozenset({"int32", "int64", "uint32", "uint64"})
"""Formats that make an integer of a text, as JSON has it where 64 bits are more than a number holds."""


def comparable(values: Sequence[JSON | Missing]) -> list[tuple[int, JSON]]:
    """Return the values that can be compared with each other, with their indices: the most frequent kind of them."""
    kinds: dict[str, list[tuple[int, JSON]]] = {}
    for index, value in enumerate(values):
        kind = _kind(value)
        if kind and not isinstance(value, Missing):
            kinds.setdefault(kind, []).append((index, value))
    return max(kinds.values(), key=len, default=[])


def differ(values: Sequence[JSON | Missing]) -> bool:
    """Whether at least two comparable values differ, however texts collate."""
    found = [value for _, value in comparable(values)]
    return len({_loosest(value) for value in found}) > 1


def disorder(values: Sequence[JSON | Missing], direction: str, collation: str = "") -> tuple[int, int] | None:
    """Return the indices of two values in the wrong order; `None` if some usual collation has them in order.

    Where a `collation` is said (`case-insensitive`, `binary`), only such ones count.
    """
    found = comparable(values)
    first: tuple[int, int] | None = None
    for key in _collations([value for _, value in found], collation):
        wrong = _first_wrong(found, key, direction)
        if wrong is None:
            return None
        first = first or wrong
    return first


def shows_collation(values: Sequence[JSON | Missing]) -> bool:
    """Whether texts stand otherwise where case counts than where it doesn't."""
    texts = [value for _, value in comparable(values) if isinstance(value, str)]
    return disorder(sorted(texts, key=str), "asc", "case-insensitive") is not None


class Ranked(str):
    """A text that a schema lists, and its place there: many services sort by urgency or size, not by letters."""

    __slots__ = ("rank", "told")

    def __new__(cls, text: str, rank: int, *, told: bool = False) -> Self:
        """Make one that equals its text; `told` says that a description gives its place, so that no letters count."""
        made = super().__new__(cls, text)
        made.rank, made.told = rank, told
        return made

    rank: int
    told: bool


def as_compared(
    values: Sequence[JSON | Missing], place: SchemaView | None, *, ranked: bool, told: Sequence[str] = ()
) -> tuple[JSON | Missing, ...]:
    """Return values as a list is sorted by them: texts as numbers where a schema says so (`format: int64`, decimals), else as they are.

    Where they may be `ranked`, those of an enum have their place in it besides, and where it is `told` (`told_ranks`) that alone.
    """
    if place is None:
        return tuple(values)
    if told:
        places = {each: rank for rank, each in enumerate(told)}
        return tuple(
            Ranked(each, places[each], told=True) if isinstance(each, str) and each in places else each
            for each in values
        )
    listed = place.keyword("enum")
    if ranked and isinstance(listed, list):
        ranks = {each: rank for rank, each in enumerate(listed) if isinstance(each, str)}
        return tuple(Ranked(each, ranks[each]) if isinstance(each, str) and each in ranks else each for each in values)
    if place.keyword("format") not in _FORMATS_OF_INTEGERS and not is_decimal_text(place):
        return tuple(values)
    numbers = [number_in(each) for each in values]
    return tuple(each if number is None else number for each, number in zip(values, numbers, strict=True))


def told_ranks(text: str, place: SchemaView | None) -> tuple[str, ...]:
    """Return the values of an enum as a text about an order lists them all: "ordered by urgency: low, normal, high".

    It says that they are in order, right before them or between them; lists of values are most often in none.
    """
    listed = place.keyword("enum") if place is not None else None
    values = [each for each in listed if isinstance(each, str) and each] if isinstance(listed, list) else []
    if len(values) <= 2 or not _SAYS_ORDER.search(text) or not all(each in text for each in values):  # noqa: PLR2004 - of two, one is first either way
        return ()
    one = "|".join(re.escape(each) for each in sorted(values, key=len, reverse=True))
    row = re.compile(rf"\b(?:{one})\b(?:{_LISTED}(?:{one})\b){{{len(values) - 1}}}")
    for sentence in sentences(text):
        several = row.search(sentence)
        if several is None or not (_TELLS_RANK.search(sentence[: several.start()]) or _RISES.search(several[0])):
            continue
        found = tuple(re.findall(rf"\b(?:{one})\b", several[0]))
        if len(set(found)) == len(values):
            return found
    return ()


def tie(value: JSON | Missing) -> str:
    """Return one text for values that some usual collation takes for equal; empty where no order is agreed."""
    kind = _kind(value)
    if not kind or isinstance(value, Missing):
        return ""
    if not isinstance(value, str):
        return f"{kind} {float(value) if isinstance(value, (int, float)) else value}"
    if _NUMBER.fullmatch(value):
        return f"number {float(value)}"
    instant = written_moment(value)
    zoned = instant is not None and instant.tzinfo is not None
    return f"instant {instant.timestamp()}" if instant and zoned else f"text {_loosest(value)}"


def _first_wrong(found: list[tuple[int, JSON]], key: Key, direction: str) -> tuple[int, int] | None:
    for (one, left), (other, right) in pairwise(found):
        a, b = key(left), key(right)
        if (a > b) if direction == "asc" else (a < b):
            return one, other
    return None


def _kind(value: JSON | Missing) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "text" if isinstance(value, str) and value.isascii() else ""


def _collations(values: Sequence[JSON], collation: str) -> Sequence[Key]:
    if not values or not isinstance(values[0], str):
        return (lambda value: value,)
    if all(isinstance(value, Ranked) and value.told for value in values):
        return (lambda each: each.rank, lambda each: -each.rank)
    if collation == "binary":
        return (str,)
    counts: list[Key] = [] if collation else [str]  # in which case counts
    keys: list[Key] = [*counts, str.casefold, str.upper, _punctuation_first, _letters_only]
    texts = [value for value in values if isinstance(value, str)]
    if any(_DIGITS.search(text) for text in texts):
        keys += [_numbers_in(case) for case in (*counts, str.casefold, str.upper)]
        keys.append(_numbers_after_punctuation)
    if all(_NUMBER.fullmatch(text) for text in texts):
        keys.append(float)
    dates = {text: [*written_dates(text)] for text in texts}
    if all(dates.values()):
        keys += [lambda text: dates[text][0], lambda text: dates[text][-1]]
    if all(isinstance(text, Ranked) for text in texts):
        keys += [lambda each: each.rank, lambda each: -each.rank]
    return keys


def _loosest(value: JSON) -> object:
    return _letters_only(_LEADING_ZEROS.sub("", value)) if isinstance(value, str) else value


def _punctuation_first(text: str) -> list[tuple[int, str]]:
    """As dictionaries of most locales: blanks and signs, then digits, then letters."""
    return [((0 if not char.isalnum() else 1 if char.isdigit() else 2), char) for char in text.casefold()]


def _letters_only(text: str) -> str:
    """As the same where signs don't count."""
    return "".join(filter(str.isalnum, text.casefold()))


def _numbers_whole(text: str) -> list[tuple[int, str]]:
    """As people count, `WEB-9` before `WEB-10`: each run of digits is one number, also where it is longer than any integer."""
    return [_number(part) if index % 2 else (0, part) for index, part in enumerate(_DIGITS.split(text))]


def _numbers_in(case: Key) -> Key:
    return lambda text: _numbers_whole(case(text))


def _numbers_after_punctuation(text: str) -> list[tuple[int, tuple[int, str]]]:
    """The same as dictionaries of most locales have it: blanks and signs, then numbers, then letters."""
    parts = [part for part in _EACH.findall(text.casefold()) if part]
    return [(1, _number(part)) if part.isdigit() else (2 if part.isalnum() else 0, (0, part)) for part in parts]


def _number(digits: str) -> tuple[int, str]:
    whole = digits.lstrip("0")
    return len(whole), whole


_NUMBER: Final = re.compile(r"[-+]?\d+(\.\d+)?")
_DIGITS: Final = re.compile(r"([0-9]+)")
_EACH: Final = re.compile(r"[0-9]+|[^0-9]", re.DOTALL)
_LEADING_ZEROS: Final = re.compile(r"(?<![0-9])0+(?=[0-9])")
