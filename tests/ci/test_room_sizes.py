"""A room that is crowded, or a module that is long, is reshaped: nobody finds a thing in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parents[2] / "contract_suite"
LINES: Final = 400
FILES: Final = 20


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_no_module_is_long() -> None:
    lengths = {str(each.relative_to(PACKAGE)): len(each.read_text("utf-8").splitlines()) for each in modules()}
    assert {name: length for name, length in lengths.items() if length > LINES} == {}


def test_no_room_is_crowded() -> None:
    rooms = Counter(str(each.parent.relative_to(PACKAGE)) for each in modules() if each.name != "__init__.py")
    assert {room: count for room, count in rooms.items() if count > FILES} == {}
