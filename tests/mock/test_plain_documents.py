"""The mock of any document answers only what the document documents, and takes any key that fits the scheme."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response

ERROR = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
JSON_ERROR = {"description": "No.", "content": {"application/json": {"schema": ERROR}}}
BARE = {"description": "No."}
FINE = {"description": "Yes.", "content": {"application/json": {"schema": {"type": "object"}}}}
NUMBER = {"name": "n", "in": "query", "schema": {"type": "integer"}}


def ask(operation: dict[str, Any], target: str = "/a", headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Answer a GET of a document with this one operation."""
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "basic": {"type": "http", "scheme": "basic"},
        "certificate": {"type": "mutualTLS"},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "x", "version": "1"},
        "paths": {"/a": {"get": operation}},
        "components": {"securitySchemes": schemes},
    }
    contract = read_contract(Library().read(json.dumps(document).encode(), "d.json"))
    return MockServer(contract).handle(Request(method="GET", target=target, headers=headers))


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"400": BARE}, 400),
        ({"422": BARE, "404": BARE}, 422),
        ({"404": BARE, "401": BARE}, 404),
        ({"409": BARE, "429": BARE}, 409),
        ({"401": BARE, "403": BARE, "429": BARE}, 400),
        ({"4XX": BARE}, 400),
        ({"default": BARE}, 400),
        ({}, 400),
    ],
)
def test_a_refusal_takes_a_status_that_the_operation_declares(declared: dict[str, Any], expected: int) -> None:
    answer = ask({"parameters": [NUMBER], "responses": {"200": FINE, **declared}}, "/a?n=x")
    assert answer.status == expected
    assert answer.body == b""
    assert answer.header("content-type") is None


def test_a_refusal_has_the_declared_body() -> None:
    answer = ask({"parameters": [NUMBER], "responses": {"200": FINE, "404": JSON_ERROR}}, "/a?n=x")
    assert answer.status == 404
    assert "integer" in json.loads(answer.body)["message"]
    text = {"description": "No.", "content": {"text/plain": {"schema": {"type": "string"}}}}
    answer = ask({"parameters": [NUMBER], "responses": {"200": FINE, "400": text}}, "/a?n=x")
    assert answer.header("content-type") == "text/plain"
    assert answer.body == b"string"


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"404": JSON_ERROR, "500": BARE}, 200),
        ({"500": BARE, "4XX": BARE}, 200),
        ({"302": BARE, "404": BARE}, 302),
        ({"2XX": FINE}, 200),
        ({"default": FINE}, 200),
        ({}, 200),
    ],
)
def test_an_operation_without_a_success_serves_what_it_does_not_refuse(declared: dict[str, Any], expected: int) -> None:
    assert ask({"responses": declared}).status == expected


def test_a_401_challenges_even_where_it_is_all_that_is_declared() -> None:
    answer = ask({"responses": {"401": BARE}, "security": [{"bearer": []}]})
    assert (answer.status, answer.header("www-authenticate")) == (401, "Bearer")


def test_what_can_not_be_read_is_nothing_that_is_served_and_shows_no_path() -> None:
    answer = ask({"parameters": 7, "responses": {"200": FINE}})
    assert answer.status == 404
    assert b"d.json" not in answer.body


def test_a_broken_parameter_is_no_trouble() -> None:
    assert ask({"parameters": [{**NUMBER, "schema": {"type": "int"}}], "responses": {"200": FINE}}).status == 200


