"""What frameworks do without a word in the documents that they make: right servers do so, and nothing may be found."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contract_suite.model.verdict import Outcome
from tests.runner.right_servers import Answer, found, judged

Node = dict[str, Any]

EMAIL = re.compile(r"[^@\s.]+(\.[^@\s.]+)*@([a-z0-9]+\.)+[a-z]+", re.IGNORECASE)
UNREADABLE: Answer = 422, {"detail": [{"msg": "not valid"}]}
TEXT: Node = {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}}
LISTED: Node = {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "array"}}}
MEMBERS: Node = {
    "sku": {"type": "string", "pattern": "^[A-Z0-9-]{3,20}$"},
    "name": {"type": "string", "minLength": 1, "maxLength": 80},
    "note": {"type": "string", "maxLength": 2000},
    "email": {"type": "string", "format": "email"},
    "price": {"type": "number", "minimum": 0},
    "labels": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 99}},
}
TAKEN: Node = {"type": "object", "required": ["sku", "name"], "properties": MEMBERS}
SHOWN: Node = {"type": "object", "required": ["id", *MEMBERS], "properties": {"id": {"type": "integer"}, **MEMBERS}}
PAGE: Node = {
    "type": "object",
    "required": ["count", "results"],
    "properties": {"count": {"type": "integer"}, "results": {"type": "array", "items": SHOWN}},
}


def answer(schema: Node) -> Node:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def body(schema: Node) -> Node:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def document() -> Node:
    refused = {"422": answer(LISTED)}
    unknown = {"404": answer(TEXT), **refused}
    page = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    size = {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}}
    number = {"name": "product_id", "in": "path", "required": True, "schema": {"type": "integer"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": "1"},
        "paths": {
            "/products": {
                "get": {
                    "operationId": "list",
                    "parameters": [page, size],
                    "responses": {"200": answer(PAGE), **refused},
                },
                "post": {
                    "operationId": "create",
                    "requestBody": body(TAKEN),
                    "responses": {"201": answer(SHOWN), "409": answer(TEXT), **refused},
                },
            },
            "/products/{product_id}": {
                "parameters": [number],
                "get": {"operationId": "read", "responses": {"200": answer(SHOWN), **unknown}},
                "put": {
                    "operationId": "replace",
                    "requestBody": body(TAKEN),
                    "responses": {"200": answer(SHOWN), "409": answer(TEXT), **unknown},
                },
                "delete": {"operationId": "remove", "responses": {"204": {"description": ""}, **unknown}},
            },
        },
    }


def tidy(name: str, value: Any) -> Any:
    """Return a value as it is stored."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value.strip())
        return text.lower() if name == "email" else text
    if isinstance(value, float):
        return round(value, 2)
    return sorted(value, reverse=True) if isinstance(value, list) else value


class Shop:
    """A server that stores values by `store`."""

    def __init__(self, store: Callable[[str, Any], Any] = tidy) -> None:
        self.store = store
        self.things: dict[int, Node] = {}
        self.ids = itertools.count(1)
        self.taken = jsonschema.Draft202012Validator(TAKEN)
        for number in range(1, 4):
            self.add({"sku": f"SKU-{number}", "name": f"Thing {number}"}, next(self.ids))

    def __call__(self, method: str, path: str, query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        if path == "/products":
            if method == "GET":
                return self.listed(query)
            refused = self.checked(sent, 0) if method == "POST" else (405, {"detail": "Method not allowed"})
            return refused or (201, self.add(sent, next(self.ids)))
        text = path.removeprefix("/products/")
        return self.one(method, int(text), sent) if text.lstrip("-").isdecimal() else UNREADABLE

    def add(self, sent: Node, number: int) -> Node:
        given = {name: self.store(name, sent[name]) for name in MEMBERS if name in sent}
        bare: Node = {"note": "", "email": "nobody@example.com", "price": 0, "labels": []}
        self.things[number] = {"id": number, **bare, **given}
        return self.things[number]

    def checked(self, sent: Any, number: int) -> Answer | None:
        if not isinstance(sent, dict):
            return UNREADABLE
        trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in sent.items()}
        if not self.taken.is_valid(trimmed) or not EMAIL.fullmatch(trimmed.get("email", "a@b.c")):
            return UNREADABLE
        taken = any(each["sku"] == trimmed["sku"] and each["id"] != number for each in self.things.values())
        return (409, {"detail": "The sku is taken"}) if taken else None

    def listed(self, query: dict[str, str]) -> Answer:
        number, size = query.get("page", "1"), query.get("page_size", "20")
        if not size.isdecimal() or not 1 <= int(size) <= 50 or not number.lstrip("-").isdecimal():
            return UNREADABLE
        rows, start = list(self.things.values()), (int(number) - 1) * int(size)
        if start and not 0 < start < len(rows):
            return 404, {"detail": "Invalid page."}
        return 200, {"count": len(rows), "results": rows[start : start + int(size)]}

    def one(self, method: str, number: int, sent: Any) -> Answer:
        refused = self.checked(sent, number) if method == "PUT" else None
        if refused is not None or number not in self.things:
            return refused or (404, {"detail": "Not found"})
        if method == "PUT":
            return 200, self.add(sent, number)
        if method == "DELETE":
            del self.things[number]
            return 204, None
        return (200, self.things[number]) if method == "GET" else (405, {"detail": "Method not allowed"})


