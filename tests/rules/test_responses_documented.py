"""The rule `responses-documented`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.rules.responses_documented import RULE
from tests.rules.documents import GET, Case, assert_bites, drop, found_by, put

CASES: dict[str, Case] = {
    "no-success-is-documented": (drop(GET + "/responses", "200"), "GetThing documents no successful response"),
    "no-401-is-documented": (drop(GET + "/responses", "401"), "no 401"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


def test_it_leaves_alone_an_operation_that_can_not_be_read(tmp_path: Path) -> None:
    assert found_by(RULE, tmp_path, put(GET, "responses", {"404": {"$ref": "#/components/responses/Gone"}})) == []
