"""Resources by the shape of the paths: roles, owners, fields, upserts, `Location`."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import Addresses, Need
from contract_suite.generate.resources.inferred_resources import (
    inferred,
    located,
    makes_below_another,
    with_fields,
)
from tests.generate.conftest import read


def document(paths: dict[str, dict[str, Any]], media_type: str = "application/json") -> Contract:
    """A contract whose operations are called after method and path; what stands beside a method is its request schema."""
    described: dict[str, Any] = {}
    for path, methods in paths.items():
        item: dict[str, Any] = {}
        for key, schema in methods.items():
            method, _, status = key.partition(" ")
            item[method] = {
                "operationId": f"{method} {path}",
                "parameters": [
                    {"name": part.split("}")[0], "in": "path", "required": True, "schema": {"type": "string"}}
                    for part in path.split("{")[1:]
                ],
                "responses": {status or "200": {"description": "done"}, "404": {"description": "unknown"}},
            }
            if schema:
                item[method]["requestBody"] = {"content": {media_type: {"schema": schema}}}
        described[path] = item
    return with_fields(read({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": described}))


def only(contract: Contract) -> Resource:
    (resource,) = inferred(contract)
    return resource


def test_roles_by_methods() -> None:
    resource = only(
        document({"/pets": {"get": {}, "post": {}}, "/pets/{petId}/": {"get": {}, "patch": {}, "delete": {}}})
    )
    roles = (resource.create, resource.read, resource.update, resource.delete)
    assert [each.operation for each in roles if each] == [
        "post /pets", "get /pets/{petId}/", "patch /pets/{petId}/", "delete /pets/{petId}/"
    ]  # fmt: skip
    assert resource.lists == ("get /pets",)
    assert resource.identity == ("pets/{}",)


def test_owner_and_owned_may_both_say_id_and_one_thing_be_spelled_in_two_ways() -> None:
    contract = document({"/a/{id}": {"get": {}}, "/a/{a_id}/b": {"post": {}}, "/a/{aId}/b/{id}": {"get": {}}})
    owner, owned = inferred(contract)
    assert owned.identity == ("a/{}", "a/{}/b/{}")
    assert owner.owns == (owned.name,)
    addresses = Addresses(contract)
    assert addresses.needs(contract.operation("get /a/{aId}/b/{id}")) == (
        Need(subject="path.aId", resource="/a/{aId}/b/{id}", field="a/{}"),
        Need(subject="path.id", resource="/a/{aId}/b/{id}", field="a/{}/b/{}"),
    )
    assert addresses.needs(contract.operation("post /a/{a_id}/b")) == (
        Need(subject="path.a_id", resource="/a/{id}", field="a/{}"),
    )


def test_everything_below_an_item_needs_the_item() -> None:
    contract = document({"/servers": {"get": {}}, "/servers/{server_id}/statistics": {"get": {}}})
    needs = Addresses(contract).needs(contract.operation("get /servers/{server_id}/statistics"))
    assert [(need.subject, need.field) for need in needs] == [("path.server_id", "servers/{}")]


def test_a_parameter_that_nothing_shows_is_a_scope() -> None:
    resource = only(document({"/{region}/pets": {"post": {}}, "/{region}/pets/{id}": {"get": {}}}))
    assert (resource.scope, resource.identity) == (("{}",), ("{}/pets/{}",))


@pytest.mark.parametrize(
    ("paths", "creates", "updates"),
    [
        ({"/t": {"get": {}}, "/t/{name}": {"put 201": {}, "get": {}}}, "put /t/{name}", None),
        ({"/t": {"get": {}}, "/t/{name}": {"put": {}, "get": {}}}, None, "put /t/{name}"),
        ({"/t": {"post": {}}, "/t/{name}": {"put 201": {}}}, "post /t", "put /t/{name}"),
        ({"/t": {"get": {}}, "/t/{name}": {"put 201": {}, "patch": {}}}, "put /t/{name}", "patch /t/{name}"),
    ],
)
def test_put_creates_where_the_document_says_so_and_nothing_else_does(
    paths: dict[str, Any], creates: str | None, updates: str | None
) -> None:
    resource = only(document(paths))
    assert (resource.create.operation if resource.create else None) == creates
    assert (resource.update.operation if resource.update else None) == updates


def test_what_creates_by_put_needs_no_live_value_of_its_own() -> None:
    contract = document({"/t": {"get": {}}, "/t/{name}": {"put 201": {}, "get": {}}})
    addresses = Addresses(contract)
    assert addresses.needs(contract.operation("put /t/{name}")) == ()
    assert addresses.needs(contract.operation("get /t/{name}")) != ()


def test_the_body_of_a_create_may_name_what_is_made() -> None:
    named = {"type": "object", "properties": {"name": {"type": "string"}, "size": {"type": "integer"}}}
    contract = document({"/collections": {"post": named}, "/collections/{collection_name}": {"get": {}}})
    assert contract.operation("post /collections").promises.bind == {"name": "collections/{}"}
    shown = {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}}}
    contract = document({"/collections": {"post": shown}, "/collections/{id}": {"get": {}}})
    assert contract.operation("post /collections").promises.bind == {}


def test_a_required_member_named_after_one_resource_needs_one_of_it() -> None:
    schema = {"type": "object", "required": ["room_id"], "properties": {"room_id": {}, "guest_id": {}}}
    contract = document({"/bookings": {"post": schema}, "/rooms": {"get": {}}, "/rooms/{id}": {"get": {}}})
    assert Addresses(contract).needs(contract.operation("post /bookings")) == (
        Need(subject="body/room_id", resource="/rooms/{id}", field="rooms/{}"),
    )
    loan = {"type": "object", "required": ["isbn"], "properties": {"isbn": {"type": "string"}}}
    contract = document({"/loans": {"post": loan}, "/books": {"get": {}}, "/books/{isbn}": {"get": {}, "put": loan}})
    assert Addresses(contract).needs(contract.operation("post /loans")) == (
        Need(subject="body/isbn", resource="/books/{isbn}", field="books/{}"),
    )
    assert [need.subject for need in Addresses(contract).needs(contract.operation("put /books/{isbn}"))] == [
        "path.isbn"
    ]
    twice = document({"/bookings": {"post": schema}, "/rooms/{id}": {"get": {}}, "/hotels/{h}/rooms/{id}": {"get": {}}})
    assert Addresses(twice).needs(twice.operation("post /bookings")) == ()


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_field_of_a_form_names_what_a_member_of_json_does(media_type: str) -> None:
    """No invoice of a customer was ever made where requests are forms: the customer's id was a made-up one."""
    invoice: dict[str, Any] = {
        "type": "object",
        "required": ["customer"],
        "properties": {"customer": {"type": "string"}},
    }
    paths: dict[str, dict[str, Any]] = {
        "/customers": {"post": {}},
        "/customers/{customer}": {"get": {}},
        "/invoices": {"post": invoice},
    }
    contract = document(paths, media_type)
    [need] = Addresses(contract).needs(contract.operation("post /invoices"))
    assert need == Need(subject="body/customer", resource="/customers/{customer}", field="customers/{}")


