"""Every bound of `contract_suite.limits` has its line on the page of limits, with its value."""

from __future__ import annotations

import re
from pathlib import Path

from contract_suite import limits

PAGE = Path(__file__).parents[2] / "docs" / "limits.md"


def test_every_bound_has_its_line() -> None:
    stated = dict(re.findall(r"^\| `([A-Z_]+)` \| ([0-9.]+) \|", PAGE.read_text("utf-8"), re.MULTILINE))
    named = {name: value for name, value in vars(limits).items() if name.isupper()}
    assert {name: float(value) for name, value in stated.items()} == named
