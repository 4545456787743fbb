"""What nothing deletes by itself is not said to be left where it went with something that its path does not name."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.model.case import Stage
from tests.runner.right_servers import Answer, Node, as_json, judged

NAME: Node = {"type": "string", "minLength": 1, "maxLength": 40}


def _document() -> Node:
    thing = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "name": NAME}}
    sent = {"required": True, **as_json({"type": "object", "required": ["name"], "properties": {"name": NAME}})}
    refused = {str(status): {"description": ""} for status in (400, 404)}

    def key(name: str) -> list[Node]:
        return [{"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}]

    def make(name: str) -> Node:
        return {"operationId": f"make{name}", "requestBody": sent, "responses": {"201": as_json(thing), **refused}}

    def read(name: str) -> Node:
        return {"operationId": f"read{name}", "responses": {"200": as_json(thing), **refused}}

    gone = {"operationId": "dropCourse", "responses": {"204": {"description": ""}, **refused}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "courses", "version": "1"},
        "paths": {
            "/courses": {"post": make("Course")},
            "/courses/{id}": {"parameters": key("id"), "get": read("Course"), "delete": gone},
            "/courses/{course_id}/tasks": {"parameters": key("course_id"), "post": make("Task")},
            "/tasks/{id}": {"parameters": key("id"), "get": read("Task")},
        },
    }


class Courses:
    """Deletes a course with its tasks, or without them if they `stay`."""

    def __init__(self, *, stay: bool) -> None:
        self.stay = stay
        self.courses: dict[int, str] = {}
        self.tasks: dict[int, tuple[int, str]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        kind, _, rest = path.strip("/").partition("/")
        key, _, below = rest.partition("/")
        kept: dict[int, Any] = self.courses if kind == "courses" else self.tasks
        if key and not (key.isdecimal() and int(key) in kept):
            return 404, None
        if method == "POST" and (not key or below):
            name = sent.get("name") if isinstance(sent, dict) else None
            if not isinstance(name, str) or not 1 <= len(name) <= 40:
                return 400, None
            number = next(self.numbers)
            if below:
                self.tasks[number] = (int(key), name)
            else:
                self.courses[number] = name
            return 201, {"id": number, "name": name}
        if method == "GET" and key and not below:
            return 200, {"id": int(key), "name": kept[int(key)] if kind == "courses" else kept[int(key)][1]}
        if method == "DELETE" and kind == "courses" and key and not below:
            del self.courses[int(key)]
            self.tasks = {number: task for number, task in self.tasks.items() if self.stay or task[0] != int(key)}
            return 204, None
        return 405, None


@pytest.mark.longer
@pytest.mark.parametrize("stay", [False, True])
def test_tasks_that_went_with_their_courses_are_not_left(tmp_path: Path, *, stay: bool) -> None:
    """Nothing deletes a task, which is addressed by itself: every one that the run made was said to be left."""
    server = Courses(stay=stay)
    (family,) = judged(_document(), server, tmp_path).families
    (cleanup,) = [each for each in family.stages if each.stage is Stage.CLEANUP]
    assert cleanup.left == len(server.tasks) + len(server.courses)
    assert bool(cleanup.left) is stay
