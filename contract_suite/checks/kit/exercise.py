"""Which clauses of a response schema a body really exercises, found without looking at more of it than needed.

A clause is a bit, and a node of the schema's tree has a mask of the bits at and below it: where all have been seen in
this body, nothing more is looked at. Long arrays are sampled, and which items are looked at follows from the exchange's
number alone, so that a run repeats.
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
class CoverageNode:
    """One subject of a schema: the bits of its clauses, by the type of value that exercises them, and its members.

    `mask` has the bits of all clauses at this subject and below.
    """

    always: int = 0
    strings: int = 0
    numbers: int = 0
    arrays: int = 0
    objects: int = 0
    triggered: list[tuple[str, int]] = field(default_factory=list)
    members: dict[str, CoverageNode] = field(default_factory=dict)
    others: CoverageNode | None = None
    mask: int = 0


def build(constraints: Iterable[tuple[Constraint, int]]) -> CoverageNode:
    """Build the tree of a schema's subjects from its constraints, each with the bit of its clause."""
    root = CoverageNode()
    for constraint, bit in constraints:
        steps = tokens(constraint.subject)
        if constraint.keyword in {"required", "dependentRequired"} and steps:
            _owner(root, steps[:-1], constraint, bit, steps[-1])
        elif constraint.keyword == "dependentSchemas":
            table = constraint.value
            _find(root, steps).triggered.extend((name, bit) for name in (table if isinstance(table, dict) else {}))
        else:
            _put(_find(root, steps), constraint, bit)
    _sum(root)
    return root


def walk(node: CoverageNode, value: JSON, seen: int, sample_offset: int) -> int:
    """Return `seen` with the bits of the clauses that `value` exercises; `sample_offset` picks items of long arrays."""
    if seen & node.mask == node.mask:
        return seen
    seen |= node.always
    if isinstance(value, str):
        return seen | node.strings
    if isinstance(value, dict):
        return _object(node, value, seen | node.objects, sample_offset)
    if isinstance(value, list):
        return _array(node.others, value, seen | node.arrays, sample_offset)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return seen | node.numbers
    return seen


def _object(node: CoverageNode, value: dict[str, JSON], seen: int, sample_offset: int) -> int:
    for name, bit in node.triggered:
        if name in value:
            seen |= bit
    members = node.members
    for name, member in members.items():
        if seen & member.mask != member.mask and name in value:
            seen = walk(member, value[name], seen, sample_offset)
    others = node.others
    if others is not None and seen & others.mask != others.mask:
        rest = [item for name, item in value.items() if name not in members]
        seen = _array(others, rest, seen, sample_offset)
    return seen


def _array(node: CoverageNode | None, items: list[JSON], seen: int, sample_offset: int) -> int:
    if node is None or not items or seen & node.mask == node.mask:
        return seen
    count = len(items)
    indices = (
        range(count)
        if count <= _SAMPLE
        else (
            0,
            count - 1,
            sample_offset % count,
            (sample_offset * 7 + count // 2) % count,
            (sample_offset * 3 + 1) % count,
        )
    )
    for index in indices:
        seen = walk(node, items[index], seen, sample_offset)
        if seen & node.mask == node.mask:
            return seen
    if count > _SAMPLE:
        for name, member in node.members.items():
            if seen & member.mask != member.mask:
                found = next((item for item in items if isinstance(item, dict) and item.get(name) is not None), None)
                if found is not None:
                    seen = walk(member, found[name], seen, sample_offset)
    return seen


def _find(root: CoverageNode, steps: Sequence[str]) -> CoverageNode:
    node = root
    for name in steps:
        if name == "*":
            node.others = node.others or CoverageNode()
            node = node.others
        else:
            node = node.members.setdefault(name, CoverageNode())
    return node


def _owner(root: CoverageNode, above: Sequence[str], constraint: Constraint, bit: int, name: str) -> None:
    """Note `required` at the object that must have the property, and a dependent demand at its trigger."""
    owner = _find(root, above)
    if constraint.keyword == "required":
        owner.objects |= bit
        return
    table = constraint.value
    for trigger, names in (table if isinstance(table, dict) else {}).items():
        if isinstance(names, list) and name in names:
            owner.triggered.append((trigger, bit))


def _put(node: CoverageNode, constraint: Constraint, bit: int) -> None:
    keyword = constraint.keyword
    if keyword == "format":
        keyword = "minimum" if constraint.value in _NUMBER_FORMATS else "pattern"
    if keyword in _STRING:
        node.strings |= bit
    elif keyword in _NUMBER:
        node.numbers |= bit
    elif keyword in _ARRAY:
        node.arrays |= bit
    elif keyword in _OBJECT:
        node.objects |= bit
    else:
        node.always |= bit


def _sum(node: CoverageNode) -> int:
    node.mask = node.always | node.strings | node.numbers | node.arrays | node.objects
    for _, bit in node.triggered:
        node.mask |= bit
    for member in (*node.members.values(), *([node.others] if node.others else [])):
        node.mask |= _sum(member)
    return node.mask
