"""Resources by the names of calls: verbs and nouns in paths, the id in query or body."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import Addresses, Need
from contract_suite.generate.likeness import identity_of
from contract_suite.generate.live_ids import place
from contract_suite.generate.resources.inferred_resources import inferred, with_fields
from tests.generate.conftest import read

Paths = dict[str, dict[str, Any]]
TEXT = {"type": "string"}


def document(paths: dict[str, Any]) -> Contract:
    """A contract of `METHOD /path` with what is required: names in the query, or a schema for the body's members."""
    described: dict[str, Any] = {}
    for key, members in paths.items():
        method, _, path = key.partition(" ")
        operation: dict[str, Any] = {
            "operationId": key,
            "parameters": [
                {"name": part.split("}")[0], "in": "path", "required": True, "schema": TEXT}
                for part in path.split("{")[1:]
            ],
            "responses": {"200": {"description": "done"}},
        }
        if method == "GET":
            operation["parameters"] += [
                {"name": each, "in": "query", "required": True, "schema": TEXT} for each in members
            ]
        elif members:
            properties = members if isinstance(members, dict) else dict.fromkeys(members, TEXT)
            schema = {"type": "object", "required": list(properties), "properties": properties}
            operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
        described.setdefault(path, {})[method.lower()] = operation
    return with_fields(read({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": described}))


def roles(resource: Resource) -> dict[str, str]:
    found = {name: getattr(resource, name) for name in ("create", "read", "update", "delete")}
    return {name: role.operation for name, role in found.items() if role} | {"list": ",".join(resource.lists)}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        pytest.param(
            {"POST /users.create": ["name"], "GET /users.info": ["user"], "GET /users.list": [],
             "POST /users.update": ["user", "name"], "POST /users.remove": ["user"]},
            ("POST /users.create", "GET /users.info", "GET /users.list", "POST /users.update", "POST /users.remove"),
            id="noun.verb",
        ),
        pytest.param(
            {"POST /v1/createUser": ["name"], "GET /v1/getUser": ["id"], "GET /v1/listUsers": [],
             "PUT /v1/updateUser": ["userId", "name"], "DELETE /v1/deleteUser": ["userId"]},
            ("POST /v1/createUser", "GET /v1/getUser", "GET /v1/listUsers", "PUT /v1/updateUser", "DELETE /v1/deleteUser"),
            id="verbNoun",
        ),
        pytest.param(
            {"POST /api/users/create": ["name"], "POST /api/users/get": ["user_id"], "POST /api/users/search": [],
             "POST /api/users/edit": ["user_id"], "POST /api/users/delete": ["user_id"]},
            ("POST /api/users/create", "POST /api/users/get", "POST /api/users/search", "POST /api/users/edit",
             "POST /api/users/delete"),
            id="noun/verb",
        ),
        pytest.param(
            {"POST /user": ["name"], "GET /user": ["id"], "GET /user/list": [], "PUT /user": ["id", "name"],
             "DELETE /user": ["id"]},
            ("POST /user", "GET /user", "GET /user/list", "PUT /user", "DELETE /user"),
            id="methods, the id in query and body",
        ),
    ],
)  # fmt: skip
def test_roles_by_verbs(paths: dict[str, Any], expected: tuple[str, ...]) -> None:
    (resource,) = inferred(document(paths))
    create, read, listed, update, delete = expected
    assert roles(resource) == {
        "create": create, "read": read, "list": listed, "update": update, "delete": delete
    }  # fmt: skip


def test_calls_complete_what_paths_show() -> None:
    contract = document({"POST /users/create": ["name"], "GET /users/{id}": [], "POST /users/{id}/delete": []})
    (resource,) = inferred(contract)
    assert roles(resource) == {
        "create": "POST /users/create", "read": "GET /users/{id}", "delete": "POST /users/{id}/delete", "list": ""
    }  # fmt: skip


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param({"POST /users.create": ["name"], "POST /users.purge": []}, id="nothing else about them"),
        pytest.param(
            {"POST /users/create": ["name"], "POST /users/delete": {"users": {"type": "array"}}}, id="several"
        ),
        pytest.param({"POST /user/bulkCreate": [], "POST /user/bulkDelete": ["id"]}, id="many at once"),
        pytest.param({"GET /report": [], "DELETE /report": []}, id="a delete that names nothing"),
        pytest.param({"GET /users/search": [], "GET /health": []}, id="reads alone"),
    ],
)
def test_what_names_no_single_thing_is_no_resource(paths: dict[str, Any]) -> None:
    assert [roles(each) for each in inferred(document(paths)) if each.delete or each.update] == []


