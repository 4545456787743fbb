"""What gives away how lists are paged, counted and where their items stand."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.inference.inferring import infer, with_facts
from contract_suite.runner.plan import inferred_clauses
from tests.inference.reading import (
    DELIVERIES,
    LIST,
    PAGE,
    PARAMETERS,
    Change,
    at,
    count_alone,
    deliveries,
    read,
    said,
    sized_by_count,
)
from tests.inference.widgets import body, document, query
from tests.runner.test_stripped_documents import stripped


def test_a_count_beside_what_says_where_a_page_begins_is_its_size() -> None:
    plain = document()
    sized_by_count(plain)
    assert said(plain, "pages") == {"listWidgets::collection/page": {"number": "page", "size": "count"}}
    at(plain, *PARAMETERS)[:] = [each for each in at(plain, *PARAMETERS) if each.get("name") != "page"]
    assert not said(plain, "pages")


def test_a_maximum_and_a_default_of_the_size_speak_for_pages_by_cursor() -> None:
    plain: Any = {}
    deliveries(plain)
    drivers = next(
        item["get"] for item in plain["paths"].values() if item.get("get", {}).get("operationId") == "listDrivers"
    )
    [size] = [each for each in drivers["parameters"] if each["name"] == "limit"]
    for schema, sure in (({"type": "integer"}, False), ({"type": "integer", "maximum": 50, "default": 20}, True)):
        size |= {"description": "", "schema": schema}
        fact = next(each for each in infer(read(plain)) if each.id == "listDrivers::collection/page")
        assert fact.well_witnessed is sure


def test_links_to_the_pages_around_make_a_count_the_total() -> None:
    plain = document()
    count_alone(plain)
    assert "listWidgets::collection/total" not in said(plain, "totals")
    at(plain, *PAGE)["next"] = at(plain, *PAGE)["previous"] = {"type": "string", "format": "uri", "nullable": True}
    assert said(plain, "totals") == {"listWidgets::collection/total": "/count"}


def test_an_array_of_objects_is_alone_beside_arrays_of_texts() -> None:
    """SCIM's `Resources` stand beside `schemas`, so that no list was seen in any SCIM service."""
    plain = document()
    listed = at(plain, *PAGE)
    [name] = [each for each, schema in listed.items() if schema.get("type") == "array"]
    items = listed.pop(name)
    listed |= {"things": items, "schemas": {"type": "array", "items": {"type": "string"}}}
    assert said(plain, "items") == {"listWidgets::collection": {"items": "/things"}}
    listed["others"] = {"type": "array", "items": {"type": "object"}}
    assert not said(plain, "items")


def test_a_cursor_counts_before_the_link_that_holds_it() -> None:
    """Pages by `page[after]` were none where `meta.after_cursor` stands beside `links.next`."""
    plain: Any = {}
    deliveries(plain)
    drivers = at(plain, "paths", "/drivers", "get")
    drivers["parameters"] = [query("page[size]", type="integer"), query("page[after]", type="string")]
    properties = at(drivers, "responses", "200", "content", "application/json", "schema", "properties")
    del properties["next_cursor"]
    text = {"type": "string", "nullable": True}
    properties["meta"] = {"type": "object", "properties": {"after_cursor": text}}
    properties["links"] = {"type": "object", "properties": {"next": text}}
    page = {"cursor": "page[after]", "next": "/meta/after_cursor", "size": "page[size]"}
    assert said(plain, "next-pages")["listDrivers::collection/page"] == page


def test_the_whole_body_may_be_the_items() -> None:
    plain = document()
    at(plain, *LIST, "responses")["200"] = body("Widget", array=True)
    assert said(plain, "items") == {"listWidgets::collection": {"items": ""}}


def test_lists_of_other_shapes_give_away_their_pages_totals_and_orders() -> None:
    plain = stripped(yaml.safe_load(DELIVERIES))
    found = {fact.id: fact.words for fact in infer(read(plain))}
    assert found["listDrivers::collection/page"] == {"cursor": "cursor", "next": "/next_cursor", "size": "limit"}
    assert found["listDrivers::order"] == {"by": "sort", "keys": {"name": "name", "age": "age"}, "sign": "minus"}
    assert found["addDriver::idempotency"] == {"key": "Idempotency-Key"}
    assert found["listVans::collection"] == {"items": ""}
    assert found["listVans::collection/page"] == {"next": "header.Link", "size": "per_page"}
    assert found["listVans::collection/total"] == "header.X-Total-Count"


