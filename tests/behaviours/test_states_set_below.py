"""States that are set below a thing (`PUT /parcels/{id}/status`), some with more in the body: each flaw is found, a right server is left alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from contract_suite.behaviours.actions import said_transitions
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import Driven, drive

STATES = ["packed", "sent", "delivered", "lost"]
ALLOWED = {"packed": {"sent"}, "sent": {"delivered", "lost"}, "delivered": set[str](), "lost": set[str]()}
SAID = (
    "A `packed` parcel can become `sent`, a `sent` one `delivered` or `lost`. Both `delivered` and `lost` are final.\n"
    "Everything else is refused with 409. For `delivered`, `doorId` says where."
)
CLAUSE = "setStatus::body/{}::transition-refused"


def parcels(
    said: str = SAID, *, method: str = "put", below: str = "status", member: str = "status", enveloped: bool = False
) -> Contract:
    """Houses with doors, and parcels for a house, of which a path below sets the state."""

    def content(schema: dict[str, Any]) -> dict[str, Any]:
        if enveloped and "id" in schema["properties"]:
            schema = thing(data=schema, meta=thing(requestId={"type": "string"}))
        return {"description": "so", "content": {"application/json": {"schema": schema}}}

    def operation(name: str, status: str, shown: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
        answers = {status: content(shown), "404": {"description": "none"}, "409": {"description": "not now"}}
        return {
            "operationId": name,
            "responses": answers,
            **({"requestBody": {"required": True, **content(body)}} if body else {}),
        }

    def thing(**members: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "required": list(members), "properties": members}

    text, number = {"type": "string", "minLength": 1}, {"type": "integer"}
    parcel = thing(id=number, houseId=number, status={"type": "string", "enum": STATES})
    key = [{"name": "id", "in": "path", "required": True, "schema": number}]
    house_key = [{"name": "houseId", "in": "path", "required": True, "schema": number}]
    sent: dict[str, Any] = {
        "type": "object",
        "required": [member],
        "properties": {member: {"type": "string", "enum": STATES[1:]}, "doorId": number},
    }
    change = {**operation("setStatus", "200", parcel, sent), "description": said}
    paths = {
        "/houses": {"post": operation("makeHouse", "201", thing(id=number, name=text), thing(name=text))},
        "/houses/{houseId}": {"parameters": house_key, "get": operation("readHouse", "200", thing(id=number, name=text))},
        "/houses/{houseId}/doors": {"parameters": house_key, "post": operation("makeDoor", "201", thing(id=number, name=text), thing(name=text))},
        "/parcels": {"post": operation("makeParcel", "201", parcel, thing(houseId=number))},
        "/parcels/{id}": {"parameters": key, "get": operation("readParcel", "200", parcel)},
        f"/parcels/{{id}}/{below}": {"parameters": key, method: change},
    }  # fmt: skip
    document = {"openapi": "3.0.3", "info": {"title": "Parcels", "version": "1"}, "paths": paths}
    return read_contract(Library().read(yaml.safe_dump(document).encode(), "parcels.yaml"))


class Parcels:
    """Serves the allowed changes and the `flaws` among the others; `delivered` needs a door of the parcel's house."""

    def __init__(
        self, *flaws: tuple[str, str], quietly: bool = False, member: str = "status", enveloped: bool = False
    ) -> None:
        self.flaws, self.quietly, self.member, self.enveloped = flaws, quietly, member, enveloped
        self.houses: set[int] = set()
        self.doors: dict[int, int] = {}
        self.parcels: dict[int, dict[str, Any]] = {}

    def handle(self, request: Request) -> Response:
        answer = self._handle(request)
        if self.enveloped:
            shown = {"data": json.loads(answer.body), "meta": {"requestId": "r"}}
            return _answer(answer.status, shown)
        return answer

    def _handle(self, request: Request) -> Response:
        kind, *rest = request.target.partition("?")[0].strip("/").split("/")
        body = json.loads(request.body) if request.body else {}
        key = int(rest[0]) if rest else 0
        if kind == "houses":
            return self._house(key, rest[1:], body)
        if not rest:
            if body.get("houseId") not in self.houses:
                return _answer(409)
            made = {"id": len(self.parcels) + 1, "houseId": body["houseId"], "status": "packed"}
            self.parcels[made["id"]] = made
            return _answer(201, made)
        parcel = self.parcels.get(key)
        if parcel is None or request.method == "GET":
            return _answer(404 if parcel is None else 200, parcel)
        begin, end = parcel["status"], body[self.member]
        change, kept = (begin, end), end in ALLOWED[begin]
        if not kept and change not in self.flaws:
            return _answer(409)
        if end == "delivered" and self.doors.get(body.get("doorId", 0)) != parcel["houseId"]:
            return _answer(409)
        parcel["status"] = end
        return _answer(409 if self.quietly and not kept else 200, parcel)

    def _house(self, key: int, below: list[str], body: dict[str, Any]) -> Response:
        if below:
            made = {"id": 1000 + len(self.doors), **body}
            self.doors[made["id"]] = key
            return _answer(201 if key in self.houses else 404, made)
        if not key:
            self.houses.add(700 + len(self.houses))
            key = max(self.houses)
        return _answer(201 if body else 200, {"id": key, "name": "x"})


