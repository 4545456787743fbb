"""Live values: learnt from what a server shows, forgotten when it is gone, with and without annotations."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.contract.requests import build
from contract_suite.generate.live import Pool
from contract_suite.model.exchange import Exchange, Response
from contract_suite.model.json import Arguments


def told(pool: Pool, name: str, arguments: Arguments, status: int, body: Any = None) -> None:
    operation = pool.contract.operation(name)
    response = Response(
        status=status,
        headers=(("Content-Type", "application/json"),),
        body=json.dumps(body).encode() if body is not None else b"",
    )
    pool.learn(operation, arguments, Exchange(number=1, request=build(operation, arguments), answer=response))


@pytest.fixture(params=["annotated", "plain"])
def pool(request: pytest.FixtureRequest, contract: Contract, plain_contract: Contract) -> Pool:
    return Pool(contract if request.param == "annotated" else plain_contract)


def live(pool: Pool, name: str) -> Arguments | None:
    return pool.arguments(pool.contract.operation(name), {})


def test_nothing_is_live_at_first(pool: Pool) -> None:
    assert live(pool, "Read") is None
    assert live(pool, "List") == {}


def test_what_was_made_is_preferred_and_what_is_gone_forgotten(pool: Pool) -> None:
    told(pool, "List", {"query.Code": "a"}, 200, {"Things": [{"Id": "old-1"}, {"Id": "old-2"}]})
    assert live(pool, "Read") == {"path.Id": "old-1"}
    told(pool, "Make", {"body": {"Name": "n"}}, 200, {"Id": "new"})
    assert live(pool, "Change") == {"path.Id": "new"}
    assert pool.arguments(pool.contract.operation("Read"), {}, skip=1) == {"path.Id": "old-1"}
    told(pool, "Remove", {"path.Id": "new"}, 200)
    assert live(pool, "Read") == {"path.Id": "old-1"}
    told(pool, "Read", {"path.Id": "old-1"}, 404)
    assert live(pool, "Read") == {"path.Id": "old-2"}


def test_refusals_and_garbage_teach_nothing(pool: Pool) -> None:
    told(pool, "Make", {"body": {"Name": "n"}}, 400, {"Id": "no"})
    told(pool, "List", {"query.Code": "a"}, 200, {"Things": [None, 5, {"Id": None}, {"Id": ["x"]}]})
    told(pool, "List", {"query.Code": "a"}, 200, "text")
    assert live(pool, "Remove") is None


def test_addresses(pool: Pool) -> None:
    assert pool.addressing(pool.contract.operation("Change")) == {"path.Id"}
    assert pool.addressing(pool.contract.operation("List")) == frozenset()


def test_owned_resources_links_and_scopes() -> None:
    from tests.generate.conftest import read  # noqa: PLC0415 - the tests' own document reader

    answer = {
        "200": {
            "description": "ok",
            "links": {"next": {"operationId": "Peek", "parameters": {"token": "$response.body#/Token"}}},
        }
    }
    field = {"type": "string"}
    token = {"name": "token", "in": "path", "required": True, "schema": field}
    child = {"type": "object", "required": ["Id", "Version"], "properties": {"Id": field, "Version": field}}
    key = [{"name": name, "in": "query", "required": True, "schema": field} for name in ("Id", "Version")]
    contract: Contract = read(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "x-contract": {
                "resources": {
                    "A": {
                        "identity": ["Id"],
                        "scope": ["app"],
                        "create": {"operation": "MakeA"},
                        "delete": {"operation": "EndA"},
                        "owns": ["B"],
                    },
                    "B": {
                        "identity": ["Id", "Version"],
                        "create": {"operation": "MakeB"},
                        "read": {"operation": "ReadB"},
                    },
                }
            },
            "paths": {
                "/{app}/a": {
                    "parameters": [{"name": "app", "in": "path", "required": True, "schema": field}],
                    "post": {"operationId": "MakeA", "responses": answer},
                    "delete": {"operationId": "EndA", "parameters": key[:1], "responses": answer},
                },
                "/b": {
                    "post": {
                        "operationId": "MakeB",
                        "requestBody": {"content": {"application/json": {"schema": child}}},
                        "responses": answer,
                    },
                    "get": {"operationId": "ReadB", "parameters": key, "responses": answer},
                },
                "/peek/{token}": {
                    "get": {"operationId": "Peek", "parameters": [token], "responses": answer},
                },
            },
        }
    )
    pool = Pool(contract)
    assert live(pool, "Peek") is None
    told(pool, "MakeA", {"path.app": "x"}, 201, {"Id": "a1", "Token": "t/1"})
    assert live(pool, "Peek") == {"path.token": "t/1"}
    assert pool.addressing(contract.operation("MakeB")) == {"body/Id"}
    assert pool.arguments(contract.operation("MakeB"), {"body": {"Id": "?", "Version": "v"}}) == {
        "body": {"Id": "a1", "Version": "v"}
    }
    assert live(pool, "EndA") == {"path.app": "x", "query.Id": "a1"}
    told(pool, "MakeB", {"body": {"Id": "a1", "Version": "v"}}, 200, {"Id": "a1", "Version": "v"})
    assert live(pool, "ReadB") == {"query.Id": "a1", "query.Version": "v"}
    told(pool, "EndA", {"path.app": "x", "query.Id": "a1"}, 200)
    assert live(pool, "ReadB") is None
    assert pool.known("B") == 0
