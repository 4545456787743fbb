"""The files of a project that begins: what stands in each, made of what is known of the API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from contract_suite.runner.configuration.toml_file import FILE

if TYPE_CHECKING:
    from contract_suite.contract.operation import Contract

DOCUMENT: Final = "openapi.yaml"
TEST: Final = "tests/test_contract.py"


class Pipeline(StrEnum):
    """Who runs the gate."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What is known of an API: the contract's name or path, its key's variable, and its address, if there is one yet.

    `read` is an operation that can be called without arguments.
    """

    contract: str
    variable: str
    url: str = ""
    read: str = ""

    @property
    def literal(self) -> str:
        """The contract as a text in TOML, JSON and Python."""
        return _literal(self.contract)


def readable(contract: Contract) -> str:
    """Return the first operation that reads and needs no argument; empty if there is none."""
    return next(
        (
            each.id
            for each in contract.operations
            if each.method == "GET"
            and not each.problem
            and not any(parameter.required for parameter in each.parameters)
        ),
        "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StartingFile:
    """A file to write; `purpose` says in a few words what it is."""

    path: str
    purpose: str
    text: str


def example_document() -> StartingFile:
    """Return a document to begin with, where there is none."""
    text = files(__package__).joinpath(DOCUMENT).read_text("utf-8")
    return StartingFile(path=DOCUMENT, purpose="an example; replace it with the document of your API", text=text)


def project_files(project: Project, pipeline: Pipeline) -> tuple[StartingFile, ...]:
    """Return the files of a project."""
    return (
        StartingFile(path=FILE, purpose="the options of each run", text=_configuration(project)),
        StartingFile(path=TEST, purpose="first tests", text=_test(project)),
        *(
            StartingFile(path=path, purpose="a job that fails when the contract is broken", text=text)
            for path, text in _pipeline(project, pipeline)
        ),
    )


def _configuration(project: Project) -> str:
    address = f"url = {_literal(project.url)}" if project.url else '# url = "http://127.0.0.1:8000"'
    return f"""\
# The options of `contract-suite run`, by their names. `contract-suite run --show-config` prints each value and where it comes from.
contract = [{project.literal}]
{address}  # without it, the embedded mock answers
# token-env = "MY_API_KEY"  # the environment variable that holds the key, if not {project.variable}
# exclude = ["DELETE *"]  # operations that are not called

[profiles.ci]  # contract-suite run --profile ci
max-time = 600
# baseline = "known.toml"  # known findings, which don't fail: write it with --update-baseline
"""


def _test(project: Project) -> str:
    reads = ""
    if project.read:
        words = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", project.read).lower()).strip("_")
        reads = _READS.replace("NAME", words or "read").replace("OPERATION", _literal(project.read))
    head = _HEAD.replace("import pytest", "import contract_suite\nimport pytest") if reads else _HEAD
    return (head + reads + _CLIENT).replace("CONTRACT", project.literal)


_HEAD: Final = """\
\"\"\"Calls the API at the `url` of contract-suite.toml, or the mock, and checks each response against the contract.

`pytest --contract=NAME`, with the name or path of the contract, adds a test for each of its clauses.
\"\"\"

import pytest
"""
_READS: Final = """

@pytest.mark.contract(CONTRACT)
def test_NAME(contract):
    contract.call(OPERATION)  # fails if the response breaks the contract


@contract_suite.cases(CONTRACT, operations=[OPERATION], intent="positive", limit=10)
def test_NAME_as_documented(contract, case):
    contract.call(case)
"""
_CLIENT: Final = """

@pytest.mark.contract(CONTRACT)
def test_client(contract_server):
    assert contract_server.url  # let your client call this mock: its requests are checked too
"""


def _pipeline(project: Project, pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    if pipeline in _PIPELINES:
        path, text = _PIPELINES[pipeline]
        yield path, text.replace("VARIABLE", project.variable)


_GITHUB: Final = """\
name: contract
on: [push, pull_request]
permissions:
  contents: read
jobs:
  contract:
    runs-on: ubuntu-latest
    env:
      CONTRACT_SUITE_CONFIG: contract-suite.toml
      CONTRACT_SUITE_PROFILE: ci
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install contract-suite  # or a wheel, or the address of its repository: git+https://…
      - run: contract-suite run
        env:
          VARIABLE: ${{ secrets.VARIABLE }}
      - if: always()
        run: |
          contract-suite report --format github
          contract-suite report --format markdown >> "$GITHUB_STEP_SUMMARY"
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: contract-suite-report
          path: contract-suite-report
"""
_GITLAB: Final = """\
# The key is a masked CI/CD variable: VARIABLE.
contract:
  image: python:3.12-slim
  variables:
    CONTRACT_SUITE_CONFIG: contract-suite.toml
    CONTRACT_SUITE_PROFILE: ci
  script:
    - python -m pip install --quiet contract-suite  # or a wheel, or the address of its repository: git+https://…
    - contract-suite run
  after_script:
    - contract-suite report --format gitlab --output contract-suite-report/gl-code-quality-report.json
  artifacts:
    when: always
    paths:
      - contract-suite-report
    reports:
      junit: contract-suite-report/junit.xml
      codequality: contract-suite-report/gl-code-quality-report.json
"""
_PIPELINES: Final = {
    Pipeline.GITHUB: (".github/workflows/contract.yml", _GITHUB),
    Pipeline.GITLAB: (".gitlab-ci.yml", _GITLAB),
}


def _literal(text: str) -> str:
    """Write a text so that TOML, JSON and Python read it alike."""
    return json.dumps(text)
