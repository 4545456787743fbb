"""Changes of state that a description does not allow: each is found, a right server is left alone, and only clear texts count."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from contract_suite.behaviours.actions import said_refusals, said_transitions
from contract_suite.contract.document import Library
from contract_suite.contract.naming.states import state_of
from contract_suite.contract.naming.transitions import StateRules, state_rules
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive

STATES = ["open", "pending", "solved", "closed"]
ALLOWED = {
    "open": {"pending", "solved"},
    "pending": {"open", "solved"},
    "solved": {"open", "closed"},
    "closed": set[str](),
}
SAID = "Open to pending or solved; pending to open or solved; solved to open or closed. All others answer 422."


def tickets(said: str = SAID, *, whole: bool = False, only: str = "") -> Contract:
    """Tickets with a state that PATCH or PUT sets; notes are added below, and ratings, which solve them."""
    state: dict[str, Any] = {"type": "string", "enum": STATES}
    inner: dict[str, Any] = {"type": "object", "properties": {"state": state, "title": {"type": "string"}}}
    shown = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, **inner["properties"]}}
    sent = {**inner, "required": ["title"]}
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]

    def content(schema: dict[str, Any]) -> dict[str, Any]:
        return {"description": "so", "content": {"application/json": {"schema": schema}}}

    def operation(name: str, status: str, body: dict[str, Any] | None = None, said: str = "") -> dict[str, Any]:
        answers = {status: content(shown), "404": {"description": "none"}, "422": {"description": "no"}}
        asked = {"requestBody": {"required": True, **content(body)}} if body else {}
        return {"operationId": name, "description": said, "responses": answers, **asked}

    change = operation("changeTicket", "200", sent if whole else inner, said)
    note = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
    paths = {
        "/tickets": {"post": operation("makeTicket", "201", {**sent, "properties": {"title": {"type": "string"}}})},
        "/tickets/{id}": {
            "parameters": key,
            "get": operation("readTicket", "200"),
            "put" if whole else "patch": change,
        },
        "/tickets/{id}/notes": {
            "parameters": key,
            "post": operation("note", "201", note, "Closed tickets take no notes (422)."),
        },
        "/tickets/{id}/ratings": {"parameters": key, "post": operation("rate", "201", note)},
        "/tickets/{id}/escalate": {"parameters": key, "post": operation("escalate", "200", said=only)},
    }
    document = {"openapi": "3.0.3", "info": {"title": "Tickets", "version": "1"}, "paths": paths}
    return read_contract(Library().read(yaml.safe_dump(document).encode(), "tickets.yaml"))


class Tickets:
    """Serves the allowed changes, the `flaws` among the others, notes on what is closed, and escalates what is solved, where that is a flaw."""

    def __init__(self, *flaws: tuple[str, str], takes_notes: bool = False, escalates: bool = False) -> None:
        self.flaws, self.takes_notes, self.escalates = flaws, takes_notes, escalates
        self.things: dict[str, dict[str, Any]] = {}

    def handle(self, request: Request) -> Response:
        parts = request.target.partition("?")[0].strip("/").split("/")
        body = json.loads(request.body) if request.body else {}
        if request.method == "POST" and len(parts) == 1:
            number = len(self.things) + 1
            self.things[str(number)] = {"id": number, "state": "open", "title": body.get("title")}
            return _answer(201, self.things[str(number)])
        if len(parts) < 2 or parts[1] not in self.things:
            return _answer(404)
        thing = self.things[parts[1]]
        if parts[2:] == ["ratings"]:
            thing["state"] = "solved"
            return _answer(201, thing)
        if parts[2:] == ["escalate"]:
            return _answer(200, thing) if thing["state"] == "open" or self.escalates else _answer(422)
        if len(parts) == 3:
            return _answer(422) if thing["state"] == "closed" and not self.takes_notes else _answer(201, thing)
        change = (thing["state"], body.get("state", thing["state"]))
        if change[0] != change[1] and change[1] not in ALLOWED[change[0]] and change not in self.flaws:
            return _answer(422)
        thing.update(body)
        return _answer(200, thing)


def _answer(status: int, body: Any = None) -> Response:
    sent = json.dumps(body if body is not None else {}).encode()
    return Response(status=status, headers=(("Content-Type", "application/json"),), body=sent)


CLAUSE = "changeTicket::body/state::transition-refused"


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("flaw", [None, ("open", "closed"), ("closed", "open"), ("pending", "closed")])
def test_a_change_that_is_not_allowed_is_found(flaw: tuple[str, str] | None, *, whole: bool) -> None:
    server = Tickets(*([flaw] if flaw else []))
    found = drive(tickets(whole=whole), (said_transitions.BEHAVIOUR,), server=server)
    assert found.failed() == ({CLAUSE} if flaw else set())
    assert found.passed() == (set() if flaw else {CLAUSE})


@pytest.mark.parametrize("takes_notes", [True, False])
def test_an_update_leads_to_the_state_in_which_an_action_is_refused(*, takes_notes: bool) -> None:
    found = drive(tickets(), (said_refusals.BEHAVIOUR,), server=Tickets(takes_notes=takes_notes))
    clause = {"note::action::refused-in-state"}
    assert (found.failed(), found.passed()) == ((clause, set()) if takes_notes else (set(), clause))


@pytest.mark.parametrize(
    ("said", "escalates", "kinds"),
    [
        ("Only open tickets can be escalated (422).", True, {"refused-in-other-states"}),
        ("Only open tickets can be escalated (422).", False, set()),
        ("Only possible while the ticket is open or solved.", True, {"refused-in-state"}),
        ("Only open tickets can be escalated, unless somebody insists.", True, set()),
        ("Escalates an open ticket.", True, set()),
        ("Only tickets with a title can be opened by it.", True, set()),
        ("The ticket must be open (422).", True, {"refused-in-other-states"}),
        ("Only tickets that are `open` are escalated (422).", False, set()),
    ],
)
def test_whatever_leads_out_of_the_states_of_an_action_is_followed_by_it(
    said: str, *, escalates: bool, kinds: set[str]
) -> None:
    """A rating solves a ticket, though nothing says so: what is for open ones alone must be refused then."""
    found = drive(tickets(only=said), (said_refusals.BEHAVIOUR,), server=Tickets(escalates=escalates))
    assert found.failed() == {f"escalate::action::{kind}" for kind in kinds}
    passed = "escalate::action::refused-in-other-states" in found.passed()
    assert passed is (said.endswith("(422).") and not escalates)


STEP_BY_STEP = {"open": {"pending"}, "pending": {"solved"}, "solved": {"closed"}, "closed": set[str]()}


CLOSED_FROM_ALL = {here: {*there, "closed"} for here, there in STEP_BY_STEP.items() if here != "closed"} | {
    "closed": set[str]()
}


def _others(allowed: dict[str, set[str]]) -> set[tuple[str, str]]:
    return {(here, there) for here in STATES for there in STATES if here != there and there not in allowed[here]}


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (SAID, _others(ALLOWED)),
        (SAID.replace(" to ", " -> ").replace("; ", ", "), _others(ALLOWED)),
        ("`open` -> `pending`, `pending` -> `solved`, `solved` -> `closed`; anything else, any other change, is a 409.", _others(STEP_BY_STEP)),
        ("open → pending → solved → closed. Other transitions are rejected.", _others(STEP_BY_STEP)),
        ("open → pending → solved → closed, otherwise 409.", _others(STEP_BY_STEP)),
        ("Open to pending, pending to solved, solved to closed. An invalid transition is answered 409.", _others(STEP_BY_STEP)),
        ("It goes from open to pending, from pending to solved, from each of these to closed. Any other move is refused.", _others(CLOSED_FROM_ALL)),
        ("Any of these to closed is fine, open to pending too. Any other move is refused.", set()),
        (SAID.replace("All others answer 422.", ""), set()),
        (SAID.replace("answer 422", "are logged"), set()),
        (SAID.replace("All others", "All other fields"), set()),
        (SAID.replace("All others", "Unless somebody insists, all others"), set()),
        (f"{SAID} Any state can be set by an admin.", set()),
        ("Open to pending; all others are refused.", set()),
        ("All other fields are refused.", set()),
        ("Open to pending, pending to solved, solved to closed. Moving closed to open is not allowed (409).", {("closed", "open")}),
    ],
)  # fmt: skip
def test_a_text_tells_the_changes_that_are_refused(text: str, refused: set[tuple[str, str]]) -> None:
    assert state_rules(text, STATES).refused == refused


@pytest.mark.parametrize("flaw", [None, ("closed", "open")])
def test_a_state_that_no_sentence_leads_to_is_reached_by_a_change_that_is_served(flaw: tuple[str, str] | None) -> None:
    """That a closed one is final was never tried, because no sentence said how one is closed."""
    found = drive(
        tickets("A closed ticket can never be reopened; open ones can become pending."),
        (said_transitions.BEHAVIOUR,),
        server=Tickets(*([flaw] if flaw else []), ("open", "closed")),
    )
    assert (found.failed(), found.passed()) == (({CLAUSE}, set()) if flaw else (set(), {CLAUSE}))


def test_a_state_of_two_words_is_that_of_its_verb() -> None:
    assert state_of("checkout", ["open", "checked_out"]) == "checked_out"
    assert state_of("signoff", ["draft", "signed_off", "signed_out"]) == "signed_off"


def test_a_blank_among_the_states_and_thousands_of_them_end_nothing() -> None:
    assert state_rules(SAID, [*STATES, ""]) == StateRules()
    assert state_rules(SAID * 50, [f"s{number}" for number in range(5000)]) == StateRules()
    assert not state_of("", ["open"])
