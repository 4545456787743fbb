"""A code that is sent in small letters and shown in capitals, as the pattern of the answer demands, was said to be lost."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, found, judged

CODE = "^[a-z]{3,20}$"


def _document(said: str = "") -> Node:
    note: Node = {"type": "string", "maxLength": 40}
    sent = {
        "type": "object",
        "required": ["code"],
        "properties": {"code": {"type": "string", "pattern": CODE}, "note": note},
    }
    code = {"type": "string"} if said else {"type": "string", "pattern": "^[A-Z]+$"}
    shown = {"id": {"type": "integer"}, "code": code, "note": note}
    coupon = {"type": "object", "required": ["id", "code"], "properties": shown}
    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    refused = {str(status): {"description": ""} for status in (400, 404)}
    return {
        "openapi": "3.0.3",
        "info": {"title": "coupons", "version": "1"},
        "paths": {
            "/coupons": {
                "post": {
                    "operationId": "make",
                    "description": said,
                    "requestBody": {"required": True, **as_json(sent)},
                    "responses": {"201": as_json(coupon), **refused},
                }
            },
            "/coupons/{id}": {
                "parameters": key,
                "get": {"operationId": "read", "responses": {"200": as_json(coupon), **refused}},
            },
        },
    }


class Coupons:
    """Keeps codes in capitals; if `careless`, it loses the note."""

    def __init__(self, *, careless: bool) -> None:
        self.careless = careless
        self.kept: dict[str, dict[str, Any]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        key = path.removeprefix("/coupons").strip("/")
        if method == "GET" and key in self.kept:
            return 200, self.kept[key]
        if key or method != "POST":
            return (405 if key in self.kept or not key else 404), None
        code, note = (sent.get("code"), sent.get("note", "")) if isinstance(sent, dict) else (None, None)
        plain = isinstance(code, str) and code.isascii() and code.isalpha() and code.islower() and 3 <= len(code) <= 20
        if not (plain and isinstance(code, str) and isinstance(note, str) and len(note) <= 40):
            return 400, None
        number = next(self.numbers)
        self.kept[str(number)] = {"id": number, "code": code.upper(), "note": "" if self.careless else note}
        return 201, self.kept[str(number)]


@pytest.mark.parametrize(
    ("said", "lost"),
    [
        ("The code is stored in upper case.", False),
        ("Codes are unique regardless of case.", False),
        ("The code is what customers type.", True),
    ],
)
def test_a_sentence_lets_a_code_come_back_in_capitals(tmp_path: Path, said: str, *, lost: bool) -> None:
    record = judged(_document(said), Coupons(careless=False), tmp_path)
    assert ("make::Coupon::values-read-back" in {clause for _, clause, _ in found(record)}) is lost


@pytest.mark.parametrize("careless", [False, True])
def test_what_an_answer_cannot_show_as_it_was_sent_is_not_missed(tmp_path: Path, *, careless: bool) -> None:
    clauses = {clause for _, clause, _ in found(judged(_document(), Coupons(careless=careless), tmp_path))}
    assert {each for each in clauses if "::method::" not in each} == (
        {"make::Coupon::values-read-back"} if careless else set()
    )
