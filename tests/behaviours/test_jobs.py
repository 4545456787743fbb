"""Work that takes a while: each flaw of a server is found, and a right one is left alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.model.exchange import Request, Response
from contract_suite.model.source import Level
from tests.behaviours.driving import Driven, drive
from tests.behaviours.jobs_server import JOBS, JobsServer, answer_with, jobs

FLAWS = [
    ("jobs", "result-early", "getResult::job::result-after-end"),
    ("jobs", "result-of-failed", "getResult::job::result-after-end"),
    ("jobs", "result-never", "getResult::job::result-served"),
    ("jobs", "cancel-late", "cancelExport::job::ended-not-cancelled"),
    ("jobs", "cancelled-goes-on", "getExport::job::ended-stays"),
    ("jobs", "begins-again", "getExport::job::ended-stays"),
    ("action-answers", "cancel-not-stored", "cancelExport::answer::action-answer-read"),
    ("deletion", "deleted-listed", "listExports::Export::deleted-unlisted"),
    ("location-leads", "location-before", "beginExport::202/header.Location::location-leads"),
]


def driven(name: str, server: JobsServer, contract: Contract | None = None) -> Driven:
    """Drive one behaviour; those of resources are driven by what names and shapes give away."""
    behaviour = next(each for each in BEHAVIOURS if each.name == name)
    return drive(contract or (with_guesses(jobs()) if name == "deletion" else jobs()), (behaviour,), server=server)


def changed(*pairs: tuple[str, str]) -> Contract:
    text = Path(JOBS).read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return read_contract(Library().read(text.encode(), "jobs.yaml"))


@pytest.mark.parametrize(("behaviour", "flaw", "clause"), FLAWS, ids=[flaw for _, flaw, _ in FLAWS])
def test_a_flaw_is_found(behaviour: str, flaw: str, clause: str) -> None:
    """What a 202 had begun was nothing that a behaviour looked at."""
    assert driven(behaviour, JobsServer(flaw)).failed() == {clause}


@pytest.mark.parametrize("behaviour", sorted({each for each, _, _ in FLAWS}))
def test_a_right_server_is_left_alone(behaviour: str) -> None:
    found = driven(behaviour, JobsServer())
    assert not found.failed()
    assert {clause for each, _, clause in FLAWS if each == behaviour} <= found.passed()


@pytest.mark.parametrize(
    "server",
    [JobsServer(seconds=3600), JobsServer(ends="failed"), JobsServer(seconds=0), JobsServer("result-early", seconds=0)],
    ids=["takes an hour", "fails", "has ended at once", "is done before it is asked"],
)
def test_work_that_ends_otherwise_is_left_alone(server: JobsServer) -> None:
    found = driven("jobs", server)
    assert not found.failed()
    if server.seconds > 10 or server.ends == "failed":
        assert "getResult::job::result-served" not in found.passed()


def test_work_that_is_never_seen_to_end_is_waited_for_within_a_bound() -> None:
    server = JobsServer(seconds=3600)
    assert driven("jobs", server).requests < 30


def test_a_result_that_no_sentence_keeps_back_may_be_served_early() -> None:
    """What has been written so far is a result too."""
    contract = changed((" description: Only for an export that has succeeded.,", ""))
    assert not driven("jobs", JobsServer("result-early"), contract).failed()


def test_what_does_not_say_that_it_works_is_no_job() -> None:
    """An order that is pending and completed waits for people, and may be cancelled when it is completed."""
    contract = changed(
        ("[pending, running, succeeded, failed, canceled]", "[pending, succeeded, canceled]"), ('"202"', '"201"')
    )
    assert not driven("jobs", JobsServer("cancel-late"), contract).failed()


def test_what_begins_again_by_itself_is_left_alone() -> None:
    contract = changed(("name: {type: string}, status", "next_run_at: {type: string}, status"))
    assert not driven("jobs", JobsServer("begins-again"), contract).failed()


def test_a_result_that_tells_how_far_the_work_is_may_be_served_before_its_end() -> None:
    class Telling(JobsServer):
        def _result(self, export: dict[str, object], state: str) -> Response:  # noqa: ARG002 - as it is called
            return answer_with(200, {"status": state})

    assert "getResult::job::result-after-end" not in driven("jobs", Telling()).failed()


def test_the_location_of_other_things_than_the_202_shows_is_left_alone() -> None:
    """A 202 may show an operation with an id of its own, and lead to what will be there."""

    class Operations(JobsServer):
        def _shown(self, export: dict[str, object]) -> dict[str, object]:
            found = super()._shown(export)
            begun = all("status" not in each for each in self.exports.values())
            return {**found, "id": f"operation-{found['id']}"} if begun and len(self.exports) > 1 else found

    assert not driven("location-leads", Operations()).failed()


def test_no_clause_weighs_more_than_an_advisory() -> None:
    (behaviour,) = (each for each in BEHAVIOURS if each.name == "jobs")
    assert {each.level for each in behaviour.clauses(jobs()) if not each.inapplicable} == {Level.ADVISORY}


def test_a_create_that_is_given_a_state_promises_nobody_that_the_work_stays_in_it() -> None:
    """An export of what is pending was sent `status: pending`, and itself shown as queued: a right server was accused."""
    contract = changed(
        ("maxLength: 80}}}", "maxLength: 80}, status: {type: string, enum: [pending, succeeded, canceled]}}}")
    )

    class Filtering(JobsServer):
        def handle(self, request: Request) -> Response:
            body = json.loads(request.body) if request.method == "POST" and request.body else {}
            if not isinstance(body, dict) or "status" not in body:
                return super().handle(request)
            if body.pop("status") not in {"pending", "succeeded", "canceled"}:
                return answer_with(422, {})
            return super().handle(replace(request, body=json.dumps(body).encode()))

    found = driven("creation", Filtering(), with_guesses(contract))
    assert not found.failed()
    assert "beginExport::Export::values-read-back" in found.passed()
