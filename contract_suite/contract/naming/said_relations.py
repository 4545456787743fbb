"""How two members of an object compare, where a description says so and no schema can: "always below price", "must be after starts_at"."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from contract_suite.contract.naming.names import words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.contract.trees.written_times import written_dates
from contract_suite.model.json import JSON

_Compares = Callable[[Any, Any], bool]
_LESS: Final = r"(?:less|lower|smaller|earlier|shorter|cheaper)"
_MORE: Final = r"(?:more|greater|larger|higher|later|longer)"
_OR_EQUAL: Final = " or (?:equal to|at|on|the same as)"
_RELATIONS: Final[Mapping[str, _Compares]] = MappingProxyType(
    {
        rf"(?:{_LESS} than|below|under|before){_OR_EQUAL}|(?:at|on) or (?:below|under|before)|at most|no {_MORE} than|up to|<=": (
            operator.le
        ),
        rf"(?:{_MORE} than|above|over|after){_OR_EQUAL}|(?:at|on) or (?:above|over|after)|at least|no {_LESS} than|>=": (
            operator.ge
        ),
        rf"below|under|before|{_LESS} than|<": operator.lt,
        rf"above|over|after|{_MORE} than|exceeds?|>": operator.gt,
        r"different from|differs? from|other than|unlike": operator.ne,
        r"equal to|equals|the same as": operator.eq,
    }
)
"""Words for each relation; of two that begin at one place the first one is meant."""
_BETWEEN: Final = r"[\s`'\"]+(?:(?:the|its|or|on|equal|to|that|of|value|member|field|property)[\s`'\"]+)*"
_NOT: Final = re.compile(r"(?:\b(?:not|never|cannot)|n['\u2019]t)\s+(?:be\s+)?$", re.IGNORECASE)
_OPPOSITES: Final[Mapping[_Compares, _Compares]] = MappingProxyType(
    {
        operator.lt: operator.ge,
        operator.gt: operator.le,
        operator.le: operator.gt,
        operator.ge: operator.lt,
        operator.eq: operator.ne,
        operator.ne: operator.eq,
    }
)
_DEEPEST: Final = 5
_MOST_ITEMS: Final = 20
_MOST_MEMBERS: Final = 60
_LONGEST: Final = 1000


def broken_relation(place: SchemaView | None, value: JSON, *, depth: int = 0) -> tuple[str, str] | None:
    """Return two members of a value, or of an object in it, that don't compare as a description says; `None` if there are none."""
    if place is None or depth > _DEEPEST:
        return None
    if isinstance(value, list):
        below = (broken_relation(place.element(0), each, depth=depth + 1) for each in value[:_MOST_ITEMS])
        return next(filter(None, below), None)
    if not isinstance(value, dict) or len(value) > _MOST_MEMBERS:
        return None
    for name, one in value.items():
        for other, holds in _said(place.member(name), name, value):
            if _can_be_compared(one, value[other]) and not holds(*_measured(one, value[other])):
                return name, other
    inside = (broken_relation(place.member(name), each, depth=depth + 1) for name, each in value.items())
    return next(filter(None, inside), None)


def _said(member: SchemaView, name: str, beside: Mapping[str, JSON]) -> Iterator[tuple[str, _Compares]]:
    """Yield the members that a description compares one with, each with the relation that must hold."""
    text = member.keyword("description")
    for sentence in statements(text[:_LONGEST]) if isinstance(text, str) else ():
        for other in beside:
            if other == name or not words(other):
                continue
            called = _BETWEEN + r"[\s_-]?".join(map(re.escape, words(other))) + r"(?![\w-])"
            for relation, holds in _RELATIONS.items():
                found = re.search(rf"(?<!\w)(?:{relation}){called}", sentence, re.IGNORECASE)
                if found is not None:
                    negated = _NOT.search(sentence[: found.start()]) is not None
                    yield other, _OPPOSITES[holds] if negated else holds
                    break


def _can_be_compared(one: JSON, other: JSON) -> bool:
    numbers = [isinstance(each, int | float) and not isinstance(each, bool) for each in (one, other)]
    return all(numbers) or (isinstance(one, str) and isinstance(other, str))


def _measured(one: JSON, other: JSON) -> tuple[Any, Any]:
    if isinstance(one, str) and isinstance(other, str):
        dates = [next(written_dates(each), None) for each in (one, other)]
        return (dates[0], dates[1]) if None not in dates else (one, other)
    return one, other
