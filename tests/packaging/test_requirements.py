"""What the Makefile lets pip install."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.packaging.requirements import PROJECT, floors, group

READ = tomllib.loads(PROJECT.read_text("utf-8"))


def test_every_dependency_has_a_lowest_version_and_the_range_allows_it() -> None:
    pinned = [Requirement(each) for each in floors(READ)]
    allowed = {each.name: each for each in map(Requirement, READ["project"]["dependencies"])}
    assert {each.name for each in pinned} == set(allowed)
    for each in pinned:
        [exact] = each.specifier
        assert exact.operator == "=="
        assert allowed[each.name].specifier.contains(exact.version)


@pytest.mark.parametrize("written", ["rich", "rich>=13", "rich==13.9", "rich<16,>=13"])
def test_a_dependency_without_a_range_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="NAME>=LOWEST,<HIGHEST"):
        list(floors({"project": {"dependencies": [written]}}))


def test_a_group_includes_others() -> None:
    groups = {"dependency-groups": {"test": ["a>=1"], "dev": [{"include-group": "test"}, "b>=2"]}}
    assert list(group(groups, "dev")) == ["a>=1", "b>=2"]
    assert {"pytest-xdist", "ruff"} <= {Requirement(each).name for each in group(READ, "dev")}


LOCKED = ("dev", [*READ["project"]["dependencies"], *group(READ, "dev")]), ("run", READ["project"]["dependencies"])


@pytest.mark.parametrize(("name", "needed"), LOCKED)
def test_the_lock_holds_a_version_that_each_range_allows(name: str, needed: list[str]) -> None:
    pinned = {each.name: each for each in map(Requirement, re.findall(r"^[^\s#-][^\\\n]*", lock(name), re.MULTILINE))}
    for each in map(Requirement, needed):
        assert each.name in pinned, f"run `make lock`: {each} is not in requirements/{name}.txt"
        [exact] = pinned[each.name].specifier
        assert each.specifier.contains(exact.version), f"run `make lock`: {each} has {exact} in requirements/{name}.txt"


@pytest.mark.parametrize("name", ["dev", "run", "build"])
def test_the_lock_names_no_index_and_hashes_everything(name: str) -> None:
    assert not re.search(r"://|index|find-links|^-", lock(name), re.MULTILINE)
    entries = re.split(r"\n(?=\S)", lock(name).strip())
    assert len(entries) > (20 if name != "build" else 3)
    assert all(re.search(r"\\\n    --hash=sha256:[0-9a-f]{64}", each) for each in entries)


def lock(name: str) -> str:
    return (PROJECT.parent / "requirements" / f"{name}.txt").read_text("utf-8")
