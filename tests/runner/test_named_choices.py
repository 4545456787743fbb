"""A refusal that names what would be good is believed: the named value is tried, and kept for the operations beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.runner.session.named_choices import choices_in
from tests.runner.right_servers import Answer, Node, judged


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Unknown plugin sample (available plugins: ['cpu', 'load', 'now'])", ("cpu", "load", "now")),
        ("Input should be 'asc' or 'desc'", ("asc", "desc")),
        ("kind must be one of: red, green, blue.", ("red", "green", "blue")),
        ('"sample" is not supported. Supported values are "a" and "b c"', ("a", "b c")),
        ("CRS 'x' not supported. List of supported CRSs: http://example.org/def/CRS84.", ("http://example.org/def/CRS84",)),
        ("allowed formats [json|xml]", ("json", "xml")),
        ("Input should be a valid integer, unable to parse string as an integer", ()),
        ("value is not a valid uuid", ()),
        ("must be greater than 5", ()),
        ("Not Found", ()),
    ],
)  # fmt: skip
def test_choices_that_a_sentence_names(text: str, expected: tuple[str, ...]) -> None:
    assert choices_in(text) == expected


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    choices_in(f"available: {text}")


TEXT: Node = {"type": "string"}
OK: Node = {"200": {"description": "one"}, "400": {"description": "no such plugin"}}
DOCUMENT: Node = {
    "openapi": "3.1.0",
    "info": {"title": "Plugins", "version": "1"},
    "paths": {
        "/plugins/{plugin}": {
            "parameters": [{"name": "plugin", "in": "path", "required": True, "schema": TEXT}],
            "get": {"operationId": "getPlugin", "responses": OK},
        },
        "/limits/{plugin}/all": {
            "parameters": [{"name": "plugin", "in": "path", "required": True, "schema": TEXT}],
            "get": {"operationId": "getLimits", "responses": {"200": OK["200"], "404": OK["400"]}},
        },
        "/search": {
            "parameters": [{"name": "by", "in": "query", "required": True, "schema": TEXT}],
            "get": {"operationId": "search", "responses": OK},
        },
    },
}


def plugins(method: str, path: str, query: dict[str, str], _headers: dict[str, str], _sent: Any) -> Answer:
    if method != "GET":
        return 405, None
    if path == "/search":
        by = query.get("by")
        return (
            (200, None)
            if by in {"size", "age"}
            else (400, {"detail": [{"msg": f"by: {by!r} is none of the allowed: size, age"}]})
        )
    name = path.split("/")[2]
    if name in {"cpu", "load"}:
        return 200, None
    return (
        (404, None)
        if path.startswith("/limits/")
        else (400, {"detail": f"Unknown plugin {name} (available: ['cpu', 'load'])"})
    )


def test_a_value_that_a_refusal_names_is_sent(tmp_path: Path) -> None:
    run = judged(DOCUMENT, plugins, tmp_path)
    assert [each.operation for family in run.families for each in family.operations if not each.served] == []
