"""A list below owners that the run can't fill is judged by what other owners have: read, and never written to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, found, judged

MEMBER: Node = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string", "minLength": 1, "maxLength": 40}},
}
INVOICE: Node = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "cents": {"type": "integer"}},
}
REFUSED: Node = {str(each): {"description": ""} for each in (400, 404, 409)}


def _document() -> Node:
    key = {"name": "member_id", "in": "path", "required": True, "schema": {"type": "integer"}}
    pages = [
        {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}},
        {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}},
    ]
    page: Node = {"type": "object", "required": ["items", "total"], "properties": {"total": {"type": "integer"}}}
    body = {"required": True, **as_json({"type": "object", "required": ["name"], "properties": MEMBER["properties"]})}

    def listed(name: str, item: Node, *more: Node) -> Node:
        shown = {**page, "properties": {**page["properties"], "items": {"type": "array", "items": item}}}
        return {"operationId": name, "parameters": [*more, *pages], "responses": {"200": as_json(shown), **REFUSED}}

    return {
        "openapi": "3.0.3",
        "info": {"title": "members", "version": "1"},
        "paths": {
            "/members": {
                "get": listed("listMembers", MEMBER),
                "post": {"operationId": "join", "requestBody": body, "responses": {"201": as_json(MEMBER), **REFUSED}},
            },
            "/members/{member_id}": {
                "parameters": [key],
                "get": {"operationId": "member", "responses": {"200": as_json(MEMBER), **REFUSED}},
                "delete": {"operationId": "leave", "responses": {"204": {"description": ""}, **REFUSED}},
            },
            "/members/{member_id}/invoices": {
                "parameters": [key],
                "get": listed("listInvoices", INVOICE),
                "post": {"operationId": "bill", "responses": {"201": as_json(INVOICE), **REFUSED}},
            },
        },
    }


class Members:
    """Two members that were there, one of whom has invoices; a new one has nothing that could be billed."""

    def __init__(self, *, repeats: bool = False) -> None:
        self.repeats = repeats
        self.names: dict[int, str] = {1: "Ada", 2: "Bob"}
        self.invoices: dict[int, list[dict[str, int]]] = {
            2: [{"id": each, "cents": 100 * each} for each in range(1, 9)]
        }
        self.billed: list[int] = []

    def __call__(self, method: str, path: str, query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        _, _, rest = path.partition("/members")
        key, _, below = rest.strip("/").partition("/")
        if key and not (key.isdecimal() and int(key) in self.names):
            return 404, None
        if method == "POST" and not key:
            name = sent.get("name") if isinstance(sent, dict) else None
            if not isinstance(name, str) or not 1 <= len(name) <= 40:
                return 400, None
            self.names[number := max(self.names) + 1] = name
            return 201, {"id": number, "name": name}
        if method == "POST" and below:
            self.billed.append(int(key))
            return 409, None
        if method == "DELETE" and key and not below:
            del self.names[int(key)]
            return 204, None
        if method != "GET":
            return 405, None
        if key and not below:
            return 200, {"id": int(key), "name": self.names[int(key)]}
        if below:
            return self._page(self.invoices.get(int(key), []), query, repeats=self.repeats)
        return self._page([{"id": each, "name": name} for each, name in self.names.items()], query)

    @staticmethod
    def _page(items: list[Any], query: dict[str, str], *, repeats: bool = False) -> Answer:
        page, size = query.get("page", "1"), query.get("size", "10")
        if not (page.isdecimal() and size.isdecimal() and int(page) and 1 <= int(size) <= 50):
            return 400, None
        start = (int(page) - 1) * int(size)
        start -= repeats and start > 0
        return 200, {"items": items[start : start + int(size)], "total": len(items)}


@pytest.mark.parametrize("repeats", [False, True])
def test_pages_of_another_owners_list_are_judged_and_nothing_is_made_there(tmp_path: Path, *, repeats: bool) -> None:
    """Nothing was known of the pages of a list that the run couldn't fill, though others had filled it."""
    server = Members(repeats=repeats)
    record = judged(_document(), server, tmp_path)
    clauses = {clause for _, clause, _ in found(record) if clause.startswith("listInvoices::collection")}
    assert bool(clauses) is repeats, clauses
    outcomes = {each.clause: each.outcome.value for each in record.conformance}
    assert outcomes["listInvoices::collection::pages-disjoint"] == ("failed" if repeats else "passed")
    assert not {1, 2} & set(server.billed)


class Alike(Members):
    """Bills every new member the same amount, and knows a lower bound of it; `excludes` what equals it."""

    def __init__(self, *, excludes: bool) -> None:
        super().__init__()
        self.excludes = excludes

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        key = path.removeprefix("/members/").removesuffix("/invoices")
        if not path.endswith("/invoices") or not (key.isdecimal() and int(key) in self.names):
            return super().__call__(method, path, query, headers, sent)
        mine = self.invoices.setdefault(int(key), [])
        if method == "POST":
            self.billed.append(int(key))
            mine.append({"id": 100 * int(key) + len(mine), "cents": 500})
            return 201, mine[-1]
        least = query.get("min_cents", "0")
        if method != "GET" or not least.isdecimal():
            return 400 if method == "GET" else 405, None
        lowest = int(least) + (self.excludes and "min_cents" in query)
        return self._page([each for each in mine if each["cents"] >= lowest], query)


@pytest.mark.parametrize("excludes", [False, True])
def test_where_all_that_the_run_makes_is_alike_a_bound_is_tried_on_what_others_have(
    tmp_path: Path, *, excludes: bool
) -> None:
    """Nothing was known of a bound of amounts where the run could only make invoices of one amount."""
    document = _document()
    least = {
        "name": "min_cents",
        "in": "query",
        "description": "Lowest cents, inclusive.",
        "schema": {"type": "integer"},
    }
    document["paths"]["/members/{member_id}/invoices"]["get"]["parameters"].append(least)
    server = Alike(excludes=excludes)
    record = judged(document, server, tmp_path)
    outcomes = {each.clause: each.outcome.value for each in record.conformance}
    assert outcomes["listInvoices::query.min_cents::bound-edge"] == ("failed" if excludes else "passed")
    assert bool(server.billed)
    assert not {1, 2} & set(server.billed)
