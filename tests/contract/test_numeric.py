"""What is a number where it is written as text, and what is none however many digits it has."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from contract_suite.contract.schemas.numeric import (
    decimal_text,
    exact_number,
    is_number,
    is_same_number,
    number_in,
    written_like,
)
from contract_suite.contract.schemas.view import SchemaView

PYDANTIC = r"^(?!^[-+.]*$)[+-]?0*(?:\d{0,8}|(?=[\d.]{1,11}0*$)\d{0,8}\.\d{0,2}0*$)"
DJANGO = r"^-?\d{0,8}(?:\.\d{0,2})?$"


def text(pattern: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, **more}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer"},
        {"type": ["number", "null"]},
        {"type": "string", "format": "decimal"},
        {"type": "string", "format": "money"},
        {"type": "string", "format": "big-decimal"},
        text(DJANGO),
        text(r"^\d+\.\d{2}$"),
        text(r"^(0|[1-9]\d*)(\.\d{1,2})?$"),
        text(r"^-?[0-9]+(\.[0-9]+)?$"),
        text(r"^[0-9]{1,6}[.][0-9]{2}$", format="currency"),
        text(PYDANTIC),
        {"allOf": [text(DJANGO)], "nullable": True},
        {"anyOf": [{"type": "number"}, text(PYDANTIC)]},
        {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}, {"type": "null"}]},
        {"oneOf": [{"type": "string", "format": "decimal"}, {"type": "null"}]},
        {"$ref": "#/$defs/Money"},
    ],
)
def test_decimals_as_text_are_numbers(schema: dict[str, Any]) -> None:
    """What Django REST framework, pydantic and others write of amounts was taken for text, and never calculated with."""
    assert is_number(SchemaView(schema, {"Money": text(DJANGO)}))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "string", "format": "date"},
        text(r"^\d+$"),
        text(r"^\d{5}(-\d{4})?$"),
        text(r"^\+?\d{6,15}$"),
        text(r"^\d+\.\d+$"),
        text(r"^\d+\.\d+\.\d+$"),
        text(r"^v?\d+\.\d{1,2}$"),
        text(r"^[0-2]\d\.[0-5]\d$"),
        text(r"\d+\.\d{2}"),
        text(r"^[\d.]+$"),
        text(r"^\d{2}\.\d{2}\.\d{4}$"),
        text(r"^(\d+\.\d\d)+$"),
        text(r"^\d+\.\d{2} [A-Z]{3}$"),
        text(r"^\d+\.\d{2}"),
        text(r"^(?m:\d+\.\d$)"),
        text(r"^\d{1,2}\.\d{1,2}$", description="The version of the firmware."),
        text("("),
        {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        {"anyOf": [{"type": "number"}, {"type": "string", "enum": ["auto"]}]},
        {"anyOf": [{"type": "number"}, {"type": "string", "format": "date-time"}]},
        {"type": ["number", "boolean"]},
        {"$ref": "#/$defs/Loop"},
        {},
    ],
)
def test_other_digits_are_none(schema: dict[str, Any]) -> None:
    """Codes, telephone numbers, postcodes, versions and times are no numbers to calculate with."""
    assert not is_number(SchemaView(schema, {"Loop": {"anyOf": [{"$ref": "#/$defs/Loop"}]}}))


def test_a_pattern_of_repetitions_within_repetitions_is_read_at_once() -> None:
    """Seven of them took half a minute, and each one more eight times as long."""
    nested = "(" * 60 + r"\d{1,2}" + "){1,2}" * 60
    assert is_number(SchemaView(text(rf"^{nested}\.\d{{2}}$"), {}))


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3), ("12.40", 12.4), ("-0.5", -0.5), ("100", 100), (".5", 0.5), ("0E-8", 0), ("1E+2", 100), (True, None),
        (None, None), ("", None), ("12,40", None), ("1.2.3", None), ("NaN", None), ("1e999", None), ("\u0661", None),
        ("EUR 5", None), ([], None),
    ],
)  # fmt: skip
def test_the_number_that_a_value_is(value: Any, number: float | None) -> None:
    assert number_in(value) == number
    assert isinstance(number_in(value), bool) is False


def test_a_number_is_compared_as_it_is_written() -> None:
    """A float of `0.1` equals the text "0.10", and digits beyond a float's count."""
    assert exact_number(0.1) == exact_number("0.10") == Decimal("0.1")
    assert exact_number("10000000000000000.01") != exact_number("10000000000000000.02")


def test_a_number_is_written_as_those_beside_it() -> None:
    assert [written_like(12.4, each) for each in ("3.00", 3, "3", "x")] == ["12.40", "12.4", "12.4", "12.4"]
    assert written_like(0.125, "3.00") == "0.125"


@pytest.mark.parametrize(
    ("pattern", "number", "written"),
    [(DJANGO, 2, "2.00"), (r"^\d+\.\d{3}$", 2, "2.000"), (r"^\d+(\.5)?$", 2, "2"), (r"^0\.\d{2}$", 2, None)],
)
def test_a_decimal_is_written_as_its_pattern_asks(pattern: str, number: float, written: str | None) -> None:
    assert decimal_text(SchemaView(text(pattern), {}), number) == written


def test_a_number_and_a_text_of_one_value_are_the_same() -> None:
    assert is_same_number(12.5, "12.50")
    assert not is_same_number(12.5, "12.51")
    assert not is_same_number("007", "7.0")
    assert not is_same_number(None, None)
