"""A valid request may be refused for what can't be done now, by the status that a document has for it."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, found, judged

TEXT: Node = {"type": "string", "minLength": 1}
DELTA: Node = {"type": "integer", "minimum": -100, "maximum": 100}
ACCOUNT: Node = {
    "type": "object",
    "required": ["id", "balance"],
    "properties": {"id": {"type": "integer"}, "balance": {"type": "integer"}},
}


def _accounts(*refusals: str) -> Node:
    """Accounts that are made, read, and booked on."""
    refused = dict.fromkeys(refusals, as_json({"type": "object"}))
    booking = {"type": "object", "required": ["delta"], "properties": {"delta": DELTA}}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "accounts", "version": "1"},
        "paths": {
            "/accounts": {"post": {"operationId": "open", "responses": {"201": as_json(ACCOUNT)}}},
            "/accounts/{id}": {
                "get": {"operationId": "read", "parameters": [key], "responses": {"200": as_json(ACCOUNT), **refused}}
            },
            "/accounts/{id}/bookings": {
                "post": {
                    "operationId": "book",
                    "parameters": [key],
                    "requestBody": {"required": True, **as_json(booking)},
                    "responses": {"201": as_json(ACCOUNT), **refused},
                }
            },
        },
    }


class Accounts:
    """Never lets a balance fall below nothing, and never above `most`."""

    def __init__(self, *, invalid: int, impossible: int, most: int = 10**9) -> None:
        self.invalid, self.impossible, self.most = invalid, impossible, most
        self.balances: dict[str, int] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        parts = path.strip("/").split("/")
        if (method, path) == ("POST", "/accounts"):
            self.balances[str(number := next(self.numbers))] = 0
            return 201, {"id": number, "balance": 0}
        if len(parts) < 2 or parts[0] != "accounts" or parts[1] not in self.balances:
            return 404, {"error": "none"}
        if method == "POST" and parts[2:] == ["bookings"]:
            delta = sent.get("delta") if isinstance(sent, dict) else None
            if not isinstance(delta, int) or isinstance(delta, bool) or not -100 <= delta <= self.most or delta > 100:
                return self.invalid, {"error": "bad"}
            if self.balances[parts[1]] + delta < 0:
                return self.impossible, {"error": "insufficient funds"}
            self.balances[parts[1]] += delta
            return 201, {"id": int(parts[1]), "balance": self.balances[parts[1]]}
        return (200, {"id": int(parts[1]), "balance": self.balances[parts[1]]}) if len(parts) == 2 else (405, None)


def _of_booking(folder: Path, refusals: tuple[str, ...], server: Accounts) -> set[str]:
    record = judged(_accounts(*refusals), server, folder)
    return {clause for _, clause, _ in found(record) if clause.startswith("book::") and "accepted" in clause}


@pytest.mark.parametrize(("invalid", "impossible"), [(400, 422), (422, 400)])
def test_a_status_of_its_own_is_no_finding(tmp_path: Path, invalid: int, impossible: int) -> None:
    """422 for a balance that would fall below nothing was called the refusal of a valid `delta`, though 400 refuses invalid ones."""
    assert _of_booking(tmp_path, ("400", "404", "422"), Accounts(invalid=invalid, impossible=impossible)) == set()


def test_a_valid_value_that_is_refused_like_an_invalid_one_is_a_finding(tmp_path: Path) -> None:
    refuses_the_greatest = Accounts(invalid=400, impossible=422, most=99)
    assert "book::body/delta::accepted" in _of_booking(tmp_path, ("400", "404", "422"), refuses_the_greatest)


def test_a_status_that_is_not_documented_is_a_finding(tmp_path: Path) -> None:
    assert _of_booking(tmp_path, ("400", "404"), Accounts(invalid=400, impossible=422))


class Invoices(Accounts):
    """Pays an invoice once, and refuses it then as it refuses anything invalid."""

    def __init__(self) -> None:
        super().__init__(invalid=400, impossible=400)
        self.paid: set[str] = set()

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        parts = path.strip("/").split("/")
        if method != "POST" or parts[2:] != ["bookings"] or parts[1] not in self.balances:
            return super().__call__(method, path, query, headers, sent)
        memo = sent.get("memo", "") if isinstance(sent, dict) else None
        if not isinstance(memo, str) or len(memo) > 20 or parts[1] in self.paid:
            return 400, {"error": "this can't be paid"}
        self.paid.add(parts[1])
        return 201, {"id": int(parts[1]), "balance": 0}


def _of_paying(folder: Path, server: Invoices) -> set[str]:
    document = _accounts("400", "404")
    paying = document["paths"]["/accounts/{id}/bookings"]["post"]
    memo = {"type": "object", "properties": {"memo": {"type": "string", "maxLength": 20}}}
    paying["requestBody"] = {"required": True, **as_json(memo)}
    return {clause for _, clause, _ in found(judged(document, server, folder)) if "accepted" in clause}


def test_what_can_be_done_once_is_refused_then_and_that_is_no_finding(tmp_path: Path) -> None:
    """Paying a paid invoice was called the refusal of a valid request, where a document has one status for all refusals."""
    assert _of_paying(tmp_path, Invoices()) == set()


def test_what_has_no_body_is_refused_for_its_state_alone(tmp_path: Path) -> None:
    """Finishing another ticket than the one that was started was called the refusal of a valid request; none was closed."""
    document = _accounts("400", "404")
    key = document["paths"]["/accounts/{id}"]["get"]["parameters"]
    answers = document["paths"]["/accounts/{id}/bookings"].pop("post")["responses"]
    for action in ("bookings/start", "bookings/stop", "bookings/close"):
        document["paths"][f"/accounts/{{id}}/{action.rpartition('/')[2]}"] = {
            "post": {"operationId": action.rpartition("/")[2], "parameters": key, "responses": answers}
        }
    states: dict[str, str] = {}
    moves = {"start": ("new", "started"), "stop": ("started", "stopped"), "close": ("started", "closed")}
    accounts = Accounts(invalid=400, impossible=400)

    def answer(method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        parts = path.strip("/").split("/")
        if method != "POST" or len(parts) != 3 or parts[1] not in accounts.balances or parts[2] not in moves:
            return accounts(method, path, query, headers, sent)
        before, after = moves[parts[2]]
        if states.setdefault(parts[1], "new") != before:
            return 400, {"error": f"this can't be done, it is {states[parts[1]]}"}
        states[parts[1]] = after
        return 201, {"id": int(parts[1]), "balance": 0}

    record = judged(document, answer, tmp_path)
    assert [each for each in found(record) if "accepted" in each[1]] == []
    served = {each.operation for family in record.families for each in family.operations if each.served}
    assert {"start", "stop", "close"} <= served


def test_a_text_of_which_none_is_served_has_a_language_of_its_own(tmp_path: Path) -> None:
    """A text whose plain value is refused was called valid again at each of its bounds."""
    text = {"name": "match", "in": "query", "schema": {"type": "string", "minLength": 1, "maxLength": 40}}
    responses = {"200": as_json({"type": "array"}), "400": as_json({"type": "object"})}
    listing = {"operationId": "list", "parameters": [text], "responses": responses}
    document = {**_accounts(), "paths": {"/accounts": {"get": listing}}}

    def answer(method: str, _path: str, query: dict[str, str], _headers: dict[str, str], _sent: Any) -> Answer:
        written = query.get("match", "a=b")
        return (405, None) if method != "GET" else (200, []) if "=" in written else (400, {"error": "what is that?"})

    levels = {level for level, clause, _ in found(judged(document, answer, tmp_path)) if "accepted" in clause}
    assert levels == {"advisory"}


@pytest.mark.longer
def test_a_range_of_media_types_is_json_where_it_has_members(tmp_path: Path) -> None:
    """Springdoc writes `*/*`: no answer was held to its schema, and nothing that was made was ever found again."""
    document = _accounts("400", "404")
    for item in document["paths"].values():
        for operation in item.values():
            for response in operation["responses"].values():
                response["content"] = {"*/*": next(iter(response["content"].values()))}
    server = Accounts(invalid=400, impossible=409)

    def answer(method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        status, shown = server(method, path, query, headers, sent)
        return status, {**shown, "balance": "none"} if method == "GET" and status == 200 else shown

    record = judged(document, answer, tmp_path)
    assert "read::200/balance::type" in {clause for _, clause, _ in found(record)}
    served = {each.operation for family in record.families for each in family.operations if each.served}
    assert served == {"open", "read", "book"}


def _point(values: list[int]) -> Node:
    return {"value": {"point": values}}


SET: Node = {"type": "object", "properties": {"id": {"type": "string"}}}
POINT: Node = {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3}
SETS: Node = {
    "openapi": "3.0.3",
    "info": {"title": "points", "version": "1"},
    "paths": {
        "/sets": {"post": {"operationId": "makeSet", "responses": {"201": as_json(SET)}}},
        "/sets/{set_id}": {
            "parameters": [{"name": "set_id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"operationId": "readSet", "responses": {"200": as_json(SET), "404": {"description": ""}}},
            "delete": {"operationId": "dropSet", "responses": {"204": {"description": ""}, "404": {"description": ""}}},
        },
        "/sets/{set_id}/add": {
            "parameters": [{"name": "set_id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "post": {
                "operationId": "add",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {
                        "schema": {"type": "object", "required": ["point"], "properties": {"point": POINT}},
                        "examples": {"flat": _point([1, 2]), "deep": _point([1, 2, 3])},
                    }},
                },
                "responses": {"200": {"description": ""}, "400": {"description": ""}, "404": {"description": ""}},
            },
        },
    },
}  # fmt: skip


class Sets:
    """Each set takes points of as many dimensions as its first one has; never more than `most`."""

    def __init__(self, most: int) -> None:
        self.most, self.sets, self.numbers = most, dict[str, int](), count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        name, _, verb = path.removeprefix("/sets").strip("/").partition("/")
        if not name and method == "POST":
            self.sets[key := f"s{next(self.numbers)}"] = 0
            return 201, {"id": key}
        if name not in self.sets:
            return 404, None
        if verb == "add" and method == "POST":
            point = sent.get("point") if isinstance(sent, dict) else None
            if not isinstance(point, list) or not point or not all(type(each) is int for each in point):
                return 400, {"error": "no point"}
            if len(point) > self.most or len(point) != (self.sets[name] or len(point)):
                return 400, {"error": "dimension"}
            self.sets[name] = len(point)
            return 200, None
        if method == "DELETE" and not verb:
            return 204, self.sets.pop(name) and None
        return (200, {"id": name}) if method == "GET" and not verb else (405, None)


@pytest.mark.parametrize(("most", "blamed"), [(3, False), (2, True)])
def test_what_a_new_thing_takes_was_refused_for_the_state_of_the_first(
    tmp_path: Path, most: int, *, blamed: bool
) -> None:
    record = judged(SETS, Sets(most), tmp_path)
    clauses = {clause for level, clause, _ in found(record) if level == "failure" and clause.startswith("add::")}
    assert any(clause.endswith("::accepted") for clause in clauses) is blamed, clauses


class Closing(Accounts):
    """Renames an account until it is closed; `longest` is the longest name that is taken."""

    def __init__(self, *, longest: int) -> None:
        super().__init__(invalid=400, impossible=409)
        self.closed: set[str] = set()
        self.longest = longest

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        parts = path.strip("/").split("/")
        if len(parts) < 2 or parts[1] not in self.balances or method == "GET":
            return super().__call__(method, path, query, headers, sent)
        name = sent.get("name") if isinstance(sent, dict) else None
        if (method, *parts[2:]) not in {("PUT",), ("POST", "close")}:
            return 405, None
        if method == "PUT" and not (isinstance(name, str) and 1 <= len(name) <= self.longest):
            return 400, {"error": "bad"}
        if parts[1] in self.closed:
            return 409, {"error": "closed"}
        self.closed |= {parts[1]} if parts[2:] == ["close"] else set()
        return 200, {"id": int(parts[1]), "balance": 0}


@pytest.mark.parametrize(("longest", "finds"), [(8, set[str]()), (99, {"rename::body/name::max-length-enforced"})])
def test_what_was_closed_by_the_run_is_followed_by_another_one(tmp_path: Path, longest: int, finds: set[str]) -> None:
    """One action ends what it is asked of: every change that was tried after it was refused, right or wrong."""
    document = _accounts("400", "404", "409")
    key = document["paths"]["/accounts/{id}"]["get"]["parameters"]
    answers = {"200": as_json(ACCOUNT), **document["paths"].pop("/accounts/{id}/bookings")["post"]["responses"]}
    named = {"type": "object", "required": ["name"], "properties": {"name": {**TEXT, "maxLength": 8}}}
    rename = {"operationId": "rename", "parameters": key, "responses": answers}
    document["paths"]["/accounts/{id}"]["put"] = {**rename, "requestBody": {"required": True, **as_json(named)}}
    document["paths"]["/accounts/{id}/close"] = {"post": {**rename, "operationId": "close"}}
    record = judged(document, Closing(longest=longest), tmp_path)
    assert {clause for _, clause, _ in found(record) if clause.startswith("rename::body")} == finds
    outcomes = {each.clause: each.outcome.value for each in record.conformance}
    assert outcomes["rename::body/name::accepted"] == "passed"


ROOM: Node = {
    "type": "object",
    "required": ["id", "name", "seats"],
    "properties": {
        "id": {"type": "integer"},
        "name": {**TEXT, "maxLength": 40},
        "seats": {"type": "integer", "minimum": 1, "maximum": 50},
    },
}
MEETING: Node = {
    "type": "object",
    "required": ["id", "room_id", "persons", "subject"],
    "properties": {
        "id": {"type": "integer"},
        "room_id": {"type": "integer"},
        "persons": {"type": "integer", "minimum": 1, "maximum": 50, "example": 4},
        "subject": {**TEXT, "maxLength": 40},
    },
}


def _made_and_read(name: str, schema: Node) -> Node:
    refused = {each: as_json({"type": "object"}) for each in ("404", "422")}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    listed = {"operationId": f"list{name}s", "responses": {"200": as_json({"type": "array", "items": schema})}}
    sent = {
        "type": "object",
        "required": [each for each in schema["required"] if each != "id"],
        "properties": {each: place for each, place in schema["properties"].items() if each != "id"},
    }
    body = {"required": True, **as_json(sent)}
    make = {"operationId": f"make{name}", "requestBody": body, "responses": {"201": as_json(schema), **refused}}
    read = {"operationId": f"read{name}", "parameters": [key], "responses": {"200": as_json(schema), **refused}}
    drop = {"operationId": f"drop{name}", "parameters": [key], "responses": {"204": {"description": ""}, **refused}}
    plural = f"/{name.lower()}s"
    return {plural: {"get": listed, "post": make}, f"{plural}/{{id}}": {"get": read, "delete": drop}}


MEETINGS: Node = {
    "openapi": "3.0.3",
    "info": {"title": "meetings", "version": "1"},
    "paths": {**_made_and_read("Room", ROOM), **_made_and_read("Meeting", MEETING)},
}


class Meetings:
    """Lets no more persons into a room than it has seats; `too_many` is refused in each room, and so is a long subject."""

    def __init__(self, *, too_many: int = 99, longest: int = 40) -> None:
        self.too_many, self.longest = too_many, longest
        self.kept: dict[str, dict[str, Node]] = {"rooms": {"1": {"id": 1, "name": "Attic", "seats": 1}}, "meetings": {}}
        self.numbers = count(2)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        kind, _, key = path.strip("/").partition("/")
        kept = self.kept.get(kind)
        if kept is None or (key and key not in kept):
            return 404, {"error": "none"}
        if method == "POST" and not key:
            why = self._wrong(kind, sent)
            if why:
                return 422, {"error": why}
            number = next(self.numbers)
            kept[str(number)] = {**sent, "id": number}
            return 201, kept[str(number)]
        if method == "DELETE" and key:
            del kept[key]
            return 204, None
        return (200, kept[key] if key else [*kept.values()]) if method == "GET" else (405, None)

    def _wrong(self, kind: str, sent: Any) -> str:
        text, size = ("name", "seats") if kind == "rooms" else ("subject", "persons")
        words = sent.get(text) if isinstance(sent, dict) else None
        if not isinstance(words, str) or not 1 <= len(words) <= (40 if kind == "rooms" else self.longest):
            return "bad text"
        if type(sent.get(size)) is not int or not 1 <= sent[size] <= 50:
            return "bad number"
        if kind == "rooms":
            return ""
        room = self.kept["rooms"].get(str(sent.get("room_id")))
        if room is None or type(sent["room_id"]) is not int:
            return "no such room"
        return "too many persons" if sent["persons"] > min(room["seats"], self.too_many - 1) else ""


@pytest.mark.longer
@pytest.mark.parametrize(
    ("server", "blamed"),
    [
        (Meetings(), set[str]()),
        (Meetings(too_many=4), {"makeMeeting::request::accepted"}),
        (Meetings(longest=39), {"makeMeeting::request::unsaid-accepted"}),
    ],
    ids=["right", "refuses four in each", "refuses the longest"],
)
def test_what_another_room_takes_was_refused_for_the_size_of_the_first(
    tmp_path: Path, server: Meetings, blamed: set[str]
) -> None:
    """Four persons, refused for a room with one seat, were called a valid request that is refused."""
    clauses = {clause for _, clause, _ in found(judged(MEETINGS, server, tmp_path))}
    assert {each for each in clauses if each.endswith("accepted")} == blamed
