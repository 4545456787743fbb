"""Each rule of inference: what it says of a plain document, and where it says nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.behaviours.collections.filtering.filtering import clauses as filter_clauses
from contract_suite.behaviours.collections.kit.orders import asked_for, ways_of
from contract_suite.behaviours.collections.ordering.clauses import clauses_of
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.contract.schemas.view import view
from contract_suite.inference.catalogue import RULES
from contract_suite.inference.inferring import infer, with_facts
from contract_suite.inference.unsaid import is_unsaid
from contract_suite.model.json import JSON
from contract_suite.model.source import Source
from contract_suite.runner.plan import inferred_clauses
from tests.inference.widgets import body, document, query
from tests.parity import assert_each
from tests.runner.test_stripped_documents import stripped

ROOT = Path(__file__).resolve().parents[2]
LIST = ("paths", "/widgets", "get")
PARAMETERS = (*LIST, "parameters")
PAGE = ("components", "schemas", "Page", "properties")
DELIVERIES = (ROOT / "tests" / "mock" / "deliveries.yaml").read_text("utf-8").replace("X-Next-Page", "Link")
Change = Callable[[Any], None]


def read(value: Any) -> Contract:
    return read_contract(Library().read(json.dumps(value).encode(), "widgets.json"))


def said(value: Any, rule: str) -> dict[str, JSON]:
    return {fact.id: fact.words for fact in infer(read(value)) if fact.rule == rule}


def at(value: Any, *path: str | int) -> Any:
    for step in path:
        value = value[step]
    return value


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
    at(plain, *PARAMETERS)[4:] = [
        query("min_price", type="number"),
        query("price[lt]", type="number"),
        query("priceMax", "At most this much.", type="number"),
        query("created_after", "Those made after this moment, inclusive.", type="string", format="date-time"),
        query("amount_gte", "The price is this amount or more.", type="number"),
        query("until", "Those made before this day.", type="string", format="date"),
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


def _moves(plain: Any, texts: dict[str, str], *, colon: bool = False, refusals: tuple[str, ...] = ("409",)) -> None:
    """Give widgets a status and actions with these descriptions, each below a widget or behind it (`/{id}:ship`)."""
    at(plain, "components", "schemas", "Widget", "properties")["status"] = {
        "type": "string",
        "enum": ["NEW", "IN_TRANSIT", "DELIVERED", "LOST"],
        "readOnly": True,
    }
    reason = {"type": "object", "required": ["reason"], "properties": {"reason": {"type": "string", "maxLength": 90}}}
    for verb, text in texts.items():
        plain["paths"][f"/widgets/{{widget_id}}{':' if colon else '/'}{verb}"] = {
            "parameters": plain["paths"]["/widgets/{widget_id}"]["parameters"],
            "post": {
                "operationId": f"{verb}Widget",
                "description": text,
                "requestBody": {"required": True, "content": {"application/json": {"schema": reason}}},
                "responses": {"200": body("Widget"), **{status: body("Error") for status in refusals}},
            },
        }


MOVES = {"ship": "`NEW` to `IN_TRANSIT`.", "lose": "`NEW` or `IN_TRANSIT` to `LOST`; the reason is kept."}
STEPS: JSON = {
    "shipWidget": {"from": ["NEW"], "to": "IN_TRANSIT"},
    "loseWidget": {"from": ["NEW", "IN_TRANSIT"], "to": "LOST"},
}


@pytest.mark.parametrize("colon", [False, True])
@pytest.mark.parametrize("refused", ["409", "400"])
def test_states_are_told_by_the_steps_that_actions_take(refused: str, colon: bool) -> None:
    plain = document()
    texts = {verb: f"{text} Any other state is refused ({refused})." for verb, text in MOVES.items()}
    _moves(plain, texts, colon=colon, refusals=(refused,))
    found = said(plain, "states")
    assert found["::resources/Widget/states"] == {"field": "status", "initial": "NEW", "actions": STEPS}
    assert found.get("shipWidget::bind") == ({"widget_id": "id"})


@pytest.mark.parametrize(
    "drawing",
    [
        "`NEW` -ship-> `IN_TRANSIT`; `NEW` or `IN_TRANSIT` -lose-> `LOST`.",
        "NEW --(ship)--> IN_TRANSIT\nNEW, IN_TRANSIT --(lose)--> LOST",
        "NEW →(ship)→ IN_TRANSIT. NEW/IN_TRANSIT =lose=> LOST",
    ],
)
def test_states_are_told_by_arrows_in_the_description_of_the_document(drawing: str) -> None:
    plain = document()
    _moves(plain, dict.fromkeys(MOVES, ""))
    plain["info"]["description"] = f"Widgets travel. {drawing}"
    wanted = {"field": "status", "initial": "NEW", "actions": STEPS}
    assert said(plain, "states")["::resources/Widget/states"] == wanted


@pytest.mark.parametrize(
    ("texts", "drawing", "refused"),
    [
        (MOVES, "", "400"),  # nobody says what happens elsewhere
        (
            dict.fromkeys(MOVES, "Does it."),
            "NEW -> IN_TRANSIT -> LOST",
            "409",
        ),  # the usual way, perhaps not the only one
        (dict.fromkeys(MOVES, "Does it."), "NEW -> IN_TRANSIT, LOST. Any other step is refused.", "409"),
        ({"ship": "`NEW` to `IN_TRANSIT`, or `IN_TRANSIT` to `DELIVERED`."}, "", "409"),
        ({"ship": "Can't go from `NEW` to `IN_TRANSIT` any more."}, "", "409"),
    ],
)
def test_no_states_are_told_by_steps_that_leave_it_open(texts: dict[str, str], drawing: str, refused: str) -> None:
    plain = document()
    _moves(plain, texts, refusals=(refused,))
    plain["info"]["description"] = drawing
    assert "::resources/Widget/states" not in said(plain, "states")


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


def _deliveries(plain: Any) -> None:
    plain.clear()
    plain.update(stripped(yaml.safe_load(DELIVERIES)))


def _claims(plain: Any) -> None:
    at(plain, *PAGE).update(has_next={"type": "boolean"}, last={"type": "string"}, total_pages={"type": "integer"})


def _searches(plain: Any) -> None:
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget |= {"note": {"type": "string"}, "plant": {"type": "string", "format": "uuid"}}
    at(plain, *PARAMETERS)[4:] = [query("q", "Full text search.", type="string")]


NEEDS: dict[str, Change] = {
    "searches": _searches,
    "page-claims": _claims,
    "x-ms-pageable": _pageable,
    "x-speakeasy-pagination": _speakeasy,
    "request-ids": _a_request_id,
    "bounds": _bounds,
    "uniqueness": _conflicts,
    "states": _actions,
    "flags": _flags,
    "next-pages": _deliveries,
    "idempotency-keys": _deliveries,
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
    "uniqueness": {"::resources/Widget/unique": [{"fields": ["name"], "x-source": "inferred"}]},
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


def _sized_by_count(plain: Any) -> None:
    [size] = [each for each in at(plain, *PARAMETERS) if each.get("name") == "per_page"]
    size["name"] = "count"
    at(plain, *PAGE)["count"] = {"type": "integer"}


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


def _count_alone(plain: Any) -> None:
    at(plain, *PAGE)["count"] = at(plain, *PAGE).pop("total")


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
    properties["right"] = {"type": "array", "items": {"type": "string"}}


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
    _searches(plain)
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
    (_count_alone, "totals", "listWidgets::collection/total"),
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
    (_sized_by_count, "echo", "listWidgets::echo/count"),
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


def test_a_count_beside_what_says_where_a_page_begins_is_its_size() -> None:
    plain = document()
    _sized_by_count(plain)
    assert said(plain, "pages") == {"listWidgets::collection/page": {"number": "page", "size": "count"}}
    at(plain, *PARAMETERS)[:] = [each for each in at(plain, *PARAMETERS) if each.get("name") != "page"]
    assert not said(plain, "pages")


def test_values_of_the_field_speak_for_a_filter_of_any_name() -> None:
    plain = document()
    [kind] = [each for each in at(plain, *PARAMETERS) if each["name"] == "kind"]
    kind |= {"description": "", "schema": {"type": "string", "enum": ["round", "square"]}}
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget["colour"] = {"type": "string", "enum": ["red", "green"]}
    widget["level"] = {"type": "string", "enum": ["info", "error"]}
    widget["shade"] = {"type": "string", "enum": ["dark", "light"]}
    at(plain, *PARAMETERS).extend(
        [
            {
                "name": "colour",
                "in": "query",
                "schema": {"anyOf": [{"type": "string", "enum": ["red", "green"]}, {"type": "null"}]},
            },
            query("shade", type="string", enum=["dark", "light", "all"]),
            query("level", type="string", enum=["info", "error"]),
        ]
    )
    found = {fact.path[1]: fact for fact in infer(read(plain)) if fact.path[0] == "filters"}
    assert found.keys() >= {"kind", "colour"}
    assert "level" not in found, "it may be the least that is wanted"
    assert "shade" not in found, "a value that no item has means something else"
    assert found["kind"].well_witnessed
    assert found["colour"].well_witnessed


@pytest.mark.parametrize(
    ("asked", "had", "description", "stored", "sure"),
    [
        (["en", "de"], ["de", "en"], "", True, True),
        (["en", "de"], ["en", "de"], "Only those in this language.", False, True),
        (["en", "de"], ["en", "de"], "Language of the texts.", True, False),
        (["en", "de"], ["en", "de"], "", False, False),
        (["en", "de"], ["en", "de", "zh"], "", True, None),
        ([], [], "Only those in this language.", True, None),
    ],
)
def test_the_very_values_of_a_field_make_a_filter_of_a_name_that_mostly_is_none(
    asked: list[str], had: list[str], description: str, stored: bool, sure: bool | None
) -> None:
    """`language` was never taken for a filter; where it may be the language of the answer, a probe alone decides."""
    plain = document()
    field: dict[str, Any] = {"type": "string"} | ({"enum": had} if had else {})
    at(plain, "components", "schemas", "Widget", "properties")["language"] = field
    if stored:
        body = at(plain, "paths", "/widgets", "post", "requestBody", "content", "application/json")
        body["schema"] = {"type": "object", "properties": {"name": {"type": "string"}, "language": field}}
    schema: dict[str, Any] = {"type": "string"} | ({"enum": asked} if asked else {})
    at(plain, *PARAMETERS).append(query("language", description, **schema))
    found = [fact.well_witnessed for fact in infer(read(plain)) if fact.path == ("filters", "language")]
    assert found == ([] if sure is None else [sure])


def test_a_maximum_and_a_default_of_the_size_speak_for_pages_by_cursor() -> None:
    plain: Any = {}
    _deliveries(plain)
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
    _count_alone(plain)
    assert "listWidgets::collection/total" not in said(plain, "totals")
    at(plain, *PAGE)["next"] = at(plain, *PAGE)["previous"] = {"type": "string", "format": "uri", "nullable": True}
    assert said(plain, "totals") == {"listWidgets::collection/total": "/count"}


def test_a_minus_before_each_key_speaks_for_an_order() -> None:
    plain = document()
    for keys, sure in ((["name", "-name"], True), (["name", "-created_at"], False)):
        at(plain, *PARAMETERS)[4:] = [query("sort", type="string", enum=keys)]
        fact = next(each for each in infer(read(plain)) if each.path == ("order",))
        assert fact.well_witnessed is sure


KEYED = "^(name|created_at|kind)(,(asc|desc))?$"
"""`kind` is an enum, which a right server may sort by the order of its values."""


def test_a_pattern_that_any_word_obeys_lists_no_sort_keys() -> None:
    plain = document()
    words = {"type": "string", "pattern": "^[a-z_]+(,(asc|desc))?$"}
    at(plain, *PARAMETERS)[4:] = [query("sort", "Criteria.", type="array", items=words)]
    assert said(plain, "order") == {}


def test_a_list_of_sort_keys_is_asked_for_as_one() -> None:
    plain = document()
    words = {"type": "array", "items": {"type": "string", "pattern": KEYED}}
    at(plain, *PARAMETERS)[4:] = [query("sort", "Several criteria.", **words)]
    contract = read(plain)
    operation = with_facts(contract, infer(contract)).operation("listWidgets")
    order, by = operation.promises.order, operation.parameter("sort")
    assert order is not None
    assert by is not None
    both = [("name", "asc"), ("created_at", "desc")]
    assert asked_for(by, order, both) == ["name,asc", "created_at,desc"]
    assert [ways_of(operation, order, key) for key in order.keys] == [("asc", "desc")] * 2


@pytest.mark.parametrize(
    ("description", "case", "held"),
    [
        ("Exact name", None, {"match-as-documented"}),
        ("Exact match of the name, not case-sensitive", "ignored", {"match-as-documented", "case-as-documented"}),
        ("Only those whose name matches, ignoring case.", "ignored", {"case-as-documented"}),
        ("Only those whose name matches, in upper or lower case.", "ignored", {"case-as-documented"}),
        ("Names that contain this; case-sensitive.", None, {"match-as-documented", "case-as-documented"}),
        ("Names that contain this.", "ignored", {"match-as-documented"}),
        ("Only those with this name.", None, set()),
    ],
)
def test_what_a_description_says_of_case_and_likeness_is_held(
    description: str, case: str | None, held: set[str]
) -> None:
    """Neither was ever held to a plain document, so that an exact name that finds what begins like it passed."""
    plain = document()
    at(plain, *PARAMETERS).append(query("name", description, type="string"))
    contract = read(plain)
    facts = list(infer(contract))
    [words] = [fact.words for fact in facts if fact.path == ("filters", "name")]
    assert isinstance(words, dict)
    assert words.get("case") == case
    informed = with_facts(contract, facts)
    kinds = {"match-as-documented", "case-as-documented"}
    found = {
        clause.kind
        for clause in filter_clauses(informed)
        if clause.subject == "query.name" and clause.kind in kinds and not is_unsaid(informed, clause)
    }
    assert found == held


def test_a_minus_for_some_keys_speaks_for_an_order_both_ways_by_these() -> None:
    """One key without a minus took the sign from all, and the guess that each goes up was soon refuted."""
    plain = document()
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget |= {"price": {"type": "number"}, "rating": {"type": "number"}}
    keys = ["price", "-price", "name", "id", "rating"]
    at(plain, *PARAMETERS)[4:] = [query("order_by", type="string", enum=keys, default="id")]
    facts = list(infer(read(plain)))
    [fact] = [each for each in facts if each.path == ("order",)]
    assert fact.well_witnessed
    operation = with_facts(read(plain), facts).operation("listWidgets")
    order = operation.promises.order
    assert order is not None
    asked = {key: ways_of(operation, order, key) for key in order.keys}
    assert asked == {"price": ("asc", "desc"), "name": ("asc",), "id": ("asc",)}, "the best rated may come first"
    assert order.default_by == "id"
    short = clauses_of(operation, order)
    assert {"price/asc", "price/desc", "name/asc"} <= short.keys()
    assert "name/desc" not in short


def test_a_minus_of_a_key_that_no_field_has_leaves_the_direction_open() -> None:
    plain = document()
    at(plain, *PARAMETERS)[4:] = [query("sort", type="string", enum=["name", "-name", "kind", "-distance"])]
    assert "sign" not in json.dumps(said(plain, "order"))


def test_the_whole_body_may_be_the_items() -> None:
    plain = document()
    at(plain, *LIST, "responses")["200"] = body("Widget", array=True)
    assert said(plain, "items") == {"listWidgets::collection": {"items": ""}}


def test_a_vendors_own_words_are_the_documents() -> None:
    plain = document()
    _pageable(plain)
    found = [fact for fact in infer(read(plain)) if fact.id == "listWidgets::collection"]
    assert [(fact.rule, fact.source) for fact in found] == [("x-ms-pageable", Source.DOCUMENTED)]


def test_lists_of_other_shapes_give_away_their_pages_totals_and_orders() -> None:
    plain = stripped(yaml.safe_load(DELIVERIES))
    found = {fact.id: fact.words for fact in infer(read(plain))}
    assert found["listDrivers::collection/page"] == {"cursor": "cursor", "next": "/next_cursor", "size": "limit"}
    assert found["listDrivers::order"] == {"by": "sort", "keys": {"name": "name", "age": "age"}, "sign": "minus"}
    assert found["addDriver::idempotency"] == {"key": "Idempotency-Key"}
    assert found["listVans::collection"] == {"items": ""}
    assert found["listVans::collection/page"] == {"next": "header.Link", "size": "per_page"}
    assert found["listVans::collection/total"] == "header.X-Total-Count"


@pytest.mark.parametrize(
    ("description", "match"),
    [
        ("Case-insensitive, finds the text anywhere in name or note.", "contains"),
        ("Finds these words anywhere in name or note.", "mentions"),
        ("Full text search in name and note.", "mentions"),
    ],
)
def test_a_search_anywhere_in_named_fields_finds_every_part(description: str, match: str) -> None:
    """Only "contains" was understood, so that a search which left one of the two fields out passed."""
    plain = document()
    _searches(plain)
    at(plain, *PARAMETERS)[4:] = [query("q", description, type="string")]
    [words] = said(plain, "searches").values()
    assert isinstance(words, dict)
    assert (words["fields"], words["match"]) == (["name", "note"], match)


def test_what_is_called_an_export_is_made_where_exports_are() -> None:
    """`createExport` was taken for something that exports, and nothing was known of what it made."""
    text = json.dumps(document()).replace("widgets", "exports").replace("createWidget", "createExport")
    found = said(json.loads(text), "resources")
    assert found["::resources/Export/create"] == {"operation": "createExport"}
    plain = document()
    at(plain, "paths", "/widgets", "post")["operationId"] = "exportWidgets"
    assert "::resources/Widget/create" not in said(plain, "resources")


def test_one_name_for_the_token_sent_and_returned_is_no_echo() -> None:
    """A page size of this name was not known, so `continuationToken` was taken for a value that comes back."""
    plain: Any = {}
    _deliveries(plain)
    drivers = at(plain, "paths", "/drivers", "get")
    drivers["parameters"] = [query("maxPageSize", type="integer"), query("continuationToken", type="string")]
    properties = at(drivers, "responses", "200", "content", "application/json", "schema", "properties")
    del properties["next_cursor"]
    properties["continuationToken"] = {"type": "string"}
    assert said(plain, "echo").get("listDrivers::echo/continuationToken") is None
    page = {"cursor": "continuationToken", "next": "/continuationToken", "size": "maxPageSize"}
    assert said(plain, "next-pages")["listDrivers::collection/page"] == page


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
    _deliveries(plain)
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


def test_a_default_that_names_a_field_is_a_key_where_none_are_listed() -> None:
    plain = document()
    at(plain, *PARAMETERS)[4] = query("sort", type="string", default="created_at")
    default = {"by": "created_at", "direction": "asc"}
    words = {"by": "sort", "keys": {"created_at": "created_at"}, "direction": "order", "default": default}
    assert said(plain, "order") == {"listWidgets::order": words}
    at(plain, *PARAMETERS)[4] = query("sort", type="string", default="relevance")
    assert said(plain, "order") == {}


def test_a_sign_is_said_only_where_each_key_stands_without_it_too() -> None:
    plain = stripped(yaml.safe_load(DELIVERIES))
    at(plain, "paths", "/drivers", "get", "parameters")[3]["schema"]["enum"] = ["name", "-age"]
    assert said(plain, "order") == {"listDrivers::order": {"by": "sort", "keys": {"name": "name"}}}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Lists widgets, newest first.", {"by": "created_at", "direction": "desc"}),
        ("The oldest widget comes first.", {"by": "created_at", "direction": "asc"}),
        ("Widgets are sorted by `name`, descending.", {"by": "name", "direction": "desc"}),
        ("Sorted by name or by kind.", None),
        ("Newest first, if they are round.", None),
        ("Sorted by relevance.", None),
    ],
)
def test_a_sentence_tells_the_order_of_a_list(sentence: str, told: dict[str, str] | None) -> None:
    plain = document()
    at(plain, *LIST)["description"] = sentence
    found = said(plain, "order")["listWidgets::order"]
    assert isinstance(found, dict)
    assert found.get("default") == told
    del at(plain, *PARAMETERS)[4:]
    alone = said(plain, "order").get("listWidgets::order")
    field = told["by"] if told else ""
    assert alone == ({"keys": {field: field}, "default": told} if told else None)


def test_keys_of_an_order_that_a_description_marks_are_taken() -> None:
    plain = document()
    text = "One of `name`, `created_at` and `kind`; a minus in front sorts descending."
    at(plain, *PARAMETERS)[4:] = [query("ordering", text, type="string", default="-created_at")]
    assert said(plain, "order")["listWidgets::order"] == {
        "by": "ordering",
        "keys": {"name": "name", "created_at": "created_at"},  # kinds may be sorted by their rank
        "sign": "minus",
        "default": {"by": "created_at", "direction": "desc"},
    }


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
        "::resources/Crate/unique": [{"fields": ["label"], "x-source": "inferred"}],
        **{f"crates.{verb}::bind": named for verb in ("info", "update", "delete")},
    }


def test_items_may_stand_in_the_member_that_holds_the_answer() -> None:
    plain = document()
    page = plain["components"]["schemas"]["Page"]
    plain["components"]["schemas"]["Page"] = {"type": "object", "properties": {"data": page}}
    assert said(plain, "items") == {"listWidgets::collection": {"items": "/data/widgets"}}
    assert said(plain, "totals") == {"listWidgets::collection/total": "/data/total"}


def test_a_filter_may_say_that_it_is_one() -> None:
    plain = document()
    at(plain, *PARAMETERS)[2:4] = [
        query("filter[kind]", type="string", enum=["round", "square"]),
        query("owner_id[eq]", type="integer"),
    ]
    assert set(said(plain, "filters")) == {"listWidgets::filters/filter[kind]", "listWidgets::filters/owner_id[eq]"}


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


@given(schema=TREES, parameter=TREES)
def test_no_document_makes_a_rule_raise(schema: JSON, parameter: JSON) -> None:
    plain = document()
    plain["components"]["schemas"]["Page"] = schema
    at(plain, *PARAMETERS).append({"name": "x", "in": "query", "schema": parameter})
    contract = read(plain)
    with_facts(contract, infer(contract))


KEPT = {"identity", "scope", "collection", "filters", "order", "echo", "bind"}


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


def test_descriptions_and_names_say_how_a_filter_compares() -> None:
    plain = document()
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget["tags"] = {"type": "array", "items": {"type": "string"}}
    widget["colour"] = {"type": "string"}
    widget["archived"] = {"type": "boolean"}
    listed = {"type": "array", "items": {"type": "string"}}
    at(plain, *PARAMETERS).extend(
        [
            query("name", "Only widgets whose name contains this.", type="string"),
            query("colour", "Colours that start with this.", type="string"),
            query("tag", type="string"),
            query("tags", "Only widgets that have all of these tags.", **listed),
            query("kind[ne]", type="string", enum=["round", "square"]),
            query("exclude_owner_id", "Leaves out this owner.", type="integer"),
            query("ids", "Only these.", **listed),
            query("archived", type="boolean"),
        ]
    )
    found = {fact.path[1]: fact for fact in infer(read(plain)) if fact.rule == "filters"}
    some = {"unknown": "either"}
    assert {name: each.words for name, each in found.items() if name not in {"kind", "owner_id"}} == {
        "name": {"field": "name", "match": "contains", "case": "ignored", **some},
        "colour": {"field": "colour", "match": "begins", "case": "ignored", **some},
        "tag": {"field": "tags", "match": "equals", **some},
        "tags": {"field": "tags", "match": "equals", "several": "all", **some},
        "kind[ne]": {"field": "kind", "match": "differs", **some},
        "exclude_owner_id": {"field": "owner_id", "match": "differs", **some},
        "ids": {"field": "id", "match": "equals", "several": "any", **some},
        "archived": {"field": "archived", "match": "equals", **some},
    }
    alone = [name for name, each in found.items() if not each.well_witnessed]
    assert alone == ["tag", "kind[ne]", "archived"], (
        "a name alone is a guess, and archived=true may list the others too"
    )


def test_a_total_by_its_name_is_well_witnessed_beside_parameters_of_paging() -> None:
    plain = document()
    at(plain, *PAGE)["total"] = {"type": "integer"}
    del at(plain, *PAGE)["page"], at(plain, *PAGE)["per_page"]
    [total] = [fact for fact in infer(read(plain)) if fact.rule == "totals"]
    assert total.well_witnessed


@pytest.mark.parametrize(
    ("sort", "words"),
    [
        pytest.param(
            query("sort", type="string", enum=["name:asc", "name:desc", "created_at:asc", "created_at:desc"]),
            {"suffix": {"asc": ":asc", "desc": ":desc"}},
            id="listed",
        ),
        pytest.param(
            query("sort", type="string", enum=["name_ASC", "name_DESC", "relevance"], default="name_DESC"),
            {
                "keys": {"name": "name"},
                "suffix": {"asc": "_ASC", "desc": "_DESC"},
                "default": {"by": "name", "direction": "desc"},
            },
            id="listed, in capitals, with a default",
        ),
        pytest.param(
            query("sort", "Format: property,(asc|desc), of `name` and `created_at`.", type="string"),
            {"suffix": {"asc": ",asc", "desc": ",desc"}},
            id="told",
        ),
        pytest.param(
            query("$orderby", "By `name` or `created_at`.", type="string"),
            {"by": "$orderby", "suffix": {"asc": " asc", "desc": " desc"}},
            id="OData",
        ),
        pytest.param(
            query("sort", "Comma-separated: `name`, `-created_at`, a minus reverses, `created_at`.", type="string"),
            {"sign": "minus", "separator": ","},
            id="several",
        ),
        pytest.param(query("sort", "By `name` or `created_at`, in ascending order.", type="string"), {}, id="alone"),
        pytest.param(
            query("sort", type="string", enum=["name", "name desc", "created_at", "created_at desc"]),
            {"suffix": {"asc": "", "desc": " desc"}},
            id="descending alone is marked",
        ),
        pytest.param(
            query("sort", "Multiple criteria are supported.", type="array", items={"type": "string", "pattern": KEYED}),
            {"suffix": {"asc": ",asc", "desc": ",desc"}, "separator": ","},
            id="a list, by its pattern",
        ),
    ],
)
def test_a_sort_value_says_how_it_is_written(sort: Any, words: dict[str, JSON]) -> None:
    plain = document()
    at(plain, *PARAMETERS)[4:] = [sort]
    keys: dict[str, JSON] = {"by": "sort", "keys": {"name": "name", "created_at": "created_at"}}
    assert said(plain, "order") == {"listWidgets::order": {**keys, **words}}


def test_a_sentence_that_names_fields_says_what_a_search_must_find() -> None:
    plain = document()
    _searches(plain)
    at(plain, *PARAMETERS)[4:] = [query("search", "Widgets whose name or note contains this.", type="string")]
    words = {"fields": ["name", "note"], "match": "contains", "case": "ignored", "unknown": "either"}
    assert said(plain, "searches") == {"listWidgets::filters/search": words}


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ({"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Widget"}]}, True),
        ({"oneOf": [{"type": ["string", "null"]}, {"type": "object", "properties": {"id": {}}}]}, True),
        ({"$ref": "#/components/schemas/Widget"}, False),
        ({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}, False),
        ({"anyOf": [{"type": "string"}, {"type": "object", "properties": {"name": {}}}]}, False),
    ],
)
def test_an_id_that_may_be_expanded_is_filtered_by(reference: Any, found: bool) -> None:
    plain = document()
    at(plain, "components", "schemas", "Widget", "properties")["owner"] = reference
    at(plain, *PARAMETERS).append(query("owner", "Only widgets of this owner.", type="string"))
    assert ("listWidgets::filters/owner" in said(plain, "filters")) is found
