"""Every behaviour has its file, its heading on the page, its place in the catalogue and its tests."""

from __future__ import annotations

import re
from pathlib import Path

from contract_suite.behaviours.catalogue import BEHAVIOURS
from tests.behaviours.test_every_behaviour import EXAMPLES

PAGE = Path(__file__).parents[2] / "docs" / "behaviours.md"
ROOM = Path(__file__).parents[2] / "contract_suite" / "behaviours"


def test_every_behaviour_has_a_heading_and_every_heading_a_behaviour() -> None:
    headings = re.findall(r"^## (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(behaviour.name for behaviour in BEHAVIOURS)


def test_every_module_of_a_wing_is_a_behaviour_and_no_other_is() -> None:
    wings = [ROOM / name for name in ("resources", "collections", "answers", "standards")]
    modules = {path.stem for wing in wings for path in wing.glob("*.py")} - {"__init__"}
    # A behaviour of many parts is a folder; the part of its name is the behaviour.
    modules |= {path.parent.name for wing in wings for path in wing.glob("*/*.py") if path.stem == path.parent.name}
    assert {name.replace("_", "-") for name in modules} == {behaviour.name for behaviour in BEHAVIOURS}


def test_every_behaviour_has_a_test_in_which_it_bites_and_one_in_which_it_stays_silent() -> None:
    """Both are run for every line of `EXAMPLES`, in test_every_behaviour.py."""
    assert sorted(EXAMPLES) == sorted(behaviour.name for behaviour in BEHAVIOURS)


def test_every_section_says_why_how_what_and_how_much() -> None:
    sections = PAGE.read_text("utf-8").split("\n## ")[1:]
    for section in sections:
        for part in ("**Why**", "**How**", "**Example**", "**Level**"):
            assert part in section, section.partition("\n")[0]
