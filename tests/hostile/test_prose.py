"""Descriptions of any length: what reads them for what they say takes time by their length, and is bounded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract_suite import limits
from contract_suite.contract.prose import readable
from contract_suite.inference.inferring import with_guesses
from contract_suite.runner.documents import open_contract
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import make_plan
from tests.hostile.measuring import within
from tests.hostile.prose import LENGTH, PARTED, REPEATED, everywhere, text

QUICK = {
    ("quotes", "at once"),
    ("letters", "at once"),
    ("choices", "in long sentences"),
    ("wrapped-choices", "in wrapped lines"),
    ("entries", "at once"),
}
CASES = [
    pytest.param(repeated, parted, marks=() if (repeated, parted) in QUICK else (pytest.mark.slow,))
    for repeated in REPEATED
    for parted in PARTED
]
SECONDS = 4
"""A quarter of it is usual; half a minute and more was, for a third of these."""


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("repeated", "parted"), CASES)
def test_no_description_takes_long_to_read(
    repeated: str, parted: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A hundred thousand quotation marks took minutes in what looks for changes of states."""
    path = tmp_path / "api.json"
    path.write_text(json.dumps(everywhere(text(repeated, parted)), ensure_ascii=False), "utf-8")
    with within(SECONDS, request):
        contract = with_guesses(open_contract(str(path)))
        assert tuple(make_plan(contract, RunOptions(contracts=(str(path),))).clauses)


@pytest.mark.parametrize("parted", PARTED)
@pytest.mark.parametrize("repeated", REPEATED)
def test_what_is_read_is_bounded_and_never_nothing(repeated: str, parted: str) -> None:
    read = readable(text(repeated, parted))
    assert len(read) <= limits.PROSE + 1
    assert read
    assert max(map(len, read.split("\n"))) <= limits.PROSE
    assert len(text(repeated, parted)) == LENGTH


@pytest.mark.parametrize("said", ["", "The name is unique.", "The name is unique. " * 40, "word " * 199])
def test_a_description_of_usual_length_is_read_as_it_is(said: str) -> None:
    assert readable(said) == said


def test_what_stands_beside_an_endless_sentence_is_read() -> None:
    read = readable("The name is unique. " + "word " * 2_000 + ".\nA user can review a game only once.\n")
    assert "The name is unique." in read
    assert "\nA user can review a game only once.\n" in read
    assert "word" not in read


def test_a_sentence_is_not_read_in_part() -> None:
    read = readable("Entries. " * (limits.PROSE // 9) + "It can be cancelled by nobody")
    assert "cancelled" not in read
    assert "can" not in read
