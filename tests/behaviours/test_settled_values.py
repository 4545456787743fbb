"""Values of one request that contradict one another are settled by a right server, and stamps are its own: no value is lost there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.addressing import body_properties
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive

Thing = dict[str, Any]
Settles = Callable[[Thing, Thing], None]
"""Puts a thing in order, after members were given."""
OWN = tuple(each for each in BEHAVIOURS if each.name in {"creation", "updates", "immutability"})
TEXT = {"type": "string", "minLength": 1, "maxLength": 80}
NUMBER = {"type": "number", "minimum": 0, "maximum": 1000}
TIME = {"type": "string", "format": "date-time"}


def things(needed: list[str], members: Thing, *, listing: str = "") -> Contract:
    """Things with a title and some members that clients write; `listing` describes their list."""
    writes = {"title": TEXT, **members}
    shown = {"type": "object", "required": ["id", *writes], "properties": {"id": {"type": "integer"}, **writes}}
    page = {"type": "object", "properties": {"items": {"type": "array", "items": shown}, "total": {"type": "integer"}}}

    def answers(status: str, schema: Thing | None = None) -> Thing:
        content = {"content": {"application/json": {"schema": schema}}} if schema else {}
        refused = {"description": "no", "content": {"application/json": {"schema": {"type": "object"}}}}
        return {status: {"description": "done", **content}, "404": refused, "422": refused}

    def taken(required: list[str]) -> Thing:
        schema = {"type": "object", "required": required, "properties": writes} if required else {"properties": writes}
        return {"required": True, "content": {"application/json": {"schema": {"type": "object", **schema}}}}

    paging = [
        {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 0}} for name in ("limit", "offset")
    ]
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths = {
        "/things": {
            "get": {
                "operationId": "listThings",
                "description": listing,
                "parameters": paging,
                "responses": answers("200", page),
            },
            "post": {
                "operationId": "createThing",
                "requestBody": taken(["title", *needed]),
                "responses": answers("201", shown),
            },
        },
        "/things/{id}": {
            "parameters": [key],
            "get": {"operationId": "getThing", "responses": answers("200", shown)},
            "patch": {"operationId": "updateThing", "requestBody": taken([]), "responses": answers("200", shown)},
            "delete": {"operationId": "deleteThing", "responses": answers("204")},
        },
    }
    document = {"openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "paths": paths}
    return with_guesses(read_contract(Library().read(json.dumps(document).encode(), "things.json")))


class Settling:
    """A server of things that settles what was given; it forgets some members of an update, or of every write."""

    def __init__(
        self, contract: Contract, settles: Settles, *, forgets: tuple[str, ...] = (), all_writes: bool = False
    ) -> None:
        self.contract, self.settles, self.forgets, self.all_writes = contract, settles, forgets, all_writes
        create = next(each for each in contract.operations if each.id == "createThing")
        self.writes = list(body_properties(create))
        self.things: dict[str, Thing] = {}
        self.last = 0

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        operation, found, _ = route(self.contract, request.method, request.target)
        sent: Any = json.loads(request.body) if request.body else None
        media = operation.body.json if operation is not None and operation.body is not None else None
        if operation is None or (media is not None and media.schema is not None and not media.schema.is_valid(sent)):
            return answer(422, {})
        if operation.id == "listThings":
            return answer(200, {"items": list(self.things.values()), "total": len(self.things)})
        if operation.id == "createThing":
            self.last += 1
            self.things[str(self.last)] = {"id": self.last, **dict.fromkeys(self.writes)}
            return answer(201, self.given(self.things[str(self.last)], sent, forgets=self.all_writes))
        thing = self.things.get(found["id"])
        if thing is None:
            return answer(404, {})
        if operation.method == "DELETE":
            return answer(204, self.things.pop(found["id"]) and None)
        return answer(200, thing if sent is None else self.given(thing, sent, forgets=True))

    def given(self, thing: Thing, sent: Thing, *, forgets: bool) -> Thing:
        kept = {name: sent[name] for name in self.writes if name in sent and not (forgets and name in self.forgets)}
        thing |= kept
        self.settles(thing, kept)
        return thing


def answer(status: int, body: Thing | None) -> Response:
    text = b"" if body is None else json.dumps(body).encode()
    return Response(status=status, headers=(("Content-Type", "application/json"),) if text else (), body=text)


def one_discount(thing: Thing, given: Thing) -> None:
    for name, other in (("discount_percent", "discount_amount"), ("discount_amount", "discount_percent")):
        if given.get(name) is not None:
            thing[other] = None


def no_discount_beyond_the_price(thing: Thing, _given: Thing) -> None:
    thing["discount_amount"] = min(thing["discount_amount"] or 0, thing["price"])


def all_day_from_midnight(thing: Thing, _given: Thing) -> None:
    if thing["all_day"]:
        thing["starts_at"] = f"{thing['starts_at'][:10]}T00:00:00Z"


def currency_of_the_country(thing: Thing, given: Thing) -> None:
    if "country" in given:
        thing["currency"] = {"DE": "EUR", "US": "USD", "GB": "GBP"}[thing["country"]]


def begins_when_not_cancelled(thing: Thing, _given: Thing) -> None:
    if thing["status"] == "cancelled":
        thing["starts_at"] = None


def stamped(thing: Thing, _given: Thing) -> None:
    thing["changes"] = thing.get("changes", 0) + 1
    thing["version"] = thing["changes"]
    thing["etag"] = f"{thing['id']:x}-{thing['changes']:x}"
    thing["revision"] = f"{thing['changes']}-3fa9"


def tags_as_a_set(thing: Thing, _given: Thing) -> None:
    thing["tags"] = sorted({each.strip().lower() for each in thing["tags"] or ()})


def nothing(_thing: Thing, _given: Thing) -> None:
    return


OPTIONAL = {**NUMBER, "nullable": True}
SETTLED: dict[str, tuple[list[str], Thing, Settles]] = {
    "two-discounts": ([], {"discount_percent": OPTIONAL, "discount_amount": OPTIONAL}, one_discount),
    "a-discount-of-a-price": (
        ["price"],
        {"price": {**NUMBER, "minimum": 1}, "discount_amount": OPTIONAL},
        no_discount_beyond_the_price,
    ),
    "all-day": (["starts_at"], {"starts_at": TIME, "all_day": {"type": "boolean"}}, all_day_from_midnight),
    "country-and-currency": (
        ["country"],
        {"country": {"enum": ["DE", "US", "GB"]}, "currency": {"type": "string", "enum": ["USD", "GBP", "EUR"]}},
        currency_of_the_country,
    ),
    "cancelled-and-begins": (
        [],
        {"status": {"enum": ["open", "cancelled", "done"]}, "starts_at": {**TIME, "nullable": True}},
        begins_when_not_cancelled,
    ),
    "stamps": ([], {"version": {"type": "integer"}, "etag": TEXT, "revision": TEXT}, stamped),
}


def failed(contract: Contract, server: Settling) -> set[str]:
    found = drive(contract, OWN, server=cast("MockServer", server))
    return {each.rpartition("::")[2] for each in found.failed()}


@pytest.mark.parametrize("name", SETTLED)
def test_what_a_right_server_settles_is_not_lost(name: str) -> None:
    """Either of two discounts is kept, a time of an event that lasts all day becomes midnight, a version is the server's own."""
    needed, members, settles = SETTLED[name]
    contract = things(needed, members)
    assert not failed(contract, Settling(contract, settles))


