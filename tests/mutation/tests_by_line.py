"""Which tests run which line, measured by coverage.py, and how long each test takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import coverage

from tests.mutation.contexts import TIMES

DATA: Final = "coverage"


def measure(tree: Path, folder: Path, marker: str) -> None:
    """Run the tests that `marker` selects, and leave in `folder` what they ran. `SystemExit` if one fails."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    environment = {**os.environ, "COVERAGE_FILE": str(folder / DATA), TIMES: str(folder)}
    run = [sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q", "-p", "tests.mutation.contexts", "-n", "auto"]
    done = subprocess.run([*run, "-m", marker], cwd=tree, env=environment, check=False)  # noqa: S603 - our own tests
    if done.returncode:
        sys.exit("the tests must pass before mutants are tried")
    combine = [sys.executable, "-m", "coverage", "combine", "--quiet"]
    subprocess.run(combine, cwd=tree, env=environment, check=True)  # noqa: S603 - coverage.py


@dataclass(frozen=True)
class TestsByLine:
    """What was measured in a tree and left in a folder."""

    __test__ = False
    tree: Path
    folder: Path

    def of(self, path: str, line: int) -> list[str]:
        """The ids of the tests that run a line, the quickest first; none if no test does.

        A line that runs when its module is imported belongs to all tests that run anything in that module.
        """
        contexts = _contexts(self._data, str(self.tree / path))
        tests = _tests(contexts.get(line, ()))
        if not tests and line in contexts:
            tests = {each for every in contexts.values() for each in _tests(every)}
        return sorted(tests, key=lambda each: (self._seconds.get(each, 0.0), each))

    @cached_property
    def _data(self) -> coverage.CoverageData:
        data = coverage.CoverageData(str(self.folder / DATA))
        data.read()
        return data

    @cached_property
    def _seconds(self) -> dict[str, float]:
        lines = (line for path in self.folder.glob("times-*") for line in path.read_text("utf-8").splitlines())
        return dict(json.loads(line) for line in lines)


@cache
def _contexts(data: coverage.CoverageData, path: str) -> dict[int, list[str]]:
    return data.contexts_by_lineno(path)


def _tests(contexts: Iterable[str]) -> set[str]:
    """The ids of tests among contexts; what ran outside every test has an empty one."""
    return {each for each in contexts if "::" in each}