def test_what_a_call_names_must_be_live() -> None:
    contract = document(
        {"POST /channels.create": ["name"], "GET /channels.list": [], "POST /messages.post": ["channel", "text"],
         "POST /messages.edit": ["message", "text"]}
    )  # fmt: skip
    addresses = Addresses(contract)
    assert addresses.needs(contract.operation("POST /messages.post")) == (
        Need(subject="body/channel", resource="/channel", field="channel/{}"),
    )
    assert addresses.needs(contract.operation("POST /messages.edit")) == (
        Need(subject="body/message", resource="/message", field="message/{}"),
    )


def test_a_reference_may_be_an_object() -> None:
    owner = {"type": "object", "required": ["id"], "properties": {"id": TEXT, "note": TEXT}}
    contract = document(
        {"GET /owners/{id}": [], "POST /owners": ["name"], "POST /pets": {"name": TEXT, "owner": owner}}
    )
    (need,) = Addresses(contract).needs(contract.operation("POST /pets"))
    assert (need.subject, need.field) == ("body/owner/id", "owners/{}")
    assert place({"body": {"name": "x", "owner": {"note": "y"}}}, {"body/owner/id": 7}) == {
        "body": {"name": "x", "owner": {"note": "y", "id": 7}}
    }


@pytest.mark.parametrize(
    "shown",
    [{"ok": True, "user": {"id": "U1", "name": "mia"}}, {"request_id": "r", "user": {"id": "U1"}}, {"user": "U1"}],
)
def test_the_answer_of_a_call_may_hold_the_thing_under_its_noun(shown: Any) -> None:
    assert identity_of(shown, "user", "user") == "U1"


def test_calls_name_a_thing_by_the_word_that_answers_have_for_it() -> None:
    """Nothing but the create of Slack's conversations was ever served: they are channels everywhere else."""
    channel = {"type": "object", "properties": {"id": TEXT}}
    body = {
        "content": {
            "application/json": {"schema": {"type": "object", "required": ["channel"], "properties": {"channel": TEXT}}}
        }
    }

    def call(name: str, *, of_one: bool, **shown: Any) -> dict[str, Any]:
        answer = {"type": "object", "properties": {"ok": {"type": "boolean"}, **shown}}
        operation = {
            "operationId": name,
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": answer}}}},
        }
        return {"post": operation | ({"requestBody": body} if of_one else {})}

    paths = {
        "/conversations.create": call("create", of_one=False, channel=channel),
        "/conversations.list": call("list", of_one=False, channels={"type": "array", "items": channel}),
        "/conversations.info": call("info", of_one=True, channel=channel),
        "/conversations.archive": call("archive", of_one=True),
    }  # fmt: skip
    contract = with_fields(read({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}))
    addresses = Addresses(contract)
    (resource,) = addresses.resources
    assert roles(resource) == {"create": "create", "read": "info", "list": "list"}
    for operation in ("info", "archive"):
        (need,) = addresses.needs(contract.operation(operation))
        assert (need.subject, need.resource) == ("body/channel", resource.name)
    step = addresses.step(resource)
    assert step is not None
    assert identity_of({"ok": True, "channel": {"id": "C1", "name": "x"}}, step.name, step.noun) == "C1"
