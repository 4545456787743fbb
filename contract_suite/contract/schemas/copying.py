"""One schema copied out of its document, with the place and the source of each part.

OpenAPI 3.0's own keywords (`nullable`, boolean `exclusiveMinimum`) are translated on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite import limits
from contract_suite.contract.document import Node
from contract_suite.contract.prose import readable
from contract_suite.contract.provenance import Provenance, provenance
from contract_suite.contract.schemas.discriminators import Discriminated
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON
from contract_suite.model.source import Source

Resolve = Callable[[str], JSON]
"""Finds what a reference leads to."""

FORMAT_MARK: Final = "x-format"
"""Marks the subschema that stands for a `format` which validators leave alone; its value is the format's name."""


MAPS: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
SINGLES: Final = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
DROPPED: Final = frozenset(
    {"example", "xml", "externalDocs", "discriminator", "nullable", "$id", "$schema", "$anchor", "$dynamicAnchor"}
)
CONDITIONS: Final = ("not", "if", "then", "else")
"""Keywords whose values are schemas: maps and lists of them, and single ones; and those that are not copied."""

_IN_PLACE: Final = frozenset({"$ref", "allOf", "anyOf", "oneOf", "dependentSchemas", *CONDITIONS})
_REFERENCES: Final = ("$ref", "$dynamicRef")
_COUNTS: Final = frozenset(
    {
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"),
        *("minItems", "maxItems", "minProperties", "maxProperties"),
    }
)
"""Keywords whose values are numbers."""
_RANGES: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a subschema of the bundle came from: its node, who says it, and what it inherits."""

    node: Node
    provenance: Provenance
    inherited: Source

    def source(self, keyword: str) -> Source:
        """Who says one keyword."""
        return self.provenance.of(keyword, self.inherited)


class Copier:
    """Copies one schema out of its document; what it refers to is only named."""

    def __init__(self, name_of: Callable[[Node, str], str], *, openapi_30: bool, not_owed: str = "") -> None:
        """`name_of` names what a reference leads to; `not_owed` is the keyword of members that are never required."""
        self.places: dict[int, Place] = {}
        """Where each copied schema came from, by the identity of the copy."""
        self.references: dict[str, None] = {}
        """The names of what was referred to, in order."""
        self._name_of = name_of
        self._not_owed = not_owed
        self._openapi_30 = openapi_30

    def schema(self, node: Node, inherited: Source) -> dict[str, JSON] | bool:
        """Return a copy of the schema at a node; `inherited` is the source of what it stands in."""
        value = node.value
        if isinstance(value, bool):
            return value
        if not isinstance(value, dict):
            raise DocumentError("a schema must be an object or a boolean", node.location)
        own = provenance(node)
        copied: dict[str, JSON] = {}
        self.places[id(copied)] = Place(node=node, provenance=own, inherited=inherited)
        reference = _reference(node, value)
        if reference is not None:
            name = self._name_of(node, reference)
            self.references[name] = None
            copied["$ref"] = f"#/$defs/{name}"
            if self._openapi_30:
                return copied
        if has_long_pattern(value):
            raise DocumentError(f"a pattern has more than {limits.PATTERN:,} characters", node.location)
        below = own.kind or inherited
        if isinstance(value.get("example"), (str, int, float)):
            copied["example"] = value["example"]  # how one usually looks: for requests to send, no validator knows it
        for key in value:
            if key in DROPPED or key in _REFERENCES or key.startswith("x-"):
                continue
            copied[key] = self._keyword(node, key, below)
        self._integer_range(copied, node, below)
        self._discriminated(copied, node, below)
        self._without_not_owed(copied, node)
        return self._from_30(copied, node) if self._openapi_30 else copied

    def _keyword(self, node: Node, key: str, below: Source) -> JSON:
        child = node.child(key)
        if child is None:  # pragma: no cover - the key comes from the node itself
            return None
        if key in MAPS and isinstance(child.value, dict):
            return {name: self.schema(each, below) for name, each in child.items()}
        if key in LISTS and isinstance(child.value, list):
            return [self.schema(each, below) for each in child.elements()]
        if key in SINGLES and isinstance(child.value, (dict, bool)):
            return self.schema(child, below)
        if key in MAPS or key in LISTS or key in SINGLES:
            raise DocumentError(
                f"{key!r} must be {'a list of schemas' if key in LISTS else 'a schema or an object of schemas'}",
                child.location,
            )
        if key == "description" and isinstance(child.value, str):
            return readable(child.value)
        return _as_number(child.value) if key in _COUNTS and isinstance(child.value, str) else child.value

    def _without_not_owed(self, copied: dict[str, JSON], node: Node) -> None:
        """Take the members out of `required` that the other side says."""
        required, properties = copied.get("required"), node.child("properties")
        if not self._not_owed or not isinstance(required, list) or properties is None:
            return
        owed = [name for name in required if not self._is_not_owed(properties, name)]
        if owed:
            copied["required"] = owed
        elif required:
            del copied["required"]

    def _is_not_owed(self, properties: Node, name: JSON) -> bool:
        child = properties.child(name) if isinstance(name, str) else None
        if child is None or not isinstance(child.value, dict):
            return False
        target = child.value if self._not_owed in child.value else child.resolve().value
        return isinstance(target, dict) and target.get(self._not_owed) is True

    def _discriminated(self, copied: dict[str, JSON], node: Node, below: Source) -> None:
        """Let each alternative demand its own name in the discriminator.

        Names that nothing maps are those of the components: in a request one of them is right, in an answer many
        servers have names of their own. So nothing in the answer need tell such an alternative from the others, and a
        value may fit several.
        """
        for keyword in ("oneOf", "anyOf"):
            branches = copied.get(keyword)
            if isinstance(branches, list) and "discriminator" in (node.value if isinstance(node.value, dict) else {}):
                names = Discriminated(node, keyword, implied=self._not_owed == "readOnly")
                branches = [self._with_name(branch, names, index, below) for index, branch in enumerate(branches)]
                told_apart = self._not_owed == "readOnly" or names.tell_apart()
                del copied[keyword]
                self._choice(copied, keyword if told_apart else "anyOf", branches)

    def _choice(self, copied: dict[str, JSON], keyword: str, branches: list[JSON]) -> None:
        """Add a choice beside one of the same kind that may be there."""
        if keyword not in copied:
            copied[keyword] = branches
            return
        choice: dict[str, JSON] = {keyword: branches}
        self.places[id(choice)] = self.places[id(copied)]
        others = copied.get("allOf")
        copied["allOf"] = [*(others if isinstance(others, list) else []), choice]

    def _with_name(self, branch: JSON, names: Discriminated, index: int, below: Source) -> JSON:
        allowed = names.of(index)
        if not allowed:
            return branch
        listed: list[JSON] = list(allowed)
        value: dict[str, JSON] = {"type": "string", "enum": listed}
        demand: dict[str, JSON] = {"properties": {names.property: value}, "required": [names.property]}
        both: dict[str, JSON] = {"allOf": [demand, branch]}
        for each in (value, demand, both):
            self.places[id(each)] = Place(node=names.node, provenance=provenance(names.node), inherited=below)
        return both

    def _integer_range(self, copied: dict[str, JSON], node: Node, below: Source) -> None:
        """Spell out what `format: int32` and `int64` mean, which validators leave alone."""
        limits = _RANGES.get(str(copied.get("format")))
        types = copied.get("type")
        if limits is None or "integer" not in (types if isinstance(types, list) else [types]):
            return
        extra: dict[str, JSON] = {"minimum": limits[0], "maximum": limits[1], FORMAT_MARK: copied["format"]}
        self.places[id(extra)] = Place(node=node, provenance=provenance(node), inherited=below)
        others = copied.get("allOf")
        copied["allOf"] = [*(others if isinstance(others, list) else []), extra]

    def _from_30(self, copied: dict[str, JSON], node: Node) -> dict[str, JSON]:
        raw = node.value if isinstance(node.value, dict) else {}
        for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            flag = copied.get(exclusive)
            if isinstance(flag, bool):
                del copied[exclusive]
                if flag and bound in copied:
                    copied[exclusive] = copied.pop(bound)
        if raw.get("nullable") is True:
            kind = copied.get("type")
            if isinstance(kind, str):
                copied["type"] = [kind, "null"]
                choices = copied.get("enum")
                if isinstance(choices, list) and None not in choices:
                    copied["enum"] = [*choices, None]
            elif any(key in copied for key in LISTS):
                inner = dict(copied)
                place = self.places[id(copied)]
                self.places[id(inner)] = place
                copied.clear()
                copied["anyOf"] = [inner, {"type": "null"}]
        return copied


def applies_others(schema: Mapping[str, JSON]) -> bool:
    """Whether `in_place` may yield anything, which is asked far more often than answered with yes."""
    return not _IN_PLACE.isdisjoint(schema)


def in_place(schema: Mapping[str, JSON], resolve: Resolve, *, openapi_30: bool = False) -> Iterator[JSON]:
    """Yield the schemas that apply to the same value as this one, or may."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield resolve(reference)
        if openapi_30:
            return
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = schema.get(keyword)
        yield from branches if isinstance(branches, list) else ()
    for keyword in CONDITIONS:
        if keyword in schema:
            yield schema[keyword]
    dependent = schema.get("dependentSchemas")
    yield from dependent.values() if isinstance(dependent, dict) else ()


