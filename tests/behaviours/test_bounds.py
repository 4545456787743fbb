"""What lies within a bound may come in steps of the server's own, and in another order than the list without it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from contract_suite.behaviours.collections import bounds
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive

CLAUSES = {f"listBoats::query.min_length::{kind}" for kind in (bounds.SOUND, bounds.COMPLETE, bounds.EDGE)}


def boats(length: dict[str, str] | None = None) -> Contract:
    length = length or {"type": "integer"}
    boat = {"type": "object", "properties": {"id": {"type": "integer"}, "length": length}}
    page = {"type": "object", "properties": {"boats": {"type": "array", "items": boat}}}
    operation = {
        "operationId": "listBoats",
        "parameters": [
            {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100, "default": 5}},
            {"name": "offset", "in": "query", "schema": {"type": "integer", "default": 0}},
            {"name": "min_length", "in": "query", "schema": length},
        ],
        "x-contract": {
            "collection": {"items": "/boats", "page": {"offset": "offset", "limit": "limit"}},
            "bounds": {"min_length": {"field": "length", "lower": "included"}},
        },
        "responses": {"200": {"description": "So.", "content": {"application/json": {"schema": page}}}},
    }
    document = {"openapi": "3.0.3", "info": {"title": "Boats", "version": "1"}, "paths": {"/boats": {"get": operation}}}
    return read_contract(Library().read(yaml.safe_dump(document).encode(), "boats.yaml"))


class Harbour:
    """A server of nine boats that reads bounded lists from the longest boat down; `most` and `loses` are of those alone."""

    def __init__(self, *, most: int = 100, loses: int = 0, has_more: bool = True) -> None:
        self.most, self.loses, self.has_more = most, loses, has_more

    def handle(self, request: Request) -> Response:
        given = {name: int(values[0]) for name, values in parse_qs(urlsplit(request.target).query).items()}
        offset, limit, found = given.get("offset", 0), given.get("limit", 5), list(range(1, 10))
        if "min_length" in given:
            found = [each for each in reversed(found) if each >= given["min_length"] and each != self.loses]
            limit = min(limit, self.most)
        shown = found[offset : offset + limit]
        body: dict[str, Any] = {"boats": [{"id": each, "length": each} for each in shown]}
        if self.has_more:
            body["has_more"] = offset + limit < len(found)
        headers = (("Content-Type", "application/json"),)
        return Response(status=200, headers=headers, body=json.dumps(body).encode())


def failed(server: Harbour) -> set[str]:
    return set(drive(boats(), (bounds.BEHAVIOUR,), server=cast("MockServer", server)).failed())


def test_a_right_server_passes() -> None:
    driven = drive(boats(), (bounds.BEHAVIOUR,), server=cast("MockServer", Harbour()))
    assert set(driven.passed()) >= CLAUSES
    assert not driven.failed()


@pytest.mark.parametrize("most", [1, 2, 3])
def test_what_comes_on_a_later_page_is_not_missed(most: int) -> None:
    assert not failed(Harbour(most=most))


@pytest.mark.parametrize(("loses", "kind"), [(9, bounds.COMPLETE), (6, bounds.EDGE)])
@pytest.mark.parametrize("has_more", [True, False])
def test_what_comes_on_no_page_is_missed(loses: int, kind: str, *, has_more: bool) -> None:
    assert failed(Harbour(loses=loses, has_more=has_more)) == {f"listBoats::query.min_length::{kind}"}


class Launches:
    """A server of nine boats whose `length` is when they were launched; it may read all times as those of one zone."""

    def __init__(self, *, zones: bool, refuses: bool = False) -> None:
        self.zones, self.refuses = zones, refuses

    def handle(self, request: Request) -> Response:
        given = parse_qs(urlsplit(request.target).query)
        boats = [{"id": hour, "length": f"2024-05-01T0{hour}:00:00Z"} for hour in range(1, 10)]
        if "min_length" in given:
            least = datetime.fromisoformat(given["min_length"][0])
            if self.refuses and least.utcoffset():
                return Response(status=400, headers=(), body=b"")
            least = least if self.zones else least.replace(tzinfo=UTC)
            boats = [each for each in boats if datetime.fromisoformat(str(each["length"])) >= least]
        headers = (("Content-Type", "application/json"),)
        return Response(status=200, headers=headers, body=json.dumps({"boats": boats, "has_more": False}).encode())


@pytest.mark.parametrize(("zones", "refuses"), [(True, False), (False, True), (False, False)])
def test_the_zone_of_a_time_counts_unless_it_is_refused(*, zones: bool, refuses: bool) -> None:
    contract = boats({"type": "string", "format": "date-time"})
    found = drive(contract, (bounds.BEHAVIOUR,), server=cast("MockServer", Launches(zones=zones, refuses=refuses)))
    assert found.failed() == (set() if zones or refuses else {"listBoats::query.min_length::bound-complete"})


class Stalls:
    """Stalls with a price and a colour; `price_to` may forget itself: where it is 0, or where a colour is asked for too."""

    def __init__(self, *, forgets_zero: bool = False, forgets_beside: bool = False) -> None:
        self.forgets_zero, self.forgets_beside = forgets_zero, forgets_beside

    def handle(self, request: Request) -> Response:
        given = parse_qs(urlsplit(request.target).query)
        shown = [{"id": each, "price": each % 6, "colour": ("red", "blue", "green")[each % 3]} for each in range(18)]
        most = int(given["price_to"][0]) if "price_to" in given else None
        forgets = (self.forgets_zero and most == 0) or (self.forgets_beside and "colour" in given)
        if most is not None and not forgets:
            shown = [each for each in shown if int(str(each["price"])) <= most]
        shown = [each for each in shown if each["colour"] == given.get("colour", [each["colour"]])[0]]
        headers = (("Content-Type", "application/json"),)
        return Response(status=200, headers=headers, body=json.dumps(shown).encode())


def stalls(described: str) -> Contract:
    members = {"id": {"type": "integer"}, "price": {"type": "integer"}, "colour": {"type": "string"}}
    most = {"name": "price_to", "in": "query", "description": described, "schema": {"type": "integer", "minimum": 0}}
    answer = {"schema": {"type": "array", "items": {"type": "object", "properties": members}}}
    operation = {
        "operationId": "listStalls",
        "parameters": [most, {"name": "colour", "in": "query", "schema": {"type": "string"}}],
        "x-contract": {
            "collection": {"items": ""},
            "bounds": {"price_to": {"field": "price", "upper": "included"}},
            "filters": {"colour": {"field": "colour"}},
        },
        "responses": {"200": {"description": "So.", "content": {"application/json": answer}}},
    }
    document = {"openapi": "3.0.3", "info": {"title": "s", "version": "1"}, "paths": {"/stalls": {"get": operation}}}
    return read_contract(Library().read(yaml.safe_dump(document).encode(), "stalls.yaml"))


@pytest.mark.parametrize(
    ("server", "described", "finds"),
    [
        (Stalls(), "", False),
        (Stalls(forgets_zero=True), "", True),
        (Stalls(forgets_zero=True), "Greatest price; 0 for any.", False),
        (Stalls(forgets_beside=True), "", True),
    ],
)
def test_a_bound_counts_at_zero_and_beside_a_filter(server: Stalls, described: str, *, finds: bool) -> None:
    driven = drive(stalls(described), (bounds.BEHAVIOUR,), server=cast("MockServer", server))
    assert driven.failed() == ({f"listStalls::query.price_to::{bounds.SOUND}"} if finds else set())
    assert driven.passed()


class Crates:
    """Nine crates of one to nine pounds; `loses` says where the upper edge is lost: alone, or beside the lower bound."""

    def __init__(self, loses: str = "") -> None:
        self.loses = loses

    def handle(self, request: Request) -> Response:
        given = {name: int(values[0]) for name, values in parse_qs(urlsplit(request.target).query).items()}
        least, most = given.get("min_weight", 0), given.get("max_weight", 99)
        if self.loses and (self.loses == "beside") is ("min_weight" in given):
            most -= 1
        shown = [{"id": each, "weight": each} for each in range(1, 10) if least <= each <= most]
        headers = (("Content-Type", "application/json"),)
        return Response(status=200, headers=headers, body=json.dumps(shown).encode())


@pytest.mark.parametrize("loses", ["", "alone", "beside"])
def test_what_equals_a_bound_counts_alone_and_between_two(loses: str) -> None:
    """An upper bound that left out what equals it only beside a lower one was not seen."""
    weight = {"type": "integer", "minimum": 0}
    answer = {"type": "array", "items": {"type": "object", "properties": {"id": weight, "weight": weight}}}
    sides = {"min_weight": "lower", "max_weight": "upper"}
    operation = {
        "operationId": "listCrates",
        "parameters": [{"name": each, "in": "query", "schema": weight} for each in sides],
        "x-contract": {
            "collection": {"items": ""},
            "bounds": {each: {"field": "weight", side: "included"} for each, side in sides.items()},
        },
        "responses": {"200": {"description": "So.", "content": {"application/json": {"schema": answer}}}},
    }
    document = {"openapi": "3.0.3", "info": {"title": "s", "version": "1"}, "paths": {"/crates": {"get": operation}}}
    contract = read_contract(Library().read(yaml.safe_dump(document).encode(), "crates.yaml"))
    found = drive(contract, (bounds.BEHAVIOUR,), server=cast("MockServer", Crates(loses)))
    assert found.failed() == ({f"listCrates::query.max_weight::{bounds.EDGE}"} if loses else set())
    assert f"listCrates::query.min_weight::{bounds.EDGE}" in found.passed()


class Visits:
    """Visits at times with seconds; with `keeps_edge`, `from` keeps what begins at that very time."""

    def __init__(self, *, keeps_edge: bool) -> None:
        self.keeps_edge = keeps_edge
        self.starts = [f"2026-05-{day:02}T10:20:{day:02}Z" for day in range(1, 10)]

    def handle(self, request: Request) -> Response:
        headers = (("Content-Type", "application/json"),)
        if request.method == "POST":
            body = json.loads(request.body)
            self.starts.append(body["starts_at"])
            shown = {"id": len(self.starts), "starts_at": body["starts_at"]}
            return Response(status=201, headers=headers, body=json.dumps(shown).encode())
        given = parse_qs(urlsplit(request.target).query).get("from", [""])[0]
        kept = [each for each in self.starts if each > given or (each == given and self.keeps_edge)]
        shown_all = [{"id": number, "starts_at": each} for number, each in enumerate(self.starts) if each in kept]
        return Response(status=200, headers=headers, body=json.dumps(shown_all).encode())


@pytest.mark.parametrize(
    ("clients_choose", "keeps_edge", "fails"), [(True, True, False), (True, False, True), (False, False, False)]
)
def test_a_time_to_the_second_that_clients_choose_has_an_edge(
    clients_choose: bool, keeps_edge: bool, fails: bool
) -> None:
    """A start that came back as it was sent was taken for a clock's time that may be shown without its last digits."""
    moment = {"type": "string", "format": "date-time"}
    visit = {"type": "object", "properties": {"id": {"type": "integer"}, "starts_at": moment}}
    sent = {"type": "object", "required": ["starts_at"], "properties": {"starts_at": moment}}
    made = {"description": "Made.", "content": {"application/json": {"schema": visit}}}
    listing = {
        "operationId": "listVisits",
        "parameters": [{"name": "from", "in": "query", "schema": moment}],
        "x-contract": {
            "collection": {"items": ""},
            "bounds": {"from": {"field": "starts_at", "lower": "included"}},
        },
        "responses": {
            "200": {
                "description": "So.",
                "content": {"application/json": {"schema": {"type": "array", "items": visit}}},
            }
        },
    }
    create = {
        "operationId": "makeVisit",
        "requestBody": {"required": True, "content": {"application/json": {"schema": sent}}},
        "responses": {"201": made},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "s", "version": "1"},
        "paths": {"/visits": {"get": listing, **({"post": create} if clients_choose else {})}},
        "x-contract": {
            "resources": {
                "Visit": {
                    "identity": ["id"],
                    "lists": ["listVisits"],
                    **({"create": {"operation": "makeVisit"}} if clients_choose else {}),
                }
            }
        },
    }
    contract = read_contract(Library().read(yaml.safe_dump(document).encode(), "visits.yaml"))
    found = drive(contract, (bounds.BEHAVIOUR,), server=cast("MockServer", Visits(keeps_edge=keeps_edge)))
    assert found.failed() == ({f"listVisits::query.from::{bounds.EDGE}"} if fails else set())


