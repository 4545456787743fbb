from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from contract_suite.report.catalogue import FORMATS
from tests.parity import assert_each

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "reports"


def test_each_format_has_its_sample_and_the_page_shows_it() -> None:
    files = {each.file_name or f"{each.name}.txt" for each in FORMATS}
    there = {path.name for path in SAMPLES.iterdir() if path.is_file()} - {"README.md", "make.py"}
    assert_each(there, files, lacks="no sample, run `make reports`", beyond="a sample of no format")
    shown = re.findall(r"^\| \[([^\]]+)\]", (SAMPLES / "README.md").read_text("utf-8"), re.MULTILINE)
    assert_each(shown, files, lacks="reports/README.md lacks the row", beyond="a row of reports/README.md of no format")


@pytest.mark.slow
def test_the_samples_are_current(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(SAMPLES / "make.py"), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    stale = [
        path.name for path in sorted(tmp_path.iterdir()) if path.read_bytes() != (SAMPLES / path.name).read_bytes()
    ]
    assert stale == [], "run `make reports`"
