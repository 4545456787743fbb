"""The rule `references-resolve`: what it finds, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.rules.references_resolve import RULE
from tests.rules.documents import LIST, POST, THING, Case, assert_bites, found_by, put

CASES: dict[str, Case] = {
    "a-response-leads-nowhere": (
        put(LIST + "/responses", "404", {"$ref": "#/components/responses/Gone"}),
        "leads nowhere",
    ),
    "a-property-named-default-leads-nowhere": (
        put("/components/schemas", "Unused", {"properties": {"default": {"$ref": "#/nowhere"}}}),
        "leads nowhere",
    ),
    "a-reference-leads-to-itself": (put("/components/responses", "A", {"$ref": "#/components/responses/A"}), "circle"),
    "a-link-names-no-operation": (
        put(POST + "/responses/200/links/self", "operationId", "GetThin"),
        "did you mean 'GetThing'",
    ),
    "a-link-sets-no-parameter": (
        put(POST + "/responses/200/links/self", "parameters", {"Idd": "x"}),
        "did you mean 'Id'",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_finds_that(tmp_path: Path, case: str) -> None:
    assert_bites(RULE, tmp_path, CASES[case])


def test_it_leaves_alone_what_looks_like_a_reference_in_data(tmp_path: Path) -> None:
    assert found_by(RULE, tmp_path, put(THING + "/properties/Name", "default", {"$ref": "#/nowhere"})) == []
