"""What the README and the pages beside it show is true: commands are run, Python is executed, links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
_FOLLOWED = ("tutorial", "guides", "explanation")  # step by step, in test_guides.py
_GENERATED = ("docs/project", "docs/reference/families")
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
