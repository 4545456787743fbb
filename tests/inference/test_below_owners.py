"""What is made and listed below an owner and addressed by itself: `POST /racks/{id}/books` of `/books/{id}`."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import infer
from tests.runner.right_servers import Answer, found, judged

Node = dict[str, Any]
TEXT: Node = {"type": "string", "minLength": 1, "maxLength": 60}
KEY: Node = {"type": "integer", "minimum": 1, "maximum": 2147483647}


def _json(schema: Node) -> Node:
    return {"content": {"application/json": {"schema": schema}}}


def _object(required: list[str], **properties: Node) -> Node:
    return {"type": "object", "required": required, "properties": properties}


def _operation(name: str, status: str, answer: Node | None, sent: Node | None = None) -> Node:
    done = {"description": "done", **(_json(answer) if answer else {})}
    refused = {each: {"description": "refused"} for each in ("400", "404")}
    asked: Node = {"requestBody": {"required": True, **_json(sent)}} if sent else {}
    return {"operationId": name, "responses": {status: done, **refused}, **asked}


RACK = _object(["id", "label"], id=KEY, label=TEXT)
NEW = _object(["title"], title=TEXT, note=TEXT)
BOOK = _object(["id", "rack_id", "title"], id=KEY, rack_id=KEY, title=TEXT, note=TEXT)
BOOKS: Node = {"type": "array", "items": BOOK}


def library() -> Node:
    """Racks with books: a book is made below its rack, and read, changed and deleted by itself."""

    def key(name: str) -> list[Node]:
        return [{"name": name, "in": "path", "required": True, "schema": KEY}]

    return {
        "openapi": "3.1.0",
        "info": {"title": "library", "version": "1"},
        "paths": {
            "/racks": {"post": _operation("addRack", "201", RACK, _object(["label"], label=TEXT))},
            "/racks/{id}": {"parameters": key("id"), "get": _operation("showRack", "200", RACK)},
            "/racks/{id}/books": {
                "parameters": key("id"),
                "get": _operation("booksOfRack", "200", BOOKS),
                "post": _operation("shelveBook", "201", BOOK, NEW),
            },
            "/books": {"get": _operation("books", "200", BOOKS)},
            "/books/{id}": {
                "parameters": key("id"),
                "get": _operation("showBook", "200", BOOK),
                "put": _operation("replaceBook", "200", BOOK, NEW),
                "patch": _operation("changeBook", "200", BOOK, _object([], title=TEXT, note=TEXT)),
                "delete": _operation("dropBook", "204", None),
            },
        },
    }


class Racks:
    """Keeps its document, but for a fault."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.racks: dict[int, Node] = {}
        self.books: dict[int, Node] = {}
        self.listed: dict[int, Node] = {}
        self.number = 0

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        match path.strip("/").split("/"):
            case ["racks"] if method == "POST":
                return self._add(self.racks, sent, {"label": True}, {})
            case ["racks", key] if method == "GET":
                rack = self.racks.get(_number(key))
                return (200, rack) if rack else (404, None)
            case ["racks", key, "books"] if method in {"GET", "POST"}:
                rack = self.racks.get(_number(key))
                if rack is None:
                    return (
                        (200, [])
                        if method == "GET" and self.fault == "any rack" and 0 < _number(key) < 2**31
                        else (404, None)
                    )
                if method == "POST":
                    return self._add(self.books, sent, {"title": True, "note": False}, {"rack_id": rack["id"]})
                return 200, [each for each in self._shown() if each["rack_id"] == rack["id"]]
            case ["books"] if method == "GET":
                return 200, self._shown()
            case ["books", key] if method in {"GET", "PUT", "PATCH", "DELETE"}:
                book = self.books.get(_number(key))
                return self._of_one(method, book, sent) if book else (404, None)
        return 405, None

    def _shown(self) -> list[Node]:
        return list((self.listed if self.fault == "ghosts" else self.books).values())

    def _add(self, there: dict[int, Node], sent: Any, members: dict[str, bool], more: Node) -> Answer:
        if not _is_good(sent, members):
            return 400, {}
        self.number += 1
        there[self.number] = {"id": self.number, **more, **{name: sent[name] for name in members if name in sent}}
        if there is self.books:
            self.listed[self.number] = there[self.number]
        return 201, there[self.number]

    def _of_one(self, method: str, book: Node, sent: Any) -> Answer:
        if method == "DELETE":
            del self.books[book["id"]]
            return 204, None
        if method == "PATCH":
            if not _is_good(sent, {"title": False, "note": False}):
                return 400, {}
            if self.fault == "forgetful":
                book.pop("note", None)
            book.update({name: sent[name] for name in ("title", "note") if name in sent})
        if method == "PUT":
            if not _is_good(sent, {"title": True, "note": False}):
                return 400, {}
            book.pop("note", None)
            book.update({name: sent[name] for name in ("title", "note") if name in sent})
        return 200, book


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() else 0


def _is_good(sent: Any, members: dict[str, bool]) -> bool:
    return isinstance(sent, dict) and all(
        isinstance(sent[name], str) and 0 < len(sent[name]) <= 60 if name in sent else not needed
        for name, needed in members.items()
    )


def facts(document: Node) -> dict[str, Any]:
    contract = read_contract(Library().read(json.dumps(document).encode(), "library.json"))
    return {fact.id: fact.words for fact in infer(contract)}


def test_what_is_made_below_an_owner_is_one_kind_with_what_is_read_by_itself() -> None:
    said = facts(library())
    assert said["::resources/Book"] == {"identity": ["id"], "scope": []}
    assert said["::resources/Book/create"] == {"operation": "shelveBook"}
    assert said["::resources/Book/lists"] == ["books", "booksOfRack"]
    assert said["shelveBook::bind"] == {"id": "rack_id"}
    assert said["booksOfRack::bind"] == {"id": "rack_id"}


def _an_existing_one(document: Node) -> None:
    sent = _object(["book_id"], book_id=KEY, note=TEXT)
    document["paths"]["/racks/{id}/books"]["post"]["requestBody"] |= _json(sent)


def _another_owner(document: Node) -> None:
    document["paths"]["/boxes/{id}/books"] = deepcopy(document["paths"]["/racks/{id}/books"])


def _another_answer(document: Node) -> None:
    document["paths"]["/racks/{id}/books"]["post"]["responses"]["201"] |= _json(RACK)


@pytest.mark.parametrize("change", [_an_existing_one, _another_owner, _another_answer])
def test_what_may_only_put_there_what_exists_makes_nothing(change: Any) -> None:
    document = library()
    change(document)
    assert "::resources/Book/create" not in facts(document)


@pytest.mark.longer
@pytest.mark.parametrize(
    ("fault", "clauses"),
    [
        ("", set()),
        ("ghosts", {"books::Book::deleted-unlisted"}),  # of the other list it is the same cause
        ("forgetful", {"changeBook::Book::unnamed-kept"}),
        ("any rack", {"booksOfRack::id::unknown-refused"}),
    ],
)
def test_it_is_held_to_the_server(tmp_path: Path, fault: str, clauses: set[str]) -> None:
    record = judged(library(), Racks(fault), tmp_path)
    assert {clause for _, clause, _ in found(record) if not clause.endswith("::allow-header")} == clauses
    passed = {each.clause for each in record.conformance if each.passed}
    assert {"books::Book::created-listed", "booksOfRack::Book::created-listed"} <= passed
    assert {"replaceBook::put::put-stored", "replaceBook::put::put-replaces"} <= passed  # of the book, not of its rack
