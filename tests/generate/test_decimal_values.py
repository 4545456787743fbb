"""Decimals as text are sent as numbers: what else a pattern admits, no right server takes for one."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.contract.schemas.numeric import exact_number
from contract_suite.generate.values import example, valid
from tests.generate.test_values import schema_of


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ({"type": "string", "pattern": r"^-?\d{0,8}(?:\.\d{0,2})?$"}, "1.00"),
        ({"type": "string", "format": "decimal"}, "1.00"),
        ({"type": "string", "format": "decimal", "maxLength": 1}, "1"),
        ({"type": "string", "pattern": r"^\d+\.\d{3}$", "example": "4.500"}, "4.500"),
        ({"anyOf": [{"type": "number"}, {"type": "string"}]}, 1),
        ({"anyOf": [{"type": "string", "pattern": r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$"}, {"type": "number"}]}, 1),
    ],
)
def test_a_decimal_is_sent_as_a_number(raw: dict[str, Any], plain: Any) -> None:
    """A text without a word of its pattern, or `.`, was sent as an amount, so that nothing was ever created."""
    schema = schema_of(raw)
    assert example(schema) == plain
    told = [each.value for each in valid(schema, plain)]
    assert told
    assert all(exact_number(each) is not None for each in told)
