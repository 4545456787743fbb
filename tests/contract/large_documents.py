"""Documents as large platforms publish them: many operations, shared components, choices, deep schemas, long examples."""

from __future__ import annotations

import random
from typing import Any

_WORDS = [
    *("alpha", "branch", "commit", "deploy", "event", "file", "group", "hook", "issue", "job"),
    *("key", "label", "merge", "node", "owner", "pull", "queue", "repo", "secret", "team"),
]


def large_document(*, operations: int = 900, megabytes: float = 10.0, seed: int = 0) -> dict[str, Any]:
    """A document of about that size; the same arguments make the same one."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    kinds = max(20, operations // 3)
    # What is left for descriptions and examples is spread evenly over the schemas.
    filling = max(0, int(megabytes * 1e6) - 4500 * operations) // (kinds * 24)
    schemas = {f"Kind{number}": _kind(number, kinds, draw, filling) for number in range(kinds)}
    schemas["Problem"] = {
        "type": "object",
        "properties": {"message": {"type": "string"}, "documentation_url": {"type": "string"}},
    }
    paths: dict[str, Any] = {}
    for number in range(operations):
        _add(paths, number, kinds)
    return {
        "openapi": "3.0.3",
        "info": {"title": "A large platform", "version": "1.1.4", "description": _text(draw, 2000)},
        "servers": [{"url": "https://api.example.com"}],
        "tags": [{"name": word, "description": _text(draw, 80)} for word in _WORDS],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": {
                "page": {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}},
                "per-page": {
                    "name": "per_page",
                    "in": "query",
                    "schema": {"type": "integer", "maximum": 100, "default": 30},
                },
                "owner": {"name": "owner", "in": "path", "required": True, "schema": {"type": "string"}},
            },
            "responses": {
                "not_found": {"description": "Not found", "content": _json({"$ref": "#/components/schemas/Problem"})},
                "invalid": {"description": "Invalid", "content": _json({"$ref": "#/components/schemas/Problem"})},
            },
        },
    }


def _kind(number: int, kinds: int, draw: random.Random, filling: int) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "id": {"type": "integer", "format": "int64", "example": number},
        "name": {"type": "string", "maxLength": 100, "description": _text(draw, 60)},
        "state": {"type": "string", "enum": ["open", "closed", "all"]},
        "url": {"type": "string", "format": "uri"},
        "created_at": {"type": "string", "format": "date-time"},
    }
    for index in range(18):
        member: dict[str, Any] = {
            "type": draw.choice(["string", "integer", "boolean"]),
            "description": _text(draw, filling),
        }
        properties[f"{draw.choice(_WORDS)}_{index}"] = member
    for index in (1, 7):
        other = {"$ref": f"#/components/schemas/Kind{(number * 7 + index) % kinds}"}
        properties[f"{draw.choice(_WORDS)}_of_{index}"] = {"type": "array", "items": other} if index == 7 else other
    properties["owner"] = {
        "nullable": True,
        "oneOf": [{"$ref": f"#/components/schemas/Kind{(number + step) % kinds}"} for step in (3, 11)],
    }
    nested: dict[str, Any] = {"type": "string"}
    for depth in range(6):
        nested = {"type": "object", "properties": {f"level_{depth}": nested, "note": {"type": "string"}}}
    properties["settings"] = nested
    return {"type": "object", "title": f"Kind {number}", "required": ["id", "name"], "properties": properties}


def _add(paths: dict[str, Any], number: int, kinds: int) -> None:
    kind, verb = divmod(number, 5)
    word = _WORDS[kind % len(_WORDS)]
    collection = f"/owners/{{owner}}/{word}s{kind}"
    item = f"{collection}/{{{word}_id}}"
    reference = {"$ref": f"#/components/schemas/Kind{kind % kinds}"}
    method = ("get", "post", "get", "patch", "delete")[verb]
    path = collection if verb < 2 else item
    identity = {"name": f"{word}_id", "in": "path", "required": True, "schema": {"type": "integer"}}
    operation: dict[str, Any] = {
        "operationId": f"{word}s{kind}/{('list', 'create', 'get', 'update', 'delete')[verb]}",
        "summary": f"{method} a {word}",
        "description": f"What {method} does with a {word}. " * 12,
        "tags": [word],
        "parameters": [{"$ref": "#/components/parameters/owner"}, *([identity] if verb > 1 else [])],
        "responses": {"404": {"$ref": "#/components/responses/not_found"}},
    }
    if verb == 0:
        operation["parameters"] += [
            {"$ref": "#/components/parameters/page"},
            {"$ref": "#/components/parameters/per-page"},
        ]
    if verb in {1, 3}:
        body = {
            "type": "object",
            "properties": {"name": {"type": "string", "maxLength": 100}, "state": {"type": "string"}},
        }
        operation["requestBody"] = {
            "required": True,
            "content": _json({**body, **({"required": ["name"]} if verb == 1 else {})}),
        }
        operation["responses"]["422"] = {"$ref": "#/components/responses/invalid"}
    status = {0: "200", 1: "201", 2: "200", 3: "200", 4: "204"}[verb]
    answer = {"type": "array", "items": reference} if verb == 0 else reference
    operation["responses"][status] = {"description": "Done", **({} if verb == 4 else {"content": _json(answer)})}
    paths.setdefault(path, {})[method] = operation


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _text(draw: random.Random, size: int) -> str:
    words = []
    while size > 0:
        words.append(draw.choice(_WORDS))
        size -= len(words[-1]) + 1
    return " ".join(words)
