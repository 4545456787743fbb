"""Values for the members of an object, made of its schema: what the document shows, else the plainest that fit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from contract_suite.contract.naming.outside import acts_outside, of_nobody, reserved_like
from contract_suite.contract.schemas.formats import FORMATS
from contract_suite.contract.schemas.numeric import decimal_texts, exact_number
from contract_suite.contract.schemas.patterns import matching, usual
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.json import JSON, Missing

_DEEPEST: Final = 4
_TEXT: Final = "contract suite"
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?![^T])")
_DATES: Final = ("2024-07-10", "2025-02-28")
"""Two that are in every year's calendar, and are valid whatever stands behind them."""


def sample_members(schema: Schema | None, *, every: Mapping[str, JSON] | None = None) -> dict[str, JSON]:
    """Return a value for each member that an object may have beside those before it, and beside what is in `every`."""
    if schema is None:
        return {}
    place = view(schema)
    found: dict[str, JSON] = {}
    for name in place.property_names():
        member = place.member(name)
        if member.keyword("readOnly") is True or name.lower().endswith(("id", "ids")):
            continue
        value = _sample(member, 0)
        if value is not None and schema.is_valid({**(every or {}), **found, name: value}):
            found[name] = value
    return found


def unlike_defaults(schema: Schema | None, body: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return a value for each member that has a default: another one, as a default may come back by itself."""
    place = view(schema) if schema is not None else None
    found: dict[str, JSON] = {}
    for name in place.property_names() if place is not None else ():
        member = place.member(name) if place is not None else None
        default, listed = (member.keyword("default"), member.keyword("enum")) if member is not None else (None, None)
        if default is None or isinstance(default, (Missing, list, dict)):
            continue
        choices = listed if isinstance(listed, list) else [] if isinstance(default, str) else [another(default)]
        value = next((each for each in choices if each is not None and each != default), None)
        if value is not None and schema is not None and schema.is_valid({**body, **found, name: value}):
            found[name] = value
    return found


def another(value: JSON) -> JSON:
    """Return a value like another one, but not it: a text gets a letter, a date is another day, a number one more, an object another member."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str) and _DATE.match(value):
        return f"{next(each for each in _DATES if not value.startswith(each))}{value[len(_DATES[0]) :]}"
    if isinstance(value, str) and "." in value and value[-1].isdecimal() and exact_number(value) is not None:
        return f"{value[:-1]}{(int(value[-1]) + 1) % 10}"
    if isinstance(value, str):
        other = f"{value[:-1]}{'y' if value.endswith('x') else 'x'}"
        return next(reserved_like(value, "another"), value) if acts_outside(other, "host") else other
    if isinstance(value, int):
        return value + 1
    return value


def _sample(place: SchemaView, depth: int, name: str = "") -> JSON:
    examples = place.keyword("examples")
    if isinstance(examples, list) and examples:
        return examples[0]
    example = place.keyword("example")
    listed = place.keyword("enum")
    if example is not None:
        return example
    if isinstance(listed, list):
        return next((each for each in listed if each is not None), None)
    types = place.types()
    if depth > _DEEPEST:
        return None
    if "object" in types and place.property_names():
        members = {each: _sample(place.member(each), depth + 1, each) for each in place.property_names()}
        return {each: value for each, value in members.items() if value is not None}
    if types - {"null"} == {"object"} and place.keyword("additionalProperties") is not False:
        return {"note": _TEXT}
    if "array" in types:
        item = _sample(place.element(0), depth + 1, name)
        return None if item is None else [item]
    text = _sample_text(place, name) if "string" in types else None
    if text is not None:
        return text
    if "integer" in types:
        least = place.keyword("minimum")
        return least if isinstance(least, int) else 1
    return True if "boolean" in types else None


def _sample_text(place: SchemaView, name: str) -> str | None:
    pattern, form = place.keyword("pattern"), place.keyword("format")
    decimals = decimal_texts(place)
    if decimals:
        return decimals[0]
    if isinstance(pattern, str):
        meant = usual((pattern,), form if isinstance(form, str) else "", 1, 80)
        return next(iter(of_nobody((*meant, *matching(pattern, 1, 80)), (pattern,), 1, 80, name)), None)
    if form is not None:
        known = FORMATS.get(str(form))
        return known.distinct[0] if known and known.distinct and _DATE.match(known.distinct[0]) else None
    longest, shortest = place.keyword("maxLength"), place.keyword("minLength")
    text = _TEXT if not isinstance(shortest, int) else _TEXT.ljust(shortest, "x")
    return text[:longest] if isinstance(longest, int) else text