class Shelves:
    """Shelves with books; the oldest takes no more, as one that is archived."""

    def __init__(self, *, keeps_edge: bool) -> None:
        self.keeps_edge = keeps_edge
        self.shelves = [1, 2]
        self.books: list[dict[str, int | str]] = [
            {"id": n, "shelf_id": 1, "printed": "2024-01-01"} for n in range(1, 6)
        ]

    def handle(self, request: Request) -> Response:
        headers = (("Content-Type", "application/json"),)
        url = urlsplit(request.target)
        steps = url.path.strip("/").split("/")
        shown: object = [{"id": each} for each in self.shelves]
        status = 200
        if request.method == "POST" and steps == ["shelves"]:
            self.shelves.append(len(self.shelves) + 1)
            shown, status = {"id": self.shelves[-1]}, 201
        elif request.method == "POST":
            sent = json.loads(request.body)
            shelf, printed = sent["shelf_id"], sent["printed"]
            if shelf == 1 or shelf not in self.shelves:
                return Response(status=409, headers=(), body=b"")
            self.books.append({"id": len(self.books) + 1, "shelf_id": shelf, "printed": printed})
            shown, status = self.books[-1], 201
        elif len(steps) == 3:
            before = parse_qs(url.query).get("before", ["9999"])[0]
            own = [each for each in self.books if each["shelf_id"] == int(steps[1])]
            shown = [
                each for each in own if str(each["printed"]) < before or (self.keeps_edge and each["printed"] == before)
            ]
        return Response(status=status, headers=headers, body=json.dumps(shown).encode())


