"""A pytest plugin that tells coverage.py which test runs, so that each line knows its tests."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

VARIABLE = "CONTRACT_SUITE_TEST"
"""What a command that a test starts reads its context from: `[tool.coverage.run]` in pyproject.toml names it."""

TIMES = "CONTRACT_SUITE_TIMES"
"""The folder where each worker leaves how long its tests took, a line of JSON each."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Name the test while it runs, for this process and for those that it starts."""
    measured = coverage.Coverage.current()
    os.environ[VARIABLE] = item.nodeid
    began = time.perf_counter()
    if measured is not None:
        measured.switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        os.environ.pop(VARIABLE, None)
        if TIMES in os.environ:
            with Path(os.environ[TIMES], f"times-{os.getpid()}").open("a", encoding="utf-8") as file:
                file.write(json.dumps([item.nodeid, time.perf_counter() - began]) + "\n")
        if measured is not None:
            measured.switch_context("")
