"""The tutorial and the guides do what they say: files are saved, changes are made, commands are run and show what is printed."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tutorial", "guides", "explanation")
PAGES = sorted(page for folder in FOLDERS for page in (ROOT / "docs" / folder).glob("*.md"))
_BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n?```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_SAVE = re.compile(r"Save as `(?P<name>[^`]+)`:$")
_REPLACE = re.compile(r"In `(?P<name>[^`]+)`, replace$")
_IMPORT = re.compile(r"^(?:from|import) (?P<module>\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A file to save, a text in it to replace by `with_`, or a command with what it shows."""

    kind: Literal["save", "replace", "command"]
    name: str
    text: str
    with_: str = ""


def steps(page: Path) -> Iterator[Step]:
    """What a page asks its reader to do, in order."""
    text = page.read_text("utf-8")
    replaced: tuple[str, str] | None = None
    for block in _BLOCK.finditer(text):
        before = block["before"].strip()
        if replaced is not None:
            assert before == "with", f"{page.name}: a replacement is two blocks with the line 'with' between them"
            yield Step(kind="replace", name=replaced[0], text=replaced[1], with_=block["text"])
            replaced = None
        elif saved := _SAVE.search(before):
            yield Step(kind="save", name=saved["name"], text=block["text"])
        elif found := _REPLACE.search(before):
            replaced = (found["name"], block["text"])
        elif block["language"] == "console":
            for part in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield Step(kind="command", name=command, text=output)
        elif block["language"] == "python":
            yield Step(kind="save", name="snippet.py", text=block["text"])
            yield Step(kind="command", name="python snippet.py", text="...")


def test_pages_have_steps() -> None:
    assert sum(1 for page in PAGES for _ in steps(page)) > 10


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    todo = list(steps(page))
    for module in {name for step in todo for name in _IMPORT.findall(step.text)}:
        if module in {"fastapi", "flask", "asgiref", "django"} and importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed; `make docs` installs it")
    code = 0
    for step in todo:
        path = tmp_path / step.name
        if step.kind == "save":
            path.write_text(step.text, "utf-8")
        elif step.kind == "replace":
            assert path.read_text("utf-8").count(step.text) == 1, f"{step.name} has this once:\n{step.text}"
            path.write_text(path.read_text("utf-8").replace(step.text, step.with_), "utf-8")
        elif step.name == "echo $?":
            assert step.text.strip() == str(code)
            code = 0
        else:
            assert code == 0, "a command that fails is followed by `echo $?`"
            code = shown(step, tmp_path)
    assert code == 0


def shown(step: Step, folder: Path) -> int:
    """Run a command, compare what it shows, where `...` stands for anything, and return its exit code."""
    name, *arguments = shlex.split(step.name)
    command = {
        "contract-suite": [sys.executable, "-m", "contract_suite"],
        "python": [sys.executable],
        "pytest": [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
    }[name]
    done = subprocess.run(  # noqa: S603 - our own commands
        [*command, *arguments],
        cwd=folder,
        env={
            "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "COLUMNS": "100",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    pattern = r"[\s\S]*".join(re.escape(piece) for piece in step.text.split("..."))
    assert re.fullmatch(pattern, done.stdout), f"$ {step.name}\n{done.stdout}\n{done.stderr}"
    return done.returncode