LIST = {"type": "array", "maxItems": 9, "items": TEXT}


def test_tags_in_an_order_of_the_server_are_kept() -> None:
    """A server that shows tags in small letters, sorted and each once, was said to lose them."""
    contract = things([], {"tags": LIST})
    assert not failed(contract, Settling(contract, tags_as_a_set))


@pytest.mark.parametrize(
    ("members", "settles"),
    [
        ({"tags": {**LIST, "description": "The tags, in the order in which they were given."}}, tags_as_a_set),
        ({"tags": LIST}, lambda thing, _: thing.update(tags=(thing["tags"] or [])[:1])),
        ({"steps": LIST}, lambda thing, _: thing.update(steps=sorted(thing["steps"] or []))),
    ],
    ids=["said-to-keep-its-order", "cut", "no-set"],
)
def test_lists_that_lose_their_order_or_items_are_found(members: Thing, settles: Settles) -> None:
    contract = things([], members)
    assert "values-read-back" in failed(contract, Settling(contract, settles))


@pytest.mark.parametrize("name", [each for each in SETTLED if each != "stamps"])
@pytest.mark.parametrize("all_writes", [False, True])
def test_what_is_lost_beside_them_is_found(name: str, *, all_writes: bool) -> None:
    needed, members, settles = SETTLED[name]
    contract = things(needed, {**members, "city": TEXT})
    server = Settling(contract, settles, forgets=("city",), all_writes=all_writes)
    assert ("values-read-back" if all_writes else "update-read-back") in failed(contract, server)


@pytest.mark.parametrize(
    ("member", "schema"), [("currency", {"type": "string", "enum": ["USD", "GBP", "EUR"]}), ("version", TEXT)]
)
@pytest.mark.parametrize("all_writes", [False, True])
def test_a_value_that_is_never_kept_is_lost(member: str, schema: Thing, *, all_writes: bool) -> None:
    """Nothing contradicts it: a member that a write always forgets, were it called `version`."""
    contract = things([], {member: schema, "city": TEXT})
    server = Settling(contract, nothing, forgets=(member,), all_writes=all_writes)
    assert ("values-read-back" if all_writes else "update-read-back") in failed(contract, server)


class Hiding(Settling):
    """A server whose list leaves some things out."""

    def __init__(self, contract: Contract, hides: Callable[[Thing], bool]) -> None:
        super().__init__(contract, nothing)
        self.hides = hides

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        given = super().handle(request)
        if request.method != "GET" or request.target.partition("?")[0] != "/things":
            return given
        shown = [each for each in self.things.values() if not self.hides(each)]
        return answer(200, {"items": shown, "total": len(shown)})


ARCHIVED = {"archived": {"type": "boolean"}, "state": {"type": "string", "enum": ["draft", "published"]}, "city": TEXT}


@pytest.mark.parametrize(
    "hides",
    [
        lambda thing: thing["archived"] is True,
        lambda thing: thing["archived"] is False,
        lambda thing: thing["state"] == "draft",
    ],
    ids=["archived", "current", "drafts"],
)
def test_what_a_list_hides_by_a_choice_is_not_missed(hides: Callable[[Thing], bool]) -> None:
    """A list that leaves out what is archived was accused of an item that the run had created as archived."""
    contract = things([], ARCHIVED)
    assert "created-listed" not in failed(contract, Hiding(contract, hides))


@pytest.mark.parametrize(
    "hides", [lambda _thing: True, lambda thing: bool(thing["city"])], ids=["everything", "whatever-has-a-city"]
)
def test_what_a_list_hides_for_no_choice_is_missed(hides: Callable[[Thing], bool]) -> None:
    contract = things([], ARCHIVED)
    assert "created-listed" in failed(contract, Hiding(contract, hides))
