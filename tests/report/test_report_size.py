"""A run of 50,000 exchanges: all formats in bounded time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contract_suite.report.catalogue import FORMATS, named, write_files
from tests.report import runs

COUNT = 50_000
MEGABYTES = 500
SECONDS = 20

# Writing waits for nothing, so that the time of the processor is the time on the clock wherever nobody else needs it.
# The peak is that of this program alone: `ru_maxrss` would begin with that of the process which started it.
MEASURED = """
import json, re, sys, time
from pathlib import Path
from contract_suite.record.reader import read_run
from contract_suite.report.catalogue import FORMATS, write_files
run = read_run(Path(sys.argv[1]))
files = write_files(run, Path(sys.argv[2]), FORMATS)
print(json.dumps({
    "seconds": time.process_time(),
    "megabytes": int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024,
    "files": {path.name: path.stat().st_size for path in files},
}))
"""


@pytest.mark.slow
def test_fifty_thousand_exchanges_are_reported_in_time_and_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "record" / "run.ndjson"
    runs.huge(path, COUNT)
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", MEASURED, str(path), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    measured = json.loads(done.stdout)
    assert measured["megabytes"] < MEGABYTES, measured
    assert measured["seconds"] < SECONDS, measured
    assert measured["files"]["report.html"] < 2_000_000


@pytest.mark.longer
def test_a_page_of_two_hundred_findings_has_less_than_a_megabyte(tmp_path: Path) -> None:
    for rich in (False, True):
        (page,) = write_files(runs.many(tmp_path / f"{rich}.ndjson", 200, rich=rich), tmp_path, named(["html"]))
        assert page.stat().st_size < 1_000_000


def test_an_operation_that_nothing_exercised_takes_a_line_not_a_line_for_each_clause(tmp_path: Path) -> None:
    # Reports of a document with 1,000 operations had 200 MB, nearly all of it clauses that no budget had reached.
    sizes = []
    for count in (100, 1_000):
        folder = tmp_path / str(count)
        files = write_files(runs.untouched(folder / "run.ndjson", clauses=count), folder, FORMATS)
        sizes.append({path.name: path.stat().st_size for path in files})
    few, many = sizes
    for name in ("report.html", "report.json", "junit.xml", "summary.md"):
        assert many[name] - few[name] < 100, (name, few[name], many[name])


def test_one_cause_at_two_thousand_operations_is_reported_in_time(tmp_path: Path) -> None:
    """Each clause of the JUnit report named every operation anew, and each of those looked at every other: it never ended."""
    run = runs.one_cause(tmp_path / "run.ndjson", operations=2_000)
    began = time.process_time()
    files = write_files(run, tmp_path / "out", FORMATS)
    assert time.process_time() - began < 10
    (junit,) = (each for each in files if each.suffix == ".xml")
    assert junit.read_text("utf-8").count("<failure") == 2_000
