"""One cause is one problem with its places, and an opinion is none of the errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract_suite.cli.entry import execute
from contract_suite.contract.family import load
from contract_suite.model.location import Location
from contract_suite.model.source import Level
from contract_suite.rules.catalogue import RULES
from contract_suite.rules.rule import judge


def document(operations: int) -> dict[str, object]:
    schema = {"type": "string"}
    header = {"name": "x-api-version", "in": "header", "schema": schema}
    broken = {"name": "limit", "in": "query", "schema": {"type": "int"}}
    operation = {
        "summary": "Do it",
        "parameters": [header, broken],
        "responses": {"200": {"description": "Done."}},
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "x", "version": "1"},
        "security": [{"key": []}],
        "paths": {f"/{number}": {"get": operation} for number in range(operations)},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X"}}},
    }


def test_one_cause_at_many_operations_is_one_problem(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text(json.dumps(document(30), indent=1), "utf-8")
    found = judge(load(path), RULES)
    counted = {(each.rule, each.level, each.cause): 1 + len(each.others) for each in found}
    assert len(counted) == len(found)
    assert counted["operation-ids", Level.ADVISORY, "no operationId"] == 30
    assert counted["responses-documented", Level.ADVISORY, "no 401"] == 30
    assert counted["descriptions", Level.ADVISORY, "parameters"] == 60
    assert [each.level for each in found if each.rule == "operations-usable"] == [Level.FAILURE]
    assert {each.rule for each in found if each.level is Level.FAILURE} <= {"operations-usable", "openapi-valid"}


def test_lint_prints_failures_first_and_counts_the_other_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "d.json"
    path.write_text(json.dumps(document(9), indent=1), "utf-8")
    assert execute(["lint", str(path)]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(str(path))]
    levels = [line.split(": ")[1] for line in lines]
    assert levels == sorted(levels, key=lambda level: level != "failure")
    [ids] = [line for line in lines if "operation-ids" in line]
    assert "GET /0 has no operationId (and 8 more: " in ids
    assert ids.endswith(", …)")


def test_lint_in_json_lists_every_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "d.json"
    path.write_text(json.dumps(document(9), indent=1), "utf-8")
    execute(["lint", "--json", str(path)])
    rows = json.loads(capsys.readouterr().out)["problems"]
    [ids] = [row for row in rows if row["rule"] == "operation-ids"]
    assert [other["pointer"] for other in ids["others"]] == [f"/paths/~1{number}/get" for number in range(1, 9)]


def test_a_place_in_a_document_of_one_line_is_a_pointer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "d.json"
    path.write_text(json.dumps(document(2)), "utf-8")
    execute(["lint", str(path)])
    assert f"{path}#/paths/~10/get: advisory: operation-ids: " in capsys.readouterr().out
    assert Location(file="d.json", line=1, pointer="").place == "d.json:1"
    assert Location(file="d.yaml", line=7, pointer="/paths").place == "d.yaml:7"
