"""`run.ndjson`: the record itself, line by line as it was written, for programs that want every exchange."""

from __future__ import annotations

from typing import Final, TextIO

from contract_suite.record.errors import RecordError
from contract_suite.record.reader import Run
from contract_suite.report.format import Format


def write(run: Run, stream: TextIO) -> None:
    """Write the whole lines of the record.

    A line that was cut is left out, and the missing footer says that the run was cut short.
    """
    try:
        with run.path.open(encoding="utf-8", newline="\n") as record:
            for line in record:
                if line.endswith("\n"):
                    stream.write(line)
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError("can't be read again", path=run.path) from error


FORMAT: Final = Format(
    name="ndjson", file_name="run.ndjson", title="The record itself, with every exchange", write=write
)
