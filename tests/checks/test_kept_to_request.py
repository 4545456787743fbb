from __future__ import annotations

import json

import pytest

from contract_suite.checks.bodies.kept_to_request import CHECK
from contract_suite.checks.check import Judgement
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.json import JSON, Arguments, Raw
from tests.contracts import load


@pytest.fixture(scope="module")
def pai() -> Contract:
    return load("pai")


@pytest.fixture(scope="module")
def modelarts() -> Contract:
    return load("modelarts")


def failures(
    contract: Contract, arguments: Arguments, body: JSON, *, intent: Intent = Intent.POSITIVE, status: int = 200
) -> set[str]:
    request = Request(method="GET", target="/")
    case = Case(operation="ListAlgorithms", request=request, intent=intent, stage=Stage.BOUNDARIES, arguments=arguments)
    response = Response(status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode())
    exchange = Exchange(number=1, request=request, answer=response)
    judgement = Judgement(
        contract=contract, operation=contract.operation("ListAlgorithms"), case=case, exchange=exchange
    )
    verdicts = list(CHECK.judge(judgement))
    assert {verdict.outcome.value for verdict in verdicts} <= {"failed"}
    return {verdict.clause.removeprefix("ListAlgorithms::") for verdict in verdicts}


def page(*names: str) -> JSON:
    return {"Algorithms": [{"AlgorithmId": f"algo-{name}", "AlgorithmName": name} for name in names]}


def test_a_page_holds_no_more_than_was_asked_for(pai: Contract) -> None:
    assert failures(pai, {"query.PageSize": 2}, page("a", "b", "c")) == {"collection::page-size-respected"}
    assert failures(pai, {"query.PageSize": 3}, page("a", "b", "c")) == set()
    assert failures(pai, {}, page("a", "b", "c")) == set()


def test_an_item_that_a_filter_keeps_out_is_found_wherever_it_stands(pai: Contract) -> None:
    assert failures(pai, {"query.AlgorithmId": "algo-a"}, page("a", "x")) == {"query.AlgorithmId::filter-sound"}
    assert failures(pai, {"query.AlgorithmId": "algo-a"}, page("a")) == set()


def test_what_only_a_careless_comparison_lets_through_is_another_clauses(pai: Contract) -> None:
    assert failures(pai, {"query.AlgorithmId": "algo-a"}, page("a", "ab", "A")) == set()


