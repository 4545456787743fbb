"""What a request refers to must exist, be in the right state, be free, and belong to what it is sent for."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.generate.addresses import Addresses
from contract_suite.generate.resources.inferred_resources import with_fields
from contract_suite.record.reader import Run
from tests.generate.conftest import read
from tests.runner.right_servers import Answer, Node, found, judged

ID: Node = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


def reached(run: Run) -> set[str]:
    """The operations that were served, where nothing is said of any but how undeclared methods are refused."""
    assert {clause.split("::")[1] for _, clause, _ in found(run)} <= {"method"}
    return {each.operation for each in run.families[0].operations if each.served}


def operation(
    name: str, *statuses: str, body: Node | None = None, keys: tuple[Node, ...] = (), example: Any = None
) -> Node:
    media: Node = {"schema": body} if example is None else {"schema": body, "example": example}
    described: Node = {
        "operationId": name,
        "parameters": list(keys),
        "responses": {
            each: {"description": each, "content": {"application/json": {"schema": {"type": ["object", "array"]}}}}
            for each in statuses
        },
    }
    return described | ({"requestBody": {"required": True, "content": {"application/json": media}}} if body else {})


def members(*required: str, **properties: str) -> Node:
    return {
        "type": "object",
        "required": list(required),
        "properties": {name: {"type": kind} for name, kind in properties.items()},
    }


def api(**paths: Node) -> Node:
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}


def warehouse(member: str) -> Node:
    """Units are put into a bin that exists; the document shows one that doesn't."""
    made = {**members(quantity="integer"), "required": ["quantity"]}
    made["properties"][member] = {"type": "integer"}
    return api(
        **{
            "/bins": {"post": operation("addBin", "201", "400", body=members("code", code="string"))},
            "/bins/{id}": {"get": operation("getBin", "200", "404", keys=(ID,))},
            "/movements": {
                "post": operation("move", "201", "400", "404", body=made, example={"quantity": 1, member: 987654})
            },
        }
    )


@pytest.mark.parametrize(("member", "exists"), [("bin_id", True), ("toBinId", True), ("cabin_id", False)])
def test_an_example_refers_to_what_exists(tmp_path: Path, member: str, *, exists: bool) -> None:
    numbers, bins, filled = count(1), set[int](), list[int]()

    def serve(method: str, path: str, _query: Any, _headers: Any, sent: Any) -> Answer:
        place = path.strip("/").split("/")
        if method == "GET" and len(place) == 2:
            return (200, {"id": int(place[1])}) if place[1].isdecimal() and int(place[1]) in bins else (404, {})
        if method != "POST" or len(place) > 1:
            return 405, None
        if place == ["bins"]:
            if not isinstance(sent, dict) or not isinstance(sent.get("code"), str):
                return 400, {}
            bins.add(number := next(numbers))
            return 201, {"id": number, "code": sent["code"]}
        if not isinstance(sent, dict) or type(sent.get("quantity")) is not int:
            return 400, {"error": "quantity"}
        if member in sent and type(sent[member]) is not int:
            return 400, {"error": member}
        if sent.get(member) not in {None, *bins}:
            return 404, {"error": "no such bin"}
        filled.append(sent.get(member, 0))
        return 201, {"id": 1}

    judged(warehouse(member), serve, tmp_path)
    assert bool(filled[0]) is exists


def test_the_name_of_a_reference_may_say_its_part() -> None:
    account = {"get": operation("get", "200", keys=(ID,))}
    contract = with_fields(
        read(api(**{"/accounts/{id}": account, "/accounts/{id}/cards": account, "/lots/{id}": account}))
    )
    body: Node = {
        "source_account_id": 1,
        "lines": [{"lotId": "a", "lot": {"id": 2}}, {"targetLotUuid": "b"}],
        "accountIds": [3, 4],
        "note_id": None,
        "discount_id": 5,
        "account": 6,
    }
    found = [(each.pointer, each.resource) for each in Addresses(contract).references_in(body)]
    accounts = ["/source_account_id", "/accountIds/0", "/accountIds/1"]
    assert sorted(found) == sorted(
        [(each, "/accounts/{id}") for each in accounts]
        + [(f"/lines/{each}", "/lots/{id}") for each in ("0/lotId", "1/targetLotUuid")]
    )


