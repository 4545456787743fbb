"""The longest page that a list takes is learned: from its document, or by asking once."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
import yaml

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.listing import Listing, Walk
from contract_suite.behaviours.kit.page_sizes import PageSizes
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.json import JSON, Arguments


def contract(description: str = "", **schema: Any) -> Contract:
    """A list of boats by page and page size."""
    size = {"name": "size", "in": "query", "description": description, "schema": {"type": "integer", **schema}}
    number = {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}}
    operation = {
        "operationId": "listBoats",
        "parameters": [size, number],
        "x-contract": {"collection": {"items": "", "page": {"number": "page", "size": "size"}}},
        "responses": {"200": {"description": "Boats.", "content": {"application/json": {"schema": {"type": "array"}}}}},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Boats", "version": "1"},
        "paths": {"/boats": {"get": operation}},
    }
    return read_contract(Library().read(yaml.safe_dump(document).encode(), "boats.yaml"))


class Strict:
    """A session whose server has 230 boats, and refuses pages longer than `most` with `says`; `broken` has 500 instead."""

    def __init__(self, of: Contract, most: int, says: str = "too many", *, broken: bool = False) -> None:
        self.contract, self.most, self.says, self.broken = of, most, says, broken
        self.sizes: list[int] = []
        self.sizes_known = PageSizes()

    def shared(self, _kind: type) -> PageSizes:
        return self.sizes_known

    def call(self, _operation: object, arguments: Arguments, **_: Any) -> Exchange:
        size = cast("int", arguments.get("query.size", 20))
        start = (cast("int", arguments.get("query.page", 1)) - 1) * size
        self.sizes.append(size)
        wrong = size > self.most
        status = (500 if self.broken else 400) if wrong else 200
        body: Any = {"message": self.says} if wrong else [{"id": each} for each in range(230)][start : start + size]
        response = Response(status=status, headers=(), body=json.dumps(body).encode())
        request = Request(method="GET", target="/boats")
        return Exchange(number=len(self.sizes), request=request, answer=response)

    def json(self, exchange: Exchange) -> JSON:
        found: JSON = json.loads(exchange.response.body) if exchange.response else None
        return found


def listing(session: Strict) -> Listing:
    return Listing(cast("Session", session), session.contract.operation("listBoats"), {})


@pytest.mark.parametrize(("most", "asked"), [(1000, [1000]), (100, [1000, 100]), (30, [1000, 100, 50, 20])])
def test_a_server_that_refuses_long_pages_is_asked_for_shorter_ones_and_once(most: int, asked: list[int]) -> None:
    session = Strict(contract(), most)
    for _ in range(3):
        assert listing(session).biggest == asked[-1]
    assert session.sizes == asked


def test_what_a_refusal_says_is_tried_first() -> None:
    session = Strict(contract(), 37, "page_size must be from 1 to 37")
    assert listing(session).biggest == 37
    assert session.sizes == [1000, 37]


def test_the_default_is_tried_last() -> None:
    assert listing(Strict(contract(default=5), 5)).biggest == 5


def test_where_nothing_is_served_the_first_size_stands() -> None:
    assert listing(Strict(contract(), 0)).biggest == 1000


def test_a_failing_server_says_nothing_of_sizes() -> None:
    session = Strict(contract(), 100, broken=True)
    assert not listing(session).longest.refuses_longer
    assert session.sizes == [1000]


def test_a_documented_maximum_needs_no_question() -> None:
    session = Strict(contract(maximum=80), 80)
    assert listing(session).biggest == 80
    assert session.sizes == []


@pytest.mark.parametrize(
    "description", ["How many, 60 at most.", "Page size (default 20, max 60).", "Between 1 and 60", "Up to 60 boats"]
)
def test_a_sentence_says_the_maximum(description: str) -> None:
    session = Strict(contract(description), 60)
    assert listing(session).biggest == 60
    assert session.sizes == [60]


def test_pages_are_walked_with_the_size_that_was_learned() -> None:
    session, walk = Strict(contract(), 100), Walk()
    pages = list(listing(session).pages(walk))
    assert [len(page.items) for page in pages] == [100, 100, 30]
    assert not walk.trouble
    assert session.sizes == [1000, 100, 100, 100, 100]
