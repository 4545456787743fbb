"""A Location that leads to a namesake: told by the id alone, whatever the path calls it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive

CLAUSE = "hire::201/header.Location::location-leads"


class Employees:
    """Everybody has the same name. With a flaw, each Location leads to the one before."""

    def __init__(self, *, flawed: bool, wrapped: bool) -> None:
        self.flawed = flawed
        self.wrapped = wrapped
        self.kept = {1: {"id": 1, "name": "Ada"}}

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        number = request.target.rpartition("/")[2]
        if request.method == "POST":
            new = len(self.kept) + 1
            self.kept[new] = {"id": new, "name": "Ada"}
            place = f"/employees/{new - self.flawed}"
            return self.told(201, self.kept[new], ("Location", place))
        known = self.kept.get(int(number)) if number.isdecimal() else None
        return self.told(404, {}) if known is None else self.told(200, known)

    def told(self, status: int, value: dict[str, Any], *more: tuple[str, str]) -> Response:
        body = json.dumps({"data": value} if self.wrapped else value).encode()
        return Response(status=status, headers=(("Content-Type", "application/json"), *more), body=body)


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("flawed", [False, True])
def test_a_location_leads_to_what_has_the_id_of_the_answer(*, flawed: bool, wrapped: bool) -> None:
    """`/employees/{employee_id}` shows an `id`, so that the ids were not compared, and the names are alike."""
    employee = {
        "type": "object",
        "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}},
    }
    shown = {"type": "object", "properties": {"data": employee}} if wrapped else employee
    one = {"description": "one", "content": {"application/json": {"schema": shown}}}
    post = {
        "operationId": "hire",
        "requestBody": {"required": True, "content": {"application/json": {"schema": employee}}},
        "responses": {"201": {**one, "headers": {"Location": {"schema": {"type": "string"}}}}},
    }
    key = {"name": "employee_id", "in": "path", "required": True, "schema": {"type": "integer"}}
    item = {
        "parameters": [key],
        "get": {"operationId": "read", "responses": {"200": one, "404": {"description": "none"}}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "staff", "version": "1"},
        "paths": {"/employees": {"post": post}, "/employees/{employee_id}": item},
    }
    contract = read_contract(Library().read(json.dumps(document).encode(), "staff.json"))
    behaviours = [each for each in BEHAVIOURS if each.name == "location-leads"]
    driven = drive(contract, behaviours, server=Employees(flawed=flawed, wrapped=wrapped))
    assert (CLAUSE in driven.failed()) is flawed
    assert (CLAUSE in driven.passed()) is not flawed
