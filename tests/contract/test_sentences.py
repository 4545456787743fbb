"""Where a description is parted into sentences."""

from __future__ import annotations

import pytest

from contract_suite.contract.naming.sentences import sentences, statements


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three", ["One.", "Two!", "Three"]),
        ("Its sensors and their\n  observations stay\nreadable. Not more.", ["Its sensors and their observations stay readable.", "Not more."]),
        ("Sorted by name\n\nand by age", ["Sorted by name", "and by age"]),
        ("Sorted by name\nAsk for more", ["Sorted by name", "Ask for more"]),
        ("One of:\n- `new`\n- `old`", ["One of:", "- `new`", "- `old`"]),
        ("It is kept (see\n(below)", ["It is kept (see (below)"]),
        ("", []),
        (None, []),
    ],
)  # fmt: skip
def test_a_sentence_goes_on_in_the_next_line(text: str | None, parts: list[str]) -> None:
    """What a sentence said was not read where the lines of a description are short."""
    assert sentences(text) == parts


def test_a_statement_ends_at_a_semicolon() -> None:
    assert statements("Deletes it; its parts\nstay. Done") == ["Deletes it;", "its parts stay.", "Done"]


def test_a_sentence_that_nobody_would_read_to_its_end_is_left_out() -> None:
    """Patterns that look for several words in it took seconds for a description of 16 kB."""
    endless = "409: " * 4_000
    assert sentences(f"{endless}. Only drafts can be sent.") == ["Only drafts can be sent."]
    assert statements(endless) == []
