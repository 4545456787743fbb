"""What is refused is not asked again, every operation has its turn, and what can't be served is looked at all the same."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.requests import build
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.json import Arguments
from contract_suite.model.verdict import Outcome
from contract_suite.runner.stages.case_loop import with_ids_of
from tests.generate.conftest import read
from tests.runner.right_servers import Answer, Node, found, judged, served

ONE = {
    "description": "one",
    "content": {"application/json": {"schema": {"type": "object", "required": ["id"], "properties": {"id": {}}}}},
}
REFUSED = {"description": "refused"}
NAMED = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 9}},
}


def operation(name: str, *, body: Node | None = None, path: tuple[str, ...] = (), **responses: Node) -> Node:
    found: Node = {
        "operationId": name,
        "parameters": [{"name": each, "in": "path", "required": True, "schema": {"type": "string"}} for each in path],
        "responses": {**{key.strip("_"): value for key, value in responses.items()}, "404": REFUSED, "401": REFUSED},
    }
    if body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return found


def document(paths: Node, **more: Any) -> Node:
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths, **more}


CLOSED = document({"/vault": {"post": operation("open", body=NAMED, _200=ONE, _422=REFUSED)}})


def test_a_refused_request_is_not_asked_again_in_each_stage(tmp_path: Path) -> None:
    """Half of all requests were exact repeats: the search for an accepted one began anew in each stage."""
    record = judged(CLOSED, lambda *_: (422, {"why": "never"}), tmp_path)
    searched = [each for each in record.exchanges() if each.note == "a valid request"]
    assert searched
    assert max(Counter(each.exchange.request for each in searched).values()) == 1
    assert {each.stage for each in searched} == {Stage.EXAMPLES}


def test_what_is_never_served_is_looked_at_and_proves_nothing_by_refusals(tmp_path: Path) -> None:
    """An operation without an accepted request was not looked at: a 500 for a long name stayed unseen."""

    def answer(_method: str, _path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        name = body.get("name") if isinstance(body, dict) else None
        return (500, None) if isinstance(name, str) and len(name) > 9 else (422, {"why": "never"})

    record = judged(CLOSED, answer, tmp_path)
    assert ("failure", "open::response::no-server-error") in {each[:2] for each in found(record)} or any(
        "500" in str(each) for each in found(record)
    )
    results = {each.clause: each.outcome for each in record.conformance}
    assert results["open::body/name::required-enforced"] is not Outcome.PASSED
    assert results["open::body::required-enforced"] is not Outcome.PASSED


def locked(status: int) -> Node:
    del status
    schemes = {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}
    paths = {"/vault/{name}": {"get": operation("look", path=("name",), _200=ONE)}}
    return document(paths, components=schemes, security=[{"key": []}])


@pytest.mark.parametrize(
    ("status", "outcome"), [(401, Outcome.PASSED), (404, Outcome.CANNOT_TELL), (200, Outcome.FAILED)]
)
def test_a_key_is_asked_for_where_no_id_is_known(tmp_path: Path, status: int, outcome: Outcome) -> None:
    """Nobody has a vault's name; without a key 401 is right, another refusal says nothing and 200 is wrong."""

    def answer(_method: str, _path: str, _query: Any, headers: dict[str, str], _body: Any) -> Answer:
        known = headers.get("authorization", "") not in {"", "Bearer not-a-key-0000000000", "Bearer"}
        return (404, None) if known and "Basic" not in headers["authorization"] else (status, {"id": "x"})

    record = judged(locked(status), answer, tmp_path)
    results = {each.clause: each.outcome for each in record.conformance}
    assert results[clause_ids.auth("look", clause_ids.MISSING)] is outcome


