"""Texts that a pattern refuses; a digit or letter of another script is of the pattern's own class to many servers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.generate.boundaries.off_pattern import off_pattern


@pytest.mark.parametrize(
    ("pattern", "good", "digits", "letters"),
    [
        (r"^-?\d{0,6}(?:\.\d{0,2})?$", "10.50", False, True),
        (r"^\w+$", "abc", False, False),
        (r"^[0-9]+$", "10", True, True),
        (r"^[a-z0-9_]+$", "abc", False, True),
        (r"^[a-z]+\d$", "a1", False, True),
    ],
)
def test_what_is_of_a_class_in_another_script_is_no_wrong_text(
    pattern: str, good: str, *, digits: bool, letters: bool
) -> None:
    """A server that reads the pattern by Python's `re` or Rust's takes it, and was accused."""
    beyond = [char for text, _, _ in off_pattern([pattern], [good], good) for char in text if not char.isascii()]
    assert any(char.isdecimal() for char in beyond) is digits
    assert any(char.isalpha() for char in beyond) is letters


@given(
    pattern=st.sampled_from([r"^\d+$", r"^\w{1,9}$", r"^\d{4}-\d\d$", r"^[a-z]\w*$", r"^a+\s\d$"]),
    good=st.lists(st.text("abe019-_ ", min_size=1, max_size=9), min_size=1, max_size=3),
)
def test_no_reading_of_the_classes_takes_what_is_beyond_ascii(pattern: str, good: list[str]) -> None:
    for text, _, _ in off_pattern([pattern], good, good[0]):
        assert text.isascii() or not re.search(pattern, text)
