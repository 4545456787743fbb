"""What the mock begins with."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request
from contract_suite.model.json import JSON, at


def counts(server: MockServer) -> dict[tuple[str, tuple[str, ...]], int]:
    found = {}
    raw = server.contract.seed
    for group in raw["groups"] if isinstance(raw, dict) and isinstance(raw["groups"], list) else []:
        assert isinstance(group, dict)
        name = str(group["resource"])
        given = group.get("scope") or {}
        assert isinstance(given, dict)
        scope = tuple(str(given[each]) for each in server.state.resources[name].scope)
        found[name, scope] = len(server.state.all(name, scope))
    return found


def all_bodies(server: MockServer) -> list[tuple[str, dict[str, JSON]]]:
    return [
        (name, server.state.shown(record)) for name, scope in counts(server) for record in server.state.all(name, scope)
    ]


def test_every_record_is_there_valid_and_unique(seeded_family: Contract) -> None:
    server = MockServer(seeded_family)
    raw = seeded_family.seed
    assert isinstance(raw, dict)
    assert isinstance(raw["groups"], list)
    wanted: dict[str, int] = {}
    for group in raw["groups"]:
        assert isinstance(group, dict)
        wanted[str(group["resource"])] = wanted.get(str(group["resource"]), 0) + int(str(group["count"]))
    made: dict[str, int] = {}
    for name, body in all_bodies(server):
        made[name] = made.get(name, 0) + 1
        assert server.catalogue.fits(name, body)
    assert made == wanted
    for name, scope in counts(server):
        for record in server.state.all(name, scope):
            assert server.state.clashes(record) == ""


@pytest.mark.parametrize("records", [0, 1, 3, 200])
def test_there_are_as_many_of_each_main_resource_as_asked_for(seeded_family: Contract, records: int) -> None:
    server = MockServer(seeded_family, records=records)
    owned = {name for each in seeded_family.resources for name in each.owns}
    for resource in seeded_family.resources:
        if resource.name not in owned:
            assert max(count for (name, _), count in counts(server).items() if name == resource.name) == records
    for name, scope in counts(server):
        for record in server.state.all(name, scope):
            assert record.owner is None or server.state.find(*record.owner) is not None


def test_empty_keeps_the_containers(library: Contract) -> None:
    server = MockServer(library, empty=True)
    assert set(counts(server).values()) == {0}
    key = (("X-Key", "sk-abcdefgh"),)
    assert server.handle(Request(method="GET", target="/north/books", headers=key)).status == 200
    assert server.handle(Request(method="GET", target="/south/books", headers=key)).status == 404


def test_the_same_seed_gives_the_same_records(library: Contract, family: Contract) -> None:
    for contract in (library, family):
        assert all_bodies(MockServer(contract, seed=4)) == all_bodies(MockServer(contract, seed=4))


def test_repeats_vary_as_the_seed_data_says(library: Contract) -> None:
    books = [body for name, body in all_bodies(MockServer(library)) if name == "Book"]
    assert [body["title"] for body in books] == [
        "Emma",
        "emmanuelle",
        "Überfahrt",
        "Emma_2",
        "emmanuelle_2",
        "Überfahrt_2",
        "Emma_3",
    ]
    assert [at(body, "/meta/made") for body in books] == [5000, 4000, 6000, 6000, 5000, 7000, 7000]
    assert [body["pages"] for body in books] == [9, 100, 10, 16, 107, 17, 23]
    assert len({json.dumps(at(body, "/meta/id")) for body in books}) == 7


@pytest.mark.longer
def test_a_variation_stays_within_its_schema(library: Contract) -> None:
    titles = [str(body["title"]) for name, body in all_bodies(MockServer(library, records=4000)) if name == "Book"]
    assert len(set(titles)) == len(titles) == 4000
    assert max(map(len, titles)) <= 20


def test_without_seed_data_the_examples_of_the_document_are_there(read_text: Callable[..., Contract]) -> None:
    contract = read_text("""
openapi: 3.1.0
info: {title: T, version: "1"}
x-contract:
  resources:
    Note: {identity: [id], scope: [user], read: {operation: read}, lists: [list]}
paths:
  /{user}/notes:
    get:
      operationId: list
      parameters: [{name: user, in: path, required: true, schema: {type: string}, example: ann}]
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties:
                  notes: {type: array, items: {type: object, required: [id], properties: {id: {type: integer}, text: {type: string}}}}
              examples:
                some: {value: {notes: [{id: 1, text: one}, {id: 2, text: two}, {id: bad}]}}
  /{user}/notes/{noteId}:
    get:
      operationId: read
      parameters:
        - {name: user, in: path, required: true, schema: {type: string}}
        - {name: noteId, in: path, required: true, schema: {type: integer}}
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {type: object, required: [id, text], properties: {id: {type: integer}, text: {type: string}}}
              example: {id: 3, text: three}
""")
    server = MockServer(contract)
    bodies = [
        json.loads(server.handle(Request(method="GET", target=f"/ann/notes{rest}")).body) for rest in ("", "/2", "/3")
    ]
    assert bodies == [
        {"notes": [{"id": 1, "text": "one"}, {"id": 2, "text": "two"}, {"id": 3, "text": "three"}]},
        {"id": 2, "text": "two"},
        {"id": 3, "text": "three"},
    ]
    assert server.handle(Request(method="GET", target="/ann/notes/4")).status == 404
    assert json.loads(server.handle(Request(method="GET", target="/bob/notes")).body) == {"notes": []}
