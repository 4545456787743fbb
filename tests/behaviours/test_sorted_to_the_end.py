"""A list may begin with many that are equal, and be unsorted behind them."""

from __future__ import annotations

import json
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from contract_suite.behaviours.collections.ordering import ordering
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive

PAGE = {
    "type": "object",
    "properties": {
        "total": {"type": "integer"},
        "bills": {
            "type": "array",
            "items": {"type": "object", "properties": {"id": {"type": "integer"}, "sum": {"type": "integer"}}},
        },
    },
}
OPERATION = {
    "operationId": "listBills",
    "parameters": [
        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 20, "default": 5}},
        {"name": "offset", "in": "query", "schema": {"type": "integer", "default": 0}},
        {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["id", "sum"]}},
    ],
    "x-contract": {
        "collection": {"items": "/bills", "total": "/total", "page": {"offset": "offset", "limit": "limit"}},
        "order": {"by": "sort", "keys": {"id": "id", "sum": "sum"}, "default": {"by": "id", "direction": "asc"}},
    },
    "responses": {"200": {"description": "So.", "content": {"application/json": {"schema": PAGE}}}},
}
DOCUMENT = {"openapi": "3.0.3", "info": {"title": "Bills", "version": "1"}, "paths": {"/bills": {"get": OPERATION}}}
SUMS = [1000 + each * 700 for each in range(20)] + [1] * 25


class Bills:
    """Sorts by the sum as a number, or as its digits: `1000` before `10000` before `1700`."""

    def __init__(self, *, by_digits: bool) -> None:
        self.by_digits = by_digits

    def handle(self, request: Request) -> Response:
        given = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
        offset, limit = int(given.get("offset", 0)), int(given.get("limit", 5))
        bills = [{"id": index, "sum": each} for index, each in enumerate(SUMS)]
        if given.get("sort") == "sum":
            bills.sort(key=lambda each: str(each["sum"]).zfill(0 if self.by_digits else 9))
        body = {"total": len(bills), "bills": bills[offset : offset + limit]}
        return Response(status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode())


@pytest.mark.parametrize("by_digits", [True, False])
def test_the_end_of_a_sorted_list_is_looked_at_too(*, by_digits: bool) -> None:
    contract = read_contract(Library().read(yaml.safe_dump(DOCUMENT).encode(), "bills.yaml"))
    driven = drive(contract, (ordering.BEHAVIOUR,), server=cast("MockServer", Bills(by_digits=by_digits)))
    assert driven.failed() == ({"listBills::order/sum::ascending"} if by_digits else set())
    assert by_digits or "listBills::order/sum::ascending" in driven.passed()
