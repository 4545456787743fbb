"""One place of a schema as readers see it: what it refers to followed, what applies there gathered.

Walks through all places of a schema are `walking.py`'s; here is what holds at one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from contract_suite.contract.schemas.schema import Schema
from contract_suite.model.json import JSON, unescape

ANY_TYPE: Final = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
"""The types of JSON, as JSON Schema names them."""

_BESIDE_DATA: Final = frozenset(
    {"meta", "links", "included", "jsonapi", "error", "errors", "warnings", "paging", "pagination"}
)
_BRANCHES: Final = ("allOf", "anyOf", "oneOf")
_CONDITIONS: Final = ("if", "then", "else")
_MOST_FOLLOWED: Final = 500
"""So many places are looked at to know whether one demands itself."""
_MAX_DEPTH: Final = 12
_MAX_CHOICES: Final = 4
_MAX_KEPT: Final = 2_048
_FEW_BRANCHES: Final = 8


class SchemaView:
    """A place in a schema: the raw keywords there, with the definitions that its references (`#/$defs/Name`) name."""

    __slots__ = (
        "_applied",
        "_elements",
        "_members",
        "_names",
        "_places",
        "_rest",
        "_table",
        "_types",
        "definitions",
        "raw",
    )

    def __init__(self, raw: JSON, definitions: Mapping[str, JSON], places: dict[int, SchemaView] | None = None) -> None:
        """Keep both. `places` are the places with the same definitions, by the identity of their keywords."""
        self.raw = raw
        self.definitions = definitions
        self._places: dict[int, SchemaView] = {} if places is None else places
        self._types: frozenset[str] | None = None
        self._names: dict[str, None] | None = None
        self._applied: tuple[dict[str, JSON], ...] | None = None
        self._members: dict[str, SchemaView] = {}
        self._table: dict[str, SchemaView] | None = None
        self._rest: SchemaView | None = None
        self._elements: dict[int, SchemaView] = {}

    def follow(self) -> SchemaView:
        """Follow `$ref` as far as it leads, whatever stands beside it; the place itself if it leads nowhere."""
        place = self
        for _ in range(_MAX_DEPTH):
            reference = place.raw.get("$ref") if isinstance(place.raw, dict) else None
            if not isinstance(reference, str):
                break
            target = place.target(reference)
            if target is None:
                break
            place = target
        return place

    def target(self, reference: str) -> SchemaView | None:
        """Return the definition that a reference names."""
        name = unescape(reference.removeprefix("#/$defs/"))
        return self.at(self.definitions[name]) if name in self.definitions else None

    def at(self, raw: JSON) -> SchemaView:
        """Return a place with the same definitions; what was found out about it is known as long as it is kept."""
        found = self._places.get(id(raw))
        if found is None:
            if len(self._places) >= _MAX_KEPT:
                self._places.clear()
            found = self._places[id(raw)] = SchemaView(raw, self.definitions, self._places)
        return found

    def types(self) -> frozenset[str]:
        """Return the JSON types that can be valid here."""
        if self._types is None:
            self._types = _allowed(self, 0)
        return self._types

    def member(self, name: str) -> SchemaView:
        """Return where a property's value is described; a place without demands if nothing describes it."""
        found = self._members.get(name)
        if found is None:
            found = self._member(name)
            if len(self._members) < _MAX_KEPT:
                self._members[name] = found
        return found

    def _member(self, name: str) -> SchemaView:
        if self._table is None:
            place = self.follow()
            together = _together(place, lambda raw: _described(raw, name))
            if together is not None:
                return together
            branches = sum(1 for _ in _branches(place.raw)) if isinstance(place.raw, dict) else 0
            if branches <= _FEW_BRANCHES:
                return next(_members(place, name, 0), self.at(True))  # noqa: FBT003 - the schema `true`
            # Looking through all branches for each name would take time by their square.
            self._table = {}
            self._rest = _tabulate(place, self._table, 0) or self.at(True)  # noqa: FBT003 - as above
        return self._table.get(name, self._rest or self.at(True))  # noqa: FBT003 - as above

    def element(self, index: int) -> SchemaView:
        """Return where an array's element is described."""
        found = self._elements.get(index)
        if found is None:
            found = _together(self.follow(), _described_items) or next(_elements(self, index, 0), self.at(True))  # noqa: FBT003 - the schema `true`
            if len(self._elements) < _MAX_KEPT:
                self._elements[index] = found
        return found

    def applied(self) -> tuple[dict[str, JSON], ...]:
        """Return the schema objects that surely apply here: the place itself, what it refers to, and its `allOf`."""
        if self._applied is None:
            self._applied = tuple(_applying(self, 0))
        return self._applied

    def possible(self, *, conditional: bool = False) -> tuple[dict[str, JSON] | bool, ...]:
        """Return each subschema that may apply here, once: what surely applies, and the branches of every choice.

        `conditional` adds what stands under `if`, `then` and `else`.
        """
        keywords = (*_BRANCHES, *_CONDITIONS) if conditional else _BRANCHES
        return tuple(_possible(self, keywords, set()))

    def property_names(self) -> Mapping[str, None]:
        """Return the names of the properties that this place declares, those of every choice included, in order."""
        if self._names is None:
            self._names = {}
            for raw in self.possible():
                properties = raw.get("properties") if isinstance(raw, dict) else None
                self._names |= dict.fromkeys(properties if isinstance(properties, dict) else ())
        return self._names

    def leads_back(self, goal: JSON) -> bool:
        """Whether a value here demands one of the place of `goal`, if the first branch of each choice is taken."""
        seen: set[int] = set()
        pending = [self]
        while pending and len(seen) < _MOST_FOLLOWED:
            place = pending.pop().follow()
            if place.raw is goal:
                return True
            if id(place.raw) not in seen:
                seen.add(id(place.raw))
                pending += _demanded(place)
        return False

    def sure_names(self) -> frozenset[str]:
        """Return the names of the properties that an object may have here whatever branch of a choice it is of."""
        return frozenset(_sure(self, 0))

    def required_names(self) -> set[str]:
        """Return the names of the properties that must be there."""
        return {str(name) for raw in self.applied() for name in _listed(raw, "required")}

    def keyword(self, name: str) -> JSON:
        """Return the value of a keyword in the first layer that has it; `None` without one."""
        return next((raw[name] for raw in self.applied() if name in raw), None)

    def unwrapped(self) -> SchemaView:
        """Return what stands in an envelope that is all of an object, as in `{"data": {…}, "meta": {…}}`; otherwise the place itself."""
        names = [name for name in self.property_names() if not is_beside_data(name)]
        inside = [member for name in names if (member := self.member(name)).property_names()]
        return inside[0] if len(inside) == len(names) == 1 else self


