"""Reports of pytest without secrets: whatever text is in one, however deep, passes `record.redaction.hide`."""

from __future__ import annotations

from typing import Any, Final

import pytest

from contract_suite.record.redaction import hide


def hide_in(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Take known secrets out of what a report shows of a failure, of captured output and of properties."""
    report.longrepr = _hidden(report.longrepr, _DEEPEST)
    report.sections = [(name, hide(text)) for name, text in report.sections]
    if isinstance(report, pytest.TestReport):
        report.user_properties = [
            (name, hide(each) if isinstance(each, str) else each) for name, each in report.user_properties
        ]


_DEEPEST: Final = 20
"""Representations nest tracebacks in chains in entries; nothing of pytest's own goes deeper."""


def _hidden(value: Any, depth: int) -> Any:  # noqa: ANN401 - any part of any representation
    if isinstance(value, str):
        return hide(value)
    if not depth or value is None or isinstance(value, int | float | bytes | type):
        return value
    if isinstance(value, list | tuple):
        return type(value)([_hidden(each, depth - 1) for each in value])
    if isinstance(value, dict):
        return {key: _hidden(each, depth - 1) for key, each in value.items()}
    for name, each in list(getattr(value, "__dict__", {}).items()):
        # Some of these are frozen values, and all of them are made for this one report.
        object.__setattr__(value, name, _hidden(each, depth - 1))
    return value