def test_a_reference_may_have_the_very_name_of_a_path_parameter() -> None:
    """No payment was ever made for a consent: two parts of the API know one as `ConsentId`, neither by its noun."""
    consent = {"name": "ConsentId", "in": "path", "required": True, "schema": {"type": "string"}}
    shown = {"get": operation("get", "200", keys=(consent,))}
    kinds = ("/pay/payment-consents/{ConsentId}", "/accounts/access-consents/{ConsentId}")
    addresses = Addresses(with_fields(read(api(**dict.fromkeys(kinds, shown)))))
    body: Node = {"Data": {"ConsentId": "a", "OtherId": "b"}}
    for beside, named in (("/pay/payments", [kinds[0]]), ("/accounts/x", [kinds[1]]), ("/other", [])):
        assert [each.resource for each in addresses.references_in(body, beside)] == named


def school(places: int) -> Any:  # noqa: C901 - a whole API
    """Students enrol once each in a published course, as long as there are places, and complete lessons of that course."""
    numbers = count(1)
    tables: dict[str, dict[int, Node]] = {"courses": {}, "lessons": {}, "students": {}, "enrolments": {}}

    def add(table: str, **thing: Any) -> Answer:
        number = next(numbers)
        tables[table][number] = {"id": number, **thing}
        return 201, tables[table][number]

    def enrol(sent: Node) -> Answer:
        course, student = tables["courses"].get(sent["course_id"]), sent["student_id"]
        if course is None or student not in tables["students"]:
            return 404, {"error": "unknown course or student"}
        there = [each for each in tables["enrolments"].values() if each["course_id"] == course["id"]]
        if not course["published"]:
            return 409, {"error": "course is not published"}
        if any(each["student_id"] == student for each in there):
            return 409, {"error": "enrolled already"}
        return add("enrolments", **sent, status="active" if len(there) < places else "waiting")

    def complete(enrolment: Node, lesson: Node | None) -> Answer:
        if lesson is None or lesson["course_id"] != enrolment["course_id"]:
            return 404, {"error": "no such lesson"}
        return (200, enrolment) if enrolment["status"] == "active" else (409, {"error": "on the waiting list"})

    def serve(method: str, path: str, _query: Any, _headers: Any, sent: Any) -> Answer:
        table, *rest = path.strip("/").split("/")
        thing = tables[table].get(int(rest[0])) if rest and all(each.isdecimal() for each in rest[::2]) else None
        if rest and thing is None:
            return 404, {"error": "none"}
        if method == "GET":
            return 200, thing if rest else list(tables[table].values())
        if method == "DELETE" and len(rest) == 1:
            del tables[table][int(rest[0])]
            return 204, None
        if method != "POST" or len(rest) == 1:
            return 405, None
        if thing is not None and rest[-1] == "complete":
            return complete(thing, tables["lessons"].get(int(rest[2])))
        if not isinstance(sent, dict) or not isinstance(sent.get("published", False), bool):
            return 400, {}
        if table == "enrolments":
            whole = all(type(sent.get(each)) is int for each in ("course_id", "student_id"))
            return enrol(sent) if whole else (400, {})
        if not isinstance(sent.get("name"), str):
            return 400, {}
        if thing is not None:
            return add("lessons", name=sent["name"], course_id=thing["id"])
        return add(table, name=sent["name"], published=sent.get("published", False))

    return serve


