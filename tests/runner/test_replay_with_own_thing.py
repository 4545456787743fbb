"""What every new thing shows is no chance, whatever became meanwhile of the one that it was seen of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_suite.record.reader import Run
from tests.runner.right_servers import Answer, found, judged

Node = dict[str, Any]
TEXT: Node = {"type": "string"}
NOTE: Node = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "title": TEXT, "text": TEXT},
}


def _content(schema: Node) -> Node:
    return {"application/json": {"schema": schema}}


def _answers(*statuses: str, schema: Node = NOTE) -> Node:
    answers: Node = {each: {"description": "", "content": _content(schema)} for each in statuses if each < "300"}
    return answers | {each: {"description": "", "content": _content({"type": "object"})} for each in ("400", "404")}


def _document() -> Node:
    sent = {"required": True, "content": _content({"type": "object", "properties": {"title": TEXT, "text": TEXT}})}
    identity = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    source = {"kind": "documented"}
    resource = {
        "identity": ["id"],
        "create": {"operation": "make", "x-source": source},
        "read": {"operation": "read", "x-source": source},
        "update": {"operation": "change", "mutable": ["title", "text"], "x-source": source},
        "delete": {"operation": "remove", "x-source": source},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Notes", "version": "1"},
        "x-contract": {"resources": {"Note": resource}},
        "paths": {
            "/notes": {"post": {"operationId": "make", "requestBody": sent, "responses": _answers("200")}},
            "/notes/{id}": {
                "parameters": [identity],
                "get": {"operationId": "read", "responses": _answers("200")},
                "put": {"operationId": "change", "requestBody": sent, "responses": _answers("200")},
                "delete": {"operationId": "remove", "responses": _answers("200", schema={"type": "object"})},
            },
        },
    }


class Notes:
    """A server of notes; `ids` says which id a new one gets."""

    def __init__(self, *, reuses_ids: bool = False) -> None:
        self.notes: dict[int, Node] = {}
        self.gone: set[int] = set()
        self.reuses_ids = reuses_ids

    def new(self, sent: Node) -> Node:
        free = sorted(self.gone) if self.reuses_ids else []
        number = free[0] if free else len(self.notes) + len(self.gone) + 1
        self.gone.discard(number)
        self.notes[number] = {"id": number, **sent}
        return self.notes[number]

    def missing(self, _number: int) -> Answer:
        return 404, {}

    def __call__(self, method: str, path: str, _query: Node, _headers: Node, sent: Any) -> Answer:
        if path == "/notes":
            if method != "POST":
                return 405, {}
            good = isinstance(sent, dict) and all(isinstance(sent.get(each, ""), str) for each in ("title", "text"))
            return (
                (200, self.new({name: sent[name] for name in ("title", "text") if name in sent})) if good else (400, {})
            )
        last = path.removeprefix("/notes/")
        if not path.startswith("/notes/") or not last.lstrip("-").isdecimal():
            return 400, {}
        number = int(last)
        if method not in {"GET", "PUT", "DELETE"}:
            return 405, {}
        if number not in self.notes:
            return self.missing(number)
        if method == "PUT" and not (
            isinstance(sent, dict) and all(isinstance(sent.get(each, ""), str) for each in ("title", "text"))
        ):
            return 400, {}
        if method == "DELETE":
            del self.notes[number]
            self.gone.add(number)
            return 200, {}
        if method == "PUT":
            self.notes[number] |= {name: sent[name] for name in ("title", "text") if name in sent}
        return 200, self.notes[number]


def _run(server: Notes, folder: Path) -> Run:
    return judged(_document(), server, folder)


@pytest.mark.longer
@pytest.mark.parametrize("shown", [None, []])
def test_what_only_a_new_thing_shows_is_no_chance(shown: Any, tmp_path: Path) -> None:
    class Filling(Notes):
        def new(self, sent: Node) -> Node:
            return super().new({"text": shown, **sent})

    record = _run(Filling(), tmp_path)
    of_reads = [
        each for each in record.findings if each.clause.startswith("read::200") and each.clause.endswith("type")
    ]
    assert of_reads
    assert not any(each.flaky for each in of_reads)


@pytest.mark.longer
def test_a_crash_on_what_is_deleted_is_no_chance_where_ids_are_given_again(tmp_path: Path) -> None:
    class Crashing(Notes):
        def missing(self, number: int) -> Answer:
            return (500, {}) if number in self.gone else (404, {})

    record = _run(Crashing(reuses_ids=True), tmp_path)
    crashes = [
        each
        for each in record.findings
        if each.clause.startswith("read::") and "500" in f"{each.problem}{each.message}"
    ]
    assert crashes
    assert not any(each.flaky for each in crashes)


@pytest.mark.longer
def test_what_is_a_chance_is_still_called_so(tmp_path: Path) -> None:
    class Stumbling(Notes):
        asked = 0

        def __call__(self, method: str, path: str, query: Node, headers: Node, sent: Any) -> Answer:
            self.asked += path != "/notes" and method == "GET"
            stumbles = path != "/notes" and method == "GET" and self.asked == 9
            return (500, {}) if stumbles else super().__call__(method, path, query, headers, sent)

    record = _run(Stumbling(), tmp_path)
    assert {each.flaky for each in record.findings if "500" in f"{each.problem}{each.message}"} == {True}


@pytest.mark.longer
@pytest.mark.parametrize("reuses_ids", [False, True])
def test_a_right_server_is_not_accused(reuses_ids: bool, tmp_path: Path) -> None:
    assert {clause.rpartition("::")[2] for _, clause, _ in found(_run(Notes(reuses_ids=reuses_ids), tmp_path))} <= {
        "allow-header"
    }
