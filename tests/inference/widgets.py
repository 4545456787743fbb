"""A small service without a word of annotation: widgets with pages, a total, an order, filters and echoes.

`widgets(fault=…)` does one thing wrong, or one thing otherwise than most.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from tests.runner.small_app import Asked, Reply

JSON_OF = "application/json"
KINDS = ["round", "square"]
WIDGET: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "kind", "owner_id", "created_at"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string", "minLength": 1, "maxLength": 60},
        "kind": {"type": "string", "enum": ["round", "square"]},
        "owner_id": {"type": "integer", "minimum": 1, "maximum": 9},
        "created_at": {"type": "string"},
    },
}
NEW: dict[str, Any] = {
    "type": "object",
    "required": ["name", "kind", "owner_id"],
    "additionalProperties": False,
    "properties": {name: WIDGET["properties"][name] for name in ("name", "kind", "owner_id")},
}
ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
}


def body(schema: str, *, array: bool = False) -> dict[str, Any]:
    """A response with a body of one component."""
    reference: dict[str, Any] = {"$ref": f"#/components/schemas/{schema}"}
    return {
        "description": "It is so.",
        "content": {JSON_OF: {"schema": {"type": "array", "items": reference} if array else reference}},
    }


def query(name: str, description: str = "", **schema: Any) -> dict[str, Any]:
    """A query parameter."""
    return {"name": name, "in": "query", "description": description, "schema": schema}


def document() -> dict[str, Any]:
    """The service's document, new each time so that a test may change it."""
    sent = {"required": True, "content": {JSON_OF: {"schema": {"$ref": "#/components/schemas/New"}}}}
    wrong, unknown = body("Error"), body("Error")
    path_id = {"name": "widget_id", "in": "path", "required": True, "schema": {"type": "string"}}
    return copy.deepcopy({
        "openapi": "3.0.3",
        "info": {"title": "Widgets", "version": "1"},
        "components": {"schemas": {"Widget": WIDGET, "New": NEW, "Error": ERROR, "Page": {
            "type": "object",
            "required": ["widgets", "total", "page", "per_page"],
            "properties": {
                "widgets": {"type": "array", "items": {"$ref": "#/components/schemas/Widget"}},
                "total": {"type": "integer", "description": "How many there are in total."},
                "page": {"type": "integer"},
                "per_page": {"type": "integer"},
            },
        }}},
        "paths": {
            "/widgets": {
                "get": {
                    "operationId": "listWidgets",
                    "parameters": [
                        query("page", "Which page, from 1.", type="integer", minimum=1, default=1),
                        query("per_page", "How many on a page.", type="integer", minimum=1, maximum=50, default=10),
                        query("kind", "Only widgets of this kind.", type="string", enum=["round", "square"]),
                        query("owner_id", "Only the widgets of this owner.", type="integer", minimum=1),
                        query("sort", "The field to sort by.", type="string", enum=["name", "created_at"]),
                        query("order", "The direction.", type="string", enum=["asc", "desc"], default="asc"),
                    ],
                    "responses": {"200": body("Page"), "400": wrong},
                },
                "post": {
                    "operationId": "createWidget",
                    "requestBody": sent,
                    "responses": {"201": body("Widget"), "400": wrong},
                },
            },
            "/widgets/{widget_id}": {
                "parameters": [path_id],
                "get": {"operationId": "getWidget", "responses": {"200": body("Widget"), "404": unknown}},
                "delete": {
                    "operationId": "deleteWidget",
                    "responses": {"204": {"description": "Gone."}, "404": unknown},
                },
            },
        },
    })  # fmt: skip


def widgets(fault: str = "") -> Callable[[Asked], Reply]:
    """A new service with a dozen widgets."""
    there: dict[str, dict[str, Any]] = {}
    made = 0

    def add(name: str, kind: str, owner: int) -> dict[str, Any]:
        nonlocal made
        made += 1
        one: dict[str, Any] = {
            "id": f"w-{made}",
            "name": name,
            "kind": kind,
            "owner_id": owner,
            "created_at": f"2026-01-01T00:{made:04}",
        }
        there[one["id"]] = one
        return one

    for index, name in enumerate("kbdaehcgfjli"):
        add(name, "round" if index % 3 else "square", index % 4 + 1)

    def answer(asked: Asked) -> Reply:
        _, _, one = asked.path.strip("/").partition("/")
        if asked.path.strip("/").partition("/")[0] != "widgets" or "/" in one:
            return _refused(404)
        if one:
            return _of_one(asked, there, one, fault)
        if asked.method == "POST":
            return _created(asked, there, add, fault)
        return _page(asked, there, fault) if asked.method == "GET" else _refused(405, "GET, POST")

    return answer


def _created(asked: Asked, there: dict[str, Any], add: Callable[[str, str, int], dict[str, Any]], fault: str) -> Reply:
    sent = asked.json
    if not isinstance(sent, dict) or set(sent) != {"name", "kind", "owner_id"}:
        return _refused(400)
    name, kind, owner = sent["name"], sent["kind"], sent["owner_id"]
    sound = isinstance(name, str) and 1 <= len(name) <= 60 and kind in KINDS
    if not sound or isinstance(owner, bool) or not isinstance(owner, int) or not 1 <= owner <= 9:
        return _refused(400)
    one = add(name.lower() if fault == "create-lowers-names" else name, kind, owner)
    shown = dict(one)
    if fault == "create-not-stored":
        del there[one["id"]]
    return 201, shown


def _of_one(asked: Asked, there: dict[str, Any], one: str, fault: str) -> Reply:
    if one not in there:
        return _refused(404)
    if asked.method == "GET":
        return 200, there[one]
    if asked.method == "DELETE":
        if fault != "delete-keeps":
            del there[one]
        return 204, None
    return _refused(405, "DELETE, GET")


def _page(asked: Asked, there: dict[str, Any], fault: str) -> Reply:
    given = {name: values[-1] for name, values in parse_qs(asked.query, keep_blank_values=True).items()}
    try:
        page, size = int(given.get("page", "1")), int(given.get("per_page", "10"))
        owner = int(given.get("owner_id", "1"))
    except ValueError:
        return _refused(400)
    way, by, kind = given.get("order", "asc"), given.get("sort", "name"), given.get("kind", "round")
    if page < 1 or not 1 <= size <= 50 or way not in {"asc", "desc"} or by not in {"name", "created_at"}:
        return _refused(400)
    if kind not in KINDS or owner < 1:
        return _refused(400)
    found = list(there.values())
    if "kind" in given and fault != "kind-ignored":
        found = [each for each in found if each["kind"] == kind]
    if "owner_id" in given:
        found = [each for each in found if each["owner_id"] == owner]
    if "sort" in given and fault != "sort-ignored":
        found.sort(key=lambda each: str(each[by]), reverse=way == "desc")
    total = len(found) if fault != "total-of-page" else min(size, len(found))
    start = (page - 1) * size
    if fault == "size-is-a-zoom":
        start, size = 0, 5
    if fault == "page-two-repeats" and page == 3:
        start -= size
    return 200, {"widgets": found[start : start + size], "total": total, "page": page, "per_page": size}


def _refused(status: int, allow: str = "") -> Reply:
    return status, {"code": f"E{status}", "message": "no"}, {"allow": allow} if allow else {}
