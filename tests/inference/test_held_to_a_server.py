"""What a run makes of guesses: nothing against right servers, advisories against those that break what was confirmed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_suite.model.source import Level
from contract_suite.model.verdict import Outcome
from contract_suite.runner.options.run_options import Inference
from tests.inference.widgets import document, widgets
from tests.runner.small_app import Held, hold

RIGHT = "GET /widgets"


def held(fault: str, folder: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Held:
    return hold(widgets(fault), document(), folder, monkeypatch, **options)


def clauses(run: Held) -> dict[str, str]:
    return {each.clause: each.message for each in run.record.findings}


def outcomes(run: Held) -> dict[str, Outcome]:
    return {each.clause: each.outcome for each in run.record.conformance}


@pytest.mark.slow
def test_a_right_server_is_accused_of_nothing_and_shows_what_it_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = held("", tmp_path, monkeypatch)
    assert clauses(run) == {}
    seen = outcomes(run)
    for clause in (
        "listWidgets::collection::page-size-respected",
        "listWidgets::collection::pages-complete",
        "listWidgets::collection::total-exact",
        "listWidgets::query.kind::filter-sound",
        "listWidgets::query.per_page::echoed",
        "listWidgets::order/name::descending",
        "createWidget::Widget::readable",
        "createWidget::Widget::values-read-back",
        "getWidget::Widget::deleted-unknown",
        "listWidgets::Widget::created-listed",
    ):
        assert seen[clause] is Outcome.PASSED, clause
    assert all("match-as-documented" not in clause for clause in seen), "no name says how a filter compares"


FAULTS = {
    "kind-ignored": "listWidgets::query.kind::",
    "sort-ignored": "listWidgets::order",
    "total-of-page": "listWidgets::collection::total-",
    "page-two-repeats": "listWidgets::collection::pages-",
    "create-lowers-names": "createWidget::Widget::values-read-back",
    "delete-keeps": "getWidget::Widget::deleted-unknown",
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_what_breaks_a_held_fact_is_an_advisory_with_what_speaks_for_the_fact(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = held(fault, tmp_path, monkeypatch)
    found = [each for each in run.record.findings if each.clause.startswith(FAULTS[fault])]
    assert found, clauses(run)
    assert all(each.level is Level.ADVISORY for each in run.record.findings)
    told = [each.message for each in found if each.check != "kept-to-request"]
    assert all("confirmed before in this run" in each or "said by the document" in each for each in told)


@pytest.mark.slow
def test_a_guess_that_fails_and_has_one_witness_accuses_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = document()
    for parameter in plain["paths"]["/widgets"]["get"]["parameters"][:2]:
        parameter["description"] = ""
        del parameter["schema"]["default"]
    run = hold(widgets("size-is-a-zoom"), plain, tmp_path, monkeypatch)
    seen = outcomes(run)
    assert seen["listWidgets::collection::page-size-respected"] is Outcome.INAPPLICABLE
    assert not any("::collection::" in clause for clause in clauses(run))


@pytest.mark.slow
def test_switched_off_nothing_is_guessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = held("kind-ignored", tmp_path, monkeypatch, infer=Inference.OFF)
    assert clauses(run) == {}
    assert "listWidgets::query.kind::filter-sound" not in outcomes(run)
