"""Parameters, headers and bodies of Swagger 2.0 as those of OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contract_suite.contract.document import Node
from contract_suite.contract.swagger2.placed_tree import PlacedTree
from contract_suite.contract.swagger2.schemas import SCHEMA_KEYWORDS, SchemaUpgrade
from contract_suite.model.json import JSON

_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_JSON: Final = "application/json"
_DROPPED: Final = SCHEMA_KEYWORDS | {"collectionFormat", "x-example", "x-examples"}
_QUERY_STYLES: Final[dict[str, tuple[str, bool]]] = {
    "csv": ("form", False),
    "multi": ("form", True),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
}


class ParameterUpgrade:
    """Upgrades the parameters of one document."""

    def __init__(self, placed: PlacedTree, schemas: SchemaUpgrade) -> None:
        """Share the tree and the schemas of the document."""
        self._placed = placed
        self._schemas = schemas
        self._made: dict[int, JSON] = {}

    def parameter(self, node: Node) -> JSON:
        """Return a parameter of path, query, header or anything unknown; one that is shared is made once."""
        known = self._made.get(id(node.value))
        if known is None:
            known = self._made[id(node.value)] = self._spread(node, where=_text(node, "in"))
        return known

    def header(self, node: Node) -> JSON:
        """Return a header of a response."""
        return self._spread(node, where="header")

    def body(self, node: Node, consumes: Sequence[str]) -> JSON:
        """Return the request body that an `in: body` parameter declares."""
        made = self._body(node)
        content = self._placed.mapping(node)
        schema = node.child("schema")
        upgraded = self._schemas.schema(schema) if schema is not None else None
        for name in consumes or (_JSON,):
            media = self._placed.mapping(node)
            if schema is not None:
                self._placed.put(media, "schema", upgraded, schema)
            example = node.child("x-example")
            if example is not None:
                self._placed.put(media, "example", example.value, example)
            self._placed.put(content, name, media, node)
        self._placed.put(made, "content", content, node)
        return made

    def form(self, fields: Sequence[Node], consumes: Sequence[str]) -> JSON:
        """Return the request body that `in: formData` parameters declare together."""
        first = fields[0]
        schema, properties = self._placed.mapping(first), self._placed.mapping(first)
        required, encoding = self._placed.sequence(first), self._placed.mapping(first)
        for field in fields:
            name = _text(field, "name")
            described = self._schemas.of_keywords(field)
            description = field.child("description")
            if description is not None:
                self._placed.put(described, "description", description.value, description)
            self._placed.put(properties, name, described, field)
            if _flag(field, "required"):
                self._placed.add(required, name, field)
            style = self._encoding(field)
            if style:
                self._placed.put(encoding, name, style, field)
        self._placed.put(schema, "type", "object", first)
        self._placed.put(schema, "properties", properties, first)
        if required:
            self._placed.put(schema, "required", required, first)
        content = self._placed.mapping(first)
        for name in _form_types(fields, consumes):
            media = self._placed.mapping(first)
            self._placed.put(media, "schema", schema, first)
            if encoding and name == _FORM:
                self._placed.put(media, "encoding", encoding, first)
            self._placed.put(content, name, media, first)
        made = self._placed.mapping(first)
        if required:
            self._placed.put(made, "required", True, first)  # noqa: FBT003 - the value of the member
        self._placed.put(made, "content", content, first)
        return made

    def _body(self, node: Node) -> dict[str, JSON]:
        made = self._placed.mapping(node)
        for key, child in node.items():
            if key in {"description", "required"} or (key.startswith("x-") and key not in _DROPPED):
                self._placed.put(made, key, child.value, child)
        return made

    def _spread(self, node: Node, *, where: str) -> JSON:
        """A parameter or header with its schema and the style of its arrays."""
        if not isinstance(node.value, dict):
            return node.value
        made = self._placed.mapping(node)
        for key, child in node.items():
            if key not in _DROPPED and key != "schema":
                self._placed.put(made, key, child.value, child)
        stated = node.child("schema")
        if stated is not None:  # in no header or query of Swagger 2.0, and written there all the same
            self._placed.put(made, "schema", self._schemas.schema(stated), stated)
            return made
        schema = self._schemas.of_keywords(node)
        self._style(made, schema, node, where)
        self._placed.put(made, "schema", schema, node)
        example = node.child("x-example")
        if example is not None:
            self._placed.put(made, "example", example.value, example)
        return made

    def _style(self, made: dict[str, JSON], schema: dict[str, JSON], node: Node, where: str) -> None:
        if schema.get("type") != "array":
            return
        form = _text(node, "collectionFormat") or "csv"
        origin = node.child("collectionFormat") or node
        style, explode = _QUERY_STYLES.get(form, ("", False))
        if where == "query" and style:
            self._placed.put(made, "style", style, origin)
            self._placed.put(made, "explode", explode, origin)
        elif form != "csv":  # OpenAPI 3.0 has no word for it, so the value is one text
            schema.clear()
            self._placed.put(schema, "type", "string", node)

    def _encoding(self, field: Node) -> dict[str, JSON] | None:
        if not isinstance(field.value, dict) or field.value.get("type") != "array":
            return None
        style, explode = _QUERY_STYLES.get(_text(field, "collectionFormat") or "csv", ("form", False))
        made = self._placed.mapping(field)
        self._placed.put(made, "style", style, field)
        self._placed.put(made, "explode", explode, field)
        return made


def _form_types(fields: Sequence[Node], consumes: Sequence[str]) -> tuple[str, ...]:
    files = any(isinstance(field.value, dict) and field.value.get("type") == "file" for field in fields)
    wanted = (_MULTIPART,) if files else (_FORM, _MULTIPART)
    found = tuple(name for name in consumes if name.partition(";")[0].strip().lower() in wanted)
    return found or wanted[:1]


def _text(node: Node, key: str) -> str:
    value = node.value.get(key) if isinstance(node.value, dict) else None
    return value if isinstance(value, str) else ""


def _flag(node: Node, key: str) -> bool:
    return isinstance(node.value, dict) and node.value.get(key) is True
