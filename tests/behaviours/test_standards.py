"""Behaviours that need no `x-contract`, against a server that keeps what RFCs and paths say: each flaw is found, each liberty is left alone."""

from __future__ import annotations

from functools import cache

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.family import load
from contract_suite.contract.operation import Contract
from contract_suite.model.source import Level
from contract_suite.model.verdict import Outcome
from tests.behaviours.driving import Driven, drive
from tests.behaviours.notes_server import NOTES, NotesServer

UNPROMISED = [
    each
    for each in BEHAVIOURS
    if each.drive.__module__.split(".")[2] in {"standards", "relations", "actions"} or each.name == "link-next"
]

FLAWS = [
    ("location-nowhere", "addNote::201/header.Location::location-leads", "nowhere"),
    ("location-unknown", "addNote::201/header.Location::location-leads", "nowhere"),
    ("location-collection", "addNote::201/header.Location::location-leads", "collection"),
    ("location-another", "addNote::201/header.Location::location-leads", "another"),
    ("no-location", "addNote::201/header.Location::location-given", "missing"),
    ("remarks-of-all", "listRemarks::below::not-listed-elsewhere", "elsewhere"),
    ("remarks-lost", "listRemarks::below::listed-below", "not-listed"),
    ("job-nowhere", "printNote::202/header.Location::location-leads", "nowhere"),
    ("links-anywhere", "linkNote::body/note_id::reference-known", "served"),
    ("bytes-not-stored", "putText::body::bytes-stored", "not-stored"),
    ("end-left-out", "getText::range::range-exact", "bytes"),
    ("suffix-from-start", "getText::range::range-exact", "content-range"),
    ("counts-from-one", "getText::range::range-exact", "content-range"),
    ("total-of-part", "getText::range::range-exact", "total"),
    ("part-200", "getText::range::range-exact", "part-as-whole"),
    ("beyond-206", "getText::range::beyond-end-refused", "served"),
    ("beyond-without-length", "getText::range::beyond-end-refused", "no-length"),
    ("any-unit", "getText::range::unknown-unit-ignored", "status-206"),
    ("if-range-ignored", "getText::range::if-range-respected", "status-206"),
    ("no-304", "getNote::conditions::not-modified", "ignored"),
    ("tag-moves", "getNote::conditions::not-modified", "moving-tag"),
    ("304-with-body", "getNote::conditions::not-modified", "body"),
    ("304-with-other-tag", "getNote::conditions::not-modified", "tag"),
    ("always-304", "getNote::conditions::other-tag-served", "status-304"),
    ("none-match-412", "getNote::conditions::other-tag-served", "status-412"),
    ("match-ignored", "putNote::conditions::stale-tag-refused", "served"),
    ("former-tag-served", "putNote::conditions::stale-tag-refused", "former"),
    ("match-ignored", "deleteNote::conditions::stale-tag-refused", "served"),
    ("unmet-409", "putNote::conditions::stale-tag-refused", "status"),
    ("changes-nevertheless", "putNote::conditions::stale-tag-refused", "changed"),
    ("match-refused", "putNote::conditions::current-tag-served", "current"),
    ("star-refused", "putNote::conditions::current-tag-served", "star"),
    ("first-tag-only", "putNote::conditions::current-tag-served", "list"),
    ("none-match-ignored", "putNote::conditions::existing-refused", "served"),
    ("tag-of-id", "putNote::conditions::tag-follows-change", "kept"),
    ("old-tag", "putNote::conditions::tag-follows-change", "old"),
    ("put-not-stored", "putNote::put::put-stored", "not-stored"),
    ("put-appends", "putNote::put::put-repeatable", "changed"),
    ("put-merges", "putNote::put::put-replaces", "kept"),
    ("patch-appends", "patchNote::patch::array-replaces", "added"),
    ("patch-replaces-object", "patchNote::patch::object-merges", "replaced"),
    ("patch-null-kept", "patchNote::patch::null-removes", "kept"),
    ("patch-clears", "patchNote::patch::unnamed-stays", "lost"),
    ("next-skips", "listNotes::link::next-leads-on", "skips"),
    ("next-repeats", "listNotes::link::next-leads-on", "repeats"),
    ("next-without-end", "listNotes::link::next-leads-on", "endless"),
    ("next-nowhere", "listNotes::link::next-leads-on", "nowhere"),
    ("pages-overlap", "listNotes::link::next-leads-on", "repeats"),
    ("prev-is-next", "listNotes::link::prev-leads-back", "other-page"),
]
LIBERTIES = [
    "",
    "weak",
    "no-tag",
    "no-ranges",
    "location-absolute",
    "location-relative",
    "location-elsewhere",
    "links-elsewhere",
    "empty-last-page",
    "no-links",
]


@cache
def notes() -> Contract:
    return load(NOTES)


def _driven(*flaws: str) -> Driven:
    return drive(notes(), UNPROMISED, server=NotesServer(*flaws))


@pytest.mark.parametrize(("flaw", "clause", "problem"), FLAWS, ids=[f"{flaw}-{clause}" for flaw, clause, _ in FLAWS])
def test_a_flaw_is_found_and_named(flaw: str, clause: str, problem: str) -> None:
    failed = {each.clause: each for each in _driven(flaw).verdicts if each.outcome is Outcome.FAILED}
    assert failed[clause].problem == problem
    assert failed[clause].exchanges


def test_a_job_that_is_not_there_was_begun_and_not_created() -> None:
    said = {each.clause: each.message for each in _driven("job-nowhere").verdicts}
    message = said["printNote::202/header.Location::location-leads"]
    assert "the Location of the 202" in message
    assert "must lead to what was begun" in message


@pytest.mark.parametrize("liberty", LIBERTIES)
def test_what_an_rfc_allows_is_no_finding(liberty: str) -> None:
    driven = _driven(liberty)
    assert not driven.failed()
    assert driven.left == 0


def test_every_clause_is_shown_by_a_right_server() -> None:
    clauses = {each.id for behaviour in UNPROMISED for each in behaviour.clauses(notes()) if not each.inapplicable}
    assert _driven().passed() == clauses


def test_no_clause_of_a_standard_weighs_more_than_an_advisory() -> None:
    assert {each.level for behaviour in UNPROMISED for each in behaviour.clauses(notes())} == {Level.ADVISORY}


def test_only_what_the_run_made_is_written() -> None:
    server = NotesServer()
    seeded = {key: dict(note) for key, note in server.notes.items()}
    drive(notes(), UNPROMISED, server=server)
    assert {key: server.notes.get(key) for key in seeded} == seeded
