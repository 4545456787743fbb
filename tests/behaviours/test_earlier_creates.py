from __future__ import annotations

import json
from typing import Any, cast

import pytest
import yaml

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.resource_operations import resource_operations
from contract_suite.behaviours.resources.kit.earlier_creates import unlisted, untouched
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.model.exchange import Exchange, Identity, Request, Response
from contract_suite.model.json import JSON, Arguments
from tests.behaviours.trails_server import trails
from tests.contracts import load

CONTRACT = load("pai")
BASE = "/PaiStudio/2022-01-12"
OPERATIONS = {ops.name: ops for ops in resource_operations(CONTRACT)}


class Past:
    """A session that has written."""

    contract = CONTRACT

    def __init__(self) -> None:
        self.history: list[Exchange] = []

    def wrote(
        self,
        method: str,
        target: str,
        body: JSON,
        answer: JSON,
        *,
        status: int = 200,
        identity: Identity = Identity.DEFAULT,
    ) -> Past:
        sent = b"" if body is None else json.dumps(body).encode()
        request = Request(method=method, target=f"{BASE}{target}", body=sent, identity=identity)
        came = Response(
            status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(answer).encode()
        )
        self.history.append(Exchange(number=len(self.history) + 1, request=request, answer=came))
        return self

    def created(self, name: str, *, status: int = 200, identity: Identity = Identity.DEFAULT) -> Past:
        answer: JSON = {"AlgorithmId": name, "RequestId": "1"}
        return self.wrote("POST", "/CreateAlgorithm", {"DisplayName": "x"}, answer, status=status, identity=identity)

    def version(self, of: str, name: str) -> Past:
        body: JSON = {"AlgorithmId": of, "AlgorithmVersion": name}
        return self.wrote("POST", "/CreateAlgorithmVersion", body, {"AlgorithmId": of, "AlgorithmVersion": name})

    def json(self, exchange: Exchange) -> JSON:
        assert exchange.response is not None
        parsed: JSON = json.loads(exchange.response.body)
        return parsed


def left(past: Past, name: str = "Algorithm") -> list[JSON]:
    return [list(each.identity.values())[-1] for each in untouched(cast("Session", past), OPERATIONS[name])]


def test_what_was_created_and_never_named_again_must_be_there() -> None:
    past = Past().created("algo-1").created("algo-2").created("algo-3", status=202).created("algo-4", status=400)
    assert left(past) == ["algo-1", "algo-2"]


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("DELETE", "/algorithms/algo-1", None),
        ("PUT", "/algorithms/algo-1", {"DisplayName": "y"}),
        ("POST", "/CreateAlgorithmVersion", {"AlgorithmId": "algo-1", "AlgorithmVersion": "v1"}),
        ("POST", "/somewhere", {"archive": ["algo-1"]}),
    ],
)
def test_what_a_later_write_names_may_have_gone_with_it(method: str, target: str, body: JSON) -> None:
    assert left(Past().created("algo-1").created("algo-2").wrote(method, target, body, {})) == ["algo-2"]
    assert left(Past().wrote(method, target, body, {}).created("algo-1")) == ["algo-1"]


def test_what_is_owned_may_go_with_its_owner() -> None:
    past = Past().version("algo-1", "v7").version("algo-2", "v8")
    assert left(past, "AlgorithmVersion") == ["v7", "v8"]
    assert left(past.wrote("DELETE", "/algorithms/algo-1", None, {}), "AlgorithmVersion") == ["v8"]


@pytest.mark.parametrize(
    ("named", "deleted", "expected"),
    [
        ("workspace-31", "/workspaces/workspace-31", []),
        ("workspace-31", "/workspaces/workspace-32", ["algo-1"]),
        ("w3", "/DisplayNames/w3", []),
        ("w3", "/workspaces/w3", ["algo-1"]),
    ],
)
def test_what_names_its_owner_in_a_member_without_id_may_go_with_it(
    named: str, deleted: str, expected: list[JSON]
) -> None:
    """An invoice that called its customer `customer`, not `customer_id`, was missed when the customer was deleted."""
    past = Past().wrote("POST", "/CreateAlgorithm", {"DisplayName": named}, {"AlgorithmId": "algo-1", "RequestId": "1"})
    assert left(past.wrote("DELETE", deleted, None, {})) == expected


