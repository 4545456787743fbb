"""Each rule of inference: what it says of a plain document, and where it says nothing."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.contract.schemas.view import view
from contract_suite.inference.catalogue import RULES
from contract_suite.inference.inferring import infer, with_facts
from contract_suite.model.json import JSON
from contract_suite.model.source import Source
from tests.inference.reading import (
    LIST,
    PAGE,
    PARAMETERS,
    ROOT,
    Change,
    at,
    count_alone,
    deliveries,
    read,
    said,
    sized_by_count,
    with_searches,
)
from tests.inference.widgets import body, document, query
from tests.parity import assert_each
from tests.runner.test_stripped_documents import stripped


def _a_request_id(plain: Any) -> None:
    at(plain, *PAGE)["requestId"] = {"type": "string"}


def _pageable(plain: Any) -> None:
    at(plain, *LIST)["x-ms-pageable"] = {"itemName": "widgets", "nextLinkName": None}


def _speakeasy(plain: Any) -> None:
    at(plain, *LIST)["x-speakeasy-pagination"] = {
        "type": "offsetLimit",
        "inputs": [
            {"name": "page", "in": "parameters", "type": "page"},
            {"name": "per_page", "in": "parameters", "type": "limit"},
        ],
        "outputs": {"results": "$.widgets"},
    }


def _bounds(plain: Any) -> None:
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget |= {"price": {"type": "number"}, "created_at": {"type": "string", "format": "date-time"}}
    widget["issueDate"] = {"type": "string", "format": "date"}
    at(plain, *PARAMETERS)[4:] = [
        query("from", "First issue date, inclusive.", type="string", format="date"),
        query("before", "Issued before this day.", type="string", format="date"),
        query("min_price", type="number"),
        query("price[lt]", type="number"),
        query("priceMax", "At most this much.", type="number"),
        query("created_after", "Those made after this moment, inclusive.", type="string", format="date-time"),
        query("amount_gte", "The price is this amount or more.", type="number"),
        query("until", "Those made before this day.", type="string", format="date"),
    ]


def _times_of_an_event(plain: Any) -> None:
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget |= {each: {"type": "string", "format": "date-time"} for each in ("created_at", "starts_at", "ends_at")}
    at(plain, *PARAMETERS)[4:] = [
        query("from", "Only those that end after this time.", type="string", format="date-time"),
        query("to", "Those starting on or before it.", type="string", format="date-time"),
    ]


def _conflicts(plain: Any) -> None:
    create = at(plain, "paths", "/widgets", "post")
    create["responses"]["409"] = body("Error")
    create["description"] = "Fails with 409 if another widget has the name. The kind must exist."


def _actions(plain: Any) -> None:
    at(plain, "components", "schemas", "Widget", "properties")["status"] = {
        "type": "string",
        "enum": ["draft", "published", "in_review", "archived"],
        "readOnly": True,
    }
    for verb, text in {
        "review": "Only a draft widget can be reviewed. It is then `in_review`.",
        "publish": "Publish an in review widget",
        "archive": "Only a draft or published widget can be archived. Anything else is a conflict.",
        "paint": "Only round widgets can be painted.",
    }.items():
        plain["paths"][f"/widgets/{{widget_id}}/{verb}"] = {
            "parameters": plain["paths"]["/widgets/{widget_id}"]["parameters"],
            "post": {
                "operationId": f"{verb}Widget",
                "description": text,
                "responses": {"200": body("Widget"), "409": body("Error")},
            },
        }


def _flags(plain: Any) -> None:
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget |= {
        "archived": {"type": "boolean"},
        "locked_at": {"type": ["string", "null"], "format": "date-time"},
        "state": {"type": "string", "enum": ["open", "closed", "lost"]},
    }
    item = "/widgets/{widget_id}"
    for path, methods in {
        "archive": ["post"], "unarchive": ["post"], "lock": ["put", "delete"], "close": ["post"], "reopen": ["post"],
        "publish": ["post"],
    }.items():  # fmt: skip
        plain["paths"][f"{item}/{path}"] = {
            "parameters": plain["paths"][item]["parameters"],
            **{method: {"operationId": f"{method} {path}", "responses": {"200": body("Widget")}} for method in methods},
        }


def _nothing_named_after_it(plain: Any) -> None:
    _flags(plain)
    del at(plain, "components", "schemas", "Widget", "properties")["archived"]


def _archived_for_a_reason(plain: Any) -> None:
    _flags(plain)
    action = at(plain, "paths", "/widgets/{widget_id}/archive", "post")
    reason = {"type": "object", "required": ["reason"], "properties": {"reason": {"type": "string"}}}
    action["requestBody"] = {"required": True, "content": {"application/json": {"schema": reason}}}


def _nothing_back(plain: Any) -> None:
    _flags(plain)
    del plain["paths"]["/widgets/{widget_id}/unarchive"]


def _claims(plain: Any) -> None:
    at(plain, *PAGE).update(has_next={"type": "boolean"}, last={"type": "string"}, total_pages={"type": "integer"})


NEEDS: dict[str, Change] = {
    "searches": with_searches,
    "page-claims": _claims,
    "x-ms-pageable": _pageable,
    "x-speakeasy-pagination": _speakeasy,
    "request-ids": _a_request_id,
    "bounds": _bounds,
    "uniqueness": _conflicts,
    "states": _actions,
    "flags": _flags,
    "next-pages": deliveries,
    "idempotency-keys": deliveries,
}
"""What must be done to the document of `widgets.py` so that a rule has something to find."""


FOUND: dict[str, dict[str, JSON]] = {
    "x-ms-pageable": {"listWidgets::collection": {"items": "/widgets"}},
    "x-speakeasy-pagination": {
        "listWidgets::collection": {"items": "/widgets", "page": {"number": "page", "size": "per_page"}}
    },
    "request-ids": {"listWidgets::fresh": {"pointers": ["/requestId"]}},
    "next-pages": {
        "listDrivers::collection/page": {"cursor": "cursor", "next": "/next_cursor", "size": "limit"},
        "listVans::collection/page": {"next": "header.Link", "size": "per_page"},
    },
    "idempotency-keys": {"addDriver::idempotency": {"key": "Idempotency-Key"}},
    "resources": {
        "::resources/Widget": {"identity": ["id"], "scope": []},
        "::resources/Widget/create": {"operation": "createWidget"},
        "::resources/Widget/read": {"operation": "getWidget"},
        "::resources/Widget/delete": {"operation": "deleteWidget"},
        "::resources/Widget/lists": ["listWidgets"],
        "getWidget::bind": {"widget_id": "id"},
        "deleteWidget::bind": {"widget_id": "id"},
    },
    "assigned": {"::resources/Widget/assigned/id": {}, "::resources/Widget/assigned/created_at": {"time": "created"}},
    "states": {
        "::resources/Widget/states": {
            "field": "status",
            "initial": "draft",
            "actions": {
                "reviewWidget": {"from": ["draft"], "to": "in_review"},
                "publishWidget": {"from": ["in_review"], "to": "published"},
                "archiveWidget": {"from": ["draft", "published"], "to": "archived"},
            },
        },
        **{f"{verb}Widget::bind": {"widget_id": "id"} for verb in ("review", "publish", "archive")},
    },
    "flags": {
        "::resources/Widget/flags/archived": {"set": "post archive", "unset": "post unarchive"},
        "::resources/Widget/flags/locked_at": {"set": "put lock", "unset": "delete lock", "values": "time"},
        "::resources/Widget/flags/state": {"set": "post close", "unset": "post reopen", "values": ["closed", "open"]},
        **{
            f"{name}::bind": {"widget_id": "id"}
            for name in ("post archive", "post unarchive", "put lock", "delete lock", "post close", "post reopen")
        },
    },
    "uniqueness": {"::resources/Widget/unique": [{"fields": ["name"], "status": 409, "x-source": "inferred"}]},
    "error-fields": {"::errors/fields": {"code": "/code", "message": "/message"}},
    "unknown-status": {"::errors/status": {"unknown": 404}},
    "items": {"listWidgets::collection": {"items": "/widgets"}},
    "pages": {"listWidgets::collection/page": {"number": "page", "size": "per_page"}},
    "totals": {"listWidgets::collection/total": "/total"},
    "searches": {
        "listWidgets::filters/q": {
            "fields": ["id", "name", "created_at", "note"],
            "match": "mentions",
            "unknown": "either",
        }
    },
    "page-claims": {"listWidgets::collection/more": "/has_next", "listWidgets::collection/pages": "/total_pages"},
    "order": {
        "listWidgets::order": {
            "by": "sort",
            "keys": {"name": "name", "created_at": "created_at"},
            "direction": "order",
        }
    },
    "filters": {
        "listWidgets::filters/kind": {"field": "kind", "match": "equals", "unknown": "either"},
        "listWidgets::filters/owner_id": {"field": "owner_id", "match": "equals", "unknown": "either"},
    },
    "bounds": {
        "listWidgets::bounds/from": {"field": "issueDate", "lower": "included"},
        "listWidgets::bounds/before": {"field": "issueDate", "upper": "either"},
        "listWidgets::bounds/min_price": {"field": "price", "lower": "either"},
        "listWidgets::bounds/price[lt]": {"field": "price", "upper": "excluded"},
        "listWidgets::bounds/priceMax": {"field": "price", "upper": "included"},
        "listWidgets::bounds/amount_gte": {"field": "price", "lower": "included"},
        "listWidgets::bounds/created_after": {"field": "created_at", "lower": "included"},
        "listWidgets::bounds/until": {"field": "created_at", "upper": "either"},
    },
    "echo": {"listWidgets::echo/page": "/page", "listWidgets::echo/per_page": "/per_page"},
}


@pytest.mark.parametrize("rule", FOUND)
def test_a_rule_says_what_names_and_shapes_give_away(rule: str) -> None:
    plain = document()
    if rule in NEEDS:
        NEEDS[rule](plain)
    assert said(plain, rule) == FOUND[rule]


def _nothing(_plain: Any) -> None:
    """The document has none of what the rule looks for."""


def _sent_by_clients(plain: Any) -> None:
    at(plain, "components", "schemas", "New", "properties")["created_at"] = {"type": "string"}


def _lists_of_pages(plain: Any) -> None:
    at(plain, *PAGE)["page"] = {"type": "array", "items": {"type": "integer"}}


def _two_request_ids(plain: Any) -> None:
    at(plain, *PAGE).update(requestId={"type": "string"}, traceId={"type": "string"})


def _two_ids(plain: Any) -> None:
    properties = at(plain, "components", "schemas", "Widget", "properties")
    del properties["id"]
    properties |= {"uuid": {"type": "string"}, "guid": {"type": "string"}, "owner_key": {"type": "string"}}


def _two_sizes(plain: Any) -> None:
    at(plain, *PARAMETERS).append(query("limit", type="integer"))


def _offset_and_page(plain: Any) -> None:
    at(plain, *PARAMETERS).append(query("offset", type="integer"))


def _sides_of_nothing(plain: Any) -> None:
    _bounds(plain)
    at(plain, *PARAMETERS)[4:] = [
        query("min_name", type="string"),
        query("max_results", type="integer"),
        query("after", "The cursor of the page before.", type="string"),
        query("price_to", type="string"),
        query("from_price", type="number", default=3),
    ]


def _unique_in_a_part(plain: Any) -> None:
    _conflicts(plain)
    at(plain, "paths", "/widgets", "post")["description"] = "The name is unique within its plant."


def _states_of_clients(plain: Any) -> None:
    _actions(plain)
    status = {**at(plain, "components", "schemas", "Widget", "properties", "status"), "readOnly": False}
    at(plain, "components", "schemas", "New", "properties")["status"] = status


def _refusals_alone(plain: Any) -> None:
    _actions(plain)
    for verb in ("review", "publish", "archive"):
        at(plain, "paths", f"/widgets/{{widget_id}}/{verb}", "post")["description"] = (
            "A published one can't be changed."
        )


def _actions_with_a_body(plain: Any) -> None:
    _actions(plain)
    for verb in ("review", "publish", "archive"):
        action = at(plain, "paths", f"/widgets/{{widget_id}}/{verb}", "post")
        action["requestBody"] = at(plain, "paths", "/widgets", "post", "requestBody")


def _no_conflict(plain: Any) -> None:
    _conflicts(plain)
    del at(plain, "paths", "/widgets", "post", "responses")["409"]


def _two_arrays(plain: Any) -> None:
    properties = at(plain, *PAGE)
    properties["left"] = properties.pop("widgets")
    properties["right"] = {"type": "array", "items": {"type": "object"}}


def _a_bound(plain: Any) -> None:
    at(plain, *PARAMETERS)[2:4] = [query("since_id", "Only those of this or later.", type="string")]


def _a_search(plain: Any) -> None:
    at(plain, *PARAMETERS)[2:4] = [query("name", "A fuzzy search in names.", type="string")]


def _a_default(plain: Any) -> None:
    at(plain, *PARAMETERS)[2:4] = [query("kind", "Only this kind.", type="string", default="round")]


def _a_ranking(plain: Any) -> None:
    at(plain, *PARAMETERS)[4:] = [query("order", type="string", enum=["relevance", "newest"])]


def _many_errors(plain: Any) -> None:
    at(plain, *LIST, "responses")["400"] = body("Widget")
    at(plain, "paths", "/widgets", "post", "responses")["400"] = body("New")


def _a_list_of_faults(plain: Any) -> None:
    schemas = at(plain, "components", "schemas")
    schemas["Faults"] = {"type": "object", "properties": {**schemas["Error"]["properties"]}}
    for name in schemas["Faults"]["properties"]:
        schemas["Faults"]["properties"][name] = {"type": "array", "items": {"type": "object"}}
    for method in ("get", "delete"):
        at(plain, "paths", "/widgets/{widget_id}", method, "responses")["422"] = body("Faults")


def _no_404(plain: Any) -> None:
    for method in ("get", "delete"):
        del at(plain, "paths", "/widgets/{widget_id}", method, "responses")["404"]


def _search_by_post(plain: Any) -> None:
    at(plain, "paths", "/widgets", "post")["operationId"] = "searchWidgets"


def _upsert(plain: Any) -> None:
    item = at(plain, "paths", "/widgets/{widget_id}")
    item["put"] = {
        "operationId": "putWidget",
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
        "responses": {"201": body("Widget"), "200": body("Widget")},
    }


def _claims_without_pages(plain: Any) -> None:
    _claims(plain)
    del at(plain, *PARAMETERS)[:2]


def _two_searches(plain: Any) -> None:
    with_searches(plain)
    at(plain, *PARAMETERS).append(query("keyword", type="string"))


def _a_field_named_like_a_search(plain: Any) -> None:
    at(plain, "components", "schemas", "Widget", "properties")["text"] = {"type": "string"}
    at(plain, *PARAMETERS)[4:] = [query("text", type="string")]


SILENT: list[tuple[Change, str, str]] = [
    (_two_searches, "searches", "listWidgets::filters/q"),
    (_a_field_named_like_a_search, "searches", "listWidgets::filters/text"),
    *[(_claims_without_pages, "page-claims", f"listWidgets::collection/{word}") for word in ("more", "pages")],
    (_two_ids, "resources", "::resources/Widget"),
    (_two_sizes, "pages", "listWidgets::collection/page"),
    (_offset_and_page, "pages", "listWidgets::collection/page"),
    (count_alone, "totals", "listWidgets::collection/total"),
    (_two_arrays, "items", "listWidgets::collection"),
    (_a_bound, "filters", "listWidgets::filters/since_id"),
    *[
        (_sides_of_nothing, "bounds", f"listWidgets::bounds/{name}")
        for name in ("min_name", "max_results", "after", "price_to", "from_price")
    ],
    *[
        (change, "states", "::resources/Widget/states")
        for change in (_nothing, _states_of_clients, _refusals_alone, _actions_with_a_body)
    ],
    *[
        (change, "flags", "::resources/Widget/flags/archived")
        for change in (_nothing, _nothing_named_after_it, _archived_for_a_reason, _nothing_back)
    ],
    (_unique_in_a_part, "uniqueness", "::resources/Widget/unique"),
    (_no_conflict, "uniqueness", "::resources/Widget/unique"),
    (_nothing, "uniqueness", "::resources/Widget/unique"),
    (_a_search, "filters", "listWidgets::filters/name"),
    (_a_default, "filters", "listWidgets::filters/kind"),
    (_a_ranking, "order", "listWidgets::order"),
    (_many_errors, "error-fields", "::errors/fields"),
    (_a_list_of_faults, "error-fields", "::errors/fields"),
    (_no_404, "unknown-status", "::errors/status"),
    (_search_by_post, "resources", "::resources/Widget/create"),
    (_upsert, "resources", "::resources/Widget/update"),
    (_sent_by_clients, "assigned", "::resources/Widget/assigned/created_at"),
    (_lists_of_pages, "echo", "listWidgets::echo/page"),
    (sized_by_count, "echo", "listWidgets::echo/count"),
    (_two_request_ids, "request-ids", "listWidgets::fresh"),
    (_nothing, "request-ids", "listWidgets::fresh"),
    (_nothing, "next-pages", "listWidgets::collection/page"),
    (_nothing, "idempotency-keys", "createWidget::idempotency"),
    (_nothing, "x-ms-pageable", "listWidgets::collection"),
    (_nothing, "x-speakeasy-pagination", "listWidgets::collection"),
]


@pytest.mark.parametrize(("change", "rule", "place"), SILENT, ids=lambda each: getattr(each, "__name__", each))
def test_where_two_may_be_meant_or_names_mean_something_else_nothing_is_said(
    change: Change, rule: str, place: str
) -> None:
    plain = document()
    change(plain)
    assert place not in said(plain, rule)


def test_a_lone_side_means_the_event_that_its_description_speaks_of() -> None:
    """`from` ("that end after this time") was held to the time of making, where the seeded bookings happened to agree."""
    plain = document()
    _times_of_an_event(plain)
    assert said(plain, "bounds") == {
        "listWidgets::bounds/from": {"field": "ends_at", "lower": "either"},
        "listWidgets::bounds/to": {"field": "starts_at", "upper": "included"},
    }
    for each in at(plain, *PARAMETERS)[4:]:
        del each["description"]
    assert said(plain, "bounds") == {}


def _sold(*parameters: dict[str, Any], **fields: str) -> dict[str, Any]:
    """What is said of bounds where widgets have these numbers."""
    plain = document()
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget |= {name: {"type": kind} for name, kind in fields.items()}
    at(plain, *PARAMETERS)[4:] = list(parameters)
    return {place.removeprefix("listWidgets::bounds/"): words for place, words in said(plain, "bounds").items()}


def test_a_bound_may_have_only_a_part_of_the_name_of_its_field() -> None:
    """`maxPrice` ("Highest unit price in cents, inclusive") bounded `unitPriceCents`, and was not held to it."""
    most = query("maxPrice", "Highest unit price in cents, inclusive.", type="integer")
    rate = query("max_rate", "Only those with an hourly rate of at most this.", type="integer")
    assert _sold(most, unitPriceCents="integer") == {"maxPrice": {"field": "unitPriceCents", "upper": "included"}}
    assert _sold(
        most, unitPriceCents="integer", sale_price="integer", priceId="integer", max_price_cents="integer"
    ) == {"maxPrice": {"field": "unitPriceCents", "upper": "included"}}
    assert _sold(rate, hourly_rate_cents="integer") == {"max_rate": {"field": "hourly_rate_cents", "upper": "included"}}
    bare = query("max_price", type="integer")
    assert _sold(bare, list_price="integer", sale_price="integer") == {}
    assert _sold(bare, price_id="integer") == {}
    assert _sold(bare, max_price_paid="integer") == {}


@pytest.mark.parametrize(
    ("name", "description", "words"),
    [
        ("salary_at_least", "", {"field": "salary", "lower": "included"}),
        ("atMostSalary", "", {"field": "salary", "upper": "included"}),
        ("salary_or_more", "", {"field": "salary", "lower": "included"}),
        ("salary_less_than", "", {"field": "salary", "upper": "excluded"}),
        ("salary_up_to", "", {"field": "salary", "upper": "included"}),
        ("pay_at_least", "Those whose `salary` is this or more.", {"field": "salary", "lower": "included"}),
        ("pay_at_least", "Those whose salary or bonus is this or more.", None),
        ("pay_at_least", "Those whose `salary` and `bonus` are this or more.", None),
    ],
)
def test_a_bound_may_be_told_by_a_phrase_and_its_field_by_its_name_in_the_description(
    name: str, description: str, words: dict[str, str] | None
) -> None:
    """`salary_at_least` ("whose `salary_max` is this amount or more") was taken for nothing."""
    found = _sold(query(name, description, type="integer"), salary="integer", bonus="integer")
    assert found == ({name: words} if words else {})


def test_a_lone_side_of_time_may_mean_the_only_time_that_items_show() -> None:
    """`until` ("before this time (exclusive)") of readings, which show `recorded_at` alone, was no bound of anything."""
    plain = document()
    widget = at(plain, "components", "schemas", "Widget", "properties")
    del widget["created_at"]
    widget["recorded_at"] = {"type": "string", "format": "date-time"}
    at(plain, *PARAMETERS)[4:] = [
        query("until", "Only items before this time (exclusive).", type="string", format="date-time"),
        query("after", "The cursor of the page before.", type="string"),
    ]
    [found] = [fact for fact in infer(read(plain)) if fact.rule == "bounds"]
    assert (found.words, len(found.witnesses)) == ({"field": "recorded_at", "upper": "excluded"}, 1)
    widget["checked_at"] = widget["recorded_at"]
    assert said(plain, "bounds") == {}


def test_a_name_with_a_word_for_a_time_behind_it_is_whole() -> None:
    plain = document()
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget |= {"due_date": {"type": "string", "format": "date"}, "period_start": {"type": "string", "format": "date"}}
    at(plain, *PARAMETERS)[4:] = [
        *(query(name, type="string", format="date") for name in ("due_from", "due_to")),
        query("starting_after", "The id of the last item of the page before.", type="string"),
    ]
    found = {fact.path[-1]: len(fact.witnesses) for fact in infer(read(plain)) if fact.rule == "bounds"}
    assert found == {"due_from": 2, "due_to": 2}


@pytest.mark.parametrize("description", ["", "At most this price."])
def test_a_part_of_a_name_alone_is_a_guess(description: str) -> None:
    plain = document()
    at(plain, "components", "schemas", "Widget", "properties")["retail_price"] = {"type": "integer"}
    at(plain, *PARAMETERS)[4:] = [query("max_price", description, type="integer"), query("min_price", type="integer")]
    found = [fact for fact in infer(read(plain)) if fact.rule == "bounds"]
    assert [len(fact.witnesses) for fact in found] == [1, 1]


@pytest.mark.parametrize(
    ("description", "edge"),
    [
        ("", "either"),
        ("Highest price, inclusive.", "included"),
        ("Maximum price.", "included"),
        ("Up to this price.", "included"),
        ("Only those that are not above this price.", "included"),
        ("The price must not exceed this.", "included"),
        ("Not more than this.", "included"),
        ("Prices less than or equal to this.", "included"),
        ("Highest price (incl.)", "included"),
        ("Highest price, exclusive.", "excluded"),
        ("Up to, but not including, this price.", "excluded"),
        ("Prices strictly below this.", "excluded"),
        ("Prices below this. A price of exactly this is left out.", "excluded"),
        ("Prices below this; one that equals it, or is equal to it, is not returned.", "excluded"),
        ("Those whose price is below this value.", "either"),
        ("Inclusive, whereas the lower one is exclusive.", "either"),
        ("Mutually exclusive with `sale`.", "either"),
        ("See below.", "either"),
    ],
)
def test_an_edge_is_what_the_description_says(description: str, edge: str) -> None:
    found = _sold(query("max_price", description, type="integer"), price="integer")
    assert found == {"max_price": {"field": "price", "upper": edge}}


def test_below_a_number_leaves_out_the_number_itself_and_before_a_time_nobody_knows() -> None:
    below = query("price_to", "Those whose price is below this value.", type="integer")
    assert _sold(below, price="integer") == {"price_to": {"field": "price", "upper": "excluded"}}


@pytest.mark.parametrize(
    ("place", "edge"),
    [
        ({"readOnly": True}, "either"),
        ({"description": "Average over all reviews, rounded to one decimal."}, "either"),
        ({}, "included"),
        ({"type": "integer", "readOnly": True}, "included"),
    ],
)
def test_a_calculated_number_may_be_shown_rounded_so_that_its_edge_is_open(place: dict[str, Any], edge: str) -> None:
    """A film rated 4.16 is shown with 4.2, and "rated at least 4.2" was called wrong for leaving it out."""
    plain = document()
    at(plain, "components", "schemas", "Widget", "properties")["stars"] = {"type": "number", **place}
    at(plain, *PARAMETERS)[4:] = [query("min_stars", "Only those with at least this.", type="number")]
    assert said(plain, "bounds") == {"listWidgets::bounds/min_stars": {"field": "stars", "lower": edge}}


def test_a_choice_is_no_time() -> None:
    """`free_from` ("only those in status `booked`") was taken for a bound of `status`."""
    plain = document()
    text = "Only those without a booking in status `booked` from then on."
    at(plain, "components", "schemas", "Widget", "properties")["status"] = {"type": "string", "enum": ["new", "old"]}
    at(plain, *PARAMETERS)[4:] = [query("free_from", text, type="string", format="date-time")]
    assert said(plain, "bounds") == {}


def test_a_vendors_own_words_are_the_documents() -> None:
    plain = document()
    _pageable(plain)
    found = [fact for fact in infer(read(plain)) if fact.id == "listWidgets::collection"]
    assert [(fact.rule, fact.source) for fact in found] == [("x-ms-pageable", Source.DOCUMENTED)]


def test_what_is_called_an_export_is_made_where_exports_are() -> None:
    """`createExport` was taken for something that exports, and nothing was known of what it made."""
    text = json.dumps(document()).replace("widgets", "exports").replace("createWidget", "createExport")
    found = said(json.loads(text), "resources")
    assert found["::resources/Export/create"] == {"operation": "createExport"}
    plain = document()
    at(plain, "paths", "/widgets", "post")["operationId"] = "exportWidgets"
    assert "::resources/Widget/create" not in said(plain, "resources")


@pytest.mark.parametrize(
    ("text", "status", "refused"),
    [
        ("The same key with a different body is a conflict (409).", "409", True),
        ("Reusing a key with other parameters fails.", "422", True),
        ("Send the key again to retry. The same key with a different body is a conflict.", "201", False),
        ("A key that comes with another body starts another request.", "409", False),
        ("Repeat a request with the same key and it is done once.", "409", False),
    ],
)
def test_a_sentence_says_that_a_key_is_refused_with_another_body(text: str, status: str, refused: bool) -> None:
    plain: Any = {}
    deliveries(plain)
    create = next(
        each
        for item in plain["paths"].values()
        for each in item.values()
        if isinstance(each, dict) and each.get("operationId") == "addDriver"
    )
    create["description"] = text
    create["responses"][status] = create["responses"].get(status, {"description": "Conflict"})
    words: dict[str, JSON] = {"key": "Idempotency-Key", **({"other": "refused"} if refused else {})}
    assert said(plain, "idempotency-keys") == {"addDriver::idempotency": words}


def test_calls_by_name_make_a_kind_whose_id_stands_in_query_or_body() -> None:
    crates = yaml.safe_load((ROOT / "tests" / "mock" / "crates.yaml").read_text("utf-8"))
    found = {
        name: words for rule in ("resources", "uniqueness") for name, words in said(stripped(crates), rule).items()
    }
    named = {"crate": "id"}
    assert found == {
        "::resources/Crate": {"identity": ["id"], "scope": [], "representation": "/crate"},
        "::resources/Crate/create": {"operation": "crates.create"},
        "::resources/Crate/read": {"operation": "crates.info"},
        "::resources/Crate/lists": ["crates.list"],
        "::resources/Crate/update": {
            "operation": "crates.update",
            "mutable": ["label", "weight", "tags"],
            "omitted": "kept",
        },
        "::resources/Crate/delete": {"operation": "crates.delete"},
        "::resources/Crate/unique": [{"fields": ["label"], "status": 409, "x-source": "inferred"}],
        **{f"crates.{verb}::bind": named for verb in ("info", "update", "delete")},
    }


def test_what_the_author_annotated_is_left_alone() -> None:
    plain = document()
    at(plain, *LIST)["x-contract"] = {"collection": {"items": "/widgets"}}
    assert [fact.id for fact in infer(read(plain)) if fact.operation == "listWidgets"] == []


@pytest.mark.parametrize("family", ["pai", "modelarts", "opensearch"])
def test_a_document_with_all_its_words_gets_no_guess(family: str) -> None:
    contract = read_contract(Library().open(ROOT / "specs" / family / "openapi.yaml"))
    assert infer(contract) == ()


def test_the_words_are_those_that_behaviours_read() -> None:
    contract = read(document())
    known = with_facts(contract, infer(contract))
    listing, (widget,) = known.operation("listWidgets").promises, known.resources
    assert listing.collection is not None
    assert listing.collection.page is not None
    assert (listing.collection.items, listing.collection.total) == ("/widgets", "/total")
    assert (listing.collection.page.size, listing.collection.page.source) == ("per_page", Source.INFERRED)
    assert {each.parameter for each in listing.filters} == {"kind", "owner_id"}
    assert (widget.identity, widget.source, widget.lists) == (("id",), Source.INFERRED, ("listWidgets",))


def test_every_rule_has_its_line_its_row_and_its_cases() -> None:
    room = ROOT / "contract_suite" / "inference"
    modules = [
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for place in (".", "collections", "vendors")
        for path in room.joinpath(place).glob("*.py")
    ]
    names = {each.RULE.name for each in modules if hasattr(each, "RULE")}
    listed = [rule.name for rule in RULES]
    assert len(listed) == len(set(listed))
    assert_each(listed, names, lacks="inference/catalogue.py lacks the value of", beyond="a rule without a module")
    page = (ROOT / "docs" / "inference.md").read_text("utf-8").split("\n## ")
    [rules] = [section for section in page if section.startswith("Rules\n")]
    rows = re.findall(r"^\| `([^`]+)` \|", rules, re.MULTILINE)
    assert_each(
        rows, names, lacks="docs/inference.md lacks the row", beyond="a row of docs/inference.md without a rule"
    )
    assert_each(FOUND, names, lacks="FOUND lacks a line for", beyond="a line of FOUND without a rule")
    silent = {rule for _, rule, _ in SILENT}
    assert_each(silent, names, lacks="SILENT lacks a line for", beyond="a line of SILENT without a rule")


LEAVES = (
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["id", "page", "string", "array", "object", "/x"])
)


TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["type", "properties", "items", "id", "total", "widgets", "enum", "readOnly", "schema", "name", "in"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.longer
@given(schema=TREES, parameter=TREES)
def test_no_document_makes_a_rule_raise(schema: JSON, parameter: JSON) -> None:
    plain = document()
    plain["components"]["schemas"]["Page"] = schema
    at(plain, *PARAMETERS).append({"name": "x", "in": "query", "schema": parameter})
    contract = read(plain)
    with_facts(contract, infer(contract))


def _annotated(family: str) -> Any:
    return yaml.safe_load((ROOT / "specs" / family / "openapi.yaml").read_text("utf-8"))


@pytest.mark.parametrize(("family", "least"), [("pai", 0.85), ("modelarts", 0.6), ("opensearch", 0.6)])
def test_our_own_documents_without_annotations_say_most_of_it_again(family: str, least: float) -> None:
    whole = _annotated(family)
    plain = stripped(whole)
    truth = read_contract(Library().read(yaml.safe_dump(whole).encode(), "whole.yaml"))
    bare = read_contract(Library().read(yaml.safe_dump(plain).encode(), "plain.yaml"))
    found = with_facts(bare, infer(bare))
    right = wrong = total = 0
    for operation in truth.operations:
        own, other = operation.promises, found.operation(operation.id).promises
        pairs: list[tuple[object, object]] = []
        if own.collection is not None:
            guess = other.collection
            pairs += [(own.collection.items, guess.items if guess else None)]
            pairs += [(own.collection.total, guess.total if guess else None)] if own.collection.total else []
            if own.collection.page is not None:
                page = guess.page if guess else None
                pairs += [(own.collection.page.size, page.size if page else None)]
                pairs += [(own.collection.page.number, page.number if page else None)]
        guessed = {each.parameter: each.field for each in other.filters}
        pairs += [(each.field, guessed.get(each.parameter)) for each in own.filters]
        echoed = {each.parameter: each.pointer for each in other.echo}
        pairs += [(each.pointer, echoed.get(each.parameter)) for each in own.echo]
        total += len(pairs)
        right += sum(one == another for one, another in pairs)
        wrong += sum(another is not None and one != another for one, another in pairs)
    by_operations = {frozenset(_operations(each)): each for each in found.resources}
    for resource in truth.resources:
        twin = next((each for keys, each in by_operations.items() if keys & set(_operations(resource))), None)
        for role in ("create", "read", "update", "delete", "lists", "identity", "scope"):
            value = getattr(resource, role)
            if not value and role != "scope":
                continue
            total += 1
            guess = getattr(twin, role) if twin is not None else None
            same = getattr(guess, "operation", guess) == getattr(value, "operation", value)
            if role == "lists" and guess:
                same = bool(set(guess) & set(value))
            right += same
    assert wrong == 0
    assert right / total >= least, f"{right} of {total}"


def _operations(resource: Any) -> list[str]:
    roles = [getattr(resource, role) for role in ("create", "read", "update", "delete")]
    return [*(each.operation for each in roles if each), *resource.lists]


def test_no_rule_looks_at_the_schemas_of_parameters_whose_names_mean_nothing() -> None:
    plain = document()
    more = [query(f"word{number}", type="string") for number in range(300)]
    at(plain, *PARAMETERS).extend(more)
    contract, before = read(plain), view.cache_info().misses
    infer(contract)
    assert view.cache_info().misses - before < len(more)
