"""Schemas of Swagger 2.0 as schemas of OpenAPI 3.0.

Only what differs is rewritten: references, `x-nullable`, `type: file`, `discriminator`. Numbers stay as they are.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from contract_suite.contract.document import Node
from contract_suite.contract.swagger2.placed_tree import PlacedTree
from contract_suite.model.json import JSON, escape

SCHEMA_KEYWORDS: Final = frozenset(
    {
        "type",
        "format",
        "items",
        "default",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "enum",
        "multipleOf",
        "x-nullable",
    }
)
"""Members of a parameter or header that are keywords of its schema in OpenAPI 3.0."""

_MAPS: Final = frozenset({"properties", "patternProperties", "definitions"})
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf"})
_SINGLES: Final = frozenset({"items", "additionalProperties", "not"})
_DEFINITIONS: Final = "#/definitions/"
_SCHEMAS: Final = "#/components/schemas/"
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9._-]")


class SchemaUpgrade:
    """Upgrades the schemas of one document.

    `moved` collects schemas that a reference finds outside `definitions`; they get a name of their own.
    """

    def __init__(self, root: Node, placed: PlacedTree) -> None:
        """Prepare for the document at `root`."""
        self._root = root
        self._placed = placed
        self._names: dict[str, str] = {}
        self.moved: list[tuple[str, Node, JSON]] = []

    def schema(self, node: Node) -> JSON:
        """Return one schema, upgraded with all that stands in it."""
        if not isinstance(node.value, dict):
            return node.value
        made = self._placed.mapping(node)
        for key, child in node.items():
            if key != "x-nullable":
                self._placed.put(made, *self._keyword(key, child), child)
        if node.value.get("type") == "file":
            self._as_binary(made, node)
        if node.value.get("x-nullable") is True:
            made = self._nullable(made, node)
        return made

    def of_keywords(self, node: Node) -> dict[str, JSON]:
        """Return the schema that stands spread over a parameter or header."""
        made = self._placed.mapping(node)
        for key, child in node.items():
            if key in SCHEMA_KEYWORDS and key != "x-nullable":
                value = self.of_keywords(child) if key == "items" and isinstance(child.value, dict) else child.value
                self._placed.put(made, key, value, child)
        if made.get("type") == "file":
            self._as_binary(made, node)
        if isinstance(node.value, dict) and node.value.get("x-nullable") is True:
            self._placed.put(made, "nullable", True, node)  # noqa: FBT003 - the value of the keyword
        return made

    def reference(self, reference: str) -> str:
        """Return where a reference of Swagger 2.0 leads in the upgraded document."""
        if reference.startswith(_DEFINITIONS):
            name, slash, rest = reference.removeprefix(_DEFINITIONS).partition("/")
            return f"{_SCHEMAS}{name}{slash}{rest}"
        if not reference.startswith("#/"):
            return reference  # another document, which is read as it is
        target = self._root.find(unquote(reference))
        if target is None:
            return reference  # leads nowhere, as it did before
        return f"{_SCHEMAS}{escape(self._moved_name(target))}"

    def _moved_name(self, target: Node) -> str:
        name = self._names.get(target.pointer)
        if name is None:
            name = self._names[target.pointer] = _NO_NAME.sub("_", target.pointer.strip("/"))
            self.moved.append((name, target, self.schema(target)))
        return name

    def _keyword(self, key: str, child: Node) -> tuple[str, JSON]:
        if key == "$ref" and isinstance(child.value, str):
            return key, self.reference(child.value)
        if key in _MAPS and isinstance(child.value, dict):
            made = self._placed.mapping(child)
            for name, each in child.items():
                self._placed.put(made, name, self.schema(each), each)
            return key, made
        # A list of `items` is no schema of Swagger; what it refers to is found all the same.
        if key in _LISTS | {"items"} and isinstance(child.value, list):
            listed = self._placed.sequence(child)
            for each in child.elements():
                self._placed.add(listed, self.schema(each), each)
            return key, listed
        if key in _SINGLES and isinstance(child.value, dict):
            return key, self.schema(child)
        if key == "discriminator" and isinstance(child.value, str):
            discriminator = self._placed.mapping(child)
            self._placed.put(discriminator, "propertyName", child.value, child)
            return key, discriminator
        return key, child.value

    def _as_binary(self, made: dict[str, JSON], node: Node) -> None:
        self._placed.put(made, "type", "string", node)
        self._placed.put(made, "format", "binary", node)

    def _nullable(self, made: dict[str, JSON], node: Node) -> dict[str, JSON]:
        nullable = True
        if "$ref" not in made:
            self._placed.put(made, "nullable", nullable, node)
            return made
        around = self._placed.mapping(node)  # nothing beside a reference counts, so it is put into an `allOf`
        parts = self._placed.sequence(node)
        self._placed.add(parts, made, node)
        self._placed.put(around, "allOf", parts, node)
        self._placed.put(around, "nullable", nullable, node)
        return around
