"""The sample project under `examples/` passes, and fails as its README says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.pytest_plugin.conftest import loaded

pytest_plugins = ["pytester"]

PROJECT = Path(__file__).parents[2] / "examples" / "pai-client"
ROWS = re.findall(r"^\| `(.+)` \| `(.+)` \| `(.+)` \|$", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE)


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    shutil.copytree(PROJECT, pytester.path, dirs_exist_ok=True)
    return pytester


@pytest.mark.longer
def test_the_clients_tests_pass(project: pytest.Pytester) -> None:
    project.runpytest_inprocess(*loaded(), "tests", "-W", "error", "--strict-markers").assert_outcomes(passed=6)


@pytest.mark.longer
@pytest.mark.parametrize(("old", "new", "said"), ROWS, ids=[row[1] for row in ROWS])
def test_the_client_broken_as_documented_fails_as_documented(
    project: pytest.Pytester, old: str, new: str, said: str
) -> None:
    module = project.path / "src" / "pai_client" / "__init__.py"
    source = module.read_text("utf-8")
    assert source.count(old) >= 1
    module.write_text(source.replace(old, new), "utf-8")
    result = project.runpytest_inprocess(*loaded(), "tests")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert said in result.stdout.str()


@pytest.mark.slow
def test_a_broken_api_fails_the_gate_as_documented(project: pytest.Pytester) -> None:
    command = re.search(r"^\$ pytest (--contract-app.*)$", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert command
    arguments = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command[1])]
    result = project.runpytest_inprocess(*loaded(), *arguments)
    assert result.parseoutcomes()["failed"] >= 1
    result.stdout.re_match_lines([r'.*/TotalCount: "\d+" is not of type integer', r".*curl -i .*"])


def test_a_row_for_each_promise() -> None:
    assert len(ROWS) == 5


DOCS = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text("utf-8")


def test_the_code_of_the_docs_page_runs(pytester: pytest.Pytester) -> None:
    blocks = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    assert len(blocks) == 4
    assert all(len(block.strip().splitlines()) <= 10 for block in blocks)
    for number, block in enumerate(blocks):
        pytester.makepyfile(**{f"test_{number}": block})
    pytester.runpytest_inprocess(*loaded(), "-W", "error").assert_outcomes(passed=8)


def test_the_ini_of_the_docs_page_collects_the_contract(pytester: pytest.Pytester) -> None:
    block = re.search(r"```ini\n(.*?)```", DOCS, re.DOTALL)
    assert block
    pytester.makefile(".ini", pytest=block[1])
    result = pytester.runpytest_inprocess(*loaded(), "--collect-only", "-q")
    result.stdout.fnmatch_lines(["pai::ListAlgorithms::page-size-respected"])


def test_the_readmes_tests_pass(pytester: pytest.Pytester) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    blocks = [block for block in re.findall(r"```python\n(.*?)```", readme, re.DOTALL) if "def test_" in block]
    assert len(blocks) == 1
    pytester.makepyfile(blocks[0])
    pytester.runpytest_inprocess(*loaded(), "-W", "error").assert_outcomes(passed=2)
