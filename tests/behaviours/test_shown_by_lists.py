"""Things that no operation reads by itself: what their owner's list shows of them is held to what was sent."""

from __future__ import annotations

import json
from itertools import count
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import with_guesses
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import Driven, drive

TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 400}
KEY: Final = {"type": "integer"}
TAG: Final = {
    "type": "object",
    "required": ["id", "boardId", "name", "colour", "status", "createdAt"],
    "properties": {
        "id": KEY,
        "boardId": KEY,
        "name": TEXT,
        "colour": {"type": "string", "enum": ["red", "green", "blue"]},
        "status": {"type": "string", "enum": ["open", "done"]},
        "createdAt": {"type": "string", "format": "date-time"},
    },
}
NEW: Final = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": TEXT, "colour": TAG["properties"]["colour"]},  # type: ignore[index]
}
CHANGE: Final = {
    "type": "object",
    "properties": {**NEW["properties"], "status": TAG["properties"]["status"]},  # type: ignore[index, dict-item]
}
OWN: Final = tuple(
    each for each in BEHAVIOURS if each.name in {"creation", "updates", "uniqueness", "deletion", "immutability"}
)


def _answer(schema: Any, status: str = "200") -> dict[str, Any]:
    return {status: {"description": "So.", "content": {"application/json": {"schema": schema}}}}


def _key(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": KEY}


def boards() -> Contract:
    """A document of boards, and of tags that only `/boards/{boardId}/tags` shows."""
    board = {"type": "object", "required": ["id", "title"], "properties": {"id": KEY, "title": TEXT}}
    missing = {"404": {"description": "None."}}
    body = {"required": True, "content": {"application/json": {"schema": NEW}}}
    unique = "The name must be unique on the board, whatever its case."
    paths = {
        "/boards": {
            "get": {"operationId": "listBoards", "responses": _answer({"type": "array", "items": board})},
            "post": {
                "operationId": "createBoard",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {**board, "required": ["title"], "properties": {"title": TEXT}}}
                    },
                },
                "responses": _answer(board, "201"),
            },
        },
        "/boards/{boardId}": {
            "parameters": [_key("boardId")],
            "get": {"operationId": "getBoard", "responses": {**_answer(board), **missing}},
        },
        "/boards/{boardId}/tags": {
            "parameters": [_key("boardId")],
            "get": {
                "operationId": "listTags",
                "parameters": [
                    {
                        "name": "limit",
                        "in": "query",
                        "schema": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10},
                    },
                    {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}},
                ],
                "responses": {**_answer({"type": "array", "items": TAG}), **missing},
            },
            "post": {
                "operationId": "createTag",
                "description": unique,
                "requestBody": body,
                "responses": {**_answer(TAG, "201"), **missing, "409": {"description": "Taken."}},
            },
        },
        "/tags/{tagId}": {
            "parameters": [_key("tagId")],
            "patch": {
                "operationId": "updateTag",
                "requestBody": {"required": True, "content": {"application/json": {"schema": CHANGE}}},
                "responses": {**_answer(TAG), **missing, "409": {"description": "Taken."}},
            },
            "delete": {"operationId": "deleteTag", "responses": {"204": {"description": "Gone."}, **missing}},
        },
    }
    document = {"openapi": "3.1.0", "info": {"title": "Boards", "version": "1"}, "paths": paths}
    return with_guesses(read_contract(Library().read(yaml.safe_dump(document).encode(), "boards.yaml")))


