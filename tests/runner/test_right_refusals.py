"""Right servers refuse what their documents leave open: no header of a tenant, an empty sort key, a thing that is gone."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from tests.runner.right_servers import Answer, Node, found, judged, served

ERROR: Node = {"description": "refused", "content": {"application/json": {"schema": {"type": "object"}}}}
CARD: Node = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "title": {"type": "string", "minLength": 1, "maxLength": 40},
        "status": {"type": "string", "enum": ["open", "closed"], "readOnly": True},
    },
}
TENANT: Node = {"name": "X-Tenant", "in": "header", "required": True, "schema": {"enum": ["blue"]}}
CARD_ID: Node = {"name": "card_id", "in": "path", "required": True, "schema": {"type": "string"}}
SORT: Node = {
    "name": "sort",
    "in": "query",
    "description": "Keys are `title` and `-title`.",
    "schema": {"type": "string"},
}
DONE: Node = {"description": "done"}
REFUSED: Node = dict.fromkeys(("400", "401", "404", "405"), ERROR)
UNSENT: Final = {"allow-header", "www-authenticate"}
"""Header fields that `right_servers` has no way to send."""


def json_of(schema: Node) -> Node:
    return {"application/json": {"schema": schema}}


def cards() -> Node:
    """Cards of a tenant that are created, listed, read, changed and deleted."""
    one = {"200": {"description": "a card", "content": json_of(CARD)}, **REFUSED, "410": ERROR}
    body = {"required": True, "content": json_of(CARD)}
    changes = {"type": "object", "properties": CARD["properties"]}
    return {
        "openapi": "3.0.3",
        "info": {"title": "cards", "version": "1"},
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "paths": {
            "/cards": {
                "parameters": [TENANT],
                "get": {
                    "operationId": "listCards",
                    "parameters": [SORT],
                    "responses": {
                        "200": {"description": "cards", "content": json_of({"type": "array", "items": CARD})},
                        **REFUSED,
                    },
                },
                "post": {
                    "operationId": "createCard",
                    "requestBody": body,
                    "responses": {"201": {"description": "made", "content": json_of(CARD)}, **REFUSED},
                },
            },
            "/cards/{card_id}": {
                "parameters": [TENANT, CARD_ID],
                "get": {"operationId": "getCard", "responses": one},
                "patch": {
                    "operationId": "updateCard",
                    "requestBody": {"required": True, "content": json_of(changes)},
                    "responses": one,
                },
                "delete": {"operationId": "deleteCard", "responses": {"204": DONE, **REFUSED, "410": ERROR}},
            },
        },
    }


class Cards:
    """Keeps its document; a flaw is a word."""

    def __init__(self, *flaws: str) -> None:
        self.flaws = flaws
        self.cards: dict[str, Node] = {}
        self.gone: set[str] = set()
        self.numbers = count(1)

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        if headers.get("authorization") != "Bearer key-of-blue":
            if "refused-but-changed" in self.flaws and method == "PATCH" and isinstance(sent, dict):
                self.cards.get(path.rpartition("/")[2], {}).update(_written(sent))
            return 401, {"error": "who are you?"}
        if headers.get("x-tenant") != "blue":
            return 400, {"error": "no such tenant"}
        parts = path.strip("/").split("/")
        if parts[0] != "cards" or len(parts) > 2:
            return 404, {"error": "no such page"}
        return self.of_one(method, parts[1], sent) if len(parts) == 2 else self.of_all(method, query, sent)

    def of_all(self, method: str, query: dict[str, str], sent: Any) -> Answer:
        if method == "POST":
            if not isinstance(sent, dict) or not _is_title(sent.get("title")):
                return 400, {"error": "a title is needed"}
            card = {"id": f"c{next(self.numbers)}", "status": "open", **_written(sent)}
            self.cards[card["id"]] = card
            return 201, card
        if method != "GET":
            return 405, {"error": "method"}
        if query.get("sort", "title") not in {"title", "-title"}:
            return 400, {"error": "an unknown key"}
        listed = list(self.cards.values())
        if "sort" in query:
            listed.sort(key=lambda each: str(each["title"]), reverse=query["sort"].startswith("-"))
        return 200, listed

    def of_one(self, method: str, key: str, sent: Any) -> Answer:
        if method not in {"GET", "PATCH", "DELETE"}:
            return 405, {"error": "method"}
        if key in self.gone and not (method == "GET" and "gone-is-served" in self.flaws):
            return 410, {"error": "it was deleted"}
        if key not in self.cards:
            return 404, {"error": "no such card"}
        card = self.cards[key]
        if method == "DELETE":
            self.gone.add(key)
            return 204, None
        if method == "PATCH":
            if not isinstance(sent, dict) or not _is_title(sent.get("title", "a title")):
                return 400, {"error": "a title is needed"}
            card.update(_written(sent))
        return 200, card


def _is_title(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 40


def _written(sent: Node) -> Node:
    return {name: value for name, value in sent.items() if name == "title"}


class Listed(Cards):
    """Doesn't list what is gone."""

    def of_all(self, method: str, query: dict[str, str], sent: Any) -> Answer:
        status, value = super().of_all(method, query, sent)
        return status, [each for each in value if each["id"] not in self.gone] if isinstance(value, list) else value


