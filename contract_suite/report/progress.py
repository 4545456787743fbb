"""What a run shows while it goes on: family, stage, requests, findings so far, and for how long it has run.

At a terminal, one line that goes away; in a pipe or a log of CI, a line every ten seconds. When asked to be quiet, nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console
from rich.text import Text

from contract_suite.model.counting import counted
from contract_suite.model.events import (
    ConfirmationStarted,
    Event,
    ExchangeDone,
    FamilyStarted,
    FindingOpened,
    RunStarted,
    StageStarted,
)
from contract_suite.model.source import Level
from contract_suite.report.plain import visible

if TYPE_CHECKING:
    from rich.live import Live
    from rich.spinner import Spinner

_EVERY: Final = 10.0


class LiveProgress:
    """A context manager that follows the events of a run; at a terminal, the line is drawn anew a few times a second."""

    def __init__(self, console: Console, *, quiet: bool = False, every: float = _EVERY) -> None:
        """Show on `console` unless `quiet`; where it is no terminal, `every` so many seconds."""
        self.family_name = ""
        self.stage_name = ""
        self._headings: dict[str, str] = {}
        self.exchanges = 0
        self.failures = 0
        self.advisories = 0
        self._console = console
        self._began = time.monotonic()
        self._spinner: Spinner | None = None
        self._live = self._line_at(console) if console.is_terminal and not quiet else None
        self._beats = None if quiet or self._live is not None else _Beats(self._beat, every)

    def follow(self, event: Event) -> None:
        """Take in what a run tells."""
        match event:
            case ExchangeDone():
                self.exchanges += 1
            case FindingOpened(finding=finding) if finding.level is Level.FAILURE:
                self.failures += 1
            case FindingOpened():
                self.advisories += 1
            case RunStarted(header=header):
                self._headings = {each.name: each.heading for each in header.families}
            case FamilyStarted(family=name):
                self.family_name, self.stage_name = self._headings.get(name, name), ""
            case StageStarted(stage=stage):
                self.stage_name = stage.value
            case ConfirmationStarted():
                self.stage_name = "confirming"
            case _:
                pass

    def __enter__(self) -> Self:
        """Begin to show."""
        self._began = time.monotonic()
        if self._live is not None:
            self._live.start()
        if self._beats is not None:
            self._beats.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the line away."""
        if self._live is not None:
            self._live.stop()
        if self._beats is not None:
            self._beats.stop()

    def __rich__(self) -> Spinner | Text:
        """Return the line as it is now."""
        if self._spinner is None:
            return self._line()
        self._spinner.update(text=self._line())
        return self._spinner

    def _line_at(self, terminal: Console) -> Live:
        from rich.live import Live  # noqa: PLC0415 - only a terminal needs it
        from rich.spinner import Spinner  # noqa: PLC0415 - as above

        self._spinner = Spinner("dots")
        return Live(self, console=terminal, refresh_per_second=5, transient=True)

    def _line(self) -> Text:
        counts = ((self.failures, "failure"), (self.advisories, "advisory"))
        found = ", ".join(counted(count, noun) for count, noun in counts if count)
        where = " ".join(visible(word) for word in (self.family_name, self.stage_name) if word)
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        return Text.assemble(
            (where, "bold"),
            f"  {minutes}:{seconds:02}  {counted(self.exchanges, 'request')}",
            (f"  {found}" if found else "", "red"),
            no_wrap=True,
        )

    def _beat(self) -> None:
        self._console.print(Text("contract-suite: ").append_text(self._line()), soft_wrap=True)


class _Beats:
    """Calls a function every few seconds, from a thread of its own, until it is stopped."""

    def __init__(self, beat: Callable[[], None], every: float) -> None:
        self._beat = beat
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _go(self) -> None:
        while not self._over.wait(self._every):
            with suppress(OSError, ValueError):  # whoever read the log went away; the run goes on
                self._beat()
