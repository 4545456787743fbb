"""Tells at the end of a session over this folder what its cases cost, and how many met a mistake of our own."""

from __future__ import annotations

import pytest
from _pytest.terminal import TerminalReporter

from tests.hostile.measuring import MEGABYTES, SECONDS


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Name the peak of memory, the slowest case, and the cases with unexpected trouble."""
    reports = [
        each
        for group in terminalreporter.stats.values()
        for each in group
        if isinstance(each, pytest.TestReport) and each.when == "call"
    ]
    every = [(each.nodeid, {key: float(str(value)) for key, value in each.user_properties}) for each in reports]
    measured = [(name, figures) for name, figures in every if SECONDS in figures]
    if not measured:
        return
    terminalreporter.section("what it cost")
    for key, unit in ((MEGABYTES, "MB beside a process's own"), (SECONDS, "s of CPU")):
        name, figures = max(measured, key=lambda each: each[1][key])
        terminalreporter.write_line(f"at most {figures[key]:.1f} {unit}: {name}")
    trouble = sum("unexpected trouble" in each.longreprtext for each in reports if each.failed)
    terminalreporter.write_line(f"{len(measured)} cases measured, {trouble} with unexpected trouble")
