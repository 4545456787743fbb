"""The command line as a whole: help, exit codes, one sentence for each trouble."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from contract_suite.cli import entry
from contract_suite.cli.entry import COMMANDS, execute
from contract_suite.cli.run import run as run_command
from contract_suite.contract.family import families
from contract_suite.errors import EndpointError, ExitCode
from contract_suite.runner.stopping import Stopped

ROOT = Path(__file__).resolve().parents[2]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = execute(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "--help")
    assert (code, err) == (0, "")
    for name in COMMANDS:
        assert f"  {name} " in out


@pytest.mark.parametrize("command", [["run", "pai"], ["lint"]], ids="-".join)
def test_a_working_directory_that_is_gone_is_said(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was unexpected trouble: FileNotFoundError."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    code, out, err = said(capsys, *command)
    assert (code, out, err) == (3, "", "contract-suite: the working directory does not exist any more\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, out, _ = said(capsys, name, "--help")
    assert code == 0
    assert f"contract-suite {name}" in out
    assert not re.search(r"\b(file|data|news|mailto|tel|tag|urn|info|service):\w", out), (
        "the documentation would make a dead link of it"
    )


def test_the_help_of_a_run_lists_each_option_under_a_heading(capsys: pytest.CaptureFixture[str]) -> None:
    """45 options stood in one list, so that nobody found the one they needed."""
    _, out, _ = said(capsys, "run", "--help")
    assert "\nWhat is tested:\n  --url " in out
    assert out.partition("\nOther options:\n")[2].split() == [
        "-h,",
        "--help",
        "Show",
        "this",
        "message",
        "and",
        "exit.",
    ]


def test_every_option_of_a_run_is_explained() -> None:
    for parameter in run_command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["scema"], 2, "did you mean 'schema'"),
        (["--nothing"], 2, "No such option"),
        (["run", "--nothing"], 2, "No such option"),
        (["run", "pia"], 2, "did you mean 'pai'"),
        (["run", "pai", "--url", "http://x", "--app", "a:b"], 2, "exclude each other"),
        (["run", "pai", "--header", "secret-value"], 2, "--header takes"),
        (["run", "pai", "--header", "A: b\nC: d"], 2, "--header takes"),
        (["run", "pai", "--token-env", "sk-secret"], 2, "not a key"),
        (["run", "pai", "--set", "x"], 2, "NAME=VALUE"),
        (["run", "pai", "--set", "WorkspaceID=1"], 2, "did you mean 'WorkspaceId'"),
        (["run", "pai", "--include", "GetAlgoritm"], 2, "did you mean 'GetAlgorithm'"),
        (["run", "pai", "--exclude", "Nothing*"], 2, "matches no operation"),
        (["run", "pai", "--include", "Get*", "--exclude", "*"], 2, "leave no operation"),
        (["run", "pai", "--max-time", "0"], 2, "max-time"),
        (["run", "pai", "--seed", "x"], 2, "seed"),
        (["run", "gone.yaml"], 3, "contract-suite: gone.yaml: the document does not exist\n"),
        (["run", "tests/docs/../../specs/pai/opnapi.yaml"], 3, "did you mean 'openapi.yaml'?"),
        (["lint", "/dev/zero"], 3, "no regular file"),
        (["lint", "pia"], 2, "did you mean 'pai'"),
        (["list"], 2, "list what? One of families, operations, clauses,"),
        (["list", "clase"], 2, "did you mean 'clauses'"),
        (["list", "rules", "pai"], 2, "same for every contract"),
        (["schema", "pai#Algoritm"], 2, "did you mean 'Algorithm'"),
        (["schema", "pai#"], 2, "names no schema"),
        (["schema"], 2, "Missing argument"),
        (["mock", "--port", "99999"], 2, "99999"),
        (["mock", "--host", "256.1.1.1", "--port", "0"], 3, "can't listen"),
        (["mock", "pai", "pia"], 2, "did you mean"),
        (
            ["mock", "pai", "--fault", "X"],
            2,
            "there is no fault 'X' here; `contract-suite list faults` lists them all\n",
        ),
        (["mock", "pai", "--fault", "pai/filter-ignore"], 2, "did you mean 'pai/filter-ignored'"),
    ],
)
def test_trouble_is_one_sentence_and_its_exit_code(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    found, out, err = said(capsys, *arguments)
    assert (found, out) == (code, "")
    assert words in err
    assert "Traceback" not in err
    assert "secret" not in err


def test_unexpected_trouble_shows_its_traceback_on_demand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def explode(*_: object, **__: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(entry.group, "main", explode)
    code, _, err = said(capsys, "list", "rules")
    assert code == 3
    assert (
        err
        == "contract-suite: unexpected trouble: RuntimeError: two lines (set CONTRACT_SUITE_TRACEBACK=1 to see where)\n"
    )
    monkeypatch.setenv("CONTRACT_SUITE_TRACEBACK", "1")
    code, _, err = said(capsys, "list", "rules")
    assert code == 3
    assert err.startswith("Traceback")
    assert err.endswith("RuntimeError: two\nlines\n")


@pytest.mark.parametrize(("trouble", "code"), [(EndpointError("nothing listens"), 3), (KeyboardInterrupt(), 130)])
def test_each_trouble_has_its_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], trouble: BaseException, code: int
) -> None:
    def explode(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(entry.group, "main", explode)
    found, _, err = said(capsys)
    assert found == code
    assert err.count("\n") == 1


EXAMPLES: dict[ExitCode, tuple[str, ...] | BaseException] = {
    ExitCode.CONFORMANT: ("list", "families"),
    ExitCode.FINDINGS: ("lint", "{folder}/advisory.yaml", "--strict"),
    ExitCode.USAGE: ("list", "clase"),
    ExitCode.COULD_NOT_RUN: ("run", "{folder}/gone.yaml"),
    ExitCode.INCOMPLETE: ("run", "{folder}/advisory.yaml", "--max-requests", "1", "--report", "{folder}/report"),
    ExitCode.INTERRUPTED: KeyboardInterrupt(),
    ExitCode.HUNG_UP: Stopped(signal.SIGHUP),
    ExitCode.TERMINATED: Stopped(signal.SIGTERM),
    ExitCode.BROKEN_PIPE: BrokenPipeError(),
}


@pytest.mark.parametrize("code", ExitCode)
def test_each_exit_code_has_its_line_in_the_readme_and_comes(
    code: ExitCode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (ROOT / "README.md").read_text("utf-8").partition("## Exit codes")[2].partition("\n## ")[0]
    assert re.search(rf"^\| {code.value} \| \w.*\|$", readme, re.MULTILINE)
    (tmp_path / "advisory.yaml").write_text(
        'openapi: 3.1.0\ninfo: {title: x, version: "1"}\n'
        'paths: {/a: {get: {operationId: a, responses: {"200": {description: d}}}}}\n',
        "utf-8",
    )
    example = EXAMPLES[code]
    if isinstance(example, BaseException):

        def explode(*_: object, **__: object) -> None:
            raise example

        monkeypatch.setattr(entry.group, "main", explode)
        monkeypatch.setattr(os, "dup2", lambda *_: None)
        assert execute(["list", "families"]) == code
    else:
        assert execute([each.format(folder=tmp_path) for each in example]) == code


def test_a_reader_that_leaves_is_left_in_peace() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "contract_suite", "schema", "pai"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(30)


@pytest.mark.parametrize(
    "what", ["families", "operations", "clauses", "errata", "resources", "schemas", "rules", "checks", "behaviours"]
)
def test_lists_are_lines_or_json(capsys: pytest.CaptureFixture[str], what: str) -> None:
    code, out, _ = said(capsys, "list", what, "--json")
    rows = json.loads(out)
    assert code == 0
    assert rows
    assert len({tuple(row) for row in rows}) == 1
    lines = said(capsys, "list", what)[1].splitlines()
    assert len(lines) == len(rows)
    assert all(line.count("\t") == len(rows[0]) - 1 for line in lines)


def test_lint_names_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(
        'openapi: 3.1.0\ninfo: {title: x, version: "1"}\npaths:\n  /a/{b}:\n    get: {summary: s, responses: {"200": {description: d}}}\n',
        "utf-8",
    )
    code, out, _ = said(capsys, "lint", str(path))
    assert code == 1
    assert f"{path}:5: failure: path-parameters: GET /a/{{b}} does not declare the path parameter 'b'\n" in out
    assert f"{path}:5: advisory: operation-ids: GET /a/{{b}} has no operationId\n" in out
    code, out, _ = said(capsys, "lint", str(path), "--json")
    found = json.loads(out)
    assert code == 1
    assert {"file", "line", "pointer", "level", "rule", "message", "others"} == set(found["problems"][0])


def test_advisories_fail_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(
        'openapi: 3.1.0\ninfo: {title: x, version: "1"}\npaths: {/a: {get: {operationId: a, responses: {"200": {description: d}}}}}\n',
        "utf-8",
    )
    assert said(capsys, "lint", str(path))[0] == 0
    assert said(capsys, "lint", str(path), "--strict")[0] == 1


def test_a_run_of_one_operation_ends_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """COLUMNS=0, as some terminals have it, made its summary empty."""
    monkeypatch.setenv("COLUMNS", "0")
    report = tmp_path / "report"
    arguments = [
        "run",
        "modelarts",
        "--fuzz-time",
        "0",
        "--max-requests",
        "2000",
        "--report",
        str(report),
        "--set",
        "project_id=0a1b2c3d4e5f46789a8b7c6d5e4f3a2b",
    ]
    code, out, err = said(capsys, *arguments)
    assert code == 0
    # Of a run that takes long, as on a busy machine, the progress is told.
    assert all(re.match(r"contract-suite: modelarts \w+  [0-9:]+  ", line) for line in err.splitlines())
    assert "modelarts" in out
    assert json.loads((report / "report.json").read_text("utf-8"))["conformant"] is True
    assert {each.name for each in report.iterdir()} >= {"run.ndjson", "report.json", "junit.xml"}


@pytest.fixture(name="served")
def _served() -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    with subprocess.Popen(
        [sys.executable, "-m", "contract_suite", "mock", "--port", "0", "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())["urls"]
        process.kill()


def status(url: str) -> int:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 - our own mock
                return int(response.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except urllib.error.URLError:
            time.sleep(0.05)
    pytest.fail("the mock does not answer")


@pytest.mark.longer
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_mock_serves_all_families_and_ends_cleanly(
    served: tuple[subprocess.Popen[str], dict[str, str]], number: signal.Signals
) -> None:
    process, urls = served
    assert set(urls) == set(families())
    assert status(urls["modelarts"] + "/v2/0a1b2c3d4e5f46789a8b7c6d5e4f3a2b/algorithms") == 200
    assert status(urls["pai"] + "/PaiStudio/2022-01-12/ListAlgorithms") == 401
    assert status(urls["opensearch"] + "/nothing") == 404
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


def test_a_port_that_is_taken_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = said(capsys, "mock", "pai", "--port", str(port))
    assert (code, out) == (3, "")
    assert f"127.0.0.1:{port}" in err
    assert err.count("\n") == 1


def test_two_contracts_at_one_address_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text('openapi: 3.1.0\ninfo: {title: x, version: "1"}\npaths: {}\n', "utf-8")
    code, _, err = said(capsys, "mock", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"), "--port", "0")
    assert code == 2
    assert "same base path" in err


def test_python_m_is_the_same_command() -> None:
    environment: dict[str, Any] = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "contract_suite", "--help"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout.startswith("Usage: contract-suite ")


def test_a_command_seldom_looks_for_unused_circles_and_whoever_imports_it_as_often_as_before() -> None:
    program = (
        "import gc; before = gc.get_threshold(); from contract_suite.cli.entry import execute, main; execute(['--help'])\n"
        "assert gc.get_threshold() == before\n"
        "try: main(['--version'])\n"
        "finally: assert gc.get_threshold()[0] >= 10_000 > before[0]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, timeout=60)  # noqa: S603 - our own interpreter