def test_where_several_things_meet_one_answer_does_not_tell_which_goes_wrong(
    pai: Contract, modelarts: Contract
) -> None:
    assert failures(pai, {"query.AlgorithmId": "algo-a", "query.AlgorithmName": "a"}, page("x")) == set()
    items: JSON = {"items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "a"}}]}
    asked: Arguments = {"query.limit": 1, "query.sort_by": "create_time"}
    assert failures(modelarts, asked, items) == {"collection::page-size-respected"}
    assert failures(modelarts, {**asked, "query.searches": "name:a"}, items) == set()


def test_a_value_that_a_database_takes_for_a_pattern_is_another_clauses(pai: Contract) -> None:
    assert failures(pai, {"query.AlgorithmName": "a_b"}, page("axb")) == set()
    assert failures(pai, {"query.AlgorithmName": "a%b"}, page("axyzb")) == set()
    assert failures(pai, {"query.AlgorithmName": "a_b"}, page("other")) == {"query.AlgorithmName::filter-sound"}


def test_an_item_that_does_not_show_the_field_can_not_be_judged(pai: Contract) -> None:
    assert failures(pai, {"query.AlgorithmId": "algo-a"}, {"Algorithms": [{}, {"AlgorithmId": None}, 7, None]}) == set()


def test_the_first_page_is_only_empty_where_the_total_is_zero(pai: Contract) -> None:
    empty: JSON = {"Algorithms": [], "TotalCount": 3}
    assert failures(pai, {}, empty) == {"collection::total-exact"}
    assert failures(pai, {"query.PageNumber": 1, "query.PageSize": 5}, empty) == {"collection::total-exact"}
    assert failures(pai, {"query.AlgorithmName": "a"}, empty) == set()
    assert failures(pai, {"query.PageNumber": 2}, empty) == set()
    assert failures(pai, {"query.AlgorithmName": ""}, empty) == set()
    assert failures(pai, {"query.PageSize": "many"}, empty) == set()
    assert failures(pai, {"query.PageNumber": 0}, empty) == set()
    assert failures(pai, {}, {"Algorithms": [], "TotalCount": 0}) == set()
    assert failures(pai, {}, {"Algorithms": [], "TotalCount": "3"}) == set()


def test_a_total_is_no_less_than_what_is_shown_and_what_lies_before_it(pai: Contract) -> None:
    def told(arguments: Arguments, total: JSON, *names: str) -> set[str]:
        shown = page(*names)
        assert isinstance(shown, dict)
        return failures(pai, arguments, {**shown, "TotalCount": total})

    wrong = {"collection::total-exact"}
    assert told({}, 1, "a", "b") == wrong
    assert told({"query.AlgorithmId": "algo-a"}, 0, "a") == wrong
    assert told({"query.PageNumber": 2, "query.PageSize": 2}, 3, "c", "d") == wrong
    assert told({"query.PageNumber": 2, "query.PageSize": 2}, 4, "c", "d") == set()
    assert told({}, 2, "a", "b") == set()
    assert told({}, 30, "a", "b") == set()
    assert told({}, "1", "a", "b") == set()
    # A server that gives at most 100 to whoever asks for 1,000 begins page 2 elsewhere; that it does is another clause's.
    assert told({"query.PageNumber": 2, "query.PageSize": 1000}, 102, "c", "d") == set()


def test_what_the_total_counts_is_open_beside_a_count(modelarts: Contract) -> None:
    assert failures(modelarts, {}, {"items": [], "total": 3, "count": 0}) == set()


def test_a_number_comes_back_as_it_was_sent(modelarts: Contract) -> None:
    assert failures(modelarts, {"query.limit": 5}, {"items": [], "limit": 0}) == {"query.limit::echoed"}
    assert failures(modelarts, {"query.limit": 5}, {"items": [], "limit": "5"}) == set()
    assert failures(modelarts, {"query.limit": 5}, {"items": []}) == set()


def test_a_prefix_belongs_to_the_request_and_not_to_the_value(modelarts: Contract) -> None:
    item: JSON = {"metadata": {"name": "resnet"}}
    assert failures(modelarts, {"query.searches": "name:resnet"}, {"items": [item]}) == set()
    assert failures(modelarts, {"query.searches": "name:other"}, {"items": [item]}) == {"query.searches::filter-sound"}
    assert failures(modelarts, {"query.searches": "other"}, {"items": [item]}) == set()


@pytest.mark.parametrize("value", [0, "x", None, ["a"], "", Raw("1")])
def test_what_need_not_be_applied_is_not_judged(pai: Contract, value: JSON) -> None:
    assert failures(pai, {"query.PageSize": value}, page("a", "b", "c")) == set()


def test_a_request_that_breaks_the_contract_and_a_refusal_ask_for_nothing(pai: Contract) -> None:
    assert failures(pai, {"query.PageSize": 1}, page("a", "b"), intent=Intent.NEGATIVE) == set()
    assert failures(pai, {"query.PageSize": 1}, page("a", "b"), status=400) == set()


@pytest.mark.parametrize("body", [None, [], {}, {"Algorithms": None}, {"Algorithms": {}}, "text"])
def test_a_body_without_a_list_is_left_to_other_checks(pai: Contract, body: JSON) -> None:
    assert failures(pai, {"query.PageSize": 1, "query.AlgorithmId": "a"}, body) == set()


def test_a_page_shows_what_the_total_says_is_left(pai: Contract) -> None:
    def told(arguments: Arguments, total: JSON, *names: str) -> set[str]:
        shown = page(*names)
        assert isinstance(shown, dict)
        return failures(pai, arguments, {**shown, "TotalCount": total})

    wrong = {"collection::total-exact"}
    short = {"collection::page-size-not-capped"}
    assert told({"query.PageSize": 3}, 30, "a", "b") == short
    assert told({"query.PageSize": 3}, 3, "a", "b") == wrong
    assert told({"query.PageSize": 3, "query.PageNumber": 3}, 8, "a") == wrong
    assert told({"query.PageSize": 3, "query.PageNumber": 3}, 7, "a") == set()
    assert told({"query.PageSize": 3}, 2, "a", "b") == set()
    # Behind the end, beside a filter, and for more than the usual page, a short page says less.
    assert told({"query.PageSize": 3, "query.PageNumber": 9}, 7) == set()
    assert told({"query.PageSize": 3, "query.AlgorithmId": "algo-a"}, 3, "a") == set()
    assert told({"query.PageSize": 20}, 30, "a", "b") == set()


LOOSE = """
openapi: 3.1.0
info: {title: Algorithms, version: "1"}
paths:
  /algorithms:
    get:
      operationId: ListAlgorithms
      parameters:
        - {name: page, in: query, schema: {}}
        - {name: start, in: query, schema: {}}
        - {name: size, in: query, schema: {type: integer, minimum: 1, default: 10}}
        - {name: q, in: query, schema: {type: string}}
      responses: {"200": {description: algorithms}}
      x-contract: {collection: {items: /Algorithms, total: /TotalCount, page: {%s, size: size}}}
"""


def loose(page: str) -> Contract:
    return read_contract(Library().read((LOOSE % page).encode(), "loose.yaml"))


@pytest.mark.parametrize("page", ["number: page", "offset: start"])
@pytest.mark.parametrize("value", ["3", Raw("3"), 3.5, True, -1])
def test_a_page_that_begins_nobody_knows_where_may_be_short(page: str, value: JSON) -> None:
    body: JSON = {"Algorithms": [{"AlgorithmId": "algo-a"}], "TotalCount": 7}
    place = f"query.{page.partition(': ')[2]}"
    assert failures(loose(page), {"query.size": 3, place: value}, body) == set()
    assert failures(loose(page), {"query.size": 3, place: 1}, body) == {"collection::page-size-not-capped"}


def test_pages_may_be_counted_from_zero() -> None:
    """Spring's second page was taken for the first one, so that a right one that is empty or short contradicted its total."""
    spring = read_contract(
        Library().read(
            (LOOSE % "number: page").replace("schema: {}", "schema: {type: integer, minimum: 0}", 1).encode(), "a.yaml"
        )
    )
    empty: JSON = {"Algorithms": [], "TotalCount": 2}
    one: JSON = {"Algorithms": [{"AlgorithmId": "algo-a"}], "TotalCount": 3}
    assert failures(spring, {"query.size": 2, "query.page": 1}, empty) == set()
    assert failures(spring, {"query.size": 2, "query.page": 1}, one) == set()
    assert failures(spring, {"query.size": 2, "query.page": 0}, empty) == {"collection::total-exact"}
    assert failures(spring, {"query.size": 2, "query.page": 0}, one) == {"collection::page-size-not-capped"}


@pytest.mark.parametrize("value", ["red", "", Raw("red")])
def test_a_total_need_not_know_of_a_parameter_that_nobody_calls_a_filter(value: JSON) -> None:
    body: JSON = {"Algorithms": [{"AlgorithmId": "algo-a"}], "TotalCount": 7}
    assert failures(loose("number: page"), {"query.size": 3, "query.q": value}, body) == set()
