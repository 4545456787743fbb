"""Output that nobody takes: a pipe whose reader went away, a device without room, streams that were closed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = f"{sys.executable} -m contract_suite"
RUN = "run {document} --fuzz-time 0 --report {report}"
NO_READER = " | (its reader is gone)"
"""Stands for a pipe whose reading end is closed before the command begins: `| head -1` may take all before it goes."""
DOCUMENT = """openapi: 3.1.0
info: {title: x, version: "1"}
paths: {/a: {get: {operationId: a, responses: {"200": {description: d}}}}}
"""

CASES: dict[str, tuple[str, str, int, str]] = {
    "the reader of a list goes away": ("list clauses", NO_READER, 141, ""),
    "the reader of a run goes away": (RUN, NO_READER, 141, ""),
    "no room for a list": ("list families", " >/dev/full", 3, "can't be written (No space left on device)"),
    "no room for a run": (RUN, " -q >/dev/full", 3, "can't be written (No space left on device)"),
    "no room for anything": (RUN, " -q >/dev/full 2>/dev/full", 3, ""),
    "no room for a mistake": ("--nonsense", " 2>/dev/full", 3, ""),
    "no output": (RUN, " -q >&-", 0, ""),
    "no output and no errors": (RUN, " -q >&- 2>&-", 0, ""),
    "no input": (RUN, " -q <&-", 0, ""),
}
"""By name: a command, what becomes of its streams, its exit code, and its sentence."""


@pytest.mark.longer
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("name", CASES)
def test_output_that_nobody_takes_ends_with_the_right_code(name: str, tmp_path: Path) -> None:
    """A pipe that was closed ended with 1, as findings do; a stream that was closed with an unexpected AttributeError."""
    command, streams, code, sentence = CASES[name]
    document = tmp_path / "a.yaml"
    document.write_text(DOCUMENT, "utf-8")
    line = command.format(document=document, report=tmp_path / "report")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = subprocess.run(  # noqa: S603 - our own command
            ["/bin/bash", "-c", f"{COMMAND} {line}{streams.replace(NO_READER, '')}"],
            stdout=writer if streams == NO_READER else subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        os.close(writer)
    assert ended.returncode == code, ended.stderr
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == bool(sentence), ended.stderr
    if command == RUN:
        assert (tmp_path / "report" / "run.ndjson").exists()