def is_beside_data(name: str) -> bool:
    """Whether a member of an envelope stands beside the one that holds what was asked for: `meta`, `_links`."""
    return name.strip("_").lower() in _BESIDE_DATA


@lru_cache(maxsize=4096)
def view(schema: Schema) -> SchemaView:
    """Return the root of a schema. Those that only refer to the same definition share what is known of it."""
    value = schema.node.value
    reference = value.get("$ref") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(reference, str):
        return SchemaView(schema.root, schema.bundle.definitions)
    memo = schema.node.library.memo
    key = (SchemaView, schema.node.document.uri, reference, schema.openapi_30, schema.not_owed)
    known = memo.get(key)
    if not isinstance(known, SchemaView):
        known = memo[key] = SchemaView(schema.root, schema.bundle.definitions)
    return known


def _allowed(place: SchemaView, depth: int) -> frozenset[str]:
    raw = place.raw
    if raw is False:
        return frozenset()
    if not isinstance(raw, dict) or depth > _MAX_DEPTH:
        return ANY_TYPE
    allowed = ANY_TYPE & _declared(raw)
    reference = raw.get("$ref")
    target = place.target(reference) if isinstance(reference, str) else None
    if target is not None:
        allowed &= _allowed(target, depth + 1)
    for each in _listed(raw, "allOf"):
        allowed &= _allowed(place.at(each), depth + 1)
    for keyword in ("anyOf", "oneOf"):
        branches = _listed(raw, keyword)
        if branches:
            allowed &= frozenset().union(*(_allowed(place.at(each), depth + 1) for each in branches))
    return allowed


def _applying(place: SchemaView, depth: int) -> Iterator[dict[str, JSON]]:
    raw = place.raw
    if not isinstance(raw, dict) or depth > _MAX_DEPTH:
        return
    yield raw
    reference = raw.get("$ref")
    target = place.target(reference) if isinstance(reference, str) else None
    if target is not None:
        yield from _applying(target, depth + 1)
    for each in _listed(raw, "allOf"):
        yield from _applying(place.at(each), depth + 1)


def _demanded(place: SchemaView) -> Iterator[SchemaView]:
    """Where the values stand that a value must hold: members, an element, and those of the first branches."""
    for name in place.required_names():
        yield place.member(name)
    for raw in place.applied():
        if isinstance(raw.get("minItems"), int) and raw["minItems"]:
            yield place.element(0)
        for keyword in ("anyOf", "oneOf"):
            yield from (place.at(each) for each in real_branches(place, raw, keyword)[:1])


def real_branches(place: SchemaView, raw: Mapping[str, JSON], keyword: str) -> list[JSON]:
    """Return the branches of a choice that are not `null` alone."""
    return [each for each in _listed(raw, keyword) if place.at(each).follow().types() != {"null"}]


def _sure(place: SchemaView, depth: int) -> Iterator[str]:
    for raw in place.applied():
        properties = raw.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        for keyword in ("oneOf", "anyOf"):
            branches = [each for each in _listed(raw, keyword) if "object" in place.at(each).types()]
            if branches and depth < _MAX_CHOICES:
                yield from frozenset.intersection(*(frozenset(_sure(place.at(each), depth + 1)) for each in branches))


