"""The rule `seed-valid`: what it finds in seed data, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_suite.rules.seed_valid import RULE
from tests.rules.documents import SEED, problems

CASES: dict[str, tuple[Any, str]] = {
    "the-file-is-a-list": ([], "must be an object"),
    "groups-are-no-list": ({"groups": 7}, "must be a list"),
    "a-member-is-misspelt": ({"grups": []}, "'grups'"),
    "a-resource-is-misspelt": ({"groups": [{"resource": "Thig", "records": [{}]}]}, "did you mean 'Thing'"),
    "there-are-no-records": ({"groups": [{"resource": "Thing", "records": []}]}, "needs records"),
    "a-record-is-no-object": ({"groups": [{"resource": "Thing", "records": ["x"]}]}, "must be an object"),
    "a-record-lacks-its-identity": (
        {"groups": [{"resource": "Thing", "records": [{"Name": "a"}]}]},
        "lacks the identity Id",
    ),
    "a-record-breaks-its-schema": (
        {"groups": [{"resource": "Thing", "records": [{"Id": 1}]}]},
        "is not of type string",
    ),
    "two-records-have-one-identity": (
        {"groups": [{"resource": "Thing", "records": [{"Id": "1"}, {"Id": "1"}]}]},
        "same identity",
    ),
    "two-records-have-one-name": (
        {"groups": [{"resource": "Thing", "records": [{"Id": "1", "Name": "a"}, {"Id": "2", "Name": "a"}]}]},
        "same Name",
    ),
    "a-count-is-no-number": ({"groups": [{"resource": "Thing", "count": "many", "records": [{"Id": "1"}]}]}, "count"),
    "a-varied-field-is-nowhere": (
        {"groups": [{"resource": "Thing", "vary": {"/Size": 1}, "records": [{"Id": "1"}]}]},
        "no record has /Size",
    ),
    "a-scope-is-none": (
        {"groups": [{"resource": "Thing", "scope": {"Project": "x"}, "records": [{"Id": "1"}]}]},
        "no scope",
    ),
    "containers-are-no-objects": ({"containers": [7]}, "list of objects"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    seed, words = CASES[case]
    found = [each for each in problems(tmp_path, seed=seed) if each.rule == RULE.name]
    assert any(words in each.message for each in found), [each.message for each in found]
    assert all(each.location.file.endswith("seed.yaml") for each in found)


def test_it_leaves_alone_records_that_lack_an_optional_field(tmp_path: Path) -> None:
    assert problems(tmp_path, seed=SEED) == ()
