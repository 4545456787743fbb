"""The table of public documents: it names what is wrong with one, and goes on with the next."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "documents.py"
RIGHT = {
    "openapi": "3.0.3",
    "info": {"title": "Right", "version": "1"},
    "paths": {"/things": {"get": {"operationId": "list", "responses": {"200": {"description": "things"}}}}},
}


@pytest.mark.slow
def test_each_document_gets_a_row_and_a_broken_one_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "right.json").write_text(json.dumps(RIGHT))
    (tmp_path / "none.json").write_text("[1]")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, str(SCRIPT), str(tmp_path), "--mock-run", "2", "--max-time", "5"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    rows = {line.split("|")[1].strip(): line for line in done.stdout.splitlines() if line.startswith("| ")}
    assert "not read: " in rows["none.json"]
    assert "| 1 | 0 | 1 | run |" in rows["right.json"]
    assert done.returncode == 0, done.stdout + done.stderr
