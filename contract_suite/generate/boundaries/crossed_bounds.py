"""Ranges that are turned round: a lower bound above its upper one (`hired_from` behind `hired_to`), each valid by itself.

What is right to answer, no schema says: an empty list is, and so is a refusal. A server error is wrong in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from contract_suite.contract.naming.ranges import ranges
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.generate.live_ids import place
from contract_suite.model.json import JSON, Arguments, escape

_NUMBERS: Final = (10, 1, 100, 0)
_TIMES: Final = {
    "date": ("2024-06-30", "2024-01-01"),
    "date-time": ("2024-06-30T12:00:00Z", "2024-01-01T12:00:00Z"),
}


def crossed_bounds(operation: Operation, template: Arguments) -> Iterator[tuple[Mapping[str, JSON], str]]:
    """Yield what turns each range round: two values by their subjects (`query.min`, `body/min`), and a note.

    A range is two query parameters, or two members that the template's body has, whose names differ in the word for the
    side. An update changes none in its body: a thing left with a range turned round could refuse what comes after.
    """
    query = {each.name: (each.subject, view(each.schema)) for each in operation.parameters if each.where == "query"}
    media, body = operation.body.json if operation.body else None, template.get("body")
    members: dict[str, tuple[str, SchemaView]] = {}
    if operation.method == "POST" and media is not None and media.schema is not None and isinstance(body, dict):
        shape = view(media.schema)
        members = {name: (f"body/{escape(name)}", shape.member(name)) for name in body}
    for places in (query, members):
        for lower, upper in ranges(places):
            for high, low in _turned(places[lower][1], places[upper][1]):
                values: dict[str, JSON] = {places[lower][0]: high, places[upper][0]: low}
                if _is_valid(operation, place(template, values), values):
                    yield values, f"{lower} = {high!r} above {upper} = {low!r}"
                    break


def _turned(lower: SchemaView, upper: SchemaView) -> Iterator[tuple[JSON, JSON]]:
    """Pairs of values of which the first, for the lower bound, is above the second."""
    highs, lows = _numbers(lower), _numbers(upper)
    yield from ((high, low) for high, low in product(highs, reversed(lows)) if high > low)
    yield from (_TIMES[each] for each in _TIMES if each in _formats(lower) & _formats(upper))


def _numbers(bound: SchemaView) -> list[int | float]:
    """Numbers that a bound may be given: usual ones, then those at its edges."""
    if not bound.types() & {"integer", "number"}:
        return []
    layers = [each for each in bound.possible() if isinstance(each, dict)]
    edges = [each[keyword] for keyword in ("maximum", "minimum") for each in layers if keyword in each]
    return [*_NUMBERS, *(each for each in edges if isinstance(each, (int, float)) and not isinstance(each, bool))]


def _formats(bound: SchemaView) -> set[str]:
    return {str(each.get("format")) for each in bound.possible() if isinstance(each, dict)}


def _is_valid(operation: Operation, arguments: Arguments, values: Mapping[str, JSON]) -> bool:
    """Whether each of some values is valid by itself."""
    media = operation.body.json if operation.body else None
    if any(subject.startswith("body/") for subject in values):
        return media is not None and media.schema is not None and media.schema.is_valid(arguments.get("body"))
    return all(each.schema.is_valid(values[each.subject]) for each in operation.parameters if each.subject in values)
