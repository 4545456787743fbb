"""A part of an operation that can't be read costs that part; the operation stays usable without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.contract.family import load
from contract_suite.contract.operation import Operation
from contract_suite.contract.parts.compiling import compiled
from contract_suite.contract.requests import build
from contract_suite.generate.proof import judge
from contract_suite.model.case import Intent

HEAD = 'openapi: 3.0.3\ninfo: {title: x, version: "1"}\npaths:\n  "/a/{id}":\n    get:\n'
FINE = "      responses: {200: {description: x}}\n"
ID = "{name: id, in: path, required: true, schema: {type: string}}"


def read(folder: Path, text: str) -> Operation:
    path = folder / "d.yaml"
    path.write_text(HEAD + text, "utf-8")
    [operation] = load(path).operations
    assert operation.problem == ""
    return compiled(operation)


@pytest.mark.parametrize(
    ("parameter", "subject"),
    [
        ("{name: n, in: query, schema: {type: int}}", "query.n"),
        ("{name: n, in: query, schema: {$ref: '#/gone'}}", "query.n"),
        ("{name: n, in: query, schema: {type: string, pattern: '['}}", "query.n"),
        ("{name: n, in: query, schema: {properties: 7}}", "query.n"),
        ("{name: n, in: header, content: {application/json: {schema: 7}}}", "header.n"),
    ],
)
def test_an_optional_parameter_is_left_out(tmp_path: Path, parameter: str, subject: str) -> None:
    operation = read(tmp_path, f"      parameters: [{ID}, {parameter}]\n{FINE}")
    assert [each.subject for each in operation.parameters] == ["path.id"]
    assert [(each.subject, each.needed) for each in operation.broken] == [(subject, False)]
    assert operation.provable


@pytest.mark.parametrize(
    ("parameters", "subject"),
    [
        ("[{name: id, in: path, required: true, schema: {type: int}}]", "path.id"),
        ("[{name: id, in: path, required: true, schema: {$ref: '#/gone'}}]", "path.id"),
        ("[]", "path.id"),
        (f"[{ID}, {{name: n, in: query, required: true, schema: {{type: int}}}}]", "query.n"),
    ],
)
def test_a_parameter_that_must_be_sent_may_be_anything_and_proves_nothing(
    tmp_path: Path, parameters: str, subject: str
) -> None:
    operation = read(tmp_path, f"      parameters: {parameters}\n{FINE}")
    assert subject in {each.subject for each in operation.parameters}
    assert [(each.subject, each.needed) for each in operation.broken] == [(subject, True)]
    contract = load(tmp_path / "d.yaml")
    request = build(operation, {"path.id": "x"})
    assert judge(contract, operation, request) == (Intent.UNKNOWN, "")


@pytest.mark.parametrize("parameter", ["{in: query}", "{name: n, in: sky, schema: {}}", "7", "{$ref: '#/gone'}"])
def test_what_may_be_a_required_parameter_proves_nothing_either(tmp_path: Path, parameter: str) -> None:
    operation = read(tmp_path, f"      parameters: [{ID}, {parameter}]\n{FINE}")
    assert [each.subject for each in operation.parameters] == ["path.id"]
    assert not operation.provable


def test_a_response_keeps_its_status_without_what_is_broken(tmp_path: Path) -> None:
    responses = "{200: {description: x, content: {application/json: {schema: {type: int}}}, headers: {X: {schema: 7}}}}"
    operation = read(tmp_path, f"      parameters: [{ID}]\n      responses: {responses}\n")
    assert {each.subject for each in operation.broken} == {"200", "200/X"}
    [spec] = operation.responses
    assert [(each.name, each.schema) for each in spec.media_types] == [("application/json", None)]
    assert operation.provable


def test_a_status_that_is_none_may_be_any(tmp_path: Path) -> None:
    operation = read(tmp_path, f"      parameters: [{ID}]\n      responses: {{2OO: {{description: x}}}}\n")
    assert operation.response(200) is not None


def test_an_unknown_security_scheme_proves_nothing(tmp_path: Path) -> None:
    operation = read(tmp_path, f"      parameters: [{ID}]\n      security: [{{gone: []}}]\n{FINE}")
    assert [each.subject for each in operation.broken] == ["auth"]
    assert not operation.provable


def test_what_is_sound_is_not_touched(tmp_path: Path) -> None:
    operation = read(tmp_path, f"      parameters: [{ID}]\n{FINE}")
    assert operation.broken == ()
    assert compiled(operation) is operation


def test_a_bound_that_was_written_as_a_text_is_that_number(tmp_path: Path) -> None:
    bounds = 'minimum: "0.5", maximum: "3", multipleOf: "0.5"'
    operation = read(
        tmp_path, f"      parameters: [{ID}, {{name: n, in: query, schema: {{type: number, {bounds}}}}}]\n{FINE}"
    )
    assert not operation.broken
    schema = operation.parameters[1].schema
    assert [value for value in (0, 0.5, 0.75, 3, 3.5) if schema.is_valid(value)] == [0.5, 3]


def test_a_bound_that_is_no_number_costs_its_part(tmp_path: Path) -> None:
    operation = read(tmp_path, f"      parameters: [{ID}, {{name: n, in: query, schema: {{minimum: one}}}}]\n{FINE}")
    assert [each.subject for each in operation.broken] == ["query.n"]
