"""What can't be read by itself may be unique all the same: a second one with the same member is refused, in any case."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.behaviours.relations.said_limits.said_limits import BEHAVIOUR
from tests.generate.conftest import read
from tests.runner.right_servers import Answer, Node, found, judged

MAIL = re.compile(r"[^@\s]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
SENTENCE = "The e-mail address is unique, regardless of upper and lower case."


def document(sentence: str = SENTENCE, *, conflict: bool = True) -> Node:
    sent: Node = {
        "type": "object",
        "required": ["name", "email"],
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "email": {"type": "string", "format": "email", "maxLength": 254},
        },
    }
    shown = {
        **sent,
        "required": ["id", "name", "email"],
        "properties": {"id": {"type": "integer"}, **sent["properties"]},
    }
    listed = {
        "200": {"description": "ok", "content": {"application/json": {"schema": {"type": "array", "items": shown}}}}
    }
    made = {
        "201": {"description": "ok", "content": {"application/json": {"schema": shown}}},
        "400": {"description": "bad"},
    }
    refused = {"409": {"description": "taken"}} if conflict else {}
    body = {"required": True, "content": {"application/json": {"schema": sent}}}
    add = {"operationId": "add", "description": sentence, "requestBody": body, "responses": made | refused}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Members", "version": "1"},
        "paths": {"/members": {"get": {"operationId": "list", "responses": listed}, "post": add}},
    }


@pytest.mark.parametrize(
    ("fault", "kind"), [("", ""), ("case-counts", "other-case-refused"), ("taken-twice", "same-refused")]
)
def test_a_second_one_is_refused(tmp_path: Path, fault: str, kind: str) -> None:
    numbers, members = count(1), list[Node]()

    def serve(method: str, _path: str, _query: Any, _headers: Any, sent: Any) -> Answer:
        if method == "GET":
            return 200, members
        if method != "POST":
            return 405, None
        name, mail = (sent.get("name"), sent.get("email")) if isinstance(sent, dict) else (None, None)
        if not isinstance(name, str) or not name or not isinstance(mail, str) or len(mail) > 254:
            return 400, {"error": "bad"}
        if MAIL.fullmatch(mail) is None:
            return 400, {"error": "bad"}
        same = mail if fault == "case-counts" else mail.lower()
        if fault != "taken-twice" and any(each["email"] == same for each in members):
            return 409, {"error": "taken"}
        members.append({"id": next(numbers), "name": name, "email": mail.lower()})
        return 201, members[-1]

    told = {clause for _, clause, _ in found(judged(document(), serve, tmp_path)) if "::method::" not in clause}
    assert told == ({f"add::body/email::{kind}"} if kind else set())


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        (SENTENCE, {"same-refused", "other-case-refused"}),
        ("The email must be unique.", {"same-refused"}),
        ("The email is unique within a team.", set()),
        ("The email need not be unique.", set()),
        ("The username is unique.", set()),  # no name of those that are sent
        ("Name and email are unique.", set()),  # together, or each?
    ],
)
def test_a_sentence_calls_one_member_unique(sentence: str, kinds: set[str]) -> None:
    clauses = [
        *BEHAVIOUR.clauses(read(document(sentence))),
        *BEHAVIOUR.clauses(read(document(sentence, conflict=False))),
    ]
    assert {each.kind for each in clauses if not each.inapplicable} == kinds
