"""Two long texts that differ are shown where they differ, and not by a long beginning that they share."""

from __future__ import annotations

import pytest

from contract_suite.behaviours.kit.wording import apart
from contract_suite.model.json import JSON, MISSING, Missing

LONG = "a word of many, " * 10


@pytest.mark.parametrize(
    ("expected", "actual", "told"),
    [
        (f"  {LONG}", LONG, (f"  {LONG[:38]}…", f"{LONG[:40]}…")),
        (f"{LONG}end", LONG, (f"…{LONG[-20:]}end", f"…{LONG[-20:]}")),
        ("short", "shorter", ("short", "shorter")),
        (LONG, None, (LONG, None)),
        (LONG, MISSING, (LONG, MISSING)),
    ],
)
def test_only_the_surroundings_of_a_difference_are_shown(
    expected: JSON, actual: JSON | Missing, told: tuple[JSON, JSON | Missing]
) -> None:
    assert apart(expected, actual) == told
