"""What only the server can give is never made up and called valid."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.generate.boundaries.boundaries import boundaries
from contract_suite.generate.fuzzing import fuzz
from contract_suite.generate.opaque import is_opaque, is_position, may_have_choices, places
from contract_suite.generate.templates import candidates
from contract_suite.model.case import Case, Intent
from contract_suite.model.json import JSON, Arguments
from tests.generate.conftest import OK, read

TEXT = {"type": "string"}


def shop(**more: Any) -> Contract:
    """Orders of customers in a list with a cursor, a conditional update, a repeatable create."""
    order = {
        "type": "object",
        "required": ["amount", "id"],
        "properties": {
            "amount": {"type": "integer", "minimum": 1, "maximum": 9},
            "note": {"type": ["string", "null"], "maxLength": 9},
            "customer": TEXT,
            "category_id": {"type": ["integer", "null"]},
            "lines": {
                "type": "array",
                "items": {"type": "object", "properties": {"productId": TEXT, "count": {"type": "integer"}}},
            },
            "kind": {"type": "string", "enum": ["a", "b"]},
            "id": {"type": "string", "readOnly": True},
        },
    }
    body = {"required": True, "content": {"application/json": {"schema": order}}}
    members = {"isbn": TEXT, "desk": TEXT, "name": TEXT, "shelves": {"type": "array", "items": TEXT}}
    book = {"content": {"application/json": {"schema": {"type": "object", "properties": members}}}}
    return read(
        {
            "openapi": "3.1.0",
            "info": {"title": "shop", "version": "1"},
            "paths": {
                "/orders": {
                    "get": {
                        "operationId": "list",
                        "parameters": [
                            {"name": name, "in": "query", "schema": TEXT}
                            for name in ("cursor", "nextPageToken", "starting_after", "q")
                        ]
                        + [
                            {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}},
                            {"name": "kind_id", "in": "query", "schema": {"type": "string", "enum": ["a"]}},
                            {"name": "If-None-Match", "in": "header", "schema": TEXT},
                        ],
                        "responses": OK,
                    },
                    "post": {
                        "operationId": "make",
                        "parameters": [{"name": "Idempotency-Key", "in": "header", "schema": TEXT}],
                        "requestBody": body,
                        "responses": OK,
                    },
                },
                "/customers/{id}": {
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
                    "get": {"operationId": "customer", "responses": OK},
                },
                "/books/{isbn}": {
                    "parameters": [{"name": "isbn", "in": "path", "required": True, "schema": TEXT}],
                    "get": {"operationId": "book", "responses": OK},
                },
                "/books": {"post": {"operationId": "add", "requestBody": book, "responses": OK}},
                "/books/bulk": {"post": {"operationId": "bulk", "requestBody": book, "responses": OK}},
                "/customers/{id}/loans": {
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
                    "post": {"operationId": "lend", "requestBody": book, "responses": OK},
                },
                "/places/{hall}/{desk}": {
                    "parameters": [
                        {"name": each, "in": "path", "required": True, "schema": TEXT} for each in ("hall", "desk")
                    ],
                    "get": {"operationId": "desk", "responses": OK},
                },
                "/places": {"post": {"operationId": "place", "requestBody": book, "responses": OK}},
                "/shelves/{name}": {
                    "parameters": [{"name": "name", "in": "path", "required": True, "schema": TEXT}],
                    "get": {"operationId": "shelf", "responses": OK},
                },
            },
            **more,
        }
    )


def cases(contract: Contract, operation: str, template: Arguments) -> list[Case]:
    return list(boundaries(contract, contract.operation(operation), template))


@pytest.mark.parametrize(
    ("operation", "subject", "opaque"),
    [
        ("list", "query.cursor", True),
        ("list", "query.nextPageToken", True),
        ("list", "query.starting_after", True),
        ("list", "header.If-None-Match", True),
        ("make", "header.Idempotency-Key", True),
        ("make", "header.X-Acme-Idempotency-Token", True),
        ("make", "body/category_id", True),
        ("make", "body/lines/*/productId", True),
        ("make", "body/customer", True),
        ("list", "query.q", False),
        ("list", "query.page", False),
        ("list", "query.kind_id", False),
        ("make", "body/amount", False),
        ("make", "body/kind", False),
        ("make", "body/lines", False),
        ("make", "body", False),
        ("customer", "path.id", False),
        ("lend", "body/isbn", True),  # what /books/{isbn} addresses
        ("add", "body/isbn", False),  # there it is chosen
        ("bulk", "body/isbn", False),
        ("place", "body/desk", False),  # one thing is addressed by both names
        ("lend", "body/desk", True),
        ("lend", "body/name", False),  # most things have one of their own
    ],
)
def test_by_name_and_by_what_the_paths_address(operation: str, subject: str, *, opaque: bool) -> None:
    contract = shop()
    assert is_opaque(contract, contract.operation(operation), subject) is opaque


def test_positions() -> None:
    assert is_position("query.page")
    assert is_position("query.page/number")
    assert not is_position("query.price")
    assert not is_position("body/page")


def test_no_request_about_something_else_holds_a_made_up_cursor() -> None:
    """Each request of a search held a cursor that nobody gave out, once the first that was served had no body."""
    members = {"query": {**TEXT, "maxLength": 9}, "start_cursor": TEXT, "after": TEXT, "page_size": {"type": "integer"}}
    since = {"before": {**TEXT, "format": "date-time"}}
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {**members, **since}}}}}
    search = {"operationId": "search", "requestBody": body, "responses": OK}
    contract = read(
        {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/search": {"post": search}}}
    )
    sent = cases(contract, "search", {})
    bodies = [each.arguments["body"] for each in sent if each.intent is Intent.POSITIVE and "body" in each.arguments]
    assert bodies
    assert not any({"start_cursor", "after"} & {*each} for each in bodies if isinstance(each, dict))
    assert any("before" in each for each in bodies if isinstance(each, dict))


@pytest.mark.parametrize("shared", [True, False])
def test_an_example_of_a_parameter_of_several_lists_may_be_meant_for_one_of_them(*, shared: bool) -> None:
    """A filter of users and groups showed `userName eq "a"`, which no group has."""
    own = {"name": "filter", "in": "query", "schema": TEXT, "example": 'userName eq "a"'}
    filtered = {"$ref": "#/components/parameters/Filter"} if shared else own
    contract = read(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {
                path: {"get": {"operationId": path[1:], "parameters": [filtered], "responses": OK}}
                for path in ("/users", "/groups")
            },
            "components": {"parameters": {"Filter": own}},
        }
    )
    operation = contract.operation("groups")
    assert may_have_choices(contract, operation, "query.filter", 'userName eq "a"') is shared
    assert may_have_choices(contract, operation, "query.filter", "b")


def test_a_made_up_cursor_or_reference_is_no_positive() -> None:
    contract = shop()
    sent = [
        *cases(contract, "list", {}),
        *cases(
            contract, "make", {"body": {"amount": 1, "category_id": 5, "customer": "c", "lines": [{"productId": "p"}]}}
        ),
    ]
    claimed = {case.target_clause for case in sent if case.intent is Intent.POSITIVE and case.note.find("left out") < 0}
    assert not {
        each
        for each in claimed
        if any(
            name in each
            for name in ("cursor", "Token", "starting", "Match", "Idempotency", "category_id", "customer", "productId")
        )
    } - {"make::body/category_id::accepted"}, "a reference that is null refers to nothing"
    assert [
        case.arguments["body"]
        for case in sent
        if "category_id" in case.target_clause and case.intent is Intent.POSITIVE
    ].count({"amount": 1, "category_id": None, "customer": "c", "lines": [{"productId": "p"}]}) <= 1
    assert "list::query.q::accepted" in claimed


SORT = {"name": "sort", "in": "query", "schema": TEXT, "example": "-name"}
MANY = {"name": "fields", "in": "query", "schema": {"type": "array", "items": TEXT}}
LISTED = {"name": "order", "in": "query", "schema": {"type": "array", "items": {"enum": ["name", "-name"]}}}
TITLE = {"name": "title", "in": "query", "schema": {"type": "string", "maxLength": 9}}
SEARCH = {**TITLE, "name": "q"}


def listing(*parameters: Any) -> Contract:
    get = {"operationId": "list", "parameters": list(parameters), "responses": OK}
    return read({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": get}}})


@pytest.mark.parametrize(
    ("parameter", "opaque"),
    [
        (SORT, True),
        (MANY, True),
        ({**SORT, "name": "$orderBy"}, True),
        ({**SORT, "name": "sort_by"}, True),
        ({**SORT, "schema": {"enum": ["name"]}}, False),
        (LISTED, False),
        ({"name": "expand", "in": "query", "schema": {"type": "boolean"}}, False),
        (TITLE, False),
        ({**TITLE, "name": "created_by"}, False),
        ({**TITLE, "name": "q"}, False),
    ],
)
def test_a_text_in_a_language_of_its_own_cannot_be_made_up(parameter: dict[str, Any], *, opaque: bool) -> None:
    contract = listing(parameter)
    assert is_opaque(contract, contract.operation("list"), f"query.{parameter['name']}") is opaque


def test_an_example_in_such_a_language_is_sent() -> None:
    contract = listing(SORT)
    assert {"query.sort": "-name"} in list(candidates(contract, contract.operation("list")))


def test_a_parameter_with_nothing_in_it_proves_nothing() -> None:
    sent = {repr(each.arguments.get("query.q")): each.intent for each in cases(listing(SEARCH), "list", {})}
    assert sent["''"] is Intent.UNKNOWN
    assert Intent.POSITIVE in sent.values()


@pytest.mark.parametrize(
    ("parameter", "may_be_refused"),
    [
        (TITLE, True),
        ({**TITLE, "schema": {"type": "array", "items": {"type": "string"}}}, True),
        ({**TITLE, "schema": {"enum": ["a plain text", "another"]}}, False),
        ({**TITLE, "schema": {"type": "string", "pattern": "^[a-z ]+$"}}, False),
        (SEARCH, False),
    ],
    ids=["no schema says which", "nor which items", "an enum", "a pattern", "a search"],
)
def test_a_made_up_text_is_no_value_of_a_parameter_whose_values_the_server_alone_knows(
    parameter: dict[str, Any], *, may_be_refused: bool
) -> None:
    """A right server was said to refuse a valid request, as it refuses `state=sample`."""
    sent = [each for each in cases(listing(parameter), "list", {}) if each.arguments.get(f"query.{parameter['name']}")]
    assert sent
    assert all(each.intent is not Intent.POSITIVE for each in sent) is may_be_refused


def test_the_widest_template_leaves_out_what_only_the_server_can_give() -> None:
    contract = shop()
    widest = list(candidates(contract, contract.operation("make")))[-1]
    assert "header.Idempotency-Key" not in widest
    body = widest["body"]
    assert isinstance(body, dict)
    assert set(body) == {"amount", "note", "lines", "kind"}
    assert body["lines"] == [{"count": 1}]


def test_a_page_far_beyond_the_end_proves_nothing() -> None:
    contract = shop()
    assert {
        case.intent for case in cases(contract, "list", {}) if "page" in case.note and "2147483647" in case.note
    } == {Intent.UNKNOWN}


def test_a_page_that_is_longer_than_any_server_gives_proves_nothing() -> None:
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    get = {"operationId": "list", "parameters": [limit], "responses": OK}
    contract = read({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": get}}})
    sizes = {repr(each.arguments.get("query.limit")): each.intent for each in cases(contract, "list", {})}
    assert sizes["1"] is Intent.POSITIVE
    assert sizes[repr(2**31 - 1)] is Intent.UNKNOWN
    assert sizes["0"] is Intent.NEGATIVE


def test_a_condition_that_must_be_sent_is_one_that_anything_meets() -> None:
    tag = {"name": "If-Match", "in": "header", "required": True, "schema": TEXT}
    put = {"operationId": "put", "parameters": [tag], "responses": OK}
    contract = read({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/me": {"put": put}}})
    assert [each["header.If-Match"] for each in candidates(contract, contract.operation("put"))] == ["*", "*"]


def test_any_page_but_the_first_may_lie_behind_the_end() -> None:
    pages = [each for each in cases(shop(), "list", {}) if "query.page" in each.arguments]
    proven = {each.arguments["query.page"] for each in pages if each.intent is Intent.POSITIVE}
    assert proven == {1}
    assert any(each.intent is Intent.NEGATIVE for each in pages)


def test_what_is_read_only_is_neither_sent_nor_owed() -> None:
    contract = shop()
    sent = cases(contract, "make", {"body": {"amount": 1}})
    assert not [case.note for case in sent if "/id" in case.target_clause]
    assert not [case for case in sent if isinstance(body := case.arguments.get("body"), dict) and "id" in body]


@pytest.mark.parametrize(
    ("note", "unsaid"),
    [
        ("/note: empty", True),
        ("/note: null, which is allowed", False),
        ("/note: 9 characters, the most allowed", False),
        ("/amount: 9, the most allowed", False),
        ("/lines: an empty array", True),
    ],
)
def test_what_the_document_merely_does_not_forbid(note: str, *, unsaid: bool) -> None:
    annotated: dict[str, Any] = {"x-contract": {"errors": {}}}
    sourced = {**annotated, "components": {"schemas": {"Any": {"x-source": "documented"}}}}
    template: Arguments = {"body": {"amount": 1, "note": "n", "lines": [{"count": 1}]}}
    for contract, expected in ((shop(), unsaid), (shop(**annotated), unsaid), (shop(**sourced), False)):
        assert {case.unsaid for case in cases(contract, "make", template) if case.note == note} == {expected}


def test_no_parameter_is_null_on_the_wire() -> None:
    """`?limit=` was called null, which is allowed, and its refusal a finding."""
    contract = read(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {
                "/things/{id}": {
                    "get": {
                        "operationId": "read",
                        "parameters": [
                            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                            {
                                "name": "limit",
                                "in": "query",
                                "schema": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                            },
                        ],
                        "responses": OK,
                    }
                }
            },
        }
    )
    sent = cases(contract, "read", {"path.id": 1, "query.limit": 2})
    assert not [
        case.note for case in sent if "null, which" in case.note or case.request.target.endswith(("limit=", "/"))
    ]


@pytest.mark.longer
def test_drawn_values_that_only_the_server_can_give_prove_nothing() -> None:
    """Fuzzing drew cursors and references, and each was a valid request that was refused."""
    contract = shop()
    sent: list[Case] = []

    def send(case: Case) -> list[str]:
        sent.append(case)
        return []

    for operation in ("make", "list"):
        template: Arguments = {"body": {"amount": 1}} if operation == "make" else {}
        fuzz(contract, contract.operation(operation), partial(dict, template), send, seconds=1.5, seed=1)
    positives = [case for case in sent if case.intent is Intent.POSITIVE]
    assert all(case.unsaid for case in positives)
    for case in positives:
        body = case.arguments.get("body")
        assert not (isinstance(body, dict) and {"customer"} & body.keys())
        assert not {"query.cursor", "query.starting_after", "header.Idempotency-Key"} & case.arguments.keys()


def test_places_of_an_argument() -> None:
    value: JSON = {"a/b": [{"c": 1}, {"d": None}], "e": None}
    assert list(places(value, "body")) == ["body", "body/a~1b", "body/a~1b/*", "body/a~1b/*/c", "body/a~1b/*"]


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("labelSelector", "", True),
        ("q", "A search expression.", True),
        ("schedule", "When it runs, in cron syntax", True),
        ("name", "The name.", False),
        ("q", "Words to look for.", False),
    ],
)
def test_a_text_with_a_syntax_is_opaque(name: str, description: str, expected: bool) -> None:
    """A made-up `labelSelector` was called valid, and a right server blamed for refusing it."""
    parameter = {"name": name, "in": "query", "schema": TEXT, "description": description}
    listing = {"operationId": "list", "parameters": [parameter], "responses": OK}
    contract = read({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": listing}}})
    assert is_opaque(contract, contract.operation("list"), f"query.{name}") is expected


@pytest.mark.parametrize(
    ("place", "description", "expected"),
    [
        ("version", "An opaque value. Populated by the system.", True),
        ("version", "[Output Only] The version.", True),
        ("version", "Assigned by the server if it is left out.", False),
        ("version", "Which version is meant.", False),
        ("name", "", True),
        ("label", "", False),
    ],
)
def test_a_member_of_metadata_may_be_the_servers_or_the_paths(place: str, description: str, expected: bool) -> None:
    """A made-up version that the system sets was called lost, and a name beside that of the path a valid one."""
    inner = {"type": "object", "properties": {place: {**TEXT, "description": description}}}
    body = {"type": "object", "properties": {"metadata": inner}}
    update = {
        "operationId": "put",
        "parameters": [{"name": "name", "in": "path", "required": True, "schema": TEXT}],
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": OK,
    }
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a/{name}": {"put": update}}}
    contract = read(document)
    assert is_opaque(contract, contract.operation("put"), f"body/metadata/{place}") is expected


def test_a_list_in_a_query_is_never_made_empty() -> None:
    """`?sort=` was called valid where `sort` is a list of keys, and a right server blamed for refusing the empty key."""
    keys = {"type": "array", "items": {"type": "string", "enum": ["name", "-name"]}}
    parameter = {"name": "sort", "in": "query", "schema": keys, "explode": False}
    listing = {"operationId": "list", "parameters": [parameter], "responses": OK}
    contract = read({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": listing}}})
    operation = contract.operation("list")
    shown = [each["query.sort"] for each in candidates(contract, operation) if "query.sort" in each]
    assert shown == [["name"]]
    cases = boundaries(contract, operation, {}, addressing=frozenset())
    assert not [each for each in cases if each.intent is Intent.POSITIVE and each.arguments.get("query.sort") == []]


def test_a_body_says_in_its_envelope_what_the_path_says() -> None:
    """An update whose `data.id` was made up was refused by right servers, with 409."""
    data = {"type": "object", "required": ["id"], "properties": {"id": TEXT, "title": TEXT}}
    body = {"type": "object", "required": ["data"], "properties": {"data": data}}
    update = {
        "operationId": "change",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": OK,
    }
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a/{id}": {"patch": update}}}
    contract = read(document)
    found = [each for each in candidates(contract, contract.operation("change")) if "path.id" in each]
    assert found
    for each in found:
        sent = each["body"]
        assert isinstance(sent, dict)
        assert sent["data"] == {**dict(sent["data"]), "id": each["path.id"]}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "schema", "opaque"),
    [
        ("labels", {"type": "array", "items": TEXT}, True),
        ("labels", {"type": "array", "items": {"enum": ["bug"]}}, False),
        ("labels", TEXT, False),
        ("comments", {"type": "array", "items": TEXT}, False),
        ("tags", {"type": "array", "items": TEXT}, False),
    ],
)
def test_texts_of_a_list_that_the_api_has_are_names_of_its_things(
    name: str, schema: dict[str, Any], *, opaque: bool
) -> None:
    """A made-up label of an issue was called valid; what stands below the issue itself is its own."""
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {name: schema}}}}}
    paths = {
        "/issues": {"post": {"operationId": "add", "requestBody": body, "responses": OK}},
        "/labels": {"get": {"operationId": "labels", "responses": OK}},
        "/issues/comments": {"get": {"operationId": "comments", "responses": OK}},
    }
    contract = read({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths})
    assert is_opaque(contract, contract.operation("add"), f"body/{name}") is opaque
