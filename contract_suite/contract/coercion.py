"""From texts to typed values: what a text can be read as where a schema stands, strictly or leniently."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from contract_suite.contract.schemas.view import ANY_TYPE, SchemaView
from contract_suite.contract.styles import Wire
from contract_suite.model.json import JSON

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
_HEXADECIMAL: Final = re.compile(r"[-+]?0[xX][0-9a-fA-F]+\Z")
_MAX_DIGITS: Final = 400
_MAX_READINGS: Final = 8
_SHORT: Final = 100
_TRUE: Final = frozenset({"true", "1", "on", "yes", "t", "y"})
_FALSE: Final = frozenset({"false", "0", "off", "no", "f", "n"})


def readings(wire: Wire, place: SchemaView, *, lenient: bool) -> list[JSON]:
    """Return what texts can be read as at a place, the plainest first; never empty."""
    return list(_column(wire, place, lenient))


def _column(wire: Wire, place: SchemaView, lenient: bool) -> Sequence[JSON]:
    """Return the readings of one text, array or object; a query may spell an object of thousands of members."""
    if isinstance(wire, str):
        if len(wire) <= _SHORT:
            return _readings_of_short(wire, place.types(), lenient)
        return _readings_of(wire, place.types(), lenient=lenient)
    if isinstance(wire, list):
        columns = [_column(each, place.element(index), lenient) for index, each in enumerate(wire)]
        return [[_nth(column, row) for column in columns] for row in range(_rows(columns))]
    members = [(key, _column(each, place.member(key), lenient)) for key, each in wire.items()]
    return [
        {key: _nth(column, row) for key, column in members} for row in range(_rows([column for _, column in members]))
    ]


def _readings_of(text: str, types: frozenset[str], *, lenient: bool) -> list[JSON]:
    found = list(_strict(text, types))
    if lenient:
        found += list(_forgiving(text, types))
    found.append(text)
    unique: list[JSON] = []
    for value in found:
        if not any(value is each or (type(value) is type(each) and value == each) for each in unique):
            unique.append(value)
    return list(islice(unique, _MAX_READINGS))


@lru_cache(maxsize=8192)
def _readings_of_short(text: str, types: frozenset[str], lenient: bool) -> tuple[JSON, ...]:
    """Requests that are made of one another have most of their texts in common."""
    return tuple(_readings_of(text, types, lenient=lenient))


def without_blanks(value: JSON) -> JSON:
    """Return a value without its blank texts, as servers read it that drop `name=` from a query or a form; `None` if nothing is left."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, dict):
        members = [(name, without_blanks(member)) for name, member in value.items()]
        return {name: member for name, member in members if member is not None} or None
    if isinstance(value, list):
        return [item for item in map(without_blanks, value) if item is not None] or None
    return value


def _strict(text: str, types: frozenset[str]) -> Iterator[JSON]:
    if types == ANY_TYPE:
        yield text
    if "null" in types and not text:
        yield None
    if "boolean" in types and text in {"true", "false"}:
        yield text == "true"
    if types & {"integer", "number"} and len(text) <= _MAX_DIGITS:
        if _INTEGER.match(text):
            yield int(text)
        elif "number" in types and _NUMBER.match(text):
            yield float(text)
    if "string" in types:
        yield text


def _forgiving(text: str, types: frozenset[str]) -> Iterator[JSON]:
    stripped = text.strip()
    if "null" in types and stripped.lower() in {"", "null", "none", "nil"}:
        yield None
    if "boolean" in types and stripped.lower() in _TRUE | _FALSE:
        yield stripped.lower() in _TRUE
    if types & {"integer", "number"} and len(text) <= _MAX_DIGITS:
        try:
            yield int(stripped, 16 if _HEXADECIMAL.match(stripped) else 10)
        except ValueError:
            try:
                value = float(stripped)
            except ValueError:
                return
            if value.is_integer() and abs(value) < 2**63:
                yield int(value)
            elif "number" in types:
                yield value


def _rows(columns: list[Sequence[JSON]]) -> int:
    return max(map(len, columns), default=1)


def _nth(column: Sequence[JSON], row: int) -> JSON:
    return column[row] if row < len(column) else column[-1]
