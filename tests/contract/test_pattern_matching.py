"""Patterns are tried within bounds, and find what ECMA-262 has them find."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.schemas.pattern_matching import is_quick, matches
from contract_suite.contract.schemas.patterns import matching
from tests.hostile.documents import PATTERNS

PIECES = st.recursive(
    st.sampled_from(["a", "b", "[a-c]", ".", r"\d", r"\w", "[^a]", "x?", "1{2,3}"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda both: f"(?:{both[0]}|{both[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{0,2}", "{3}"])).map(lambda both: f"(?:{both[0]}){both[1]}"),
    ),
    max_leaves=5,
)


@given(PIECES, st.booleans(), st.text("abx12\u00e9\n", max_size=8))
def test_whichever_engine_is_asked_the_answer_is_the_same(pattern: str, whole: bool, text: str) -> None:
    written = f"^{pattern}$" if whole else pattern
    known = re.compile(f"^{pattern}\\Z" if whole else pattern, re.ASCII).search(text) is not None
    assert matches(written, text) is known


@pytest.mark.parametrize("name", PATTERNS)
def test_every_pattern_is_tried_in_bounded_time(name: str) -> None:
    """Python's own engine never ended."""
    began = time.process_time()
    texts = ["a" * 40 + "!", "x" * 30_000, "a." * 5_000, "0" * 200 + "-" * 200, "aA1" * 3_000, "", "\ud800"]
    answers = [matches(PATTERNS[name], text) for text in texts]
    found = matching(PATTERNS[name])
    assert time.process_time() - began < 6
    assert set(answers) <= {True, False, None}
    assert all(matches(PATTERNS[name], text) for text in found)


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|aa)+$", r"^(\w+\s?)*$", "^.*.*.*.*.*.*.*.*=.*$", "^(a?){30}a{30}$", "("]
)
def test_a_pattern_that_leads_back_without_end_is_never_pythons(pattern: str) -> None:
    assert not is_quick(pattern, 30)


@pytest.mark.parametrize(
    "pattern", [r"^\d{4}-\d{2}-\d{2}$", "^cs-[a-z0-9]{8}$", "^(GET|POST)$", "^[a-z]+$", "^[A-Za-z_][A-Za-z0-9_]*$"]
)
def test_a_usual_pattern_is_pythons_too(pattern: str) -> None:
    assert is_quick(pattern, 60)