def test_a_member_that_says_its_type_refers_to_one_of_that_kind() -> None:
    """No article of a JSON:API service was ever made: its author stands deep in the body, as a type and an id."""

    def only(name: str, inner: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "required": [name], "properties": {name: inner}}

    one = {
        "type": "object",
        "required": ["type", "id"],
        "properties": {"type": {"type": "string", "enum": ["people"]}, "id": {"type": "string"}},
    }
    article = only("data", only("relationships", only("author", only("data", one))))
    contract = document({"/articles": {"post": article}, "/people": {"post": {}}, "/people/{id}": {"get": {}}})
    [need] = Addresses(contract).needs(contract.operation("post /articles"))
    assert need.subject == "body/data/relationships/author/data/id"
    assert need.resource == "/people/{id}"


def test_a_noun_alone_stands_for_whatever_key_addresses_the_thing() -> None:
    schema = {"type": "object", "required": ["category"], "properties": {"category": {"type": "string"}}}
    contract = document({"/products": {"post": schema}, "/categories": {"get": {}}, "/categories/{slug}": {"get": {}}})
    assert Addresses(contract).needs(contract.operation("post /products")) == (
        Need(subject="body/category", resource="/categories/{slug}", field="categories/{}"),
    )


def test_what_is_made_below_an_owner_may_be_addressed_by_itself() -> None:
    paths: dict[str, Any] = {
        "/members": {"post": {"type": "object"}},
        "/members/{memberId}": {"get": {}},
        "/members/{memberId}/loans": {"get": {}, "post": {"type": "object"}},
        "/loans/{loanId}": {"get": {}},
    }
    _, loan = inferred(document(paths))
    assert loan.create is not None
    assert loan.create.operation == "post /members/{memberId}/loans"
    assert makes_below_another(loan, document(paths).operation(loan.create.operation))
    others: tuple[dict[str, Any], ...] = (
        {"/libraries/{id}/loans": {"post": {"type": "object"}}},  # two candidates are none
        {"/loans": {"get": {}}},  # it has a list of its own, which says how it is made
        {"/members/{memberId}/loans/{id}": {"get": {}}},  # that is what is made there
    )
    for more in others:
        kinds = {each.identity[-1]: each for each in inferred(document({**paths, **more}))}
        assert kinds["loans/{}"].create is None
    owned = next(each for each in inferred(document(paths)) if each.identity == ("members/{}",))
    assert not makes_below_another(owned, document(paths).operation("post /members"))


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/v1/a/1/b/2", {"a/{}": "1", "a/{}/b/{}": "2"}),
        ("https://host:8443/base/a/1/b/x%20y?z=1", {"a/{}": "1", "a/{}/b/{}": "x y"}),
        ("/v1/c/1/b/2", None),
        ("/b/2", None),
        ("", None),
    ],
)
def test_location_leads_to_what_was_made(location: str, expected: dict[str, str] | None) -> None:
    assert located(location, ("a/{}", "a/{}/b/{}")) == expected