@pytest.mark.parametrize(
    ("media", "sent"), [("*/*", "application/json"), ("application/*", "application/json"), ("text/*", "text/plain")]
)
def test_a_range_of_media_types_is_answered_by_one_of_them(media: str, sent: str) -> None:
    spec = {"description": "Yes.", "content": {media: {"schema": {"type": "string"}}}}
    assert ask({"responses": {"200": spec}}).header("content-type") == sent


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("scheme", "header", "status"),
    [
        ("key", ("X-Key", "secret"), 200),
        ("key", ("X-Key", "0"), 200),
        ("key", ("X-Key", ""), 401),
        ("key", ("X-Key", "not-a-key-1"), 401),
        ("key", ("X-Key", "sk-revoked-1"), 401),
        ("bearer", ("Authorization", "Bearer eyJhbGciOi.J9.x"), 200),
        ("bearer", ("Authorization", "Basic abc"), 401),
        ("basic", ("Authorization", basic("me:mine")), 200),
        ("basic", ("Authorization", basic("nobody:wrong")), 401),
        ("basic", ("Authorization", "Basic %%"), 401),
    ],
)
def test_any_key_is_taken_that_fits_the_scheme(scheme: str, header: tuple[str, str], status: int) -> None:
    answer = ask({"security": [{scheme: []}], "responses": {"200": FINE, "401": BARE}}, headers=(header,))
    assert answer.status == status


@pytest.mark.parametrize(("others", "status"), [([], 200), ([{"key": []}], 401)])
def test_a_client_certificate_is_taken_for_granted_where_there_is_no_other_way(
    others: list[dict[str, list[str]]], status: int
) -> None:
    security = [{"certificate": []}, *others]
    assert ask({"security": security, "responses": {"200": FINE, "401": BARE}}).status == status


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "object", "required": ["left"], "properties": {"left": {"type": "integer"}}}, "left,0"),
        ({"type": "array", "minItems": 2, "items": {"type": "boolean"}}, "true,true"),
        ({"type": "boolean"}, "true"),
    ],
)
def test_a_header_is_written_as_its_schema_is(schema: dict[str, Any], text: str) -> None:
    header = {"X-Rate": {"required": True, "schema": schema}}
    assert ask({"responses": {"200": {**FINE, "headers": header}}}).header("x-rate") == text


def test_a_create_whose_answer_is_a_choice_shows_what_it_made() -> None:
    text = {"type": "string"}
    user = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {"type": "string", "pattern": "^U[0-9]+$"}, "name": text},
    }
    done = {"type": "object", "required": ["ok", "user"], "properties": {"ok": {"const": True}, "user": user}}
    failed = {"type": "object", "required": ["ok", "error"], "properties": {"ok": {"const": False}, "error": text}}
    fields = {"name": text, "password": {"type": "string", "writeOnly": True}}
    draft = {"type": "object", "required": ["name"], "properties": fields}

    def shows(schema: dict[str, Any]) -> dict[str, Any]:
        return {"200": {"description": "Yes.", "content": {"application/json": {"schema": schema}}}}

    named = {"name": "id", "in": "path", "required": True, "schema": text}
    body = {"required": True, "content": {"application/json": {"schema": draft}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Users", "version": "1"},
        "paths": {
            "/users": {
                "get": {"operationId": "listUsers", "responses": shows({"type": "array", "items": user})},
                "post": {
                    "operationId": "createUser",
                    "requestBody": body,
                    "responses": shows({"oneOf": [done, failed]}),
                },
            },
            "/users/{id}": {
                "get": {"operationId": "getUser", "parameters": [named], "responses": {**shows(user), "404": BARE}}
            },
        },
    }
    server = MockServer(with_guesses(read_contract(Library().read(json.dumps(document).encode(), "users.json"))))

    def asked(method: str, target: str, sent: object = None) -> Any:
        headers = (("Content-Type", "application/json"),) if sent is not None else ()
        payload = b"" if sent is None else json.dumps(sent).encode()
        return json.loads(server.handle(Request(method=method, target=target, headers=headers, body=payload)).body)

    before = asked("GET", "/users")
    answer = asked("POST", "/users", {"name": "zoe", "password": "only to be sent"})
    made = answer["user"]
    assert answer == {"ok": True, "user": {"id": made["id"], "name": "zoe"}}
    assert [each for each in asked("GET", "/users") if each not in before] == [made]
    assert asked("GET", f"/users/{made['id']}") == made
