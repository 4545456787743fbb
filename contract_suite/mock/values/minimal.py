"""The smallest sensible value that a schema allows.

What a document shows by itself is taken if it shows anything, else a value is made of its constraints.

The result is valid wherever the search finds a valid one; a schema that nothing satisfies yields the nearest try.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from contract_suite.contract.schemas.formats import FORMATS
from contract_suite.contract.schemas.pattern_matching import matches
from contract_suite.contract.schemas.patterns import shortest
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.limits import LEVELS
from contract_suite.model.json import JSON, tokens

_DEEP: Final = 5
_DEEPEST: Final = LEVELS
_MAX_REPEATS: Final = 256
_LARGEST_EXACT: Final = 1e16
"""Larger numbers stay as they were written: with all its digits, one is no longer the number that its bounds are held to."""
_WORD: Final = "string"
_OTHER_WORD: Final = "text"


def minimal(schema: Schema) -> JSON:
    """Return a valid value with no more in it than the schema requires."""
    return _made(schema, schema.bundle.root, 0)


def minimal_at(schema: Schema, place: str) -> JSON:
    """Return a valid value for a place, as small as `minimal`; `*` in its JSON Pointer stands for an item of an array."""
    return _made(schema, _at(schema, place).raw, 0)


def optional_at(schema: Schema, place: str) -> dict[str, JSON]:
    """Return each member that an object may have at a place, with a small value; none that no answer shows.

    Parts of a value are trusted to make a valid whole, for there may be hundreds: whoever takes one must see that it fits.
    """
    where, maker = _at(schema, place), _Maker(schema, trusting=True)
    members = {name: where.member(name) for name in where.property_names()}
    return {name: maker.make(each.raw, 1) for name, each in members.items() if each.keyword("writeOnly") is not True}


def _at(schema: Schema, place: str) -> SchemaView:
    where = view(schema)
    for name in tokens(place):
        where = where.element(0) if name == "*" else where.member(name)
    return where


def _made(schema: Schema, node: JSON, depth: int) -> JSON:
    """Make a value whose parts are trusted to make a valid whole, and with every part tried where they don't."""
    quick = _Maker(schema, trusting=True).make(node, depth)
    careful = _Maker(schema, trusting=False)
    return quick if careful.fits(node)(quick) else careful.make(node, depth)


_Fits = Callable[[JSON], bool]
"""Whether a value is valid by one schema."""


