"""Makes the sample reports beside it: one of each format, from runs against the embedded mock.

The rule that must not be broken: the same contracts and the same code give the same bytes. Dates, durations and the
version, which would differ, are fixed.
"""

from __future__ import annotations

import json
import os
import sys
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from rich.console import Console

from contract_suite.record.reader import Run, read_run
from contract_suite.report.catalogue import FORMATS, write_files
from contract_suite.report.formats.terminal import show
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from contract_suite.runner.sending.clock import VARIABLE

HERE: Final = Path(__file__).resolve().parent
EPOCH: Final = "1893456000"
"""2030-01-01."""
EVERY_EXCHANGE: Final = ("ndjson", "har")
"""Formats that hold every exchange: their samples are of one operation, so that they stay small."""


def make(folder: Path) -> None:
    """Write every sample into `folder`."""
    os.environ[VARIABLE] = EPOCH
    with TemporaryDirectory(prefix="contract-suite-") as scratch:
        whole = _record(RunOptions(fuzz_time=0, report=Path(scratch) / "whole"))
        write_files(whole, folder, [each for each in FORMATS if each.name not in EVERY_EXCHANGE])
        for name in ("terminal", "github"):
            (folder / f"{name}.txt").write_text(_text(whole, name), "utf-8")
        one = _record(
            RunOptions(
                contracts=("opensearch",), include=("GetDeployedModel",), fuzz_time=0, report=Path(scratch) / "one"
            )
        )
        write_files(one, folder, [each for each in FORMATS if each.name in EVERY_EXCHANGE])


def _record(options: RunOptions) -> Run:
    """Run, fix what the clock decides, and read."""
    outcome = run(options, environ={})
    fixed = outcome.record.with_name("fixed.ndjson")
    with outcome.record.open("rb") as lines, fixed.open("wb") as out:
        for line in lines:
            parsed = json.loads(line)
            _fix(parsed)
            out.write(
                json.dumps(parsed, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
            )
    return read_run(fixed)


def _fix(line: dict[str, Any]) -> None:
    if line["type"] == "header":
        line["version"] = "0.1.0"
    elif line["type"] == "exchange":
        line["seconds"] = round(
            0.0005 + line["number"] * 37 % 101 / 20_000, 6
        )  # up to 5 ms, so that a distribution shows
    elif line["type"] == "family":
        line["seconds"] = round(line["exchanges"] * 0.003, 3)
        for stage in line["stages"]:
            stage["seconds"] = round(stage["exchanges"] * 0.003, 3)


def _text(record: Run, name: str) -> str:
    stream = StringIO()
    if name == "terminal":
        show(record, Console(file=stream, width=100, highlight=False, markup=False, emoji=False, color_system=None))
    else:
        next(each for each in FORMATS if each.name == name).write(record, stream)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
