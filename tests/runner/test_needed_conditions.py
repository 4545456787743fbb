"""What insists on a condition (428 without `If-Match`) is written with one, so that its effects are looked at."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, found, judged

NEW: Node = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 40},
        "remark": {"type": "string", "maxLength": 40},
    },
}
PAGE: Node = {
    "type": "object",
    "required": ["id", "version", "published"],
    "properties": {
        "id": {"type": "integer"},
        "version": {"type": "integer"},
        "published": {"type": "boolean"},
        **NEW["properties"],
    },
}


def _document(told: str = "The current entity tag (428 without one).", *, required: bool = False) -> Node:
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    condition: Node = {"name": "If-Match", "in": "header", "description": told, "schema": {"type": "string"}}
    condition["required"] = required
    shown = {**as_json(PAGE), "headers": {"ETag": {"schema": {"type": "string"}}}}
    refusals = {status: as_json({"type": "object"}) for status in ("400", "404", "412", "428")}
    sent = {"required": True, **as_json(NEW)}
    return {
        "openapi": "3.0.3",
        "info": {"title": "pages", "version": "1"},
        "paths": {
            "/pages": {
                "post": {"operationId": "addPage", "requestBody": sent, "responses": {"201": as_json(PAGE), **refusals}}
            },
            "/pages/{id}": {
                "parameters": [key],
                "get": {"operationId": "getPage", "responses": {"200": shown, **refusals}},
                "put": {
                    "operationId": "putPage",
                    "parameters": [condition],
                    "requestBody": sent,
                    "responses": {"200": as_json(PAGE), **refusals},
                },
                "delete": {
                    "operationId": "deletePage",
                    "parameters": [condition],
                    "responses": {"204": {"description": ""}, **refusals},
                },
            },
            "/pages/{id}/publish": {
                "parameters": [key],
                "post": {"operationId": "publishPage", "responses": {"200": as_json(PAGE), **refusals}},
            },
        },
    }


class Pages:
    """Writes only under a condition; `unknown` is what it answers to `If-Match: *` on a page that isn't there."""

    def __init__(self, fault: str = "", *, unknown: int = 404) -> None:
        self.fault, self.unknown = fault, unknown
        self.pages: dict[str, dict[str, Any]] = {}
        self.numbers = count(1)

    def __call__(self, method: str, path: str, _query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        _, _, rest = path.strip("/").partition("/")
        key, _, verb = rest.partition("/")
        if (method, verb) == ("POST", "publish"):
            return self.publish(key)
        valid = isinstance(sent, dict) and all(
            isinstance(sent.get(name, "x"), str) and len(sent.get(name, "x")) <= 40 for name in NEW["properties"]
        )
        if method in {"POST", "PUT"} and not (valid and sent.get("title")):
            return 400, {"error": "wrong"}
        body = {name: sent[name] for name in NEW["properties"] if name in sent} if valid else {}
        if (method, path) == ("POST", "/pages"):
            number = next(self.numbers)
            self.pages[str(number)] = {"id": number, "version": 1, "published": False, **body}
            return 201, self.pages[str(number)]
        if verb or method not in {"GET", "PUT", "DELETE"}:
            return 405, None
        needed = method != "GET" and (method, self.fault) != ("DELETE", "delete-unconditional")
        if needed and "if-match" not in headers:
            return 428, {"error": "If-Match is needed"}
        if key not in self.pages:
            return self.unknown if method != "GET" else 404, {"error": "none"}
        tags = headers.get("if-match", "*")
        if tags != "*" and f'"{self.pages[key]["version"]}"' not in tags:
            return 412, {"error": "another version"}
        if method == "DELETE" and self.fault != "delete-keeps":
            del self.pages[key]
        if method == "PUT":
            kept = self.pages[key] if self.fault == "put-merges" else {}
            same = {name: self.pages[key][name] for name in ("id", "published")}
            self.pages[key] = {**kept, **same, "version": self.pages[key]["version"] + 1, **body}
        return (204, None) if method == "DELETE" else (200, self.pages[key])

    def publish(self, key: str) -> Answer:
        if key not in self.pages:
            return 404, {"error": "none"}
        self.pages[key]["published"] = True
        self.pages[key]["version"] += self.fault != "publish-keeps-tag"
        return 200, self.pages[key]


@pytest.mark.longer
@pytest.mark.parametrize(
    ("fault", "clause"),
    [
        ("put-merges", "putPage::put::put-replaces"),
        ("delete-keeps", "getPage::Page::deleted-unknown"),
        ("delete-unconditional", "deletePage::conditions::condition-needed"),
        ("publish-keeps-tag", "publishPage::conditions::tag-follows-change"),
    ],
)
def test_writes_under_a_condition_are_held_to_their_effects(fault: str, clause: str, tmp_path: Path) -> None:
    assert clause in {each for _, each, _ in found(judged(_document(), Pages(fault), tmp_path, tagged="version"))}


@pytest.mark.longer
@pytest.mark.parametrize(("unknown", "required"), [(404, False), (412, False), (404, True)])
def test_no_right_server_is_accused(unknown: int, tmp_path: Path, *, required: bool) -> None:
    """Where the header is a required parameter, what was to go without a condition went with one."""
    record = judged(_document(required=required), Pages(unknown=unknown), tmp_path, tagged="version")
    assert [each for each in found(record) if "::method::" not in each[1]] == []


@pytest.mark.longer
def test_a_server_that_documents_428_and_needs_no_condition_is_left_alone(tmp_path: Path) -> None:
    """One list of refusals for all operations says nothing of each."""

    def server(method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        return pages(method, path, query, {"if-match": "*", **headers}, sent)

    pages = Pages()
    record = judged(_document("The current entity tag."), server, tmp_path, tagged="version")
    assert [each for each in found(record) if "::method::" not in each[1]] == []


class Numbered(Pages):
    """Numbers its answers; a write that changes nothing leaves the version as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = count(1)

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        kept = self.pages.get(path.strip("/").partition("/")[2])
        before = dict(kept) if kept is not None else None
        status, value = super().__call__(method, path, query, headers, sent)
        if (
            method == "PUT"
            and status == 200
            and before is not None
            and {**value, "version": 0} == {**before, "version": 0}
        ):
            value["version"] = before["version"]
        return status, {**value, "answer": next(self.answers)} if isinstance(value, dict) and "id" in value else value


@pytest.mark.longer
def test_what_is_new_in_each_answer_is_no_change_of_the_thing(tmp_path: Path) -> None:
    """The id of the request stood in the body: a PUT of what was there was said to keep the tag of what had changed."""
    document = json.loads(
        json.dumps(_document()).replace('"minLength": 1, "maxLength": 40', '"enum": ["the only one"]')
    )
    for operations in document["paths"].values():
        for media in [each["requestBody"]["content"] for each in operations.values() if "requestBody" in each]:
            del media["application/json"]["schema"]["properties"]["remark"]
    record = judged(document, Numbered(), tmp_path, tagged="version")
    assert [each for each in found(record) if each[1].endswith("tag-follows-change")] == []
