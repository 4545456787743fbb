"""The contracts as a library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import contract_suite
from contract_suite.reference import UnknownNameError

ROOT = Path(__file__).resolve().parents[2]


def test_every_public_name_is_there() -> None:
    for name in contract_suite.__all__:
        assert getattr(contract_suite, name) is not None
        assert name in dir(contract_suite)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        contract_suite.nothing  # noqa: B018  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        (
            "import contract_suite",
            ("yaml", "jsonschema", "jsonschema_rs", "referencing", "click", "rich", "contract_suite.errors"),
        ),
        (
            "import contract_suite; contract_suite.load('pai').schema('Algorithm')",
            ("jsonschema_rs", "schemathesis", "rich", "click", "uvicorn"),
        ),
        (
            "import contract_suite.cli",
            ("rich", "schemathesis", "jsonschema", "jsonschema_rs", "yaml", "referencing", "uvicorn", "pytest"),
        ),
        (
            "from contract_suite.cli.entry import execute; execute(['run', '--help'])",
            ("rich", "schemathesis", "jsonschema", "yaml", "uvicorn"),
        ),
        (
            (
                "import pathlib, tempfile, contract_suite.report.catalogue, contract_suite.gate.holding, contract_suite.runner.run\n"
                "import contract_suite.report.progress\n"
                "from contract_suite.record.run_folder import owned\n"
                "with tempfile.TemporaryDirectory() as folder, owned(pathlib.Path(folder)): pass"
            ),
            ("asyncio", "filelock", "harfile", "tomlkit", "jsonschema", "rich.live"),
        ),
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str, unwanted: tuple[str, ...]) -> None:
    script = (
        f"{code}\nimport sys\nfound = [name for name in {unwanted!r} if name in sys.modules]\nassert not found, found"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, capture_output=True, timeout=60)  # noqa: S603 - our own code


def test_operations_and_schemas_are_found_by_name() -> None:
    pai = contract_suite.load("pai")
    assert pai.operation("GetAlgorithm").method == "GET"
    assert "Algorithm" in pai.schemas
    assert pai.errata
    assert pai.contract.name == "pai"
    assert repr(pai) == "Reference('pai')"


def test_an_unknown_name_says_what_was_meant() -> None:
    pai = contract_suite.load("pai")
    with pytest.raises(UnknownNameError, match="did you mean 'GetAlgorithm'") as caught:
        pai.operation("GetAlgoritm")
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, contract_suite.UsageError)
    assert str(caught.value).startswith("pai has no operation")
    with pytest.raises(contract_suite.UsageError, match="did you mean 'Algorithm'"):
        pai.schema("Algoritm")
    with pytest.raises(KeyError):
        pai.validate("Nothing", {})


def test_values_are_validated_with_place_and_line() -> None:
    pai = contract_suite.load("pai")
    assert pai.validate("Algorithm", {"AlgorithmId": "algo-1"}) == []
    problem = pai.validate("AlgorithmPage", {"RequestId": "1", "TotalCount": 1, "Algorithms": [{"AlgorithmId": 7}]})[0]
    assert (problem.path, problem.subject, problem.keyword) == (
        "/Algorithms/0/AlgorithmId",
        "/Algorithms/*/AlgorithmId",
        "type",
    )
    assert problem.location.line > 1


@pytest.mark.parametrize("name", contract_suite.families())
def test_the_bundle_holds_every_schema_under_its_own_name(name: str) -> None:
    reference = contract_suite.load(name)
    definitions = reference.bundle()["$defs"]
    assert isinstance(definitions, dict)
    assert set(reference.schemas) <= set(definitions)


def test_a_document_without_components_has_no_schemas(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text('openapi: 3.1.0\ninfo: {title: x, version: "1"}\npaths: {}\n', "utf-8")
    reference = contract_suite.load(path)
    assert reference.schemas == ()
    assert reference.bundle()["$defs"] == {}
    with pytest.raises(KeyError, match="there are none"):
        reference.schema("X")
