"""Which of the values that are sent a read is held to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.behaviours.kit.resource_operations import can_show
from contract_suite.behaviours.standards.kit.changing import optional_members
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import view

MEMBERS: dict[str, Any] = {
    "name": {"type": "string"},
    "note": {"type": ["string", "null"]},
    "secret": {"type": "string", "writeOnly": True},
    "size": {"type": "integer", "default": 1},
    "kind": {"enum": ["a", "b"]},
    "open": {"type": "boolean"},
}
THING: dict[str, Any] = {"type": "object", "required": ["name"], "properties": MEMBERS}


@pytest.mark.parametrize(("field", "shown"), [("name", True), ("secret", False), ("other", False)])
def test_what_is_for_requests_alone_is_not_shown(field: str, *, shown: bool) -> None:
    """A document may use one schema both ways, with its secrets marked `writeOnly`."""
    place = view(Schema(Library().read(json.dumps(THING).encode(), "thing.json")))
    assert can_show(place, field, "x") is shown


def test_a_put_shows_by_members_of_many_values_alone_that_it_replaces() -> None:
    """`false` that is still there may be what the server takes where there is none."""
    put = {
        "operationId": "put",
        "requestBody": {"content": {"application/json": {"schema": THING}}},
        "responses": {"204": {"description": "stored"}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/thing": {"put": put}}}
    contract = read_contract(Library().read(json.dumps(document).encode(), "thing.json"))
    assert optional_members(contract.operations[0]) == ("note", "secret")
