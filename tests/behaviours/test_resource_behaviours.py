"""Behaviours of resources: no finding on a right server, and on each deviation the clause that it breaks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from contract_suite.behaviours.answers import head_requests
from contract_suite.behaviours.resources import (
    agreement,
    creation,
    idempotence,
    invariants,
    safe_methods,
)
from contract_suite.behaviours.resources.deletion import deletion
from contract_suite.behaviours.resources.immutability import immutability
from contract_suite.behaviours.resources.kit import unknown_identities
from contract_suite.behaviours.resources.refused_effect import refused_effect
from contract_suite.behaviours.resources.uniqueness import uniqueness
from contract_suite.behaviours.resources.unknown_resource import unknown_resource
from contract_suite.behaviours.resources.updates import updates
from contract_suite.contract.family import load
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request
from tests.behaviours.deviations import (
    DEFAULT_KEY,
)
from tests.behaviours.deviations_of_names import (
    refusing,
    same_name,
)
from tests.behaviours.driving import Driven, drive
from tests.behaviours.resource_faults import FAULTS, MODELARTS, OPENSEARCH, PAI, Fault
from tests.quick import crossed

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


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_deviation_fails_its_own_clause(fault: Fault) -> None:
    owners = tuple(each for each in MINE if {clause.id for clause in each.clauses(fault.contract)} & fault.clauses)
    driven = drive(fault.contract, owners, pipeline=fault.pipeline(), before=fault.before)
    assert driven.failed() == fault.clauses, _told(driven)


@pytest.mark.slow
@pytest.mark.matrix
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_deviation_fails_no_other_clause(fault: Fault) -> None:
    driven = drive(fault.contract, MINE, pipeline=fault.pipeline(), before=fault.before)
    assert driven.failed() == fault.clauses, _told(driven)


@pytest.mark.parametrize(
    ("contract", "data"),
    crossed([PAI, MODELARTS, OPENSEARCH], [{}, {"empty": True}, {"records": 1}]),
    ids=lambda each: getattr(each, "name", str(each)),
)
def test_a_server_that_keeps_its_contract_is_never_accused(contract: Any, data: dict[str, Any]) -> None:
    driven = drive(contract, MINE, **data)
    assert not driven.failed(), _told(driven)
    assert driven.left == 0


@pytest.mark.longer
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
    assert [how for how, _ in unknown_identities.equivalent_spellings("007")] == ["a blank after it"]


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
@pytest.mark.matrix
@pytest.mark.parametrize("seed", range(1, 21))
def test_no_seed_accuses(seed: int) -> None:
    for contract in (PAI, MODELARTS, OPENSEARCH):
        assert not drive(contract, MINE, seed=seed).failed()


@pytest.mark.slow
def test_five_thousand_items_accuse_nobody_and_cost_little() -> None:
    few, many = (drive(PAI, MINE, records=number) for number in (50, 5000))
    assert not many.failed(), _told(many)
    assert many.requests < 1.1 * few.requests


def _told(driven: Driven) -> str:
    return "\n".join(f"{each.clause}: {each.message}" for each in driven.verdicts if each.outcome == "failed")
