"""Services that are called by verbs and nouns, with ids in query and body, and failures that are answered 200."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_suite.record.reader import Run
from tests.runner.right_servers import Answer, found, judged

TEXT = {"type": "string"}
FOREIGN = "P1"


def _operation(name: str, members: dict[str, Any], *, query: bool = False) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": name,
        "responses": {
            "200": {"description": "done", "content": {"application/json": {"schema": {"type": "object"}}}},
            "400": {"description": "a bad form"},
        },
    }
    if query:
        described["parameters"] = [
            {"name": each, "in": "query", "required": True, "schema": schema} for each, schema in members.items()
        ]
    elif members:
        schema = {"type": "object", "required": list(members), "properties": members}
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return described


def document() -> dict[str, Any]:
    title = {"type": "string", "minLength": 1, "maxLength": 40}
    calls = {
        "pages.create": ("post", _operation("create", {"title": title})),
        "pages.list": ("get", _operation("list", {})),
        "pages.info": ("get", _operation("info", {"page": TEXT}, query=True)),
        "pages.update": ("post", _operation("update", {"page": TEXT, "title": title})),
        "pages.delete": ("post", _operation("delete", {"page": TEXT})),
        "users.update": ("post", _operation("change_user", {"user": TEXT, "title": title})),
        "users.list": ("get", _operation("users", {})),
    }
    paths = {f"/{path}": {method: operation} for path, (method, operation) in calls.items()}
    return {"openapi": "3.1.0", "info": {"title": "pages", "version": "1"}, "paths": paths}


class Pages:
    """Keeps pages; a title may be there once. `touched` are the things of others that were changed or deleted."""

    def __init__(self) -> None:
        self.pages = {FOREIGN: "theirs"}
        self.touched: list[str] = []
        self.long_titles = False

    def __call__(self, method: str, path: str, query: dict[str, str], _headers: dict[str, str], body: Any) -> Answer:
        call = path.strip("/")
        if method != ("GET" if call.endswith(("list", "info")) else "POST"):
            return 405, {"ok": False, "error": "method"}
        members = {"pages.create": ["title"], "pages.update": ["page", "title"], "pages.delete": ["page"]}
        members["users.update"] = ["user", "title"]
        wanted = members.get(call, [])
        if wanted and not (isinstance(body, dict) and all(isinstance(body.get(each), str) for each in wanted)):
            return 400, {"ok": False, "error": "bad_form"}
        if "title" in wanted and not 1 <= len(body["title"]) <= 40 and not self.long_titles:
            return 400, {"ok": False, "error": "bad_title"}
        return self._called(call, query, body or {})

    def _called(self, call: str, query: dict[str, str], body: Any) -> Answer:
        if call in {"pages.list", "users.list"}:
            shown = [{"id": each} for each in self.pages] if call == "pages.list" else [{"id": "U1"}]
            return 200, {"ok": True, call.split(".", maxsplit=1)[0]: shown}
        if call == "pages.create":
            if body["title"] in self.pages.values():
                return 200, {"ok": False, "error": "title_taken"}
            new = f"P{len(self.pages) + 2 + sum(map(len, self.pages))}"
            self.pages[new] = body["title"]
            return 200, {"ok": True, "page": {"id": new, "title": body["title"]}}
        if call == "users.update":
            self.touched += [body["user"]] if body["user"] == "U1" else []
            return 200, {"ok": body["user"] == "U1", "error": "user_not_found"}
        named: str | None = query.get("page") if call == "pages.info" else body["page"]
        if named not in self.pages:
            return (400 if named is None else 200), {"ok": False, "error": "page_not_found"}
        page = str(named)
        if call != "pages.info" and page == FOREIGN:
            self.touched.append(page)
        if call == "pages.delete":
            del self.pages[page]
            return 200, {"ok": True}
        if call == "pages.update":
            self.pages[page] = body["title"]
        return 200, {"ok": True, "page": {"id": page, "title": self.pages[page]}}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Pages]:
    server = Pages()
    return judged(document(), server, tmp_path_factory.mktemp("pages")), server


def _served(record: Run) -> set[str]:
    return {
        each.operation
        for each in record.exchanges()
        if each.exchange.response is not None and b'"ok": true' in each.exchange.response.body
    }


def test_every_call_is_served_and_a_right_service_is_accused_of_nothing(held: tuple[Run, Pages]) -> None:
    record, _ = held
    said = [each for each in found(record) if not each[1].endswith("allow-header")]  # the mounted app always names GET
    assert said == []
    assert _served(record) == {"create", "list", "info", "update", "delete", "users"}


def test_what_the_run_made_is_deleted_and_what_others_made_left_alone(held: tuple[Run, Pages]) -> None:
    _, server = held
    assert server.touched == []
    assert server.pages == {FOREIGN: "theirs"}


def test_what_the_run_may_not_change_is_asked_for_with_an_id_that_nothing_has(held: tuple[Run, Pages]) -> None:
    record, _ = held
    asked = [each for each in record.exchanges() if each.operation == "change_user"]
    assert asked
    outcomes = {each.clause: str(each.outcome) for each in record.conformance}
    assert outcomes["change_user::body/title::max-length-enforced"] == "passed"


def test_an_invalid_value_that_is_served_is_found_without_a_thing_of_ones_own(tmp_path: Path) -> None:
    server = Pages()
    server.long_titles = True
    clauses = {clause for _, clause, _ in found(judged(document(), server, tmp_path))}
    assert "update::body/title::max-length-enforced" in clauses
    assert "change_user::body/title::max-length-enforced" not in clauses, "it says itself that it failed"
