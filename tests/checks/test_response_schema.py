from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.checks.bodies.response_schema import CHECK
from contract_suite.checks.check import Judgement
from contract_suite.contract.operation import Contract
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Request, Response
from contract_suite.model.source import Level
from contract_suite.model.verdict import Outcome
from tests.checks.toys import TOY, Ask, read

BASE = "ListToys::200"
CONTRACT = read(TOY)

TOYS: st.SearchStrategy[dict[str, Any]] = st.deferred(
    lambda: st.fixed_dictionaries(
        {"Name": st.text(st.characters(codec="utf-8"), min_size=1, max_size=4)},
        optional={
            "Weight": st.floats(0, 1e6),
            "Made": st.just("2024-07-10T11:49:47Z"),
            "Labels": st.dictionaries(st.sampled_from("abc"), st.just("x"), max_size=2),
            "Parts": st.lists(TOYS, max_size=2),
        },
    )
)
PAGES = st.fixed_dictionaries(
    {"Items": st.lists(TOYS, max_size=12)}, optional={"Note": st.sampled_from([None, "", "five5"])}
)

MUTATIONS: list[tuple[Any, str]] = [
    (lambda page: page.pop("Items"), f"{BASE}/Items::required"),
    (lambda page: page.update(Items={}), f"{BASE}/Items::type"),
    (lambda page: page.update(Note=3), f"{BASE}/Note::type"),
    (lambda page: page.update(Note="longer"), f"{BASE}/Note::max-length"),
    (lambda page: page["Items"].append(3), f"{BASE}/Items/*::type"),
    (lambda page: page["Items"].append({}), f"{BASE}/Items/*/Name::required"),
    (lambda page: page["Items"].append({"Name": ""}), f"{BASE}/Items/*/Name::min-length"),
    (lambda page: page["Items"].append({"Name": "a", "Weight": -1}), f"{BASE}/Items/*/Weight::minimum"),
    (lambda page: page["Items"].append({"Name": "a", "Made": "yesterday"}), f"{BASE}/Items/*/Made::format"),
    (lambda page: page["Items"].append({"Name": "a", "Labels": {"k": 1}}), f"{BASE}/Items/*/Labels/*::type"),
    (lambda page: page["Items"].append({"Name": "a", "Parts": "none"}), f"{BASE}/Items/*/Parts::type"),
]


@pytest.mark.longer
@settings(max_examples=60, deadline=None)
@given(page=PAGES, number=st.integers(1, 1000))
def test_a_body_made_from_its_schema_never_fails(page: Any, number: int) -> None:
    assert {outcome for _, outcome in _judged(page, number)} == {Outcome.PASSED}


@pytest.mark.longer
@settings(max_examples=80, deadline=None)
@given(page=PAGES, mutation=st.sampled_from(MUTATIONS), number=st.integers(1, 1000))
def test_a_mutated_body_fails_its_own_clause_and_no_other(page: Any, mutation: tuple[Any, str], number: int) -> None:
    mutate, clause = mutation
    mutate(page)
    assert {each for each, outcome in _judged(page, number) if outcome is Outcome.FAILED} == {clause}


def test_only_what_the_body_exercised_passes(ask: Ask) -> None:
    assert ask(CHECK, body={"Items": []}).passed == {
        f"{BASE}::schema",
        f"{BASE}::type",
        f"{BASE}/Items::required",
        f"{BASE}/Items::type",
    }
    null = ask(CHECK, body={"Items": [], "Note": None}).passed
    assert f"{BASE}/Note::type" in null
    assert f"{BASE}/Note::max-length" not in null


def test_a_rare_field_deep_in_a_long_page_counts(ask: Ask) -> None:
    items: list[dict[str, Any]] = [{"Name": "a"} for _ in range(200)]
    items[137]["Weight"] = 1
    assert f"{BASE}/Items/*/Weight::minimum" in ask(CHECK, body={"Items": items}).passed


