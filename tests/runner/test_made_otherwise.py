"""An action that needs what a flag of the create decides is tried on something that was made so."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract_suite.runner.session.making.own_things import made_otherwise
from tests.generate.conftest import read
from tests.runner.right_servers import Answer, judged

CHARGE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "captured"],
    "properties": {"id": {"type": "integer"}, "captured": {"type": "boolean"}},
}


def document(flag: str) -> dict[str, Any]:
    def answers(status: str = "200") -> dict[str, Any]:
        shown = {"description": "done", "content": {"application/json": {"schema": CHARGE}}}
        return {status: shown, "400": {"description": "bad"}, "404": {"description": "none"}}

    def body(**members: Any) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": {"type": "object", "properties": members}}}}

    key = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    create = body(**{flag: {"type": "boolean", "default": True}, "note": {"type": "string"}})
    capture = body(amount={"type": "integer", "minimum": 1})
    return {
        "openapi": "3.1.0",
        "info": {"title": "charges", "version": "1"},
        "paths": {
            "/charges": {"post": {"operationId": "charge", "requestBody": create, "responses": answers("201")}},
            "/charges/{id}": {"get": {"operationId": "getCharge", "parameters": key, "responses": answers()}},
            "/charges/{id}/capture": {
                "post": {"operationId": "capture", "parameters": key, "requestBody": capture, "responses": answers()}
            },
        },
    }


def server(flag: str, captured: list[int]) -> Any:
    charges: dict[str, Any] = {}
    numbers = count(1)

    def answer(method: str, path: str, _query: dict[str, str], _headers: dict[str, str], body: Any) -> Answer:
        parts = path.strip("/").split("/")
        if method == "POST" and not (body is None or isinstance(body, dict)):
            return 400, {"error": "body"}
        if (method, parts) == ("POST", ["charges"]):
            given = (body or {}).get(flag, True)
            if not isinstance(given, bool):
                return 400, {"error": flag}
            number = next(numbers)
            charges[str(number)] = {"id": number, "captured": given}
            return 201, charges[str(number)]
        if len(parts) < 2 or parts[1] not in charges:
            return 404, {"error": "none"}
        if method == "POST" and parts[2:] == ["capture"]:
            if charges[parts[1]]["captured"]:
                return 400, {"error": "already captured"}
            charges[parts[1]]["captured"] = True
            captured.append(int(parts[1]))
        return (405, None) if method not in {"GET", "POST"} else (200, charges[parts[1]])

    return answer


@pytest.mark.longer
@pytest.mark.parametrize(("flag", "reached"), [("capture", True), ("auto_capture", True), ("urgent", False)])
def test_the_flag_that_is_named_like_the_action_is_turned(tmp_path: Path, flag: str, *, reached: bool) -> None:
    captured: list[int] = []
    judged(document(flag), server(flag, captured), tmp_path)
    assert bool(captured) is reached


@pytest.mark.parametrize(
    ("flag", "named"), [("published", True), ("is_published", True), ("urgent", False), ("$", False)]
)
def test_the_flag_that_a_refusal_names_is_turned(flag: str, *, named: bool) -> None:
    contract = read(document(flag))
    create, capture = contract.operation("charge"), contract.operation("capture")
    assert list(made_otherwise(create, capture, "It is not published.")) == ([{flag: False}] if named else [])


@pytest.mark.parametrize(
    ("choices", "said", "chosen"),
    [
        (["AUTHORIZE", "CAPTURE"], "refused", ["CAPTURE"]),
        (["draft", "published"], "Only published ones can be captured.", ["published"]),
        (["draft", "published"], "refused", []),
        (["EUR", "all"], "all of them, in EUR", []),
    ],
)
def test_the_choice_that_is_called_like_the_action_or_named_is_made(
    choices: list[str], said: str, chosen: list[str]
) -> None:
    described = document("kind")
    sent = described["paths"]["/charges"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    sent["kind"] = {"type": "string", "enum": choices}
    contract = read(described)
    found = list(made_otherwise(contract.operation("charge"), contract.operation("capture"), said))
    assert found == [{"kind": each} for each in chosen]


def test_what_is_made_otherwise_is_brought_forward_too_where_both_are_needed(tmp_path: Path) -> None:
    described = document("kind")
    sent = described["paths"]["/charges"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    sent["kind"] = {"type": "string", "enum": ["SALE", "CAPTURE"]}
    capture = described["paths"]["/charges/{id}/capture"]["post"]
    described["paths"]["/charges/{id}/approve"] = {
        "post": {name: value for name, value in capture.items() if name != "requestBody"} | {"operationId": "approve"}
    }
    charges: list[dict[str, Any]] = []
    captured: list[int] = []

    def answer(method: str, path: str, _query: dict[str, str], _headers: dict[str, str], body: Any) -> Answer:
        _, number, action, *_ = (*path.strip("/").split("/"), "", "")
        if method == "POST" and not number:
            kind = body.get("kind", "SALE") if isinstance(body, dict) else "SALE"
            charges.append({"id": len(charges), "captured": False, "kind": kind, "approved": False})
            return (201, charges[-1]) if kind in {"SALE", "CAPTURE"} else (400, {})
        charge = charges[int(number)] if number.isdecimal() and int(number) < len(charges) else None
        if charge is None:
            return 404, {}
        if method == "POST" and action == "approve":
            charge["approved"] = True
        if method == "POST" and action == "capture":
            if charge["kind"] != "CAPTURE" or not charge["approved"]:
                return 400, {"error": "not now"}
            captured.append(charge["id"])
        return (405, None) if method not in {"GET", "POST"} else (200, charge)

    judged(described, answer, tmp_path, max_requests=150)
    assert captured
