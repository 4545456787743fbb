"""Behaviours of resources: no finding on a right server, and on each deviation the clause that it breaks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from contract_suite.behaviours.answers import head_requests
from contract_suite.behaviours.resources import (
    agreement,
    creation,
    idempotence,
    immutability,
    invariants,
    safe_methods,
    updates,
)
from contract_suite.behaviours.resources.deletion import deletion
from contract_suite.behaviours.resources.kit import unknown_identities
from contract_suite.behaviours.resources.refused_effect import refused_effect
from contract_suite.behaviours.resources.uniqueness import uniqueness
from contract_suite.behaviours.resources.unknown_resource import unknown_resource
from contract_suite.contract.family import load
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.mock.state import State
from contract_suite.model.exchange import Request
from tests.behaviours.deviations import (
    DEFAULT_KEY,
    acting_although,
    answering,
    both_nameless,
    but_for_blanks,
    by_the_beginning,
    composed,
    deleting_again_succeeds,
    deleting_also,
    deleting_what_begins_so,
    finding_by,
    finding_by_beginning,
    forgetting_empty_names,
    giving_ids_again,
    growing,
    hiding_from_the_plugin,
    in_any_case,
    keeping_names,
    keyless,
    knowing_every_container,
    listing_the_first_name,
    losing_a_deep_member,
    lowering_paths,
    merged_spec,
    moved,
    namesakes,
    orphaning,
    outside_its_folder,
    overlooking_duplicates,
    readonly,
    refusing,
    renamed,
    resetting,
    same_name,
    same_name_in_any_case,
    shown_otherwise,
    still_finding,
    still_listing,
    storing,
    taking_duplicates,
    taking_over,
    taking_the_provider,
    the_one_before,
    third_item_wrong,
    touching,
    trimmed,
    updating,
    with_a_bad_member,
    without_bad_members,
)
from tests.behaviours.driving import Driven, drive

MINE: Final = tuple(
    each.BEHAVIOUR
    for each in (
        creation,
        updates,
        deletion,
        agreement,
        immutability,
        uniqueness,
        unknown_resource,
        invariants,
        refused_effect,
        idempotence,
        safe_methods,
        head_requests,
    )
)
PAI: Final = load("pai")
MODELARTS: Final = load("modelarts")
OPENSEARCH: Final = load("opensearch")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A deviation, and the clauses that it must fail."""

    name: str
    clauses: set[str]
    pipeline: Callable[[], Pipeline] = Pipeline
    before: Callable[[MockServer, Request], None] | None = None
    contract: Any = PAI


