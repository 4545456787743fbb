from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.family import load
from contract_suite.contract.operation import Contract
from contract_suite.errors import DocumentError, UsageError
from contract_suite.model.exchange import Request
from contract_suite.model.source import Level
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run, read_run
from contract_suite.runner import run as run_module
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import RunOutcome, run
from contract_suite.transport.asgi import AsgiTransport
from tests.runner.notes_app import DOCUMENT, Notes


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "notes.yaml"
    path.write_text(DOCUMENT)
    return path


def run_notes(
    document: Path, fault: str, monkeypatch: pytest.MonkeyPatch, **options: Any
) -> tuple[RunOutcome, Run, Notes]:
    service = Notes(fault)
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: service)
    asked = RunOptions(
        contracts=(str(document),), app="notes:app", fuzz_time=0, report=document.parent / "report", timeout=1
    )
    outcome = run(replace(asked, **options), environ={})
    return outcome, read_run(outcome.record), service


def clauses(run_: Run) -> set[str]:
    return {finding.clause for finding in run_.findings}


@pytest.mark.longer
def test_a_service_that_keeps_its_contract_conforms(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, record, _ = run_notes(document, "", monkeypatch, strict=True)
    assert [(finding.clause, finding.message) for finding in record.findings] == []
    assert outcome.exit_code == 0
    assert record.footer is not None
    assert record.footer.conformant


@pytest.mark.longer
def test_a_run_cleans_up_what_it_made(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, service = run_notes(document, "", monkeypatch)
    assert service.made > 5
    assert service.notes == {}


@pytest.mark.longer
def test_a_wrong_type_is_one_finding_at_the_documents_line(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, record, _ = run_notes(document, "number-id", monkeypatch)
    assert outcome.exit_code == 1
    finding = next(each for each in record.findings if each.clause == "GetNote::200/id::type")
    assert finding.level is Level.FAILURE
    assert not finding.flaky
    line = DOCUMENT.splitlines()[finding.document.line - 1]
    assert "id: {type: string}" in line
    assert finding.curl.startswith("curl ")


@pytest.mark.longer
def test_a_served_violation_is_found(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, record, _ = run_notes(document, "any-stars", monkeypatch)
    assert "CreateNote::body/stars::minimum-enforced" in clauses(record)


@pytest.mark.longer
def test_what_does_not_fail_again_is_marked_flaky(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, record, _ = run_notes(document, "once", monkeypatch)
    found = [finding for finding in record.findings if finding.clause == "GetNote::200/id::type"]
    assert [finding.flaky for finding in found] == [True]


@pytest.mark.longer
def test_two_runs_with_one_seed_send_the_same_bytes(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[list[Request]] = []
    for _ in range(2):
        _, record, _ = run_notes(document, "", monkeypatch, seed=5)
        sent.append([each.exchange.request for each in record.exchanges()])
    assert sent[0] == sent[1]


@pytest.mark.longer
def test_another_seed_uses_other_names(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[list[Request]] = []
    for seed in (5, 6):
        _, record, _ = run_notes(document, "", monkeypatch, seed=seed)
        sent.append([each.exchange.request for each in record.exchanges()])
    assert sent[0] != sent[1]


def test_a_budget_of_requests_is_kept_and_an_incomplete_run_is_not_conformant(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome, record, service = run_notes(document, "", monkeypatch, max_requests=6)
    assert outcome.exit_code == 4
    assert record.footer is not None
    assert not record.footer.complete
    assert "less than half of the clauses were tested (cut short by the limit of 6 requests during " in outcome.reason
    assert service.calls <= 6 + 6  # and what cleaning up needs
    assert any(
        stage.reason == "cut short by the limit of 6 requests" for family in record.families for stage in family.stages
    )


def test_an_incomplete_run_may_be_allowed(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, _, _ = run_notes(document, "", monkeypatch, max_requests=6, allow_incomplete=True)
    assert outcome.exit_code == 0


def test_a_budget_is_shared_over_the_operations(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, record, _ = run_notes(document, "", monkeypatch, max_requests=60)
    called = {each.operation for each in record.exchanges()}
    assert {"CreateNote", "ListNotes", "GetNote", "DeleteNote"} <= called


def test_a_crash_of_the_app_is_a_finding_not_an_exception(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, record, _ = run_notes(document, "crash", monkeypatch)
    assert outcome.exit_code in {1, 3}
    assert record.footer is not None


@pytest.mark.longer
def test_an_endpoint_that_hangs_ends_the_run_in_time(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, record, _ = run_notes(document, "hang", monkeypatch, timeout=0.2)
    assert outcome.exit_code == 3
    assert record.footer is not None
    assert not record.footer.conformant


def test_excluded_operations_are_not_called_and_say_so(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, record, _ = run_notes(document, "", monkeypatch, include=("ListNotes",))
    assert {each.operation for each in record.exchanges()} <= {"ListNotes", ""}
    reasons = {
        result.reason
        for result in record.conformance
        if result.clause.startswith("GetNote::") and result.outcome is Outcome.UNTESTED
    }
    assert reasons == {"its operation is not part of this run"}


def test_without_writes_allowed_only_safe_methods_are_sent(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Remote(AsgiTransport):
        loopback = False

    monkeypatch.setattr("contract_suite.transport.asgi.AsgiTransport", Remote)
    _, record, service = run_notes(document, "", monkeypatch)
    assert {each.exchange.request.method for each in record.exchanges()} <= {"GET", "HEAD", "OPTIONS"}
    assert service.made == 0


def test_a_pattern_that_matches_nothing_is_a_usage_error(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no operation matches"):
        run_notes(document, "", monkeypatch, include=("Nothing",))


def test_a_missing_document_is_a_document_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="does not exist"):
        run(RunOptions(contracts=(str(tmp_path / "no.yaml"),), report=tmp_path), environ={})


@pytest.mark.longer
def test_a_broken_parameter_cannot_tell_and_its_operation_goes_on(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document.write_text(
        DOCUMENT.replace("size, in: query, schema: {type: integer", "size, in: query, schema: {type: 7")
    )
    _, record, _ = run_notes(document, "", monkeypatch)
    broken = [result for result in record.conformance if result.clause == "ListNotes::query.size::usable"]
    assert [result.outcome for result in broken] == [Outcome.CANNOT_TELL]
    assert any(each.operation == "ListNotes" for each in record.exchanges())
    assert not any(result.clause.startswith("ListNotes::query.size::type") for result in record.conformance)


@pytest.mark.longer
def test_no_key_reaches_the_record(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "sk-canary-0123456789abcdef"
    secured = (
        DOCUMENT.replace("paths:\n", "security: [{bearer: []}]\npaths:\n", 1)
        + "  securitySchemes: {bearer: {type: http, scheme: bearer}}\n"
    )
    document.write_text(secured)
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: Notes("number-id"))
    options = RunOptions(
        contracts=(str(document),),
        app="notes:app",
        fuzz_time=0,
        report=document.parent / "report",
        token_env="NOTES_KEY",
    )
    outcome = run(options, environ={"NOTES_KEY": key})
    text = outcome.record.read_text()
    assert key not in text
    assert "$NOTES_KEY" in json.dumps([finding.curl for finding in outcome.findings])


def test_an_unset_token_variable_is_a_usage_error(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="is not set"):
        run_notes(document, "", monkeypatch, token_env="NO_SUCH_KEY")


@pytest.mark.longer
def test_a_contract_given_as_a_value_is_run(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contract: Contract = load(document)
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: Notes())
    outcome = run_module.run(
        RunOptions(app="notes:app", fuzz_time=0, report=document.parent), contracts=[contract], environ={}
    )
    assert outcome.exit_code == 0


def test_an_operation_that_is_never_found_is_not_at_its_inferred_address(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inferred = DOCUMENT.replace(
        "      operationId: ListNotes", "      x-source: inferred\n      operationId: ListNotes"
    )
    document.write_text(inferred.replace("/notes:", "/memos:"))
    _, record, _ = run_notes(document, "", monkeypatch)
    found = {finding.clause: finding.level for finding in record.findings}
    assert found["ListNotes::address::served"] is Level.ADVISORY


def test_a_very_short_key_leaves_the_record_readable(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: Notes())
    options = RunOptions(
        contracts=(str(document),),
        app="notes:app",
        fuzz_time=0,
        report=document.parent,
        token_env="NOTES_KEY",
        max_requests=5,
    )
    outcome = run(options, environ={"NOTES_KEY": "e"})
    assert read_run(outcome.record).footer is not None
