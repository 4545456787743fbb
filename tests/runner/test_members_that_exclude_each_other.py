"""A coupon takes percent or an amount, not both: what is refused for both of them is not refused for its code."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, found, judged

CODE: Node = {"type": "string", "minLength": 3, "maxLength": 20, "pattern": "^[A-Za-z0-9-]+$"}
OFF: Node = {"type": "integer", "minimum": 1, "maximum": 90}


def _document() -> Node:
    members = {"code": CODE, "percent_off": OFF, "amount_off": OFF}
    shown = {"type": "object", "required": ["id", "code"], "properties": {"id": {"type": "integer"}, **members}}
    example = {"code": "SPRING20", "percent_off": 20}
    sent = {"type": "object", "required": ["code"], "properties": members, "example": example}
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    refused = {str(status): {"description": ""} for status in (400, 404, 409, 422)}
    make = {
        "operationId": "make",
        "description": "Either `percent_off` or `amount_off` (422). The code must be unique; a code that is taken is refused with 409.",
        "requestBody": {"required": True, **as_json(sent)},
        "responses": {"201": as_json(shown), **refused},
    }
    read = {"operationId": "read", "responses": {"200": as_json(shown), **refused}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "coupons", "version": "1"},
        "paths": {"/coupons": {"post": make}, "/coupons/{id}": {"parameters": key, "get": read}},
    }


class Coupons:
    """Refuses both members with 422 before it looks at the code; `taken` is its status for a code that is taken."""

    def __init__(self, taken: int) -> None:
        self.taken = taken
        self.kept: dict[str, dict[str, Any]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        key = path.removeprefix("/coupons").strip("/")
        if method == "GET" and key in self.kept:
            return 200, self.kept[key]
        if key or method != "POST":
            return (405 if key in self.kept or not key else 404), None
        body = sent if isinstance(sent, dict) else {}
        code, numbers = body.get("code"), {name: body[name] for name in ("percent_off", "amount_off") if name in body}
        plain = isinstance(code, str) and code.isascii() and code.replace("-", "a").isalnum() and 3 <= len(code) <= 20
        if not plain or not all(type(each) is int and 1 <= each <= 90 for each in numbers.values()):
            return 400, None
        if len(numbers) != 1:
            return 422, None
        if any(each["code"] == code for each in self.kept.values()):
            return self.taken, None
        number = next(self.numbers)
        self.kept[str(number)] = {"id": number, "code": code, **numbers}
        return 201, self.kept[str(number)]


@pytest.mark.parametrize(("taken", "clauses"), [(409, set[str]()), (400, {"make::code::duplicate-status"})])
def test_a_code_is_blamed_only_where_a_new_one_would_be_taken(tmp_path: Path, taken: int, clauses: set[str]) -> None:
    told = {clause for _, clause, _ in found(judged(_document(), Coupons(taken), tmp_path))}
    assert {each for each in told if "duplicate" in each} == clauses
