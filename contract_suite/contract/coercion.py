"""From texts to typed values: what a text can mean where a schema stands, read strictly or with every forgiveness that real servers show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.styles import Wire
from contract_suite.model.json import JSON, unescape

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
_HEXADECIMAL: Final = re.compile(r"[-+]?0[xX][0-9a-fA-F]+\Z")
_MAX_DIGITS: Final = 400
_MAX_DEPTH: Final = 12
_MAX_MEANINGS: Final = 8
_MAX_KEPT: Final = 256
_TRUE: Final = frozenset({"true", "1", "on", "yes", "t", "y"})
_FALSE: Final = frozenset({"false", "0", "off", "no", "f", "n"})
_ALL_TYPES: Final = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})


class Spot:
    """A place in a schema: the raw keywords there, with the definitions that its references name."""

    __slots__ = ("_elements", "_layers", "_members", "_types", "definitions", "raw")

    def __init__(self, raw: JSON, definitions: Mapping[str, JSON]) -> None:
        """Keep both."""
        self.raw = raw
        self.definitions = definitions
        self._types: frozenset[str] | None = None
        self._layers: tuple[dict[str, JSON], ...] | None = None
        self._members: dict[str, Spot] = {}
        self._elements: dict[int, Spot] = {}

    def follow(self) -> Spot:
        """Follow `$ref` as far as it leads, when nothing stands beside it; the place itself if it leads nowhere."""
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

    def target(self, reference: str) -> Spot | None:
        """Return the definition that a reference names."""
        name = unescape(reference.removeprefix("#/$defs/"))
        return self.at(self.definitions[name]) if name in self.definitions else None

    def at(self, raw: JSON) -> Spot:
        """Return a place with the same definitions."""
        return Spot(raw, self.definitions)

    def types(self) -> frozenset[str]:
        """Return the JSON types that can be valid here."""
        if self._types is None:
            self._types = _allowed(self, 0)
        return self._types

    def member(self, name: str) -> Spot:
        """Return where a property's value is described; a place without demands if nothing describes it."""
        found = self._members.get(name)
        if found is None:
            found = next(_members(self, name, 0), self.at(True))  # noqa: FBT003 - the schema `true`
            if len(self._members) < _MAX_KEPT:
                self._members[name] = found
        return found

    def element(self, index: int) -> Spot:
        """Return where an array's element is described."""
        found = self._elements.get(index)
        if found is None:
            found = next(_elements(self, index, 0), self.at(True))  # noqa: FBT003 - the schema `true`
            if len(self._elements) < _MAX_KEPT:
                self._elements[index] = found
        return found

    def layers(self) -> tuple[dict[str, JSON], ...]:
        """Return the schema objects that surely apply here: the place itself, what it refers to, and its `allOf`."""
        if self._layers is None:
            self._layers = tuple(_applying(self, 0))
        return self._layers

    def keyword(self, name: str) -> JSON:
        """Return the value of a keyword in the first layer that has it; `None` without one."""
        return next((raw[name] for raw in self.layers() if name in raw), None)


@lru_cache(maxsize=4096)
def spot(schema: Schema) -> Spot:
    """Return the root of a schema."""
    return Spot(schema.root, schema.bundle.definitions)


def meanings(wire: Wire, place: Spot, *, lenient: bool) -> list[JSON]:
    """Return what texts can mean at a place, the plainest first; never empty."""
    if isinstance(wire, list):
        columns = [meanings(each, place.element(index), lenient=lenient) for index, each in enumerate(wire)]
        return [[_nth(column, row) for column in columns] for row in range(_rows(columns))]
    if isinstance(wire, dict):
        members = {key: meanings(each, place.member(key), lenient=lenient) for key, each in wire.items()}
        return [
            {key: _nth(column, row) for key, column in members.items()} for row in range(_rows(list(members.values())))
        ]
    types = place.types()
    found = list(_strict(wire, types))
    if lenient:
        found += list(_forgiving(wire, types))
    found.append(wire)
    unique: list[JSON] = []
    for value in found:
        if not any(value is each or (type(value) is type(each) and value == each) for each in unique):
            unique.append(value)
    return list(islice(unique, _MAX_MEANINGS))


def _allowed(place: Spot, depth: int) -> frozenset[str]:
    raw = place.raw
    if raw is False:
        return frozenset()
    if not isinstance(raw, dict) or depth > _MAX_DEPTH:
        return _ALL_TYPES
    allowed = _ALL_TYPES & _declared(raw)
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


def _applying(place: Spot, depth: int) -> Iterator[dict[str, JSON]]:
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


def _members(place: Spot, name: str, depth: int) -> Iterator[Spot]:
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


def _elements(place: Spot, index: int, depth: int) -> Iterator[Spot]:
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


def _strict(text: str, types: frozenset[str]) -> Iterator[JSON]:
    if types == _ALL_TYPES:
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


def _declared(raw: Mapping[str, JSON]) -> frozenset[str]:
    allowed = _ALL_TYPES
    declared = raw.get("type")
    if isinstance(declared, (str, list)):
        names = {each for each in ([declared] if isinstance(declared, str) else declared) if isinstance(each, str)}
        allowed = frozenset(names | ({"integer"} if "number" in names else set()))
    if "const" in raw:
        allowed &= _types_of(raw["const"])
    choices = raw.get("enum")
    if isinstance(choices, list):
        allowed &= frozenset().union(*(_types_of(each) for each in choices))
    return allowed


def _types_of(value: JSON) -> frozenset[str]:
    if value is None:
        return frozenset({"null"})
    if isinstance(value, bool):
        return frozenset({"boolean"})
    if isinstance(value, (int, float)):
        return (
            frozenset({"integer", "number"}) if isinstance(value, int) or value.is_integer() else frozenset({"number"})
        )
    return frozenset({"string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"})


def _listed(raw: Mapping[str, JSON], keyword: str) -> list[JSON]:
    value = raw.get(keyword)
    return value if isinstance(value, list) else []


def _branches(raw: Mapping[str, JSON]) -> list[JSON]:
    return [each for keyword in ("allOf", "anyOf", "oneOf") for each in _listed(raw, keyword)]


def _rows(columns: list[list[JSON]]) -> int:
    return max((len(column) for column in columns), default=1)


def _nth(column: list[JSON], row: int) -> JSON:
    return column[min(row, len(column) - 1)]