@pytest.mark.parametrize("keeps_edge", [False, True])
def test_where_a_list_takes_nothing_any_more_items_that_differ_are_made_below_another_owner(keeps_edge: bool) -> None:
    """The run had archived the owner itself, so that no bound of its list was ever asked for."""
    key, day = {"type": "integer"}, {"type": "string", "format": "date"}
    book = {"type": "object", "properties": {"id": key, "shelf_id": key, "printed": day}}
    of_shelf = {**key, "example": 2}
    sent = {"type": "object", "required": ["printed", "shelf_id"], "properties": {"printed": day, "shelf_id": of_shelf}}
    shelf = {"type": "object", "properties": {"id": key}}
    owner: dict[str, Any] = {"name": "shelf_id", "in": "path", "required": True, "schema": key}
    json_of: dict[str, Any] = {"application/json": {"schema": {}}}

    def answers(schema: dict[str, Any], status: str = "200") -> dict[str, Any]:
        return {status: {"description": "So.", "content": {"application/json": {"schema": schema}}}}

    before = {"name": "before", "in": "query", "schema": day}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "s", "version": "1"},
        "paths": {
            "/shelves": {
                "get": {
                    "operationId": "listShelves",
                    "x-contract": {"collection": {"items": ""}},
                    "responses": answers({"type": "array", "items": shelf}),
                },
                "post": {
                    "operationId": "makeShelf",
                    "requestBody": {"content": json_of},
                    "responses": answers(shelf, "201"),
                },
            },
            "/shelves/{shelf_id}/books": {
                "get": {
                    "operationId": "listBooks",
                    "parameters": [{**owner, "example": 1}, before],
                    "x-contract": {
                        "collection": {"items": ""},
                        "bounds": {"before": {"field": "printed", "upper": "excluded"}},
                    },
                    "responses": answers({"type": "array", "items": book}),
                },
            },
            "/books": {
                "post": {
                    "operationId": "makeBook",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": sent}}},
                    "responses": {**answers(book, "201"), "409": {"description": "Archived."}},
                },
            },
        },
        "x-contract": {
            "resources": {
                "Shelf": {"identity": ["id"], "create": {"operation": "makeShelf"}, "lists": ["listShelves"]},
                "Book": {
                    "identity": ["id"],
                    "create": {"operation": "makeBook"},
                    "lists": ["listBooks"],
                },
            }
        },
    }
    contract = read_contract(Library().read(yaml.safe_dump(document).encode(), "shelves.yaml"))
    found = drive(contract, (bounds.BEHAVIOUR,), server=cast("MockServer", Shelves(keeps_edge=keeps_edge)))
    edge = f"listBooks::query.before::{bounds.EDGE}"
    assert edge in (found.failed() if keeps_edge else found.passed()), found.untested()