class BoardsServer:
    """What keeps the document; `habits` say what it does wrong, or otherwise."""

    def __init__(self, habits: str = "") -> None:
        self.habits = frozenset(habits.split())
        self.numbers = count(1)
        self.boards: dict[int, dict[str, Any]] = {}
        self.tags: dict[int, dict[str, Any]] = {}

    def handle(self, request: Request) -> Response:
        url = urlsplit(request.target)
        steps = url.path.strip("/").split("/")
        body = json.loads(request.body) if request.body else {}
        key = int(steps[1]) if len(steps) > 1 and steps[1].lstrip("-").isdecimal() else 0
        if steps == ["boards"]:
            if request.method == "GET":
                return _sent(200, list(self.boards.values()))
            number = next(self.numbers)
            self.boards[number] = {"id": number, "title": body["title"]}
            return _sent(201, self.boards[number])
        if steps[0] == "boards" and key in self.boards:
            return self.on_board(request, key, body, url.query) if steps[2:] else _sent(200, self.boards[key])
        return self.on_tag(request, key, body) if steps[0] == "tags" and key in self.tags else _sent(404)

    def on_board(self, request: Request, board: int, body: dict[str, Any], query: str) -> Response:
        own = [each for each in self.tags.values() if each["boardId"] == board]
        if request.method == "GET":
            given = {name: int(values[0]) for name, values in parse_qs(query).items()}
            start, size = given.get("offset", 0), given.get("limit", 10)
            own = [each for each in own if each["colour"] != "blue"] if "blue-hidden" in self.habits else own
            return _sent(200, own[start : start + size])
        if self.taken(body["name"], board):
            return _sent(409)
        number = next(self.numbers)
        colour = "red" if "colour-lost" in self.habits else body.get("colour", "red")
        made = {
            "id": number,
            "boardId": board,
            "name": body["name"],
            "colour": colour,
            "status": "open",
            "createdAt": "2026-01-02T03:04:05Z",
        }
        self.tags[number] = made
        return _sent(201, made)

    def on_tag(self, request: Request, key: int, body: dict[str, Any]) -> Response:
        tag = self.tags[key]
        if request.method == "DELETE":
            if "kept" not in self.habits:
                del self.tags[key]
            return _sent(204)
        if "done-locked" in self.habits and tag["status"] == "done":
            return _sent(409)
        if (
            "name" in body
            and body["name"].casefold() != tag["name"].casefold()
            and self.taken(body["name"], tag["boardId"])
        ):
            return _sent(409)
        if "colour-reset" in self.habits and "colour" not in body:
            tag["colour"] = "red"
        tag.update({name: value for name, value in body.items() if name in {"name", "colour", "status"}})
        return _sent(200, tag)

    def taken(self, name: str, board: int) -> bool:
        folded = (lambda each: each) if "case-minded" in self.habits else str.casefold
        return any(folded(each["name"]) == folded(name) and each["boardId"] == board for each in self.tags.values())


def _sent(status: int, body: Any = None) -> Response:
    text = b"" if body is None else json.dumps(body).encode()
    return Response(status=status, headers=(("Content-Type", "application/json"),) if text else (), body=text)


def driven(habit: str = "") -> Driven:
    return drive(boards(), OWN, server=cast("MockServer", BoardsServer(habit)))


def test_a_list_of_the_owner_tells_what_is_made_changed_and_deleted() -> None:
    """Such things were taken for something that is only listed, so nothing of their create was held to anything."""
    tag = next(each for each in boards().resources if each.name == "Tag")
    assert tag.create is not None
    assert tag.delete is not None
    assert tag.update is not None
    assert tag.read is None
    assert tag.lists == ("listTags",)


@pytest.mark.parametrize("habit", ["", "blue-hidden", "done-locked"])
def test_a_right_server_is_silent(habit: str) -> None:
    found = driven(habit)
    assert not found.failed()
    assert {"createTag::Tag::values-read-back", "updateTag::Tag::update-read-back"} <= found.passed()


@pytest.mark.parametrize(
    ("habit", "clause"),
    [
        ("colour-lost", "createTag::Tag::values-read-back"),
        ("colour-reset", "updateTag::Tag::unnamed-kept"),
        ("done-locked colour-reset", "updateTag::Tag::unnamed-kept"),
        ("kept", "listTags::Tag::deleted-unlisted"),
        ("case-minded", "createTag::name::other-case-refused"),
    ],
)
def test_what_the_list_shows_otherwise_is_found(habit: str, clause: str) -> None:
    found = driven(habit)
    assert clause in found.failed(), sorted(found.failed())