def test_one_cause_is_one_verdict_with_a_count(ask: Ask) -> None:
    asked = ask(CHECK, body={"Items": [{"Name": 1}] * 50})
    assert asked.failed == {f"{BASE}/Items/*/Name::type"}
    verdict = asked.by_clause[f"{BASE}/Items/*/Name::type"]
    assert verdict.pointer == "/Items/0/Name"
    assert (
        "4 or more of the kind" in verdict.message
    )  # only the first few broken items of an array are looked at closely


def test_a_recursion_counts_for_its_first_level(ask: Ask) -> None:
    deep = {"Items": [{"Name": "a", "Parts": [{"Name": "b", "Parts": [{"Name": ""}]}]}]}
    (failed,) = ask(CHECK, body=deep).failed
    assert failed.endswith("/Name::min-length")


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (200, b"<html>", "application/json"),
        (200, {"Items": 1}, "text/html"),
        (299, {"Items": 1}, "application/json"),
        (400, {"Items": 1}, "application/json"),
        (500, {"Items": 1}, "application/json"),
    ],
)
def test_silence_where_another_check_speaks(ask: Ask, status: int, body: Any, content_type: str) -> None:
    assert not ask(CHECK, status=status, body=body, content_type=content_type).verdicts


def test_half_a_surrogate_pair_is_no_crash(ask: Ask) -> None:
    assert not ask(CHECK, body=b'{"Items": [], "\\ud800": "\\udfff"}').failed


def test_a_clause_weighs_and_stands_where_its_keyword_does(toy: Contract) -> None:
    clauses = {clause.id: clause for clause in CHECK.clauses(toy)}
    weight = clauses[f"{BASE}/Items/*/Weight::minimum"]
    assert weight.level is Level.ADVISORY
    assert clauses[f"{BASE}/Items/*/Name::min-length"].level is Level.FAILURE
    assert weight.location.pointer == "/components/schemas/Toy/properties/Weight/minimum"
    assert TOY.splitlines()[weight.location.line - 1].strip().startswith("Weight:")


def test_answers_do_not_depend_on_what_was_judged_before() -> None:
    page = {"Items": [{"Name": "a", "Weight": 1}] * 9}
    assert _judged(page, 1) == _judged(page, 1) == _judged(page, 1)


def _judged(page: Any, number: int) -> set[tuple[str, Outcome]]:
    operation = CONTRACT.operation("ListToys")
    request = Request(method="GET", target="/toys")
    response = Response(
        status=200, headers=(("content-type", "application/json"),), body=json.dumps(copy.deepcopy(page)).encode()
    )
    case = Case(operation=operation.id, request=request, intent=Intent.POSITIVE, stage=Stage.EXAMPLES)
    judgement = Judgement(
        contract=CONTRACT,
        operation=operation,
        case=case,
        exchange=Exchange(number=number, request=request, answer=response),
    )
    return {(verdict.clause, verdict.outcome) for verdict in CHECK.judge(judgement)}


@pytest.mark.parametrize(
    ("intent", "sent", "shown", "outcome"),
    [
        (Intent.NEGATIVE, {"Name": 5}, 5, "silent"),
        (Intent.NEGATIVE, {"Name": 6}, 5, "failed"),
        (Intent.NEGATIVE, {"Name": "5"}, 5, "failed"),
        (Intent.UNKNOWN, {"Name": 5}, 5, "silent"),
        (Intent.POSITIVE, {"Name": 5}, 5, "failed"),
        (Intent.NEGATIVE, {"Weight": 2**31}, 2**31, "silent"),
        (Intent.NEGATIVE, {"Weight": 5}, 5, "failed"),
        (Intent.POSITIVE, {"Weight": 2**31}, 2**31, "failed"),
    ],
)
def test_an_invalid_value_that_comes_back_is_no_second_finding(
    ask: Ask, intent: Intent, sent: Any, shown: Any, outcome: str
) -> None:
    """Of 228 findings on one service most were its own invalid values shown again."""
    asked = ask(
        CHECK,
        "CreateToy",
        status=201,
        body={"Name": shown},
        intent=intent,
        arguments={"body": sent},
        content=json.dumps(sent).encode(),
        sent=(("Content-Type", "application/json"),),
    )
    assert asked.outcome("CreateToy::201/Name::type") == outcome
