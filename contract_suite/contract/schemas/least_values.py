"""How large the smallest value of a schema is at least, and how many parts of a schema apply to one value.

A schema can be short and demand more than anybody can send, or have no end. Nothing of it is made to find that out:
each part is looked at once, and those that hold themselves again until nothing changes.

The rule that must not be broken: the size is never more than that of the smallest value, so that nothing is left out
which could be sent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from contract_suite.contract.schemas.copying import Resolve, applies_others, in_place
from contract_suite.model.json import JSON

_KINDS: Final = ("null", "boolean", "number", "string", "array", "object")
_BOUNDS: Final = {
    "number": ("minimum", "maximum"),
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_MOST_ROUNDS: Final = 50


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """A least number of characters, and a least number of levels."""

    characters: float = 1
    levels: float = 1


_NO_VALUE: Final = Size(math.inf, math.inf)
_ANY: Final = Size()


@dataclass(slots=True)
class _Least:
    """The smallest values of one schema by their types, and the members that an object must have."""

    kinds: dict[str, Size] = field(default_factory=lambda: dict.fromkeys(_KINDS, _ANY))
    members: dict[str, Size] = field(default_factory=dict)

    @property
    def size(self) -> Size:
        return min(self.of(kind) for kind in _KINDS)

    def of(self, kind: str) -> Size:
        own = self.kinds[kind]
        if kind != "object" or not self.members:
            return own
        characters = sum(len(name) + each.characters for name, each in self.members.items())
        levels = 1 + max(each.levels for each in self.members.values())
        return Size(max(own.characters, characters), max(own.levels, levels))

    def also(self, other: _Least) -> None:
        """Take in what applies to the same value."""
        for kind in _KINDS:
            self.kinds[kind] = _both(self.kinds[kind], other.kinds[kind])
        for name, each in other.members.items():
            self.members[name] = _both(each, self.members.get(name, each))

    def only(self, kinds: frozenset[str]) -> None:
        """Allow no other types."""
        for kind in _KINDS:
            if kind not in kinds:
                self.kinds[kind] = _NO_VALUE


class LeastValues:
    """What is known of the schemas of one document, or of one bundle; `resolve` finds what their references lead to."""

    def __init__(self, resolve: Resolve, *, openapi_30: bool = False) -> None:
        """Nothing is known yet."""
        self._resolve = resolve
        self._openapi_30 = openapi_30
        self._known: dict[int, _Least] = {}
        self._parts: dict[int, float] = {}
        self._kept: list[JSON] = []
        """Keeps alive what is known by its identity."""

    def size(self, schema: JSON) -> Size:
        """Return the least size of any value of a schema; infinite where each would have to hold itself."""
        found: dict[int, _Least] = {}
        for _ in range(_MOST_ROUNDS):
            search = _Search(self, found)
            least = search.least(schema)
            if not search.circular or not search.changed:
                self._known |= found
                return least.size
        return _ANY

    def parts(self, schema: JSON) -> float:
        """Return how often parts of a schema apply to one value, each reference followed wherever it stands."""
        if not isinstance(schema, dict):
            return 1
        count = self._parts.get(id(schema))
        if count is None and not applies_others(schema):
            return 1
        if count is None:
            self._kept.append(schema)
            below = in_place(schema, self._resolve, openapi_30=self._openapi_30)
            count = self._parts[id(schema)] = 1.0 + sum(map(self.parts, below))
        return count

    def known(self, schema: JSON) -> _Least | None:
        """Return what an earlier search found."""
        return self._known.get(id(schema))

    def keep(self, schema: JSON) -> None:
        """Keep a schema alive, so that its identity stays its own."""
        self._kept.append(schema)

    def target(self, schema: Mapping[str, JSON]) -> tuple[JSON, bool]:
        """Return what a schema refers to, and whether nothing beside the reference counts; `True` refers to nothing."""
        reference = schema.get("$ref")
        return (self._resolve(reference), self._openapi_30) if isinstance(reference, str) else (True, False)


class _Search:
    """One look at a schema and all that its smallest value must hold; a value within itself is as large as found so far."""

    def __init__(self, values: LeastValues, found: dict[int, _Least]) -> None:
        self.values = values
        self.found = found
        self.circular = self.changed = False
        self._done: set[int] = set()
        self._open: set[int] = set()

    def least(self, schema: JSON) -> _Least:
        if not isinstance(schema, dict):
            return _none() if schema is False else _Least()
        known = self.values.known(schema)
        if known is not None:
            return known
        key = id(schema)
        before = self.found.get(key)
        if key in self._done and before is not None:
            return before
        if key in self._open:
            self.circular = True
            return before if before is not None else _none()
        self._open.add(key)
        self.values.keep(schema)
        made = self._made(schema)
        self._open.discard(key)
        self._done.add(key)
        self.changed = self.changed or before is None or before.size != made.size
        self.found[key] = made
        return made

    def _made(self, schema: dict[str, JSON]) -> _Least:
        if schema.get("enum") == [] or schema.get("not") is True or schema.get("not") == {}:
            return _none()
        if schema.get("nullable") is True or "const" in schema or "enum" in schema:
            return _Least()  # what a document shows is no larger than the document
        least = _Least()
        if "$ref" in schema:
            target, alone = self.values.target(schema)
            least.also(self.least(target))
            if alone:
                return least
        self._take_in_keywords(schema, least)
        for each in _listed(schema, "allOf"):
            least.also(self.least(each))
        for keyword in ("anyOf", "oneOf"):
            branches = [self.least(each) for each in _listed(schema, keyword)]
            if branches:
                least.also(_Least(kinds={kind: min(each.of(kind) for each in branches) for kind in _KINDS}))
        return least

    def _take_in_keywords(self, schema: dict[str, JSON], least: _Least) -> None:
        """Take in what the keywords of one type demand; most schemas have few of them."""
        kinds = _kinds(schema.get("type"))
        if kinds:
            least.only(kinds)
        if "minLength" in schema:
            least.kinds["string"] = _both(least.kinds["string"], Size(_number(schema, "minLength")))
        if "minItems" in schema or "contains" in schema:
            least.kinds["array"] = _both(least.kinds["array"], self._array(schema))
        if "required" in schema or "minProperties" in schema:
            least.also(self._object(schema))
        for kind, (low, high) in _BOUNDS.items():
            if low in schema and high in schema and _is_above(schema[low], schema[high]):
                least.kinds[kind] = _NO_VALUE

    def _array(self, schema: dict[str, JSON]) -> Size:
        count = _number(schema, "minItems")
        front = _listed(schema, "prefixItems")
        sizes = [self.least(each).size for each in front[: int(min(count, len(front)))]]
        rest = count - len(front)
        items = self.least(schema.get("items")).size if rest > 0 else _ANY
        contained = _number(schema, "minContains", 1) if "contains" in schema else 0
        wanted = self.least(schema["contains"]).size if contained else _ANY
        characters = sum(each.characters for each in sizes) + (rest * items.characters if rest > 0 else 0)
        if contained:
            characters = max(characters, contained * wanted.characters)
        levels = max(
            (each.levels for each in (*sizes, *([items] if rest > 0 else []), *([wanted] if contained else []))),
            default=0,
        )
        return Size(max(1, characters), 1 + levels)

    def _object(self, schema: dict[str, JSON]) -> _Least:
        least = _Least()
        properties = schema.get("properties")
        described: Mapping[str, JSON] = properties if isinstance(properties, dict) else {}
        required = schema.get("required")
        for name in required if isinstance(required, list) else ():
            if isinstance(name, str) and not _is_one_sided(described.get(name)):
                least.members[name] = self.least(described.get(name)).size
        count = _number(schema, "minProperties")
        others = schema.get("additionalProperties")
        if count and isinstance(others, dict) and not described and "patternProperties" not in schema:
            each = self.least(others).size
            least.kinds["object"] = Size(count * each.characters, 1 + each.levels)
        elif count:
            least.kinds["object"] = Size(count)
        return least


def _none() -> _Least:
    """What is known of a schema that no value fits."""
    return _Least(kinds=dict.fromkeys(_KINDS, _NO_VALUE))


def _is_above(low: JSON, high: JSON) -> bool:
    """Whether the lower of two bounds is a number above the upper one."""
    if isinstance(low, bool) or isinstance(high, bool):
        return False
    return isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high


def _both(one: Size, other: Size) -> Size:
    return Size(max(one.characters, other.characters), max(one.levels, other.levels))


def _is_one_sided(schema: JSON) -> bool:
    """Whether a member may be owed in requests or in answers only."""
    return isinstance(schema, dict) and (
        ("$ref" in schema and len(schema) > 1) or schema.get("readOnly") is True or schema.get("writeOnly") is True
    )


def _kinds(declared: JSON) -> frozenset[str]:
    """The declared types; none where one of them is no type of JSON, as whoever compiles the schema names that."""
    names = declared if isinstance(declared, list) else [declared]
    kinds = frozenset("number" if name == "integer" else name for name in names if isinstance(name, str))
    return kinds if kinds <= frozenset(_KINDS) else frozenset()


def _number(schema: Mapping[str, JSON], keyword: str, otherwise: float = 0) -> float:
    value = schema.get(keyword, otherwise)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0 else 0.0


def _listed(schema: Mapping[str, JSON], keyword: str) -> list[JSON]:
    value = schema.get(keyword)
    return value if isinstance(value, list) else []
