from __future__ import annotations

import json

import pytest

from contract_suite.checks.bodies.identity_shown import CHECK
from contract_suite.checks.check import Judgement
from contract_suite.contract.operation import Contract
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.json import JSON, Arguments
from tests.contracts import load


@pytest.fixture(scope="module")
def pai() -> Contract:
    return load("pai")


def outcomes(
    contract: Contract, operation: str, arguments: Arguments, body: JSON, *, intent: Intent = Intent.POSITIVE
) -> dict[str, str]:
    request = Request(method="GET", target="/")
    case = Case(operation=operation, request=request, intent=intent, stage=Stage.BOUNDARIES, arguments=arguments)
    response = Response(status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode())
    exchange = Exchange(number=1, request=request, answer=response)
    judgement = Judgement(contract=contract, operation=contract.operation(operation), case=case, exchange=exchange)
    return {verdict.clause: verdict.outcome.value for verdict in CHECK.judge(judgement)}


READ = "GetAlgorithm::200/AlgorithmId::as-asked"


def test_a_read_shows_what_was_asked_for(pai: Contract) -> None:
    assert outcomes(pai, "GetAlgorithm", {"path.AlgorithmId": "a"}, {"AlgorithmId": "a"}) == {READ: "passed"}
    assert outcomes(pai, "GetAlgorithm", {"path.AlgorithmId": "a"}, {"AlgorithmId": "b"}) == {READ: "failed"}


def test_a_list_of_one_owner_shows_no_other_ones_things(pai: Contract) -> None:
    versions: JSON = {
        "AlgorithmVersions": [
            {"AlgorithmId": "a", "AlgorithmVersion": "1"},
            {"AlgorithmId": "b", "AlgorithmVersion": "1"},
        ]
    }
    found = outcomes(pai, "ListAlgorithmVersions", {"query.AlgorithmId": "a"}, versions)
    assert found == {"ListAlgorithmVersions::200/AlgorithmVersions/*/AlgorithmId::as-asked": "failed"}


def test_an_optional_parameter_of_a_list_is_a_filter_and_judged_as_one(pai: Contract) -> None:
    assert outcomes(pai, "ListAlgorithms", {"query.AlgorithmId": "a"}, {"Algorithms": [{"AlgorithmId": "b"}]}) == {}


def test_numbers_and_their_texts_are_the_same() -> None:
    found = outcomes(
        load("opensearch"), "GetDeployedModel", {"path.appGroupIdentity": "x", "path.modelId": "363"}, {"modelId": 363}
    )
    assert set(found.values()) == {"passed"}


@pytest.mark.parametrize("body", [{}, [], {"AlgorithmId": None}, {"AlgorithmId": {}}, "text"])
def test_what_the_answer_does_not_show_is_left_to_other_checks(pai: Contract, body: JSON) -> None:
    assert outcomes(pai, "GetAlgorithm", {"path.AlgorithmId": "a"}, body) == {}


def test_a_request_that_breaks_the_contract_asks_for_nothing(pai: Contract) -> None:
    assert outcomes(pai, "GetAlgorithm", {"path.AlgorithmId": "a"}, {"AlgorithmId": "b"}, intent=Intent.NEGATIVE) == {}


def test_the_case_of_an_id_that_may_not_exist_is_judged_elsewhere(pai: Contract) -> None:
    for asked in ("A", "a "):
        assert (
            outcomes(pai, "GetAlgorithm", {"path.AlgorithmId": asked}, {"AlgorithmId": "a"}, intent=Intent.UNKNOWN)
            == {}
        )
        assert outcomes(pai, "GetAlgorithm", {"path.AlgorithmId": asked}, {"AlgorithmId": "a"}) == {READ: "failed"}
    assert outcomes(pai, "GetAlgorithm", {"path.AlgorithmId": "a"}, {"AlgorithmId": "b"}, intent=Intent.UNKNOWN) == {
        READ: "failed"
    }
