"""A list that gives shorter pages than it is asked for, without a word: what no page shows may stand on a later one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from contract_suite.behaviours.collections.filtering import filtering
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive

MOST, COUNT = 12, 144
KINDS = ["person", "company", "group"]


def contract(total: str) -> Contract:
    """Contacts in pages of any size, filtered by a boolean and by one of three values; `total` is where a body says it."""
    contact = {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "active": {"type": "boolean"},
            "kind": {"type": "string", "enum": KINDS},
        },
    }
    places = {"items": "/contacts", **({"total": total} if total else {})}
    operation = {
        "operationId": "listContacts",
        "parameters": [
            {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1}},
            {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}},
            {"name": "active", "in": "query", "schema": {"type": "boolean"}},
            {"name": "kind", "in": "query", "schema": {"type": "string", "enum": KINDS}},
        ],
        "x-contract": {
            "collection": {**places, "page": {"number": "page", "size": "size"}},
            "filters": {"active": {"field": "active"}, "kind": {"field": "kind"}},
        },
        "responses": {
            "200": {
                "description": "Contacts.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "contacts": {"type": "array", "items": contact},
                                "total": {"type": "integer"},
                            },
                        }
                    }
                },
            }
        },
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Contacts", "version": "1"},
        "x-contract": {
            "resources": {"Contact": {"identity": ["id"], "lists": ["listContacts"]}},
        },
        "paths": {"/contacts": {"get": operation}},
    }
    return read_contract(Library().read(json.dumps(document).encode(), "contacts.json"))


class Capped:
    """144 contacts, 12 of them a page at most; one of each kind of contact is lost by a filter where `loses`."""

    def __init__(self, *, loses: bool = False) -> None:
        self.loses = loses
        self.contacts: list[dict[str, Any]] = [
            {"id": each, "active": each % 3 > 0, "kind": KINDS[min(each % 30, 2)]} for each in range(1, COUNT + 1)
        ]

    def handle(self, request: Request) -> Response:
        query = dict(parse_qsl(urlsplit(request.target).query))
        found = [
            each
            for each in self.contacts
            if query.get("active") in (None, json.dumps(each["active"])) and query.get("kind") in (None, each["kind"])
        ]
        if self.loses and "kind" in query:
            found = found[1:]
        size = min(int(query.get("size", MOST)), MOST)
        start = (int(query.get("page", 1)) - 1) * size
        body = {"contacts": found[start : start + size], "total": len(found)}
        return Response(status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode())


@pytest.mark.parametrize("total", ["/total", ""], ids=["says how many there are", "says no total"])
def test_a_page_that_is_cut_short_leaves_nothing_out(total: str) -> None:
    """What a page of 12 of 1,000 did not show was missed: each value of an enum and both of a boolean are asked for."""
    driven = drive(contract(total), (filtering.BEHAVIOUR,), server=Capped())
    assert not driven.failed()
    assert driven.passed()


def test_what_a_page_with_room_leaves_out_is_missed() -> None:
    driven = drive(contract("/total"), (filtering.BEHAVIOUR,), server=Capped(loses=True))
    assert any(clause.endswith("query.kind::filter-complete") for clause in driven.failed()), driven