def _answer(status: int, body: Any = None) -> Response:
    sent = json.dumps(body if body is not None else {}).encode()
    return Response(status=status, headers=(("Content-Type", "application/json"),), body=sent)


def _found(contract: Contract, server: Parcels) -> Driven:
    return drive(contract, (said_transitions.BEHAVIOUR,), server=server)


@pytest.mark.parametrize("flaw", [None, ("delivered", "lost"), ("lost", "sent"), ("packed", "lost")])
def test_a_change_that_is_not_allowed_is_found_also_where_the_way_there_needs_something_of_its_own(
    flaw: tuple[str, str] | None,
) -> None:
    """A parcel can be delivered to a door of its house alone: one is made for it."""
    found = _found(parcels(), Parcels(*([flaw] if flaw else [])))
    clause = {CLAUSE.format("status")}
    assert (found.failed(), found.passed()) == ((clause, set()) if flaw else (set(), clause))


@pytest.mark.parametrize(
    ("method", "below", "member"),
    [("post", "transitions", "to"), ("patch", "state", "newStatus"), ("post", "move", "status")],
)
def test_whatever_the_path_below_and_its_member_are_called(method: str, below: str, member: str) -> None:
    contract = parcels(method=method, below=below, member=member)
    assert _found(contract, Parcels(("sent", "sent"), ("lost", "sent"), member=member)).failed() == {
        CLAUSE.format(member)
    }
    assert _found(contract, Parcels(member=member)).failed() == set()


@pytest.mark.parametrize("flaws", [(), (("lost", "sent"),)])
def test_what_stands_in_an_envelope_beside_meta_is_found_there(flaws: tuple[tuple[str, str], ...]) -> None:
    found = _found(parcels(enveloped=True), Parcels(*flaws, enveloped=True))
    clause = {CLAUSE.format("status")}
    assert (found.failed(), found.passed()) == ((clause, set()) if flaws else (set(), clause))


def test_a_change_that_is_refused_and_made_all_the_same_is_found() -> None:
    assert _found(parcels(), Parcels(("lost", "sent"), quietly=True)).failed() == {CLAUSE.format("status")}


def test_setting_a_state_again_may_be_served_where_no_text_says_otherwise() -> None:
    again = tuple((each, each) for each in STATES)
    assert _found(parcels(), Parcels(*again)).failed() == set()
    said = SAID.replace("Everything else", "Everything else, also setting the status that it has already,")
    assert _found(parcels(said), Parcels(*again)).failed() == {CLAUSE.format("status")}


def test_a_path_below_that_sets_no_state_has_no_clause() -> None:
    assert {each.kind for each in said_transitions.clauses(parcels("Says nothing."))} == {"said-transitions"}
