"""Lists whose pages name the next one, by a token or a link: what is broken is found, and what is right is left alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.cli.entry import execute
from contract_suite.mock.faults.catalogue import chosen
from contract_suite.mock.faults.collections.next_pages import NEXT_PAGES
from contract_suite.mock.faults.fault import FaultKind
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive
from tests.contracts import load

DELIVERIES = str(Path(__file__).parents[1] / "mock" / "deliveries.yaml")
LISTS = tuple(each for each in BEHAVIOURS if each.name in {"paging", "totals", "ordering", "filtering", "agreement"})
contract = load


def planted(name: str) -> tuple[Pipeline, tuple[str, ...]]:
    [(_, fault)] = chosen([contract(DELIVERIES)], [name])
    return fault.site.plant(Pipeline()), fault.site.clauses


@pytest.mark.parametrize("kind", NEXT_PAGES, ids=lambda kind: kind.name)
def test_a_planted_fault_is_found(kind: FaultKind) -> None:
    pipeline, clauses = planted(kind.name)
    driven = drive(contract(DELIVERIES), LISTS, pipeline=pipeline)
    assert set(clauses) & set(driven.failed())


def test_a_right_server_passes_what_its_pages_promise() -> None:
    driven = drive(contract(DELIVERIES), LISTS)
    assert not driven.failed()
    for operation in ("listDrivers", "listVans"):
        for kind in ("page-size-respected", "pages-disjoint", "pages-complete", "pages-continue", "next-page-leads-on"):
            assert f"{operation}::collection::{kind}" in driven.passed()
    assert "listVans::collection::total-exact" in driven.passed()
    assert "listDrivers::order/name::descending" in driven.passed()


def test_pages_may_be_shorter_than_was_asked_for() -> None:
    def paginate(call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
        """What was found is filtered after it was cut."""
        assert call.number
        return [items[index] for index in range(len(items))[start : start + (size or len(items))] if index % 5]

    driven = drive(
        contract(DELIVERIES), [each for each in LISTS if each.name == "paging"], pipeline=Pipeline(paginate=paginate)
    )
    assert not driven.failed()
    assert "listDrivers::collection::pages-complete" in driven.passed()


def test_a_list_may_end_with_an_empty_page() -> None:
    def following(_call: Call, items: list[Body], start: int, size: int | None) -> int | None:
        end = start + (size or len(items))
        return end if items[start:end] else None

    assert not drive(contract(DELIVERIES), LISTS, pipeline=Pipeline(following=following)).failed()


@pytest.mark.parametrize("flag", ["has_more", "hasNextPage", "morePages"])
def test_a_cursor_beside_a_flag_that_nothing_follows_is_not_followed(flag: str) -> None:
    """It is that of the last item, and a right server may refuse it."""

    def flagged(_call: Call, response: Response) -> Response:
        body = json.loads(response.body) if response.body else None
        if not isinstance(body, dict) or "drivers" not in body:
            return response
        more = bool(body.get("next_cursor"))
        body |= {flag: more} if more else {flag: False, "next_cursor": "the last one"}
        return replace(response, body=json.dumps(body).encode())

    driven = drive(contract(DELIVERIES), LISTS, pipeline=Pipeline(sent=flagged))
    assert not driven.failed()
    assert "listDrivers::collection::pages-complete" in driven.passed()


def test_a_link_that_leads_elsewhere_is_not_followed() -> None:
    """A next page on another host is nobody's fault: nothing is asked there, and nothing said."""

    def elsewhere(_call: Call, response: Response) -> Response:
        headers = tuple(
            (name, "https://other.example/vans") if name == "X-Next-Page" else (name, value)
            for name, value in response.headers
        )
        return replace(response, headers=headers)

    driven = drive(contract(DELIVERIES), LISTS, pipeline=Pipeline(sent=elsewhere))
    assert not driven.failed()


def test_a_link_may_stand_in_the_link_header(tmp_path: Path) -> None:
    path = tmp_path / "linked.yaml"
    path.write_text(Path(DELIVERIES).read_text("utf-8").replace("X-Next-Page", "Link"), "utf-8")
    driven = drive(load(str(path)), LISTS)
    assert not driven.failed()
    assert "listVans::collection::pages-complete" in driven.passed()


def test_a_token_that_nobody_gave_is_refused_by_the_mock() -> None:
    server = MockServer(contract(DELIVERIES))
    assert server.handle(Request(method="GET", target="/drivers?limit=2")).status == 200
    assert server.handle(Request(method="GET", target="/drivers?limit=2&cursor=never")).status == 400


def test_a_cursor_without_a_next_page_is_a_problem_of_the_document(tmp_path: Path) -> None:
    text = Path(DELIVERIES).read_text("utf-8")
    wrong = text.replace("{cursor: cursor, next: /next_cursor, size: limit}", "{cursor: cursor, size: limit}")
    (tmp_path / "wrong.yaml").write_text(wrong, "utf-8")
    assert execute(["lint", str(tmp_path / "wrong.yaml")]) == 1
