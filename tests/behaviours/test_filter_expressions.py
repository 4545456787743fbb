"""Filters that are written as expressions: a field that lets everything through is found, a right server is left alone."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from contract_suite.behaviours.collections.filter_expressions import BEHAVIOUR
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive

GOOGLE = 'One comparison `field = value`; the field is `colour`, `year` or `sold`. For example `colour = "red"`.'
ODATA = "Fields `colour`, `year` and `sold`, as in colour eq 'red'."
ITEMS = [
    {"id": 1, "colour": "red", "year": 2020, "sold": True},
    {"id": 2, "colour": "Blue", "year": 2019, "sold": False},
]


def cars(description: str, name: str = "filter") -> Contract:
    fields: Any = {"id": "integer", "colour": "string", "year": "integer", "sold": "boolean"}
    item = {"type": "object", "properties": {each: {"type": kind} for each, kind in fields.items()}}
    shown = {"type": "object", "required": ["cars"], "properties": {"cars": {"type": "array", "items": item}}}
    answer = {"description": "ok", "content": {"application/json": {"schema": shown}}}
    parameter = {"name": name, "in": "query", "description": description, "schema": {"type": "string"}}
    listing = {"operationId": "listCars", "parameters": [parameter], "responses": {"200": answer}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Cars", "version": "1"},
        "paths": {"/cars": {"get": listing}},
    }
    return read_contract(Library().read(json.dumps(document).encode(), "cars.json"))


class Cars:
    """Filters by one equality; `forgotten` is a field that lets everything through."""

    def __init__(self, forgotten: str = "", sign: str = " = ") -> None:
        self.forgotten, self.sign = forgotten, sign

    def handle(self, request: Request) -> Response:
        query = parse_qs(request.target.partition("?")[2])
        [text] = query.get("filter") or query.get("$filter") or [""]
        field, sign, value = text.partition(self.sign)
        if text and (not sign or field not in ITEMS[0]):
            return Response(status=400, headers=(), body=b"")
        wanted = value.strip("\"'").lower()
        kept = [each for each in ITEMS if not text or field == self.forgotten or str(each[field]).lower() == wanted]
        body = json.dumps({"cars": kept}).encode()
        return Response(status=200, headers=(("Content-Type", "application/json"),), body=body)


@pytest.mark.parametrize(("name", "said", "sign"), [("filter", GOOGLE, " = "), ("$filter", ODATA, " eq ")])
@pytest.mark.parametrize("forgotten", ["", "colour", "year", "sold"])
def test_a_field_that_lets_everything_through_is_found(name: str, said: str, sign: str, forgotten: str) -> None:
    found = drive(cars(said, name), (BEHAVIOUR,), server=Cars(forgotten, sign))
    clauses = {field: f"listCars::query.{name}/{field}::expression-holds" for field in ("colour", "year", "sold")}
    assert found.failed() == ({clauses[forgotten]} if forgotten else set())
    assert found.passed() == {clause for field, clause in clauses.items() if field != forgotten}


@pytest.mark.parametrize("said", ["A filter.", "Filters by `colour`.", "An expression such as `price > 3`."])
def test_what_shows_no_equality_of_a_field_is_left_alone(said: str) -> None:
    assert all(each.inapplicable for each in BEHAVIOUR.clauses(cars(said)))
