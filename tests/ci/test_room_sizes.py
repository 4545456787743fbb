"""A room that is crowded, or a module that is long, is reshaped: nobody finds a thing in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parents[2] / "contract_suite"
LINES: Final = 400
FILES: Final = 20
WORDS: Final = 1800


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_no_module_is_long() -> None:
    lengths = {str(each.relative_to(PACKAGE)): len(each.read_text("utf-8").splitlines()) for each in modules()}
    long = {name: length for name, length in lengths.items() if length > LINES}
    assert not long, f"more than {LINES} lines: make the module a folder of its name, a part a file: {long}"


def test_no_room_is_crowded() -> None:
    rooms = Counter(str(each.parent.relative_to(PACKAGE)) for each in modules() if each.name != "__init__.py")
    crowded = {room: count for room, count in rooms.items() if count > FILES}
    assert not crowded, f"more than {FILES} modules: move those of one theme into a folder of its name: {crowded}"


def test_what_is_unreleased_is_read_in_minutes_and_says_each_thing_once() -> None:
    """Git keeps both sides where two changes meet in this file, and so brings back what was grouped and shortened."""
    text = (PACKAGE.parent / "CHANGELOG.md").read_text("utf-8").partition("\n## [Unreleased]")[2].partition("\n## [")[0]
    headings = Counter(
        line for line in text.splitlines() if line.startswith(("### ", "**")) and line.endswith(("d", "**"))
    )
    assert {each: count for each, count in headings.items() if count > 1} == {}
    assert len(text.split()) <= WORDS, "say it shorter, within the line of its group in CHANGELOG.md"
