"""The servers that benchmarks run against do what they say, and the benchmark tells a defect from a plain server."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["families", "services"])
def test_each_server_does_what_it_says_and_each_defect_shows(folder: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:contract-suite", "."]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=BENCHMARKS / "servers" / folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
def test_the_benchmark_tells_a_defect_from_a_plain_server() -> None:
    done = subprocess.run(
        [sys.executable, "detection.py", "modelarts", "--shown-by", "documented", "--sample", "3"],
        cwd=BENCHMARKS,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert "right server: exit 0, 0 failures" in done.stdout
    assert "documented" in done.stdout


@pytest.mark.longer
def test_stripped_documents_are_compared_fact_by_fact() -> None:
    done = subprocess.run(
        [sys.executable, "stripped.py", "pai", "--no-faults"],
        cwd=BENCHMARKS,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert re.search(r"4[0-9] of 45 annotated facts are inferred", done.stdout)
    assert "not inferred: list PluginListAlgorithms" in done.stdout