def test_one_name_for_the_token_sent_and_returned_is_no_echo() -> None:
    """A page size of this name was not known, so `continuationToken` was taken for a value that comes back."""
    plain: Any = {}
    deliveries(plain)
    drivers = at(plain, "paths", "/drivers", "get")
    drivers["parameters"] = [query("maxPageSize", type="integer"), query("continuationToken", type="string")]
    properties = at(drivers, "responses", "200", "content", "application/json", "schema", "properties")
    del properties["next_cursor"]
    properties["continuationToken"] = {"type": "string"}
    assert said(plain, "echo").get("listDrivers::echo/continuationToken") is None
    page = {"cursor": "continuationToken", "next": "/continuationToken", "size": "maxPageSize"}
    assert said(plain, "next-pages")["listDrivers::collection/page"] == page


def _no_cursor(plain: Any) -> None:
    del at(plain, "paths", "/drivers", "get", "parameters")[0]


def _two_cursors(plain: Any) -> None:
    at(plain, "paths", "/drivers", "get", "parameters").append(query("page_token", type="string"))


def _numbered(plain: Any) -> None:
    at(plain, "paths", "/drivers", "get", "parameters").append(query("page", type="integer"))


def _two_named(plain: Any) -> None:
    media = at(plain, "paths", "/drivers", "get", "responses", "200", "content", "application/json")
    media["schema"]["properties"]["next_token"] = {"type": "string"}


def _no_size(plain: Any) -> None:
    del at(plain, "paths", "/drivers", "get", "parameters")[1]


@pytest.mark.parametrize("change", [_no_cursor, _two_cursors, _numbered, _two_named, _no_size])
def test_a_next_page_is_named_where_one_member_one_parameter_and_one_size_fit(change: Change) -> None:
    plain = stripped(yaml.safe_load(DELIVERIES))
    change(plain)
    assert "listDrivers::collection/page" not in said(plain, "next-pages")


@pytest.mark.parametrize(
    ("size", "capped"),
    [
        ({"type": "integer", "maximum": 50}, True),
        ({"type": "integer", "format": "int32"}, False),
        ({"type": "integer"}, False),
    ],
)
def test_only_a_maximum_that_somebody_wrote_promises_full_pages(size: dict[str, Any], capped: bool) -> None:
    plain = document()
    at(plain, *PARAMETERS)[1] = query("per_page", "How many on a page.", **size)
    contract = read(plain)
    known = with_facts(contract, infer(contract))
    clauses = {each.id for each in inferred_clauses(known, BEHAVIOURS, (), infer(contract))}
    assert ("listWidgets::collection::page-size-not-capped" in clauses) is capped
    assert "listWidgets::collection::page-size-respected" in clauses


@pytest.mark.parametrize(("stated", "told"), [({"maximum": 50}, True), ({"format": "int32"}, False)])
def test_only_a_maximum_that_somebody_wrote_speaks_for_a_next_page(stated: dict[str, Any], told: bool) -> None:
    plain = stripped(yaml.safe_load(DELIVERIES))
    size = query("limit", type="integer", default=20, **stated)
    at(plain, "paths", "/drivers", "get", "parameters")[1] = size
    fact = next(each for each in infer(read(plain)) if each.id == "listDrivers::collection/page")
    assert any(each.text == "limit has a maximum and a default" for each in fact.witnesses) is told


def test_items_may_stand_in_the_member_that_holds_the_answer() -> None:
    plain = document()
    page = plain["components"]["schemas"]["Page"]
    plain["components"]["schemas"]["Page"] = {"type": "object", "properties": {"data": page}}
    assert said(plain, "items") == {"listWidgets::collection": {"items": "/data/widgets"}}
    assert said(plain, "totals") == {"listWidgets::collection/total": "/data/total"}


def test_a_total_by_its_name_is_well_witnessed_beside_parameters_of_paging() -> None:
    plain = document()
    at(plain, *PAGE)["total"] = {"type": "integer"}
    del at(plain, *PAGE)["page"], at(plain, *PAGE)["per_page"]
    [total] = [fact for fact in infer(read(plain)) if fact.rule == "totals"]
    assert total.well_witnessed


@pytest.mark.parametrize(("members", "sure"), [((), False), (("number",), False), (("size", "number"), True)])
def test_answers_that_say_their_own_page_speak_for_the_parameters(members: tuple[str, ...], *, sure: bool) -> None:
    """A page number that was ignored from the start was a guess that failed, whatever `meta` said of the page."""
    number = {"name": "page[number]", "in": "query", "schema": {"type": "integer"}}
    size = {"name": "page[size]", "in": "query", "schema": {"type": "integer"}}
    meta = {"type": "object", "properties": {each: {"type": "integer"} for each in members}}
    item = {"type": "object", "properties": {"id": {"type": "integer"}}}
    page = {"type": "object", "properties": {"data": {"type": "array", "items": item}, "meta": meta}}
    answers = {"200": {"description": "a page", "content": {"application/json": {"schema": page}}}}
    get = {"operationId": "list", "parameters": [number, size], "responses": answers}
    plain = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/things": {"get": get}}}
    [fact] = [each for each in infer(read(plain)) if each.id == "list::collection/page"]
    assert fact.well_witnessed is sure
