"""The canaries: secrets that went through every part of a run are in no file of any format and not on the terminal."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from contract_suite.report.catalogue import FORMATS, write_files
from contract_suite.report.comparison import compare
from contract_suite.report.format import Format
from contract_suite.report.formats import terminal
from tests.report import runs

READ = tuple(each for each in FORMATS if each.file_name.endswith((".json", ".sarif", ".har", ".ndjson")))


@pytest.mark.parametrize("canary", sorted(runs.CANARIES), ids=lambda canary: runs.CANARIES[canary].replace(" ", "-"))
def test_no_file_holds_a_secret(tmp_path: Path, canary: str) -> None:
    run = runs.secretive(tmp_path / "record" / "run.ndjson")
    files = (*write_files(run, tmp_path / "out", FORMATS, comparison=compare(run, run)), run.path)
    assert len(files) == 1 + sum(bool(each.file_name) for each in FORMATS)
    for path in files:
        data = path.read_bytes()
        assert data
        assert canary.encode() not in data, path.name


@pytest.mark.parametrize("each", READ, ids=lambda each: each.name)
def test_no_text_holds_a_secret_once_it_is_read(tmp_path: Path, each: Format) -> None:
    stream = io.StringIO()
    each.write(runs.secretive(tmp_path / "run.ndjson"), stream)
    texts = [
        text
        for line in (stream.getvalue().splitlines() if each.name == "ndjson" else [stream.getvalue()])
        for text in strings(json.loads(line))
    ]
    for canary in runs.CANARIES:
        assert not [text for text in texts if canary in text]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_neither_the_terminal_nor_the_log_shows_a_secret(tmp_path: Path, width: int) -> None:
    run = runs.secretive(tmp_path / "run.ndjson")
    stream = io.StringIO()
    terminal.show(run, Console(file=stream, width=width, highlight=False, markup=False, emoji=False))
    for each in FORMATS:
        if not each.file_name:
            each.write(run, stream)
    # What was wrapped or indented is joined again, so that a secret can't hide in a line's end.
    text = "".join(stream.getvalue().split())
    for canary in runs.CANARIES:
        assert canary not in text


def test_the_canaries_did_go_through_the_run(tmp_path: Path) -> None:
    run = runs.secretive(tmp_path / "run.ndjson")
    recorded = run.exchange(1).exchange
    assert dict(recorded.request.headers)["Authorization"] == "Bearer $DASHSCOPE_API_KEY"
    assert "[redacted]" in recorded.request.target
    assert b"[redacted]" in recorded.request.body
    assert "$DASHSCOPE_API_KEY" in run.findings[0].message


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    if isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(each)
