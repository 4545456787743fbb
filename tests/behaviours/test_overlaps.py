"""What is taken for a time: each flaw is found, a right server is left alone, and only a clear sentence counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from tests.behaviours.driving import Driven, drive
from tests.behaviours.keyed_server import PARAMETER, Keyed
from tests.behaviours.visits_server import VISITS, VisitsServer, visits

[OVERLAPS] = [each for each in BEHAVIOURS if each.name == "overlaps"]
TAKEN = {"bookVisit::request::overlap-refused", "bookStay::request::overlap-refused"}
OTHERS = {"moveVisit::request::move-refused", "bookVisit::request::next-served", "bookStay::request::next-served"}
FREED = {"cancelVisit::request::freed-by-end", "deleteStay::request::freed-by-end"}
SENTENCE = "Two visits to a room never overlap."


def driven(server: VisitsServer) -> Driven:
    return drive(visits(), (OVERLAPS,), server=server)


@pytest.mark.parametrize(
    ("flaw", "clauses"),
    [
        ("twice", TAKEN),
        ("starts-alone", TAKEN),
        ("around-served", TAKEN),
        ("move-unchecked", {"moveVisit::request::move-refused"}),
        ("cancelled-blocks", {"cancelVisit::request::freed-by-end"}),
        ("deleted-blocks", {"deleteStay::request::freed-by-end"}),
        ("next-refused", {"bookVisit::request::next-served", "bookStay::request::next-served"}),
        ("previous-refused", {"bookVisit::request::next-served", "bookStay::request::next-served"}),
    ],
)
def test_a_flaw_is_found(flaw: str, clauses: set[str]) -> None:
    assert driven(VisitsServer(flaw)).failed() == clauses


def test_a_right_server_is_left_alone() -> None:
    """Also where a stay may begin on the day on which another one ends, and is as long as the time between two."""
    found = driven(VisitsServer())
    assert not found.failed()
    assert found.passed() == TAKEN | OTHERS | FREED


@pytest.mark.parametrize(
    ("sentence", "flaw", "failed"),
    [
        (SENTENCE, "", set()),
        (SENTENCE, "around-served", {"bookVisit::request::overlap-refused"}),
        (SENTENCE, "previous-refused", {"bookVisit::request::next-served"}),
        ("Overlapping visits are shown in red.", "around-served", set()),
    ],
)
def test_what_no_read_shows_is_asked_for_again_too(sentence: str, flaw: str, failed: set[str]) -> None:
    """Slots that are only listed were never asked for twice. That they overlap somewhere refuses nothing."""
    text = (
        Path(VISITS)
        .read_text("utf-8")
        .replace(SENTENCE, sentence)
        .replace("get: {operationId: getVisit,", "head: {operationId: getVisit,")
    )
    contract = read_contract(Library().read(text.encode(), "visits.yaml"))
    found = drive(contract, (OVERLAPS,), server=VisitsServer(flaw))
    assert {each for each in found.failed() if each.startswith("bookVisit")} == failed
    assert ("bookVisit::request::overlap-refused" in found.passed()) is (sentence == SENTENCE)


@pytest.mark.parametrize(("flaw", "failed"), [("", set()), ("twice", {"bookVisit::request::overlap-refused"})])
def test_a_create_that_needs_an_idempotency_key_is_asked_with_a_new_one(flaw: str, failed: set[str]) -> None:
    text = Path(VISITS).read_text("utf-8")
    text = text.replace("operationId: bookVisit,", f"operationId: bookVisit, parameters: [{PARAMETER}],")
    contract = read_contract(Library().read(text.encode(), "visits.yaml"))
    found = drive(contract, (OVERLAPS,), server=Keyed(VisitsServer(flaw), "/visits"))
    assert {each for each in found.failed() if each.startswith("bookVisit")} == failed
    assert flaw or "bookVisit::request::overlap-refused" in found.passed()


@pytest.mark.parametrize(
    ("sentence", "kind", "operation"),
    [
        ("A guest may arrive on the day another leaves.", "next-served", "bookVisit"),
        ("One may begin at the time when the previous one ends.", "next-served", "bookVisit"),
        ("A guest may arrive on any day.", "next-served", ""),
        ("Cancelled visits do not block a room.", "freed-by-end", "cancelVisit"),
        ("Cancelled orders do not block a room.", "freed-by-end", "deleteVisit"),
    ],
)
def test_what_is_free_is_told_beside_the_create_too(sentence: str, kind: str, operation: str) -> None:
    text = Path(VISITS).read_text("utf-8").replace(" Cancelled ones don't count, and back-to-back visits are fine.", "")
    said = "create" if kind == "next-served" else "list"
    place = {"create": SENTENCE, "list": "operationId: getVisit"}[said]
    added = {"create": f"{SENTENCE} {sentence}", "list": f'{place}, description: "{sentence}"'}[said]
    contract = read_contract(Library().read(text.replace(place, added).encode(), "visits.yaml"))
    found = {each.operation for each in OVERLAPS.clauses(contract) if each.kind == kind}
    assert found - {"deleteStay", "bookStay"} == {operation} - {""}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("A room can't be booked twice for the same time.", True),
        ("409 if the room is already booked in that period.", True),
        ("Two confirmed visits must not share an hour (409).", True),
        ("Visits of one room never clash in time.", True),
        ("Visitors must not share a room.", False),
        ("Dates are not shared with other people.", False),
        ("Visits may overlap.", False),
        ("Visits must not overlap unless the room is large.", False),
        ("The room is not available.", False),
        ("Books a visit.", False),
    ],
)
def test_a_sentence_says_that_a_time_is_taken_once(sentence: str, told: bool) -> None:
    text = Path(VISITS).read_text("utf-8").replace(SENTENCE, sentence)
    contract = read_contract(Library().read(text.encode(), "visits.yaml"))
    found = {each.operation for each in OVERLAPS.clauses(contract) if each.kind == "overlap-refused"}
    assert found == ({"bookVisit", "bookStay"} if told else {"bookStay"})
