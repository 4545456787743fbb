"""Things that show the whole way to them as their name, as Google's APIs do: nothing but their lists was ever reached."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.generate.likeness import identity_of, own_segment
from tests.runner.right_servers import Answer, Node, found, judged, served

TEXT: Node = {"type": "string"}
ID: Node = {"type": "string", "pattern": "^[a-z][a-z0-9-]{2,30}$"}
BOOK: Node = {
    "type": "object",
    "required": ["name", "title"],
    "properties": {"name": {**TEXT, "readOnly": True}, "title": {"type": "string", "minLength": 1}},
}


def answer(schema: Node | None = None) -> Node:
    return {"description": "ok", **({"content": {"application/json": {"schema": schema}}} if schema else {})}


REFUSED: Node = {"400": answer(), "404": answer(), "409": answer()}


def parameter(name: str, place: str, schema: Node, *, required: bool = True) -> Node:
    return {"name": name, "in": place, "required": required, "schema": schema}


def collection(noun: str, **more: Node) -> Node:
    body = {"required": True, "content": {"application/json": {"schema": BOOK}}}
    listed = {"type": "object", "properties": {f"{noun}s": {"type": "array", "items": BOOK}}}
    return {
        "get": {"operationId": f"list-{noun}", "responses": {"200": answer(listed), **REFUSED}},
        "post": {
            "operationId": f"create-{noun}",
            "parameters": [parameter(f"{noun}Id", "query", ID)],
            "requestBody": body,
            "responses": {"200": answer(BOOK), **REFUSED},
        },
        **more,
    }


def item(noun: str, *parents: str) -> Node:
    return {
        "parameters": [parameter(each, "path", TEXT) for each in (*parents, noun)],
        "get": {"operationId": f"get-{noun}", "responses": {"200": answer(BOOK), **REFUSED}},
        "delete": {"operationId": f"delete-{noun}", "responses": {"200": answer({"type": "object"}), **REFUSED}},
    }


DOCUMENT: Node = {
    "openapi": "3.1.0",
    "info": {"title": "Library", "version": "1"},
    "paths": {
        "/v1/shelves": collection("shelf"),
        "/v1/shelves/{shelf}": item("shelf"),
        "/v1/shelves/{shelf}/books": {
            "parameters": [parameter("shelf", "path", TEXT)],
            **collection("book"),
        },
        "/v1/shelves/{shelf}/books/{book}": item("book", "shelf"),
    },
}


class Library:
    """Names are `shelves/history/books/b1`; deleting a shelf deletes its books. With `keeps`, a deleted book stays."""

    def __init__(self, *, keeps: bool = False) -> None:
        self.kept = {"shelves/history": {"name": "shelves/history", "title": "History"}}
        self.keeps = keeps

    def __call__(self, method: str, path: str, query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        name = path.removeprefix("/v1/")
        owner, _, kind = name.rpartition("/")
        if kind in {"shelves", "books"} and (not owner or owner in self.kept):
            if method not in {"GET", "POST"}:
                return 405, None
            return self._listed(name) if method == "GET" else self._made(name, query, sent)
        if name not in self.kept or method not in {"GET", "DELETE"}:
            return (404, None) if name not in self.kept else (405, None)
        if method == "DELETE":
            if not (self.keeps and "/books/" in name):
                self.kept = {each: one for each, one in self.kept.items() if not f"{each}/".startswith(f"{name}/")}
            return 200, {}
        return 200, self.kept[name]

    def _listed(self, above: str) -> Answer:
        kind = above.rpartition("/")[2]
        return 200, {kind: [one for each, one in self.kept.items() if each.rpartition("/")[0] == above]}

    def _made(self, above: str, query: dict[str, str], sent: Any) -> Answer:
        own = query.get("shelfId" if above == "shelves" else "bookId", "")
        good = isinstance(sent, dict) and isinstance(sent.get("title"), str) and sent["title"]
        if not good or not re.fullmatch(ID["pattern"], own) or not isinstance(sent.get("name", ""), str):
            return 400, None
        name = f"{above}/{own}"
        if name in self.kept:
            return 409, None
        self.kept[name] = {"name": name, "title": sent["title"]}
        return 200, self.kept[name]


def names_of_lists(document: Node) -> Node:
    text = json.dumps(document).replace('"shelfs"', '"shelves"')
    read: Node = json.loads(text)
    return read


def test_all_that_has_such_a_name_is_reached_and_deleted_and_no_right_server_accused(tmp_path: Path) -> None:
    library = Library()
    record = judged(names_of_lists(DOCUMENT), library, tmp_path / "report")
    assert not [
        clause for _, clause, _ in found(record) if "::allow-header" not in clause
    ]  # the harness says GET alone
    assert len(served(record)) == 8
    assert library.kept.keys() == {"shelves/history"}


def test_what_stays_after_its_delete_is_found(tmp_path: Path) -> None:
    record = judged(names_of_lists(DOCUMENT), Library(keeps=True), tmp_path / "report")
    assert any(clause.endswith("::deleted-unknown") for _, clause, _ in found(record))


@given(owner=st.text("abc/-", max_size=9), own=st.text("abc-", min_size=1, max_size=9))
def test_the_own_segment_is_what_stands_behind_the_noun(owner: str, own: str) -> None:
    assert own_segment(f"{owner}/shelves/{own}", "shelf") == own
    assert identity_of({"name": f"{owner}/shelves/{own}"}, "shelf", "shelf") == own


@pytest.mark.parametrize("value", ["own", "books/own", "shelves/", "shelves/a/own", 7, ""])
def test_any_other_value_is_taken_as_it_is(value: str | int) -> None:
    assert own_segment(value, "shelf") == value
