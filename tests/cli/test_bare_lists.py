"""A list whose response is the array itself: it can be described, served by the mock, and held to what it promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.cli.entry import execute
from contract_suite.contract.family import load
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import read_run

TODOS = """\
openapi: 3.1.0
info: {title: Todos, version: "1"}
x-contract:
  resources:
    Todo: {identity: [id], create: {operation: addTodo}, read: {operation: getTodo}, lists: [listTodos], assigned: {id: {format: "t-{random}"}}}
  errors: {status: {invalid: 400, unknown: 404}}
components:
  schemas:
    Draft: {type: object, required: [title], properties: {title: {type: string, minLength: 1}}}
    Todo: {type: object, required: [id, title], properties: {id: {type: string}, title: {type: string, minLength: 1}}}
  responses: {Error: {description: refused}}
paths:
  /todos:
    get:
      operationId: listTodos
      summary: All todos.
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50, default: 10}}
        - {name: offset, in: query, schema: {type: integer, minimum: 0, default: 0}}
      x-contract: {collection: {items: "", page: {offset: offset, limit: limit}}}
      responses:
        "200": {description: all, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Todo"}}}}}
        "400": {$ref: "#/components/responses/Error"}
    post:
      operationId: addTodo
      summary: One more.
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Draft"}}}}
      responses:
        "201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Todo"}}}}
        "400": {$ref: "#/components/responses/Error"}
  /todos/{id}:
    get:
      operationId: getTodo
      summary: One.
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {description: one, content: {application/json: {schema: {$ref: "#/components/schemas/Todo"}}}}
        "404": {$ref: "#/components/responses/Error"}
"""


@pytest.fixture
def todos(tmp_path: Path) -> str:
    path = tmp_path / "todos.yaml"
    path.write_text(TODOS)
    return str(path)


def test_a_list_may_be_the_body_itself(todos: str, tmp_path: Path) -> None:
    assert execute(["lint", todos]) == 0
    assert execute(["run", todos, "--strict", "--fuzz-time", "0", "--quiet", "--report", str(tmp_path / "out")]) == 0
    run = read_run(tmp_path / "out" / "run.ndjson")
    decided = {each.clause for each in run.conformance if each.outcome is Outcome.PASSED}
    assert {"listTodos::collection::page-size-respected", "listTodos::collection::pages-disjoint"} <= decided


def test_the_mock_keeps_what_such_a_list_shows(todos: str) -> None:
    mock = MockServer(load(todos), empty=True)
    headers = (("Content-Type", "application/json"),)
    assert mock.handle(Request(method="POST", target="/todos", headers=headers, body=b'{"title": "Tea"}')).status == 201
    assert b'"Tea"' in mock.handle(Request(method="GET", target="/todos")).body


def test_nothing_else_may_stand_there(todos: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(todos).write_text(TODOS.replace('items: ""', 'items: "todos"'))
    assert execute(["lint", todos]) == 1
    assert '"todos" does not match the pattern ^(/|$)' in capsys.readouterr().out
