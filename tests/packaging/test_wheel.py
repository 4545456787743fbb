"""The wheel, built from the sources, installed into a fresh environment elsewhere, and used there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import httpx
import pytest

from contract_suite import __version__

ROOT = Path(__file__).resolve().parents[2]
CLIENT = """
import contract_suite
import pytest

@pytest.mark.contract("pai")
def test_a_call_is_judged(contract):
    assert contract.call("ListAlgorithms", PageSize=2).json["Algorithms"]

@contract_suite.cases("pai", operations=["ListAlgorithms"], intent="negative", limit=1)
def test_a_case_is_made(case):
    assert case.operation == "ListAlgorithms"
"""
pytestmark = [pytest.mark.slow, pytest.mark.network]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that holds the built wheel and what it needs, and nothing of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    done(sys.executable, "-m", "build", "--outdir", folder / "dist", ROOT, inside=folder)
    [wheel] = (folder / "dist").glob("*.whl")
    assert [path.name for path in (folder / "dist").glob("*.tar.gz")] == [f"contract_suite-{__version__}.tar.gz"]
    venv.create(folder / "venv", with_pip=True)
    binaries = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    done(binaries / "python", "-m", "pip", "install", "--quiet", wheel, inside=folder)
    return binaries


def done(*command: str | Path, inside: Path) -> str:
    """What a command prints that must end well."""
    free = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE", "PYTEST"))}
    ended = subprocess.run(command, cwd=inside, env=free, capture_output=True, text=True, timeout=500, check=False)  # noqa: S603 - our own
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_it_knows_its_version_and_its_families(installed: Path, tmp_path: Path) -> None:
    assert __version__ in done(installed / "contract-suite", "--version", inside=tmp_path)
    families = {path.name for path in (ROOT / "specs").iterdir() if path.is_dir()}
    listed = json.loads(done(installed / "contract-suite", "list", "families", "--json", inside=tmp_path))
    assert {each["family"] for each in listed} == families


def test_its_documents_and_pages_are_inside(installed: Path, tmp_path: Path) -> None:
    done(installed / "contract-suite", "lint", inside=tmp_path)
    find = "import contract_suite, pathlib; print(pathlib.Path(contract_suite.__file__).parent)"
    package = Path(done(installed / "python", "-c", find, inside=tmp_path).strip())
    assert not package.is_relative_to(ROOT)
    quoted = {"behaviours.md", "checks.md"}  # by `contract-suite explain`
    assert {path.name for path in (package / "docs").rglob("*")} == quoted


def test_a_run_against_its_mock_finds_nothing(installed: Path, tmp_path: Path) -> None:
    arguments = ("run", "opensearch", "--fuzz-time", "0.5", "--strict", "--report", "report")
    done(installed / "contract-suite", *arguments, inside=tmp_path)
    assert {"run.ndjson", "report.html", "junit.xml"} <= {path.name for path in (tmp_path / "report").iterdir()}


def test_its_mock_serves(installed: Path, tmp_path: Path) -> None:
    command = [str(installed / "contract-suite"), "mock", "pai", "--port", "0", "--json"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as mock:  # noqa: S603 - our own
        try:
            assert mock.stdout is not None
            address = json.loads(mock.stdout.readline())["urls"]["pai"]
            url = f"{address}/PaiStudio/2022-01-12/ListAlgorithms"
            answer = httpx.get(url, headers={"Authorization": "Bearer sk-for-tests"}, timeout=20)
            assert answer.json()["TotalCount"] > 0
        finally:
            mock.terminate()


def test_its_pytest_plugin_serves_a_client(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "test_client.py").write_text(CLIENT)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    assert "2 passed" in done(installed / "python", "-m", "pytest", "-q", inside=tmp_path)
