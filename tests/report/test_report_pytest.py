"""Findings as tests: they fail at the server that has the fault, and pass at the one that has not."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_suite.mock.asgi import MockApp
from contract_suite.mock.embedded import running
from contract_suite.mock.faults.catalogue import faults
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.record.reader import Run, read_run
from contract_suite.report.formats import pytest_report
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.contracts import load
from tests.report import runs

ROOT = Path(__file__).parents[2]
DOCUMENT = str(ROOT / "tests" / "behaviours" / "library.yaml")


@contextmanager
def serving(fault: str = "") -> Iterator[str]:
    contract = load(DOCUMENT)
    site = next((each.site for each in faults(contract) if each.name == f"library/{fault}"), None)
    pipeline = site.plant(Pipeline()) if site is not None else Pipeline()
    assert (site is not None) == bool(fault)
    with running(MockApp(MockServer(contract, pipeline=pipeline))) as address:
        yield f"{address}{contract.base_path}"


def exported(record: Run, folder: Path) -> Path:
    path = folder / "test_findings.py"
    with path.open("w", encoding="utf-8") as stream:
        pytest_report.write(record, stream)
    return path


def outcomes(path: Path, url: str) -> dict[str, str]:
    """Run a file against a server, without anything of ours that it does not ask for; what became of each test."""
    environment = {**os.environ, "CONTRACT_SUITE_URL": url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-v", "--no-header", "-p", "no:cacheprovider", path.name]
    command += [
        word for name in ("schemathesis", "hypothesispytest", "anyio", "respx") for word in ("-p", f"no:{name}")
    ]
    said = subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=path.parent, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return dict(re.findall(r"::(\w+) (PASSED|FAILED|SKIPPED|ERROR)", said.stdout))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "alone"),
    [
        ("deleted-still-readable", True),
        ("duplicate-accepted", True),
        ("update-loses-last-field", True),
        ("delete-takes-neighbour", True),
        ("total-counts-page", False),
        ("list-shows-old-values", False),
    ],
)
def test_each_test_fails_until_its_finding_is_mended(fault: str, alone: bool, tmp_path: Path) -> None:
    with serving(fault) as url:
        outcome = run(RunOptions(contracts=(DOCUMENT,), url=url, fuzz_time=0, report=tmp_path / "out"))
        record = read_run(outcome.record)
        path = exported(record, tmp_path)
        broken = outcomes(path, url)
    assert len(broken) == len(record.findings) > 0
    assert set(broken.values()) == {"FAILED"}
    text = path.read_text("utf-8")
    assert ("    with Api() as api:" if alone else "    replay('") in text
    with serving() as url:
        assert set(outcomes(path, url).values()) == {"PASSED"}


def every_fault() -> Pipeline:
    """A server with all the faults at once that a run without patience and fuzzing can meet."""
    pipeline = Pipeline()
    for each in faults(load(DOCUMENT)):
        if not (each.site.limits or each.site.patience or each.site.fuzz):
            pipeline = each.site.plant(pipeline)
    return pipeline


def passes(test: Callable[[], None]) -> bool:
    """Whether a test passes; one that can't read the response does not."""
    try:
        test()
    except (AssertionError, TypeError, LookupError, ValueError):
        return False
    return True


@pytest.mark.longer
def test_what_needs_nothing_of_ours_fails_at_the_broken_server_and_passes_at_the_right_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = load(DOCUMENT)
    results: list[dict[str, bool]] = []
    tests: dict[str, Callable[[], None]] = {}
    for pipeline in (every_fault(), Pipeline()):
        with running(MockApp(MockServer(contract, pipeline=pipeline))) as address:
            url = f"{address}{contract.base_path}"
            monkeypatch.setenv("CONTRACT_SUITE_URL", url)
            if not tests:
                asked = RunOptions(
                    contracts=(DOCUMENT,), url=url, fuzz_time=0, max_requests=400, report=tmp_path / "out"
                )
                text = exported(read_run(run(asked, environ={}).record), tmp_path).read_text("utf-8")
            module: dict[str, Any] = {}
            exec(compile(text, "test_findings.py", "exec"), module)  # noqa: S102 - the file under test
            tests = {name: each for name, each in module.items() if name.startswith("test_")}
            plain = {name: each for name, each in tests.items() if "Api" in each.__code__.co_names}
            results.append({name: passes(each) for name, each in plain.items()})
    broken, right = results
    assert len(right) > 12
    assert set(right.values()) == {True}
    # Two faults that come now and then, and one that changes what is shown, may not show again.
    assert sum(broken.values()) <= 4, [name for name, passed in broken.items() if passed]


def test_no_text_of_a_server_can_run(tmp_path: Path) -> None:
    path = exported(replace_target(runs.hostile(tmp_path / "run.ndjson", big=10_000)), tmp_path)
    text = path.read_text("utf-8")
    assert all(character.isprintable() or character == "\n" for character in text)
    names = set(compile(text, "test_findings.py", "exec").co_names)
    assert "owned" not in names
    assert text.count("\ndef test_") == 5


def test_a_record_of_an_application_is_replayed(tmp_path: Path) -> None:
    stream = io.StringIO()
    record = runs.plain(tmp_path / "run.ndjson")
    pytest_report.write(replace(record, header=replace(record.header, target="shop.main:app")), stream)
    text = stream.getvalue()
    compile(text, "test_findings.py", "exec")
    assert text.count("    replay('") == len(record.findings)
    assert "HTTPConnection" not in text


def test_one_request_is_written_down_with_what_must_hold(tmp_path: Path) -> None:
    text = exported(replace_target(runs.plain(tmp_path / "run.ndjson")), tmp_path).read_text("utf-8")
    compile(text, "test_findings.py", "exec")
    assert "BASE = os.environ.get(\"CONTRACT_SUITE_URL\", 'http://127.0.0.1:9')" in text


def test_without_findings_there_is_no_test(tmp_path: Path) -> None:
    text = exported(runs.clean(tmp_path / "run.ndjson"), tmp_path).read_text("utf-8")
    compile(text, "test_findings.py", "exec")
    assert "def test_" not in text


def replace_target(record: Run) -> Run:
    return replace(record, header=replace(record.header, target="http://127.0.0.1:9"))
