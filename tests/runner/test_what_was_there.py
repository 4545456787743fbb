"""A create that is answered with the id of something that was there before: that is not the run's, and nothing touches it."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_suite.model.verdict import Outcome
from tests.runner.right_servers import Answer, Node, judged

_THING: Node = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string", "readOnly": True}, "name": {"type": "string", "minLength": 1}},
}
_BODY: Node = {"required": True, "content": {"application/json": {"schema": _THING}}}


def _answers(schema: Node) -> Node:
    return {"description": "done", "content": {"application/json": {"schema": schema}}}


_ID: Node = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_REFUSED: Node = {"description": "refused"}
DOCUMENT: Node = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things": {
            "get": {"operationId": "list", "responses": {"200": _answers({"type": "array", "items": _THING})}},
            "post": {"operationId": "make", "requestBody": _BODY, "responses": {"201": _answers(_THING), "400": _REFUSED}},
        },
        "/things/{id}": {
            "parameters": [_ID],
            "get": {"operationId": "read", "responses": {"200": _answers(_THING), "404": _REFUSED}},
            "put": {"operationId": "change", "requestBody": _BODY, "responses": {"200": _answers(_THING), "400": _REFUSED, "404": _REFUSED}},
            "delete": {"operationId": "remove", "responses": {"204": {"description": "gone"}, "404": _REFUSED}},
        },
    },
}  # fmt: skip
BEFORE = {str(number): {"id": str(number), "name": f"somebody's {number}"} for number in range(1, 5)}

Things = dict[str, dict[str, Any]]
Make = Callable[[Things, dict[str, Any]], dict[str, Any]]
"""Takes in the body of a create, and returns what it is answered with."""


def _right(things: Things, body: dict[str, Any]) -> dict[str, Any]:
    number = next(each for each in itertools.count(1) if str(each) not in things)  # a free id is given again
    things[str(number)] = {**body, "id": str(number)}
    return things[str(number)]


def _server(things: Things, make: Make) -> Callable[..., Answer]:
    def answer(method: str, path: str, _query: object, _headers: object, body: Any) -> Answer:
        number = path.removeprefix("/things").removeprefix("/")
        right = isinstance(body, dict) and isinstance(body.get("name"), str) and body["name"]
        if number and number not in things:
            return 404, None
        match method, bool(number):
            case "GET", False:
                return 200, list(things.values())
            case "POST", False:
                return (201, make(things, body)) if right else (400, None)
            case "GET", True:
                return 200, things[number]
            case "PUT", True:
                if not right:
                    return 400, None
                things[number] = {**body, "id": number}
                return 200, things[number]
            case "DELETE", True:
                del things[number]
                return 204, None
        return 405, None

    return answer


def _always_one(things: Things, body: dict[str, Any]) -> dict[str, Any]:
    return {**_right(things, body), "id": "3"}


def _what_is_there(things: Things, _body: dict[str, Any]) -> dict[str, Any]:
    return things["3"]


def _put_over_it(things: Things, body: dict[str, Any]) -> dict[str, Any]:
    things["2"]["seen"] = body["name"]
    return {**body, "id": "2"}


def _now_and_then(things: Things, body: dict[str, Any]) -> dict[str, Any]:
    made = _right(things, body)
    return {**made, "id": "4"} if len(body["name"]) % 2 else made


@pytest.mark.parametrize("make", [_always_one, _what_is_there, _put_over_it, _now_and_then])
def test_what_was_there_stays(make: Make, tmp_path: Path) -> None:
    things = copy.deepcopy(BEFORE)
    record = judged(DOCUMENT, _server(things, make), tmp_path)
    assert {key: (things.get(key) or {}).get("name") for key in BEFORE} == {
        key: thing["name"] for key, thing in BEFORE.items()
    }
    (cleanup,) = (stage for each in record.families for stage in each.stages if stage.stage.value == "cleanup")
    assert "whose create was answered with what had been there before" in cleanup.reason


def test_a_location_that_leads_to_what_was_there_makes_it_nobodys_else(tmp_path: Path) -> None:
    things = copy.deepcopy(BEFORE)
    judged(DOCUMENT, _server(things, _right), tmp_path, location="/things/4")
    assert things == BEFORE


def test_an_id_that_the_run_gave_back_is_its_own_again(tmp_path: Path) -> None:
    things = copy.deepcopy(BEFORE)
    judged(DOCUMENT, _server(things, _right), tmp_path, location="/things/{id}")
    assert things == BEFORE


@pytest.mark.longer
def test_what_only_its_maker_may_delete_is_deleted_by_its_maker(tmp_path: Path) -> None:
    """A server that takes any key lets in a made-up one, and keeps what it made from everybody else."""
    things: Things = {}
    keys: dict[str, str] = {}
    right = _server(things, _right)

    def answer(method: str, path: str, query: dict[str, str], headers: dict[str, str], body: Any) -> Answer:
        key, number = headers.get("authorization", ""), path.removeprefix("/things").removeprefix("/")
        if not key:
            return 401, None
        if method in {"PUT", "DELETE"} and keys.get(number, key) != key:
            return 403, None
        status, value = right(method, path, query, headers, body)
        if status == 201:
            keys[value["id"]] = key
        return status, value

    secured = copy.deepcopy(DOCUMENT)
    secured["components"] = {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}
    secured["security"] = [{"key": []}]
    run = judged(secured, answer, tmp_path, environ={"KEY": "somebody"}, token_env="KEY")
    assert len(set(keys.values())) > 1, "the made-up key made something"
    assert not things
    assert run.footer is not None


@pytest.mark.longer
@pytest.mark.parametrize("again", [200, 201])
def test_a_create_that_knows_what_is_there_by_its_name_is_given_new_names(tmp_path: Path, again: int) -> None:
    """Two of one name are one thing: deleting it seemed to take its neighbour along, and its values were the first one's."""
    things: Things = {}
    noted: Node = copy.deepcopy(DOCUMENT)
    for schema in (noted["paths"]["/things"]["post"], noted["paths"]["/things/{id}"]["get"]):
        holder = schema.get("requestBody") or schema["responses"]["200"]
        holder["content"]["application/json"]["schema"]["properties"]["note"] = {"type": "string"}
    right = _server(things, _right)

    def answer(method: str, path: str, query: dict[str, str], headers: dict[str, str], body: Any) -> Answer:
        if method == "POST" and isinstance(body, dict):
            there = next((each for each in things.values() if each["name"] == body.get("name")), None)
            if there is not None:
                return again, there
        return right(method, path, query, headers, body)

    run = judged(noted, answer, tmp_path)
    kinds = {each.clause.rpartition("::")[2] for each in run.findings}
    assert not kinds & {"distinct", "others-kept", "values-read-back"}, kinds
    passed = {each.clause.rpartition("::")[2] for each in run.conformance if each.outcome is Outcome.PASSED}
    assert {"distinct", "others-kept", "values-read-back"} <= passed
    assert not things
