"""A body that nobody can read may be answered with 400 wherever the document lists another refusal: it was an advisory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.runner.right_servers import Answer, Node, found, judged

DRAFT: Node = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 20}},
}
DOCUMENT: Node = {
    "openapi": "3.1.0",
    "info": {"title": "Greetings", "version": "1"},
    "paths": {
        "/greet": {
            "post": {
                "operationId": "greet",
                "requestBody": {"required": True, "content": {"application/json": {"schema": DRAFT}}},
                "responses": {
                    "200": {"description": "hello", "content": {"application/json": {"schema": {"type": "string"}}}},
                    "422": {"description": "not valid"},
                },
            }
        }
    },
}


def greeting(unreadable: int, invalid: int) -> Any:
    def answer(method: str, path: str, _query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        if path != "/greet" or method != "POST":
            return (404 if path != "/greet" else 405), None
        if isinstance(sent, ValueError):
            return unreadable, None
        name = sent.get("name") if isinstance(sent, dict) and set(sent) == {"name"} else None
        if not isinstance(name, str) or not 1 <= len(name) <= 20 or "json" not in headers.get("content-type", ""):
            return invalid, None
        return 200, f"Hello {name}"

    return answer


def test_400_for_what_is_no_json_is_nobodys_fault(tmp_path: Path) -> None:
    assert [
        clause for _, clause, _ in found(judged(DOCUMENT, greeting(400, 422), tmp_path)) if "status" in clause
    ] == []


def test_400_for_json_that_breaks_the_schema_is_still_told(tmp_path: Path) -> None:
    told = [clause for _, clause, _ in found(judged(DOCUMENT, greeting(422, 400), tmp_path))]
    assert "greet::refusal::status-documented" in told