def _possible(place: SchemaView, keywords: tuple[str, ...], seen: set[int]) -> Iterator[dict[str, JSON] | bool]:
    raw = place.raw
    if isinstance(raw, bool):
        yield raw
    if not isinstance(raw, dict) or id(raw) in seen:
        return
    seen.add(id(raw))
    yield raw
    reference = raw.get("$ref")
    target = place.target(reference) if isinstance(reference, str) else None
    if target is not None:
        yield from _possible(target, keywords, seen)
    for keyword in keywords:
        if keyword in raw:
            below = raw[keyword]
            for each in below if isinstance(below, list) else [below]:
                yield from _possible(place.at(each), keywords, seen)


def _together(place: SchemaView, described: Callable[[dict[str, JSON]], JSON]) -> SchemaView | None:
    """Return one place for what several parts of an `allOf` describe, as all of them apply; `None` where fewer do.

    A list of anything (`PaginatedDto`) beside what this one is a list of is the usual case.
    """
    if not isinstance(place.raw, dict) or len(_listed(place.raw, "allOf")) not in range(1, _FEW_BRANCHES + 1):
        return None
    found: list[JSON] = []
    for raw in place.applied():
        each = described(raw)
        if isinstance(each, dict) and each not in found:
            found.append(each)
    return place.at({"allOf": found}) if len(found) > 1 else None


def _described(raw: dict[str, JSON], name: str) -> JSON:
    properties = raw.get("properties")
    return properties.get(name) if isinstance(properties, dict) else None


def _described_items(raw: dict[str, JSON]) -> JSON:
    return None if "prefixItems" in raw else raw.get("items")


def _members(place: SchemaView, name: str, depth: int) -> Iterator[SchemaView]:
    place = place.follow()
    raw = place.raw
    if not isinstance(raw, dict) or depth > _MAX_DEPTH:
        return
    properties = raw.get("properties")
    if isinstance(properties, dict) and name in properties:
        yield place.at(properties[name])
    for branch in _branches(raw):
        yield from _members(place.at(branch), name, depth + 1)
    if isinstance(raw.get("additionalProperties"), dict):
        yield place.at(raw["additionalProperties"])


def _tabulate(place: SchemaView, table: dict[str, SchemaView], depth: int) -> SchemaView | None:
    """Put into `table` what `_members` would yield first for each name; return what it yields for any other."""
    place = place.follow()
    raw = place.raw
    if not isinstance(raw, dict) or depth > _MAX_DEPTH:
        return None
    properties = raw.get("properties")
    for name, each in (properties if isinstance(properties, dict) else {}).items():
        table.setdefault(name, place.at(each))
    for branch in _branches(raw):
        rest = _tabulate(place.at(branch), table, depth + 1)
        if rest is not None:
            return rest
    return place.at(raw["additionalProperties"]) if isinstance(raw.get("additionalProperties"), dict) else None


def _elements(place: SchemaView, index: int, depth: int) -> Iterator[SchemaView]:
    place = place.follow()
    raw = place.raw
    if not isinstance(raw, dict) or depth > _MAX_DEPTH:
        return
    prefix = _listed(raw, "prefixItems")
    if index < len(prefix):
        yield place.at(prefix[index])
    if isinstance(raw.get("items"), dict):
        yield place.at(raw["items"])
    for branch in _branches(raw):
        yield from _elements(place.at(branch), index, depth + 1)


def _declared(raw: Mapping[str, JSON]) -> frozenset[str]:
    allowed = ANY_TYPE
    declared = raw.get("type")
    if isinstance(declared, (str, list)):
        names = {each for each in ([declared] if isinstance(declared, str) else declared) if isinstance(each, str)}
        allowed = frozenset(names | ({"integer"} if "number" in names else set()))
    if "const" in raw:
        allowed &= _types_of([raw["const"]])
    choices = raw.get("enum")
    if isinstance(choices, list):
        allowed &= _types_of(choices)
    return allowed


def _types_of(values: list[JSON]) -> frozenset[str]:
    """The types that values have between them. An enum may have a hundred thousand: each kind is looked at once."""
    found: set[str] = set()
    for kind in set(map(type, values)):
        found |= next(types for one, types in _TYPES_OF if issubclass(kind, one))
    if "number" in found and any(isinstance(each, float) and each.is_integer() for each in values):
        found.add("integer")
    return frozenset(found)


_TYPES_OF: Final = (
    (str, frozenset({"string"})),
    (bool, frozenset({"boolean"})),
    (int, frozenset({"integer", "number"})),
    (float, frozenset({"number"})),
    (type(None), frozenset({"null"})),
    (list, frozenset({"array"})),
    (object, frozenset({"object"})),
)
"""The types of values in JSON by what they are in Python; a whole float is an integer too."""


def _listed(raw: Mapping[str, JSON], keyword: str) -> list[JSON]:
    value = raw.get(keyword)
    return value if isinstance(value, list) else []


def _branches(raw: Mapping[str, JSON]) -> list[JSON]:
    return [each for keyword in ("allOf", "anyOf", "oneOf") for each in _listed(raw, keyword)]
