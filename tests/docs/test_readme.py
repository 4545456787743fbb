"""What the README and the pages beside it show is true: commands are run, Python is executed, links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.checks.catalogue import CHECKS
from contract_suite.model.counting import wrong_page_size
from contract_suite.model.expectations import actual_in_words, expected_in_words
from contract_suite.model.headlines.headlines import headline
from contract_suite.runner.plan import clauses_of
from tests.contracts import load

ROOT = Path(__file__).resolve().parents[2]
_FOLLOWED = ("tutorial", "guides", "explanation")  # step by step, in test_guides.py
_GENERATED = ("docs/project", "docs/reference/families", "docs/reference/configuration.md")
PAGES = sorted(
    page
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "reports").glob("*.md")]
    if not any(page.is_relative_to(ROOT / each) for each in _GENERATED)
)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)(?:#[^)]*)?\)")


def blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in _BLOCK.findall(page.read_text("utf-8")) if kind == language]


def commands() -> list[tuple[str, str]]:
    found = []
    for block in blocks(ROOT / "README.md", "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.mark.parametrize(("command", "output"), commands(), ids=[command for command, _ in commands()])
def test_a_command_shows_what_the_readme_shows(tmp_path: Path, command: str, output: str) -> None:
    name, *arguments = shlex.split(command)
    assert name == "contract-suite"
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "contract_suite", *arguments],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/nowhere"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pattern = ".*".join(re.escape(piece) for piece in output.split("..."))
    assert re.fullmatch(pattern, done.stdout, re.DOTALL), done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_on_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a page may write files
    for block in blocks(page, "python") if page.parent.name not in _FOLLOWED else []:
        exec(compile(block, str(page), "exec"), {})  # noqa: S102 - our own page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_data_on_a_page_can_be_parsed(page: Path) -> None:
    for block in blocks(page, "yaml"):
        yaml.safe_load(re.sub(r"^\s+\.\.\.\n", "", block, flags=re.MULTILINE))
    for block in blocks(page, "toml"):
        tomllib.loads(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text("utf-8")):
        generated = any((page.parent / target).resolve().is_relative_to(ROOT / each) for each in _GENERATED)
        assert generated or (page.parent / target).exists(), target


def test_the_finding_that_the_readme_shows_is_told_as_the_program_tells_it() -> None:
    [shown] = [block for block in blocks(ROOT / "README.md", "text") if block.startswith("FAILURE")]
    lines = [line.strip() for line in shown.splitlines()]
    clauses = clauses_of(load("pai"), CHECKS, BEHAVIOURS)
    [clause] = [each for each in clauses if each.id == "ListAlgorithms::collection::page-size-respected"]
    words = headline(clause.id, text=clause.text)
    assert lines[0] == f"FAILURE 1/1  ListAlgorithms {words}"
    assert f"Contract   {clause.text}" in lines
    assert f"{clause.location.place} ({clause.source.value})" in lines
    assert f"Problem    {wrong_page_size(8, 7).capitalize()}." in lines
    assert f"Expected   {expected_in_words(clause.id, '7')} at /Algorithms" in lines
    assert f"Actual     {actual_in_words(clause.id, '8')}" in lines


@pytest.mark.slow
def test_the_tour_from_a_broken_server_to_its_finding_goes_as_the_readme_says(tmp_path: Path) -> None:
    mock, run, explain, replay = (
        shlex.split(line, comments=True)[1:]
        for block in blocks(ROOT / "README.md", "sh")
        if "page-one-too-long" in block or "contract-suite explain" in block
        for line in block.splitlines()
    )
    command = [sys.executable, "-m", "contract_suite"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, *mock, "--port", "0", "--json"], env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            url = re.search(r"http://[0-9.]+:[0-9]+/api", server.stdout.readline())  # all of the JSON is one line
            assert url is not None
            run[run.index("--url") + 1] = url[0]
            found = _said([*command, *run], tmp_path, environment)
            assert "ListAlgorithms returns more items than the page size allows" in found
            [identity] = re.findall(r"contract-suite explain ([0-9a-f]{8})$", found, re.MULTILINE)
            explain[-1] = replay[-1] = identity
            assert "A page never holds more items" in _said([*command, *explain], tmp_path, environment)
            assert _said([*command, *replay], tmp_path, environment)
        finally:
            server.terminate()


def _said(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    return subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    ).stdout
