"""What a report format is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from contract_suite.record.reader import Run
from contract_suite.report.comparison import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: its name, the file it goes to (empty for the terminal or a log), what it is, and how it is written.

    `usual` says that every run writes it; `write_compared` is there where the format shows what is new and what is
    gone.
    """

    name: str
    file_name: str
    title: str
    write: Callable[[Run, TextIO], None]
    write_compared: Callable[[Run, TextIO, Comparison | None], None] | None = None
    usual: bool = False

    def render(self, run: Run, stream: TextIO, comparison: Comparison | None = None) -> None:
        """Write the format, compared if it can be."""
        if self.write_compared is None:
            self.write(run, stream)
        else:
            self.write_compared(run, stream, comparison)
