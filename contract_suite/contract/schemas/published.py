"""Schemas and documents as other projects' tools take them: strict JSON Schema 2020-12 and plain OpenAPI.

Neither holds one of our extensions.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from contract_suite.contract.schemas.copying import FORMAT_MARK
from contract_suite.model.json import JSON

EXTENSIONS: Final = frozenset({"x-source", "x-contract"})
FORMATS: Final = frozenset(
    {
        *("date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6"),
        *("uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template", "json-pointer"),
        *("relative-json-pointer", "regex"),
    }
)
"""The formats of JSON Schema 2020-12; strict validators refuse any other."""

_MAPS: Final = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SINGLES: Final = frozenset(
    {
        *("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"),
        *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
    }
)
_PLAIN: Final = frozenset(
    {
        *("$schema", "$id", "$ref", "$comment", "title", "description", "default", "examples", "deprecated"),
        *("readOnly", "writeOnly", "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum"),
        *("exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems"),
        *("maxContains", "minContains", "maxProperties", "minProperties", "required", "dependentRequired"),
        *("contentEncoding", "contentMediaType"),
    }
)
_NAMED: Final = frozenset(
    {
        *("properties", "patternProperties", "$defs", "dependentSchemas", "schemas", "responses", "parameters"),
        *("examples", "requestBodies", "headers", "securitySchemes", "links", "callbacks", "pathItems", "paths"),
        *("content", "webhooks", "variables", "mapping", "encoding"),
    }
)
_DATA: Final = frozenset({"example", "value", "default", "enum", "const", "required"})


def identifier(family: str, version: str, name: str = "") -> str:
    """Return the `$id` of a contract's schema, or of all of them: a URN that carries the contract's version."""
    return ":".join(quote(each, safe="+.-_") for each in ("urn", "contract-suite", family, version, name) if each)


def strict_schema(schema: JSON, identity: str = "") -> dict[str, JSON]:
    """Return a standalone schema with its `$id` and only what JSON Schema 2020-12 knows.

    Ranges that stand for OpenAPI's integer formats become `minimum` and `maximum`; other formats of OpenAPI and unknown
    keywords, which a validator would ignore or refuse, are left out.
    """
    if not isinstance(schema, dict):
        return {"$id": identity} if schema is True else {"$id": identity, "not": {}}
    named = {"$schema": schema["$schema"]} if "$schema" in schema else {}
    return {**named, **({"$id": identity} if identity else {}), **_strict(schema)}


def plain_document(document: JSON) -> JSON:
    """Return an OpenAPI document without our extensions; examples and other data stay as they are."""
    return _plain(document, named=False)


def _strict(schema: dict[str, JSON]) -> dict[str, JSON]:
    strict: dict[str, JSON] = {}
    for keyword, value in schema.items():
        if keyword in _MAPS and isinstance(value, dict):
            strict[keyword] = {name: _subschema(each) for name, each in value.items()}
        elif keyword in _LISTS and isinstance(value, list):
            kept = [each for each in value if not (isinstance(each, dict) and FORMAT_MARK in each)]
            if kept:
                strict[keyword] = [_subschema(each) for each in kept]
        elif keyword in _SINGLES:
            strict[keyword] = _subschema(value)
        elif keyword in _PLAIN or (keyword == "format" and value in FORMATS):
            strict[keyword] = value
    for marked in _marked(schema):
        for keyword, narrower in (("minimum", max), ("maximum", min)):
            limits = [each for each in (strict.get(keyword), marked.get(keyword)) if isinstance(each, (int, float))]
            if limits:
                strict[keyword] = narrower(limits)
    return strict


def _marked(schema: dict[str, JSON]) -> list[dict[str, JSON]]:
    """The subschemas that stand for the range of an integer format."""
    branches = schema.get("allOf")
    return [
        each
        for each in (branches if isinstance(branches, list) else [])
        if isinstance(each, dict) and FORMAT_MARK in each
    ]


def _subschema(value: JSON) -> JSON:
    return _strict(value) if isinstance(value, dict) else value


def _plain(value: JSON, *, named: bool) -> JSON:
    """`named` says that the keys are names given by the document, not words of OpenAPI."""
    if isinstance(value, list):
        return [_plain(each, named=False) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: each if key in _DATA and not named else _plain(each, named=key in _NAMED and not named)
        for key, each in value.items()
        if named or key not in EXTENSIONS
    }
