"""Things that no path leads to, but that a list shows, and a flag that a refusal names: what refers to them is reached."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from tests.runner.right_servers import Answer, found, judged, served


def document() -> dict[str, Any]:
    def shown(**members: str) -> dict[str, Any]:
        properties = {"id": {"type": "integer"}, **{name: {"type": kind} for name, kind in members.items()}}
        return {"type": "object", "required": ["id"], "properties": properties}

    def answers(schema: dict[str, Any], status: str = "200") -> dict[str, Any]:
        refusals = {each: {"description": "refused"} for each in ("400", "404", "409")}
        return {status: {"description": "done", "content": {"application/json": {"schema": schema}}}, **refusals}

    def body(*required: str, **members: dict[str, Any]) -> dict[str, Any]:
        schema = {"type": "object", "required": list(required), "properties": members}
        return {"required": True, "content": {"application/json": {"schema": schema}}}

    name = {"type": "string", "minLength": 1, "maxLength": 20}
    student, course, whole = shown(name="string"), shown(name="string", published="boolean"), {"type": "integer"}
    enrolment = shown(student_id="integer", course_id="integer")
    key = [{"name": "course_id", "in": "path", "required": True, "schema": whole}]
    return {
        "openapi": "3.1.0",
        "info": {"title": "courses", "version": "1"},
        "paths": {
            "/students": {
                "get": {"operationId": "students", "responses": answers({"type": "array", "items": student})},
                "post": {
                    "operationId": "admit",
                    "requestBody": body("name", name=name),
                    "responses": answers(student, "201"),
                },
            },
            "/courses": {
                "post": {
                    "operationId": "offer",
                    "requestBody": body("name", name=name, published={"type": "boolean", "default": False}),
                    "responses": answers(course, "201"),
                }
            },
            "/courses/{course_id}": {"get": {"operationId": "read", "parameters": key, "responses": answers(course)}},
            "/enrolments": {
                "post": {
                    "operationId": "enrol",
                    "requestBody": body("student_id", "course_id", student_id=whole, course_id=whole),
                    "responses": answers(enrolment, "201"),
                }
            },
        },
    }


class School:
    """Enrols students that it knows in courses that are published."""

    def __init__(self) -> None:
        self.numbers = count(100)
        self.students: list[dict[str, Any]] = []
        self.courses: dict[int, dict[str, Any]] = {}

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, body: Any) -> Answer:
        head, *rest = path.strip("/").split("/")
        if method == "GET" and head == "students":
            return 200, self.students
        if method == "GET" and rest and rest[0].isdecimal() and int(rest[0]) in self.courses:
            return 200, self.courses[int(rest[0])]
        if method != "POST" or rest:
            return 404, {"error": "none"}
        if not isinstance(body, dict):
            return 400, {"error": "body"}
        return self.enrolled(body) if head == "enrolments" else self.made(head, body)

    def made(self, head: str, body: dict[str, Any]) -> Answer:
        name, published = body.get("name"), body.get("published", False)
        if (
            not isinstance(name, str)
            or not 1 <= len(name) <= 20
            or (head == "courses" and not isinstance(published, bool))
        ):
            return 400, {"error": "not valid"}
        made: dict[str, Any] = {"id": next(self.numbers), "name": name}
        if head == "students":
            self.students.append(made)
        else:
            made = self.courses[made["id"]] = {**made, "published": published}
        return 201, made

    def enrolled(self, body: dict[str, Any]) -> Answer:
        student, course = (body.get(name) for name in ("student_id", "course_id"))
        if any(not isinstance(each, int) or isinstance(each, bool) for each in (student, course)):
            return 400, {"error": "not valid"}
        if student not in [each["id"] for each in self.students] or course not in self.courses:
            return 404, {"detail": "there is no such student or course"}
        if not self.courses[course]["published"]:
            return 409, {"detail": "Course is not published"}
        return 201, {"id": next(self.numbers), "student_id": student, "course_id": course}


def test_what_refers_to_listed_things_is_served(tmp_path: Path) -> None:
    recorded = judged(document(), School(), tmp_path)
    assert "enrol" in served(recorded)
    assert [each for each in found(recorded) if "::method::" not in each[1]] == []
