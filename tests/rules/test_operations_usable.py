"""The rule `operations-usable`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.rules.operations_usable import RULE
from tests.rules.documents import LIST, POST, THING, Case, assert_bites, drop, found_by, put

CASES: dict[str, Case] = {
    "a-reference-leads-nowhere": (
        put(LIST + "/responses", "404", {"$ref": "#/components/responses/Gone"}),
        "404 is left out",
    ),
    "an-operation-is-no-object": (put("/paths/~1things", "put", "none"), "PUT /things can't be used"),
    "a-pattern-does-not-compile": (put(THING + "/properties/Name", "pattern", "["), "can't be used"),
    "a-type-is-unknown": (put(LIST + "/parameters/0", "schema", {"type": "int"}), "can't be used"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


def test_it_leaves_alone_an_operation_without_a_body(tmp_path: Path) -> None:
    assert found_by(RULE, tmp_path, drop(POST, "requestBody")) == []
