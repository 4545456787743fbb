"""What a request names must fit together: a plan in the currency of its customer, a student who is enrolled in the course."""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.naming.outside import acts_outside
from tests.runner.right_servers import Answer, Node, as_json, found, judged, served

TEXT: Node = {"type": "string", "minLength": 1, "maxLength": 40}
CURRENCY: Node = {"enum": ["usd", "gbp"]}
ID: Node = {"type": "integer"}


def _kind(path: str, called: str, example: Node, **members: Node) -> Node:
    """A create at a path and a read at one below `/{names}`."""
    shown = {"type": "object", "required": ["id"], "properties": {"id": ID, **members}}
    sent = {"type": "object", "required": [*example], "properties": members, "example": example}
    key = {"name": "id", "in": "path", "required": True, "schema": ID}
    above = [{**key, "name": each.strip("{}")} for each in path.split("/") if each.startswith("{")]
    refused = {str(status): as_json({"type": "object"}) for status in (400, 404, 409, 422)}
    made = {"operationId": f"make{called}", "requestBody": {"required": True, **as_json(sent)}}
    return {
        path: {"parameters": above, "post": {**made, "responses": {"201": as_json(shown), **refused}}},
        f"/{called.lower()}s/{{id}}": {
            "parameters": [key],
            "get": {"operationId": f"read{called}", "responses": {"200": as_json(shown), **refused}},
        },
    }


def _document(*kinds: Node) -> Node:
    paths = {path: item for kind in kinds for path, item in kind.items()}
    return {"openapi": "3.0.3", "info": {"title": "things", "version": "1"}, "paths": paths}


class Kept(ABC):
    """Keeps what is made, unless `refuses` answers with a refusal."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[int, dict[str, Any]]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        *above, kind, last = ("", "", *path.strip("/").split("/"))
        if method == "GET" and last.isdecimal():
            thing = self.kept.get(kind, {}).get(int(last))
            return (404, None) if thing is None else (200, thing)
        if method != "POST" or last.isdecimal():
            return 405, None
        if above and above[-1] and not kind.isdecimal():
            return 404, None
        owner = {above[-1].removesuffix("s") + "_id": int(kind)} if kind.isdecimal() else {}
        if owner and int(kind) not in self.kept.get(above[-1], {}):
            return 404, None
        given = {**sent, **owner} if isinstance(sent, dict) else {}
        refusal = self.refuses(last, given)
        if refusal is not None:
            return refusal
        number = next(self.numbers)
        self.kept.setdefault(last, {})[number] = {**given, "id": number}
        return 201, {**given, "id": number}

    @abstractmethod
    def refuses(self, kind: str, given: dict[str, Any]) -> Answer | None:
        """Return the refusal of a create, `None` if it is served."""

    def has(self, kind: str, key: Any) -> bool:
        return type(key) is int and key in self.kept.get(kind, {})


class Billing(Kept):
    def refuses(self, kind: str, given: dict[str, Any]) -> Answer | None:
        if kind in {"customers", "plans"}:
            text = given.get("name")
            valid = isinstance(text, str) and 1 <= len(text) <= 40 and given.get("currency") in CURRENCY["enum"]
            return None if valid else (400, {"error": {"type": "invalid", "message": "wrong"}})
        if not (self.has("customers", given.get("customer")) and self.has("plans", given.get("plan"))):
            return 422, {"error": {"type": "missing", "message": "no such customer or plan"}}
        same = self.kept["customers"][given["customer"]]["currency"] == self.kept["plans"][given["plan"]]["currency"]
        told = {"error": {"type": "conflict", "code": "currency_mismatch", "message": "The plan has another currency."}}
        return None if same else (409, told)


class School(Kept):
    def refuses(self, kind: str, given: dict[str, Any]) -> Answer | None:
        if kind in {"courses", "students", "assignments"}:
            text = given.get("name")
            return None if isinstance(text, str) and 1 <= len(text) <= 40 else (400, {"detail": "wrong"})
        if not self.has("students", given.get("student_id")):
            return 422, {"detail": "the student does not exist"}
        course = given.get(
            "course_id", self.kept["assignments"].get(given.get("assignment_id", 0), {}).get("course_id")
        )
        enrolled = {(each["course_id"], each["student_id"]) for each in self.kept.get("enrolments", {}).values()}
        known = (course, given["student_id"]) in enrolled
        if kind == "enrolments":
            return (409, {"detail": "enrolled already"}) if known else None
        return None if known else (422, {"detail": "the student is not enrolled in the course"})


@pytest.mark.longer
def test_a_plan_is_made_in_the_currency_that_a_refusal_speaks_of(tmp_path: Path) -> None:
    """The examples of a customer and of a plan have different currencies, and no subscription was ever served."""
    document = _document(
        _kind("/customers", "Customer", {"name": "Ada", "currency": "gbp"}, name=TEXT, currency=CURRENCY),
        _kind("/plans", "Plan", {"name": "Pro", "currency": "usd"}, name=TEXT, currency=CURRENCY),
        _kind("/subscriptions", "Subscription", {"customer": 1, "plan": 2}, customer=ID, plan=ID),
    )
    record = judged(document, Billing(), tmp_path)
    assert {"makeSubscription", "readSubscription"} <= served(record)
    assert [each for each in found(record) if each[0] == "failure" and "::method::" not in each[1]] == []


class Mailing(Billing):
    """Shows an address of somebody's with each customer and plan, and says that they differ in it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Any] = []

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        self.sent.append(sent)
        status, value = super().__call__(method, path, query, headers, sent)
        return status, {**value, "contact": f"{path.strip('/')}@corp.com"} if status == 201 else value

    def refuses(self, kind: str, given: dict[str, Any]) -> Answer | None:
        refusal = super().refuses(kind, given)
        told = (409, {"error": {"type": "conflict", "message": "The plan has another contact."}})
        return told if kind == "subscriptions" and refusal is None else refusal


