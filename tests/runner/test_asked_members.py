"""A refusal that says what it misses, or how a name is built, is followed; what such a server does by right is not blamed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.model.json import Arguments
from contract_suite.runner.session.asked_members import asked_for
from tests.runner.right_servers import Answer, Node, judged

FULL: Arguments = {"query.dry_run": True, "body": {"name": "sample", "kind": "red", "max-age": 1, "note": "sample"}}


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("""{"error": "Key 'name' not present or not a String"}""", {"name"}),
        ("""{"name": ["This field is required."], "kind": ["This field may not be blank."]}""", {"name", "kind"}),
        ("""{"detail": [{"loc": ["body", "max-age"], "msg": "Field required", "type": "missing"}]}""", {"max-age"}),
        ("""{"message": "body must have required property 'kind'"}""", {"kind"}),
        ("missing field `name` at line 1", {"name"}),
        ("""{"errors": {"Kind": ["kind can't be empty"]}}""", {"kind"}),
        ("""{"error": "name is too long"}""", set()),
        ("""{"error": "something is required"}""", set()),
        ("<html>name is required</html>", set()),
    ],
)
def test_what_a_refusal_says_is_missing_is_given(text: str, members: set[str]) -> None:
    found = asked_for({"body": {}}, FULL, text.encode())
    assert (set(found["body"]) if found and isinstance(found["body"], dict) else set()) == members


def test_a_parameter_may_be_what_is_missing() -> None:
    assert asked_for({}, FULL, b'"dry_run is required"') == {"query.dry_run": True}


@given(st.text())
def test_any_refusal_can_be_looked_through(text: str) -> None:
    asked_for({"body": {}}, FULL, f"{text} is required".encode())


TEXT: Node = {"type": "string"}
ZONE: Node = {
    "type": "object",
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "kind": {"type": "string", "enum": ["primary", "secondary"]},
        "account": TEXT,
        "signed": {"type": "boolean"},
        "records": {"type": "array", "items": TEXT},
    },
}
REFUSED: Node = {code: {"description": "no"} for code in ("400", "404", "409", "422")}


def of(schema: Node) -> Node:
    return {"application/json": {"schema": schema}}


DOCUMENT: Node = {
    "openapi": "3.1.0",
    "info": {"title": "Zones", "version": "1"},
    "paths": {
        "/zones": {
            "get": {
                "operationId": "listZones",
                "responses": {"200": {"description": "all", "content": of({"type": "array", "items": ZONE})}},
            },
            "post": {
                "operationId": "createZone",
                "requestBody": {"required": True, "content": of(ZONE)},
                "responses": {"201": {"description": "made", "content": of(ZONE)}, **REFUSED},
            },
        },
        "/zones/{zone_id}": {
            "parameters": [{"name": "zone_id", "in": "path", "required": True, "schema": TEXT}],
            "get": {
                "operationId": "readZone",
                "responses": {"200": {"description": "one", "content": of(ZONE)}, **REFUSED},
            },
            "delete": {"operationId": "deleteZone", "responses": {"204": {"description": "gone"}, **REFUSED}},
        },
    },
}


class Zones:
    """Zones as name servers keep them: a name ends with a dot, is the id whatever is sent, and may be read without the dot.

    A zone is signed later, and not by who makes it; the list leaves out what is in a zone.
    """

    def __init__(self) -> None:
        self.zones: dict[str, dict[str, Any]] = {}
        self.make({"name": "theirs.example.", "kind": "primary"})

    def make(self, body: dict[str, Any]) -> dict[str, Any]:
        zone = {**body, "id": body["name"], "signed": False, "account": body.get("account", ""), "records": ["soa"]}
        self.zones[zone["id"]] = zone
        return zone

    def __call__(self, method: str, path: str, _query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        key = path.removeprefix("/zones").strip("/")
        if not key:
            if method == "GET":
                return 200, [{name: zone[name] for name in zone if name != "records"} for zone in self.zones.values()]
            return self.create(sent) if method == "POST" else (405, None)
        if method not in {"GET", "DELETE"}:
            return 405, None
        zone = self.zones.get(key) or self.zones.get(f"{key}.")
        if zone is None:
            return 404, {"error": "Not Found"}
        return (200, zone) if method == "GET" else (204, self.zones.pop(zone["id"]) and None)

    def create(self, sent: Any) -> Answer:
        if not isinstance(sent, dict):
            return 400, {"error": "Bad Request"}
        for name in ("name", "kind"):
            if not isinstance(sent.get(name), str):
                return 422, {"error": f"Key '{name}' not present or not a String"}
        kinds: Node = ZONE["properties"]
        wrong = [name for name in sent if name in kinds and not _is(sent[name], kinds[name])]
        name = sent["name"]
        if wrong or not name.endswith(".") or not all(part.replace("-", "").isalnum() for part in name[:-1].split(".")):
            return 422, {"error": f"DNS Name '{name}' is not canonical"}
        return (409, {"error": "Conflict"}) if name in self.zones else (201, self.make(sent))


def _is(value: Any, schema: Node) -> bool:
    types = {"string": str, "boolean": bool, "array": list}
    return isinstance(value, types[schema["type"]]) and value in schema.get("enum", [value])


@pytest.mark.longer
def test_a_create_that_refuses_what_is_missing_is_reached_and_not_blamed(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []
    zones = Zones()

    def answer(method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        asked.append((method, headers["accept"]))
        return zones(method, path, query, headers, sent)

    run = judged(DOCUMENT, answer, tmp_path)
    assert [each.operation for family in run.families for each in family.operations if not each.served] == []
    kinds = {each.clause.split("::")[-1] for each in run.findings}
    assert not kinds & {"refused-without-effect", "agrees-with-read", "unknown-refused"}, kinds
    assert {method for method, accepted in asked if accepted == "*/*"} == {"GET"}, "asked as most clients do, by reads"


JOBS: Node = {
    "openapi": "3.1.0",
    "info": {"title": "Jobs", "version": "1"},
    "paths": {
        "/jobs": {
            "post": {
                "operationId": "begin",
                "parameters": [{"name": "X-Job-Version", "in": "header", "schema": TEXT}],
                "requestBody": {"content": of({"type": "object", "properties": {"first": TEXT, "then": TEXT}})},
                "responses": {"200": {"description": "begun"}, **REFUSED},
            },
        },
        "/files/{name}": {
            "parameters": [
                {"name": "name", "in": "path", "required": True, "schema": {**TEXT, "example": "notes.txt"}},
                {"name": "as", "in": "query", "schema": {"type": "string", "enum": ["file", "folder"]}},
            ],
            "get": {"operationId": "show", "responses": {"200": {"description": "it"}, **REFUSED}},
            "patch": {
                "operationId": "rename",
                "requestBody": {"content": of({"type": "object", "properties": {"name": TEXT}})},
                "responses": {"200": {"description": "renamed"}, **REFUSED},
            },
        },
    },
}


class Jobs:
    """A job wants all that may be given, but for a version that is written otherwise; a file is no folder, and may move."""

    def __init__(self) -> None:
        self.files = {"notes.txt"}

    def __call__(self, method: str, path: str, query: dict[str, str], headers: dict[str, str], sent: Any) -> Answer:
        if path == "/jobs" and method == "POST":
            if "x-job-version" in headers:
                return 400, {"detail": "Invalid X-Job-Version header: expected x.y.z"}
            return (200, None) if isinstance(sent, dict) and {"first", "then"} <= sent.keys() else (400, None)
        name = path.removeprefix("/files/")
        if method not in {"GET", "PATCH"}:
            return 405, None
        if name not in self.files:
            return 404, {"message": "there is nothing"}
        if method == "GET":
            wanted = query.get("as", "file")
            return (200, None) if wanted == "file" else (400, {"message": f"{name} is not a {wanted}"})
        if isinstance(sent, dict) and isinstance(sent.get("name"), str):
            self.files = {sent["name"]}
        return 200, None


def test_a_header_that_is_refused_is_left_out_and_what_a_thing_is_or_became_is_no_fault(tmp_path: Path) -> None:
    run = judged(JOBS, Jobs(), tmp_path, allow_destructive=True)
    served = {each.operation for family in run.families for each in family.operations if each.served}
    assert {"begin", "show"} <= served
    assert [each.clause for each in run.findings if each.clause.startswith("show::query")] == []
