"""The rule `vocabulary-valid`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.rules.vocabulary_valid import RULE
from tests.rules.documents import LIST, POST, THING, Case, assert_bites, found_by, put

SOURCES = (("Id", "documented"), ("Name", "example"), ("Status", "inferred"), ("Code", "sdk"), ("HttpCode", "standard"))
CASES: dict[str, Case] = {
    "a-source-is-unknown": (put(LIST, "x-source", "rumour"), '"rumour"'),
    "a-member-of-a-source-is-misspelt": (put(LIST, "x-source", {"knd": "sdk"}), "knd"),
    "a-block-stands-where-it-means-nothing": (put(THING, "x-contract", {}), "means nothing here"),
    "a-member-of-a-block-is-misspelt": (put(LIST + "/x-contract", "colection", {}), "colection"),
    "a-pointer-lacks-its-slash": (put(LIST + "/x-contract/collection", "items", "Items"), "pattern"),
    "a-rate-is-below-its-minimum": (put(POST + "/x-contract/rate", "requests", 0), "minimum"),
    "a-kind-of-refusal-is-unknown": (put("/x-contract/errors/status", "wrong", 400), "wrong"),
    "a-source-of-a-keyword-is-unknown": (put(THING + "/properties/Id", "x-source", {"rumour": ["type"]}), "rumour"),
    "keywords-are-not-listed": (put(THING + "/properties/Id", "x-source", {"inferred": "type"}), "array"),
    "keywords-stand-in-the-former-way": (
        put(THING + "/properties/Id", "x-source", {"keywords": {"type": "sdk"}}),
        "keywords",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


def test_it_leaves_alone_every_kind_of_source(tmp_path: Path) -> None:
    assert (
        found_by(RULE, tmp_path, *(put(THING + f"/properties/{name}", "x-source", kind) for name, kind in SOURCES))
        == []
    )
