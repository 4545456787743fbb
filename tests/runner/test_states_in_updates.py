"""An update that must say a state keeps the one that is there: after `archived`, none was served, and nothing of the rest was seen."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, found, judged

TITLE: Node = {"type": "string", "minLength": 1, "maxLength": 60}
YEAR: Node = {"type": "integer", "minimum": 2000, "maximum": 2100}
STATUS: Node = {"type": "string", "enum": ["active", "archived"]}


def _document() -> Node:
    members = {"title": TITLE, "year": YEAR, "status": STATUS}
    course = {"type": "object", "required": ["id", *members], "properties": {"id": {"type": "integer"}, **members}}
    new = {"type": "object", "required": ["title", "year"], "properties": {"title": TITLE, "year": YEAR}}
    whole = {"type": "object", "required": [*members], "properties": members}
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    refused = {str(status): {"description": ""} for status in (400, 404, 409)}
    said = "The title must be unique; a title that is taken is refused with 409."
    make = {"operationId": "make", "description": said, "requestBody": {"required": True, **as_json(new)}}
    put = {"operationId": "put", "description": said, "requestBody": {"required": True, **as_json(whole)}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "courses", "version": "1"},
        "paths": {
            "/courses": {"post": {**make, "responses": {"201": as_json(course), **refused}}},
            "/courses/{id}": {
                "parameters": key,
                "get": {"operationId": "read", "responses": {"200": as_json(course), **refused}},
                "put": {**put, "responses": {"200": as_json(course), **refused}},
            },
        },
    }


class Courses:
    """Refuses every update of an archived course; an update `loses-year` or takes `twins`, if that is its fault."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.kept: dict[str, dict[str, Any]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        key = path.removeprefix("/courses").strip("/")
        if key and key not in self.kept:
            return 404, None
        if method == "GET" and key:
            return 200, self.kept[key]
        if (method == "POST") is bool(key) or method not in {"POST", "PUT"}:
            return 405, None
        body = sent if isinstance(sent, dict) else {}
        title, year, status = body.get("title"), body.get("year"), body.get("status", None if key else "active")
        if not isinstance(title, str) or not 1 <= len(title) <= 60 or status not in STATUS["enum"]:
            return 400, None
        if type(year) is not int or not 2000 <= year <= 2100:
            return 400, None
        others = {number: each["title"] for number, each in self.kept.items() if number != key}
        if title in others.values() and not (key and self.fault == "twins"):
            return 409, None
        if not key:
            number = next(self.numbers)
            self.kept[str(number)] = {"id": number, "title": title, "year": year, "status": "active"}
            return 201, self.kept[str(number)]
        if self.kept[key]["status"] == "archived":
            return 409, None
        self.kept[key] |= {"title": title, "status": status} | ({} if self.fault == "loses-year" else {"year": year})
        return 200, {**self.kept[key], "year": year}


@pytest.mark.longer
@pytest.mark.parametrize(
    ("fault", "clauses"),
    [
        ("", set[str]()),
        ("loses-year", {"put::Course::update-read-back"}),
        ("twins", {"put::title::duplicate-refused"}),
    ],
)
def test_an_update_that_must_say_a_state_is_followed_by_others(tmp_path: Path, fault: str, clauses: set[str]) -> None:
    told = {
        clause for _, clause, _ in found(judged(_document(), Courses(fault), tmp_path)) if "::method::" not in clause
    }
    assert clauses <= told
    assert bool(told) is bool(fault)
