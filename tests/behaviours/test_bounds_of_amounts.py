"""A bound of an amount that is written as text keeps what is more or less by value."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest

from contract_suite.behaviours.collections import bounds
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive

AMOUNTS = ["9.50", "25.00", "100.00", "48.20", "7.00", "310.00"]
TEXT: dict[str, Any] = {"type": "string", "pattern": r"^\d{1,6}\.\d{2}$"}
NUMBER: dict[str, Any] = {"type": "number", "minimum": 0}


def invoices(taken: dict[str, Any]) -> Contract:
    """Invoices with a total, in a list that takes `min_total`."""
    item = {"type": "object", "properties": {"id": {"type": "integer"}, "total": TEXT}}
    page = {"type": "object", "properties": {"items": {"type": "array", "items": item}, "total": {"type": "integer"}}}
    told = "Invoices with a total of at least this."
    operation = {
        "operationId": "listInvoices",
        "parameters": [{"name": "min_total", "in": "query", "description": told, "schema": taken}],
        "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": page}}}},
    }
    paths = {"/invoices": {"get": operation}}
    document = {"openapi": "3.0.3", "info": {"title": "Invoices", "version": "1"}, "paths": paths}
    return with_guesses(read_contract(Library().read(json.dumps(document).encode(), "invoices.json")))


class Invoices:
    """A server that compares what it reads of a total and of the bound."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self.read = read

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        given = dict(parse_qsl(urlsplit(request.target).query))
        least = given.get("min_total", "0.00")
        items = [{"id": at, "total": each} for at, each in enumerate(AMOUNTS) if self.read(each) >= self.read(least)]
        body = json.dumps({"items": items, "total": len(items)}).encode()
        return Response(status=200, headers=(("Content-Type", "application/json"),), body=body)


@pytest.mark.parametrize("taken", [TEXT, NUMBER])
def test_a_bound_of_an_amount_is_held_by_value(taken: dict[str, Any]) -> None:
    """No bound was inferred where the field or the parameter was a text."""
    right = drive(invoices(taken), (bounds.BEHAVIOUR,), server=cast("MockServer", Invoices(Decimal)))
    assert right.passed()
    assert not right.failed()
    wrong = drive(invoices(taken), (bounds.BEHAVIOUR,), server=cast("MockServer", Invoices(str)))
    assert wrong.failed()