@pytest.mark.longer
def test_every_operation_has_its_turn_before_any_is_exhausted(tmp_path: Path) -> None:
    names = [f"op{index}" for index in range(12)]
    described = {f"/{name}": {"post": operation(name, body=NAMED, _200=ONE, _422=REFUSED)} for name in names}
    record = judged(document(described), lambda *_: (422, {"why": "never"}), tmp_path)
    order = [each.operation for each in record.exchanges() if each.note == "a valid request"]
    assert set(order[: 2 * len(names)]) == set(names)


@pytest.mark.longer
def test_a_search_begins_anew_where_what_a_body_names_is_met(tmp_path: Path) -> None:
    """No page was ever made in a database whose id another operation's example shows: its create had been given up by then."""
    room = "11111111-aaaa-4aaa-8aaa-000000000001"
    uuid: Node = {"type": "string", "format": "uuid"}
    parent: Node = {"type": "object", "required": ["room_id"], "properties": {"room_id": uuid}}
    page: Node = {"type": "object", "required": ["parent"], "properties": {"parent": parent}}
    paths: Node = {
        "/pages": {"post": operation("add", body=page, _201=ONE)},
        "/pages/{page_id}": {"get": operation("read", path=("page_id",), _200=ONE)},
        "/rooms/{room_id}": {"get": operation("room", path=("room_id",), _200=ONE)},
    }
    paths["/rooms/{room_id}"]["get"]["parameters"][0]["example"] = room
    kept: dict[str, Any] = {}

    def server(method: str, path: str, _query: Any, _headers: Any, sent: Any) -> Answer:
        place, _, number = path.strip("/").partition("/")
        if method == "POST" and path == "/pages":
            named = sent.get("parent", {}).get("room_id") if isinstance(sent, dict) else None
            if named != room:
                return 404, {"why": "no such room"}
            number = f"p{len(kept)}"
            kept[number] = {"id": number}
            return 201, kept[number]
        if method != "GET":
            return 405, None
        found_there = {"id": room} if (place, number) == ("rooms", room) else kept.get(number)
        return (200, found_there) if found_there else (404, None)

    record = judged(document(paths), server, tmp_path)
    assert served(record) == {"add", "read", "room"}


def test_a_mutated_true_is_not_taken_for_the_template_s_1() -> None:
    """Where an id was renewed, `true` in place of an integer was sent as 1 and its success held against the server."""
    body = {"type": "object", "properties": {"size": {"type": "integer"}}}
    contract = read(document({"/things/{id}": {"patch": operation("change", body=body, path=("id",), _200=ONE)}}))
    change = contract.operation("change")
    old: Arguments = {"path.id": "a", "body": {"size": 1}}
    new: Arguments = {"path.id": "b", "body": {"size": 1}}
    arguments: Arguments = {"path.id": "a", "body": {"size": True}}
    case = Case(
        operation="change",
        request=build(change, arguments),
        intent=Intent.NEGATIVE,
        stage=Stage.BOUNDARIES,
        arguments=arguments,
    )
    renewed = with_ids_of(change, case, old, new)
    assert renewed.request.target == "/things/b"
    assert renewed.request.body == json.dumps({"size": True}, separators=(",", ":")).encode()


def test_what_a_stage_could_not_finish_is_taken_up_with_what_is_left(tmp_path: Path) -> None:
    """A stage ended with its share while a third of the budget was never used."""
    described = {
        f"/op{index}": {"post": operation(f"op{index}", body=NAMED, _200=ONE, _400=REFUSED)} for index in range(3)
    }

    def answer(method: str, _path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        if method != "POST":
            return 405, None
        name = body.get("name") if isinstance(body, dict) else None
        return (200, {"id": 1}) if isinstance(name, str) and 1 <= len(name) <= 9 else (400, None)

    whole = judged(document(described), answer, tmp_path / "whole")
    needed = sum(1 for _ in whole.exchanges())
    record = judged(document(described), answer, tmp_path / "limited", max_requests=needed + 12)
    assert [each.stage for each in record.families[0].stages if each.left] == []
    assert record.families[0].stopped == ""
