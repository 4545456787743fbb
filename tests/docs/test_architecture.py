"""ARCHITECTURE.md names every room and the layers that import-linter holds, and no file that is not there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "contract_suite"
PAGE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")


def paragraphs() -> dict[str, str]:
    """What is said of each room and module at the top of the package, by its name."""
    listing = PAGE.split("    contract_suite/\n")[1].split("\n\n")[0]
    found: dict[str, str] = {}
    for line in listing.splitlines():
        named = re.match(r" {6}(\S+) +(.*)", line)
        if named and not line.startswith(" " * 7):
            name = named[1]
            found[name] = named[2]
        else:
            found[name] += f" {line.strip()}"
    return found


SAID = paragraphs()


def rooms(folder: Path) -> list[str]:
    return sorted(f"{each.parent.name}/" for each in folder.glob("*/__init__.py"))


def test_every_room_and_module_of_the_package_has_a_line() -> None:
    modules = [each.name for each in PACKAGE.glob("*.py") if each.name != "__init__.py"]
    assert sorted(SAID) == sorted([*rooms(PACKAGE), *modules])


@pytest.mark.parametrize("room", [each for each in rooms(PACKAGE) if each != "runner/"])
def test_the_rooms_in_a_room_are_named_with_it(room: str) -> None:
    assert [each for each in rooms(PACKAGE / room) if each not in SAID[room]] == []


def test_the_inside_of_the_runner_names_its_rooms_and_modules_and_nothing_else() -> None:
    table = PAGE.split("## Inside the runner")[1]
    named = {
        path for row in re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE) for path in re.findall(r"`([^`]+)`", row)
    }
    runner = PACKAGE / "runner"
    assert [each for each in named if not (runner / each).exists()] == []
    told = set(re.findall(r"`([^`]+)`", table))
    whole = tuple(path for path in named if path.endswith("/"))
    there = [str(each.relative_to(runner)) for each in runner.rglob("*.py") if each.name != "__init__.py"]
    assert [each for each in there if each not in told and not each.startswith(whole)] == []


def test_the_layers_are_those_that_are_held() -> None:
    held = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]["layers"]
    line = next(each for each in PAGE.splitlines() if each.startswith("Imports go down only: "))
    layers = [set(re.findall(r"\w+", re.sub(r"\(.*?\)", "", each))) for each in line.partition(": ")[2].split("→")]
    assert layers == [set(each.split(" | ")) for each in held if each != "__main__"]
