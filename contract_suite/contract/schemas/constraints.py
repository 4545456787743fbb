"""Every single demand of a schema as a value: what can be broken, and what must be shown to hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.schemas.copying import FORMAT_MARK
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.walking import real_branch, visit
from contract_suite.model.json import JSON, escape
from contract_suite.model.location import Location
from contract_suite.model.memo import Memo
from contract_suite.model.source import Source

ASSERTIONS: Final = (
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "anyOf",
    "oneOf",
    "not",
    "if",
)
_ORDER: Final = {keyword: index for index, keyword in enumerate(ASSERTIONS)}
_OF_PARTS: Final = ("prefixItems", "propertyNames", "unevaluatedItems", "unevaluatedProperties")
"""Keywords whose demands are no constraints of their own."""
_CLOSING: Final = ("additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems")


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One assertion keyword at one place.

    `subject` is empty for the whole value, `/Items/*/Id` below it. `required` and `dependentRequired` speak of the
    property that must be there: one constraint each, with that property as their subject. `schema` is the subschema (of
    the bundle) that holds the keyword.
    """

    subject: str
    keyword: str
    value: JSON
    source: Source
    location: Location
    quote: str
    schema: dict[str, JSON]


def constraints(schema: Schema) -> tuple[Constraint, ...]:
    """Every constraint of a schema, outermost first; a recursion is followed once."""
    return _constraints(schema)


_constraints: Final[Memo[Schema, tuple[Constraint, ...]]] = Memo(lambda schema: tuple(_all(schema)))


def may_refuse(schema: Schema) -> bool:
    """Whether some value may break a schema: by a constraint, or by a demand that is none, such as `false`."""
    return (
        bool(constraints(schema))
        or schema.root is False
        or any(_refuses(schema, node) for _, node in visit(schema.bundle))
    )


def _refuses(schema: Schema, node: dict[str, JSON]) -> bool:
    if any(node.get(keyword, True) not in (True, {}) for keyword in _OF_PARTS):
        return True
    inner = [*_list(node.get("allOf"))]
    for keyword in ("properties", "patternProperties"):
        named = node.get(keyword)
        inner += named.values() if isinstance(named, dict) else ()
    reference = node.get("$ref")
    if isinstance(reference, str):
        inner.append(schema.bundle.deref(reference))
    return any(each is False for each in inner)


def _all(schema: Schema) -> Iterator[Constraint]:
    seen: set[tuple[str, str, int]] = set()
    for subject, node in visit(schema.bundle):
        for subject_of, keyword, value in _of(schema, subject, node):
            place = schema.bundle.place(node)
            key = (subject_of, keyword, id(node))
            if place is None or key in seen:
                continue
            seen.add(key)
            if FORMAT_MARK in node:
                continue
            yield Constraint(
                subject=subject_of,
                keyword=keyword,
                value=value,
                source=place.source(keyword),
                location=place.node.location_of(keyword),
                quote=place.provenance.at,
                schema=node,
            )


def _of(schema: Schema, subject: str, node: dict[str, JSON]) -> Iterator[tuple[str, str, JSON]]:
    for keyword in sorted(_ORDER.keys() & node.keys(), key=_ORDER.__getitem__):
        if keyword in {"anyOf", "oneOf"} and real_branch(schema.bundle, node[keyword]) is not None:
            continue
        if keyword == "dependentRequired":
            table = node[keyword]
            for names in (table if isinstance(table, dict) else {}).values():
                for name in _list(names):
                    yield f"{subject}/{escape(str(name))}", keyword, table
        else:
            yield subject, keyword, node[keyword]
    for name in _list(node.get("required")):
        yield f"{subject}/{escape(str(name))}", "required", True
    for keyword in _CLOSING:
        if node.get(keyword) is False:
            yield subject, keyword, False


def _list(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []
