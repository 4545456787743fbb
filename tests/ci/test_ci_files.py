from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pytest
import yaml

from tests.runner.notes_app import DOCUMENT

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = Path(__file__).parent / "schemas"
FILES = {
    "action.yml": "github-actions.json",
    "ci/gitlab.yml": "gitlab-ci.json",
    ".pre-commit-hooks.yaml": "pre-commit-hooks.json",
}
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def parsed(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


def command(path: Path) -> None:
    """Put this checkout's command where an installation would put it, and a pip that only notes what it was asked for."""
    path.mkdir(parents=True)
    executable(
        path / "contract-suite",
        f'PYTHONPATH={shlex.quote(f"{ROOT}:")}. exec {shlex.quote(sys.executable)} -m contract_suite "$@"',
    )


def executable(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a document, and a service that can be good or bad."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "notes.yaml").write_text(DOCUMENT)
    (folder / "good.py").write_text("from tests.runner.notes_app import Notes\napp = Notes()\n")
    (folder / "bad.py").write_text("from tests.runner.notes_app import Notes\napp = Notes('any-stars')\n")
    return folder


@pytest.mark.parametrize(("name", "schema"), FILES.items())
def test_each_file_obeys_its_schema(name: str, schema: str) -> None:
    rules = json.loads((SCHEMAS / schema).read_text("utf-8"))
    validator = jsonschema.validators.validator_for(rules)
    assert [error.message for error in validator(rules).iter_errors(parsed(name))] == []


class TestAction:
    def steps(self) -> dict[str, dict[str, Any]]:
        return {step["name"]: step for step in parsed("action.yml")["runs"]["steps"]}

    def run(self, step: dict[str, Any], project: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run a step as GitHub does, in bash with -e and pipefail."""
        temporary = project.parent / "runner"
        if not temporary.exists():
            command(temporary / "contract-suite" / "bin")
        given = {
            name: inputs.get(name.replace("-", "_"), each.get("default", ""))
            for name, each in parsed("action.yml")["inputs"].items()
        }
        assert set(inputs) <= {name.replace("-", "_") for name in given}
        known = {**{f"inputs.{name}": value for name, value in given.items()}, "github.action_path": str(ROOT)}
        environment = {
            name: _EXPRESSION.sub(lambda match: known[match[1]], value) for name, value in step.get("env", {}).items()
        }
        script = project.parent / "step.sh"
        script.write_text(step["run"])
        return subprocess.run(  # noqa: S603 - our own script
            ["/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=project,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={
                "PATH": f"{project.parent / 'path'}:{os.environ['PATH']}",
                "RUNNER_TEMP": str(temporary),
                "LC_ALL": "C.UTF-8",
                "GITHUB_OUTPUT": str(project.parent / "output"),
                "GITHUB_STEP_SUMMARY": str(project.parent / "summary"),
                **environment,
            },
        )

    def gate(self, project: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
        return self.run(
            self.steps()["Test the endpoint against its contract"], project, contracts="notes.yaml\n", **inputs
        )

    def test_no_script_holds_an_expression(self) -> None:
        # What an expression brings into a script is code; an environment variable is data.
        assert [step["name"] for step in self.steps().values() if "${{" in step.get("run", "")] == []

    def test_it_installs_itself_or_what_was_named(self, project: Path) -> None:
        (project.parent / "path").mkdir()
        notes = project.parent / "asked"
        maker = f'printf "%s\\n" "$*" >> {notes}; [ "$2" != venv ] || {{ mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; }}'
        executable(project.parent / "path" / "python", maker)
        step = self.steps()["Install contract-suite"]
        for package, asked in (("", str(ROOT)), ("contract-suite==0.1.0", "contract-suite==0.1.0")):
            assert self.run(step, project, package=package).returncode == 0
            assert notes.read_text().splitlines()[-1].endswith(f" {asked}")

    def test_a_good_service_passes(self, project: Path) -> None:
        done = self.gate(project, arguments="--app\ngood:app\n--fuzz-time\n0", min_coverage="50")
        assert done.returncode == 0, done.stderr
        assert "exit-code=0" in (project.parent / "output").read_text()
        assert (project / "contract-suite-report" / "junit.xml").is_file()
        assert json.loads((project / "contract-suite-report" / "report.sarif").read_text("utf-8"))["version"] == "2.1.0"
        assert (project.parent / "summary").read_text("utf-8")

    def test_a_bad_one_fails_with_annotations(self, project: Path) -> None:
        done = self.gate(project, arguments="--app\nbad:app\n--fuzz-time\n0", fail_on="failure\nflaky")
        assert done.returncode == 1, done.stderr
        assert "::error file=notes.yaml,line=" in done.stdout

    @pytest.mark.slow
    def test_a_baseline_pardons_a_bad_one(self, project: Path) -> None:
        self.gate(project, arguments="--app\nbad:app\n--fuzz-time\n0\n--update-baseline", baseline="known.toml")
        done = self.gate(project, arguments="--app\nbad:app\n--fuzz-time\n0", baseline="known.toml")
        assert done.returncode == 0, done.stderr
        assert "::error" not in done.stdout
        assert "Gate passed" in (project.parent / "summary").read_text("utf-8")

    def test_an_empty_url_is_a_mistake_and_never_the_mock(self, project: Path) -> None:
        """A variable that nobody had set made a green build of the embedded mock."""
        done = self.gate(project, url="", arguments="--fuzz-time\n0")
        assert done.returncode == 2
        assert "::error::The input `url` is empty" in done.stdout
        assert (project.parent / "output").read_text() == "exit-code=2\n"
        assert not (project / "contract-suite-report").exists()

    @pytest.mark.longer
    def test_an_input_is_never_code(self, project: Path) -> None:
        done = self.gate(
            project,
            url="http://127.0.0.1:1/$(touch pwned)`touch pwned`; touch pwned",
            report="re port",
            arguments="--timeout\n1",
        )
        assert done.returncode in {2, 3}
        assert not list(project.rglob("pwned"))

    @pytest.mark.longer
    def test_a_mistake_keeps_its_exit_code_and_makes_no_report_of_an_older_run(self, project: Path) -> None:
        self.gate(project, arguments="--app\ngood:app\n--fuzz-time\n0")
        done = self.gate(project, arguments="--no-such-option")
        assert done.returncode == 2
        assert "exit-code=2" in (project.parent / "output").read_text()
        assert not (project / "contract-suite-report" / "run.ndjson").exists()


class TestGitLab:
    GIVEN: ClassVar[dict[str, str]] = {"CONTRACTS": "notes.yaml", "FAIL_ON": "failure flaky", "MIN_COVERAGE": "50"}

    def job(self) -> dict[str, Any]:
        job: dict[str, Any] = parsed("ci/gitlab.yml")[".contract-suite"]
        return job

    def run(
        self, lines: list[str], project: Path, shell: tuple[str, ...], **variables: str
    ) -> subprocess.CompletedProcess[str]:
        defaults = self.job()["variables"]
        given = {f"CONTRACT_SUITE_{name}": value for name, value in variables.items()}
        assert set(given) <= set(defaults)
        return subprocess.run(  # noqa: S603 - our own script
            [*shell, "-e", "-c", "\n".join(lines)],
            cwd=project,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={"PATH": f"{project.parent / 'path'}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", **defaults, **given},
        )

    @pytest.mark.longer
    @pytest.mark.parametrize(
        "shell",
        [
            pytest.param(("/bin/bash", "-o", "pipefail"), id="bash", marks=pytest.mark.slow),
            pytest.param(("/bin/sh",), id="sh"),
        ],
    )
    def test_the_job_passes_and_fails(self, project: Path, shell: tuple[str, ...]) -> None:
        command(project / ".contract-suite" / "venv" / "bin")
        script, given = self.job()["script"], self.GIVEN
        good = self.run(script, project, shell, ARGUMENTS="--app good:app --fuzz-time 0", **given)
        assert good.returncode == 0, good.stderr
        assert json.loads((project / "contract-suite-report" / "gl-code-quality-report.json").read_text("utf-8")) == []
        bad = self.run(script, project, shell, ARGUMENTS="--app bad:app --fuzz-time 0", **given)
        assert bad.returncode == 1, bad.stderr
        assert json.loads((project / "contract-suite-report" / "gl-code-quality-report.json").read_text("utf-8"))
        assert self.run(script, project, shell, ARGUMENTS="--no-such-option", **given).returncode == 2

    @pytest.mark.slow
    def test_the_job_pardons_what_a_baseline_names(self, project: Path) -> None:
        command(project / ".contract-suite" / "venv" / "bin")
        script, given = self.job()["script"], {**self.GIVEN, "BASELINE": "known.toml"}
        for arguments in ("--app bad:app --fuzz-time 0 --update-baseline", "--app bad:app --fuzz-time 0"):
            done = self.run(script, project, ("/bin/sh",), ARGUMENTS=arguments, **given)
            assert done.returncode == 0, done.stderr

    def test_the_job_installs_what_was_named(self, project: Path) -> None:
        (project.parent / "path").mkdir()
        notes = project.parent / "asked"
        maker = f'printf "%s\\n" "$*" >> {notes}; [ "$2" != venv ] || {{ mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; }}'
        executable(project.parent / "path" / "python", maker)
        done = self.run(self.job()["before_script"], project, ("/bin/bash",), PACKAGE="contract-suite==0.1.0")
        assert done.returncode == 0, done.stderr
        assert notes.read_text().splitlines()[-1].endswith(" contract-suite==0.1.0")

    def test_the_artifacts_are_where_the_job_writes_them(self) -> None:
        artifacts = self.job()["artifacts"]
        assert artifacts["when"] == "always"
        assert {path.rpartition("/")[2] for path in artifacts["reports"].values()} == {
            "junit.xml",
            "gl-code-quality-report.json",
        }


class TestPreCommit:
    @pytest.mark.longer
    def test_the_hook_lints_the_files_that_it_is_given(self, project: Path) -> None:
        (hook,) = parsed(".pre-commit-hooks.yaml")
        wanted = re.compile(hook["files"])
        assert [
            bool(wanted.search(name))
            for name in ("specs/pai/openapi.yaml", "openapi.json", "docs/openapi.md", "myopenapi.yaml")
        ] == [True, True, False, False]
        command(project.parent / "bin")
        (project / "openapi.yaml").write_text(DOCUMENT.replace("responses:", "answers:", 1))
        for file, code in ((ROOT / "specs" / "pai" / "openapi.yaml", 0), (project / "openapi.yaml", 1)):
            done = subprocess.run(  # noqa: S603 - our own command
                [project.parent / "bin" / hook["entry"].split()[0], *hook["entry"].split()[1:], str(file)],
                cwd=project,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == code, done.stdout + done.stderr

    def test_the_entry_is_a_command_of_the_package(self) -> None:
        (hook,) = parsed(".pre-commit-hooks.yaml")
        assert (
            hook["entry"].split()[0]
            in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
        )