PROVIDER_PIPELINE, PROVIDER_BEFORE = taking_the_provider()
OF_CREATE: Final = "CreateAlgorithm::Algorithm"
FAULTS: Final = (
    Fault(
        name="texts are composed",
        clauses={f"{OF_CREATE}::values-read-back"},
        pipeline=storing(composed, "DisplayName", "AlgorithmDescription"),
    ),
    Fault(
        name="texts are trimmed", clauses={f"{OF_CREATE}::values-read-back"}, pipeline=storing(trimmed, "DisplayName")
    ),
    Fault(
        name="empty texts are forgotten", clauses={f"{OF_CREATE}::values-read-back"}, pipeline=forgetting_empty_names
    ),
    Fault(
        name="a deep member is lost",
        clauses={"CreateAlgorithmVersion::AlgorithmVersion::values-read-back"},
        pipeline=losing_a_deep_member,
    ),
    Fault(
        name="one list hides new ones",
        clauses={"PluginListAlgorithms::Algorithm::created-listed"},
        pipeline=hiding_from_the_plugin,
    ),
    Fault(
        name="a list lags behind", clauses={"ListAlgorithms::Algorithm::update-listed"}, pipeline=listing_the_first_name
    ),
    Fault(
        name="updates do nothing",
        clauses={
            "UpdateAlgorithm::Algorithm::update-read-back",
            "UpdateAlgorithmVersion::AlgorithmVersion::update-read-back",
        },
        pipeline=updating(lambda _, record, __: record.body),
    ),
    Fault(
        name="updates merge",
        clauses={"UpdateAlgorithmVersion::AlgorithmVersion::update-read-back"},
        pipeline=updating(merged_spec),
    ),
    Fault(
        name="updates clear what they don't name",
        clauses={"UpdateAlgorithm::Algorithm::unnamed-kept"},
        pipeline=resetting,
    ),
    Fault(
        name="the third item is wrong",
        clauses={"PluginListAlgorithms::Algorithm::agrees-with-read"},
        pipeline=third_item_wrong,
    ),
    Fault(name="names change", clauses={"UpdateAlgorithm::AlgorithmName::immutable"}, pipeline=updating(renamed)),
    Fault(name="workspaces change", clauses={"UpdateAlgorithm::WorkspaceId::immutable"}, pipeline=updating(moved)),
    Fault(
        name="clients set the provider",
        clauses={"CreateAlgorithm::AlgorithmProvider::server-assigned"},
        pipeline=PROVIDER_PIPELINE,
        before=PROVIDER_BEFORE,
    ),
    Fault(
        name="deleted is listed",
        clauses={
            "ListAlgorithms::Algorithm::deleted-unlisted",
            "PluginListAlgorithms::Algorithm::deleted-unlisted",
        },
        pipeline=still_listing("Algorithm"),
    ),
    Fault(
        name="deleted is found",
        clauses={"GetAlgorithmVersion::AlgorithmVersion::deleted-unknown"},
        pipeline=still_finding("AlgorithmVersion"),
    ),
    Fault(
        name="deleted can be deleted",
        clauses={"DeleteAlgorithm::Algorithm::deleted-unknown"},
        pipeline=deleting_again_succeeds,
    ),
    Fault(
        name="a neighbour is deleted",
        clauses={"DeleteAlgorithm::Algorithm::others-kept"},
        pipeline=deleting_what_begins_so,
    ),
    Fault(
        name="the one before is deleted",
        clauses={"DeleteAlgorithm::Algorithm::others-kept"},
        pipeline=deleting_also("Algorithm", the_one_before),
    ),
    Fault(
        name="namesakes in other workspaces are deleted",
        clauses={"DeleteAlgorithm::Algorithm::others-kept"},
        pipeline=deleting_also("Algorithm", namesakes("AlgorithmName")),
    ),
    Fault(
        name="versions of other algorithms are deleted",
        clauses={"DeleteAlgorithmVersion::AlgorithmVersion::others-kept"},
        pipeline=deleting_also("AlgorithmVersion", namesakes("AlgorithmVersion")),
    ),
    Fault(name="names stay taken", clauses={"DeleteAlgorithm::AlgorithmName::freed"}, pipeline=keeping_names),
    Fault(name="ids are given again", clauses={"CreateAlgorithm::AlgorithmId::not-reused"}, pipeline=giving_ids_again),
    Fault(name="versions survive", clauses={"DeleteAlgorithm::AlgorithmVersion::owned-deleted"}, pipeline=orphaning),
    Fault(
        name="duplicates are taken",
        clauses={"CreateAlgorithm::AlgorithmName::duplicate-refused"},
        pipeline=taking_duplicates(),
    ),
    Fault(
        name="duplicates with another display name are taken",
        clauses={"CreateAlgorithm::AlgorithmName::duplicate-refused"},
        pipeline=overlooking_duplicates(shown_otherwise),
    ),
    Fault(
        name="empty names are taken twice",
        clauses={"CreateAlgorithm::AlgorithmName::empty-refused"},
        pipeline=overlooking_duplicates(lambda _, new: new["AlgorithmName"] == ""),
    ),
    Fault(
        name="refused duplicates are kept",
        clauses={"CreateAlgorithm::conflict::refused-without-effect"},
        pipeline=overlooking_duplicates(lambda _, __: True, lambda state, _, new: State.put(state, new)),
    ),
    Fault(
        name="refused duplicates take over",
        clauses={"CreateAlgorithm::conflict::refused-without-effect"},
        pipeline=overlooking_duplicates(lambda _, __: True, taking_over),
    ),
    Fault(
        name="duplicates win a race",
        clauses={"CreateAlgorithm::AlgorithmName::race-decided"},
        pipeline=taking_duplicates(lambda: threading.current_thread() is not threading.main_thread()),
    ),
    Fault(
        name="names are unique everywhere",
        clauses={"CreateAlgorithm::AlgorithmName::free-elsewhere"},
        pipeline=lambda: Pipeline(draft=refusing(same_name)),
    ),
    Fault(
        name="names are unique in any case",
        clauses={"CreateAlgorithm::AlgorithmName::similar-accepted"},
        pipeline=lambda: Pipeline(draft=refusing(same_name_in_any_case)),
    ),
    Fault(
        name="absent names collide",
        clauses={"CreateAlgorithm::AlgorithmName::absent-distinct"},
        pipeline=lambda: Pipeline(draft=refusing(both_nameless)),
    ),
    Fault(
        name="duplicates are conflicts",
        clauses={"CreateAlgorithm::AlgorithmName::duplicate-status"},
        pipeline=answering("duplicate", "CreateAlgorithm", 409),
    ),
    Fault(
        name="ids are found by their beginning",
        clauses={"GetAlgorithm::Algorithm::unknown-refused"},
        pipeline=finding_by_beginning,
    ),
    Fault(
        name="ids are found in any case",
        clauses={"GetAlgorithm::Algorithm::similar-refused"},
        pipeline=finding_by(in_any_case(0), "Algorithm"),
    ),
    Fault(
        name="versions are found in any case",
        clauses={"GetAlgorithmVersion::AlgorithmVersion::similar-refused"},
        pipeline=finding_by(in_any_case(1), "AlgorithmVersion"),
    ),
    Fault(
        name="versions are found by their owner in any case",
        clauses={"GetAlgorithmVersion::Algorithm::similar-refused"},
        pipeline=finding_by(in_any_case(0), "AlgorithmVersion"),
    ),
    Fault(
        name="updates trim ids",
        clauses={"UpdateAlgorithm::Algorithm::similar-refused"},
        pipeline=finding_by(but_for_blanks, "Algorithm", "PUT"),
    ),
    Fault(
        name="deletions trim both parts of an id",
        clauses={
            "DeleteAlgorithmVersion::AlgorithmVersion::similar-refused",
            "DeleteAlgorithmVersion::Algorithm::similar-refused",
        },
        pipeline=finding_by(but_for_blanks, "AlgorithmVersion", "DELETE"),
    ),
    Fault(
        name="deletions go by the beginning of an id",
        clauses={"DeleteAlgorithm::Algorithm::unknown-refused"},
        pipeline=finding_by(by_the_beginning, "Algorithm", "DELETE"),
    ),
    Fault(
        name="containers are found in any case",
        clauses={
            "ListFunctionResources::appGroupIdentity::similar-refused",
            "ListFunctionResources::functionName::similar-refused",
            "GetDeployedAlgorithm::appGroupIdentity::similar-refused",
            "GetDeployedModel::appGroupIdentity::similar-refused",
            "GetDeployedModelStatus::appGroupIdentity::similar-refused",
        },
        pipeline=lowering_paths,
        contract=OPENSEARCH,
    ),
    Fault(
        name="unknown is bad",
        clauses={"DeleteAlgorithm::Algorithm::unknown-refused"},
        pipeline=answering("unknown", "DeleteAlgorithm", 400),
    ),
    Fault(
        name="every container is known",
        clauses={"GetDeployedModelStatus::appGroupIdentity::unknown-refused"},
        pipeline=knowing_every_container,
        contract=OPENSEARCH,
    ),
    Fault(name="reading touches", clauses={"GetAlgorithm::request::changes-nothing"}, pipeline=touching),
    Fault(name="a put grows", clauses={"UpdateAlgorithm::Algorithm::idempotent"}, pipeline=updating(growing)),
    Fault(
        name="a create without a key is done",
        clauses={"CreateAlgorithm::auth::refused-without-effect"},
        before=acting_although("POST", keyless),
    ),
    Fault(
        name="a forbidden create is done",
        clauses={"CreateAlgorithm::permission::refused-without-effect"},
        before=acting_although("POST", readonly),
    ),
    Fault(
        name="half of a bad create is done",
        clauses={"CreateAlgorithm::body::refused-without-effect"},
        before=acting_although("POST", with_a_bad_member, without_bad_members),
    ),
    Fault(
        name="an update without a key is done",
        clauses={"UpdateAlgorithm::auth::refused-without-effect"},
        before=acting_although("PUT", keyless),
    ),
    Fault(
        name="half of a bad update is done",
        clauses={"UpdateAlgorithm::body::refused-without-effect"},
        before=acting_although("PUT", with_a_bad_member, without_bad_members),
    ),
    Fault(
        name="a forbidden deletion is done",
        clauses={"DeleteAlgorithm::permission::refused-without-effect"},
        before=acting_although("DELETE", readonly),
    ),
    Fault(
        name="a boot file is elsewhere",
        clauses={"ListAlgorithms::200/items/*/job_config/boot_file::below"},
        pipeline=outside_its_folder,
        contract=MODELARTS,
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_deviation_fails_its_own_clause(fault: Fault) -> None:
    owners = tuple(each for each in MINE if {clause.id for clause in each.clauses(fault.contract)} & fault.clauses)
    driven = drive(fault.contract, owners, pipeline=fault.pipeline(), before=fault.before)
    assert driven.failed() == fault.clauses, _told(driven)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_deviation_fails_no_other_clause(fault: Fault) -> None:
    driven = drive(fault.contract, MINE, pipeline=fault.pipeline(), before=fault.before)
    assert driven.failed() == fault.clauses, _told(driven)


@pytest.mark.parametrize("contract", [PAI, MODELARTS, OPENSEARCH], ids=lambda contract: contract.name)
@pytest.mark.parametrize("data", [{}, {"empty": True}, {"records": 1}], ids=str)
def test_a_server_that_keeps_its_contract_is_never_accused(contract: Any, data: dict[str, Any]) -> None:
    driven = drive(contract, MINE, **data)
    assert not driven.failed(), _told(driven)
    assert driven.left == 0


def test_another_client_at_work_is_not_held_against_the_server() -> None:
    """Somebody creates, updates and deletes algorithms between any two requests."""
    count = 0
    ids: list[str] = []

    def call(server: MockServer, method: str, target: str, body: dict[str, str] | None = None) -> Any:
        content = json.dumps(body).encode() if body is not None else b""
        request = Request(
            method=method, target=target, headers=(DEFAULT_KEY, ("Content-Type", "application/json")), body=content
        )
        return json.loads(server.handle(request).body)

    def before(server: MockServer, _request: Request) -> None:
        nonlocal count
        count += 1
        made = call(
            server,
            "POST",
            "/PaiStudio/2022-01-12/CreateAlgorithm",
            {"AlgorithmName": f"foreign-{count}", "WorkspaceId": "12345"},
        )
        ids.append(made["AlgorithmId"])
        if len(ids) > 3:
            call(server, "DELETE", f"/PaiStudio/2022-01-12/algorithms/{ids.pop(0)}")
        call(server, "PUT", f"/PaiStudio/2022-01-12/algorithms/{ids[0]}", {"DisplayName": f"foreign {count}"})

    driven = drive(PAI, MINE, before=before)
    assert not driven.failed(), _told(driven)


def test_a_server_that_will_not_take_the_name_elsewhere_is_still_held_to_leave_the_others() -> None:
    driven = drive(PAI, (deletion.BEHAVIOUR,), pipeline=Pipeline(draft=refusing(same_name)))
    assert not driven.failed(), _told(driven)
    assert "DeleteAlgorithm::Algorithm::others-kept" in driven.passed()


def test_another_case_of_a_uuid_is_the_same_one() -> None:
    uuid = "123e4567-e89b-42d3-a456-426614174abc"
    assert unknown_identities.case_swapped(uuid) == uuid
    assert unknown_identities.case_swapped("algo-1a") == "ALGO-1A"
    assert [how for how, _ in unknown_identities.equivalent_spellings("v 1 ")] == ["another case"]
    assert [how for how, _ in unknown_identities.equivalent_spellings("007")] == ["a blank behind it"]


def test_a_document_of_another_kind_is_driven_too() -> None:
    """Numbers as ids, offsets, nested fields, PATCH, owners in paths, names that differ from fields."""
    library = replace(load(Path(__file__).with_name("library.yaml")), values={"branch": "north"})
    driven = drive(library, MINE)
    assert not driven.failed(), _told(driven)
    wanted = {clause.id for behaviour in MINE for clause in behaviour.clauses(library) if not clause.inapplicable}
    assert driven.passed() == wanted
    assert driven.left == 0


def test_a_document_without_annotations_has_nothing_to_drive(tmp_path: Path) -> None:
    document = tmp_path / "plain.yaml"
    document.write_text(
        "openapi: 3.1.0\ninfo: {title: plain, version: '1'}\npaths:\n  /a:\n    get: "
        "{operationId: getA, responses: {'200': {description: ok}}}\n"
    )
    plain = load(document)
    clauses = [clause for behaviour in MINE for clause in behaviour.clauses(plain)]
    assert {clause.judge for clause in clauses} == {behaviour.name for behaviour in MINE}
    assert all(clause.inapplicable for clause in clauses)
    driven = drive(plain, MINE)
    assert driven.requests == 0
    assert not driven.verdicts


def test_every_clause_of_a_writable_family_is_decided() -> None:
    driven = drive(PAI, MINE)
    wanted = {clause.id for behaviour in MINE for clause in behaviour.clauses(PAI) if not clause.inapplicable}
    assert driven.passed() == wanted


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 21))
def test_no_seed_accuses(seed: int) -> None:
    for contract in (PAI, MODELARTS, OPENSEARCH):
        assert not drive(contract, MINE, seed=seed).failed()


@pytest.mark.slow
def test_five_thousand_items_accuse_nobody_and_cost_little() -> None:
    driven = drive(PAI, MINE, records=5000)
    assert not driven.failed(), _told(driven)
    assert driven.requests < 320


def _told(driven: Driven) -> str:
    return "\n".join(f"{each.clause}: {each.message}" for each in driven.verdicts if each.outcome == "failed")
