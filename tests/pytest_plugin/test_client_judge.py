"""What a client's request breaks, and which faults a test can plant, without a session of pytest around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.contract.family import load
from contract_suite.contract.operation import Contract
from contract_suite.model.exchange import Request
from contract_suite.pytest_plugin.breaches import breaches
from contract_suite.pytest_plugin.faults import Faults

DOCUMENT = """\
openapi: 3.1.0
info: {title: x, version: "1"}
components: {securitySchemes: {key: {type: http, scheme: bearer}}}
security: [{key: []}]
paths:
  /things:
    get:
      operationId: ListThings
      parameters:
        - {name: filter, in: query, style: STYLE, explode: EXPLODE, schema: SCHEMA}
      responses: {"200": {description: fine}}
"""
MAP = "{type: object, additionalProperties: {type: string}}"
FIELDS = "{properties: {colour: {type: string}}}"


def contract(folder: Path, style: str = "form", explode: str = "true", schema: str = MAP) -> Contract:
    path = folder / "things.yaml"
    text = DOCUMENT.replace("STYLE", style).replace("EXPLODE", explode).replace("SCHEMA", schema)
    path.write_text(text, "utf-8")
    return load(str(path))


def found(contract: Contract, target: str, *, authorization: str | None = "Bearer k") -> dict[str, str]:
    headers = (("Authorization", authorization),) if authorization is not None else ()
    request = Request(method="GET", target=target, headers=headers, body=b"")
    return {each.subject: each.message for each in breaches(contract, request)}


@pytest.mark.parametrize(
    ("style", "explode", "schema", "free"),
    [
        ("form", "true", MAP, True),
        ("form", "true", FIELDS, True),
        ("form", "false", MAP, False),
        ("deepObject", "true", MAP, False),
        ("form", "true", "{type: string}", False),
        ("form", "true", "{type: array, items: {type: string}}", False),
        ("form", "true", "true", False),
    ],
)
def test_only_the_members_of_an_exploded_object_stand_in_the_query_under_names_of_their_own(
    tmp_path: Path, style: str, explode: str, schema: str, free: bool
) -> None:
    subjects = found(contract(tmp_path, style, explode, schema), "/things?other=1")
    assert ("query.other" not in subjects) is free


@pytest.mark.parametrize(
    ("authorization", "said"),
    [
        (None, "the Authorization header is missing"),
        ("Basic a2V5", "the Authorization header is not of the scheme bearer"),
        ("Bearer ", "the Authorization header is not of the scheme bearer"),
        ("bearer k", None),
        ("Bearer k", None),
    ],
)
def test_a_missing_key_and_a_key_of_another_scheme_are_told_apart(
    tmp_path: Path, authorization: str | None, said: str | None
) -> None:
    assert found(contract(tmp_path), "/things", authorization=authorization).get("auth") == said


@pytest.mark.parametrize("times", [0, -1])
def test_a_fault_that_never_strikes_is_a_mistake(tmp_path: Path, times: int) -> None:
    with pytest.raises(pytest.fail.Exception, match=f"times counts from 1, so it can't be {times}"):
        Faults(contract(tmp_path)).plant(500, times=times)


def test_a_fault_strikes_as_often_as_it_was_planted_for(tmp_path: Path) -> None:
    faults = Faults(contract(tmp_path))
    planted = faults.plant(500, times=2)
    operation = faults.contract.operations[0]
    struck = 0
    while faults.due(operation, refusing=True):
        planted.strike()
        struck += 1
    assert struck == planted.count == 2
