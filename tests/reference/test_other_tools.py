"""Other projects' tools take what `contract-suite schema` prints, and make sensible code of it.

Slow: the tools are installed first.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

import contract_suite
from contract_suite.contract.family import specs_root

pytestmark = pytest.mark.slow

TOOLS = Path(__file__).parent / "tools"
FAMILIES = contract_suite.families()
Run = Callable[..., str]


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 - tools that this test installed
        command,
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "REDOCLY_TELEMETRY": "off"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each family as `NAME.json`, plain OpenAPI, and `NAME.schema.json`, the bundle of its schemas."""
    folder = tmp_path_factory.mktemp("printed")
    for name in FAMILIES:
        reference = contract_suite.load(name)
        (folder / f"{name}.json").write_text(json.dumps(reference.document), "utf-8")
        (folder / f"{name}.schema.json").write_text(json.dumps(reference.bundle()), "utf-8")
    return folder


@pytest.fixture(scope="module")
def node(printed: Path) -> Run:
    """Runs a tool of npm in the folder; skips, saying so, where there is no npm or no registry."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip(
            "NOT RUN: node and npm are missing, so nothing shows that Spectral, Redocly, ajv and TypeScript take it"
        )
    for name in ("package.json", "compile.mjs"):
        shutil.copy(TOOLS / name, printed / name)
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    done = subprocess.run(command, cwd=printed, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 - npm
    if done.returncode:
        pytest.skip(f"NOT RUN: npm could not install the tools: {done.stderr[-300:] or done.stdout[-300:]}")

    def tool(name: str, *arguments: str) -> str:
        program = shutil.which("node") if name == "node" else str(printed / "node_modules" / ".bin" / name)
        return run([str(program), *arguments], printed)

    return tool


@pytest.fixture(scope="module")
def python(printed: Path) -> Run:
    """Runs a Python tool from an environment of its own; skips, saying so, where it can't be installed."""
    home = printed / "python"
    venv.create(home, with_pip=True)
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    command = [str(scripts / "python"), "-m", "pip", "install", "--quiet", "-r", str(TOOLS / "requirements.txt")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 - pip
    if done.returncode:
        pytest.skip(f"NOT RUN: pip could not install the tools: {done.stderr[-300:]}")
    return lambda name, *arguments: run([str(scripts / name), *arguments], printed)


def test_spectral_and_redocly_have_nothing_to_complain_of(node: Run, printed: Path) -> None:
    (printed / "ruleset.yaml").write_text('extends: ["spectral:oas"]\n', "utf-8")
    files = [f"{name}.json" for name in FAMILIES]
    node("spectral", "lint", "--fail-severity=hint", "-r", "ruleset.yaml", *files)
    said = node("redocly", "lint", "--max-problems=100", *files)
    assert "warning" not in re.sub(r"║[^\n]*║", "", said), said


def test_the_documents_with_our_extensions_pass_spectral_too(node: Run, printed: Path) -> None:
    (printed / "ruleset.yaml").write_text('extends: ["spectral:oas"]\n', "utf-8")
    for name in FAMILIES:
        node(
            "spectral", "lint", "--fail-severity=warn", "-r", "ruleset.yaml", str(specs_root() / name / "openapi.yaml")
        )


def test_ajv_compiles_every_schema_in_strict_mode(node: Run) -> None:
    node("node", "compile.mjs", *(f"{name}.schema.json" for name in FAMILIES))


def test_typescript_takes_the_types_in_strict_mode(node: Run) -> None:
    for name in FAMILIES:
        node("openapi-typescript", f"{name}.json", "--output", f"{name}.ts")
    node("tsc", "--strict", "--noEmit", *(f"{name}.ts" for name in FAMILIES))


@pytest.mark.parametrize("name", FAMILIES)
def test_pydantic_models_have_the_names_of_the_components(python: Run, printed: Path, name: str) -> None:
    target = f"{name}_models.py"
    options = ("--formatters", "builtin", "--output-model-type", "pydantic_v2.BaseModel", "--output", target)
    said = python("datamodel-codegen", "--input", f"{name}.json", "--input-file-type", "openapi", *options)
    assert "warn" not in said.lower(), said
    tree = ast.parse((printed / target).read_text("utf-8"))
    classes = {each.name for each in tree.body if isinstance(each, ast.ClassDef)}
    assert set(contract_suite.load(name).schemas) <= classes
    fields = {
        each.target.id
        for one in ast.walk(tree)
        if isinstance(one, ast.ClassDef)
        for each in one.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    }
    numbered = [each for each in classes | fields if re.search(r"_?[0-9]+\Z", each)]
    assert numbered == [], "a class or field that the generator had to number"
    python("python", target)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_client_is_generated_without_a_warning(python: Run, printed: Path, name: str) -> None:
    (printed / "client.yaml").write_text("post_hooks: []\n", "utf-8")
    target = f"{name}_client"
    options = ("--config", "client.yaml", "--fail-on-warning", "--meta", "none", "--output-path", target)
    python("openapi-python-client", "generate", "--path", f"{name}.json", *options)
    operations = {each.stem.replace("_", "") for each in (printed / target / "api").rglob("*.py")}
    assert {each.id.lower() for each in contract_suite.load(name).operations} <= operations
    if name == "pai":
        details = (printed / target / "models" / "algorithm_details.py").read_text("utf-8")
        assert "    request_id: str\n" in details
        assert "    algorithm_id: str\n" in details
