"""Bodies over which careless servers stumble: maps with an empty name, values of another type, lists and items mixed up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.generate.boundaries.boundaries import boundaries
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON
from tests.generate.conftest import read

TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "labels": TEXTS}}


def document(schema: Any) -> dict[str, Any]:
    served = {"200": {"description": "Served."}, "400": {"description": "Refused."}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Bodies", "version": "1"},
        "paths": {"/bodies": {"post": {"operationId": "send", "requestBody": body, "responses": served}}},
    }


def sent(schema: Any, body: JSON) -> dict[str, tuple[JSON, Intent]]:
    contract = read(document(schema))
    cases = boundaries(contract, contract.operation("send"), {"body": body})
    return {case.note: (json.loads(case.request.body), case.intent) for case in cases}


@pytest.mark.parametrize(
    ("schema", "body", "note", "odd"),
    [
        (NAMED, {"name": "a", "labels": {"x": "y"}}, "/labels: an entry with an empty name", {"x": "y", "": "y"}),
        (NAMED, {"name": "a"}, "/labels: an entry of another type", {"odd": []}),
        (TEXTS, {"x": "y"}, "body: an entry with an empty name", {"x": "y", "": "y"}),
        ({"type": "object"}, {}, "body: an entry with an empty name", {"": "sample"}),
        ({"type": "array", "items": NAMED}, [{"name": "a"}], "an item in the place of the list", {"name": "a"}),
        ({}, {}, "a list, where any type is allowed", []),
        ({"properties": {"a": {"type": "string"}}}, {"a": "b"}, "null, where any type is allowed", None),
    ],
)
def test_what_is_odd_is_sent_and_proves_nothing(schema: JSON, body: JSON, note: str, odd: JSON) -> None:
    found, intent = sent(schema, body)[note]
    assert (found["labels"] if isinstance(found, dict) and "/labels" in note else found) == odd
    assert intent is Intent.UNKNOWN


@pytest.mark.parametrize(
    "schema", [{"type": "object", "additionalProperties": False, "properties": {"a": {"type": "string"}}}, NAMED]
)
def test_an_object_with_members_of_its_own_is_no_map(schema: JSON) -> None:
    assert not [note for note in sent(schema, {"a": "b", "name": "a"}) if note.startswith("body: an entry")]
