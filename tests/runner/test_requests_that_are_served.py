"""What a run must find out by itself, so that a right server serves its requests and what it finds is no chance."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run
from tests.runner.right_servers import Answer, found, judged

Node = dict[str, Any]
OBJECT: Node = {"application/json": {"schema": {"type": "object"}}}


def document(path: str, method: str, *parameters: Node, sent: Node | None = None, status: str = "200") -> Node:
    operation: Node = {
        "operationId": "it",
        "parameters": list(parameters),
        "responses": {each: {"description": "", "content": OBJECT} for each in (status, "400", "404", "409")},
    }
    if sent is not None:
        schema = {"type": "object", "required": list(sent), "properties": sent}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {path: {method: operation}}}


def served(record: Run) -> bool:
    return all(each.served for family in record.families for each in family.operations)


def passed(record: Run) -> set[str]:
    return {each.clause for each in record.conformance if each.outcome is Outcome.PASSED}


def test_an_example_of_a_path_parameter_is_used_where_nothing_live_is_known(tmp_path: Path) -> None:
    """A collection path makes a resource of it, of which no list shows one."""

    def serve(_method: str, path: str, *_: Any) -> Answer:
        return (200, {"name": "it"}) if path == "/collections/known" else (404, {})

    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}, "example": "known"}
    read = document("/collections/{name}", "get", name)
    read["paths"]["/collections"] = {
        "post": document("/", "post", sent={"size": {"type": "integer", "minimum": 9}})["paths"]["/"]["post"]
        | {"operationId": "make"}
    }
    record = judged(read, serve, tmp_path, max_requests=40)
    assert next(each for each in record.families[0].operations if each.operation == "it").served


def test_a_date_may_have_to_lie_in_the_future(tmp_path: Path) -> None:
    def serve(method: str, _path: str, _query: Node, _headers: Node, sent: Any) -> Answer:
        if method != "POST":
            return 405, {}
        try:
            ends = datetime.fromisoformat(sent["endsAt"])
        except (TypeError, KeyError, ValueError):
            return 400, {"error": "endsAt is no date"}
        late = (ends if ends.tzinfo else ends.replace(tzinfo=UTC)) > datetime.now(UTC)
        return (200, {}) if late else (400, {"error": "endsAt lies in the past"})

    silence = document("/silences", "post", sent={"endsAt": {"type": "string", "format": "date-time"}})
    assert served(judged(silence, serve, tmp_path, max_requests=40))


def test_a_create_whose_name_is_taken_by_its_first_sending_is_not_called_flaky(tmp_path: Path) -> None:
    names: set[str] = set()

    def serve(method: str, _path: str, _query: Node, _headers: Node, sent: Any) -> Answer:
        if method != "POST":
            return 405, {}
        name = sent.get("name") if isinstance(sent, dict) else None
        if not isinstance(name, str):
            return 400, {"error": "a name is missing"}
        if name in names:
            return 409, {"error": "the name is taken"}
        names.add(name)
        return 201, {"name": name}

    record = judged(document("/features", "post", sent={"name": {"type": "string"}}), serve, tmp_path)
    undocumented = [each for each in record.findings if each.clause == "it::status::documented"]
    assert [(each.problem, each.flaky) for each in undocumented] == [("status-201", False)]


def test_one_optional_argument_that_spoils_a_request_keeps_the_others_from_nothing(tmp_path: Path) -> None:
    def serve(method: str, _path: str, query: Node, headers: Node, _sent: Any) -> Answer:
        if method != "GET":
            return 405, {}
        version = headers.get("x-api-version", "1.0.0").split(".")
        return (200, {"echo": query}) if len(version) == 3 else (400, {"error": "no version"})

    text = {"type": "string", "minLength": 1}
    parameters = [
        {"name": "X-Api-Version", "in": "header", "schema": text},
        {"name": "q", "in": "query", "schema": text},
    ]
    record = judged(document("/search", "get", *parameters), serve, tmp_path)
    assert "it::query.q::accepted" in passed(record)
    assert {each.clause for each in record.findings if each.clause.endswith("::accepted")} <= {
        "it::header.X-Api-Version::accepted"
    }


def test_a_redirect_is_a_success_where_it_is_all_that_is_documented(tmp_path: Path) -> None:
    moved: Node = {
        "openapi": "3.1.0",
        "info": {"title": "Links", "version": "1"},
        "paths": {"/latest": {"get": {"operationId": "latest", "responses": {"302": {"description": "there"}}}}},
    }

    def leading_on(method: str, _path: str, _query: dict[str, str], _headers: dict[str, str], _sent: Any) -> Answer:
        return (302, None) if method == "GET" else (405, None)

    run = judged(moved, leading_on, tmp_path)
    assert found(run) == []
    assert any(each.note == "a query parameter that is not described" for each in run.exchanges())


@pytest.mark.parametrize("below", ["/teams/{team_id}/notes", "/{team_id}/notes"])
def test_what_is_forbidden_below_the_first_thing_of_a_list_is_asked_below_another(below: str, tmp_path: Path) -> None:
    """A list shows what one may only read, too; the second path says by its parameter alone what stands in it."""

    def serve(method: str, path: str, _query: Node, _headers: Node, sent: Any) -> Answer:
        team, last = ("", *path.removeprefix("/teams").strip("/").split("/"))[-2:]
        if method == "GET" and path == "/teams":
            return 200, [{"id": each} for each in ("rome", "oslo", "bern", "graz", "riga")]
        if team not in {"rome", "oslo", "bern", "graz", "riga"} or last != "notes":
            return 404, {}
        if method != "POST":
            return 405, {}
        if team != "bern":
            return 403, {"error": "you may only read this"}
        return (201, {"id": 1, **sent}) if isinstance(sent, dict) and isinstance(sent.get("text"), str) else (400, {})

    team = {"name": "team_id", "in": "path", "required": True, "schema": {"type": "string"}}
    listed = document("/teams", "get")["paths"]["/teams"]["get"]
    one = document(below, "get", team, {**team, "name": "note_id"})["paths"][below]["get"]
    notes = document(below, "post", team, sent={"text": {"type": "string"}}, status="201")
    notes["paths"] |= {
        "/teams": {"get": {**listed, "operationId": "teams"}},
        f"{below}/{{note_id}}": {"get": {**one, "operationId": "read"}},
    }
    record = judged(notes, serve, tmp_path, max_requests=60)
    assert next(each for each in record.families[0].operations if each.operation == "it").served
