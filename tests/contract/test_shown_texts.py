"""Texts that an answer shows in part are told from whole ones, however long they are."""

from __future__ import annotations

from time import process_time

import pytest

from contract_suite.contract.trees.shown_texts import is_shown_in_part


@pytest.mark.parametrize("text", ["A very long st…", "n***@example.org", "XXXX-XXXX-1234", "a xxxxxx 42"])
def test_a_part_is_known_by_its_signs(text: str) -> None:
    assert is_shown_in_part(text)


@pytest.mark.parametrize("text", ["A long story", "xxx 42", "maxxxxx", "Wait... no"])
def test_a_whole_text_is_no_part(text: str) -> None:
    assert not is_shown_in_part(text)


@pytest.mark.parametrize("text", ["x" * 100_000, "x" * 100_000 + "1", "." * 100_000, "*-" * 50_000])
def test_a_long_text_is_looked_through_once(text: str) -> None:
    """Every one of its letters might begin a run of x that hides a number: half a minute for a text of 64 kB."""
    begun = process_time()
    is_shown_in_part(text)
    assert process_time() - begun < 2