def test_an_address_that_another_thing_shows_is_not_given_to_one(tmp_path: Path) -> None:
    """A refusal spoke of contacts that differ, and a plan was made with the address of a customer's."""
    members = {"name": TEXT, "currency": CURRENCY, "contact": TEXT}
    document = _document(
        _kind("/customers", "Customer", {"name": "Ada", "currency": "gbp", "contact": "a@example.com"}, **members),
        _kind("/plans", "Plan", {"name": "Pro", "currency": "gbp", "contact": "b@example.com"}, **members),
        _kind("/subscriptions", "Subscription", {"customer": 1, "plan": 2}, customer=ID, plan=ID),
    )
    server = Mailing()
    judged(document, server, tmp_path)
    assert [each for each in server.sent if acts_outside(each)] == []


@pytest.mark.longer
def test_a_student_is_enrolled_before_handing_in(tmp_path: Path) -> None:
    """What ties the two things that a request names is made by another create, below what one of them belongs to."""
    document = _document(
        _kind("/courses", "Course", {"name": "Art"}, name=TEXT),
        _kind("/students", "Student", {"name": "Ada"}, name=TEXT),
        _kind("/courses/{course_id}/assignments", "Assignment", {"name": "One"}, name=TEXT),
        _kind("/courses/{course_id}/enrolments", "Enrolment", {"student_id": 1}, student_id=ID),
        _kind("/assignments/{assignment_id}/submissions", "Submission", {"student_id": 1}, student_id=ID),
    )
    record = judged(document, School(), tmp_path)
    assert {"makeSubmission", "readSubmission"} <= served(record)
    assert [each for each in found(record) if each[0] == "failure" and "::method::" not in each[1]] == []


class Deadlock(School):
    """Enrols nobody without a pass, and gives no pass to who is not enrolled."""

    def refuses(self, kind: str, given: dict[str, Any]) -> Answer | None:
        if kind in {"enrolments", "passes"}:
            return 409, {"detail": "the student needs the other one first"}
        return super().refuses(kind, given)


def test_two_that_need_each_other_end_no_run(tmp_path: Path) -> None:
    """Each of two refused creates that tie the same things was tried for the other, until the run broke off."""
    document = _document(
        _kind("/courses", "Course", {"name": "Art"}, name=TEXT),
        _kind("/students", "Student", {"name": "Ada"}, name=TEXT),
        _kind("/courses/{course_id}/enrolments", "Enrolment", {"student_id": 1}, student_id=ID),
        _kind("/courses/{course_id}/passes", "Pass", {"student_id": 1}, student_id=ID),
    )
    assert {"readCourse", "readStudent"} <= served(judged(document, Deadlock(), tmp_path))