class _Maker:
    def __init__(self, schema: Schema, *, trusting: bool) -> None:
        self.schema = schema
        self.trusting = trusting
        self.definitions = dict(schema.bundle.definitions)
        self._compiled: dict[int, tuple[JSON, _Fits]] = {}
        """By the identity of a schema, which is kept alive beside it."""

    def make(self, node: JSON, depth: int) -> JSON:
        fits = self.fits(node)
        flat = self._flat(node, 0)
        last: JSON = None
        for index, candidate in enumerate(self._candidates(flat, depth)):
            if fits(candidate):
                return candidate
            last = candidate if index == 0 else last
        return last

    def fits(self, node: JSON) -> _Fits:
        """Tell valid values; where parts are trusted, those of what refers to definitions are not looked at.

        A schema is compiled once, however many values are tried.
        """
        known = self._compiled.get(id(node))
        if known is None:
            known = self._compiled[id(node)] = (node, self._judge(node))
        return known[1]

    def _judge(self, node: JSON) -> _Fits:
        import jsonschema_rs  # noqa: PLC0415 - heavy, and a mock that is only built needs it not

        if isinstance(node, bool):
            return lambda _value: node
        refers = _refers(node)
        if refers and self.trusting:
            return lambda _value: True
        # What is compiled is copied first, all definitions with it: that takes milliseconds for a large document.
        own = {**_object(node), "$defs": self.definitions} if refers else _object(node)
        try:
            validator = jsonschema_rs.Draft202012Validator(own, validate_formats=True)
        except ValueError:
            return lambda _value: False

        def fits(value: JSON) -> bool:
            try:
                return validator.is_valid(value)
            except ValueError:  # a text that is no Unicode
                return False

        return fits

    def _candidates(self, flat: dict[str, JSON], depth: int) -> Iterator[JSON]:
        if "const" in flat:
            yield flat["const"]
        yield from _list(flat.get("examples"))
        if "default" in flat:
            yield flat["default"]
        yield from _list(flat.get("enum"))
        branches = [each for keyword in ("oneOf", "anyOf") for each in _list(flat.get(keyword))]
        if depth > _DEEP:
            branches.sort(key=self._demands)
        rest = {key: value for key, value in flat.items() if key not in {"oneOf", "anyOf", "if", "then", "else", "not"}}
        for branch in branches:
            yield from self._candidates(self._merged(rest, branch), depth + 1)
        for index, branch in enumerate(_list(flat.get("oneOf")) if depth <= _DEEP else ()):
            others = [each for at, each in enumerate(_list(flat.get("oneOf"))) if at != index]
            yield self._object_of(self._told_from(self._merged(rest, branch), others), depth)
        for keyword in ("then", "else"):
            if keyword in flat:
                yield from self._candidates(self._merged(rest, flat[keyword]), depth + 1)
        if depth < _DEEPEST:
            for kind in self._kinds(flat, depth):
                yield from self._of(kind, flat, depth)

    def _demands(self, branch: JSON) -> tuple[bool, int]:
        """How much a branch asks for at least: deep down the one that asks for least ends a value that holds its like."""
        flat = self._flat(branch, 0)
        return flat.get("type") != "null", len(_list(flat.get("required"))) + _int(flat.get("minItems"))

    def _told_from(self, flat: dict[str, JSON], others: list[JSON]) -> dict[str, JSON]:
        """Demand for each other alternative one member of its own that is wrong there, so that a value is only this one."""
        mine = _object(flat.get("properties"))
        for other in others:
            theirs = _object(self._flat(other, 0).get("properties"))
            name = next((each for each in theirs if each not in mine), None)
            if name is not None:
                flat = self._merged(flat, {"required": [name], "properties": {name: {"not": theirs[name]}}})
        return flat

    def _kinds(self, flat: dict[str, JSON], depth: int) -> list[str]:
        declared = flat.get("type")
        if isinstance(declared, list):
            kinds = [str(each) for each in declared]
            kinds.sort(key=lambda kind: (kind == "null") != (depth > _DEEP))
            return kinds
        if isinstance(declared, str):
            return [declared]
        if {"properties", "required", "additionalProperties", "minProperties"} & flat.keys():
            return ["object"]
        if {"items", "prefixItems", "minItems"} & flat.keys():
            return ["array"]
        if {"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"} & flat.keys():
            return ["integer", "number"]
        return ["string", "object", "integer", "array", "null", "boolean"]

    def _of(self, kind: str, flat: dict[str, JSON], depth: int) -> Iterator[JSON]:
        if kind == "object":
            yield self._object_of(flat, depth)
            if depth <= 1:  # a choice may need more members than its branches demand, to be told apart by
                yield self._object_of({**flat, "required": list(_object(flat.get("properties")))}, depth)
        elif kind == "array":
            yield self._array_of(flat, depth)
            yield self._array_of({**flat, "minItems": max(1, _int(flat.get("minItems")))}, depth)
        elif kind == "string":
            yield from self._strings(flat)
        elif kind in {"integer", "number"}:
            yield from self._numbers(flat, whole=kind == "integer")
        elif kind == "boolean":
            yield from (True, False)
        else:
            yield None

    def _object_of(self, flat: dict[str, JSON], depth: int) -> JSON:
        properties = _object(flat.get("properties"))
        wanted = [str(each) for each in _list(flat.get("required"))]
        for name, others in _object(flat.get("dependentRequired")).items():
            if name in wanted:
                wanted += [str(each) for each in _list(others) if each not in wanted]
        least = _int(flat.get("minProperties"))
        extra = flat.get("additionalProperties", True)
        wanted += [name for name in properties if name not in wanted][: max(0, least - len(wanted))]
        while len(wanted) < least:
            wanted.append(f"key{len(wanted)}")
        made: dict[str, JSON] = {}
        for name in wanted:
            by_pattern = [
                each for pattern, each in _object(flat.get("patternProperties")).items() if matches(pattern, name)
            ]
            made[name] = self.make(properties.get(name, by_pattern[0] if by_pattern else extra), depth + 1)
        return made

    def _array_of(self, flat: dict[str, JSON], depth: int) -> JSON:
        prefix = _list(flat.get("prefixItems"))
        contained = max(1, _int(flat.get("minContains", 1))) if "contains" in flat else 0
        least = max(_int(flat.get("minItems")), contained)
        made: list[JSON] = [self.make(each, depth + 1) for each in prefix[:least]]
        below = flat.get("items", True)
        if "contains" in flat:
            made += [self.make(flat["contains"], depth + 1) for _ in range(min(contained, _MAX_REPEATS))]
        while len(made) < min(least, _MAX_REPEATS):
            made.append(self.make(below, depth + 1))
        return self._told_apart(made, below) if flat.get("uniqueItems") is True else made

    def _told_apart(self, items: list[JSON], node: JSON) -> JSON:
        fits = self.fits(node)
        choices = _list(self._flat(node, 0).get("enum"))
        seen: list[JSON] = []
        for index, item in enumerate(items):
            tries: list[JSON] = [item, *choices]
            if isinstance(item, str):
                tries.append(f"{item}{index}")
            if isinstance(item, (int, float)) and not isinstance(item, bool):
                tries.append(item + index)
            seen.append(next((each for each in tries if each not in seen and fits(each)), item))
        return list(seen)

    def _strings(self, flat: dict[str, JSON]) -> Iterator[JSON]:
        least, most = _int(flat.get("minLength")), flat.get("maxLength")
        form = flat.get("format")
        pattern = flat.get("pattern")
        texts = [FORMATS[form].plain] if isinstance(form, str) and form in FORMATS else []
        if isinstance(pattern, str):
            texts += [shortest(pattern, stretch) for stretch in range(min(least, _MAX_REPEATS) + 1)]
        for text in (*texts, _WORD, _OTHER_WORD):
            longer = text + "x" * max(0, least - len(text))
            yield longer[:most] if isinstance(most, int) else longer

    def _numbers(self, flat: dict[str, JSON], *, whole: bool) -> Iterator[JSON]:
        low, high = _number(flat.get("minimum")), _number(flat.get("maximum"))
        above, below = _number(flat.get("exclusiveMinimum")), _number(flat.get("exclusiveMaximum"))
        step = _number(flat.get("multipleOf")) or 1
        for start in (0, low, high, above, below):
            if start is None:
                continue
            near = step * (start // step)
            for value in (start, near, near + step, near - step, start + 0.5, start - 0.5):
                exact = isinstance(value, int) or (value.is_integer() and (whole or abs(value) < _LARGEST_EXACT))
                if exact or not whole:
                    yield int(value) if exact else value
        if above is not None and below is not None:
            yield (above + below) / 2

    def _flat(self, node: JSON, depth: int) -> dict[str, JSON]:
        """The keywords of a schema with its references and `allOf` merged in."""
        if not isinstance(node, dict) or depth > _DEEPEST:
            return {}
        flat = {key: value for key, value in node.items() if key not in {"$ref", "allOf"}}
        reference = node.get("$ref")
        if isinstance(reference, str):
            flat = self._merged(flat, self.schema.bundle.deref(reference), depth + 1)
        for each in _list(node.get("allOf")):
            flat = self._merged(flat, each, depth + 1)
        return flat

    def _merged(self, flat: dict[str, JSON], other: JSON, depth: int = 0) -> dict[str, JSON]:
        merged = dict(flat)
        for key, value in self._flat(other, depth).items():
            mine = merged.get(key)
            if key not in merged:
                merged[key] = value
            elif key == "properties":
                both = dict(_object(mine))
                for name, each in _object(value).items():
                    both[name] = {"allOf": [both[name], each]} if name in both else each
                merged[key] = both
            elif key == "required":
                merged[key] = [*_list(mine), *(each for each in _list(value) if each not in _list(mine))]
            elif key in {"minimum", "minLength", "minItems", "minProperties", "exclusiveMinimum"}:
                merged[key] = max(_number(mine) or 0, _number(value) or 0) if mine is not None else value
            elif key in {"maximum", "maxLength", "maxItems", "maxProperties", "exclusiveMaximum"}:
                merged[key] = min(_number(mine) or 0, _number(value) or 0) if mine is not None else value
            elif key in {"anyOf", "oneOf", "enum"} and key == "enum":
                merged[key] = [each for each in _list(mine) if each in _list(value)]
        return merged


def _refers(node: JSON) -> bool:
    """Whether a schema needs definitions to be judged."""
    if isinstance(node, dict):
        return "$ref" in node or "$dynamicRef" in node or any(map(_refers, node.values()))
    return isinstance(node, list) and any(map(_refers, node))


def _list(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []


def _object(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}


def _int(value: JSON) -> int:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0


def _number(value: JSON) -> float | int | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
