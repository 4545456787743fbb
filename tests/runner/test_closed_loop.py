"""The closed loop as a property: a right server of any annotated document is accused of nothing."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings

from contract_suite.contract.family import load
from contract_suite.contract.operation import Contract
from contract_suite.mock.faults.catalogue import faults
from contract_suite.runner.proving import find, prove
from tests.runner.documents import Design, designs, document

NOTES = Path(__file__).parents[1] / "families" / "notes"


def contract_of(design: Design) -> Contract:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "generated.json"
        path.write_text(json.dumps(document(design)), "utf-8")
        return load(str(path))


def holds(design: Design) -> None:
    contract = contract_of(design)
    assert [operation.problem for operation in contract.operations if operation.problem] == []
    findings, requests, trouble = find(contract, None)
    note(f"{requests} requests")
    assert trouble == ""
    assert [(each.level.value, each.clause, each.message) for each in findings] == []
    assert requests > 5 * len(contract.operations)


@given(designs(most=2))
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
def test_a_right_server_is_accused_of_nothing(design: Design) -> None:
    holds(design)


@pytest.mark.slow
@given(designs())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_many_right_servers_are_accused_of_nothing(design: Design) -> None:
    holds(design)


def proved(contract: Contract) -> tuple[float, list[str]]:
    """The share of faults that were found by their own clause and no unrelated one, and what the others came to."""
    proofs = [prove(contract, fault) for fault in faults(contract)]
    missed = [
        f"{each.fault}: {'unrelated ' + ', '.join(each.unrelated) if each.found_by else 'missed'}"
        for each in proofs
        if not each.proved
    ]
    return 1 - len(missed) / len(proofs), missed


@pytest.mark.slow
def test_faults_of_a_small_strict_family_are_found() -> None:
    """It scored 3.8 % when immutability accused its right server."""
    share, missed = proved(load(str(NOTES)))
    assert share >= 0.95, missed