@pytest.mark.parametrize("places", [1, 30])
def test_an_enrolment_completes_a_lesson_of_its_own_course(tmp_path: Path, places: int) -> None:
    name, lesson = members("name", name="string"), ID | {"name": "lesson_id"}
    course = members("name", name="string", published="boolean")
    enrolment = members("course_id", "student_id", course_id="integer", student_id="integer")
    described = api(
        **{
            "/courses": {"post": operation("addCourse", "201", "400", body=course)},
            "/courses/{id}": {"get": operation("getCourse", "200", "404", keys=(ID,))},
            "/courses/{id}/lessons": {"post": operation("addLesson", "201", "400", "404", body=name, keys=(ID,))},
            "/students": {
                "get": operation("listStudents", "200"),
                "post": operation("addStudent", "201", "400", body=name),
            },
            "/enrolments": {"post": operation("enrol", "201", "400", "404", "409", body=enrolment)},
            "/enrolments/{id}": {
                "get": operation("getEnrolment", "200", "404", keys=(ID,)),
                "delete": operation("withdraw", "204", "404", keys=(ID,)),
            },
            "/enrolments/{id}/lessons/{lesson_id}/complete": {
                "post": operation("complete", "200", "404", "409", keys=(ID, lesson))
            },
        }
    )
    run = judged(described, school(places), tmp_path)
    assert reached(run) == {each.operation for each in run.families[0].operations}


@pytest.mark.parametrize("there", [True, False])
def test_a_create_is_made_like_what_is_there_where_no_schema_says_what_it_takes(tmp_path: Path, *, there: bool) -> None:
    """Votes are for a choice of the poll, and for one that is open, as none is that the run makes."""
    vote = members("choice", choice="string", note="string")
    described = api(
        **{
            "/polls": {
                "get": operation("listPolls", "200"),
                "post": operation("addPoll", "201", "400", body=members("name", name="string")),
            },
            "/polls/{id}": {"get": operation("getPoll", "200", "404", keys=(ID,))},
            "/polls/{id}/votes": {
                "get": operation("listVotes", "200", "404", keys=(ID,)),
                "post": operation("vote", "201", "400", "404", "409", "422", body=vote, keys=(ID,)),
            },
            "/polls/{id}/votes/{vote_id}": {
                "get": operation("getVote", "200", "404", keys=(ID, ID | {"name": "vote_id"}))
            },
        }
    )
    polls: dict[int, Node] = {1: {"id": 1, "name": "colours"}, 2: {"id": 2, "name": "empty"}}
    votes: list[Node] = [{"id": 1, "poll": 1, "choice": "teal", "note": None}] if there else []

    def serve(method: str, path: str, _query: Any, _headers: Any, sent: Any) -> Answer:
        _, *rest = path.strip("/").split("/")
        poll = polls.get(int(rest[0])) if rest and rest[0].isdecimal() else None
        if rest and poll is None:
            return 404, {"error": "no such poll"}
        if method == "GET" and len(rest) > 2:
            return next(((200, each) for each in votes if str(each["id"]) == rest[2]), (404, {}))
        if method == "GET":
            return 200, [each for each in votes if each["poll"] == (poll or {}).get("id")] if rest[1:] else poll or [
                *polls.values()
            ]
        if method != "POST" or len(rest) % 2:
            return 405, None
        text = sent.get("choice" if rest else "name") if isinstance(sent, dict) else None
        if not isinstance(text, str) or not isinstance(sent.get("note", ""), str):
            return 400, {"error": "choice or name"}
        if poll is None:
            number = len(polls) + 1
            polls[number] = {"id": number, "name": text}
            return 201, polls[number]
        if poll["id"] > 2:
            return 409, {"error": "the poll is closed"}
        if text != "teal":
            return 422, {"error": "no choice of this poll"}
        votes.append({"id": len(votes) + 1, "poll": poll["id"], "choice": text, "note": sent.get("note")})
        return 201, votes[-1]

    run = judged(described, serve, tmp_path)
    assert ("vote" in {each.operation for each in run.families[0].operations if each.served}) is there
    assert not [clause for _, clause, _ in found(run) if clause.startswith("vote") and "method" not in clause]
