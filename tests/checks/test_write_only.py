from __future__ import annotations

import json
import time
from typing import Any

import pytest

from contract_suite.checks.bodies.write_only import CHECK
from contract_suite.checks.check import Judgement
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.source import Level
from tests.checks.toys import read

SECRET: dict[str, Any] = {"type": "string", "writeOnly": True}
USER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "password": SECRET,
        "card": {"type": "object", "properties": {"cvc": SECRET}},
    },
}
PLAIN: dict[str, Any] = {"type": "object", "properties": {"password": {"type": "string"}}}


def users(schema: dict[str, Any]) -> str:
    answer = {"description": "users", "content": {"application/json": {"schema": schema}}}
    get = {"operationId": "get", "responses": {"200": answer}}
    return json.dumps({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/users": {"get": get}}})


def outcomes(schema: dict[str, Any], body: Any) -> dict[str, str]:
    contract = read(users(schema))
    request = Request(method="GET", target="/users")
    case = Case(operation="get", request=request, intent=Intent.POSITIVE, stage=Stage.EXAMPLES)
    response = Response(status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode())
    exchange = Exchange(number=1, request=request, answer=response)
    judgement = Judgement(contract=contract, operation=contract.operation("get"), case=case, exchange=exchange)
    known = {clause.id for clause in CHECK.clauses(contract)}
    verdicts = list(CHECK.judge(judgement))
    assert {each.clause for each in verdicts} <= known
    return {each.clause.removeprefix("get::200"): each.outcome.value for each in verdicts}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "a"}, {"/password::not-shown": "passed"}),
        ({"name": "a", "password": None}, {"/password::not-shown": "passed"}),
        ({"name": "a", "password": "*****"}, {"/password::not-shown": "passed"}),
        ({"name": "a", "password": ""}, {"/password::not-shown": "passed"}),
        ({"name": "a", "password": "secret"}, {"/password::not-shown": "failed"}),
        ({"card": {"number": 1}}, {"/password::not-shown": "passed", "/card/cvc::not-shown": "passed"}),
        ({"card": {"cvc": "123"}}, {"/password::not-shown": "passed", "/card/cvc::not-shown": "failed"}),
        ([{"password": "secret"}], {}),
        ("text", {}),
    ],
)
def test_table(body: Any, said: dict[str, str]) -> None:
    assert outcomes(USER, body) == said


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": USER},
        {"type": "array", "items": {"allOf": [USER, {"properties": {"id": {"type": "integer"}}}]}},
    ],
)
def test_each_item_of_a_list_is_looked_at(schema: dict[str, Any]) -> None:
    assert outcomes(schema, []) == {}
    assert outcomes(schema, [{"name": "a"}, {"password": "secret"}]) == {"/*/password::not-shown": "failed"}


def test_a_member_that_another_branch_shows_is_no_secret() -> None:
    assert outcomes({"oneOf": [USER, PLAIN]}, {"password": "secret"}) == {}


def test_a_schema_that_refers_to_itself_ends() -> None:
    document = json.loads(users({"$ref": "#/components/schemas/Tree"}))
    document["components"] = {
        "schemas": {
            "Tree": {"type": "object", "properties": {"pin": SECRET, "below": {"$ref": "#/components/schemas/Tree"}}}
        }
    }
    clauses = {each.id: each for each in CHECK.clauses(read(json.dumps(document)))}
    assert {"get::200/pin::not-shown", "get::200/below/pin::not-shown"} <= clauses.keys()
    assert {each.level for each in clauses.values()} == {Level.FAILURE}


def test_schemas_that_refer_to_each_other_are_each_looked_at_once() -> None:
    """By thirty objects with a dozen references each there are three million ways, and a run did not begin."""
    document = json.loads(users({"$ref": "#/components/schemas/Kind0"}))
    kinds: dict[str, Any] = {
        f"Kind{number}": {
            "type": "object",
            "properties": {
                f"to{each}": {"$ref": f"#/components/schemas/Kind{(number * 7 + each * 3 + 1) % 30}"}
                for each in range(12)
            },
        }
        for number in range(30)
    }
    kinds["Kind1"]["properties"]["pin"] = SECRET
    document["components"] = {"schemas": kinds}
    contract = read(json.dumps(document))
    began = time.process_time()
    clauses = [each.id for each in CHECK.clauses(contract)]
    assert time.process_time() - began < 2
    assert "get::200/to0/pin::not-shown" in clauses
