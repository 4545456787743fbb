"""Every form in which a request may come, and every form in which an answer may be had, is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.runner.small_app import Asked, Reply, hold

TEXT = {"type": "string", "minLength": 1}
NOTE = {"type": "object", "required": ["text"], "properties": {"text": TEXT}, "additionalProperties": False}
FORM = "application/x-www-form-urlencoded"
REFUSED = {
    status: {"description": "no", "content": {"application/json": {"schema": {"type": "object"}}}}
    for status in ("400", "406", "415")
}


def document(*, requests: tuple[str, ...], answers: tuple[str, ...]) -> dict[str, Any]:
    body = {"required": True, "content": {name: {"schema": NOTE} for name in requests}}
    notes = {
        "description": "",
        "content": {name: {"schema": {"type": "array"} if "json" in name else TEXT} for name in answers},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Notes", "version": "1"},
        "paths": {
            "/notes": {
                "get": {"operationId": "listNotes", "responses": {"200": notes, **REFUSED}},
                "post": {
                    "operationId": "writeNote",
                    "requestBody": body,
                    "responses": {"201": {"description": ""}, **REFUSED},
                },
            }
        },
    }


def parsed(asked: Asked) -> Any:
    kind = asked.headers.get("content-type", "").partition(";")[0]
    if kind == FORM:
        return dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
    try:
        return json.loads(asked.body) if kind == "application/json" else None
    except (ValueError, RecursionError):
        return None


def service(*, takes: tuple[str, ...], gives: tuple[str, ...]) -> Any:
    def reply(asked: Asked) -> Reply:
        if asked.path != "/notes" or asked.method not in {"GET", "POST"}:
            return 405, None, {"allow": "GET, POST"}
        if asked.method == "GET":
            wanted = asked.headers.get("accept", "*/*")
            kind = next((each for each in gives if each in wanted or "*/*" in wanted), "")
            return (200, [], {"content-type": kind}) if kind else (406, {})
        if asked.headers.get("content-type", "").partition(";")[0] not in takes:
            return 415, {}
        note = parsed(asked)
        good = isinstance(note, dict) and set(note) == {"text"} and isinstance(note["text"], str) and note["text"]
        return (201, None) if good else (400, {})

    return reply


JSON_AND_FORM, JSON_AND_TEXT = ("application/json", FORM), ("application/json", "text/csv")


def test_a_service_that_takes_and_gives_what_it_says_has_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = document(requests=JSON_AND_FORM, answers=JSON_AND_TEXT)
    held = hold(service(takes=JSON_AND_FORM, gives=JSON_AND_TEXT), described, tmp_path, monkeypatch)
    assert held.record.findings == ()
    kinds = {each.headers.get("content-type", "") for each in held.app.asked if each.method == "POST"}
    assert set(JSON_AND_FORM) <= kinds
    assert "text/csv" in {each.headers["accept"] for each in held.app.asked if each.method == "GET"}


@pytest.mark.parametrize(
    ("takes", "gives", "said"),
    [
        (("application/json",), JSON_AND_TEXT, f"a valid request (as {FORM}) was refused with 415"),
        (JSON_AND_FORM, ("application/json",), "a valid request (asking for text/csv) was refused with 406"),
    ],
)
def test_a_form_that_is_documented_and_refused_is_a_finding(
    takes: tuple[str, ...], gives: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = document(requests=JSON_AND_FORM, answers=JSON_AND_TEXT)
    held = hold(service(takes=takes, gives=gives), described, tmp_path, monkeypatch)
    assert [each.message for each in held.record.findings] == [said]
