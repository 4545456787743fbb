"""Expressions about the items of a list, and what they say of one item: true, false, or nothing that is sure.

Nothing is sure where standards and servers differ: about a value that is missing, about texts that differ in what people
take for the same (case, accents, blanks at the ends), and about times that differ by less than a second.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from contract_suite.behaviours.kit.comparing import moment
from contract_suite.contract.filters import Scalar
from contract_suite.model.json import JSON

Kind = Literal["text", "choice", "id", "number", "truth", "time", "date"]
Operator = Literal["eq", "ne", "gt", "ge", "lt", "le", "contains", "begins", "null", "present"]
Join = Literal["and", "or"]
_SAME: Final = 1.0
"""Moments that are not so many seconds apart may be shown or compared as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A scalar member of the items that expressions may name.

    `written` is its name in expressions and `steps` where it stands in an item; an array on the way means any of its
    elements. `parameter` is the subject of the parameter of its own, where it has one. `case` is what the document says
    of the case of letters, empty where it says nothing, and `case_of_parts` what it says of it for parts of texts. With
    `null_differs_never`, null neither equals a value nor differs from it, as in SQL. `listed` says that the document
    names it for this list alone, so that no right server refuses it.
    """

    written: str
    steps: tuple[str, ...]
    kind: Kind
    parameter: str = ""
    case: Literal["exact", "ignored", ""] = ""
    case_of_parts: Literal["exact", "ignored", ""] = ""
    null_differs_never: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One field compared with one value; `null` and `present` compare with none."""

    field: Field
    operator: Operator
    value: Scalar = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Comparisons of which all (`and`) or at least one (`or`) must hold."""

    word: Join
    parts: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Negated:
    """A comparison that must not hold."""

    part: Comparison


Expression = Comparison | Joined | Negated


def fields_of(expression: Expression) -> tuple[Field, ...]:
    """Return the fields that an expression names."""
    if isinstance(expression, Joined):
        return tuple(each.field for each in expression.parts)
    return ((expression.part if isinstance(expression, Negated) else expression).field,)


def is_one_of(expression: Joined) -> bool:
    """Whether it asks for one field to equal one of several values."""
    return expression.word == "or" and len(set(fields_of(expression))) == 1


def holds(expression: Expression, item: JSON) -> bool | None:
    """Whether an expression holds for an item; `None` where that is not sure."""
    if isinstance(expression, Joined):
        each = [holds(part, item) for part in expression.parts]
        decisive = expression.word == "or"
        return decisive if decisive in each else None if None in each else not decisive
    if isinstance(expression, Negated):
        part = expression.part
        if part.field.null_differs_never and is_null(part.field, item):
            return False
        inner = holds(part, item) if values_of(part.field, item) else None
        return None if inner is None else not inner
    return _compared(expression, item)


def values_of(field: Field, item: JSON) -> list[Scalar]:
    """Return the values of a field in an item: none where it is missing or null, several where an array is on the way."""
    return [each for each in _found(item, field.steps) if isinstance(each, (str, int, float, bool))]


def is_null(field: Field, item: JSON) -> bool:
    """Whether an item shows null for a field outright."""
    return _found(item, field.steps) == [None]


def number_of(value: JSON) -> float | None:
    """Return a JSON number, `None` for anything else."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _found(item: JSON, steps: Sequence[str]) -> list[JSON]:
    if isinstance(item, list):
        return [one for each in item for one in _found(each, steps)]
    if not steps:
        return [item]
    return _found(item[steps[0]], steps[1:]) if isinstance(item, dict) and steps[0] in item else []


def _compared(asked: Comparison, item: JSON) -> bool | None:
    values = values_of(asked.field, item)
    if asked.operator == "present":
        return None if "" in values else bool(values)
    if asked.operator == "null":
        return True if is_null(asked.field, item) else False if values else None
    if not values:
        unsure = asked.operator == "ne" and not (asked.field.null_differs_never and is_null(asked.field, item))
        return None if unsure else False
    if asked.operator == "ne":
        same = [_meets(asked.field, "eq", value, asked.value) for value in values]
        return None if len(values) > 1 or None in same else not same[0]
    each = [_meets(asked.field, asked.operator, value, asked.value) for value in values]
    return True if True in each else None if None in each else False


def _meets(field: Field, operator: Operator, found: Scalar, wanted: Scalar) -> bool | None:
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted if isinstance(found, bool) and isinstance(wanted, bool) else None
    if isinstance(found, str) and isinstance(wanted, str):
        return _text_meets(field, operator, found, wanted)
    if isinstance(found, str) or isinstance(wanted, str):
        return None
    return _beside(operator, found - wanted)


def _text_meets(field: Field, operator: Operator, found: str, wanted: str) -> bool | None:
    if field.kind == "time":
        one, other = moment(found), moment(wanted)
        apart = (one - other).total_seconds() if one is not None and other is not None else 0.0
        return None if abs(apart) < _SAME else _beside(operator, apart)
    if field.kind == "date":
        days = [_day(each) for each in (found, wanted)]
        return None if days[0] is None or days[1] is None else _beside(operator, days[0] - days[1])
    if operator not in {"eq", "contains", "begins"}:
        return None  # how texts are sorted, nobody says
    if _matches(operator, found, wanted):
        return True
    case = field.case if operator == "eq" else field.case_of_parts or field.case
    if case == "ignored" and _matches(operator, found.casefold(), wanted.casefold()):
        return True
    if case == "exact" and operator == "eq" and found.casefold() == wanted.casefold():
        return False
    return None if _matches(operator, _loose(found), _loose(wanted)) else False


def _beside(operator: Operator, apart: float) -> bool | None:
    match operator:
        case "eq":
            return apart == 0
        case "gt":
            return apart > 0
        case "ge":
            return apart >= 0
        case "lt":
            return apart < 0
        case "le":
            return apart <= 0
        case _:
            return None


def _matches(operator: Operator, found: str, wanted: str) -> bool:
    if operator == "contains":
        return wanted in found
    return found.startswith(wanted) if operator == "begins" else found == wanted


def _day(text: str) -> int | None:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def _loose(text: str) -> str:
    """A text without what some comparisons of texts overlook."""
    parts = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))
