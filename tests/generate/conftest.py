"""Small inline documents for the tests of the generators."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract

OK = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}}
THING = {
    "type": "object",
    "required": ["Name"],
    "properties": {
        "Name": {"type": "string", "minLength": 1, "maxLength": 64},
        "Note": {"type": ["string", "null"], "maxLength": 20},
        "Size": {"type": "integer", "format": "int32", "minimum": 1},
        "Kind": {"type": "string", "enum": ["big", "small"]},
        "Tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]{1,4}$"}, "maxItems": 3},
        "Inner": {
            "type": "object",
            "required": ["Flag"],
            "properties": {"Flag": {"type": "boolean"}},
            "additionalProperties": False,
        },
    },
}


def read(document: dict[str, Any]) -> Contract:
    return read_contract(Library().read(json.dumps(document).encode(), "inline.json"))


def things(*, annotated: bool = True) -> dict[str, Any]:
    """A document with one resource: created, listed, read, updated, deleted."""
    path_id = {"name": "Id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    body = {"required": True, "content": {"application/json": {"schema": THING}}}
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "things", "version": "1"},
        "security": [{"key": []}],
        "paths": {
            "/things": {
                "post": {
                    "operationId": "Make",
                    "requestBody": body,
                    "responses": OK,
                    "x-source": "documented",
                    "x-contract": {"permission": "write"},
                },
                "get": {
                    "operationId": "List",
                    "parameters": [
                        {
                            "name": "Limit",
                            "in": "query",
                            "schema": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10},
                        },
                        {"name": "Order", "in": "query", "schema": {"enum": ["asc", "desc"]}},
                        {"name": "Deep", "in": "query", "schema": {"type": "boolean"}},
                        {
                            "name": "Code",
                            "in": "query",
                            "required": True,
                            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_]+$"},
                        },
                    ],
                    "responses": OK,
                    "x-contract": {"collection": {"items": "/Things"}},
                },
            },
            "/things/{Id}": {
                "parameters": [path_id],
                "get": {"operationId": "Read", "responses": OK, "security": [{}, {"key": []}]},
                "put": {"operationId": "Change", "requestBody": body, "responses": OK},
                "delete": {"operationId": "Remove", "responses": OK},
            },
        },
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }
    if annotated:
        document["x-contract"] = {
            "resources": {
                "Thing": {
                    "identity": ["Id"],
                    "create": {"operation": "Make"},
                    "read": {"operation": "Read"},
                    "lists": ["List"],
                    "update": {"operation": "Change", "mutable": ["Note"]},
                    "delete": {"operation": "Remove"},
                    "unique": [{"fields": ["Name"]}],
                }
            }
        }
    else:
        for item in document["paths"].values():
            for operation in item.values():
                if isinstance(operation, dict):
                    operation.pop("x-contract", None)
    return document


@pytest.fixture(scope="session")
def contract() -> Contract:
    return read(things())


@pytest.fixture(scope="session")
def plain_contract() -> Contract:
    return read(things(annotated=False))
