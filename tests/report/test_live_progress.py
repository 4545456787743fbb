"""What shows while a run goes on."""

from __future__ import annotations

import io

from rich.console import Console

from contract_suite.model.case import Stage
from contract_suite.model.source import Level
from contract_suite.report.progress import LiveProgress


def told(*, terminal: bool, quiet: bool) -> str:
    stream = io.StringIO()
    with LiveProgress(Console(file=stream, force_terminal=terminal, width=80), quiet=quiet) as progress:
        progress.family("sh\x1bop [red]")
        progress.stage(Stage.BOUNDARIES)
        for _ in range(3):
            progress.exchange()
        progress.finding(Level.FAILURE)
        progress.finding(Level.ADVISORY)
    return stream.getvalue()


def test_it_is_silent_where_nobody_watches() -> None:
    assert told(terminal=False, quiet=False) == ""
    assert told(terminal=True, quiet=True) == ""


def test_it_counts_what_happens() -> None:
    out = told(terminal=True, quiet=False)
    assert "sh\\x1bop [red] boundaries" in out
    assert "3 exchanges" in out
    assert "1 failed, 1 advisory" in out
