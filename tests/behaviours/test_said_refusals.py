"""Actions that say when they are refused: each flaw is found, a right server is left alone, and only clear sentences count."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from tests.behaviours.driving import drive
from tests.behaviours.visits_server import VISITS, VisitsServer, visits

[REFUSALS] = [each for each in BEHAVIOURS if each.name == "said-refusals"]
SENTENCE = "A pass can be extended at most twice, and not when it is closed."
ALL = {
    "extendPass::action::times-limited",
    "extendPass::action::refused-in-state",
    "renameLocker::action::refused-in-state",
}
RENAMED = "Lent and retired lockers can no longer be changed (409)."


@pytest.mark.parametrize(
    ("flaw", "failed"),
    [
        ("", set()),
        ("extended-again", {"extendPass::action::times-limited"}),
        ("closed-extended", {"extendPass::action::refused-in-state"}),
        ("retired-renamed", {"renameLocker::action::refused-in-state"}),
    ],
)
def test_a_flaw_is_found_and_a_right_server_is_left_alone(flaw: str, failed: set[str]) -> None:
    found = drive(visits(), (REFUSALS,), server=VisitsServer(flaw))
    assert found.failed() == failed
    assert found.passed() | failed == ALL


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("A pass can be extended no more than 3 times.", {"times-limited"}),
        ("A closed pass cannot be extended.", {"refused-in-state"}),
        ("409 if the pass has already been closed.", {"refused-in-state"}),
        ("Not possible once it is closed.", {"refused-in-state"}),
        ("A pass that has been closed cannot be extended any more.", {"refused-in-state"}),
        ("An extension of a closed pass is refused (409).", {"refused-in-state"}),
        ("A pass that has not been closed cannot be extended.", set()),
        ("Refused if the pass is not closed.", {"refused-in-state"}),
        ("Refused unless the pass is closed.", {"refused-in-state"}),
        ("Refused while the pass has open visits.", set()),
        ("Not possible while the room is closed.", set()),
        ("Tries up to 3 times.", set()),
        ("A pass can be extended at most 12 times.", set()),
    ],
)
def test_a_sentence_says_when_an_action_is_refused(sentence: str, kinds: set[str]) -> None:
    text = Path(VISITS).read_text("utf-8").replace(SENTENCE, sentence)
    contract = read_contract(Library().read(text.encode(), "visits.yaml"))
    assert {each.kind for each in REFUSALS.clauses(contract) if each.operation == "extendPass"} == kinds


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("Only free lockers can be edited.", {"refused-in-state"}),
        ("Only free lockers can be edited. Admins can see any locker.", {"refused-in-state"}),
        ("Only free lockers can be edited. Admins can edit any locker.", set()),
        ("Only free lockers can be edited. Pass `force=true` to edit others.", set()),
        ("Staff can edit retired lockers, guests can't. Only free lockers can be edited.", set()),
        ("Retired lockers are read-only for members.", set()),
        ("Retired lockers can usually not be changed.", set()),
        ("A retired locker should not be changed.", set()),
        ("The number of a retired locker can't be changed.", set()),
        ("A lent locker is read-only; no change is possible.", {"refused-in-state"}),
        ("Only possible while the locker is free, otherwise 409.", {"refused-in-state"}),
        ("Only possible while the locker is free. Only the members sent are changed.", {"refused-in-state"}),
        ("Only possible while the room is free.", set()),
        ("Lent lockers can't be moved to another room.", set()),
        ("Lent lockers can not be changed to free.", set()),
    ],
)
def test_a_sentence_says_where_nothing_can_be_changed(sentence: str, kinds: set[str]) -> None:
    text = Path(VISITS).read_text("utf-8").replace(RENAMED, f"'{sentence}'" if "'" not in sentence else sentence)
    contract = read_contract(Library().read(text.encode(), "visits.yaml"))
    assert {each.kind for each in REFUSALS.clauses(contract) if each.operation == "renameLocker"} == kinds


RETIRED = "operationId: retireLocker, "


@pytest.mark.parametrize(
    ("sentence", "flaw", "failed", "passed"),
    [
        ("Only lent lockers can be retired (409).", "", False, True),
        ("Only lent lockers can be retired (409).", "free-retired", True, False),
        ("Only lent lockers can be retired (409).", "retired-retired", True, True),
        ("Possible for lent lockers only; otherwise 409.", "free-retired", True, False),
        ("Only allowed in the status `lent`, else 409.", "free-retired", True, False),
        ("Only for lent lockers (409 otherwise).", "free-retired", True, False),
        ("Made for lent lockers.", "free-retired", False, False),
        ("Mails are sent only for lent lockers.", "free-retired", False, False),
        ("Only for lent lockers, unless somebody insists.", "free-retired", False, False),
    ],
)
def test_what_is_for_some_states_alone_is_refused_to_what_is_new(
    sentence: str, flaw: str, *, failed: bool, passed: bool
) -> None:
    """An action that was refused to something new was never asked again, so that nothing was found in any state."""
    text = Path(VISITS).read_text("utf-8").replace(RETIRED, f'{RETIRED}description: "{sentence}", ')
    contract = read_contract(Library().read(text.encode(), "visits.yaml"))
    found = drive(contract, (REFUSALS,), server=VisitsServer(flaw))
    clauses = {f"retireLocker::action::{kind}" for kind in ("refused-in-state", "refused-in-other-states")}
    assert bool(found.failed() & clauses) is failed
    assert bool(found.passed() & clauses) is passed
    assert not {each for each in found.failed() if not each.startswith("retireLocker")}