def test_a_create_by_another_key_or_with_an_invalid_body_promises_nothing() -> None:
    past = Past().created("algo-1", identity=Identity.READONLY)
    past.wrote("POST", "/CreateAlgorithm", {"DisplayName": 5}, {"AlgorithmId": "algo-2"})
    assert left(past) == []


def tenants() -> Contract:
    """Boats of tenants, who are told by a header that every operation takes."""
    header: dict[str, Any] = {"name": "X-Tenant", "in": "header", "required": True, "schema": {"type": "string"}}
    boat: dict[str, Any] = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}

    def answer(status: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {status: {"description": "So.", "content": {"application/json": {"schema": schema}}}}

    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {"name": {"type": "string"}}}}}}
    page = {"type": "object", "properties": {"boats": {"type": "array", "items": boat}}}
    one = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Boats", "version": "1"},
        "paths": {
            "/boats": {
                "get": {"operationId": "listBoats", "parameters": [header], "responses": answer("200", page)},
                "post": {
                    "operationId": "createBoat",
                    "parameters": [header, {**header, "name": "Idempotency-Key", "required": False}],
                    "requestBody": body,
                    "responses": answer("201", boat),
                },
            },
            "/boats/{id}": {
                "get": {"operationId": "getBoat", "parameters": [header, one], "responses": answer("200", boat)}
            },
        },
    }
    return with_guesses(read_contract(Library().read(yaml.safe_dump(document).encode(), "boats.yaml")))


class Harbour(Past):
    """A session whose server keeps the boats of each tenant apart, and loses those in `lost`."""

    contract = tenants()

    def __init__(self, lost: tuple[int, ...] = ()) -> None:
        super().__init__()
        self.lost = lost
        self.of: dict[str, list[int]] = {}

    def create(self, tenant: str) -> None:
        boats, number = self.of.setdefault(tenant, []), len(self.history) + 1
        boats.append(number)
        headers = (("X-Tenant", tenant), ("Idempotency-Key", f"key-{number}"), ("Content-Type", "application/json"))
        request = Request(method="POST", target="/boats", headers=headers, body=b'{"name": "x"}')
        answer = Response(status=201, headers=JSON_OF, body=json.dumps({"id": number, "name": "x"}).encode())
        self.history.append(Exchange(number=number, request=request, answer=answer))

    def allowed(self, _operation: object) -> bool:
        return True

    def locate(self, _operation: object, _made: object) -> Arguments:
        return {"header.X-Tenant": "north"}

    def call(self, _operation: object, arguments: Arguments, **_: Any) -> Exchange:
        there = [each for each in self.of.get(str(arguments["header.X-Tenant"]), []) if each not in self.lost]
        answer = Response(
            status=200,
            headers=JSON_OF,
            body=json.dumps({"boats": [{"id": each, "name": "x"} for each in there]}).encode(),
        )
        return Exchange(number=99, request=Request(method="GET", target="/boats"), answer=answer)


JSON_OF = (("Content-Type", "application/json"),)


@pytest.mark.parametrize("lost", [(), (3,)])
def test_what_one_tenant_made_is_looked_for_in_the_list_of_that_tenant(lost: tuple[int, ...]) -> None:
    session = Harbour(lost)
    for tenant in ("north", "south", "south", "south", "north"):
        session.create(tenant)
    [ops] = resource_operations(session.contract)
    found = [each.made.identity["id"] for each in unlisted(cast("Session", session), ops)]
    assert found == list(lost)


@pytest.mark.parametrize(("gone", "left"), [("/trails/45", []), ("/trails/7", [{"id": 91}])])
def test_what_went_with_the_owner_in_its_path_is_not_missed(gone: str, left: list[dict[str, JSON]]) -> None:
    """A comment that is found at a path of its own went with its trail, and its create was blamed."""
    past = Past()
    past.contract = with_guesses(trails())
    for method, target, status, answer in (
        ("POST", "/trails/45/comments", 201, {"id": 91, "trailId": 45, "text": "x"}),
        ("DELETE", gone, 204, None),
    ):
        request = Request(method=method, target=target, body=b'{"text": "x"}' if answer else b"")
        body = json.dumps(answer).encode() if answer else b""
        came = Response(status=status, headers=(("Content-Type", "application/json"),), body=body)
        past.history.append(Exchange(number=len(past.history) + 1, request=request, answer=came))
    (comment,) = (each for each in resource_operations(past.contract) if each.name == "Comment")
    assert [dict(each.identity) for each in untouched(cast("Session", past), comment)] == left
