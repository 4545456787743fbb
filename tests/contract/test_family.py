"""Families: folders of data, by name or path; what is wrong beside a document is one located sentence too."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from contract_suite.contract.errata import KINDS
from contract_suite.contract.family import families, load, specs_root
from contract_suite.errors import DocumentError, UsageError
from contract_suite.model.json import JSON

API = 'openapi: 3.1.0\ninfo: {title: Mine, version: "1"}\nservers: [{url: "https://x/v1/"}]\npaths: {}\n'


def folder(root: Path, **files: str | bytes) -> Path:
    for name, content in {"family.toml": 'name = "mine"\n', "openapi.yaml": API, **files}.items():
        path = root / name.replace("__", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


OF_A_SOURCE_DOCUMENT = ("modelarts", "opensearch", "pai")


def test_the_families_of_a_source_document_are_there() -> None:
    assert set(OF_A_SOURCE_DOCUMENT) <= set(families())
    assert list(families()) == sorted(families())


@pytest.mark.parametrize("name", families())
def test_the_documents_are_valid_openapi(name: str) -> None:
    document = yaml.safe_load((specs_root() / name / "openapi.yaml").read_text("utf-8"))
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


@pytest.mark.parametrize("name", families())
def test_a_family_is_read_whole(name: str) -> None:
    contract = load(name)
    assert contract.name == name
    assert contract.annotated
    assert contract.operations
    assert [operation.problem for operation in contract.operations if operation.problem] == []
    assert contract.file == f"specs/{name}/openapi.yaml"


@pytest.mark.parametrize("name", OF_A_SOURCE_DOCUMENT)
def test_a_family_of_a_source_document_has_errata_and_seed_data(name: str) -> None:
    contract = load(name)
    assert len(contract.errata) > 15
    assert {each.kind for each in contract.errata} == set(KINDS)
    assert contract.seed


def test_a_folder_and_its_document_are_the_same_family(tmp_path: Path) -> None:
    root = folder(tmp_path)
    assert load(root).name == load(root / "openapi.yaml").name == "mine"
    assert load(root).base_path == "/v1"


@pytest.mark.parametrize(
    "files",
    [
        {"family.toml": "name = "},
        {"family.toml": b"\xff\xfe"},
        {"family.toml": "values = 7"},
        {"family.toml": 'document = "gone.yaml"'},
        {"errata.yaml": "- {title: x}"},
        {"errata.yaml": "- 7"},
        {"errata.yaml": "a: ["},
        {"seed.yaml": "a: &a [*a]"},
        {"seed.yaml": b"\x00"},
        {"family.toml": "name = 7\ndocument = 8"},
        {"openapi.yaml": ""},
    ],
)
def test_what_is_wrong_beside_a_document_says_so(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    with pytest.raises(DocumentError) as caught:
        load(folder(tmp_path, **files))
    assert caught.value.location is not None
    assert "\n" not in str(caught.value)


def test_values_and_the_key_come_from_the_manifest(tmp_path: Path) -> None:
    contract = load(folder(tmp_path, **{"family.toml": 'token_env = "MY_KEY"\n[values]\na = 1\nb = "x"\n'}))
    expected: dict[str, JSON] = {"a": 1, "b": "x"}
    assert (contract.token_env, dict(contract.values)) == ("MY_KEY", expected)


def test_names_that_are_neither_family_nor_file() -> None:
    with pytest.raises(UsageError, match="did you mean 'modelarts'"):
        load("modelart")
    with pytest.raises(UsageError):
        load("x" * 5000)
    with pytest.raises(DocumentError, match="does not exist"):
        load("gone.yaml")


def test_only_a_family_names_the_variable_of_its_key() -> None:
    """The default for any document was the variable of one family."""
    assert load("pai").token_env == load("opensearch").token_env == "DASHSCOPE_API_KEY"
    assert load("modelarts").token_env == ""
    assert load(str(specs_root() / "pai" / "openapi.yaml")).token_env == "DASHSCOPE_API_KEY"
    package = specs_root().parent / "contract_suite"
    assert [each.name for each in package.rglob("*.py") if "DASHSCOPE" in each.read_text("utf-8")] == []


def test_a_document_of_ones_own_takes_its_key_from_a_neutral_variable(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text('openapi: 3.1.0\ninfo: {title: Own, version: "1"}\npaths: {}\n', "utf-8")
    assert load(path).token_env == "CONTRACT_SUITE_TOKEN"
