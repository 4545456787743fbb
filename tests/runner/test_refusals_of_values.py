"""A valid request may be refused for a value of which only the server knows which there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, found, judged

Rule = Callable[[Node], str]
"""Says what is wrong with a body that keeps its schema; empty for nothing."""


TEXT: Node = {"type": "string"}
TASK: Node = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": TEXT,
        "weight": {"type": "integer", "minimum": 1, "maximum": 10},
        "assignee": {"type": "object", "properties": {"name": TEXT}},
        "callback": {"type": "string", "format": "uri"},
        "after": TEXT,
        "code": TEXT,
        "status": {"type": "string", "enum": ["open", "done", "dropped"]},
        "price": {"type": "string", "pattern": r"^\d{1,9}(\.\d{1,2})?$"},
        "steps": {
            "type": "array",
            "items": {"type": "object", "required": ["op"], "properties": {"op": TEXT, "on": TEXT}},
        },
    },
}
STORED: Node = {**TASK, "required": ["id", "title"], "properties": {"id": {"type": "integer"}, **TASK["properties"]}}
REFUSED = dict.fromkeys(("400", "404", "405"), as_json({"type": "object"}))
DOCUMENT: Node = {
    "openapi": "3.0.3",
    "info": {"title": "tasks", "version": "1"},
    "paths": {
        "/tasks": {
            "post": {
                "operationId": "add",
                "requestBody": {"required": True, **as_json(TASK)},
                "responses": {"201": as_json(STORED), **REFUSED},
            }
        },
        "/tasks/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"operationId": "read", "responses": {"200": as_json(STORED), **REFUSED}},
            "put": {
                "operationId": "put",
                "requestBody": {"required": True, **as_json(TASK)},
                "responses": {"200": as_json(STORED), **REFUSED},
            },
        },
    },
}


def right(task: Node) -> str:
    """Say what a right server may refuse that its document does not forbid."""
    title, who, callback = task["title"], task.get("assignee", {}).get("name"), task.get("callback")
    if not title.strip() or len(title) > 200:
        return "the title must have 1 to 200 characters"
    if who is not None and who != "ada.lovelace":
        return f"{who!r} is nobody"
    if callback is not None and not callback.startswith("https://"):
        return "only https"
    if not task.get("price", "1").strip("0."):
        return "the price must be above zero"
    if len(task.get("code", "a" * 9)) < 9 or task.get("status", "open") != "open":
        return "no code, or no state to begin in"
    if task.get("after") is not None:
        return "not a valid position"
    return "each step needs its place" if any("on" not in each for each in task.get("steps", ())) else ""


class Tasks:
    """Keeps tasks, and refuses what a rule says something about."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.kept: dict[str, Node] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, sent: Any) -> Answer:
        number = path.removeprefix("/tasks").strip("/")
        if (method, bool(number)) not in {("POST", False), ("PUT", True), ("GET", True)}:
            return 405, None
        if number and number not in self.kept:
            return 404, None
        if method == "GET":
            return 200, self.kept[number]
        wrong = "invalid" if not _keeps_its_schema(sent) else self.rule(sent)
        if wrong:
            return 400, {"message": wrong}
        number = number or str(next(self.numbers))
        self.kept[number] = {**sent, "id": int(number)}
        return (201 if method == "POST" else 200), self.kept[number]


def _keeps_its_schema(sent: Any) -> bool:
    def fits(value: Any, schema: Node) -> bool:
        match schema["type"]:
            case "string":
                fits_pattern = isinstance(value, str) and re.search(schema.get("pattern", ""), value) is not None
                return fits_pattern and (schema.get("format") != "uri" or ":" in value)
            case "integer":
                return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10
            case "array":
                return isinstance(value, list) and all(fits(each, schema["items"]) for each in value)
        known = schema["properties"]
        return (
            isinstance(value, dict)
            and value.keys() >= set(schema.get("required", ()))
            and all(fits(each, known[name]) for name, each in value.items() if name in known)
        )

    return fits(sent, TASK)


def accused(rule: Rule, folder: Path) -> set[str]:
    """The clauses that say that something was refused which the document allows, and that were broken."""
    return {clause for _, clause, _ in found(judged(DOCUMENT, Tasks(rule), folder)) if clause.endswith("accepted")}


@pytest.mark.longer
def test_what_only_the_server_can_know_is_no_finding(tmp_path: Path) -> None:
    """Made-up assignees, positions and schemes were called valid, and an empty title and a step without place as well."""
    assert accused(right, tmp_path) == set()


@pytest.mark.longer
@pytest.mark.parametrize(
    ("wrong", "clause"),
    [
        (lambda task: "too heavy" if task.get("weight") == 10 else "", "add::body/weight::accepted"),
        (lambda task: "" if task["title"].isascii() else "letters alone", "add::request::unsaid-accepted"),
        (lambda task: "cents" if "." in task.get("price", "") else "", "add::body/price::accepted"),
    ],
    ids=["the greatest number allowed", "a text with an accent", "a price with cents"],
)
def test_what_it_takes_otherwise_is_one(wrong: Rule, clause: str, tmp_path: Path) -> None:
    assert clause in accused(lambda task: right(task) or wrong(task), tmp_path)
