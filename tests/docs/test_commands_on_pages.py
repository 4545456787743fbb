"""Commands that the pages show outside of the guides: each can be typed, and those of a page do together what it says.

The guides are followed step by step in test_guides.py, and README's console lines in test_readme.py.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from contract_suite.cli.entry import group

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
_BLOCK = re.compile(r"^```(?:sh|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OURS = re.compile(r"^(?:\$ )?(contract-suite (?!…).*)$|^(?:\$ )?(pytest .*)$")
_MADE_UP = re.compile(r"https?://[^\s'\"]+|…$|\$URL|^\"\$URL\"$")


def commands(page: Path) -> list[list[str]]:
    """The commands of ours that a page shows, without what stands behind them in a shell."""
    found = []
    for block in _BLOCK.findall(page.read_text("utf-8")):
        for line in re.sub(r"\\\n\s*", "", block).splitlines():
            match = _OURS.match(line)
            if match:
                words = shlex.split(re.split(r" \|\|? | && | >|&$", match[1] or match[2])[0], comments=True)
                found.append(words)
    return found


TYPED = [(page.relative_to(ROOT).as_posix(), each) for page in PAGES for each in commands(page) if each[0] != "pytest"]


def test_there_are_many() -> None:
    assert len(TYPED) > 40


@pytest.mark.parametrize(("page", "words"), TYPED, ids=[f"{page}: {' '.join(words)}" for page, words in TYPED])
def test_a_command_can_be_typed(page: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for each in words[1:]:  # where a command wants a file that is there, there is one
        if re.fullmatch(r"[\w./-]+\.(?:yaml|json|toml|har|ndjson|sqlite)", each):
            Path(each).parent.mkdir(parents=True, exist_ok=True)
            Path(each).touch()
    with click.Context(group, info_name="contract-suite") as above:
        if words[1].startswith("-"):
            group.make_context("contract-suite", words[1:])
            return
        name, command, rest = group.resolve_command(above, words[1:])
        assert command is not None, page
        command.make_context(name, rest, parent=above)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A mock of pai that returns one item too many, as its base URL."""
    words = ["mock", "pai", "--fault", "page-one-too-long", "--port", "0", "--json"]
    command = [sys.executable, "-m", "contract_suite", *words]
    with subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own command
        try:
            assert server.stdout is not None
            yield str(json.loads(server.stdout.readline())["urls"]["pai"])
        finally:
            server.terminate()


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "CONTRACT_SUITE_FUZZ_TIME": "0"}


def typed(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    module = "pytest" if words[0] == "pytest" else "contract_suite"
    more = ["-p", "no:cacheprovider"] if words[0] == "pytest" else []
    return subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, "-m", module, *words[1:], *more],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("page", ["gate", "reports"])
def test_the_commands_of_a_page_do_their_work_one_after_the_other(page: str, tmp_path: Path) -> None:
    with served(tmp_path) as url:
        first = typed(["contract-suite", "run", "pai", "--url", url, "--history", "runs.sqlite"], tmp_path)
        assert first.returncode == 1, first.stdout
        [identity] = re.findall(r"contract-suite explain ([0-9a-f]{8})$", first.stdout, re.MULTILINE)
        for words in commands(ROOT / "docs" / f"{page}.md"):
            known = ["pai" if each == "openapi.yaml" else _MADE_UP.sub(url, each) for each in words]
            known = [re.sub(r"^[0-9a-f]{8}$", identity, each).replace("FILE", "runs.sqlite") for each in known]
            if "last" in known:
                shutil.copytree(tmp_path / "out", tmp_path / "last")
            if "--baseline" in known and "--update-baseline" not in known:
                typed([*known, "--update-baseline"], tmp_path)
            if "run" in known:
                known += ["--url", url] if "--url" not in known else []
            done = typed(known, tmp_path)
            assert done.returncode in {0, 1}, f"{shlex.join(known)}\n{done.stdout}\n{done.stderr}"
            assert not done.stderr.startswith(("Usage", "contract-suite: error")), done.stderr


@pytest.mark.slow
def test_what_the_page_of_inference_shows_leads_from_a_document_to_a_contract(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "mock" / "shop.yaml", tmp_path / "openapi.yaml")
    words = ["mock", "openapi.yaml", "--port", "0", "--json"]
    command = [sys.executable, "-m", "contract_suite", *words]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own command
        try:
            assert server.stdout is not None
            [url] = json.loads(server.stdout.readline())["urls"].values()
            annotate, run = commands(ROOT / "docs" / "inference.md")
            for each in (annotate, run):
                done = typed([_MADE_UP.sub(url, word) for word in each], tmp_path)
                assert done.returncode == 0, f"{shlex.join(each)}\n{done.stdout}\n{done.stderr}"
            assert "\noverlay: 1.1" in (tmp_path / "behaviour.yaml").read_text("utf-8")
        finally:
            server.terminate()


@pytest.mark.slow
def test_the_tests_that_the_page_of_the_plugin_shows_pass(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "pytest.md").read_text("utf-8")
    blocks = [
        each for each in re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) if "def test_" in each
    ]
    assert len(blocks) > 2
    for number, each in enumerate(blocks):
        (tmp_path / f"test_page_{number}.py").write_text(each, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    done = typed(["pytest", "-q"], tmp_path)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("words", commands(ROOT / "docs" / "pytest.md"), ids=" ".join)
def test_a_call_of_pytest_collects_what_the_page_says(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "main.py").write_text("async def app(scope, receive, send): ...\n", "utf-8")
    done = typed([*words, "--collect-only", "-q"], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ListAlgorithms" in done.stdout
