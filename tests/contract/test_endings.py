"""Paths that end in `.json` are of the same things as those without it, and are asked for with it."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.contract.paths.endings import ending_of
from contract_suite.contract.paths.routing import route
from contract_suite.contract.request_reading import read as read_request
from contract_suite.contract.requests import build
from contract_suite.generate.addresses import Addresses
from contract_suite.generate.resources.inferred_resources import with_fields
from tests.generate.conftest import OK, read

KEY = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


@pytest.mark.parametrize(
    ("path", "others", "ending"),
    [
        ("/orders.json", (), ".json"),
        ("/orders/{id}.json", ("/orders.json",), ".json"),
        ("/orders/{id}", (), ""),
        ("/orders/{id}.csv", ("/orders/{id}.json",), ""),
        ("/orders.json", ("/orders",), ""),
        ("/openapi.json", (), ""),
        ("/.json", (), ""),
        ("/orders.json?page={page}", (), ""),
    ],
)
def test_which_ending_a_path_has(path: str, others: tuple[str, ...], ending: str) -> None:
    assert ending_of(path, frozenset({path, *others})) == ending


def orders() -> Any:
    def one(name: str, *keys: Any, **more: Any) -> Any:
        return {"operationId": name, "parameters": list(keys), "responses": OK, **more}

    sent = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}
    paths = {
        "/orders.json": {"get": one("list"), "post": one("add", **sent)},
        "/orders/{id}.json": {"get": one("read", KEY), "delete": one("drop", KEY)},
        "/orders/{id}/refunds.json": {"get": one("refunds", KEY), "post": one("refund", KEY, **sent)},
    }
    return {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths}


def test_what_stands_below_a_thing_belongs_to_it() -> None:
    """Of a shop whose paths end in `.json` five of sixteen operations were never served: nothing led from an order to its refunds."""
    contract = with_fields(read(orders()))
    addresses = Addresses(contract)
    assert {each.name for each in addresses.resources} == {"/orders/{id}"}
    assert [need.subject for need in addresses.needs(contract.operation("refund"))] == ["path.id"]


def test_it_is_asked_for_as_the_document_writes_it() -> None:
    contract = read(orders())
    read_one = contract.operation("read")
    request = build(read_one, {"path.id": "a.json"})
    assert (read_one.path, read_one.written_path, request.target) == (
        "/orders/{id}",
        "/orders/{id}.json",
        "/orders/a.json.json",
    )
    found, values, methods = route(contract, "GET", request.target)
    assert (found, values, methods) == (read_one, {"id": "a.json"}, ("GET", "DELETE"))
    assert route(contract, "GET", "/orders/a")[0] is None
    assert read_request(read_one, request)["path.id"] == "a.json"
