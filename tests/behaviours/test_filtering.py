"""Filters: each way in which a server filters wrongly fails its own clause."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contract_suite.behaviours.collections.filtering import filtering
from contract_suite.mock import pipeline as right
from contract_suite.mock.fields import text_of
from contract_suite.mock.pipeline import Pipeline
from contract_suite.model.exchange import Response
from tests.behaviours.collection_examples import COLLECTIONS, contract
from tests.behaviours.driving import drive
from tests.contracts import families_that_promise


@pytest.mark.parametrize("family", families_that_promise(filtering.BEHAVIOUR, "match-as-documented"))
@pytest.mark.parametrize(
    ("kind", "pipeline"),
    [
        ("filter-sound", Pipeline(matches=lambda *_: True)),
        ("filter-complete", Pipeline(matches=lambda *_: False)),
        (
            "match-as-documented",
            Pipeline(same=lambda _call, wanted, found: found is not None and text_of(wanted) in text_of(found)),
        ),
        (
            "case-as-documented",
            Pipeline(
                same=lambda _call, wanted, found: (
                    found is not None and text_of(wanted).lower() == text_of(found).lower()
                )
            ),
        ),
    ],
    ids=["lets all through", "lets nothing through", "a part is enough", "any case"],
)
def test_each_wrong_filter_is_named(family: str, kind: str, pipeline: Pipeline) -> None:
    broken = drive(contract(family), (filtering.BEHAVIOUR,), pipeline=pipeline).failed()
    assert broken
    assert {clause.rpartition("::")[2] for clause in broken} - {"filters-combined"} == {kind}


def _searches(change: Callable[[Any, Any, Any, Any], bool]) -> Pipeline:
    def matches(call: Any, promise: Any, wanted: Any, body: Any, equal: Any) -> bool:
        plain = right.matches(call, promise, wanted, body, equal)
        return change(promise, wanted, body, plain) if promise.prefix else plain

    return Pipeline(matches=matches)


@pytest.mark.parametrize(
    ("kind", "pipeline"),
    [
        (
            "prefix-understood",
            _searches(lambda _promise, wanted, body, _plain: wanted.lower() in body["metadata"]["name"].lower()),
        ),
        (
            "bare-value-searched",
            _searches(lambda promise, wanted, _body, plain: plain or not wanted.startswith(promise.prefix)),
        ),
        (
            "case-as-documented",
            _searches(
                lambda promise, wanted, body, _plain: wanted.removeprefix(promise.prefix) in body["metadata"]["name"]
            ),
        ),
        (
            "match-as-documented",
            _searches(
                lambda promise, wanted, body, _plain: (
                    body["metadata"]["name"].lower().startswith(wanted.removeprefix(promise.prefix).lower())
                )
            ),
        ),
    ],
    ids=["prefix", "bare", "case", "beginning only"],
)
def test_each_wrong_search_is_named(kind: str, pipeline: Pipeline) -> None:
    assert drive(contract("modelarts"), (filtering.BEHAVIOUR,), pipeline=pipeline).failed() == {
        f"ListAlgorithms::query.searches::{kind}"
    }


@pytest.mark.longer
def test_a_second_filter_that_is_ignored_is_named() -> None:
    def matches(call: Any, promise: Any, wanted: Any, body: Any, equal: Any) -> bool:
        given = [
            each.parameter for each in call.operation.promises.filters if f"query.{each.parameter}" in call.arguments
        ]
        return promise.parameter != given[0] or right.matches(call, promise, wanted, body, equal)

    for family in families_that_promise(filtering.BEHAVIOUR, "filters-combined"):
        broken = drive(contract(family), (filtering.BEHAVIOUR,), pipeline=Pipeline(matches=matches)).failed()
        assert {clause.rpartition("::")[2] for clause in broken} == {"filters-combined"}


def test_a_filter_after_paging_is_named() -> None:
    def matches(call: Any, promise: Any, wanted: Any, body: Any, equal: Any) -> bool:
        return (promise.parameter == "resourceType") or right.matches(call, promise, wanted, body, equal)

    def paginate(call: Any, items: Any, start: Any, size: Any) -> Any:
        wanted = call.arguments.get("query.resourceType")
        return [item for item in right.paginate(call, items, start, size) if wanted in (None, item.get("ResourceType"))]

    broken = drive(
        contract("opensearch"), (filtering.BEHAVIOUR,), pipeline=Pipeline(matches=matches, paginate=paginate)
    ).failed()
    assert broken == {"ListFunctionResources::query.resourceType::filtered-before-paging"}


def test_an_unknown_owner_that_has_an_empty_list_is_named() -> None:
    def sent(call: Any, response: Response) -> Response:
        wrong = response.status == 404 and call.operation is not None and call.operation.id == "ListAlgorithmVersions"
        empty = {"RequestId": f"r{call.number}", "AlgorithmVersions": [], "TotalCount": 0}
        return replace(response, status=200, body=json.dumps(empty).encode()) if wrong else response

    broken = drive(contract("pai"), COLLECTIONS, pipeline=Pipeline(sent=sent)).failed()
    assert broken == {"ListAlgorithmVersions::query.AlgorithmId::unknown-refused"}
