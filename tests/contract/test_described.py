"""Of a value that an answer shows, a request carries what its own schema describes."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.contract.schemas.described import described
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import MISSING

NAME = {"type": "object", "properties": {"name": {"type": "string"}}}
SHOWN: dict[str, Any] = {"name": "a", "rank": 1}


@pytest.mark.parametrize(
    ("schema", "left"),
    [
        (NAME, {"name": "a"}),
        ({**NAME, "additionalProperties": False}, {"name": "a"}),
        ({**NAME, "additionalProperties": True}, SHOWN),
        ({**NAME, "additionalProperties": {"type": "integer"}}, SHOWN),
        ({"type": "object"}, SHOWN),
        ({"allOf": [NAME, {"properties": {"rank": {"type": "integer"}}}]}, SHOWN),
        ({"oneOf": [NAME, {"type": "null"}]}, {"name": "a"}),
        ({"properties": {"name": {}, "rank": {"readOnly": True}}}, {"name": "a"}),
    ],
)
def test_members_that_only_an_answer_describes_are_left_out(schema: dict[str, Any], left: Any) -> None:
    assert described(SHOWN, SchemaView(schema, {})) == left
    assert described([SHOWN], SchemaView({"type": "array", "items": schema}, {})) == [left]


def test_what_is_read_only_is_no_value_to_send() -> None:
    assert described("a", SchemaView({"type": "string", "readOnly": True}, {})) is MISSING
