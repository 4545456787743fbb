"""Which of the values that are sent a read is held to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.behaviours.kit.changing import optional_members
from contract_suite.behaviours.kit.own_things import item_paths
from contract_suite.behaviours.kit.owners import owner_member
from contract_suite.behaviours.kit.resource_operations import can_show, representation
from contract_suite.behaviours.kit.sample_values import sample_members
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Operation
from contract_suite.contract.reading import read_contract
from contract_suite.contract.schemas.schema import Schema
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive

MEMBERS: dict[str, Any] = {
    "name": {"type": "string"},
    "note": {"type": ["string", "null"]},
    "secret": {"type": "string", "writeOnly": True},
    "size": {"type": "integer", "default": 1},
    "kind": {"enum": ["a", "b"]},
    "open": {"type": "boolean"},
}
THING: dict[str, Any] = {"type": "object", "required": ["name"], "properties": MEMBERS}


def reading(schema: dict[str, Any], *parameters: dict[str, Any]) -> Operation:
    shown = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    get = {"operationId": "read", "parameters": list(parameters), "responses": {"200": shown}}
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/thing": {"get": get}}}
    return read_contract(Library().read(json.dumps(document).encode(), "thing.json")).operations[0]


@pytest.mark.parametrize(("field", "shown"), [("name", True), ("secret", False), ("other", False)])
def test_what_is_for_requests_alone_is_not_shown(field: str, *, shown: bool) -> None:
    """A document may use one schema both ways, with its secrets marked `writeOnly`."""
    read = reading(THING)
    assert can_show(read, representation(read), field, "x") is shown


INVOICE: dict[str, Any] = {
    "type": "object",
    "required": ["taxes"],
    "properties": {each: {"type": "array", "items": {"type": "string"}} for each in ("lines", "taxes", "notes")},
}


@pytest.mark.parametrize(
    ("said", "on_demand"),
    [
        ({"name": "include", "description": "Comma separated: `client`, `lines`."}, {"lines"}),
        ({"name": "expand[]", "schema": {"type": "array", "items": {"enum": ["lines", "taxes"]}}}, {"lines"}),
        ({"name": "$expand", "example": "lines,notes"}, {"lines", "notes"}),
        ({"name": "embed"}, {"lines", "notes"}),
        ({"name": "with[]"}, {"lines", "notes"}),
        ({"name": "name_starts_with"}, set()),
        ({"name": "fields", "description": "Only these: lines, notes"}, set()),
        ({"name": "include", "in": "header", "description": "lines"}, set()),
    ],
)
def test_what_has_to_be_asked_for_is_not_missed(said: dict[str, Any], on_demand: set[str]) -> None:
    """A right server that shows lines with `?include=lines` alone was said to lose them."""
    read = reading(INVOICE, {"in": "query", "schema": {"type": "string"}, **said})
    shown = {each for each in INVOICE["properties"] if can_show(read, representation(read), each, ["x"])}
    assert shown == INVOICE["properties"].keys() - on_demand


def test_a_word_that_happens_to_be_a_member_names_no_part() -> None:
    """ "By title" named a member, so that lines, which only `?include=lines` shows, were said to be lost."""
    thing = {"type": "object", "properties": {**INVOICE["properties"], "title": {"type": "string"}}}
    said = {"name": "include", "in": "query", "schema": {"type": "string"}, "description": "Parts to show, by title."}
    read = reading(thing, said)
    assert not can_show(read, representation(read), "lines", ["x"])


def test_a_put_shows_by_members_of_many_values_alone_that_it_replaces() -> None:
    """`false` that is still there may be what the server takes where there is none."""
    put = {
        "operationId": "put",
        "requestBody": {"content": {"application/json": {"schema": THING}}},
        "responses": {"204": {"description": "stored"}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/thing": {"put": put}}}
    contract = read_contract(Library().read(json.dumps(document).encode(), "thing.json"))
    assert optional_members(contract.operations[0]) == ("note", "secret")


def test_samples_fill_free_objects_and_mean_what_their_patterns_do() -> None:
    members = {"free": {"type": "object"}, "site": {"type": "string", "pattern": "^https://"}}
    schema = Schema(Library().read(json.dumps({"type": "object", "properties": members}).encode(), "s.json"))
    assert sample_members(schema) == {"free": {"note": "contract suite"}, "site": "https://nowhere.invalid/a?b=c#d"}


class Users:
    """Users that a PUT makes or replaces, and a merge patch changes. A flaw is a word."""

    def __init__(self, flaw: str = "") -> None:
        self.flaw = flaw
        self.users: dict[str, dict[str, Any]] = {}

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        name = request.target.strip("/").partition("/")[2]
        known, sent = self.users.get(name), json.loads(request.body) if request.body else None
        if request.method == "PUT" and isinstance(sent, dict) and isinstance(sent.get("mail"), str):
            kept = known or {} if self.flaw == "put-merges" else {}
            if known is None or self.flaw != "put-lost":
                self.users[name] = {**kept, "name": name, **sent}
            return _told(201 if known is None else 200, {**kept, "name": name, **sent})
        if known is None:
            return _told(404, {})
        if request.method == "PATCH" and isinstance(sent, dict):
            merged = {**known, **sent}
            wiped = {key: value for key, value in merged.items() if key in sent or key in {"name", "mail"}}
            self.users[name] = {
                key: value for key, value in (wiped if self.flaw == "wiped" else merged).items() if value is not None
            }
        return _told(200 if request.method in {"GET", "PATCH"} else 400, self.users[name])


def _told(status: int, value: dict[str, Any]) -> Response:
    return Response(status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(value).encode())


@pytest.mark.parametrize(
    ("flaw", "failed"),
    [("", set()), ("put-lost", {"put::put::put-stored"}), ("wiped", {"patch::patch::unnamed-stays"})],
)
def test_what_a_put_makes_is_held_to_the_standards_too(flaw: str, failed: set[str]) -> None:
    members = {"mail": {"type": "string"}, "motto": {"type": ["string", "null"]}, "options": {"type": "object"}}
    user = {"type": "object", "required": ["mail"], "properties": members}
    shown = {"description": "one", "content": {"application/json": {"schema": user}}}
    patch = {"content": {"application/merge-patch+json": {"schema": {"type": "object", "properties": members}}}}
    put = {"required": True, "content": {"application/json": {"schema": user}}}
    item = {
        "parameters": [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": {"operationId": "get", "responses": {"200": shown, "404": {"description": "none"}}},
        "put": {"operationId": "put", "requestBody": put, "responses": {"201": shown, "200": shown}},
        "patch": {"operationId": "patch", "requestBody": patch, "responses": {"200": shown}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/users/{name}": item}}
    contract = read_contract(Library().read(json.dumps(document).encode(), "users.json"))
    standards = [each for each in BEHAVIOURS if ".standards." in each.drive.__module__]
    driven = drive(contract, standards, server=Users(flaw))
    assert driven.failed() == failed
    assert {"put::put::put-stored", "patch::patch::unnamed-stays"} - failed <= driven.passed()


@pytest.mark.parametrize(
    ("flaw", "shown", "failed"),
    [("put-merges", {}, True), ("", {}, False), ("put-merges", {"default": "000000"}, False)],
)
def test_a_put_replaces_a_text_of_which_a_pattern_allows_no_other_one(
    flaw: str, shown: dict[str, str], *, failed: bool
) -> None:
    """Of a phone number no other one is made up. What the document shows may be what the server takes where there is none."""
    phone = {"type": "string", "pattern": "^[0-9]{6}$", **shown}
    user = {"type": "object", "required": ["mail"], "properties": {"mail": {"type": "string"}, "phone": phone}}
    media = {"content": {"application/json": {"schema": user}}}
    one = {"description": "one", **media}
    item = {
        "parameters": [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": {"operationId": "get", "responses": {"200": one, "404": {"description": "none"}}},
        "put": {
            "operationId": "put",
            "requestBody": {"required": True, **media},
            "responses": {"201": one, "200": one},
        },
    }
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/users/{name}": item}}
    contract = read_contract(Library().read(json.dumps(document).encode(), "users.json"))
    standards = [each for each in BEHAVIOURS if each.name == "put-replaces"]
    driven = drive(contract, standards, server=Users(flaw))
    assert ("put::put::put-replaces" in driven.failed()) is failed


@pytest.mark.parametrize(
    ("key", "member", "expected"),
    [
        ("name", "name", ""),
        ("pool_id", "pool_id", "pool_id"),
        ("id", "poolId", "poolId"),
        ("region", "region", "region"),
    ],
)
def test_a_name_of_what_stands_below_is_its_own_and_not_its_owners(key: str, member: str, expected: str) -> None:
    def at(*names: str, **methods: Any) -> dict[str, Any]:
        path = [{"name": each, "in": "path", "required": True, "schema": {"type": "string"}} for each in names]
        return {"parameters": path, **methods}

    members = {member: {"type": "string"}, "key": {"type": "string"}}
    made: dict[str, Any] = {"content": {"application/json": {"schema": {"properties": members}}}, "description": "one"}
    read = {"get": {"responses": {"200": made}}}
    create = {"post": {"responses": {"201": made}}}
    paths = {
        "/pools": at(**create),
        f"/pools/{{{key}}}": at(key, **read),
        f"/pools/{{{key}}}/queues": at(key, **create),
        f"/pools/{{{key}}}/queues/{{key}}": at(key, "key", **read),
    }
    document = {"openapi": "3.1.0", "info": {"title": "Pools", "version": "1"}, "paths": paths}
    contract = read_contract(Library().read(json.dumps(document).encode(), "pools.json"))
    above, below = item_paths(contract)
    assert owner_member(below.read, above) == expected


class Members(Users):
    """Users whose membership ends in the future, if at all."""

    def handle(self, request: Request) -> Response:
        sent = json.loads(request.body) if request.body else None
        if isinstance(sent, dict) and isinstance(sent.get("until"), str) and sent["until"] < "2099":
            return _told(422, {"error": "until"})
        return super().handle(request)


@pytest.mark.parametrize(("flaw", "failed"), [("put-merges", True), ("", False)])
def test_a_put_is_held_to_the_members_of_which_a_value_is_served(flaw: str, *, failed: bool) -> None:
    """One end in the past had the PUT refused that all optional members were in, and nothing was tried without them."""
    text = {"type": "string"}
    properties = {"mail": text, "motto": text, "until": {"type": "string", "format": "date"}, "song": text}
    media = {
        "content": {"application/json": {"schema": {"type": "object", "required": ["mail"], "properties": properties}}}
    }
    one = {"description": "one", **media}
    item = {
        "parameters": [{"name": "name", "in": "path", "required": True, "schema": text}],
        "get": {"operationId": "get", "responses": {"200": one, "404": {"description": "none"}}},
        "put": {
            "operationId": "put",
            "requestBody": {"required": True, **media},
            "responses": {"201": one, "200": one, "422": {"description": "refused"}},
        },
    }
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/users/{name}": item}}
    contract = read_contract(Library().read(json.dumps(document).encode(), "users.json"))
    driven = drive(contract, [each for each in BEHAVIOURS if each.name == "put-replaces"], server=Members(flaw))
    assert ("put::put::put-replaces" in driven.failed()) is failed
    assert ("put::put::put-replaces" in driven.passed()) is not failed
