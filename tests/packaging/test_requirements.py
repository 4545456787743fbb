"""What the Makefile lets pip install."""

from __future__ import annotations

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
