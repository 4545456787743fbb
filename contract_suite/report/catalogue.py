"""All report formats. A new one is a file in `formats/` with a value `FORMAT`, and a line here."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TextIO

from contract_suite.errors import NoRoomError, UsageError
from contract_suite.garbage import without_collecting
from contract_suite.model.unseen import inert
from contract_suite.record.folder import RECORD
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
    pytest_report,
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
    pytest_report.FORMAT,
)
"""In the order in which they are listed."""

USUAL: Final = tuple(each for each in FORMATS if each.usual)
"""What every run writes."""


_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


@without_collecting()
def write_files(
    run: Run, directory: Path, formats: Iterable[Format] = USUAL, *, comparison: Comparison | None = None
) -> tuple[Path, ...]:
    """Write each format that has a file into `directory` and return the files.

    The record itself is never written over. A file is there whole or not at all, and none is written through a link.
    Raises `UsageError`, or `NoRoomError` where there is no room.
    """
    written: list[Path] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for each in formats:
            path = directory / each.file_name
            if not each.file_name or _same(path, run.path):
                continue
            with whole_file(path) as stream:
                each.render(run, stream, comparison)
            written.append(path)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise NoRoomError(f"{directory}: a report can't be written ({error.strerror})") from error
        raise UsageError(f"{directory}: the report can't be written there ({error.strerror or error})") from error
    return tuple(written)


class _Inert(io.TextIOWrapper):
    """A text file in which nothing acts, whatever a format has overlooked."""

    def write(self, text: str, /) -> int:
        """Write what may be seen of the text."""
        return super().write(inert(text))

    def writelines(self, lines: Iterable[str], /) -> None:  # type: ignore[override]  # texts are all that is written here
        """Write each of them."""
        for line in lines:
            self.write(line)


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Write a text file beside its place and put it there at the end, so that it never stands there in part."""
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)
    try:
        with beside.open("xb") as file, _Inert(file, encoding="utf-8", newline="\n") as stream:
            yield stream
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def discard_files(directory: Path) -> None:
    """Remove the reports that every run writes, so that none of an earlier run is taken for one of the next.

    `UsageError` where a folder has the name of one of them, or of the record.
    """
    for name in dict.fromkeys((RECORD, *(each.file_name for each in USUAL if each.file_name))):
        path = directory / name
        if path.is_dir():
            raise UsageError(
                f"{path} is a folder, and a run writes a file of that name; --report DIR names another folder"
            )
        if name != RECORD:
            with suppress(OSError):
                path.unlink()


def named(names: Sequence[str]) -> tuple[Format, ...]:
    """Return formats by name, each once."""
    return tuple(each for each in FORMATS if each.name in names)


def _same(path: Path, record: Path) -> bool:
    try:
        return path.samefile(record)
    except OSError:
        return False
