"""The project's own CI: every command that its files name exists, and every stage that CONTRIBUTING lists is run."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
STAGES = re.findall(r"^\s*stage .* make ([a-z-]+)", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)

MARKERS = {"fast": (), "slow": ("slow",), "matrix": ("slow", "matrix")}


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
    assert re.findall(r"^\| `(?:[A-Z_]+=\S+ )*make ([a-z-]+)", page, re.MULTILINE) == STAGES
    assert set(STAGES) <= TARGETS
    assert STAGES[-1] == "test-newest"


def test_what_a_change_takes_a_share_of_is_taken_whole_by_schedule() -> None:
    scheduled = jobs(ROOT / ".github" / "workflows" / "scheduled.yml")
    scripts = {step["run"] for job in scheduled.values() for step in job["steps"] if "run" in step}
    assert not any("SHARE=" in each or "env" in job for each in scripts for job in scheduled.values())
    assert {name for each in scripts for name in re.findall(r"\bmake ([a-z-]+)", each)} >= {
        "prove",
        "test-all",
        "test-lowest",
    }


class OneTest:
    """A test as far as sharing looks at it."""

    def __init__(self, name: str, *markers: str) -> None:
        self.nodeid = name
        self._markers = markers
        self.own_markers = [SimpleNamespace(name=each) for each in markers]

    def get_closest_marker(self, name: str) -> str | None:
        return name if name in self._markers else None

    def add_marker(self, name: str) -> None:
        self._markers = (*self._markers, name)
        self.own_markers.append(SimpleNamespace(name=name))


@pytest.mark.parametrize(("variable", "kind"), [("SHARE", "matrix"), ("FAST_SHARE", "fast")])
@pytest.mark.parametrize("shares", [1, 2, 8])
def test_shares_of_the_tests_are_all_of_them_each_once(
    variable: str, kind: str, shares: int, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    [share_out] = [
        plugin.pytest_collection_modifyitems
        for plugin in pytestconfig.pluginmanager.get_plugins()
        if getattr(plugin, "__file__", "") == str(ROOT / "conftest.py")
    ]
    whole = [OneTest(f"test_{number}", *markers) for markers in MARKERS.values() for number in range(50)]
    monkeypatch.setenv("SHARE", "")
    monkeypatch.setenv("FAST_SHARE", "")
    counted: Counter[OneTest] = Counter()
    for number in range(1, shares + 1):
        monkeypatch.setenv(variable, f"{number}/{shares}")
        kept = list(whole)
        share_out(SimpleNamespace(hook=SimpleNamespace(pytest_deselected=lambda items: None)), kept)  # noqa: ARG005 - pytest names the argument
        counted.update(kept)
    markers = MARKERS[kind]
    assert {each: 1 if each._markers == markers else shares for each in whole} == counted  # noqa: SLF001 - a stand-in of this test


@pytest.mark.parametrize(
    ("markers", "left"),
    [(("longer",), {"longer", "slow"}), (("longer", "slow"), {"slow"}), (("slow",), {"slow"}), ((), set())],
)
def test_what_takes_longer_is_slow_and_a_slow_row_is_only_that(
    markers: tuple[str, ...], left: set[str], pytestconfig: pytest.Config
) -> None:
    plugins = pytestconfig.pluginmanager.get_plugins()
    [plugin] = [each for each in plugins if getattr(each, "__file__", "") == str(ROOT / "conftest.py")]
    test = OneTest("test", *markers)
    plugin.pytest_collection_modifyitems(pytestconfig, [test])
    assert {each.name for each in test.own_markers} == left


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


def test_targets_keep_compiled_modules_whatever_the_environment_says() -> None:
    text = "include Makefile\nshow:\n\t@echo found=$$PYTHONDONTWRITEBYTECODE"
    found = subprocess.run(
        ["make", "-s", "-f", "-", "show"],  # noqa: S607 - the user's own make
        input=text,
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert found.stdout == "found=\n"
