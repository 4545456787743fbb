"""Which clauses of a response schema a body really exercises, found without looking at more of it than needed.

A clause is a bit, and a place in the schema knows the bits at and below it: where all have been seen in this body,
nothing more is looked at. Long arrays are sampled, and which items are looked at follows from the exchange's number
alone, so that a run repeats.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from contract_suite.contract.schemas.constraints import Constraint
from contract_suite.model.json import JSON, tokens

_STRING: Final = frozenset({"minLength", "maxLength", "pattern", "contentEncoding"})
_NUMBER: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_ARRAY: Final = frozenset({"minItems", "maxItems", "uniqueItems", "contains", "items", "unevaluatedItems"})
_OBJECT: Final = frozenset({"minProperties", "maxProperties", "additionalProperties", "unevaluatedProperties"})
_NUMBER_FORMATS: Final = frozenset({"int32", "int64", "float", "double"})
_SAMPLE: Final = 5


@dataclass(slots=True)
class Spot:
    """One subject of a schema: bits by the type of value that exercises them, places below, and the bits of all of it."""

    always: int = 0
    strings: int = 0
    numbers: int = 0
    arrays: int = 0
    objects: int = 0
    triggered: list[tuple[str, int]] = field(default_factory=list)
    members: dict[str, Spot] = field(default_factory=dict)
    others: Spot | None = None
    below: int = 0


def plant(constraints: Iterable[tuple[Constraint, int]]) -> Spot:
    """Build the places of a schema from its constraints, each with its bit."""
    root = Spot()
    for constraint, bit in constraints:
        steps = tokens(constraint.subject)
        if constraint.keyword in {"required", "dependentRequired"} and steps:
            _owner(root, steps[:-1], constraint, bit, steps[-1])
        else:
            _put(_find(root, steps), constraint, bit)
    _sum(root)
    return root


def walk(spot: Spot, value: JSON, seen: int, turn: int) -> int:
    """Return `seen` with the bits that `value` exercises."""
    if seen & spot.below == spot.below:
        return seen
    seen |= spot.always
    if isinstance(value, str):
        return seen | spot.strings
    if isinstance(value, dict):
        return _object(spot, value, seen | spot.objects, turn)
    if isinstance(value, list):
        return _array(spot.others, value, seen | spot.arrays, turn)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return seen | spot.numbers
    return seen


def _object(spot: Spot, value: dict[str, JSON], seen: int, turn: int) -> int:
    for name, bit in spot.triggered:
        if name in value:
            seen |= bit
    members = spot.members
    for name, member in members.items():
        if seen & member.below != member.below and name in value:
            seen = walk(member, value[name], seen, turn)
    others = spot.others
    if others is not None and seen & others.below != others.below:
        rest = [item for name, item in value.items() if name not in members]
        seen = _array(others, rest, seen, turn)
    return seen


def _array(spot: Spot | None, items: list[JSON], seen: int, turn: int) -> int:
    if spot is None or not items or seen & spot.below == spot.below:
        return seen
    count = len(items)
    indices = (
        range(count)
        if count <= _SAMPLE
        else (0, count - 1, turn % count, (turn * 7 + count // 2) % count, (turn * 3 + 1) % count)
    )
    for index in indices:
        seen = walk(spot, items[index], seen, turn)
        if seen & spot.below == spot.below:
            return seen
    if count > _SAMPLE:
        for name, member in spot.members.items():
            if seen & member.below != member.below:
                found = next((item for item in items if isinstance(item, dict) and item.get(name) is not None), None)
                if found is not None:
                    seen = walk(member, found[name], seen, turn)
    return seen


def _find(root: Spot, steps: Sequence[str]) -> Spot:
    spot = root
    for name in steps:
        if name == "*":
            spot.others = spot.others or Spot()
            spot = spot.others
        else:
            spot = spot.members.setdefault(name, Spot())
    return spot


def _owner(root: Spot, above: Sequence[str], constraint: Constraint, bit: int, name: str) -> None:
    """A demand that a property be there is exercised by the object it belongs in, and a dependent one only where its trigger is."""
    owner = _find(root, above)
    if constraint.keyword == "required":
        owner.objects |= bit
        return
    table = constraint.value
    for trigger, names in (table if isinstance(table, dict) else {}).items():
        if isinstance(names, list) and name in names:
            owner.triggered.append((trigger, bit))


def _put(spot: Spot, constraint: Constraint, bit: int) -> None:
    keyword = constraint.keyword
    if keyword == "format":
        keyword = "minimum" if constraint.value in _NUMBER_FORMATS else "pattern"
    if keyword in _STRING:
        spot.strings |= bit
    elif keyword in _NUMBER:
        spot.numbers |= bit
    elif keyword in _ARRAY:
        spot.arrays |= bit
    elif keyword in _OBJECT:
        spot.objects |= bit
    else:
        spot.always |= bit


def _sum(spot: Spot) -> int:
    spot.below = spot.always | spot.strings | spot.numbers | spot.arrays | spot.objects
    for _, bit in spot.triggered:
        spot.below |= bit
    for member in (*spot.members.values(), *([spot.others] if spot.others else [])):
        spot.below |= _sum(member)
    return spot.below
