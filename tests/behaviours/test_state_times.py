"""Times that are set with a state: each flaw is found, a right server is left alone, and only clear sentences count."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.behaviours.actions import state_times
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from tests.behaviours.driving import drive
from tests.behaviours.visits_server import VISITS, VisitsServer, visits

SET = "changePass::state/closed/closed_at::time-set"
BEFORE = "changePass::state/closed/closed_at::time-not-before"
SAID = "Closing sets `closed_at`."
OWN = "Null until it is closed."


@pytest.mark.parametrize(("flaw", "failed"), [("", set()), ("closed-untimed", {SET}), ("timed-early", {BEFORE})])
def test_a_flaw_is_found_and_a_right_server_is_left_alone(flaw: str, failed: set[str]) -> None:
    found = drive(visits(), (state_times.BEHAVIOUR,), server=VisitsServer(flaw))
    assert found.failed() == failed
    assert found.passed() | failed == {SET, BEFORE}


@pytest.mark.parametrize(
    ("said", "own", "kinds"),
    [
        ("Sets `closed_at` to now.", "", {"time-set"}),
        ("", "Time of closing, null until then.", {"time-set", "time-not-before"}),
        ("The matching time (`closed_at`) is set.", "The end.", {"time-set"}),
        ("`closed_at` is set if the pass was used.", "", set()),
        ("Closing sets `closed_at`, unless it is given.", "", set()),
        ("`closed_at` may be set.", "", set()),
        ("Closing never sets `closed_at`.", "", set()),
        ("`closed_at` is shown.", "", set()),
        ("Sets `opened_at`.", "", set()),
    ],
)
def test_only_a_clear_sentence_says_that_a_time_is_set(said: str, own: str, kinds: set[str]) -> None:
    said = said.replace("(`closed_at`)", "(`opened_at`,\\n`closed_at`)")  # a line that was wrapped
    text = Path(VISITS).read_text("utf-8").replace(SAID, said).replace(OWN, f"'{own}'")
    contract = read_contract(Library().read(text.encode(), "visits.yaml"))
    found = {
        each.kind for each in state_times.clauses(contract) if each.operation == "changePass" and not each.inapplicable
    }
    assert found == kinds