def _reference(node: Node, value: Mapping[str, JSON]) -> str | None:
    """What a schema refers to. Raises `DocumentError` for a reference that leads elsewhere by how one came to it."""
    reference, dynamic = value.get("$ref"), value.get("$dynamicRef")
    if isinstance(dynamic, str):
        if reference is not None or not node.library.is_static(node, dynamic):
            raise DocumentError(
                "a '$dynamicRef' is followed where it stands without '$ref' and one '$dynamicAnchor' of the document "
                "has its name",
                node.location_of("$dynamicRef"),
            )
        return dynamic
    if "$recursiveRef" in value:
        raise DocumentError(
            "'$recursiveRef' is of JSON Schema 2019-09; OpenAPI 3.1 has '$dynamicRef'",
            node.location_of("$recursiveRef"),
        )
    return reference if isinstance(reference, str) else None


def has_long_pattern(schema: Mapping[str, JSON]) -> bool:
    """Whether a schema holds a text, or names, to a pattern that is too long to be tried."""
    if "pattern" not in schema and "patternProperties" not in schema:
        return False
    pattern, named = schema.get("pattern"), schema.get("patternProperties")
    texts = [pattern, *(named if isinstance(named, dict) else ())]
    return any(isinstance(each, str) and len(each) > limits.PATTERN for each in texts)


def _as_number(text: str) -> JSON:
    """Return the number that a generator of documents wrote as a text (`minimum: "0.00"`); `lint` complains of it."""
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if set(text) & set(".eE") else int(text)
