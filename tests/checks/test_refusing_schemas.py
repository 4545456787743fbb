"""Schemas without a constraint of the usual kind that some, or all, values break."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hostile.documents import api
from tests.runner.small_app import hold

REFUSING: dict[str, Any] = {
    "false": False,
    "reference-to-false": {"$ref": "#/components/schemas/Never"},
    "all-of-false": {"allOf": [False]},
    "member-false": {"properties": {"id": False}},
    "names": {"propertyNames": {"maxLength": 1}},
    "pattern-false": {"patternProperties": {"^i": False}},
    "unevaluated": {"unevaluatedProperties": {"type": "integer"}},
}


@pytest.mark.parametrize("name", REFUSING)
def test_what_breaks_such_a_schema_is_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A schema that is `false` had no clause, so that any body was right."""
    document = api({"type": "string"}, {"Never": False})
    get = document["paths"]["/health"]["get"]
    get["responses"]["200"]["content"] = {"application/json": {"schema": REFUSING[name]}}
    document["paths"] = {"/health": {"get": get}}
    held = hold(lambda _: (200, {"id": "a"}), document, tmp_path, monkeypatch)
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
