"""What a run shows while it goes on: family, stage, exchanges and findings so far, on one line that goes away.

It says nothing where nobody is watching: without a terminal, or when asked to be quiet.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from contract_suite.model.events import (
    ConfirmationStarted,
    Event,
    ExchangeDone,
    FamilyStarted,
    FindingOpened,
    StageStarted,
)
from contract_suite.model.source import Level
from contract_suite.report.plain import visible


class LiveProgress:
    """A context manager that follows the events of a run; the line is drawn anew a few times a second."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        """Show on `console`, unless `quiet` or no terminal."""
        self.family_name = ""
        self.stage_name = ""
        self.exchanges = 0
        self.failures = 0
        self.advisories = 0
        self._spinner = Spinner("dots")
        self._live = (
            Live(self, console=console, refresh_per_second=5, transient=True)
            if console.is_terminal and not quiet
            else None
        )

    def follow(self, event: Event) -> None:
        """Take in what a run tells."""
        match event:
            case ExchangeDone():
                self.exchanges += 1
            case FindingOpened(finding=finding) if finding.level is Level.FAILURE:
                self.failures += 1
            case FindingOpened():
                self.advisories += 1
            case FamilyStarted(family=name):
                self.family_name, self.stage_name = name, ""
            case StageStarted(stage=stage):
                self.stage_name = stage.value
            case ConfirmationStarted():
                self.stage_name = "confirming"
            case _:
                pass

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the line away."""
        if self._live is not None:
            self._live.stop()

    def __rich__(self) -> Spinner:
        """Return the line as it is now."""
        found = [f"{self.failures} failed"] * bool(self.failures) + [f"{self.advisories} advisory"] * bool(
            self.advisories
        )
        where = " ".join(visible(word) for word in (self.family_name, self.stage_name) if word)
        self._spinner.update(
            text=Text.assemble(
                (where, "bold"),
                f"  {self.exchanges} requests",
                (f"  {', '.join(found)}" if found else "", "red"),
                no_wrap=True,
            )
        )
        return self._spinner
