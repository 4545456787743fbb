"""The rule `errata-point-somewhere`: what it finds in errata, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_suite.rules.errata_point_somewhere import RULE
from tests.rules.documents import ERRATA, problems

CASES: dict[str, tuple[Any, str]] = {
    "a-pointer-leads-nowhere": (
        [{**ERRATA[0], "pointers": ["#/components/schemas/Thin"]}],
        "points at #/components/schemas/Thin",
    ),
    "an-id-stands-twice": ([*ERRATA, *ERRATA], "stands twice"),
    "nothing-is-decided": ([{"id": "T-1"}], "what was decided"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    errata, words = CASES[case]
    found = [each for each in problems(tmp_path, errata=errata) if each.rule == RULE.name]
    assert any(words in each.message for each in found)


def test_it_leaves_alone_an_erratum_that_points_at_a_property(tmp_path: Path) -> None:
    assert problems(tmp_path, errata=ERRATA) == ()
