"""No idempotency key is sent with two bodies: a right server refuses the second, whatever is right about it."""

from __future__ import annotations

import json
import re
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.naming.idempotency_keys import keys_in
from tests.generate.conftest import read
from tests.runner.right_servers import Answer, Node, found, judged

KEY = {"type": "string", "minLength": 1, "maxLength": 40, "pattern": "^[A-Za-z0-9_.-]+$"}
MEMBERS = {
    "amount": {"type": "integer", "minimum": 1, "maximum": 1000},
    "note": {"type": "string", "minLength": 1, "maxLength": 20},
}


def document(parameter: Node | None = None, **members: Node) -> Node:
    sent = {"type": "object", "required": ["amount", *members], "properties": {**MEMBERS, **members}}
    answers = {
        "201": {
            "description": "made",
            "content": {
                "application/json": {
                    "schema": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
                }
            },
        },
        "400": {"description": "bad, or the key was used with another body"},
    }
    pay: Node = {"operationId": "pay", "responses": answers}
    pay["requestBody"] = {"required": True, "content": {"application/json": {"schema": sent}}}
    if parameter is not None:
        pay["parameters"] = [{"required": True, "schema": KEY, **parameter}]
    return {"openapi": "3.0.3", "info": {"title": "Payments", "version": "1"}, "paths": {"/payments": {"post": pay}}}


IN_HEADER = document({"name": "x-idempotency-key", "in": "header"})
IN_BODY = document(idempotency_key=KEY)


@pytest.mark.parametrize("where", ["header", "body"])
def test_each_body_has_a_key_of_its_own(tmp_path: Path, where: str) -> None:
    numbers, seen = count(1), dict[str, tuple[str, str]]()

    def serve(method: str, _path: str, _query: Any, headers: Any, sent: Any) -> Answer:
        if method != "POST":
            return 405, None
        known = {*MEMBERS, "idempotency_key"}
        if not isinstance(sent, dict) or not known.issuperset(sent):
            return 400, {"error": "bad"}
        amount, note = sent.get("amount"), sent.get("note", "x")
        if isinstance(amount, bool) or not isinstance(amount, int) or not 1 <= amount <= 1000:
            return 400, {"error": "bad amount"}
        if not isinstance(note, str) or not 1 <= len(note) <= 20:
            return 400, {"error": "bad note"}
        key = headers.get("x-idempotency-key") if where == "header" else sent.get("idempotency_key")
        if not isinstance(key, str) or re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", key) is None:
            return 400, {"error": "bad key"}
        body = json.dumps(sent, sort_keys=True)
        kept = seen.setdefault(key, (body, str(next(numbers))))
        return (201, {"id": kept[1]}) if kept[0] == body else (400, {"error": "another body"})

    record = judged(IN_HEADER if where == "header" else IN_BODY, serve, tmp_path)
    assert [each for each in found(record) if "::method::" not in each[1]] == []
    assert len(seen) > 10


@pytest.mark.parametrize(
    ("parameter", "is_key"),
    [
        ({"name": "Idempotence-Key", "in": "header"}, True),
        ({"name": "Acme-Idempotency-Token", "in": "header"}, True),
        ({"name": "X-Request-Id", "in": "header", "description": "Makes the request idempotent."}, True),
        ({"name": "X-Request-Id", "in": "header", "description": "Shown in our log."}, False),
        ({"name": "requestId", "in": "query", "description": "An idempotency key."}, True),
        ({"name": "idempotency_key", "in": "query"}, True),
        ({"name": "key", "in": "query"}, False),
    ],
)
def test_what_is_a_key(parameter: Node, *, is_key: bool) -> None:
    operation = read(document(parameter)).by_id["pay"]
    subject = f"{parameter['in']}.{parameter['name']}"
    assert [*keys_in(operation, {subject: "a", "body": {"amount": 1}})] == ([subject] if is_key else [])
    assert [*keys_in(operation, {"body": {"idempotency_key": "a", "key": "b"}})] == ["body/idempotency_key"]
