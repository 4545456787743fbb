"""`lint` as people and programs read it: an excerpt with the place marked, rules chosen, a summary by rule, SARIF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from contract_suite.cli.entry import execute

SCHEMAS: Final = Path(__file__).parents[1] / "report" / "schemas"
DOCUMENT: Final = """\
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /a/{Id}:
    get:
      summary: Read one
      responses:
        "200": {description: Done}
"""


@pytest.fixture
def document(tmp_path: Path) -> str:
    path = tmp_path / "openapi.yaml"
    path.write_text(DOCUMENT, "utf-8")
    return str(path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    execute(["lint", *arguments])
    return capsys.readouterr().out.splitlines()


def test_the_full_form_marks_the_place_in_an_excerpt(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, document, "--format", "full", "--select", "path-parameters")
    assert lines[0] == (
        f"{document}:5: failure: path-parameters: GET /a/{{Id}} does not declare the path parameter 'Id'"
    )
    assert lines[1:5] == ["  4 |   /a/{Id}:", "  5 |     get:", "    |     ^^^", "  6 |       summary: Read one"]


def test_a_pipe_gets_a_line_for_each_problem_and_no_colour(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, document)
    assert any(line.startswith(f"{document}:5: failure: path-parameters: ") for line in lines)
    assert not any("\x1b" in line or " | " in line for line in lines)


def test_the_end_counts_problems_by_rule(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    *_, by_rule, last = printed(capsys, document, "--select", "path-parameters")
    assert by_rule == "  1  path-parameters  docs/rules.md#path-parameters"
    assert last == "1 document, 1 rule: 1 failure, 0 advisories"


def test_who_asks_for_quiet_gets_the_last_line_alone(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    last = printed(capsys, document)[-1]
    assert "1 failure" in last
    assert printed(capsys, document, "-q") == [last]
    assert execute(["lint", document, "--quiet"]) == 1


def test_rules_are_selected_and_ignored(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["lint", document, "--ignore", "path-parameters,operations-usable,openapi-valid"]) == 0
    assert "path-parameters" not in capsys.readouterr().out
    assert execute(["lint", document, "--select", "path-parameters", "--ignore", "path-parameters"]) == 0


def test_an_unknown_rule_is_a_mistake_with_a_suggestion(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["lint", document, "--select", "path-parameter"]) == 2
    said = capsys.readouterr().err
    assert "there is no rule 'path-parameter'; did you mean 'path-parameters'? `contract-suite list rules`" in said


def test_sarif_obeys_its_schema(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    log: Any = json.loads("\n".join(printed(capsys, document, "--format", "sarif")))
    schema = json.loads(next(SCHEMAS.glob("sarif*.json")).read_text("utf-8"))
    jsonschema.validators.validator_for(schema)(schema).validate(log)
    result = next(each for each in log["runs"][0]["results"] if each["ruleId"] == "path-parameters")
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 5}
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert rules[result["ruleIndex"]]["id"] == "path-parameters"
