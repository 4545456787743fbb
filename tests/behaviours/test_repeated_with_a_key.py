"""A create that is repeated with its key, where a second one would be refused anyway: is it the key that had no effect?"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, found, judged

TOLD = "A request that is sent again with the same key gets the first answer again."
UNTOLD = "Makes a request safe to retry."
NO_SECOND = "A request that is sent again with the same key creates no second badge."
REFUSED = "same-key-same-result"


def document(told: str) -> dict[str, Any]:
    """Badges whose names differ, each with a path of its own."""
    name = {"type": "string", "minLength": 1, "maxLength": 60}
    badge = {"type": "object", "required": ["id", "name"], "properties": {"id": {"type": "integer"}, "name": name}}
    sent = {"type": "object", "required": ["name"], "properties": {"name": name}}
    error = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}

    def answers(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
        refused = {"description": "refused", "content": {"application/json": {"schema": error}}}
        media = {"content": {"application/json": {"schema": schema}}} if schema else {}
        return {status: {"description": "done", **media}, **dict.fromkeys(("400", "404", "409"), refused)}

    key = {"name": "Idempotency-Key", "in": "header", "description": told, "schema": {"type": "string"}}
    one = [{"name": "badgeId", "in": "path", "required": True, "schema": {"type": "integer"}}]
    return {
        "openapi": "3.1.0",
        "info": {"title": "badges", "version": "1"},
        "paths": {
            "/badges": {
                "get": {"operationId": "badges", "responses": answers({"type": "array", "items": badge})},
                "post": {
                    "operationId": "issueBadge",
                    "parameters": [key],
                    "requestBody": {"required": True, "content": {"application/json": {"schema": sent}}},
                    "responses": answers(badge, "201"),
                },
            },
            "/badges/{badgeId}": {
                "get": {"operationId": "badge", "parameters": one, "responses": answers(badge)},
                "delete": {"operationId": "revokeBadge", "parameters": one, "responses": answers(None, "204")},
            },
        },
    }


class Office:
    """Refuses a second badge of a name; what it does with keys is up to `way`."""

    def __init__(self, way: str) -> None:
        self.way = way
        self.badges: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, tuple[Any, Answer]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: Any, headers: dict[str, str], body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if parts == ["badges"]:
            if method == "GET":
                return 200, [*self.badges.values()]
            return self.issued(headers.get("idempotency-key", ""), body) if method == "POST" else (405, None)
        if len(parts) != 2 or parts[1] not in self.badges:
            return 404, {"error": "no such badge"}
        if method == "DELETE":
            del self.badges[parts[1]]
            return 204, None
        return (200, self.badges[parts[1]]) if method == "GET" else (405, None)

    def issued(self, key: str, body: Any) -> Answer:
        name = body.get("name") if isinstance(body, dict) else None
        if not isinstance(name, str) or not 1 <= len(name) <= 60:
            return 400, {"error": "name"}
        sent, answer = self.answers.get(key, (None, (0, None)))
        if answer[0] and self.way in {"answers", "stores"} and sent == body:
            if self.way == "stores":
                more = {**answer[1], "id": next(self.numbers)} if isinstance(answer[1], dict) else {}
                self.badges[str(more["id"])] = more
            return answer
        if answer[0] and self.way == "refuses":
            return 409, {"error": f"there was a request with the key {key} before"}
        if any(each["name"] == name for each in self.badges.values()):
            return 409, {"error": f"another badge is called {name}"}
        made = {"id": next(self.numbers), "name": name}
        self.badges[str(made["id"])] = made
        if key:
            self.answers[key] = (body, (201, made))
        return 201, made


@pytest.mark.longer
@pytest.mark.parametrize(
    ("way", "told", "is_found"),
    [
        ("answers", TOLD, False),
        ("stores", TOLD, True),
        ("ignores", TOLD, True),
        ("ignores", UNTOLD, False),
        ("refuses", TOLD, False),
        ("refuses", UNTOLD, False),
        ("answers", NO_SECOND, False),
        ("refuses", NO_SECOND, False),
        ("ignores", NO_SECOND, False),
    ],
)
def test_a_key_without_effect_is_found_where_the_document_says_what_it_does(
    tmp_path: Path, way: str, told: str, *, is_found: bool
) -> None:
    broken = {clause for _, clause, _ in found(judged(document(told), Office(way), tmp_path)) if REFUSED in clause}
    assert bool(broken) is is_found
