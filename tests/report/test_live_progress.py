"""What shows while a run goes on."""

from __future__ import annotations

import io
import time
from dataclasses import replace

from rich.console import Console

from contract_suite.model.case import Stage
from contract_suite.model.events import ExchangeDone, FamilyStarted, FindingOpened, RunStarted, StageStarted
from contract_suite.model.finding import Finding
from contract_suite.model.location import Location
from contract_suite.model.source import Level, Source
from contract_suite.report.progress import LiveProgress
from tests.record import sample


def found(level: Level) -> Finding:
    return Finding(
        id=level.value,
        family="shop",
        clause="List::request::accepted",
        operation="List",
        check="positive-accepted",
        level=level,
        source=Source.DOCUMENTED,
        message="refused",
        text="accepted",
        document=Location(file="shop.yaml", line=1, pointer=""),
        exchanges=(1,),
    )


def told(*, terminal: bool, quiet: bool) -> str:
    stream = io.StringIO()
    with LiveProgress(Console(file=stream, force_terminal=terminal, width=80), quiet=quiet) as progress:
        progress.follow(FamilyStarted(family="sh\x1bop [red]"))
        progress.follow(StageStarted(family="shop", stage=Stage.BOUNDARIES))
        for number in range(3):
            progress.follow(ExchangeDone(family="shop", operation="List", number=number + 1, status=200))
        progress.follow(FindingOpened(finding=found(Level.FAILURE)))
        progress.follow(FindingOpened(finding=found(Level.ADVISORY)))
    return stream.getvalue()


def test_it_is_silent_where_nobody_watches() -> None:
    assert told(terminal=False, quiet=False) == ""
    assert told(terminal=True, quiet=True) == ""


def test_it_counts_what_happens() -> None:
    out = told(terminal=True, quiet=False)
    assert "sh\\x1bop [red] boundaries" in out
    assert "0:00  3 requests" in out
    assert "1 failure, 1 advisory" in out


def test_a_log_gets_a_line_now_and_then_and_none_when_quiet() -> None:
    for quiet in (False, True):
        stream = io.StringIO()
        progress = LiveProgress(Console(file=stream, width=20), quiet=quiet, every=0.01)
        progress.follow(FamilyStarted(family="sh\x1bop"))
        progress.follow(StageStarted(family="shop", stage=Stage.BOUNDARIES))
        with progress:
            until = time.monotonic() + 5
            while not quiet and stream.getvalue().count("\n") < 2 and time.monotonic() < until:
                time.sleep(0.01)
        lines = stream.getvalue().splitlines()
        assert (not lines) is quiet
        assert all(each.startswith("contract-suite: sh\\x1bop boundaries  0:0") for each in lines)
        assert all(each.endswith("0 requests") for each in lines), "nothing wraps in a log"


def test_a_contract_is_called_by_the_title_of_its_api() -> None:
    """An `openapi.yaml` was called "openapi" while it was tested."""
    stream = io.StringIO()
    family = replace(sample.FAMILY, name="openapi", file="openapi.yaml", title="Tea House")
    with LiveProgress(Console(file=stream, width=80)) as progress:
        progress.follow(RunStarted(header=replace(sample.HEADER, families=(family,))))
        progress.follow(FamilyStarted(family="openapi"))
        assert progress.family_name == "Tea House"
