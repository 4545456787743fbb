"""OpenAPI 3.2 is read as 3.1; its new members are left alone."""

from __future__ import annotations

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.rules.catalogue import RULES
from contract_suite.rules.rule import judge

DOCUMENT = """\
openapi: 3.2.0
$self: https://example.org/api
info: {title: Things, version: "1"}
servers: [{url: https://example.org/v1, name: main}]
tags: [{name: things, summary: Things, kind: nav}]
paths:
  /things:
    query:
      operationId: findThings
      summary: Find things
      parameters:
        - {name: q, in: querystring, description: All of it., content: {application/json: {schema: {type: object}}}}
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        "200":
          summary: Things
          description: Things, one after the other.
          content:
            text/event-stream:
              itemSchema: {type: object}
              examples: {one: {dataValue: {a: 1}, serializedValue: "data: 1"}}
    additionalOperations:
      COPY: {operationId: copyThings, responses: {"204": {description: Done.}}}
"""


def test_a_document_of_version_3_2_is_sound_and_knows_the_method_query() -> None:
    contract = read_contract(Library().read(DOCUMENT.encode(), "d.yaml"))
    [operation] = contract.operations
    assert (operation.method, operation.problem, operation.broken) == ("QUERY", "", ())
    assert operation.safe
    assert operation.parameters == ()
    assert [each.message for each in judge(contract, RULES)] == []
