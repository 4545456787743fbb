"""The shell completes commands, options, and values that are words, as docs/reference/cli.md says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract_suite.cli.entry import COMMANDS
from contract_suite.contract.family import families

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")


def completed(folder: Path, *words: str, of: str = "bash") -> list[str]:
    """What the shell is offered for the last word."""
    line = " ".join(["contract-suite", *words])
    program = "import sys; from contract_suite.cli import main; main()"
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "_CONTRACT_SUITE_COMPLETE": f"{of}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": words[-1] if of == "fish" else str(len(words)),
    }
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


def test_commands_are_completed_without_importing_them(tmp_path: Path) -> None:
    assert completed(tmp_path, "") == [f"plain,{name}" for name in COMMANDS]
    assert completed(tmp_path, "re") == ["plain,replay", "plain,report"]
    assert "plain\nreplay\nSend a finding's requests again" in "\n".join(completed(tmp_path, "rep", of="zsh"))
    assert any(each.startswith("plain,replay\tSend") for each in completed(tmp_path, "rep", of="fish"))


@pytest.mark.longer
def test_options_families_words_and_profiles_are_completed(tmp_path: Path) -> None:
    (tmp_path / "contract-suite.toml").write_text("[profiles.ci]\n[profiles.nightly]\n")
    assert completed(tmp_path, "run", "--fuzz") == ["plain,--fuzz-time"]
    assert completed(tmp_path, "run", "--infer", "") == ["plain,off", "plain,confirm"]
    assert completed(tmp_path, "run", "--profile", "n") == ["plain,nightly"]
    assert completed(tmp_path, "run", "")[: len(families())] == [f"plain,{name}" for name in families()]
    (tmp_path / "contract-suite.toml").write_text("this is [no TOML")
    assert completed(tmp_path, "run", "--profile", "") == []


@pytest.mark.parametrize(("shell", "word"), [("bash", "complete "), ("zsh", "compdef "), ("fish", "complete ")])
def test_each_shell_gets_its_script_as_the_page_says(shell: str, word: str, tmp_path: Path) -> None:
    assert f"_CONTRACT_SUITE_COMPLETE={shell}_source contract-suite" in PAGE
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "_CONTRACT_SUITE_COMPLETE": f"{shell}_source"}
    script = subprocess.run(
        [sys.executable, "-c", "from contract_suite.cli import main; main()"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    assert re.search(rf"^\s*{word}.*contract-suite", script, re.MULTILINE)
    interpreter = shutil.which(shell)
    if interpreter is not None:  # what is installed says whether it is a script
        (tmp_path / "script").write_text(script)
        command = [interpreter, "-n", str(tmp_path / "script")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - as above
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_a_command(tmp_path: Path) -> None:
    (tmp_path / "contract-suite").write_text(
        f"#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -c 'from contract_suite.cli import main; main()' \"$@\"\n"
    )
    (tmp_path / "contract-suite").chmod(0o755)
    line = next(each for each in PAGE.splitlines() if "bash_source" in each)
    program = (
        f"{line}\nCOMP_WORDS=(contract-suite expl); COMP_CWORD=1; "
        "$(complete -p contract-suite | sed 's/.*-F \\([^ ]*\\).*/\\1/') contract-suite; echo \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(  # noqa: S603 - our own script
        [shutil.which("bash") or "bash", "-c", program],
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["explain"], done.stderr
