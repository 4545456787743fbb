"""The rule `examples-valid`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from contract_suite.rules.examples_valid import RULE
from tests.rules.documents import ERRATA, LIST, POST, SOUND, THING, Case, assert_bites, at, found_by, problems, put

CASES: dict[str, Case] = {
    "an-example-inside-a-schema": (
        put(THING + "/properties/Name", "examples", ["x" * 21]),
        "an example of the schema breaks its schema",
    ),
    "a-default-inside-a-schema": (put(THING + "/properties/Name", "default", 7), "the default of the schema"),
    "an-example-of-a-parameter": (
        put(LIST + "/parameters/1", "example", 0),
        "the example 'example' of ListThings query.Page",
    ),
    "an-example-of-a-body": (
        put(POST + "/requestBody/content/application~1json", "example", {}),
        "of CreateThing body",
    ),
    "an-example-of-a-response": (
        put(LIST + "/responses/200/content/application~1json/examples/none", "value", {"Items": [{}]}),
        "at /Items/0",
    ),
    "a-default-of-an-unused-schema": (
        put("/components/schemas", "Unused", {"type": "integer", "default": "one"}),
        "the default",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


def test_it_leaves_alone_a_right_example_and_a_right_default(tmp_path: Path) -> None:
    assert (
        found_by(
            RULE,
            tmp_path,
            put(THING + "/properties/Name", "examples", ["x" * 20]),
            put(THING + "/properties/Name", "default", "x"),
        )
        == []
    )


def test_it_leaves_alone_an_example_that_an_erratum_points_at(tmp_path: Path) -> None:
    document = yaml.safe_load(SOUND)
    examples = at(document, LIST + "/responses/200/content/application~1json/examples")
    examples["vendor"] = {"value": {"Items": "none"}}
    broken = problems(tmp_path, document)
    assert [each.rule for each in broken] == ["examples-valid"]
    pointer = "#/paths/~1things/get/responses/200/content/application~1json/examples/vendor"
    assert problems(tmp_path, document, errata=[{**ERRATA[0], "pointers": [pointer]}]) == ()
