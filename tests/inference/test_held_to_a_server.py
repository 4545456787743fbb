"""What a run makes of guesses: nothing against right servers, advisories against those that break what was confirmed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.faults.catalogue import chosen
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.model.finding import Finding
from contract_suite.model.source import Level
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import Inference, RunOptions
from contract_suite.runner.run import run
from tests.inference.widgets import document, widgets
from tests.runner.small_app import Held, hold
from tests.runner.test_stripped_documents import Mounted, stripped

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
    for each in found:
        [guess] = each.guesses
        assert ", because " in guess
        assert "; confirmed by request " in guess or "; the server did otherwise: " in guess


@pytest.mark.slow
def test_a_guess_that_fails_and_has_one_witness_accuses_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = document()
    for parameter in plain["paths"]["/widgets"]["get"]["parameters"][:2]:
        parameter["description"] = ""
        del parameter["schema"]["default"]
    shown = plain["components"]["schemas"]["Page"]
    for name in ("page", "per_page"):  # what answers say of their own page would be another witness
        del shown["properties"][name]
        shown["required"].remove(name)
    run = hold(widgets("size-is-a-zoom"), plain, tmp_path, monkeypatch)
    seen = outcomes(run)
    assert seen["listWidgets::collection::page-size-respected"] is Outcome.INAPPLICABLE
    assert not any("::collection::" in clause for clause in clauses(run))


DELIVERIES = Path(__file__).parents[1] / "mock" / "deliveries.yaml"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "clause"),
    [
        ("", ""),
        ("next-page-skips-one", "listDrivers::collection::pages-complete"),
        ("next-page-missing-for-one", "listDrivers::collection::pages-complete"),
        ("sign-ignored", "listDrivers::order::direction-respected"),
        ("idempotency-key-ignored", ""),
        ("header-counts-page", "listVans::collection::total-exact"),
    ],
)
def test_lists_of_other_shapes_are_held_to_what_they_give_away(fault: str, clause: str, tmp_path: Path) -> None:
    found = _against_the_plain_document(DELIVERIES.read_text("utf-8").replace("X-Next-Page", "Link"), fault, tmp_path)
    assert {each.level for each in found} <= {Level.ADVISORY}
    assert [each.clause for each in found if not fault] == []
    assert not clause or clause in {each for finding in found for each in finding.clauses}


def _against_the_plain_document(text: str, fault: str, folder: Path) -> tuple[Finding, ...]:
    """What a run that knows no annotation finds in the mock of an annotated document with one fault."""
    annotated = read_contract(Library().read(text.encode(), "annotated.yaml"))
    pipeline = chosen([annotated], [fault])[0][1].site.plant(Pipeline()) if fault else Pipeline()
    Mounted.app = MockApp(MockServer(annotated, pipeline=pipeline))
    Mounted.base_path = annotated.base_path
    plain = read_contract(Library().read(yaml.safe_dump(stripped(yaml.safe_load(text))).encode(), "plain.yaml"))
    options = RunOptions(app="tests.runner.test_stripped_documents:app", fuzz_time=0, report=folder, allow_writes=True)
    return tuple(read_run(run(options, contracts=[plain], environ={}).record).findings)


INVOICES = Path(__file__).parents[1] / "mock" / "invoices.yaml"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "clause"),
    [
        ("", ""),
        ("bound-ignored", "listInvoices::query.min_amount::bound-sound"),
        ("bound-turned", "listInvoices::query.min_amount::bound-sound"),
        ("bound-after-paging", "listInvoices::query.min_amount::bounded-before-paging"),
        ("lower-bound-unheard", "listInvoices::bounds/min_amount/max_amount::bounds-combined"),
        ("edge-left-out", ""),
    ],
)
def test_bounds_are_told_by_their_names_and_their_edges_are_not(fault: str, clause: str, tmp_path: Path) -> None:
    found = _against_the_plain_document(INVOICES.read_text("utf-8"), fault, tmp_path)
    assert {each.level for each in found} <= {Level.ADVISORY}
    assert [each.clause for each in found if not clause] == []
    assert not clause or clause in {each for finding in found for each in finding.clauses}


VANS = {
    "startVan": "Only a parked van can be started. It is then driving.",
    "parkVan": "Only a driving van can be parked.",
    "sellVan": "Only a parked van can be sold. It is then sold.",
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "clause"),
    [
        ("", ""),
        ("action-allowed-anywhere", "::Van::action-refused"),
        ("action-changes-nothing", "::Van::action-leads-to-state"),
    ],
)
def test_actions_are_held_to_the_states_that_sentences_name(fault: str, clause: str, tmp_path: Path) -> None:
    text = DELIVERIES.read_text("utf-8").replace("X-Next-Page", "Link")
    for name, sentence in VANS.items():
        text = text.replace(f"operationId: {name},", f"operationId: {name}, description: {sentence},")
    found = _against_the_plain_document(text, fault, tmp_path)
    assert [each.clause for each in found if not fault] == []
    told = [each for each in found if each.clause.endswith(clause)]
    assert bool(told) is bool(clause)
    assert all(each.level is Level.ADVISORY and "is the state of each Van" in each.guesses[0] for each in told)


CRATES = Path(__file__).parents[1] / "mock" / "crates.yaml"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "clause"),
    [
        ("", ""),
        ("update-wipes-other-fields", "crates.update::Crate::unnamed-kept"),
        ("deleted-still-readable", "crates.info::Crate::deleted-unknown"),
        ("deleted-still-listed", "crates.list::Crate::deleted-unlisted"),
        ("duplicate-accepted", "crates.create::label::duplicate-refused"),
        ("create-not-listed", "crates.list::Crate::created-listed"),
        ("next-page-in-other-order", "crates.list::order::default-applied"),
    ],
)
def test_calls_by_name_are_held_to_what_they_give_away(fault: str, clause: str, tmp_path: Path) -> None:
    found = _against_the_plain_document(CRATES.read_text("utf-8"), fault, tmp_path)
    assert [each.clause for each in found if not fault] == []
    told = [each for each in found if clause in each.clauses]
    assert bool(told) is bool(clause)
    assert {each.level for each in told} <= {Level.ADVISORY}
    assert all(each.guesses for each in told)


@pytest.mark.slow
def test_switched_off_nothing_is_guessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = held("kind-ignored", tmp_path, monkeypatch, infer=Inference.OFF)
    assert clauses(run) == {}
    assert "listWidgets::query.kind::filter-sound" not in outcomes(run)
