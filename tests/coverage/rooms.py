"""Compares the branch coverage of each room, from coverage.py's JSON, with the floor that `floors.toml` sets for it.

Ends with 0 if every room keeps its floor and has one, with 1 if not.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

FLOORS: Final = Path(__file__).with_name("floors.toml")
PACKAGE: Final = "contract_suite"
FRONT: Final = "front"
"""The room of the modules that stand in no folder."""


def room(path: str) -> str:
    """The room that a module belongs to: `contract_suite/mock/faults/text.py` to `mock/faults`, others to their first folder."""
    folders = PurePosixPath(path).parts[1:-1]
    if not folders:
        return FRONT
    return "/".join(folders[:2]) if folders[:2] == ("mock", "faults") else folders[0]


def measured(report: Mapping[str, Any]) -> dict[str, float]:
    """Each room's share of lines and branches that ran, in percent."""
    ran: dict[str, int] = defaultdict(int)
    there: dict[str, int] = defaultdict(int)
    for path, each in report["files"].items():
        counts = each["summary"]
        name = room(path.replace("\\", "/"))
        ran[name] += counts["covered_lines"] + counts["covered_branches"]
        there[name] += counts["num_statements"] + counts["num_branches"]
    return {name: 100 * ran[name] / there[name] if there[name] else 100.0 for name in sorted(there)}


def troubles(shares: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """A sentence for each room that is below its floor, has none, or is gone."""
    below = [
        f"{name}: {shares[name]:.1f} % of lines and branches ran, the floor is {floor} %"
        for name, floor in floors.items()
        if name in shares and shares[name] < floor
    ]
    without = [f"{name}: no floor in tests/coverage/floors.toml" for name in shares if name not in floors]
    gone = [f"{name}: has a floor in tests/coverage/floors.toml, but no code" for name in floors if name not in shares]
    return [*below, *without, *gone]


def main(path: str) -> int:
    """Print each room's share and floor, then what is wrong."""
    shares = measured(json.loads(Path(path).read_text("utf-8")))
    floors = tomllib.loads(FLOORS.read_text("utf-8"))["floors"]
    for name, share in shares.items():
        print(f"{name:<16} {share:5.1f} %   floor {floors.get(name, '-')} %")
    found = troubles(shares, floors)
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
