"""Lists that go on behind the id of an item: walked, found by names, and left alone where something else is meant."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.family import load
from contract_suite.contract.naming.told import told_of
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import infer
from contract_suite.mock.faults.catalogue import chosen
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request
from contract_suite.model.json import JSON
from tests.behaviours.driving import drive

LETTERS = str(Path(__file__).parents[1] / "mock" / "letters.yaml")
LISTS = tuple(each for each in BEHAVIOURS if each.name in {"paging", "page-claims", "filtering"})
LIST = ("paths", "/letters", "get")
Change = Callable[[Any], None]
contract = cache(load)


def pages(target: str) -> tuple[list[JSON], bool]:
    answer = server().handle(Request(method="GET", target=target))
    body = json.loads(answer.body)
    return [each["id"] for each in body["data"]], body["has_more"]


@cache
def server() -> MockServer:
    made = MockServer(contract(LETTERS))
    for index in range(5):
        body = json.dumps({"label": f"letter {index}"}).encode()
        made.handle(
            Request(method="POST", target="/letters", headers=(("Content-Type", "application/json"),), body=body)
        )
    return made


def test_the_mock_goes_on_behind_an_item_and_back_before_one() -> None:
    every, _ = pages("/letters")
    assert len(every) >= 5
    for index in range(len(every)):
        ids, more = pages(f"/letters?limit=2&starting_after={every[index]}")
        assert ids == every[index + 1 : index + 3]
        assert more is (index + 3 < len(every))
        assert pages(f"/letters?limit=2&ending_before={every[index]}")[0] == every[max(0, index - 2) : index]
    answer = server().handle(Request(method="GET", target="/letters?starting_after=nobody"))
    assert answer.status == 400


def test_a_right_server_passes_what_its_pages_promise() -> None:
    driven = drive(contract(LETTERS), LISTS)
    assert not driven.failed()
    kinds = (
        "pages-disjoint",
        "pages-complete",
        "pages-continue",
        "next-page-leads-on",
        "page-before-exact",
        "more-told",
    )
    assert {f"listLetters::collection::{kind}" for kind in kinds} <= set(driven.passed())


@pytest.mark.parametrize("name", ["page-begins-with-the-item-before", "page-before-is-the-first"])
def test_a_planted_fault_is_found(name: str) -> None:
    [(_, fault)] = chosen([contract(LETTERS)], [name])
    driven = drive(contract(LETTERS), LISTS, pipeline=fault.site.plant(Pipeline()))
    assert set(fault.site.clauses) & set(driven.failed())


def test_a_page_before_may_be_turned_round() -> None:
    """As the feeds of Mastodon are, which go back item by item."""

    def paginate(call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
        page = items[start:] if size is None else items[start : start + size]
        return page[::-1] if "ending_before" in call.request.target else page

    assert not drive(contract(LETTERS), LISTS, pipeline=Pipeline(paginate=paginate)).failed()


def plain(*changes: Change) -> Any:
    document = yaml.safe_load(Path(LETTERS).read_text("utf-8"))
    del document["x-contract"], document["paths"]["/letters"]["get"]["x-contract"]
    for change in changes:
        change(document)
    return document


def inferred(document: Any) -> dict[str, Any]:
    read = read_contract(Library().read(json.dumps(document).encode(), "letters.json"))
    return {fact.id: (fact.words, len(fact.witnesses)) for fact in infer(read) if fact.rule == "next-pages"}


def parameter(document: Any, name: str) -> Any:
    return next(each for each in document["paths"]["/letters"]["get"]["parameters"] if each["name"] == name)


def _untold(document: Any) -> None:
    del document["info"]["description"]


def _told_of_an_id(document: Any) -> None:
    parameter(document, "starting_after")["description"] = "An object ID that defines your place in the list."


def test_names_and_a_flag_give_such_pages_away() -> None:
    place = "listLetters::collection/page"
    page = {"cursor": "starting_after", "next": "item.id", "size": "limit"}
    assert inferred(plain()) == {place: ({**page, "before": "ending_before"}, 2)}
    assert inferred(plain(_untold)) == {place: (page, 1)}
    assert inferred(plain(_untold, _told_of_an_id)) == {place: (page, 2)}


def _no_flag(document: Any) -> None:
    del document["paths"]["/letters"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"][
        "has_more"
    ]


def _a_time(document: Any) -> None:
    parameter(document, "starting_after")["schema"] = {"type": "string", "format": "date-time"}


def _a_cursor_too(document: Any) -> None:
    document["paths"]["/letters"]["get"]["parameters"].append(
        {"name": "cursor", "in": "query", "schema": {"type": "string"}}
    )


def _a_number_for_a_text(document: Any) -> None:
    parameter(document, "starting_after")["schema"] = {"type": "integer"}


def _no_id(document: Any) -> None:
    properties = document["components"]["schemas"]["Letter"]["properties"]
    properties["code"] = properties.pop("id")


@pytest.mark.parametrize("change", [_no_flag, _a_time, _a_cursor_too, _a_number_for_a_text, _no_id])
def test_where_something_else_may_be_meant_nothing_is_said(change: Change) -> None:
    assert not inferred(plain(_untold, change))


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Use `after`. It gives more.", "after", ("Use `after`.",)),
        ("What comes after.", "after", ()),
        ("The has_more flag\ntells it. Not has_more_pages.", "has_more", ("The has_more flag tells it.",)),
        ("`starting_after=<id>` goes on.", "starting_after", ("`starting_after=<id>` goes on.",)),
        ("", "has_more", ()),
    ],
)
def test_the_description_of_the_api_is_read_by_name(text: str, name: str, found: tuple[str, ...]) -> None:
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1", "description": text}, "paths": {}}
    assert told_of(read_contract(Library().read(json.dumps(document).encode(), "t.json")), name) == found
