"""Endpoints that answer everything with garbage: no run of them is green, and each ends in bounded time and memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.hostile.endpoints import endpoints, serving
from tests.hostile.measuring import within

ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string", "pattern": "^(a+)+$"}, "below": {"$ref": "#/components/schemas/Item"}},
}
LIST = {
    "type": "object",
    "required": ["items"],
    "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}},
}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "components": {"schemas": {"Item": ITEM}},
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "parameters": [{"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1}}],
                "responses": {
                    "200": {"description": "d", "content": {"application/json": {"schema": LIST}}},
                    "400": {"description": "bad"},
                },
            }
        }
    },
}
QUICK = {
    "line: nothing", "length: too long", "length: thirty digits", "coding: bomb in a bomb", "endless: body", "endless: continue",
    "body: 900 levels", "body: a hundred thousand digits", "body: words that no pattern finds", "type: b'text/html'",
    "field: broken link", "status: 999",
}  # fmt: skip
CASES = [pytest.param(name, marks=() if name in QUICK else (pytest.mark.slow,)) for name in endpoints()]


def test_there_are_many() -> None:
    assert len(endpoints()) >= 150
    assert endpoints().keys() >= QUICK


@pytest.mark.longer
@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", CASES)
def test_garbage_is_borne_and_never_green(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    document = tmp_path / "things.json"
    document.write_text(json.dumps(DOCUMENT))
    with serving(endpoints()[name]) as url, within(20, request):
        outcome = run(
            RunOptions(contracts=(str(document),), url=url, fuzz_time=0, timeout=0.3, report=tmp_path / "report"),
            environ={},
        )
    record = read_run(outcome.record)
    assert record.footer is not None
    assert "contract-suite itself" not in outcome.reason, outcome.reason
    assert outcome.exit_code in {1, 3, 4}, outcome.reason
    assert not record.footer.conformant
