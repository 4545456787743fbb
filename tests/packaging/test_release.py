"""What a release promises: one version everywhere, a changelog that knows it, and a wheel with all that is needed and nothing else."""

from __future__ import annotations

import email
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import contract_suite

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VERSION = str(PROJECT["version"])


def test_the_version_is_one_everywhere() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "contract_suite", "--version"], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.split()[-1] == contract_suite.__version__ == VERSION
    pages = [ROOT / "docs" / "ci.md", ROOT / "README.md"]
    named = {
        each
        for page in pages
        for each in re.findall(r"contract-suite@v([0-9.]+)|rev: v([0-9.]+)", page.read_text("utf-8"))
    }
    assert {one or other for one, other in named} <= {VERSION}


def test_the_changelog_has_the_version_below_what_is_not_released() -> None:
    headings = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[:2] == ["Unreleased", VERSION] or headings[0] == VERSION
    assert len(set(headings)) == len(headings)
    numbers = [tuple(map(int, each.split("."))) for each in headings if each != "Unreleased"]
    assert numbers == sorted(numbers, reverse=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)  # noqa: S603 - our own build
    [built] = folder.glob("*.whl")
    return zipfile.ZipFile(built)


@pytest.mark.slow
def test_the_wheel_holds_the_package_its_contracts_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert len(set(names)) == len(names)
    listing = ["git", "ls-files", "contract_suite", "specs"]
    tracked = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - our own command
    expected = {each if each.startswith("contract_suite/") else f"contract_suite/{each}" for each in tracked}
    expected |= {"contract_suite/docs/behaviours.md", "contract_suite/docs/checks.md"}
    inside = {each for each in names if not each.startswith(f"contract_suite-{VERSION}.dist-info/")}
    assert inside == expected


@pytest.mark.slow
def test_the_wheel_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    info = f"contract_suite-{VERSION}.dist-info"
    told = email.message_from_bytes(wheel.read(f"{info}/METADATA"))
    assert (told["Name"], told["Version"], told["Requires-Python"]) == (
        "contract-suite",
        VERSION,
        PROJECT["requires-python"],
    )
    assert told["License-Expression"] == PROJECT["license"]
    assert {re.split(r"[<>=\[;]", each)[0] for each in told.get_all("Requires-Dist", [])} == {
        re.split(r"[<>=\[;]", each)[0] for each in PROJECT["dependencies"]
    }
    points = wheel.read(f"{info}/entry_points.txt").decode()
    assert "contract-suite = contract_suite.cli:main" in points
    assert "[pytest11]" in points
    assert any(each.startswith(f"{info}/licenses/LICENSE") for each in wheel.namelist())
