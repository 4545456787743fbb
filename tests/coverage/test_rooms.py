"""The table of coverage by room, and what it says of a room that lost some."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.coverage.rooms import FLOORS, PACKAGE, main, measured, room, troubles

ROOT = Path(__file__).resolve().parents[2]


def summary(lines: int, of: int, branches: int = 0, of_branches: int = 0) -> dict[str, Any]:
    counts = {"covered_lines": lines, "num_statements": of, "covered_branches": branches, "num_branches": of_branches}
    return {"summary": counts}


def test_every_folder_of_the_package_is_a_room() -> None:
    modules = [path.relative_to(ROOT).as_posix() for path in (ROOT / PACKAGE).rglob("*.py")]
    rooms = {room(path) for path in modules}
    folders = {path.name for path in (ROOT / PACKAGE).iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert rooms == folders | {"front", "mock/faults"}
    assert set(tomllib.loads(FLOORS.read_text("utf-8"))["floors"]) == rooms


def test_lines_and_branches_of_a_room_are_counted_together() -> None:
    files = {
        "contract_suite/gate/a.py": summary(8, 10, 1, 2),
        "contract_suite/gate/deep/b.py": summary(0, 4),
        "contract_suite/errors.py": summary(0, 0),
        "contract_suite/mock/faults/text/c.py": summary(1, 1),
    }
    assert measured({"files": files}) == {"front": 100.0, "gate": 100 * 9 / 16, "mock/faults": 100.0}


@pytest.mark.parametrize(
    ("shares", "floors", "said"),
    [
        ({"gate": 90.0}, {"gate": 90}, []),
        ({"gate": 89.9}, {"gate": 90}, ["gate: 89.9 % of lines and branches ran, the floor is 90 %"]),
        ({"gate": 90.0, "new": 1.0}, {"gate": 90}, ["new: no floor in tests/coverage/floors.toml"]),
        ({}, {"gate": 90}, ["gate: has a floor in tests/coverage/floors.toml, but no code"]),
    ],
)
def test_a_room_is_held_to_its_floor(shares: dict[str, float], floors: dict[str, float], said: list[str]) -> None:
    assert troubles(shares, floors) == said


def test_a_room_below_its_floor_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"files": {"contract_suite/gate/a.py": summary(0, 10)}}))
    assert main(str(report)) == 1
    assert "gate: 0.0 % of lines and branches ran" in capsys.readouterr().out
