"""The rule `security-declared`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.rules.security_declared import RULE
from tests.rules.documents import LIST, Case, assert_bites, found_by, put

CASES: dict[str, Case] = {
    "a-scheme-at-the-root-is-misspelt": (put("/security/0", "kye", []), "did you mean 'key'"),
    "a-scheme-of-an-operation-is-unknown": (put(LIST, "security", [{"other": []}]), "'other' is not declared"),
    "nobody-says-whether-a-key-is-needed": (
        lambda document: document.pop("security"),
        "does not say whether it needs a key",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


def test_it_leaves_alone_an_operation_that_needs_no_key(tmp_path: Path) -> None:
    assert found_by(RULE, tmp_path, put(LIST, "security", [])) == []
