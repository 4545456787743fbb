"""All report formats. A new one is a file with a `write`, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from contract_suite.errors import UsageError
from contract_suite.record.reader import Run
from contract_suite.report.comparison import Comparison
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


FORMATS: Final = (
    Format(name="terminal", file_name="", title="Tables and findings for a reader at a terminal", write=terminal.write),
    Format(
        name="html",
        file_name="report.html",
        title="One page for readers with a browser; needs no network",
        write=html.write,
        write_compared=html.write_compared,
        usual=True,
    ),
    Format(name="json", file_name="report.json", title="Everything, for programs", write=json_report.write, usual=True),
    Format(name="ndjson", file_name="run.ndjson", title="The record itself, with every exchange", write=ndjson.write),
    Format(
        name="junit",
        file_name="junit.xml",
        title="Test suites and cases, for CI servers",
        write=junit.write,
        usual=True,
    ),
    Format(
        name="markdown",
        file_name="summary.md",
        title="A summary for a step or a pull request",
        write=markdown.write,
        write_compared=markdown.write_compared,
    ),
    Format(
        name="sarif",
        file_name="report.sarif",
        title="SARIF 2.1.0, for code scanning",
        write=sarif.write,
        write_compared=sarif.write_compared,
    ),
    Format(
        name="github", file_name="", title="Workflow commands, for annotations in GitHub Actions", write=github.write
    ),
    Format(name="gitlab", file_name="gl-code-quality-report.json", title="GitLab Code Quality", write=gitlab.write),
    Format(name="ctrf", file_name="ctrf-report.json", title="Common Test Report Format", write=ctrf.write),
    Format(name="har", file_name="run.har", title="HTTP Archive 1.2 of every exchange", write=har.write),
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
