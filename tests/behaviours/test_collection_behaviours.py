"""Collections, envelopes and limits: no finding on a right server, and on a wrong one the clause that it breaks."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_suite.behaviours.answers import envelopes
from contract_suite.behaviours.collections import echo, totals
from contract_suite.behaviours.collections.ordering import ordering
from contract_suite.behaviours.collections.paging import paging
from contract_suite.contract.family import families
from contract_suite.mock import pipeline as right
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.mock.state import State
from contract_suite.model.exchange import Request, Response
from tests.behaviours.collection_examples import COLLECTIONS, LISTS, MINE, contract
from tests.behaviours.driving import drive
from tests.contracts import load
from tests.quick import crossed

USUAL_SIZES = 3 * 7  # requests for the page sizes that clients use, and a long page, of each list of pai


@pytest.mark.parametrize(
    ("mock", "family"),
    crossed([{"empty": True}, {"records": 1}, {"records": 2}, {"records": 7}, {"records": 300}], families()),
    ids=str,
)
def test_a_right_server_gives_no_finding(family: str, mock: dict[str, Any]) -> None:
    driven = drive(contract(family), MINE, **mock)
    assert not driven.failed()
    may_delete = all(each.delete for each in contract(family).resources if each.create)
    assert driven.left == 0 or not may_delete


@pytest.mark.longer
@pytest.mark.parametrize(
    ("family", "at_least", "requests"),
    [("pai", 95, 170 + USUAL_SIZES), ("modelarts", 75, None), ("opensearch", 50, None)],
)
def test_a_right_server_shows_most_clauses_in_few_requests(family: str, at_least: int, requests: int | None) -> None:
    driven = drive(contract(family), MINE)
    assert not driven.failed()
    assert driven.left == 0
    assert len(driven.passed()) >= at_least
    counted = driven.by_behaviour
    assert requests is None or sum(counted.values()) - counted["envelopes"] <= requests


@pytest.mark.parametrize(("every", "newest_first"), crossed([1, 3], [False, True]))
def test_another_client_writing_meanwhile_is_no_finding(every: int, newest_first: bool) -> None:
    client = _Client(every)
    pipeline = (
        Pipeline(all=lambda state, name, scope: list(reversed(State.all(state, name, scope)))) if newest_first else None
    )
    driven = drive(contract("pai"), MINE, before=client, pipeline=pipeline)
    assert client.written > 30
    assert not driven.failed()
    assert len(driven.passed()) > 60


def _pages(cut: Callable[[list[Any], int, int], list[Any]]) -> Pipeline:
    return Pipeline(
        paginate=lambda _call, items, start, size: items[start:] if size is None else cut(items, start, size)
    )


PAGING = {
    "page-size-respected": _pages(lambda items, start, _size: items[start:]),
    "page-size-not-capped": _pages(lambda items, start, size: items[start : start + min(size, 10)]),
    "pages-disjoint": _pages(
        lambda items, start, size: items[max(0, start - 1) : max(0, start - 1) + size] if start else items[:size]
    ),
    "pages-complete": _pages(lambda items, start, size: items[start + 1 : start + 1 + size] if start else items[:size]),
    "past-end-empty": _pages(lambda items, start, size: items[start : start + size] or items[-size:]),
}


@pytest.mark.parametrize(("kind", "family"), crossed(tuple(PAGING), ["pai", "opensearch"]))
def test_each_paging_fault_breaks_its_own_clause(family: str, kind: str) -> None:
    driven = drive(contract(family), COLLECTIONS, pipeline=PAGING[kind])
    assert driven.failed() == {f"{name}::collection::{kind}" for name in LISTS[family]}


@pytest.mark.longer
@pytest.mark.parametrize("kind", ["pages-disjoint", "pages-complete"])
def test_a_shifted_offset_is_named(kind: str) -> None:
    assert drive(contract("modelarts"), COLLECTIONS, pipeline=PAGING[kind]).failed() == {
        "ListAlgorithms::collection::offset-exact"
    }


def test_pages_that_begin_with_the_second_one_are_noticed() -> None:
    pipeline = _pages(lambda items, start, size: items[start + size : start + 2 * size])
    assert drive(contract("opensearch"), COLLECTIONS, pipeline=pipeline).failed() == {
        "ListFunctionResources::collection::pages-complete"
    }


@pytest.mark.parametrize("family", ["opensearch", "pai"])
@pytest.mark.parametrize(
    ("kind", "total"),
    [
        ("total-exact", lambda _call, _all, page: len(page)),
        ("total-exact", lambda _call, found, _page: max(0, len(found) - 1)),
        ("total-constant", lambda _call, found, page: len(found) if page and page[0] is found[0] else len(page)),
    ],
    ids=["of the page", "one short", "of the page from the second on"],
)
def test_each_wrong_total_breaks_its_own_clause(family: str, kind: str, total: Callable[..., int]) -> None:
    broken = drive(contract(family), (totals.BEHAVIOUR,), pipeline=Pipeline(total=total)).failed()
    assert {f"{name}::collection::{kind}" for name in LISTS[family]} <= broken
    assert {clause.rpartition("::")[2] for clause in broken} == {kind}


def test_a_total_beside_a_count_is_held_to_nothing_but_the_count() -> None:
    pipeline = Pipeline(total=lambda _call, found, _page: len(found) + 57)
    assert drive(contract("modelarts"), (totals.BEHAVIOUR,), pipeline=pipeline).failed() == set()


def test_a_total_that_ignores_the_filter_is_named() -> None:
    pipeline = Pipeline(total=lambda call, found, _page: 27 if "query.resourceType" in call.arguments else len(found))
    assert drive(contract("opensearch"), (totals.BEHAVIOUR,), pipeline=pipeline).failed() == {
        "ListFunctionResources::collection::total-filtered"
    }


@pytest.mark.parametrize("count", [0, 10**6])
def test_a_count_out_of_its_bounds_is_named(count: int) -> None:
    pipeline = Pipeline(count=lambda _call, _found, _page: count)
    assert drive(contract("modelarts"), (totals.BEHAVIOUR,), pipeline=pipeline).failed() == {
        "ListAlgorithms::collection::count-bounded"
    }


def test_a_total_below_the_count_is_named_though_nobody_says_what_it_counts() -> None:
    pipeline = Pipeline(total=lambda _call, _found, _page: 0)
    assert drive(contract("modelarts"), (totals.BEHAVIOUR,), pipeline=pipeline).failed() == {
        "ListAlgorithms::collection::count-bounded"
    }


def _arranged(**changed: Callable[[Any], Any]) -> Pipeline:
    def arrange(call: Any, items: Any, name: Any, direction: Any, key: Any) -> Any:
        name = changed["name"](name) if "name" in changed else name
        direction = changed["direction"](direction) if "direction" in changed else direction
        return right.arrange(call, items, name, direction, key)

    return Pipeline(arrange=arrange)


@pytest.mark.longer
@pytest.mark.parametrize(
    ("pipeline", "broken"),
    [
        # The response says that it is sorted so, which weighs more than that there are such keys.
        (_arranged(name=lambda _: "/metadata/create_time"), {"order::key-respected", "order::sorted-as-told"}),
        (_arranged(direction=lambda _: "desc"), {"order::direction-respected"}),
        (
            _arranged(direction={"asc": "desc", "desc": "asc"}.__getitem__),
            {"order::direction-respected", "order::default-applied"},
        ),
        (
            _arranged(name=lambda name: "/metadata/id" if name == "/metadata/name" else name),
            {"order::sorted-as-told"},
        ),
    ],
    ids=["the key is ignored", "the direction is ignored", "upside down", "one key is ignored"],
)
def test_each_wrong_order_is_named(pipeline: Pipeline, broken: set[str]) -> None:
    assert drive(contract("modelarts"), (ordering.BEHAVIOUR,), pipeline=pipeline).failed() == {
        f"ListAlgorithms::{each}" for each in broken
    }


@pytest.mark.longer
def test_numbers_sorted_as_texts_are_named() -> None:
    def as_text(call: Any, value: Any) -> Any:
        return (
            (3, str(value)) if isinstance(value, int) and not isinstance(value, bool) else right.sort_key(call, value)
        )

    broken = drive(contract("modelarts"), (ordering.BEHAVIOUR,), pipeline=Pipeline(sort_key=as_text)).failed()
    assert {"ListAlgorithms::order::sorted-as-told", "ListAlgorithms::order/create_time::descending"} <= broken
    assert all(
        clause.split("::")[1].partition("/")[2] in {"", "size", "create_time", "update_time", "version_num"}
        for clause in broken
    )


@pytest.mark.parametrize(
    ("name", "kind", "echoed"),
    [
        ("limit", "echoed", lambda _call, promise, value: 50 if promise.parameter == "limit" else value),
        (
            "order",
            "default-echoed",
            lambda call, promise, value: (
                value if f"query.{promise.parameter}" in call.arguments or promise.parameter != "order" else ""
            ),
        ),
    ],
)
def test_each_wrong_echo_is_named(name: str, kind: str, echoed: Callable[..., Any]) -> None:
    assert drive(contract("modelarts"), (echo.BEHAVIOUR,), pipeline=Pipeline(echoed=echoed)).failed() == {
        f"ListAlgorithms::query.{name}::{kind}"
    }


@pytest.mark.parametrize(
    ("member", "value", "kind"),
    [("HttpCode", 200, "repeats-status"), ("Code", "Surprise", "success-without-error")],
)
def test_each_untrue_envelope_is_named(member: str, value: Any, kind: str) -> None:
    def finished(_call: Any, status: int, body: Any) -> Any:
        touched = isinstance(body, dict) and "HttpCode" in body and (status >= 400) == (member == "HttpCode")
        return {**body, member: value} if touched else body

    broken = drive(contract("opensearch"), (envelopes.BEHAVIOUR,), pipeline=Pipeline(finished=finished)).failed()
    assert broken
    assert {clause.rpartition("::")[2] for clause in broken} == {kind}


def test_a_request_id_that_comes_twice_is_named() -> None:
    broken = drive(
        contract("opensearch"), (envelopes.BEHAVIOUR,), pipeline=Pipeline(fresh=lambda *_: "always the same")
    ).failed()
    assert "ListFunctionResources::200/RequestId::fresh" in broken
    assert {clause.rpartition("::")[2] for clause in broken} == {"fresh"}


def _without(name: str, size: int) -> Pipeline:
    """Another page size where none is asked for."""
    return Pipeline(
        paginate=lambda call, items, start, asked: right.paginate(
            call, items, start, asked if f"query.{name}" in call.arguments else size
        )
    )


@pytest.mark.parametrize(("family", "size"), crossed(["pai", "opensearch", "modelarts"], [5, 13]))
def test_another_default_size_is_named(family: str, size: int) -> None:
    name = {"pai": "PageSize", "opensearch": "pageSize", "modelarts": "limit"}[family]
    broken = drive(contract(family), (paging.BEHAVIOUR,), pipeline=_without(name, size)).failed()
    assert broken == {f"{each}::query.{name}::default-applied" for each in LISTS[family]}


def test_pages_that_swap_places_are_named() -> None:
    pipeline = _pages(
        lambda items, start, size: items[
            (at := start if start // size not in {1, 2} else (3 - start // size) * size) : at + size
        ]
    )
    broken = drive(contract("pai"), COLLECTIONS, pipeline=pipeline).failed()
    assert broken == {f"{name}::collection::pages-continue" for name in LISTS["pai"]}


@pytest.mark.longer
@pytest.mark.parametrize(
    ("kind", "given", "missing"),
    [
        ("order::default-applied", (), ("sort_by", "order")),
        ("order::default-direction-applied", ("sort_by",), ("order",)),
        ("order::default-key-applied", ("order",), ("sort_by",)),
        ("filters::filtered-in-order", ("workspace_id",), ()),
    ],
)
def test_an_order_that_fails_in_one_case_only_is_named(
    kind: str, given: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    def arrange(call: Any, items: Any, name: Any, direction: Any, key: Any) -> Any:
        has = {subject.removeprefix("query.") for subject in call.arguments}
        return (
            items
            if has.issuperset(given) and not has & {*missing}
            else right.arrange(call, items, name, direction, key)
        )

    assert drive(contract("modelarts"), COLLECTIONS, pipeline=Pipeline(arrange=arrange)).failed() == {
        f"ListAlgorithms::{kind}"
    }


def test_a_refused_page_or_value_is_named() -> None:
    def sent(call: Any, response: Response) -> Response:
        body = json.loads(response.body)
        listed = (
            call.operation is not None and call.operation.promises.collection is not None and response.status == 200
        )
        if not listed or body.get(call.operation.promises.collection.items[1:]):
            return response
        refusal = {"RequestId": f"r{call.number}", "Code": "NotFound", "Message": "There is nothing."}
        return replace(response, status=404, body=json.dumps(refusal).encode())

    broken = drive(contract("pai"), COLLECTIONS, pipeline=Pipeline(sent=sent)).failed()
    assert {clause.rpartition("::")[2] for clause in broken} == {"past-end-empty", "no-match-empty"}


def test_a_server_that_only_has_errors_is_not_accused_here() -> None:
    pipeline = Pipeline(sent=lambda _call, response: replace(response, status=503, body=b"busy", headers=()))
    for family in families():
        assert not drive(contract(family), MINE, pipeline=pipeline).failed()


BOOKS = Path(__file__).with_name("books.yaml")


@pytest.mark.parametrize("mock", [{}, {"records": 40}, {"enforce_limits": True}], ids=str)
def test_a_document_of_somebody_else_works_as_well(mock: dict[str, Any]) -> None:
    driven = drive(load(str(BOOKS)), MINE, **mock)
    assert not driven.failed()
    assert len(driven.passed()) > 45
    assert driven.left == 0


@pytest.mark.parametrize(
    ("pipeline", "broken"),
    [
        (PAGING["page-size-respected"], {"collection::page-size-respected"}),
        (Pipeline(total=lambda _call, _found, page: len(page)), {"collection::total-exact"}),
        (_arranged(direction=lambda _: "asc"), {"order::direction-respected"}),
        (Pipeline(matches=lambda *_: True), {f"query.{name}::filter-sound" for name in "tpg"}),
        (Pipeline(matches=lambda *_: False), {f"query.{name}::filter-complete" for name in "tpg"}),
        (PAGING["pages-complete"], {"collection::offset-exact"}),
    ],
    ids=["limit", "total", "direction", "no filter", "nothing", "offset"],
)
def test_its_faults_are_found_too(pipeline: Pipeline, broken: set[str]) -> None:
    assert drive(load(str(BOOKS)), COLLECTIONS, pipeline=pipeline).failed() == {f"Books::{each}" for each in broken}


class _Client:
    """Another user, who makes and deletes algorithms between our requests, some of which were there before."""

    def __init__(self, every: int) -> None:
        self.every = every
        self.random = random.Random(every)  # noqa: S311 - repeatable on purpose
        self.ids = ["algo-h5r1j8f4s7g", "algo-b2y6u0i4o8p", "algo-l9d3a7e1k5n"]
        self.seen = 0
        self.written = 0

    def __call__(self, server: MockServer, _request: Request) -> None:
        self.seen += 1
        if self.seen % self.every:
            return
        headers = (("Authorization", "Bearer sk-another-user-0123456789abcdef"), ("Content-Type", "application/json"))
        if self.ids and self.random.random() < 0.45:
            gone = self.ids.pop(self.random.randrange(len(self.ids)))
            response = server.handle(
                Request(method="DELETE", target=f"/PaiStudio/2022-01-12/algorithms/{gone}", headers=headers)
            )
        else:
            body = json.dumps({"AlgorithmName": f"other {self.seen}", "WorkspaceId": "12345"}).encode()
            response = server.handle(
                Request(method="POST", target="/PaiStudio/2022-01-12/CreateAlgorithm", headers=headers, body=body)
            )
            self.ids.append(json.loads(response.body)["AlgorithmId"])
        assert response.status == 200
        self.written += 1
