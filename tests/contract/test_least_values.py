"""A schema that no value fits is told from one that some value fits, without making any."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.schemas.least_values import LeastValues
from contract_suite.errors import ExitCode
from contract_suite.model.json import JSON
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run

IMPOSSIBLE: dict[str, JSON] = {
    "false": False,
    "not anything": {"not": {}},
    "not true": {"not": True},
    "empty enum": {"enum": []},
    "lengths": {"type": "string", "minLength": 5, "maxLength": 2},
    "numbers": {"type": "integer", "minimum": 5, "maximum": 2},
    "items": {"type": "array", "minItems": 5, "maxItems": 2},
    "members": {"type": "object", "minProperties": 5, "maxProperties": 2},
    "a member that must be and can't": {"type": "object", "required": ["a"], "properties": {"a": False}},
    "an item that must be and can't": {"type": "array", "items": False, "minItems": 1},
    "two types": {"allOf": [{"type": "string"}, {"type": "integer"}]},
    "no branch": {"anyOf": [False, {"not": {}}]},
}
POSSIBLE: dict[str, JSON] = {
    "true": True,
    "nothing said": {},
    "not something": {"not": {"type": "string"}},
    "equal bounds": {"type": "string", "minLength": 2, "maxLength": 2},
    "bounds of another type": {"type": ["string", "null"], "minLength": 5, "maxLength": 2},
    "bounds without a type": {"minimum": 5, "maximum": 2},
    "old exclusive bounds": {"type": "number", "minimum": 1, "exclusiveMinimum": True, "maximum": 2},
    "a member that can't be": {"type": "object", "properties": {"a": False}},
    "no items": {"type": "array", "items": False},
    "one branch": {"oneOf": [False, {"type": "string"}]},
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_schema_that_no_value_fits_has_none_of_finite_size(name: str) -> None:
    assert LeastValues(lambda _reference: True).size(IMPOSSIBLE[name]).characters == math.inf


@pytest.mark.parametrize("name", POSSIBLE)
def test_a_schema_that_some_value_fits_has_one(name: str) -> None:
    assert LeastValues(lambda _reference: True).size(POSSIBLE[name]).characters < math.inf


@pytest.mark.parametrize("name", ["false", "lengths", "a member that must be and can't"])
def test_a_response_that_nothing_fits_is_held_against_no_server(name: str, tmp_path: Path) -> None:
    """The embedded mock was accused of what its own document makes impossible."""
    answer: dict[str, Any] = {"description": "d", "content": {"application/json": {"schema": IMPOSSIBLE[name]}}}
    paths = {"/a": {"get": {"operationId": "getA", "responses": {"200": answer}}}}
    document = tmp_path / "a.json"
    document.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": paths}))
    outcome = run(RunOptions(contracts=(str(document),), fuzz_time=0, report=tmp_path / "report"), environ={})
    assert outcome.exit_code == ExitCode.INCOMPLETE
    assert not outcome.findings
    assert "getA could not be judged" in outcome.reason
