"""Pieces of a secret, and the forms in which programs repeat one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.record.redaction import Redactor

KEY = "sk-Canary7fQ2+/zX9==long4T"
_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"


@pytest.mark.parametrize(
    "text",
    [
        KEY[1:],  # an echo that took the scheme for one character longer
        KEY[3:],
        KEY[:-2],
        json.dumps([KEY[:13], KEY[13:]]),
        f"Content-Length is no number: {KEY.lower()!r}",
        KEY.upper(),
        json.dumps({"type": "Buffer", "data": list(KEY.encode())}),
        repr(list(KEY.encode())),
    ],
)
def test_a_piece_or_another_writing_of_a_key_is_hidden(text: str) -> None:
    """A server that cut off the first character of a key, or folded its case, got it into the record."""
    hidden = Redactor({KEY: "$KEY"}).text(text)
    assert "$KEY" in hidden
    for each in (KEY[3:13], KEY[13:23], KEY[3:13].lower(), KEY[3:13].upper(), "67, 97, 110", "67,97,110"):
        assert each not in hidden


@pytest.mark.longer
@given(
    st.text(_ALPHABET, min_size=36, max_size=300),
    st.data(),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_sixteen_characters_of_a_key_in_a_row_never_stay(
    key: str, data: st.DataObject, before: str, after: str
) -> None:
    """Wherever they were cut, and whatever stands around them."""
    key = f"{key}0"
    begin = data.draw(st.integers(0, len(key) - 16))
    piece = key[begin : begin + 15] + key[begin + 15]
    hidden = Redactor({key: "$KEY"}, looks=False).text(f"{before}{piece}{after}")
    assert piece not in hidden or not any(char.isdigit() for char in piece)


@pytest.mark.parametrize("text", ["contract-suite/1", "the staging-environment of a company", "contract-suite-report"])
def test_words_that_stand_in_a_key_too_are_left_alone(text: str) -> None:
    """A key made of words must not blur what is said with them."""
    secrets = {"sk-contract-suite-report-staging-environment-7": "$KEY"}
    assert Redactor(secrets).text(text) == text
