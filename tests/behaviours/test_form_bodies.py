"""Behaviours of single things on a server whose requests are HTML forms and whose answers are JSON."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.behaviours.kit.form_values import carries, read_back
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.model.exchange import Request, Response
from contract_suite.model.json import JSON
from tests.behaviours.driving import Driven, drive

DOCUMENT = """
openapi: 3.0.3
info: {title: Guests, version: '1'}
paths:
  /guests:
    get:
      operationId: GetGuests
      responses: {'200': {description: all, content: {application/json: {schema:
        {type: object, required: [data], properties: {data: {type: array, items: {$ref: '#/components/schemas/guest'}}}}}}}}
    post:
      operationId: PostGuests
      requestBody: {content: {application/x-www-form-urlencoded: &form {schema: {type: object, properties: {
        name: {type: string}, note: {type: string}, floor: {type: string, enum: ['1', '2', '3']}, nights: {type: integer, minimum: 0},
        quiet: {type: boolean}, wishes: {type: object, additionalProperties: {type: string}}}},
        encoding: {wishes: {style: deepObject, explode: true}}}}}
      responses: &one {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/guest'}}}},
        default: {description: an error}}
  /guests/{guest}:
    parameters: [{name: guest, in: path, required: true, schema: {type: string}}]
    get:
      operationId: GetGuestsGuest
      responses: {'200': {description: one, content: {application/json: {schema:
        {anyOf: [{$ref: '#/components/schemas/guest'}, {$ref: '#/components/schemas/gone'}]}}}},
        default: {description: an error}}
    post:
      operationId: PostGuestsGuest
      description: Updates a guest. Parameters that are not given are left unchanged.
      requestBody: {content: {application/x-www-form-urlencoded: *form}}
      responses: *one
components:
  schemas:
    guest: {type: object, required: [id, object], properties: {id: {type: string}, object: {type: string, enum: [guest]},
      name: {type: string, nullable: true}, note: {type: string, nullable: true}, floor: {type: integer, nullable: true},
      nights: {type: integer, nullable: true}, quiet: {type: boolean, nullable: true},
      wishes: {type: object, additionalProperties: {type: string}}}}
    gone: {type: object, required: [id, deleted], properties: {id: {type: string}, deleted: {type: boolean, enum: [true]}}}
"""
TAKEN = ("name", "note", "floor", "nights", "quiet", "wishes")
FLAWS = [
    ("creation", "nights-capped", "PostGuests::Guest::values-read-back"),
    ("creation", "quiet-lost", "PostGuests::Guest::values-read-back"),
    ("creation", "last-wish-alone", "PostGuests::Guest::values-read-back"),
    ("updates", "note-stays", "PostGuestsGuest::Guest::update-read-back"),
    ("updates", "unnamed-lost", "PostGuestsGuest::Guest::unnamed-kept"),
]


@cache
def document() -> Contract:
    return with_guesses(read_contract(Library().read(DOCUMENT.encode(), "guests.yaml")))


class FormServer:
    """Guests, of which an empty field unsets one's own, and of which `floor` is a text that is kept as a number."""

    def __init__(self, flaw: str = "") -> None:
        self.flaw = flaw
        self.guests: dict[str, dict[str, Any]] = {}
        self.keep({"name": "Ann"})

    def keep(self, given: dict[str, Any]) -> dict[str, Any]:
        key = f"g{len(self.guests) + 1}"
        self.guests[key] = {"id": key, "object": "guest", "wishes": {}}
        self.change(self.guests[key], given)
        if self.flaw == "quiet-lost":
            self.guests[key].pop("quiet", None)
        return self.guests[key]

    def change(self, guest: dict[str, Any], given: dict[str, Any]) -> None:
        for name, value in given.items():
            if name not in TAKEN:
                continue
            if name == "wishes":
                kept = dict(list(value.items())[-1:]) if self.flaw == "last-wish-alone" else value
                guest[name] = {**guest[name], **kept}
            else:
                guest[name] = None if value == "" else int(value) if name == "floor" else value
        if self.flaw == "nights-capped" and (guest.get("nights") or 0) > 1000:
            guest["nights"] = 1000

    def handle(self, request: Request) -> Response:
        operation, found, _ = route(document(), request.method, request.target)
        guest = self.guests.get(str(found.get("guest")))
        if operation is None or (found and guest is None):
            return _answer(404, {"error": "unknown"})
        if request.method == "GET":
            return _answer(200, guest or {"data": list(self.guests.values())})
        media = operation.body.of_members if operation.body else None
        assert media is not None
        sent = read_back(request.body, media.name, media) if request.body else {}
        valid = media.schema is not None and media.schema.is_valid(sent)
        if not (isinstance(sent, dict) and valid):
            return _answer(400, {"error": "invalid"})
        if guest is None:
            return _answer(200, self.keep(sent))
        if self.flaw == "note-stays":
            sent.pop("note", None)
        if self.flaw == "unnamed-lost":
            guest.update({name: None for name in ("name", "note", "nights") if name not in sent})
        self.change(guest, sent)
        return _answer(200, guest)


def _answer(status: int, value: object) -> Response:
    return Response(status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(value).encode())


def driven(name: str, flaw: str = "") -> Driven:
    behaviours = [each for each in BEHAVIOURS if each.name == name]
    return drive(document(), behaviours, server=FormServer(flaw))


@pytest.mark.parametrize(("behaviour", "flaw", "clause"), FLAWS)
def test_a_flaw_is_found_behind_form_bodies(behaviour: str, flaw: str, clause: str) -> None:
    """Only JSON bodies were filled in: a service that takes forms was asked for hardly anything."""
    assert clause in driven(behaviour, flaw).failed()


@pytest.mark.parametrize("behaviour", ["creation", "updates", "refused-effect", "immutability", "member-defaults"])
def test_a_right_server_is_left_alone(behaviour: str) -> None:
    found = driven(behaviour)
    assert not found.failed()
    assert {clause for each, _, clause in FLAWS if each == behaviour} <= found.passed()


@pytest.mark.parametrize(
    ("name", "value", "carried"),
    [
        ("name", "a & b=c", True),
        ("name", "", False),
        ("name", None, False),
        ("nights", 7, True),
        ("quiet", False, True),
        ("wishes", {"tea": "green"}, True),
        ("wishes", {"tea": ""}, False),
        ("wishes", {}, False),
        ("name", {"of": "no style"}, False),
    ],
)
def test_a_form_carries_what_every_server_reads_alike(name: str, value: JSON, carried: bool) -> None:
    body = document().operation("PostGuests").body
    assert body is not None
    assert body.of_members is not None
    assert carries(body.of_members, name, value) is carried
