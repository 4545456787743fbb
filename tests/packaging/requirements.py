"""Prints what pip is to install: `floors`, each dependency of the package at the oldest version it allows; or a dependency group by name.

Only recent versions of pip install a group by its name, and none installs the oldest versions.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parents[2] / "pyproject.toml"
_FLOOR: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?>=(?P<version>[0-9.]+),<[0-9.]+")


def floors(project: dict[str, Any]) -> Iterator[str]:
    """Constraints that hold each dependency at its lowest version; `ValueError` for one that names no lowest and highest."""
    for each in project["project"]["dependencies"]:
        match = _FLOOR.fullmatch(each)
        if match is None:
            raise ValueError(f"{each}: write it as NAME>=LOWEST,<HIGHEST")
        yield f"{match['name']}=={match['version']}"


def group(project: dict[str, Any], name: str) -> Iterator[str]:
    """The requirements of a dependency group, those of the groups that it includes among them."""
    for each in project["dependency-groups"][name]:
        if isinstance(each, dict):
            yield from group(project, each["include-group"])
        else:
            yield each


if __name__ == "__main__":
    read = tomllib.loads(PROJECT.read_text("utf-8"))
    print(*(floors(read) if sys.argv[1] == "floors" else group(read, sys.argv[1])), sep="\n")
