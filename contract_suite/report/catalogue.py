"""All report formats. A new one is a file with a `write`, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from contract_suite.errors import UsageError
from contract_suite.record.reader import Run
from contract_suite.report import json_report, junit, terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: its name, the file it goes to (empty for the terminal), what it is, and how it is written."""

    name: str
    file_name: str
    title: str
    write: Callable[[Run, TextIO], None]


FORMATS: Final = (
    Format(name="terminal", file_name="", title="Tables and findings for a reader at a terminal", write=terminal.write),
    Format(name="json", file_name="report.json", title="Everything, for programs", write=json_report.write),
    Format(name="junit", file_name="junit.xml", title="Test suites and cases, for CI servers", write=junit.write),
)
"""In the order in which they are listed."""


def write_files(run: Run, directory: Path, formats: Iterable[Format] = FORMATS) -> tuple[Path, ...]:
    """Write each format that has a file into `directory` and return the files."""
    written: list[Path] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for each in formats:
            if each.file_name:
                path = directory / each.file_name
                with path.open("w", encoding="utf-8", newline="\n") as stream:
                    each.write(run, stream)
                written.append(path)
    except OSError as error:
        raise UsageError(f"{directory}: the report can't be written there ({error.strerror or error})") from error
    return tuple(written)
