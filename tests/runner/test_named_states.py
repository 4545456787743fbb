"""What a refusal says of a state leads to the write that takes the state as a value, through those before it if need be."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.runner.session.making.named_states import NamedState, lead_into
from tests.runner.right_servers import Answer, Node, as_json, found, judged, served

STAGES = ["new", "triaged", "in_progress", "done"]
TICKET: Node = {
    "type": "object",
    "required": ["id", "title", "stage"],
    "properties": {"id": {"type": "integer"}, "title": {"type": "string"}, "stage": {"enum": STAGES}},
}
LOG: Node = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "hours": {"type": "integer"}},
}
TEXT: Node = {"type": "string", "minLength": 1, "maxLength": 40}
HOURS: Node = {"type": "integer", "minimum": 1, "maximum": 24}


def _body(required: str, **members: Node) -> Node:
    return {"required": True, **as_json({"type": "object", "required": [required], "properties": members})}


def document(way: str) -> Node:
    """Tickets whose stage is changed by a PATCH of the ticket, or by a PUT of its stage."""
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    refused = {str(status): as_json({"type": "object"}) for status in (400, 404, 409)}
    stage = {"operationId": "stage", "responses": {"200": as_json(TICKET), **refused}}
    if way == "PATCH":
        sent = as_json({"type": "object", "properties": {"title": TEXT, "stage": {"enum": STAGES}}})
        on_ticket, below = {"patch": {**stage, "requestBody": {"required": True, **sent}}}, {}
    else:
        put = {**stage, "requestBody": _body("stage", stage={"enum": STAGES})}
        on_ticket, below = {}, {"/tickets/{id}/stage": {"parameters": key, "put": put}}
    made = {"operationId": "make", "requestBody": _body("title", title=TEXT)}
    log = {"operationId": "log", "requestBody": _body("hours", hours=HOURS)}
    return {
        "openapi": "3.0.3",
        "info": {"title": "tickets", "version": "1"},
        "paths": {
            "/tickets": {"post": {**made, "responses": {"201": as_json(TICKET), **refused}}},
            "/tickets/{id}": {
                "parameters": key,
                "get": {"operationId": "read", "responses": {"200": as_json(TICKET), **refused}},
                **on_ticket,
            },
            **below,
            "/tickets/{id}/logs": {"parameters": key, "post": {**log, "responses": {"201": as_json(LOG), **refused}}},
        },
    }


class Tickets:
    """Goes from one stage to the next; hours are logged while work is in progress."""

    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, Any]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        key, _, below = path.removeprefix("/tickets").strip("/").partition("/")
        if method != "GET" and not isinstance(sent, dict):
            return 400, {"errors": {"base": ["no object"]}}
        given = sent if isinstance(sent, dict) else {}
        if (method, key) == ("POST", ""):
            return self._made(given)
        ticket = self.tickets.get(key)
        if ticket is None:
            return 404, {"errors": {"base": ["none"]}}
        if method == "GET" and not below:
            return 200, ticket
        if (method, below) in {("PATCH", ""), ("PUT", "stage")}:
            return self._changed(ticket, given, needs=below)
        return self._logged(ticket, given) if (method, below) == ("POST", "logs") else (405, None)

    def _made(self, given: dict[str, Any]) -> Answer:
        if not _is_text(given.get("title")):
            return 400, {"errors": {"title": ["is wrong"]}}
        number = next(self.numbers)
        self.tickets[str(number)] = {"id": number, "title": given["title"], "stage": "new"}
        return 201, self.tickets[str(number)]

    def _changed(self, ticket: dict[str, Any], given: dict[str, Any], *, needs: str) -> Answer:
        stage = given.get("stage", "" if needs else ticket["stage"])
        if stage not in STAGES or not _is_text(given.get("title", ticket["title"])):
            return 400, {"errors": {"stage": ["is wrong"]}}
        if STAGES.index(stage) - STAGES.index(ticket["stage"]) not in {0, 1}:
            return 409, {"errors": {"base": [f"cannot go from {ticket['stage']} to {stage}"]}}
        ticket |= {"stage": stage, "title": given.get("title", ticket["title"])}
        return 200, ticket

    def _logged(self, ticket: dict[str, Any], given: dict[str, Any]) -> Answer:
        if type(given.get("hours")) is not int or not 1 <= given["hours"] <= 24:
            return 400, {"errors": {"hours": ["is wrong"]}}
        if ticket["stage"] != "in_progress":
            return 409, {"errors": {"base": ["Hours can be logged while the ticket is in progress"]}}
        return 201, {"id": 1, "hours": given["hours"]}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 40


@pytest.mark.parametrize("way", ["PATCH", "PUT"])
def test_a_ticket_is_led_into_the_state_that_a_refusal_names(tmp_path: Path, way: str) -> None:
    """What needs a thing two steps further on was never served: only actions that name their state were tried."""
    record = judged(document(way), Tickets(), tmp_path)
    assert "log" in served(record)
    assert [each for each in found(record) if "::method::" not in each[1]] == []


class Sent(Tickets):
    """Takes the country of a ticket beside its stage, and says more than the name of a stage."""

    def __init__(self) -> None:
        super().__init__()
        self.countries: list[Any] = []

    def _changed(self, ticket: dict[str, Any], given: dict[str, Any], *, needs: str) -> Answer:
        if "country" in given:
            self.countries.append(given["country"])
            known = given["country"] in COUNTRIES
            return (409, {"errors": {"base": ["moved"]}}) if known else (400, {"errors": {"country": ["is wrong"]}})
        return super()._changed(ticket, given, needs=needs)

    def _logged(self, ticket: dict[str, Any], given: dict[str, Any]) -> Answer:
        status, value = super()._logged(ticket, given)
        told = "As it is, no: at work in progress, and so to be."
        return status, {"errors": {"base": [told]}} if status == 409 else value


COUNTRIES = [first + second for first in "ABCINST" for second in "EINOSTU"]


def test_a_country_is_no_state_that_a_refusal_names(tmp_path: Path) -> None:
    """A refusal that said "is" and "no" had a new ticket led through nine countries, for each such word."""
    tickets = document("PATCH")
    body = tickets["paths"]["/tickets/{id}"]["patch"]["requestBody"]["content"]["application/json"]
    country = {"type": "string", "enum": COUNTRIES}
    body["schema"]["properties"] = {"country": country, **body["schema"]["properties"]}
    server = Sent()
    assert "log" in served(judged(tickets, server, tmp_path))
    assert len(server.countries) < 2 * len(COUNTRIES)  # each is a valid value, and sent as one


@pytest.mark.parametrize(
    ("start", "asked"),
    [("triaged", ["done"]), ("new", ["done", "new", "triaged", "done"]), ("lost", ["done", "new", "triaged"])],
)
def test_states_are_passed_in_their_order_where_the_last_one_is_refused(start: str, asked: list[str]) -> None:
    contract = read_contract(
        Library().read(b'{"openapi": "3.1.0", "info": {}, "paths": {"/a": {"patch": {}}}}', "a.json")
    )
    allowed = {"new": {"new", "triaged"}, "triaged": {"done"}, "lost": set[str]()}
    tried: list[str] = []
    state = start

    def ask(arguments: Any) -> bool:
        nonlocal state
        tried.append(arguments["body"]["stage"])
        if tried[-1] not in allowed[state]:
            return False
        state = tried[-1]
        return True

    named = NamedState(contract.operations[0], "stage", "done", ("new", "triaged"))
    assert lead_into(named, {}, ask) is (start != "lost")
    assert tried == asked
