"""What is printed for other projects: strict JSON Schema 2020-12 with a stable id, and plain OpenAPI."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

import contract_suite
from contract_suite.cli.entry import execute
from contract_suite.contract.document import Library
from contract_suite.contract.schemas.published import EXTENSIONS, FORMATS, identifier, plain_document, strict_schema
from contract_suite.contract.schemas.schema import Schema
from contract_suite.model.json import JSON
from tests.parity import assert_each

FAMILIES = contract_suite.families()
NUMBERS = st.one_of(st.integers(), st.sampled_from([2**31 - 1, 2**31, -(2**31) - 1, 2**63, 2**63 - 1]), st.text())


def every_object(value: JSON) -> Iterator[dict[str, JSON]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from every_object(each)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_schema_has_an_id_that_carries_the_version(name: str) -> None:
    reference = contract_suite.load(name)
    assert re.fullmatch(r"[0-9A-Za-z.-]+\+[0-9]+", reference.version), "info.version lacks its revision: 2024-05+1"
    found = [reference.bundle(), *(reference.schema(each) for each in reference.schemas)]
    ids = [str(each["$id"]) for each in found]
    assert len(set(ids)) == len(ids)
    assert ids[0] == f"urn:contract-suite:{name}:{reference.version}"
    assert all(each.startswith(f"{ids[0]}:") for each in ids[1:])


@pytest.mark.parametrize("name", FAMILIES)
def test_the_bundle_is_strict_and_has_the_components_names(name: str) -> None:
    bundle = contract_suite.load(name).bundle()
    Draft202012Validator.check_schema(bundle)
    for each in every_object(bundle):
        assert not [key for key in each if key.startswith("x-")]
        assert not isinstance(each.get("format"), str) or each["format"] in FORMATS
    definitions = bundle["$defs"]
    assert isinstance(definitions, dict)
    assert {key: value["title"] for key, value in definitions.items() if isinstance(value, dict)} == {
        key: key for key in definitions
    }


@pytest.mark.parametrize("name", FAMILIES)
def test_the_document_is_plain_and_valid_openapi(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["schema", name, "--format", "openapi"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == contract_suite.load(name).document
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert not [key for each in every_object(document) for key in each if key in EXTENSIONS]
    for member, part in (("license", "identifier"), ("contact", "name")):
        assert document["info"].get(member, {}).get(part), f"info.{member} of the document lacks its {part}"


def test_one_schema_of_a_document_can_not_be_printed_as_openapi(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["schema", "pai#Algorithm", "--format", "openapi"]) == 2
    assert "printed whole" in capsys.readouterr().err


@given(value=NUMBERS, low=st.one_of(st.none(), st.integers(-5, 5)), format_=st.sampled_from(["int32", "int64", "uuid"]))
def test_a_strict_schema_says_the_same_in_plain_keywords(value: JSON, low: int | None, format_: str) -> None:
    raw: dict[str, JSON] = {"type": ["integer", "string"], "format": format_, "x-source": "sdk"}
    raw |= {} if low is None else {"minimum": low}
    schema = Schema(Library().read(json.dumps(raw).encode(), "made.json"))
    strict = strict_schema(schema.standalone(), "urn:x")
    assert set(strict) <= {"$schema", "$id", "type", "format", "minimum", "maximum"}
    checker = Draft202012Validator.FORMAT_CHECKER if strict.get("format") else None
    assert Draft202012Validator(strict, format_checker=checker).is_valid(value) is schema.is_valid(value)


def test_boolean_schemas_and_unknown_keywords() -> None:
    anything, nothing = True, False
    assert strict_schema(anything, "urn:x") == {"$id": "urn:x"}
    assert strict_schema(nothing, "urn:x") == {"$id": "urn:x", "not": {}}
    assert strict_schema({"type": "string", "format": "password", "rumour": 1}) == {"type": "string"}
    assert identifier("my api", "1 0", "A/B") == "urn:contract-suite:my%20api:1%200:A%2FB"


def test_names_and_data_that_look_like_extensions_stay() -> None:
    document: JSON = {
        "x-contract": {},
        "paths": {"/x": {"get": {"x-source": "sdk", "parameters": [{"example": {"x-source": 1}, "x-contract": {}}]}}},
        "components": {
            "schemas": {"x-source": {"properties": {"x-contract": {"default": {"x-source": 2}, "x-source": "sdk"}}}}
        },
    }
    assert plain_document(document) == {
        "paths": {"/x": {"get": {"parameters": [{"example": {"x-source": 1}}]}}},
        "components": {"schemas": {"x-source": {"properties": {"x-contract": {"default": {"x-source": 2}}}}}},
    }


@pytest.mark.parametrize("name", FAMILIES)
def test_a_reference_shows_title_clauses_and_examples(name: str) -> None:
    reference = contract_suite.load(name)
    assert reference.title == reference.document["info"]["title"]  # type: ignore[index,call-overload]  # parsed JSON
    assert len({each.id for each in reference.clauses}) == len(reference.clauses) > 100
    assert_each(
        {each.operation for each in reference.examples},
        {each.id for each in reference.operations},
        lacks="no example in the document for",
        beyond="an example of no operation",
    )
    assert all(each.location.file == reference.contract.file and each.location.line > 1 for each in reference.examples)
    shown = [each for each in reference.examples if each.subject == "200"]
    assert shown, "no operation of the document shows an example of its 200"
