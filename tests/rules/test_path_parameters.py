"""The rule `path-parameters`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.rules.path_parameters import RULE
from tests.rules.documents import Case, Document, assert_bites, at, drop, found_by, put

CASES: dict[str, Case] = {
    "a-template-is-not-declared": (
        put("/paths", "/things/{Other}", {"get": {"operationId": "O", "responses": {"200": {"description": "x"}}}}),
        "'Other'",
    ),
    "two-paths-look-alike": (put("/paths", "/things/{Other}", {}), "can't be told from"),
    "a-path-parameter-is-optional": (drop("/paths/~1things~1{Id}/parameters/0", "required"), "must be required"),
    "a-parameter-has-no-template": (put("/paths/~1things~1{Id}/parameters/0", "name", "Ident"), "no {Ident}"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


def test_it_leaves_alone_parameters_that_an_operation_declares_itself(tmp_path: Path) -> None:
    def moved(document: Document) -> None:
        item = at(document, "/paths/~1things~1{Id}")
        shared = item.pop("parameters")
        for operation in item.values():
            operation["parameters"] = shared

    assert found_by(RULE, tmp_path, moved) == []
