"""The rule `decisions-inferred`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.model.json import JSON
from contract_suite.rules.decisions_inferred import RULE
from tests.rules.documents import LIST, THING, Case, assert_bites, found_by, put

CASES: dict[str, Case] = {
    "a-schema-has-no-kind": (
        put(THING, "x-source", {"note": "Decided: closed."}),
        "'Decided' and the kind is documented",
    ),
    "a-promise-calls-an-assumption-an-example": (
        put(LIST + "/x-contract/collection", "x-source", {"kind": "example", "note": "an assumption"}),
        "'assumption' and the kind is example",
    ),
}
SOUND: tuple[JSON, ...] = (
    {"kind": "inferred", "note": "decided"},
    {"kind": "documented", "note": "the type is decided", "inferred": ["type"]},
    {"kind": "documented", "note": "undecided readers may look twice"},
    {"kind": "documented", "at": "where it was decided"},
    "documented",
)


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


@pytest.mark.parametrize("source", SOUND)
def test_it_leaves_alone_a_decision_of_the_right_kind(tmp_path: Path, source: JSON) -> None:
    assert found_by(RULE, tmp_path, put(THING, "x-source", source)) == []
