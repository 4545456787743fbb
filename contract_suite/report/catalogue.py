"""All report formats. A new one is a file in `formats/` with a value `FORMAT`, and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from contract_suite.errors import UsageError
from contract_suite.record.reader import Run
from contract_suite.report.comparison import Comparison
from contract_suite.report.format import Format
from contract_suite.report.formats import (
    ctrf,
    github,
    gitlab,
    har,
    html,
    json_report,
    junit,
    markdown,
    ndjson,
    sarif,
    terminal,
)

FORMATS: Final[tuple[Format, ...]] = (
    terminal.FORMAT,
    html.FORMAT,
    json_report.FORMAT,
    ndjson.FORMAT,
    junit.FORMAT,
    markdown.FORMAT,
    sarif.FORMAT,
    github.FORMAT,
    gitlab.FORMAT,
    ctrf.FORMAT,
    har.FORMAT,
)
"""In the order in which they are listed."""

USUAL: Final = tuple(each for each in FORMATS if each.usual)
"""What every run writes."""


def write_files(
    run: Run, directory: Path, formats: Iterable[Format] = USUAL, *, comparison: Comparison | None = None
) -> tuple[Path, ...]:
    """Write each format that has a file into `directory` and return the files.

    The record itself is never written over.
    """
    written: list[Path] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for each in formats:
            path = directory / each.file_name
            if not each.file_name or _same(path, run.path):
                continue
            with path.open("w", encoding="utf-8", newline="\n") as stream:
                each.render(run, stream, comparison)
            written.append(path)
    except OSError as error:
        raise UsageError(f"{directory}: the report can't be written there ({error.strerror or error})") from error
    return tuple(written)


def named(names: Sequence[str]) -> tuple[Format, ...]:
    """Return formats by name, each once."""
    return tuple(each for each in FORMATS if each.name in names)


def _same(path: Path, record: Path) -> bool:
    try:
        return path.samefile(record)
    except OSError:
        return False