def test_shapes() -> None:
    assert shape("/pets/{petId}/toys/{toy_id}/") == "pets/{}/toys/{}"


def test_things_are_listed_at_the_plural_of_the_path_of_one() -> None:
    resource = only(document({"/parameters": {"get": {}}, "/parameter/{parameterID}": {"get": {}}}))
    assert resource.lists == ("get /parameters",)
    assert resource.read is not None
    (read_only,) = inferred(document({"/status": {"get": {}}, "/stat/{id}": {"get": {}}}))
    assert read_only.lists == ()


def test_an_owner_may_be_made_by_another_part_of_the_api() -> None:
    """Namespaces of `/api/v1` were made, and no job of `/apis/batch/v1` below one was ever reached."""
    api: dict[str, dict[str, dict[str, Any]]] = {
        path: {method: {"operationId": f"{method} {path}", "responses": {"200": {"description": "ok"}}} for method in methods}
        for path, methods in (
            ("/api/v1/namespaces", ("get", "post")),
            ("/api/v1/namespaces/{name}", ("get", "delete")),
            ("/apis/batch/v1/namespaces/{namespace}/jobs", ("get", "post")),
            ("/apis/batch/v1/namespaces/{namespace}/jobs/{name}", ("get",)),
        )
    }  # fmt: skip
    for path, operations in api.items():
        for operation in operations.values():
            operation["parameters"] = [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names_in(path)
            ]
    contract = with_fields(read({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": api}))
    addresses = Addresses(contract)
    for method in ("get", "post"):
        (need,) = addresses.needs(contract.operation(f"{method} /apis/batch/v1/namespaces/{{namespace}}/jobs"))
        assert (need.subject, need.resource) == ("path.namespace", "/api/v1/namespaces/{name}")
    first, *_ = addresses.needs(contract.operation("get /apis/batch/v1/namespaces/{namespace}/jobs/{name}"))
    assert first.resource.endswith("/jobs/{name}")  # a job's own namespace comes first