def run_of(tmp_path: Path, *flaws: str) -> list[tuple[str, str, str]]:
    record = judged(cards(), Listed(*flaws), tmp_path, environ={"CONTRACT_SUITE_TOKEN": "key-of-blue"})
    assert {"listCards", "createCard", "getCard", "updateCard", "deleteCard"} <= {
        each.operation for each in record.exchanges() if each.exchange.ok
    }
    return found(record)


@pytest.mark.longer
def test_no_right_refusal_is_accused(tmp_path: Path) -> None:
    assert [each for each in run_of(tmp_path) if each[1].rpartition("::")[2] not in UNSENT] == []


@pytest.mark.longer
@pytest.mark.parametrize(
    ("flaw", "clause"),
    [
        ("gone-is-served", "getCard::Card::deleted-unknown"),
        ("refused-but-changed", "updateCard::auth::refused-without-effect"),
    ],
)
def test_a_flaw_beside_them_is_found(flaw: str, clause: str, tmp_path: Path) -> None:
    assert clause in {each for _, each, _ in run_of(tmp_path, flaw)}


def test_members_that_must_agree_are_no_finding_and_a_limit_of_one_is(tmp_path: Path) -> None:
    """No schema says that a cap may not be lower than the rate."""
    number = {"type": "integer", "minimum": 0, "maximum": 1000}
    body = {"type": "object", "required": ["rate", "cap"], "properties": {"rate": number, "cap": number}}
    post = {"operationId": "add", "requestBody": {"required": True, "content": json_of(body)}}
    answers = {"responses": {"201": DONE, "400": ERROR, "405": ERROR}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "prices", "version": "1"},
        "paths": {"/prices": {"post": {**post, **answers}}},
    }

    def server(method: str, _path: str, _query: Any, _headers: Any, sent: Any) -> Answer:
        if method != "POST":
            return 405, None
        rate, cap = (sent.get("rate"), sent.get("cap")) if isinstance(sent, dict) else (None, None)
        if type(rate) is not int or type(cap) is not int or not 0 <= min(rate, cap) <= max(rate, cap) <= most:
            return 400, {"error": "that is no price"}
        return (400, {"errors": {"cap": ["must not be lower than the rate"]}}) if cap < rate else (201, None)

    most = 1000
    assert not [each for each in found(judged(document, server, tmp_path / "right")) if "::method::" not in each[1]]
    most = 999
    wrong = {clause for _, clause, _ in found(judged(document, server, tmp_path / "wrong"))}
    assert wrong & {"add::body/rate::accepted", "add::body/cap::accepted"}


class Jobs:
    """Jobs whose name stands in `metadata`; a PUT must name the job at its path. `resourceVersion` is the server's."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def __call__(self, method: str, path: str, _query: Any, _headers: Any, sent: Any) -> Answer:
        name = path.removeprefix("/jobs").strip("/")
        if method in {"POST", "PUT"}:
            meta = sent.get("metadata") if isinstance(sent, dict) else None
            own = meta.get("name") if isinstance(meta, dict) else None
            if not isinstance(meta, dict) or not isinstance(own, str) or not own:
                return 400, {"message": "a name is needed"}
            if "resourceVersion" in meta:
                return 400, {"message": "resourceVersion should not be set"}
            if method == "PUT" and own != name:
                return 400, {"message": "the name does not match that of the address"}
            if method == "POST" and own in self.kept:
                return 409, None
            if method == "PUT" and name not in self.kept:
                return 404, None
            self.kept[own] = {"metadata": {"name": own}}
            return (201 if method == "POST" else 200), self.kept[own]
        if method not in {"GET", "DELETE"} or (method == "DELETE" and not name):
            return 405, None
        if not name:
            return 200, list(self.kept.values())
        if name not in self.kept:
            return 404, None
        return (200, self.kept[name]) if method == "GET" else (204, self.kept.pop(name) and None)


def test_what_a_path_names_is_named_alike_in_the_body_and_what_is_the_servers_is_no_finding(tmp_path: Path) -> None:
    text = {"type": "string", "minLength": 1}
    meta = {"type": "object", "required": ["name"], "properties": {"name": text, "resourceVersion": {"type": "string"}}}
    job = {"type": "object", "required": ["metadata"], "properties": {"metadata": meta}}
    body = {"requestBody": {"required": True, "content": json_of(job)}}
    refused = {**dict.fromkeys(("400", "404", "405"), ERROR), "409": DONE}
    one = {"200": {"description": "a job", "content": json_of(job)}, **refused}
    name = {"parameters": [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}]}
    document: Node = {
        "openapi": "3.0.3",
        "info": {"title": "jobs", "version": "1"},
        "paths": {
            "/jobs": {
                "get": {
                    "operationId": "all",
                    "responses": {"200": {"description": "", "content": json_of({"type": "array"})}},
                },
                "post": {"operationId": "add", **body, "responses": {"201": one["200"], **refused}},
            },
            "/jobs/{name}": {
                **name,
                "get": {"operationId": "read", "responses": one},
                "put": {"operationId": "put", **body, "responses": one},
                "delete": {"operationId": "drop", "responses": {"204": DONE, **refused}},
            },
        },
    }
    document["paths"]["/jobs"]["get"]["responses"]["200"]["content"] = json_of({"type": "array", "items": job})
    record = judged(document, Jobs(), tmp_path)
    assert not [each for each in found(record) if "::method::" not in each[1]]
    assert len(served(record)) == 5
