"""What operations do to other things: each flaw is found, a right server is left alone, and only clear sentences count."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import yaml

from contract_suite.behaviours.actions.effects_on_others import effects_on_others
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response
from contract_suite.runner.session import recent_exchanges
from tests.behaviours.driving import drive
from tests.behaviours.harbour_server import HarbourServer, harbour

OPEN_MOORINGS = "readSkipper::200/open_moorings::number-follows"
OWED = "readSkipper::200/owed_cents::number-follows"
CANCELLED = "changeBerth::others/mooring/out_of_order/cancelled::effect-on-others"
FREED = "leave::others/berth/free::effect-on-others"
GONE = "deleteSkipper::others/mooring/gone::effect-on-others"
ALL = {OPEN_MOORINGS, OWED, CANCELLED, FREED, GONE}


@pytest.mark.parametrize(
    ("flaw", "failed"),
    [
        ("", set()),
        ("moorings-kept", {CANCELLED}),
        ("berth-kept", {FREED}),
        ("moorings-left-behind", {GONE}),
        ("left-owed", {OWED}),
    ],
)
def test_a_flaw_of_the_harbour_is_found_and_a_right_harbour_is_left_alone(flaw: str, failed: set[str]) -> None:
    found = drive(harbour(), (effects_on_others.BEHAVIOUR,), server=HarbourServer(flaw))
    assert found.failed() == failed
    assert found.passed() >= ALL - failed


def test_what_was_made_is_known_in_a_run_that_forgot_its_first_exchanges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the 4,096th exchange nothing new counted as made by the run, so that no number and no parent was looked at."""
    monkeypatch.setattr(recent_exchanges, "MOST", 40)
    found = drive(harbour(), (effects_on_others.BEHAVIOUR,), server=HarbourServer("berth-kept"))
    assert found.failed() == {FREED}
    assert found.passed() >= ALL - {FREED}


def test_what_two_clauses_ask_for_after_one_step_is_read_once() -> None:
    """Each number of a skipper was read by a request of its own."""
    found = drive(harbour(), (effects_on_others.BEHAVIOUR,), server=HarbourServer())
    assert {OPEN_MOORINGS, OWED} <= found.passed()
    reads, most = Counter[str](), 0
    for each in found.exchanges:
        if each.request.method != "GET":
            reads.clear()
        elif each.request.target.startswith("/skippers/"):
            reads[each.request.target] += 1
            most = max(most, *reads.values())
    assert most == 2  # after one step, and before the next


SAID = "Taking a berth `out_of_order` cancels all its moorings in status `open`; those that have left stay as they are."


@pytest.mark.parametrize(
    ("said", "judged"),
    [
        ("Setting the status to `out_of_order` also cancels its moorings.", True),
        ("Once a berth is `out_of_order`, its open moorings are cancelled.", True),
        ("When it becomes out_of_order, all moorings of the berth are set to `cancelled`.", True),
        ("Changing the status to `out_of_order` sets its moorings to `cancelled`.", True),
        ("Taking a berth `out_of_order` cancels its moorings if they are unpaid.", False),
        ("Taking a berth `out_of_order` cancels its unpaid moorings.", False),
        ("Taking a berth `out_of_order` may cancel its moorings.", False),
        ("Taking a berth `out_of_order` does not cancel its moorings.", False),
        ("Taking a berth `out_of_order` cancels its moorings that begin tomorrow.", False),
        ("Taking a berth `out_of_order` cancels the first mooring.", False),
        ("With `force` set, taking a berth `out_of_order` cancels its moorings.", False),
        ("Cancels all its moorings.", False),
        ("Changes take effect overnight. Taking a berth `out_of_order` cancels its moorings.", False),
        ("Runs in the background. Taking a berth `out_of_order` cancels its moorings.", False),
    ],
)
def test_only_a_clear_sentence_says_what_happens_to_others(said: str, judged: bool) -> None:
    contract = harbour((SAID, f"'{said}'"))
    found = {each.id for each in effects_on_others.clauses(contract) if each.kind == "effect-on-others"}
    assert (CANCELLED in found) is judged


NUMBER = "'Number of the skipper''s moorings in status `open`.'"


