"""The numbers of a body at their greatest, for a thing that is larger than the one that a refusal was about."""

from __future__ import annotations

import json
from typing import Any

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.generate.attempts.extreme_numbers import greatest_numbers

ROOM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "seats": {"type": "integer", "maximum": 50},
        "shelves": {"type": "integer"},
        "phone": {"type": "integer", "maximum": 4_930_123_456},
    },
}


def test_the_greatest_telephone_number_is_not_made_up() -> None:
    """A larger room was made with the greatest number that its telephone may have, which somebody may answer."""
    post = {"requestBody": {"content": {"application/json": {"schema": ROOM}}}, "responses": {}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "rooms", "version": "1"},
        "paths": {"/rooms": {"post": {"operationId": "make", **post}}},
    }
    operation = read_contract(Library().read(json.dumps(document).encode(), "rooms.json")).operation("make")
    found = greatest_numbers(operation, {"body": {"seats": 4, "shelves": 2, "phone": 2_025_550_143}})
    assert found == {"seats": 50, "shelves": 1_000}
