"""Drawn values: whole numbers are written as such, and control characters are seen at any depth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.generate.drawn_values import holds_control, whole
from contract_suite.model.json import JSON


@pytest.mark.longer
@given(st.recursive(st.integers() | st.floats(allow_nan=False) | st.booleans() | st.text(), st.lists))
def test_a_value_stays_the_same_value(value: JSON) -> None:
    assert whole(value) == value


def test_a_whole_number_is_an_integer_in_every_version_of_json_schema() -> None:
    assert str(whole({"year": [1000.0, 0.5, True, 1e300]})) == "{'year': [1000, 0.5, True, 1e+300]}"


@pytest.mark.parametrize(
    ("value", "control"),
    [("a\tb\r\n", False), ("\x00", True), (["a", {"b": "\x1c"}], True), ({"\x85": 1}, True), ({"模型": "é"}, False)],
)
def test_control_characters(value: JSON, *, control: bool) -> None:
    assert holds_control(value) is control
