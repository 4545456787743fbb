"""A document that somebody annotated without saying where its own facts come from stays as weak in what it leaves open."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.source import Level
from contract_suite.rules.catalogue import RULES
from contract_suite.rules.rule import judge
from contract_suite.runner.documents import open_contract
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import make_plan
from tests.contracts import load

ADOPTIONS = Path(__file__).parents[1] / "mock" / "adoptions.yaml"
SERVICES = Path(__file__).parents[2] / "benchmarks" / "servers" / "services"


def adoptions(was: str = "", now: str = "") -> Contract:
    text = ADOPTIONS.read_text("utf-8").replace(was, now, 1) if was else ADOPTIONS.read_text("utf-8")
    return read_contract(Library().read(text.encode(), "adoptions.yaml"))


def named(resources: tuple[Resource, ...]) -> list[str]:
    return [each.name for each in resources]


def test_only_who_says_where_operations_or_schemas_come_from_vouches_for_what_is_not_said() -> None:
    assert load("pai").sourced
    assert adoptions().annotated
    assert not adoptions().sourced
    assert adoptions("operationId: listPets", "operationId: listPets\n      x-source: inferred").sourced
    assert not adoptions("identity: [id]", "identity: [id]\n      x-source: documented").sourced


def test_operations_are_reached_by_their_paths_and_behaviours_know_the_resources() -> None:
    plan = make_plan(adoptions(), RunOptions())
    reaching = plan.reaching()
    assert named(plan.contract.resources) == ["Pet"]
    assert named(reaching.contract.resources) == []
    assert reaching.contract.operation("getPet").promises.bind == {"id": "pets/{}"}
    assert named(reaching.for_behaviours().contract.resources) == ["Pet"]
    whole = make_plan(load("pai"), RunOptions())
    assert whole.reaching() is whole


@pytest.mark.parametrize("service", ["bookings", "chat", "crm", "files", "greenhouse", "library"])
def test_the_annotations_of_the_benchmark_can_be_used(service: str) -> None:
    document = next((SERVICES / service).glob("openapi.*"))
    contract = open_contract(str(document), overlays=(SERVICES / service / "annotations.yaml",))
    wrong = [each for each in judge(contract, RULES) if each.level is Level.FAILURE]
    assert not wrong
    assert contract.annotated
    assert not contract.sourced
