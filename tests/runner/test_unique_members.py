"""A right server with unique members is accused of nothing, and a run finds out which those are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.requests import build
from contract_suite.generate.addresses import Addresses
from contract_suite.generate.fresh_values import as_the_path_says, freshened, put_at, value_at
from contract_suite.model.exchange import Exchange, Response
from contract_suite.model.json import JSON, Arguments
from contract_suite.runner.session.exclusive_references import ExclusiveReferences
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.unique_members import Ask, UniqueMembers
from tests.generate.conftest import read
from tests.runner.right_servers import Answer, Node, Server, found, judged


def accounts(login: Node, *, nested: bool = False, conflict: str = "409") -> Node:
    """Accounts that are created, listed, read and removed; `conflict` is the status that says a login is taken."""
    plain = {
        "type": "object",
        "required": ["login"],
        "properties": {"login": login, "note": {"type": "string", "maxLength": 20}},
        "additionalProperties": False,
    }
    body = (
        {
            "type": "object",
            "required": ["data"],
            "properties": {"data": {"type": "object", "required": ["attributes"], "properties": {"attributes": plain}}},
        }
        if nested
        else plain
    )
    shown = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    one = {"content": {"application/json": {"schema": shown}}, "description": "one"}
    refusals = {"400": {"description": "bad"}} | ({conflict: {"description": "taken"}} if conflict else {})
    return {
        "openapi": "3.1.0",
        "info": {"title": "accounts", "version": "1"},
        "paths": {
            "/accounts": {
                "post": {
                    "operationId": "make",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
                    "responses": {"201": one, **refusals},
                },
            },
            "/accounts/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "get": {"operationId": "read", "responses": {"200": one, "404": {"description": "none"}}},
                "delete": {
                    "operationId": "drop",
                    "responses": {"204": {"description": "gone"}, "404": {"description": "none"}},
                },
            },
        },
    }


def service(document: Node, *, status: int, words: str, taken: tuple[str, ...] = ()) -> Server:
    """Serve accounts; the login must be unique, and some are taken from the start."""
    contract = read(document)
    media = contract.operation("make").body
    schema = media.json.schema if media and media.json else None
    assert schema is not None
    logins: dict[str, str] = {f"old-{each}": each for each in taken}

    def answer(method: str, path: str, _query: dict[str, str], _headers: dict[str, str], body: Any) -> Answer:
        key = path.removeprefix("/accounts").strip("/")
        if method == "POST" and not key:
            if isinstance(body, ValueError) or not schema.is_valid(body):
                return 400, {"message": "that is no account"}
            login = body["data"]["attributes"]["login"] if "data" in body else body["login"]
            if login in logins.values():
                return status, {"message": words}
            logins[f"a{len(logins)}"] = login
            return 201, {"id": f"a{len(logins) - 1}"}
        if method not in {"GET", "DELETE"} or not key:
            return 405, None
        if key not in logins:
            return 404, None
        if method == "DELETE":
            logins[key] = f"removed {key}"
            del logins[key]
            return 204, None
        return 200, {"id": key}

    return answer


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("taken", [(), ("sample", "abcd", "a@example.com")])
@pytest.mark.parametrize(
    ("status", "words", "listed"),
    [
        (409, "conflict", "409"),
        (409, "no", ""),
        (400, "This login is already in use.", ""),
        (422, "Duplicate value", "422"),
        (422, "Validation Failed", "422"),
    ],
)
def test_a_name_that_is_taken_is_no_finding(
    tmp_path: Path, *, nested: bool, taken: tuple[str, ...], status: int, words: str, listed: str
) -> None:
    document = accounts({"type": "string", "minLength": 1, "maxLength": 40}, nested=nested, conflict=listed)
    record = judged(document, service(document, status=status, words=words, taken=taken), tmp_path)
    assert [each for each in found(record) if each[0] == "failure"] == []
    made = sum(line.exchange.status == 201 for line in record.exchanges())
    assert made > 10, "it must go on with names that are free"


@pytest.mark.parametrize(
    "login",
    [
        {"type": "string", "pattern": "^[a-z]{4,8}$"},
        {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$"},
        {"type": "string", "format": "email"},
        {"type": "string", "format": "uri"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "minLength": 3, "maxLength": 6},
        {"type": "integer", "minimum": 1, "maximum": 99999},
    ],
)
def test_fresh_values_obey_the_schema(tmp_path: Path, login: Node) -> None:
    document = accounts(login)
    record = judged(document, service(document, status=409, words="taken"), tmp_path)
    assert [each for each in found(record) if each[0] == "failure"] == []
    assert {each.clause for each in record.conformance if each.passed} >= {"drop::request::accepted"}


@pytest.mark.parametrize(
    ("login", "old"),
    [
        ({"type": "string", "pattern": "^[a-z]{4,8}$"}, "abcd"),
        ({"type": "string", "pattern": r"^\+49 \d{3,4}$"}, "+49 123"),
        ({"type": "string", "format": "email"}, "a@example.com"),
        ({"type": "string", "maxLength": 12}, "sample"),
        ({"type": "integer", "minimum": 1, "maximum": 900}, 5),
    ],
)
def test_values_for_one_member_differ_and_are_valid(login: Node, old: JSON) -> None:
    contract = read(accounts(login))
    make = contract.operation("make")
    assert make.body is not None
    assert make.body.json is not None
    assert make.body.json.schema is not None
    values = []
    for number in range(8):
        made = freshened(make, {"body": {"login": old}}, "body/login", f"cs-abc-{number}")
        assert make.body.json.schema.is_valid(made["body"])
        values.append(value_at(made, "body/login"))
    assert len(set(map(str, values))) == 8
    assert old not in values


def test_what_another_member_may_not_be_is_still_found_out(tmp_path: Path) -> None:
    """The fresh login must not be what the server refuses."""
    login: Node = {"type": "string", "format": "email"}
    lenient = accounts(login)
    schema = lenient["paths"]["/accounts"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    del schema["properties"]["note"]["maxLength"]
    record = judged(accounts(login), service(lenient, status=409, words="taken"), tmp_path)
    assert "make::body/note::max-length-enforced" in {clause for _, clause, _ in found(record)}


@pytest.mark.parametrize("beside", [{"size": "x"}, {"size": -1}, {}])
@pytest.mark.parametrize(
    ("login", "old"),
    [({"type": "string", "format": "email"}, "a@example.com"), ({"type": "string", "pattern": "^[a-z]{4,8}$"}, "abcd")],
)
def test_a_body_that_breaks_its_schema_elsewhere_breaks_it_there_alone(login: Node, old: JSON, beside: Node) -> None:
    document = accounts(login)
    node = document["paths"]["/accounts"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    node |= {
        "required": ["login", "size"],
        "properties": {**node["properties"], "size": {"type": "integer", "minimum": 0}},
    }
    make = read(document).operation("make")
    assert make.body is not None
    assert make.body.json is not None
    schema = make.body.json.schema
    assert schema is not None
    made = freshened(make, {"body": {"login": old, **beside}}, "body/login", "cs-abc-1")
    assert value_at(made, "body/login") != old
    assert {each.subject for each in schema.problems(made["body"])} == {"/size"} or not beside


def unique_at(subject: str, *, open_to_all: Callable[[], bool] = lambda: True) -> Ask:
    """Serve each value of a subject once; nothing as long as it is not open."""
    taken: set[str] = set()

    def ask(operation: Operation, arguments: Arguments, _note: str) -> Exchange:
        value = str(value_at(arguments, subject))
        served = open_to_all() and value not in taken
        taken.add(value)
        return Exchange(number=1, request=build(operation, arguments), answer=Response(status=201 if served else 409))

    return ask


def members_of(contract: Contract, ask: Ask, references: ExclusiveReferences | None = None) -> UniqueMembers:
    names = iter(f"new-{number}" for number in range(100))
    return UniqueMembers(
        contract,
        Ledger(contract),
        ask=ask,
        name=lambda: next(names),
        rename=lambda _, given: given,
        references=references or ExclusiveReferences(contract, Addresses(contract), find=lambda _: None, ask=ask),
    )


def test_what_was_refused_for_something_else_does_not_keep_a_run_from_looking() -> None:
    """A create that named an unknown room was taken for one whose name is taken, and its dates were never looked at."""
    contract = read(accounts({"type": "string"}))
    make = contract.operation("make")
    open_to_all: list[bool] = []
    ask = unique_at("body/login", open_to_all=lambda: bool(open_to_all))
    members = members_of(contract, ask)
    ada: Arguments = {"body": {"login": "ada"}}
    assert members.get_past(make, ada, ask(make, ada, "")) is None
    open_to_all.append(True)
    members.look(make, ada)
    assert members.of(make) == ("body/login",)


def test_a_unique_member_of_an_item_is_found() -> None:
    login: Node = {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}}
    contract = read(accounts(login))
    make = contract.operation("make")
    ask = unique_at("body/login/0/name")
    members = members_of(contract, ask)
    ada: Arguments = {"body": {"note": "a note", "login": [{"name": "ada"}]}}
    assert ask(make, ada, "").ok
    members.look(make, ada)
    assert members.of(make) == ("body/login/0/name",)


def test_a_name_that_may_be_left_out_is_given_where_it_must_be_unique() -> None:
    """Of a server that names what it is given no name for, everything but the first create was refused, and nothing tested."""
    contract = read(accounts({"type": "string"}))
    make = contract.operation("make")
    ask = unique_at("body/login")
    members = members_of(contract, ask)
    nameless: Arguments = {"body": {"note": "n"}}
    members.look(make, nameless)
    assert members.of(make) == ()
    ask(make, nameless, "")
    members.look(make, {"body": {"note": "m"}})
    found = members.get_past(make, nameless, ask(make, nameless, ""))
    assert members.of(make) == ("body/login",)
    assert ask(make, members.renew(make, nameless), "").ok
    assert found is not None


def test_values_are_put_at_any_depth() -> None:
    arguments: Arguments = {"query.q": 1, "body": {"data": [{"a~b": 1}, 2]}}
    assert put_at(arguments, "body/data/0/a~0b", 5) == {"query.q": 1, "body": {"data": [{"a~b": 5}, 2]}}
    assert put_at(arguments, "query.q", 5)["query.q"] == 5
    assert value_at(arguments, "body/data/0/a~0b") == 1


def test_a_member_that_may_be_as_it_likes_stays_what_it_was() -> None:
    contract = read(accounts({"type": "string"}))
    make = contract.operation("make")
    values: tuple[JSON, ...] = (None, True, [1], {"a": 1})
    for value in values:
        arguments: Arguments = {"body": {"login": value}}
        assert freshened(make, arguments, "body/login", "x") == arguments


def test_a_body_names_what_the_path_leads_to() -> None:
    """Where a run went on with a new patient, each `PUT` still named the old one in its body, and was refused."""
    before: Arguments = {
        "path.patientId": "7",
        "path.ward": "a",
        "body": {"id": "7", "patient_id": 7, "ward": "b", "age": 7},
    }
    moved = as_the_path_says({**before, "path.patientId": "9", "path.ward": "c"}, before)
    assert moved["body"] == {"id": "9", "patient_id": 9, "ward": "b", "age": 7}
    assert as_the_path_says(before, before) == before
    assert as_the_path_says({"path.patientId": "9", "body": [7]}, before)["body"] == [7]


def lending() -> Contract:
    """Copies of books, and loans that name one."""

    def makes(name: str, **members: Node) -> Node:
        sent: Node = {"content": {"application/json": {"schema": {"type": "object", "properties": members}}}}
        return {"post": {"operationId": name, "requestBody": sent, "responses": {"201": {"description": "made"}}}}

    loans = makes("lend", copy_id={"type": "integer"}, member_id={"type": "integer"})
    copies = {
        **makes("add", shelf={"type": "string"}),
        "parameters": [{"name": "book", "in": "path", "required": True, "schema": {}}],
    }
    paths = {"/loans": loans, "/books/{book}/copies": copies}
    return read({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths})


def test_what_is_taken_when_it_is_referred_to_is_made_anew_for_each_request() -> None:
    """A copy that is lent is lent to nobody else: no second loan was ever served, and nothing was tested of loans."""
    contract = lending()
    lend, ids, lent = contract.operation("lend"), iter(range(10, 99)), {7}

    def ask(operation: Operation, arguments: Arguments, _note: str) -> Exchange:
        copy = value_at(arguments, "body/copy_id")
        status = 409 if copy in lent or (isinstance(copy, int) and copy > 99) else 201
        lent.update([copy] if isinstance(copy, int) and status == 201 else [])
        return Exchange(number=1, request=build(operation, arguments), answer=Response(status=status))

    def add(create: Operation, _given: Arguments, _note: str) -> Exchange:
        made = Response(status=201, body=json.dumps({"copy": {"id": next(ids)}}).encode())
        return Exchange(number=1, request=build(create, {"path.book": 1, "body": {}}), answer=made)

    references = ExclusiveReferences(contract, Addresses(contract), find=lambda _: {}, ask=add)
    members = members_of(contract, ask, references)
    taken: Arguments = {"body": {"copy_id": 7, "member_id": 1}}
    assert members.get_past(lend, taken, ask(lend, taken, "")) == {"body": {"copy_id": 10, "member_id": 1}}
    references.note_served(lend)
    assert members.renew(lend, taken) == {"body": {"copy_id": 11, "member_id": 1}}
    assert members.renew(lend, taken) == {"body": {"copy_id": 11, "member_id": 1}}, "until it is served"
    assert members.renew(lend, taken, but="body/copy_id") == taken


def test_what_is_used_up_after_a_while_is_made_anew_too() -> None:
    """A book with two copies was lent twice, and no third loan was ever served: no loan could be made to be returned."""
    text: Node = {"type": "string"}
    sent: Node = {"type": "object", "required": ["isbn"], "properties": {"isbn": text}}
    json_of_it: Node = {"content": {"application/json": {"schema": sent}}}
    made: Node = {"201": {"description": "made"}}
    shown: Node = {"200": {"description": "one", **json_of_it}}
    named: Node = {"parameters": [{"name": "isbn", "in": "path", "required": True, "schema": text}]}
    paths: Node = {
        "/books": {"post": {"operationId": "add", "requestBody": json_of_it, "responses": made}},
        "/books/{isbn}": {**named, "get": {"operationId": "read", "responses": shown}},
        "/loans": {"post": {"operationId": "lend", "requestBody": json_of_it, "responses": made}},
    }
    contract = read({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths})
    lend, isbns, left = contract.operation("lend"), iter("abcd"), Counter({"old": 2})

    def ask(operation: Operation, arguments: Arguments, _note: str) -> Exchange:
        isbn = str(value_at(arguments, "body/isbn"))
        left[isbn] -= 1
        return Exchange(
            number=1, request=build(operation, arguments), answer=Response(status=201 if left[isbn] >= 0 else 409)
        )

    def add(create: Operation, _given: Arguments, _note: str) -> Exchange:
        left[isbn := next(isbns)] = 1
        answer = Response(status=201, body=json.dumps({"isbn": isbn}).encode())
        return Exchange(number=1, request=build(create, {"body": {"isbn": isbn}}), answer=answer)

    references = ExclusiveReferences(contract, Addresses(contract), find=lambda _: {}, ask=add)
    members = members_of(contract, ask, references)
    old: Arguments = {"body": {"isbn": "old"}}
    assert ask(lend, old, "").ok
    members.look(lend, old)
    assert members.of(lend) == ()
    assert not ask(lend, old, "").ok
    helped = members.when_used_up(lend, old)
    assert helped is not None
    references.note_served(lend)
    assert ask(lend, members.renew(lend, old), "").ok
    assert members.when_used_up(lend, old) is None, "once is enough"


@pytest.mark.parametrize("body", [b"[" * 100_000, b"no JSON", b"[]", b'{"id": null}', b'{"copy": [1]}'])
def test_an_answer_that_shows_no_id_gives_nothing_to_refer_to(body: bytes) -> None:
    contract = lending()

    def add(create: Operation, _given: Arguments, _note: str) -> Exchange:
        request = build(create, {"path.book": 1, "body": {}})
        return Exchange(number=1, request=request, answer=Response(status=201, body=body))

    references = ExclusiveReferences(contract, Addresses(contract), find=lambda _: {}, ask=add)
    assert not list(references.with_new(contract.operation("lend"), {"body": {"copy_id": 7}}))
