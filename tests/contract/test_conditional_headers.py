"""A header that a description gives under a condition alone is not owed."""

from __future__ import annotations

import json

import pytest

from contract_suite.behaviours.standards.location_leads import clauses_of
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract

FREE = "Created. With return=headers-only and one row, Location names it."


@pytest.mark.parametrize(
    ("response", "header", "owed"),
    [
        ("Created", {}, True),
        ("Created, with a Location header.", {}, True),
        ("Created. Where it is stands in Location.", {"description": "Where the new row is"}, True),
        ("When a row is made at a location of the shop, it has a number.", {}, True),
        (FREE, {}, False),
        ("Created. The `Location` header is only sent for one row.", {}, False),
        ("Created. Location is given if `Prefer: return=minimal` was.", {}, False),
        ("Created", {"description": "Where the row is; optional"}, False),
        ("Created", {"description": "Present when one row was made"}, False),
        (FREE, {"required": True}, True),
    ],
)
def test_a_location_is_owed_where_nothing_says_when_it_comes(
    response: str, header: dict[str, object], *, owed: bool
) -> None:
    answer = {"description": response, "headers": {"Location": {"schema": {"type": "string"}, **header}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Rows", "version": "1"},
        "paths": {"/rows": {"post": {"operationId": "addRow", "responses": {"201": answer}}}},
    }
    [operation] = read_contract(Library().read(json.dumps(document).encode(), "rows.json")).operations
    assert ("given" in clauses_of(operation)) is owed
