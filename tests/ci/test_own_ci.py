"""The project's own CI: every command that its files name exists, and every stage that CONTRIBUTING lists is run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
STAGES = re.findall(r"^\s*stage .* make ([a-z-]+)", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)


def jobs(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["jobs"]
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_name_commands_that_exist_and_may_little(path: Path) -> None:
    assert yaml.safe_load(path.read_text("utf-8"))["permissions"] == {"contents": "read"}
    for job in jobs(path).values():
        assert job["timeout-minutes"]
        for step in job["steps"]:
            script = step.get("run", "")
            assert set(re.findall(r"\bmake ([a-z-]+)", script)) <= TARGETS
            assert all((ROOT / name).exists() for name in re.findall(r"^\S*/run$", script, re.MULTILINE))
            assert "${{ github." not in script, "text from outside goes through env"
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_all_faults_are_proved_by_schedule_each_once() -> None:
    shares = jobs(ROOT / ".github" / "workflows" / "scheduled.yml")["prove"]["strategy"]["matrix"]["share"]
    assert shares == [f"{number}/{len(shares)}" for number in range(1, len(shares) + 1)]


def test_the_script_of_ci_runs_the_stages_that_contributing_lists_and_all_tests_last() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert re.findall(r"^\| `make ([a-z-]+)", page, re.MULTILINE) == STAGES
    assert set(STAGES) <= TARGETS
    assert STAGES[-1] == "test-newest"


def test_make_help_names_every_target() -> None:
    lines = re.findall(r"@echo 'make ([a-z-]+)", (ROOT / "Makefile").read_text("utf-8"))
    assert sorted(lines) == sorted(TARGETS - {"help"})


def test_hooks_of_our_own_are_local_and_name_commands_of_the_tools() -> None:
    parsed = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    [repository] = parsed["repos"]
    assert repository["repo"] == "local"
    lint = (ROOT / "Makefile").read_text("utf-8")
    for hook in repository["hooks"]:
        command = hook["entry"].split()[0]
        assert f"$(BIN)/{command.removeprefix('.venv/bin/')}" in lint
