"""Every behaviour has its file, its heading on the page, its place in the catalogue and its tests."""

from __future__ import annotations

import re
from pathlib import Path

from contract_suite.behaviours.catalogue import BEHAVIOURS
from tests.behaviours.test_every_behaviour import EXAMPLES
from tests.parity import assert_each

PAGE = Path(__file__).parents[2] / "docs" / "behaviours.md"
ROOM = Path(__file__).parents[2] / "contract_suite" / "behaviours"
LINES = "EXAMPLES of tests/behaviours/test_every_behaviour.py"
NAMES = tuple(behaviour.name for behaviour in BEHAVIOURS)


def test_every_behaviour_has_a_heading_and_every_heading_a_behaviour() -> None:
    headings = re.findall(r"^## (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(set(headings)) == len(headings)
    assert_each(headings, NAMES, lacks="docs/behaviours.md lacks the heading", beyond="a heading without a behaviour")


def test_every_module_of_a_wing_is_a_behaviour_and_no_other_is() -> None:
    wings = [ROOM / name for name in ("resources", "collections", "relations", "actions", "answers", "standards")]
    modules = {path.stem for wing in wings for path in wing.glob("*.py")} - {"__init__"}
    # A behaviour of many parts is a folder; the part of its name is the behaviour.
    modules |= {path.parent.name for wing in wings for path in wing.glob("*/*.py") if path.stem == path.parent.name}
    assert_each(
        NAMES,
        {name.replace("_", "-") for name in modules},
        lacks="behaviours/catalogue.py lacks the value of the module",
        beyond="a behaviour that is not called after its module",
    )


def test_every_behaviour_has_a_test_in_which_it_bites_and_one_in_which_it_stays_silent() -> None:
    """Both are run for every line of `EXAMPLES`, in test_every_behaviour.py."""
    assert_each(EXAMPLES, NAMES, lacks=f"{LINES} lacks a line for", beyond=f"a line of {LINES} without a behaviour")


def test_every_section_says_why_how_what_and_how_much() -> None:
    sections = PAGE.read_text("utf-8").split("\n## ")[1:]
    for section in sections:
        for part in ("**Why**", "**How**", "**Example**", "**Level**"):
            assert part in section, f"the section {section.partition(chr(10))[0]} lacks {part}"


def test_the_overview_leads_to_every_behaviour() -> None:
    """Nobody found a section in a list of names without an order."""
    overview = PAGE.read_text("utf-8").partition("\n## ")[0]
    linked = re.findall(r"\]\(#([a-z-]+)\)", overview)
    assert_each(
        linked, NAMES, lacks="the overview of docs/behaviours.md lacks", beyond="a link of the overview to no behaviour"
    )
