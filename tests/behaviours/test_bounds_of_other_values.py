"""A bound may go by a value that no item shows: whatever such a value explains is no finding, and all else is one."""

from __future__ import annotations

import json
from collections.abc import Callable
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

Room = dict[str, Any]
Keeps = Callable[[Room, float], bool]
ROOMS: list[Room] = [
    {"id": number, "price": 20 + (number * 37) % 130, "kind": ("single", "double", "suite")[number % 3]}
    for number in range(14)
]


def rooms(*sides: str) -> Contract:
    """Rooms with a price, in a list that takes `min_price` or `max_price` or both."""
    kind = {"type": "string", "enum": ["single", "double", "suite"]}
    room = {"type": "object", "properties": {"id": {"type": "integer"}, "price": {"type": "integer"}, "kind": kind}}
    items = {"type": "array", "items": room}
    page = {"type": "object", "properties": {"items": items, "total": {"type": "integer"}}}
    said = {"min": "Only rooms with a price of at least this.", "max": "Only rooms with a price of at most this."}
    taken = {f"{side}_price": ("number", said[side]) for side in sides} | {"limit": ("integer", "")}
    taken |= {"offset": ("integer", "")}
    operation = {
        "operationId": "listRooms",
        "parameters": [
            {"name": name, "in": "query", "description": text, "schema": {"type": kind, "minimum": 0}}
            for name, (kind, text) in taken.items()
        ],
        "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": page}}}},
    }
    document = {"openapi": "3.0.3", "info": {"title": "Rooms", "version": "1"}, "paths": {"/rooms": {"get": operation}}}
    return with_guesses(read_contract(Library().read(json.dumps(document).encode(), "rooms.json")))


class Hotel:
    """A server that keeps rooms by what is due for them; `least` and `most` say how it compares that with a bound."""

    def __init__(self, due: Callable[[Room], float], least: Keeps | None = None, most: Keeps | None = None) -> None:
        self.least: Keeps = least or (lambda room, value: due(room) >= value)
        self.most: Keeps = most or (lambda room, value: due(room) <= value)

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        given = {name: float(value) for name, value in parse_qsl(urlsplit(request.target).query)}
        found = [
            each
            for each in ROOMS
            if ("min_price" not in given or self.least(each, given["min_price"]))
            and ("max_price" not in given or self.most(each, given["max_price"]))
        ]
        begin = int(given.get("offset", 0))
        shown = found[begin : begin + int(given.get("limit", 50))]
        text = json.dumps({"items": shown, "total": len(found)}).encode()
        return Response(status=200, headers=(("Content-Type", "application/json"),), body=text)


def plainly(room: Room) -> float:
    return float(room["price"])


def failed(server: Hotel, *sides: str) -> set[str]:
    found = drive(rooms(*(sides or ("min", "max"))), (bounds.BEHAVIOUR,), server=cast("MockServer", server))
    assert "listRooms::query.min_price::bounded-before-paging" in found.passed(), "the bounds must have been asked for"
    return {each.removeprefix("listRooms::") for each in found.failed()}


@pytest.mark.parametrize("sides", [("min",), ("min", "max")])
@pytest.mark.parametrize(
    "due",
    [
        plainly,
        lambda room: room["price"] * 1.19,
        lambda room: room["price"] * 100,
        lambda room: room["price"] * 0.93,
        lambda room: room["price"] + 15,
        lambda room: room["price"] * (0.5 if room["id"] % 3 == 0 else 1),
    ],
    ids=["shown", "with-tax", "in-cents", "in-another-currency", "with-a-fee", "of-an-offer"],
)
def test_a_value_that_is_not_shown_is_no_finding(due: Callable[[Room], float], sides: tuple[str, ...]) -> None:
    """Rooms were sought by their price with tax, and the list was accused of what it shows without."""
    assert not failed(Hotel(due), *sides)


@pytest.mark.parametrize(
    ("least", "clause"),
    [
        (lambda _room, _value: True, "query.min_price::bound-sound"),
        (lambda room, value: room["price"] <= value, "query.min_price::bound-sound"),
        (lambda room, value: str(room["price"]) >= str(value), "query.min_price::bound-sound"),
        (lambda room, value: room["price"] >= value or room["kind"] == "suite", "query.min_price::bound-sound"),
        (lambda room, value: room["price"] > value, "query.min_price::bound-edge"),
        (lambda room, value: room["price"] >= value + 9, "query.min_price::bound-complete"),
    ],
    ids=["ignored", "turned-round", "as-texts", "but-for-suites", "without-the-edge", "too-high"],
)
def test_what_no_value_explains_is_found(least: Keeps, clause: str) -> None:
    assert clause in failed(Hotel(plainly, least))


@pytest.mark.parametrize(
    ("least", "clause"),
    [
        (lambda _room, _value: True, "query.min_price::bound-sound"),
        (lambda room, value: room["price"] <= value, "query.min_price::bound-sound"),
        (lambda room, value: room["price"] > value, "query.min_price::bound-edge"),
    ],
    ids=["ignored", "turned-round", "without-the-edge"],
)
def test_it_is_found_where_only_one_side_can_be_asked_for(least: Keeps, clause: str) -> None:
    """No bound of the other side shows where the values lie; those far beyond all that is shown do, and those right beside it."""
    assert clause in failed(Hotel(plainly, least), "min")
