"""Deletes that say that they keep what they are asked for: nothing says then that it is gone."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.behaviours.resources.deletion.deletion import clauses
from contract_suite.inference.inferring import infer, with_facts
from contract_suite.inference.unsaid import is_unsaid
from tests.inference.reading import LIST, at, read
from tests.inference.widgets import document, query

GONE = {"deleted-unknown", "deleted-unlisted"}
ARCHIVED = {"archived_at": {"type": "string", "nullable": True}}
STATUS = {"status": {"type": "string", "enum": ["open", "cancelled"]}}


@pytest.mark.parametrize(
    ("delete", "shown", "listed", "held"),
    [
        ({"summary": "delete widget"}, ARCHIVED, None, GONE),
        ({"summary": "archive widget"}, {}, None, GONE),
        ({"summary": "archive widget"}, ARCHIVED, None, set()),
        ({"summary": "Cancel a widget"}, STATUS, None, set()),
        ({"description": "Soft delete: sets archived_at."}, ARCHIVED, None, set()),
        ({"description": "Deletes an archived widget."}, ARCHIVED, None, GONE),
        (
            {"summary": "archive widget"},
            ARCHIVED,
            "true: only archived widgets. Otherwise archived widgets are not listed.",
            {"deleted-unlisted"},
        ),
    ],
)
def test_what_is_only_archived_need_not_be_gone(
    delete: dict[str, str], shown: dict[str, Any], listed: str | None, held: set[str]
) -> None:
    plain = document()
    at(plain, "paths", "/widgets/{widget_id}", "delete").update(delete)
    at(plain, "components", "schemas", "Widget", "properties").update(shown)
    if listed is not None:
        at(plain, *LIST, "parameters").append(query("archived", listed, type="boolean"))
    contract = read(plain)
    informed = with_facts(contract, infer(contract))
    found = {each.kind for each in clauses(informed) if each.kind in GONE and not is_unsaid(informed, each)}
    assert found == held
