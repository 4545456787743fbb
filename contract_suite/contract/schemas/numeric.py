"""Whether a place of a schema holds numbers, also where they are written as text (`"12.40"`), and what number a value is.

Only a format, or a pattern that admits nothing but decimals, makes a text a number: codes, telephone numbers and postcodes
are digits too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from contract_suite.contract.schemas.decimal_patterns import admits_only_decimals
from contract_suite.contract.schemas.pattern_matching import matches
from contract_suite.contract.schemas.patterns import matching
from contract_suite.contract.schemas.view import SchemaView, real_branches
from contract_suite.model.json import JSON

NUMBERS: Final = frozenset({"integer", "number"})
"""The types of JSON that are numbers."""
_FORMATS: Final = frozenset({"decimal", "bigdecimal", "decimal128", "money", "amount", "price", "double", "float"})
"""Formats, without signs between their words, of texts that are numbers."""
_TEXT: Final = re.compile(r"[-+]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,2})?")
_OTHERS: Final = re.compile(r"\b(?:versions?|releases?|(?:tele)?phone|post ?code|clock)\b", re.IGNORECASE)
"""Words of what looks like a decimal and is none: version 1.10 comes after 1.9."""
_WRITTEN: Final = re.compile(r"(?!-0[.0]*$)-?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,30})?")
"""How everybody writes a decimal."""
_USUAL: Final = (1, 12.5, 100, 0.5, 0, -1)
_DEEPEST: Final = 4
_MOST_PLACES: Final = 40


def is_number(place: SchemaView) -> bool:
    """Whether nothing but numbers is declared at a place: JSON's own, or decimals as text."""
    types = place.types() - {"null"}
    return bool(types) and (types <= NUMBERS or _are_decimals(place, types, 0))


def is_decimal_text(place: SchemaView) -> bool:
    """Whether a place holds numbers that may be written as text."""
    return "string" in place.types() and is_number(place)


def number_in(value: object) -> int | float | None:
    """Return the number that a value is, or that a text writes as a decimal; `None` for whatever else."""
    if isinstance(value, (int, float)):
        return None if isinstance(value, bool) else value
    found = exact_number(value) if isinstance(value, str) else None
    if found is None:
        return None
    return int(value) if isinstance(value, str) and value.lstrip("+-").isdigit() else float(found)


def exact_number(value: object) -> Decimal | None:
    """Return the same to the last decimal place that is written: `"1.10"` and 1.1 are one number, `"1.100001"` is another."""
    if isinstance(value, int):
        return None if isinstance(value, bool) else Decimal(value)
    text = repr(value) if isinstance(value, float) else value
    return Decimal(text) if isinstance(text, str) and _TEXT.fullmatch(text) else None


def is_same_number(one: object, other: object) -> bool:
    """Whether a number and a text, or two numbers, are of one value; two texts may be codes."""
    both = exact_number(one), exact_number(other)
    return not (isinstance(one, str) and isinstance(other, str)) and both[0] is not None and both[0] == both[1]


def written_like(number: float, example: object) -> str:
    """Return a number with as many decimal places as an example that is a decimal as text; otherwise as short as it is."""
    text = f"{number:.15g}"
    if not isinstance(example, str) or "." not in example or "e" in text:
        return text
    places = len(example.rpartition(".")[2])
    written = f"{number:.{min(places, _MOST_PLACES)}f}"
    return written if float(written) == float(text) else text


def as_sent(place: SchemaView, number: float) -> JSON:
    """Return a number as a place takes it: as itself, or else as text; `None` where it takes no numbers of that kind."""
    return number if place.types() & NUMBERS else decimal_text(place, number) if is_number(place) else None


def decimal_text(place: SchemaView, number: float) -> str | None:
    """Return how a place that takes decimals as text takes a number: `2`, `2.00`, `2.0`; `None` where nothing fits."""
    written = (f"{number:.{places}f}" for places in (2, 0, 1, 3, 4, 6, 8))
    return next((text for text in written if float(text) == number and _fits(place, text)), None)


def decimal_texts(place: SchemaView) -> tuple[str, ...]:
    """Return texts of a place that holds decimals as text: usual numbers first, then the shortest and longest of its pattern.

    A pattern may admit what is no number (`-`, `1.`), which right servers refuse.
    """
    if not is_decimal_text(place):
        return ()
    usual = (decimal_text(place, number) for number in _USUAL)
    written = (text for pattern in _said(place, "pattern") for text in matching(str(pattern)))
    found = [text for text in (*usual, *written) if text is not None and _WRITTEN.fullmatch(text)]
    return tuple(dict.fromkeys(text for text in found if _fits(place, text)))


def _fits(place: SchemaView, text: str) -> bool:
    """Whether the patterns and the greatest length that are said at a place allow a text."""
    lengths = (each for each in _said(place, "maxLength") if isinstance(each, int))
    return all(matches(str(each), text) for each in _said(place, "pattern")) and all(
        len(text) <= each for each in lengths
    )


def _said(place: SchemaView, keyword: str) -> list[JSON]:
    return [raw[keyword] for raw in place.possible() if isinstance(raw, dict) and keyword in raw]


def _are_decimals(place: SchemaView, types: frozenset[str], depth: int) -> bool:
    """Whether all that may stand at a place of these types are numbers, of which some are texts."""
    if not types <= NUMBERS | {"string"} or depth > _DEEPEST:
        return False
    applied = place.applied()
    if any(_OTHERS.search(str(raw.get(each, ""))) for raw in applied for each in ("title", "description")):
        return False
    if "number" not in types and any(_says_decimal(raw) for raw in applied):
        return True
    branches = [
        place.at(each) for raw in applied for kind in ("anyOf", "oneOf") for each in real_branches(place, raw, kind)
    ]
    takes_number = any("number" in each.types() for each in branches)
    return len(branches) > 0 and all(_is_branch(each, depth, takes_number=takes_number) for each in branches)


def _is_branch(place: SchemaView, depth: int, *, takes_number: bool) -> bool:
    """Whether one of several ways is a number; beside a number, a text of which nothing is said is that number as text."""
    types = place.types() - {"null"}
    if types <= NUMBERS or _are_decimals(place, types, depth + 1):
        return bool(types)
    plain = {key for raw in place.applied() for key in raw} <= {"type", "title"}
    return takes_number and types == {"string"} and plain


def _says_decimal(raw: Mapping[str, JSON]) -> bool:
    """Whether the format of a text or its pattern leaves it nothing but to be a decimal."""
    form, pattern = raw.get("format"), raw.get("pattern")
    if isinstance(form, str) and re.sub(r"[^a-z0-9]", "", form.lower()) in _FORMATS:
        return True
    return isinstance(pattern, str) and admits_only_decimals(pattern)
