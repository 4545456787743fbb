"""Nowhere in a run is a request that breaks its own schema sent as one that must be served."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.contract.family import families, load
from contract_suite.contract.operation import Contract
from contract_suite.contract.violations import violations
from contract_suite.model.case import Intent
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run, read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run

NOTES = Path(__file__).parents[1] / "families" / "notes"
NAMES = """
openapi: 3.1.0
info: {title: t, version: "1"}
x-contract:
  resources:
    Tag:
      identity: [name]
      create: {operation: MakeTag}
      read: {operation: ReadTag}
      delete: {operation: DropTag}
      unique: [{fields: [name]}]
  errors: {status: {invalid: 400, unknown: 404, duplicate: 409}}
components:
  schemas:
    Tag: {type: object, required: [name], properties: {name: {type: string, pattern: "^[a-z]{3,8}$", examples: [abc]}}}
  parameters:
    name: {name: name, in: path, required: true, schema: {type: string}}
paths:
  /tags:
    post:
      operationId: MakeTag
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Tag"}}}}
      responses:
        "201": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Tag"}}}}
        "400": {description: bad}
        "409": {description: taken}
  /tags/{name}:
    parameters: [{$ref: "#/components/parameters/name"}]
    get:
      operationId: ReadTag
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Tag"}}}}
        "404": {description: unknown}
    delete: {operationId: DropTag, responses: {"204": {description: gone}, "404": {description: unknown}}}
"""


def ran(contract: Contract, folder: Path) -> Run:
    outcome = run(RunOptions(fuzz_time=0, report=folder, strict=True), contracts=[contract], environ={})
    return read_run(outcome.record)


def broken(contract: Contract, record: Run) -> list[str]:
    """The positive requests of a run that break their operation's schema."""
    operations = {operation.id: operation for operation in contract.operations}
    return [
        f"{each.exchange.request.method} {each.exchange.request.target}: {each.note}"
        for each in record.exchanges()
        if each.intent is Intent.POSITIVE
        and each.operation
        and each.exchange.request.method == operations[each.operation].method
        and violations(operations[each.operation], each.exchange.request)
    ]


@pytest.mark.parametrize("name", [str(NOTES), *(pytest.param(each, marks=pytest.mark.slow) for each in families())])
def test_every_positive_keeps_its_schema_and_the_mock_every_family(name: str, tmp_path: Path) -> None:
    contract = load(name)
    record = ran(contract, tmp_path)
    assert broken(contract, record) == []
    assert [(finding.clause, finding.message) for finding in record.findings] == []
    assert record.footer is not None
    assert record.footer.exit_code == 0


@pytest.mark.longer
def test_fresh_names_that_a_schema_forbids_are_not_promised_to_be_served(tmp_path: Path) -> None:
    path = tmp_path / "tags.yaml"
    path.write_text(NAMES, "utf-8")
    contract = load(str(path))
    record = ran(contract, tmp_path / "report")
    assert broken(contract, record) == []
    assert [each.clause for each in record.findings] == []


@pytest.mark.longer
def test_a_closed_create_with_fields_of_the_servers_own_is_not_accused(tmp_path: Path) -> None:
    """A right server was accused: immutability named the server's fields in a create whose schema has no room for them."""
    record = ran(load(str(NOTES)), tmp_path)
    assert [each.clause for each in record.findings] == []
    results = {each.clause: each.outcome for each in record.conformance}
    assert results["CreateNote::id::server-assigned"] is Outcome.PASSED
    assert results["CreateNote::created::server-assigned"] is Outcome.PASSED
