"""Versions that move with each update: each flaw is found, a right server is left alone, and only clear sentences count."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.behaviours.resources.version_members import BEHAVIOUR
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from tests.behaviours.driving import drive
from tests.behaviours.visits_server import VISITS, VisitsServer, visits

MOVES, STALE = (f"renameLocker::body/version::{kind}" for kind in ("version-moves", "stale-version-refused"))
NEW = 'note: {type: string, maxLength: 40}}}}}}, responses: {"201": &locker'
BASED = "description: The version that the change is based on. Every update raises it."
REFUSED = '"409": {description: "lent, retired, or changed since that version"}'
TAKEN = "description: Another one has this name."


@pytest.mark.parametrize(
    ("flaw", "failed"),
    [("", set()), ("version-stays", {MOVES}), ("note-unversioned", {MOVES}), ("stale-served", {STALE})],
)
def test_a_flaw_is_found_and_a_right_server_is_left_alone(flaw: str, failed: set[str]) -> None:
    found = drive(visits(), (BEHAVIOUR,), server=VisitsServer(flaw))
    assert found.failed() == failed
    assert found.passed() >= {MOVES, STALE} - failed - ({STALE} if MOVES in failed else set())


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        (BASED, "description: The one to show.", set()),
        (BASED, "readOnly: true, description: The current version of the locker.", set()),
        (BASED, "description: The version that the change is based on.", {"stale-version-refused"}),
        (REFUSED, f'"409": {{{TAKEN}}}', {"version-moves"}),
        (REFUSED, '"409": {description: Not in its current state.}', {"version-moves"}),
        (REFUSED, f'"412": {{{TAKEN}}}', {"version-moves", "stale-version-refused"}),
        (BASED, "description: Every update raises it by one.", {"version-moves"}),
        (BASED, "description: Every update of the name alone raises it by one; only then.", set()),
        (NEW, f"version: {{type: integer}}, {NEW}", set()),
        ("version: {type: integer}", "etag: {type: string}", {"version-moves"}),
    ],
)
def test_a_name_or_a_sentence_says_that_it_moves(old: str, new: str, kinds: set[str]) -> None:
    text = Path(VISITS).read_text("utf-8")
    assert old in text
    contract = read_contract(Library().read(text.replace(old, new).encode(), "visits.yaml"))
    assert {each.kind for each in BEHAVIOUR.clauses(contract) if not each.inapplicable} == kinds
