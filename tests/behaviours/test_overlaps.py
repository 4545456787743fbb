"""What is taken for a time: each flaw is found, a right server is left alone, and only a clear sentence counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from tests.behaviours.driving import Driven, drive
from tests.behaviours.visits_server import VISITS, VisitsServer, visits

[OVERLAPS] = [each for each in BEHAVIOURS if each.name == "overlaps"]
TAKEN = {"bookVisit::request::overlap-refused", "bookStay::request::overlap-refused"}
OTHERS = {"moveVisit::request::move-refused", "bookVisit::request::next-served"}
FREED = {"cancelVisit::request::freed-by-end", "deleteStay::request::freed-by-end"}
SENTENCE = "Two visits to a room never overlap."


def driven(server: VisitsServer) -> Driven:
    return drive(visits(), (OVERLAPS,), server=server)


@pytest.mark.parametrize(
    ("flaw", "clauses"),
    [
        ("twice", TAKEN),
        ("starts-alone", TAKEN),
        ("move-unchecked", {"moveVisit::request::move-refused"}),
        ("cancelled-blocks", {"cancelVisit::request::freed-by-end"}),
        ("deleted-blocks", {"deleteStay::request::freed-by-end"}),
        ("next-refused", {"bookVisit::request::next-served"}),
    ],
)
def test_a_flaw_is_found(flaw: str, clauses: set[str]) -> None:
    assert driven(VisitsServer(flaw)).failed() == clauses


def test_a_right_server_is_left_alone() -> None:
    found = driven(VisitsServer())
    assert not found.failed()
    assert found.passed() == TAKEN | OTHERS | FREED


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("A room can't be booked twice for the same time.", True),
        ("409 if the room is already booked in that period.", True),
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
