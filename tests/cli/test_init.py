"""`contract-suite init` writes what a project needs, changes nothing that is there, and what it writes works."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path

import pytest
import yaml

from contract_suite.cli.entry import execute
from contract_suite.contract.family import families, load
from contract_suite.pytest_plugin.options import read_options
from tests.pytest_plugin.conftest import SHOP, loaded

pytest_plugins = ["pytester"]

WRITTEN = ("contract-suite.toml", "tests/test_contract.py", ".github/workflows/contract.yml")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def begun(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    capsys.readouterr()
    assert execute(["init", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def files(folder: Path) -> set[str]:
    return {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()}


@pytest.mark.slow
def test_an_empty_folder_becomes_a_project_that_passes(
    capsys: pytest.CaptureFixture[str], pytester: pytest.Pytester
) -> None:
    lines = begun(capsys)
    assert [each.split()[:2] for each in lines[:4]] == [["wrote", each] for each in ("openapi.yaml", *WRITTEN)]
    assert lines[4:6] == [
        "A run against the embedded mock:",
        "nothing found; no server was tested, the document's own mock answered; report in contract-suite-report/report.html",
    ]
    assert lines[6].startswith("Next: contract-suite run --url URL")
    assert execute(["lint", "openapi.yaml", "--strict"]) == 0
    assert execute(["run", "--profile", "ci", "--config", "contract-suite.toml", "--fuzz-time", "0", "-q"]) == 0
    result = pytester.runpytest_inprocess(*loaded(), "tests", "-q", "-p", "no:cacheprovider")
    assert result.ret == 0
    assert result.parseoutcomes()["passed"] > 5


def test_it_takes_the_document_that_is_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "openapi.yaml").write_text(SHOP)
    lines = begun(capsys, "--url", "http://127.0.0.1:1/v1/")
    assert [each.split()[:2] for each in lines[:-1]] == [["wrote", each] for each in WRITTEN]
    assert lines[-1] == "Next: contract-suite run"
    table = tomllib.loads((folder / "contract-suite.toml").read_text("utf-8"))
    assert (table["contract"], table["url"]) == (["openapi.yaml"], "http://127.0.0.1:1/v1")
    assert (folder / "openapi.yaml").read_text("utf-8") == SHOP
    assert execute(["run", "--show-config"]) == 0
    test = (folder / "tests" / "test_contract.py").read_text("utf-8")
    assert 'def test_list_items(contract):\n    contract.call("ListItems")' in test
    ast.parse(test)
    job = yaml.safe_load((folder / ".github" / "workflows" / "contract.yml").read_text("utf-8"))
    assert job["jobs"]["contract"]["env"] == {
        "CONTRACT_SUITE_CONFIG": "contract-suite.toml",
        "CONTRACT_SUITE_PROFILE": "ci",
    }


def test_an_endpoint_away_needs_its_file_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "openapi.json").write_text(json.dumps(yaml.safe_load(SHOP)))
    lines = begun(capsys, "--url", "https://staging.example.com", "--ci", "gitlab")
    assert lines[-1] == "Next: contract-suite run --config contract-suite.toml"
    assert files(folder) == {"openapi.json", "contract-suite.toml", "tests/test_contract.py", ".gitlab-ci.yml"}
    assert execute(["run", "--show-config"]) == 2
    assert execute(["run", "--show-config", "--config", "contract-suite.toml"]) == 0
    yaml.safe_load((folder / ".gitlab-ci.yml").read_text("utf-8"))


def test_nothing_is_overwritten_and_no_link_is_followed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "openapi.yaml").write_text(SHOP)
    (folder / "elsewhere").mkdir()
    (folder / "contract-suite.toml").write_text("seed = 1\n")
    (folder / "tests").mkdir()
    (folder / "tests" / "test_contract.py").symlink_to(folder / "elsewhere" / "test.py")  # which isn't there
    lines = begun(capsys, "--url", "http://127.0.0.1:1", "--ci", "none")
    assert lines[:-1] == [
        "kept  contract-suite.toml              already there",
        "kept  tests/test_contract.py           already there",
    ]
    assert (folder / "contract-suite.toml").read_text("utf-8") == "seed = 1\n"
    assert not list((folder / "elsewhere").iterdir())


def test_a_project_that_is_configured_stays_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "openapi.yaml").write_text(SHOP)
    (folder / "pyproject.toml").write_text("[tool.contract-suite]\nseed = 1\n")
    lines = begun(capsys, "--url", "http://127.0.0.1:1", "--ci", "none")
    assert lines[0].split(maxsplit=2) == ["kept", "pyproject.toml", "already configures contract-suite"]
    assert "contract-suite.toml" not in files(folder)


def test_a_dry_run_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = begun(capsys, "--dry-run")
    assert [each.split()[:3] for each in lines] == [["would", "write", each] for each in ("openapi.yaml", *WRITTEN)]
    assert files(folder) == set()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["none.yaml"], 3, "none.yaml"),
        (["https://example.com/openapi.yaml"], 2, "init needs a file: save the document, and name the file"),
        (["--url", "nothing"], 2, "A base URL begins with http:// or https://"),
        (["--url", "localhost:8000/v1"], 2, "did you mean http://localhost:8000/v1?"),
    ],
)
def test_a_mistake_writes_nothing(
    arguments: list[str], code: int, sentence: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["init", *arguments]) == code
    assert sentence in capsys.readouterr().err
    assert files(folder) == set()


def test_a_folder_that_cannot_be_written_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "openapi.yaml").write_text(SHOP)
    (folder / "tests").write_text("a file")
    assert execute(["init", "--url", "http://127.0.0.1:1"]) == 2
    assert "tests/test_contract.py: the file can't be written" in capsys.readouterr().err


def test_a_document_without_a_plain_read_gets_a_test_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "openapi.yaml").write_text(
        SHOP.replace("    get:\n      operationId: ListItems", "    put:\n      operationId: ListItems")
    )
    begun(capsys, "--url", "http://127.0.0.1:1", "--ci", "none")
    test = (folder / "tests" / "test_contract.py").read_text("utf-8")
    module = ast.parse(test)
    assert [each.name for each in module.body if isinstance(each, ast.FunctionDef)] == ["test_client"]
    assert "import contract_suite" not in test


@pytest.mark.parametrize("name", families())
def test_a_family_is_a_contract_too(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begun(capsys, name, "--url", "http://127.0.0.1:1")
    assert tomllib.loads((folder / "contract-suite.toml").read_text("utf-8"))["contract"] == [name]
    assert load(name).token_env in (folder / ".github" / "workflows" / "contract.yml").read_text("utf-8")


def test_names_of_a_document_stay_texts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = 'a"b\\c.yaml'
    (folder / path).write_text(SHOP.replace("operationId: ListItems", "operationId: 'x\");import os#ü'"))
    begun(capsys, path, "--url", "http://127.0.0.1:1")
    assert tomllib.loads((folder / "contract-suite.toml").read_text("utf-8"))["contract"] == [path]
    module = ast.parse((folder / "tests" / "test_contract.py").read_text("utf-8"))
    assert [each.names[0].name for each in ast.walk(module) if isinstance(each, ast.Import)] == [
        "contract_suite",
        "pytest",
    ]
    assert 'x");import os#ü' in [each.value for each in ast.walk(module) if isinstance(each, ast.Constant)]


def test_pytest_reads_the_configuration(pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]) -> None:
    pytester.path.joinpath("openapi.yaml").write_text(SHOP)
    pytester.chdir()
    begun(capsys, "--url", "http://127.0.0.1:1")
    options = read_options(pytester.parseconfig())
    assert (options.contracts, options.run.url) == (("openapi.yaml",), "http://127.0.0.1:1")
