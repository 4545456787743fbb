"""The rule `descriptions`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.rules.descriptions import RULE
from tests.rules.documents import GET, LIST, Case, assert_bites, drop, found_by, put

CASES: dict[str, Case] = {
    "an-operation-has-none": (drop(LIST, "summary"), "neither summary nor description"),
    "a-parameter-has-none": (drop(LIST + "/parameters/0", "description"), "'Name' has no description"),
    "a-response-has-none": (put(GET + "/responses/200", "description", ""), "200 of GetThing"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


def test_it_leaves_alone_an_operation_with_a_description_alone(tmp_path: Path) -> None:
    assert found_by(RULE, tmp_path, drop(LIST, "summary"), put(LIST, "description", "All things.")) == []