@pytest.mark.parametrize(
    ("said", "fails"),
    [
        ("How many moorings are neither left nor cancelled.", True),
        ("Moorings that are open.", True),
        ("Number of moorings with status `open`", True),
        ("Number of paid moorings.", False),
        ("Number of open moorings since Monday.", False),
        ("Number of berths.", False),
        ("Number of moorings in any status.", False),
    ],
)
def test_a_number_is_held_to_what_is_clearly_said_of_it(said: str, fails: bool) -> None:
    """A server that counts moorings after they were left breaks what speaks of open ones."""
    found = drive(harbour((NUMBER, f"'{said}'")), (effects_on_others.BEHAVIOUR,), server=HarbourServer("left-counted"))
    assert (OPEN_MOORINGS in found.failed()) is fails


def operation(name: str, status: str, shown: Any = None, taken: Any = None) -> dict[str, Any]:
    """An operation that answers with `shown`."""
    content = {"content": {"application/json": {"schema": shown}}} if shown else {}
    body = {"requestBody": {"required": True, "content": {"application/json": {"schema": taken}}}} if taken else {}
    answers = {status: {"description": "so", **content}, "404": {"description": "none"}}
    return {"operationId": name, "responses": answers, **body}


KEY = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]


def document(paths: dict[str, Any]) -> Contract:
    """A contract of these paths."""
    written = {"openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "paths": paths}
    return read_contract(Library().read(yaml.safe_dump(written).encode(), "things.yaml"))


def answer(status: int, thing: dict[str, Any]) -> Response:
    """An answer that shows a thing."""
    return Response(status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(thing).encode())


def packs() -> Contract:
    """Packs that count their dogs, and dogs that change from one pack to another."""

    def thing(*names: str, needed: bool = True) -> dict[str, Any]:
        members = {each: {"type": "string" if each == "name" else "integer"} for each in names}
        return {"type": "object", "properties": members, **({"required": list(names)} if needed else {})}

    pack, dog = thing("id", "name", "dog_count"), thing("id", "name", "pack_id")
    paths = {
        "/packs": {"post": operation("makePack", "201", pack, thing("name"))},
        "/packs/{id}": {"parameters": KEY, "get": operation("readPack", "200", pack)},
        "/dogs": {"post": operation("makeDog", "201", dog, thing("name", "pack_id"))},
        "/dogs/{id}": {
            "parameters": KEY,
            "get": operation("readDog", "200", dog),
            "patch": operation("changeDog", "200", dog, thing("name", "pack_id", needed=False)),
            "delete": operation("deleteDog", "204"),
        },
        "/dogs/{id}/hide": {"parameters": KEY, "post": operation("hideDog", "200", dog)},
    }
    return document(paths)


class Packs:
    """Keeps the numbers of dogs as it goes; a flaw is the step that forgets to, or `never`. With `drops`, hidden dogs don't count."""

    def __init__(self, flaw: str, *, drops: bool = False) -> None:
        self.flaw, self.drops = flaw, drops
        self.hidden: set[int] = set()
        self.packs: dict[int, dict[str, Any]] = {}
        self.dogs: dict[int, dict[str, Any]] = {}

    def handle(self, request: Request) -> Response:
        _, kind, *rest = request.target.split("/")
        things = self.packs if kind == "packs" else self.dogs
        body = json.loads(request.body) if request.body else {}
        key = int(rest[0]) if rest and rest[0].isdecimal() else 0
        if (rest and key not in things) or body.get("pack_id", next(iter(self.packs), 0)) not in {0, *self.packs}:
            return Response(status=404)
        if rest[1:] == ["hide"]:
            self.count(things[key]["pack_id"], -1 if self.drops and key not in self.hidden else 0, "hidden")
            self.hidden.add(key)
        elif self.drops and key in self.hidden and request.method in {"PATCH", "DELETE"}:
            things[key] = {**things[key], **body} if request.method == "PATCH" else {}
        elif request.method == "POST":
            key = len(self.packs) + len(self.dogs) + 1
            things[key] = {"id": key, **body, **({"dog_count": 0} if kind == "packs" else {})}
            self.count(body.get("pack_id", 0), 1, "never")
        elif request.method == "PATCH":
            if body.get("pack_id", things[key]["pack_id"]) != things[key]["pack_id"]:
                self.count(things[key]["pack_id"], -1, "moved-away")
                self.count(body["pack_id"], 1, "moved-in")
            things[key].update(body)
        elif request.method == "DELETE":
            self.count(things[key]["pack_id"], -1, "deleted")
            things[key] = {}
            return Response(status=204)
        if not things[key]:
            return Response(status=404)
        return answer(201 if request.method == "POST" and not rest else 200, things[key])

    def count(self, pack: int, by: int, step: str) -> None:
        if pack in self.packs and self.flaw not in {step, "never"}:
            self.packs[pack]["dog_count"] += by


@pytest.mark.parametrize("flaw", ["moved-away", "moved-in", "deleted"])
def test_a_number_follows_what_moves_and_what_is_deleted(flaw: str) -> None:
    found = drive(packs(), (effects_on_others.BEHAVIOUR,), server=Packs(flaw))
    assert found.failed() == {"readPack::200/dog_count::number-follows"}


def test_a_number_that_follows_is_right() -> None:
    found = drive(packs(), (effects_on_others.BEHAVIOUR,), server=Packs(""))
    assert found.passed() == {"readPack::200/dog_count::number-follows"}


def test_what_was_archived_may_count_no_longer_though_no_state_says_so() -> None:
    """`dog_count` was accused of an action that hides a dog, and of whatever was done to it from then on."""
    found = drive(packs(), (effects_on_others.BEHAVIOUR,), server=Packs("", drops=True))
    assert found.passed() == {"readPack::200/dog_count::number-follows"}


def test_a_number_that_never_moves_may_count_something_else() -> None:
    found = drive(packs(), (effects_on_others.BEHAVIOUR,), server=Packs("never"))
    assert not found.failed()
    assert not found.passed()


GIVEN_BACK = "cancelSignup::others/talk/numbers::given-back"


def talks(said: str) -> Contract:
    """Talks with seats, and signups that take one each; `said` is of the action that cancels one."""
    text, number = {"type": "string", "minLength": 1}, {"type": "integer"}
    talk = {"type": "object", "properties": {"id": number, "title": text, "seats_left": number, "visits": number}}
    state = {"type": "string", "enum": ["taken", "cancelled"]}
    signup = {"type": "object", "properties": {"id": number, "talk_id": number, "status": state}}

    def taken(name: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "required": [name], "properties": {name: schema}}

    paths = {
        "/talks": {"post": operation("makeTalk", "201", talk, taken("title", text))},
        "/talks/{id}": {"parameters": KEY, "get": operation("readTalk", "200", talk)},
        "/signups": {"post": operation("signUp", "201", signup, taken("talk_id", number))},
        "/signups/{id}": {"parameters": KEY, "get": operation("readSignup", "200", signup)},
        "/signups/{id}/cancel": {
            "parameters": KEY,
            "post": {**operation("cancelSignup", "200", signup), "description": said},
        },
    }
    return document(paths)


class Talks:
    """Takes a seat for each signup, and gives it back once it is cancelled, unless `keeps`."""

    def __init__(self, *, keeps: bool) -> None:
        self.keeps = keeps
        self.things: dict[str, dict[str, Any]] = {}

    def handle(self, request: Request) -> Response:
        _, kind, *rest = request.target.split("/")
        key = f"{kind} {rest[0]}" if rest else ""
        if rest and key not in self.things:
            return Response(status=404)
        body = json.loads(request.body) if request.body else {}
        if request.method == "POST" and not rest:
            talk = self.things.get(f"talks {body.get('talk_id')}")
            if kind == "signups" and talk is None:
                return Response(status=404)
            if talk is not None:
                talk["seats_left"] -= 1
                talk["visits"] += 1
            number = len(self.things) + 1
            key = f"{kind} {number}"
            more = {"seats_left": 20, "visits": 0} if kind == "talks" else {"status": "taken"}
            self.things[key] = {"id": number, **body, **more}
        elif request.method == "POST":
            was, self.things[key]["status"] = self.things[key]["status"], "cancelled"
            if was == "taken" and not self.keeps:
                self.things[f"talks {self.things[key]['talk_id']}"]["seats_left"] += 1
        return answer(200 if rest else 201, self.things[key])


@pytest.mark.parametrize(
    ("said", "judged"),
    [
        ("Cancels a signup; its seat is free again.", True),
        ("Cancels the signup and releases its seat.", True),
        ("Cancelling frees the seat for others.", True),
        ("If it is early enough, its seat is free again.", False),
        ("Does not release the seat.", False),
        ("Cancels at the end of the day. The seat is free again.", False),
        ("Cancels the signup.", False),
    ],
)
def test_what_was_taken_is_given_back_where_a_sentence_clearly_says_so(said: str, judged: bool) -> None:
    found = drive(talks(said), (effects_on_others.BEHAVIOUR,), server=Talks(keeps=True))
    assert (GIVEN_BACK in found.failed()) is judged
    right = drive(talks(said), (effects_on_others.BEHAVIOUR,), server=Talks(keeps=False))
    assert not right.failed()
    assert (GIVEN_BACK in right.passed()) is judged


def orders() -> Contract:
    """Orders with parcels: shipping sends them, and an order that was shipped can still be cancelled."""
    text, number = {"type": "string", "minLength": 1}, {"type": "integer"}

    def state(*states: str) -> dict[str, Any]:
        return {"type": "string", "enum": list(states)}

    order = {
        "type": "object",
        "properties": {"id": number, "name": text, "status": state("new", "shipped", "cancelled")},
    }
    parcel = {
        "type": "object",
        "properties": {"id": number, "order_id": number, "status": state("packed", "sent", "cancelled")},
    }
    named = {"type": "object", "required": ["name"], "properties": {"name": text}}
    packed = {"type": "object", "required": ["order_id"], "properties": {"order_id": number}}

    def action(name: str, said: str) -> dict[str, Any]:
        return {"parameters": KEY, "post": {**operation(name, "200", order), "description": said}}

    paths = {
        "/orders": {"post": operation("makeOrder", "201", order, named)},
        "/orders/{id}": {"parameters": KEY, "get": operation("readOrder", "200", order)},
        "/orders/{id}/ship": action("shipOrder", "Ships the order; its parcels are sent."),
        "/orders/{id}/cancel": action("cancelOrder", "Cancels the order; its parcels are cancelled."),
        "/parcels": {"post": operation("pack", "201", parcel, packed)},
        "/parcels/{id}": {"parameters": KEY, "get": operation("readParcel", "200", parcel)},
    }
    return document(paths)


class Orders:
    """Cancels the parcels that are still packed, or none with `keeps`."""

    def __init__(self, *, keeps: bool) -> None:
        self.keeps = keeps
        self.things: dict[str, dict[str, Any]] = {}

    def handle(self, request: Request) -> Response:
        _, kind, *rest = request.target.split("/")
        key = f"{kind} {rest[0]}" if rest else ""
        body = json.loads(request.body) if request.body else {}
        if (rest and key not in self.things) or (kind == "parcels" and not rest and not self._is_open(body)):
            return Response(status=404)
        if not rest:
            number = len(self.things) + 1
            key = f"{kind} {number}"
            self.things[key] = {"id": number, **body, "status": "new" if kind == "orders" else "packed"}
        elif rest[1:]:
            verb, order = rest[1], self.things[key]
            if order["status"] == "cancelled" or (verb == "ship" and order["status"] != "new"):
                return Response(status=409)
            order["status"], others = {"ship": ("shipped", "sent"), "cancel": ("cancelled", "cancelled")}[verb]
            for each in self.things.values():
                is_due = each.get("order_id") == order["id"] and each["status"] == "packed"
                if is_due and not (verb == "cancel" and self.keeps):
                    each["status"] = others
        return answer(200 if rest else 201, self.things[key])

    def _is_open(self, body: dict[str, Any]) -> bool:
        return self.things.get(f"orders {body.get('order_id')}", {}).get("status") == "new"


@pytest.mark.parametrize("keeps", [False, True])
def test_what_moved_on_by_itself_may_stay_as_it_is(*, keeps: bool) -> None:
    """A parcel that was sent stays so when its order is cancelled, though the document says that parcels are cancelled."""
    found = drive(orders(), (effects_on_others.BEHAVIOUR,), server=Orders(keeps=keeps))
    assert found.failed() == ({"cancelOrder::others/parcel/cancelled::effect-on-others"} if keeps else set())
    assert keeps or "shipOrder::others/parcel/sent::effect-on-others" in found.passed()
