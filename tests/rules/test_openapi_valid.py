"""The rule `openapi-valid`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.rules.openapi_valid import RULE
from tests.rules.documents import LIST, THING, Case, assert_bites, drop, found_by, put

CASES: dict[str, Case] = {
    "a-required-member-is-missing": (drop("/info", "version"), "'version'"),
    "a-member-of-info-is-misspelt": (put("/info", "titel", "x"), "titel"),
    "a-member-of-an-operation-is-misspelt": (put(LIST, "sumary", "x"), "sumary"),
    "a-type-is-unknown": (put(THING + "/properties/Id", "type", "text"), '"text"'),
    "a-keyword-has-a-wrong-value": (put(THING + "/properties/Id", "minLength", -1), "-1"),
    "a-text-is-a-number": (put("/servers/0", "description", 7), "7"),
    "a-parameter-stands-in-no-known-place": (put(LIST + "/parameters/0", "in", "body"), '"body"'),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


def test_it_leaves_alone_extensions(tmp_path: Path) -> None:
    assert found_by(RULE, tmp_path, put("/info", "x-anything", {"of": "mine"}), put(LIST, "x-team", 7)) == []
