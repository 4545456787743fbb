"""The rule `operation-ids`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.rules.operation_ids import RULE
from tests.rules.documents import LIST, POST, Case, assert_bites, drop, found_by, put

CASES: dict[str, Case] = {
    "an-id-is-missing": (drop(LIST, "operationId"), "GET /things has no operationId"),
    "an-id-stands-twice": (put(POST, "operationId", "ListThings"), "already"),
    "an-id-holds-the-separator": (put(LIST, "operationId", "List::Things"), "'::'"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


def test_it_leaves_alone_what_is_no_operation_at_all(tmp_path: Path) -> None:
    assert found_by(RULE, tmp_path, put("/paths/~1things", "get", "none")) == []
