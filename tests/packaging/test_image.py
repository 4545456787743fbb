"""The image, as far as it can be known without a builder: what it copies is enough, pinned and harmless. With one, it is built and run."""

from __future__ import annotations

import fnmatch
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from contract_suite import __version__

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TEXT = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8"))
INSTRUCTIONS = [
    (word, rest) for word, _, rest in (line.partition(" ") for line in TEXT.splitlines()) if word and word[0] != "#"
]
LAST_STAGE = max(place for place, (word, _) in enumerate(INSTRUCTIONS) if word == "FROM")


def arguments(*words: str) -> list[str]:
    return [rest for word, rest in INSTRUCTIONS if word in words]


def copied() -> list[str]:
    """What the image takes from the checkout, as paths below it."""
    sources = [rest.split()[:-1] for rest in arguments("COPY", "ADD") if "--from=" not in rest]
    return [each.rstrip("/") for some in sources for each in some]


def test_it_runs_as_nobody_of_weight_and_is_the_command() -> None:
    last = dict(INSTRUCTIONS[LAST_STAGE:])
    assert json.loads(last["ENTRYPOINT"]) == ["contract-suite"]
    assert json.loads(last["CMD"]) == ["--help"]
    user, _, group = last["USER"].partition(":")
    assert int(user) > 0 < int(group)
    places = [place for place, (word, _) in enumerate(INSTRUCTIONS) if word in {"USER", "RUN"}]
    assert INSTRUCTIONS[places[-1]][0] == "USER", "nothing runs as another user after it"
    assert not [rest for word, rest in INSTRUCTIONS[LAST_STAGE:] if word == "RUN" and "pip" in rest]


def test_it_installs_pinned_and_hashed_packages_and_names_no_index() -> None:
    installs = [
        each for rest in arguments("RUN") for each in rest.split("&&") if re.search(r"\bpip (install|wheel)\b", each)
    ]
    assert len(installs) >= 4
    for each in installs:
        assert "--require-hashes" in each or "--no-deps" in each, each
    assert not re.search(r"://|index-url|trusted-host", TEXT)
    assert all(re.fullmatch(r"python:3\.\d+-slim( AS \w+)?", each) for each in arguments("FROM"))
    for name in re.findall(r"--requirement (\S+)", TEXT):
        assert name in copied()
        entries = re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8").strip())
        assert all(re.search(r"\\\n    --hash=sha256:[0-9a-f]{64}", each) for each in entries)


def test_what_it_copies_is_there_and_reaches_the_builder() -> None:
    ignored = [each for each in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if each and each[0] != "#"]
    assert ignored[0] == "*"
    kept = [each[1:].rstrip("/") for each in ignored if each.startswith("!")]
    for each in copied():
        assert (ROOT / each).exists(), each
        assert any(fnmatch.fnmatch(each, one) or each.startswith(f"{one}/") for one in kept), (
            f".dockerignore hides {each}"
        )


@pytest.mark.slow
def test_the_files_that_it_copies_make_the_whole_wheel(tmp_path: Path) -> None:
    for each in copied():
        source, target = ROOT / each, tmp_path / "source" / each
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*command, str(tmp_path / "wheels"), "."], cwd=tmp_path / "source", check=True, timeout=300)  # noqa: S603 - pip
    [wheel] = (tmp_path / "wheels").iterdir()
    names = set(zipfile.ZipFile(wheel).namelist())
    forced = set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].values())
    assert wheel.name.startswith(f"contract_suite-{__version__}-")
    assert all(any(name == each or name.startswith(f"{each}/") for name in names) for each in forced)
    package = {each.relative_to(ROOT).as_posix() for each in (ROOT / "contract_suite").rglob("*") if each.is_file()}
    assert {each for each in package if "__pycache__" not in each} <= names


def docker() -> bool:
    program = shutil.which("docker")
    return program is not None and subprocess.run([program, "info"], capture_output=True, check=False).returncode == 0  # noqa: S603 - our own command


@pytest.mark.slow
@pytest.mark.network
def test_it_builds_and_answers() -> None:
    if not docker():
        pytest.skip("NOT RUN: no Docker daemon answers, so nothing shows that the image builds")
    made = ["docker", "build", "--quiet", "--tag", "contract-suite:test", str(ROOT)]
    subprocess.run(made, check=True, timeout=900)  # noqa: S603 - our own image
    asked = ["docker", "run", "--rm", "contract-suite:test", "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603 - our own image
    assert __version__ in said.stdout
