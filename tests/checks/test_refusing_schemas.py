"""Schemas without a constraint of the usual kind that some, or all, values break."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hostile.documents import api
from tests.runner.small_app import hold

FITTING_NOTHING: dict[str, Any] = {
    "false": False,
    "reference-to-false": {"$ref": "#/components/schemas/Never"},
    "all-of-false": {"allOf": [False]},
}
REFUSING: dict[str, Any] = {
    "member-false": {"properties": {"id": False}},
    "names": {"propertyNames": {"maxLength": 1}},
    "pattern-false": {"patternProperties": {"^i": False}},
    "unevaluated": {"unevaluatedProperties": {"type": "integer"}},
}


def healthy(schema: Any) -> dict[str, Any]:
    document = api({"type": "string"}, {"Never": False})
    get = document["paths"]["/health"]["get"]
    get["responses"]["200"]["content"] = {"application/json": {"schema": schema}}
    document["paths"] = {"/health": {"get": get}}
    return document


@pytest.mark.parametrize("name", FITTING_NOTHING)
def test_a_schema_that_nothing_fits_is_held_against_no_server(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no clause, and yet a run that can't judge the body must not pass."""
    held = hold(lambda _: (200, {"id": "a"}), healthy(FITTING_NOTHING[name]), tmp_path, monkeypatch)
    assert held.outcome.exit_code == 4
    assert "health could not be judged" in held.outcome.reason
    assert not held.record.findings


@pytest.mark.parametrize("name", REFUSING)
def test_what_breaks_such_a_schema_is_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = hold(lambda _: (200, {"id": "a"}), healthy(REFUSING[name]), tmp_path, monkeypatch)
    assert held.outcome.exit_code == 1
    assert any(each.clause == "health::200::schema" for each in held.record.findings)


@pytest.mark.parametrize("schema", [True, {}, {"title": "any"}, {"properties": {"id": True}}, {"allOf": [True, {}]}])
def test_what_refuses_nothing_has_no_clause(schema: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clause that nothing can break would pass by whatever comes."""
    document = api({"type": "string"})
    get = document["paths"]["/health"]["get"]
    get["responses"]["200"]["content"] = {"application/json": {"schema": schema}}
    document["paths"] = {"/health": {"get": get}}
    held = hold(lambda _: (200, {"id": "a"}), document, tmp_path, monkeypatch)
    assert "health::200::schema" not in held.text()
