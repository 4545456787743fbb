"""Live values: learnt from what a server shows, forgotten when it is gone, with and without annotations."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.contract.requests import build
from contract_suite.model.exchange import Exchange, Identity, Response
from contract_suite.model.json import MISSING, Arguments
from contract_suite.runner.session.ledger.ledger import Ledger


def told(  # noqa: PLR0917 - an exchange in short
    ledger: Ledger,
    name: str,
    arguments: Arguments,
    status: int,
    body: Any = None,
    location: str = "",
    *,
    identity: Identity = Identity.DEFAULT,
) -> None:
    operation = ledger.contract.operation(name)
    response = Response(
        status=status,
        headers=(("Content-Type", "application/json"), *((("Location", location),) if location else ())),
        body=json.dumps(body).encode() if body is not None else b"",
    )
    exchange = Exchange(number=1, request=build(operation, arguments, identity=identity), answer=response)
    ledger.observe(operation, arguments, exchange, body if body is not None else MISSING)


@pytest.fixture(params=["annotated", "plain"])
def ledger(request: pytest.FixtureRequest, contract: Contract, plain_contract: Contract) -> Ledger:
    return Ledger(contract if request.param == "annotated" else plain_contract)


def live(ledger: Ledger, name: str) -> Arguments | None:
    return ledger.arguments(ledger.contract.operation(name), {})


def test_nothing_is_live_at_first(ledger: Ledger) -> None:
    assert live(ledger, "Read") is None
    assert live(ledger, "List") == {}


def test_what_was_made_is_preferred_and_what_is_gone_forgotten(ledger: Ledger) -> None:
    told(ledger, "List", {"query.Code": "a"}, 200, {"Things": [{"Id": "old-1"}, {"Id": "old-2"}]})
    assert live(ledger, "Read") == {"path.Id": "old-1"}
    told(ledger, "Make", {"body": {"Name": "n"}}, 200, {"Id": "new"})
    assert live(ledger, "Change") == {"path.Id": "new"}
    assert ledger.arguments(ledger.contract.operation("Read"), {}, skip=1) == {"path.Id": "old-1"}
    told(ledger, "Remove", {"path.Id": "new"}, 200)
    assert live(ledger, "Read") == {"path.Id": "old-1"}
    told(ledger, "Read", {"path.Id": "old-1"}, 404)
    assert live(ledger, "Read") == {"path.Id": "old-2"}


def test_what_a_create_gives_back_again_is_made_once(ledger: Ledger) -> None:
    for identity in ("new", "new", "other"):
        told(ledger, "Make", {"body": {"Name": "n"}}, 200, {"Id": identity})
    assert ledger.made_things.created == 2


def test_refusals_and_garbage_teach_nothing(ledger: Ledger) -> None:
    told(ledger, "Make", {"body": {"Name": "n"}}, 400, {"Id": "no"})
    told(ledger, "List", {"query.Code": "a"}, 200, {"Things": [None, 5, {"Id": None}, {"Id": ["x"]}]})
    told(ledger, "List", {"query.Code": "a"}, 200, "text")
    assert live(ledger, "Remove") is None


def test_addresses(ledger: Ledger) -> None:
    assert ledger.addressing(ledger.contract.operation("Change")) == {"path.Id"}
    assert ledger.addressing(ledger.contract.operation("List")) == frozenset()


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
    ledger = Ledger(contract)
    assert live(ledger, "Peek") is None
    told(ledger, "MakeA", {"path.app": "x"}, 201, {"Id": "a1", "Token": "t/1"})
    assert live(ledger, "Peek") == {"path.token": "t/1"}
    assert ledger.addressing(contract.operation("MakeB")) == {"body/Id"}
    assert ledger.arguments(contract.operation("MakeB"), {"body": {"Id": "?", "Version": "v"}}) == {
        "body": {"Id": "a1", "Version": "v"}
    }
    assert live(ledger, "EndA") == {"path.app": "x", "query.Id": "a1"}
    told(ledger, "MakeB", {"body": {"Id": "a1", "Version": "v"}}, 200, {"Id": "a1", "Version": "v"})
    assert live(ledger, "ReadB") == {"query.Id": "a1", "query.Version": "v"}
    told(ledger, "EndA", {"path.app": "x", "query.Id": "a1"}, 200)
    assert live(ledger, "ReadB") is None
    assert ledger.known("B") == 0


def test_what_the_run_made_is_kept_until_it_is_deleted(ledger: Ledger) -> None:
    make, read = ledger.contract.operation("Make"), ledger.contract.operation("Read")
    told(ledger, "Make", {"body": {"Name": "n"}}, 200, {"Id": "one"})
    told(ledger, "Make", {"body": {"Name": "n"}}, 200, {"Id": "two"})
    one, two = ledger.made
    assert [list(each.identity.values()) for each in (one, two)] == [["one"], ["two"]]
    assert ledger.is_there(one)
    told(ledger, "Remove", {"path.Id": "one"}, 204)
    assert ledger.made == (two,)
    assert not ledger.is_there(one)
    assert not ledger.alive(read, {"path.Id": "one"})
    assert ledger.alive(read, {"path.Id": "two"})
    assert ledger.alive(make, {"body": {"Name": "n"}})


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_answered_as_unknown_is_not_alive_and_still_to_be_cleaned_up(ledger: Ledger, status: int) -> None:
    told(ledger, "Make", {"body": {"Name": "n"}}, 200, {"Id": "one"})
    told(ledger, "Read", {"path.Id": "one"}, status)
    (one,) = ledger.made
    assert not ledger.is_there(one)
    assert live(ledger, "Read") is None
    ledger.made_things.forget(one)
    assert ledger.made == ()
    ledger.made_things.forget(one)


def test_a_refusal_says_nothing_of_what_exists(ledger: Ledger) -> None:
    told(ledger, "Make", {"body": {"Name": "n"}}, 200, {"Id": "one"})
    told(ledger, "Remove", {"path.Id": "one"}, 403)
    told(ledger, "Read", {"path.Id": "one"}, 500)
    assert live(ledger, "Read") == {"path.Id": "one"}
    assert ledger.alive(ledger.contract.operation("Read"), {"path.Id": "one"})


def test_a_path_that_was_answered_as_unknown_is_not_used_again_for_the_same_operation(plain_contract: Contract) -> None:
    ledger = Ledger(plain_contract)
    read = ledger.contract.operation("Read")
    assert ledger.alive(read, {"path.Id": "guess"})
    told(ledger, "Read", {"path.Id": "guess"}, 404)
    assert not ledger.alive(read, {"path.Id": "guess"})
    assert ledger.alive(read, {"path.Id": "other"})


def test_only_what_was_seen_is_vouched_for(plain_contract: Contract) -> None:
    ledger = Ledger(plain_contract)
    read = ledger.contract.operation("Read")
    assert not ledger.vouches(read, {"path.Id": "a"})
    told(ledger, "Make", {"body": {"Name": "n"}}, 200, {"Id": "a"})
    assert ledger.vouches(read, {"path.Id": "a"})
    assert not ledger.vouches(read, {"path.Id": "b"})
    assert ledger.vouches(ledger.contract.operation("List"), {})


def test_a_delete_at_the_address_of_a_list_takes_all_that_it_shows() -> None:
    """A run that was allowed to empty a collection went on with its ids, and called them valid."""
    from tests.generate.conftest import read  # noqa: PLC0415 - the tests' own document reader

    answer = {"200": {"description": "ok"}}
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    contract: Contract = read(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {
                "/things": {
                    "get": {"operationId": "List", "responses": answer},
                    "delete": {"operationId": "Empty", "responses": answer},
                },
                "/things/{id}": {"get": {"operationId": "Read", "parameters": key, "responses": answer}},
            },
        }
    )
    ledger = Ledger(contract)
    told(ledger, "List", {}, 200, [{"id": "a"}, {"id": "b"}])
    assert live(ledger, "Read") == {"path.id": "a"}
    told(ledger, "Empty", {}, 204)
    assert not ledger.alive(ledger.contract.operation("Read"), {"path.id": "a"})
    assert ledger.known("/things/{id}") == 0


def lending() -> Ledger:
    """Books and members by number, loans that name one of each by number or by text, and jobs that nothing lists."""
    from tests.generate.conftest import read  # noqa: PLC0415 - the tests' own document reader

    def operation(name: str, *path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        media = {"application/json": {"schema": {"type": "object"}}}
        described: dict[str, Any] = {
            "operationId": name,
            "parameters": [
                {"name": each, "in": "path", "required": True, "schema": {"type": "integer"}} for each in path
            ],
            "responses": {"201": {"description": "", "content": media}, "200": {"description": "", "content": media}},
        }
        if body is not None:
            schema = {
                "type": "object",
                "required": list(body),
                "properties": {each: {"type": kind} for each, kind in body.items()},
            }
            described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
        return described

    return Ledger(
        read(
            {
                "openapi": "3.1.0",
                "info": {"title": "t", "version": "1"},
                "paths": {
                    "/books": {"post": operation("AddBook", body={"title": "string"})},
                    "/books/{bookId}": {"get": operation("GetBook", "bookId")},
                    "/books/{bookId}/scans": {"post": operation("Scan", "bookId")},
                    "/loans": {"post": operation("Lend", body={"book_id": "integer"})},
                    "/holds": {"post": operation("Hold", body={"book_id": "string"})},
                    "/jobs/{job}": {"get": operation("GetJob", "job")},
                },
            }
        )
    )


@pytest.mark.parametrize("shown", [{"id": 7, "title": "t"}, None])
def test_an_identity_is_written_as_the_place_that_takes_it_says(shown: Any) -> None:
    """A `Location` says every id as a text; loans were refused as the number of their book was one."""
    ledger = lending()
    told(ledger, "AddBook", {"body": {"title": "t"}}, 201, shown, location="http://a.test/v1/books/7")
    assert live(ledger, "GetBook") == {"path.bookId": 7}
    assert live(ledger, "Lend") == {"body": {"book_id": 7}}
    assert live(ledger, "Hold") == {"body": {"book_id": "7"}}


def test_a_location_shows_things_of_another_kind() -> None:
    ledger = lending()
    told(ledger, "Scan", {"path.bookId": 7}, 202, {"state": "queued"}, location="/jobs/31")
    assert live(ledger, "GetJob") == {"path.job": 31}


def test_what_lies_below_a_deleted_address_is_not_alive(plain_contract: Contract) -> None:
    operations = {each.id: each for each in plain_contract.operations}
    below = replace(operations["Read"], id="Content", path=f"{operations['Read'].path}/content")
    ledger = Ledger(replace(plain_contract, operations=(*plain_contract.operations, below)))
    assert ledger.alive(below, {"path.Id": "a"})
    told(ledger, "Remove", {"path.Id": "a"}, 204)
    assert (ledger.alive(below, {"path.Id": "a"}), ledger.alive(below, {"path.Id": "b"})) == (False, True)
    told(ledger, "Change", {"path.Id": "a"}, 201, {"Id": "a"})
    assert ledger.alive(below, {"path.Id": "a"})


def test_a_delete_of_all_that_a_place_has_ends_what_was_served_below_it() -> None:
    """`PATCH` is asked of what is known by its address alone; 404 without a key was taken for another status than 401."""
    path: dict[str, Any] = {
        "parameters": [{"name": each, "in": "path", "required": True, "schema": {}} for each in ("box", "id")]
    }
    done: dict[str, Any] = {"responses": {"200": {"description": "done"}}}
    paths = {
        "/boxes/{box}/toys": {**path, "delete": {"operationId": "empty", **done}},
        "/boxes/{box}/toys/{id}": {**path, "patch": {"operationId": "change", **done}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}
    ledger = Ledger(read_contract(Library().read(json.dumps(document).encode(), "toys.json")))
    old, new, other = ({"path.box": box, "path.id": toy} for box, toy in (("a", "1"), ("a", "2"), ("b", "1")))
    for each in (old, other):
        told(ledger, "change", each, 200)
    told(ledger, "empty", {"path.box": "a"}, 200)
    told(ledger, "change", new, 200)
    alive = [ledger.alive(ledger.contract.operation("change"), each) for each in (old, new, other)]
    assert alive == [False, True, True]