@pytest.mark.longer
def test_what_frameworks_do_by_themselves_is_no_finding(tmp_path: Path) -> None:
    record = judged(document(), Shop(), tmp_path)
    # The framework documents no 405, no 404 of a list, and no Allow; that is all there is to say of it.
    assert {clause.split("::")[-1] for _, clause, _ in found(record)} <= {"status-documented", "allow-header"}
    # What must be there of a PUT is sent, so that updates are looked at.
    passed = {each.clause for each in record.conformance if each.outcome is Outcome.PASSED}
    assert {"replace::Product::update-read-back", "create::Product::values-read-back"} <= passed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "store"),
    [
        ("note", lambda value: tidy("note", value)[:40]),
        ("note", lambda value: value.upper()),
        ("labels", lambda value: sorted(set(value))[:1]),
        ("price", lambda value: float(int(value))),
    ],
    ids=["cut", "upper case", "all but one lost", "without cents"],
)
def test_what_is_lost_is_found_all_the_same(tmp_path: Path, name: str, store: Callable[[Any], Any]) -> None:
    record = judged(document(), Shop(lambda each, value: store(value) if each == name else tidy(each, value)), tmp_path)
    assert any(clause.endswith("::values-read-back") and f"/{name}" in message for _, clause, message in found(record))


class Named(Shop):
    """A server on which no two names are the same."""

    def checked(self, sent: Any, number: int) -> Answer | None:
        refused = super().checked(sent, number)
        name = "" if refused is not None else sent["name"].strip().lower()
        taken = any(each["name"].lower() == name and each["id"] != number for each in self.things.values())
        return refused or ((409, {"detail": "The name is taken"}) if taken else None)


@pytest.mark.longer
def test_names_that_must_be_unique_keep_no_update_from_being_looked_at(tmp_path: Path) -> None:
    record = judged(document(), Named(), tmp_path)
    assert {clause.split("::")[-1] for _, clause, _ in found(record)} <= {"status-documented", "allow-header"}
    passed = {each.clause for each in record.conformance if each.outcome is Outcome.PASSED}
    assert {f"replace::Product::{kind}" for kind in ("update-read-back", "update-others-kept")} <= passed


class Versioned(Shop):
    """A server whose updates name the version that they change."""

    def add(self, sent: Node, number: int) -> Node:
        version = self.things.get(number, {}).get("version", 0) + 1
        added = super().add(sent, number)
        added["version"] = version
        return added

    def one(self, method: str, number: int, sent: Any) -> Answer:
        if method == "PUT" and number in self.things and isinstance(sent, dict):
            version = sent.get("version")
            if type(version) is not int or version < 1:
                return UNREADABLE
            if version != self.things[number]["version"]:
                return 409, {"detail": "Somebody else changed it"}
        return super().one(method, number, sent)


@pytest.mark.longer
def test_a_version_that_an_update_names_is_the_current_one_and_nothing_that_it_sets(tmp_path: Path) -> None:
    versioned = document()
    version = {"type": "integer", "minimum": 1}
    item = versioned["paths"]["/products/{product_id}"]
    item["put"]["requestBody"] = body(
        {**TAKEN, "required": [*TAKEN["required"], "version"], "properties": {**MEMBERS, "version": version}}
    )
    one = {**SHOWN, "properties": {**SHOWN["properties"], "version": version}}
    shown = answer(one)
    several = {**PAGE["properties"], "results": {"type": "array", "items": one}}
    versioned["paths"]["/products"]["get"]["responses"]["200"] = answer({**PAGE, "properties": several})
    for method in ("get", "put"):
        item[method]["responses"]["200"] = shown
    versioned["paths"]["/products"]["post"]["responses"]["201"] = shown
    record = judged(versioned, Versioned(), tmp_path)
    assert {clause.split("::")[-1] for _, clause, _ in found(record)} <= {"status-documented", "allow-header"}
    passed = {each.clause for each in record.conformance if each.outcome is Outcome.PASSED}
    assert "replace::Product::update-read-back" in passed
