"""A refusal shows a fault only where the same request without the fault is served."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.operation import Operation
from contract_suite.contract.requests import build
from contract_suite.generate.attempts.moments import from_then_on, span
from contract_suite.generate.boundaries.boundaries import boundaries
from contract_suite.generate.probes import probes
from contract_suite.generate.templates import templates
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.json import Arguments
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run
from contract_suite.runner.stages.case_loop import with_ids_of
from tests.generate.conftest import read
from tests.runner.right_servers import Answer, Node, Server, found, judged

ONE = {"description": "one", "content": {"application/json": {"schema": {"type": "object"}}}}


def outcomes(record: Run) -> dict[str, Outcome]:
    return {each.clause: each.outcome for each in record.conformance}


def doors(refusals: tuple[str, ...]) -> Node:
    """A door that can be opened once."""
    body = {
        "type": "object",
        "required": ["speed"],
        "properties": {"speed": {"type": "integer", "minimum": 1, "maximum": 9}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "doors", "version": "1"},
        "paths": {
            "/open": {
                "post": {
                    "operationId": "open",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
                    "responses": {"200": ONE, **{status: {"description": "refused"} for status in refusals}},
                }
            }
        },
    }


def opening(*, status: int, looks_first: bool) -> Server:
    """Open once, then refuse with a status; `looks_first` refuses invalid speeds before that, else they are never looked at."""
    state = {"open": False}

    def answer(method: str, path: str, _query: dict[str, str], _headers: dict[str, str], body: Any) -> Answer:
        if (method, path) != ("POST", "/open"):
            return 405, None
        speed = body.get("speed") if isinstance(body, dict) else None
        good = isinstance(speed, int) and not isinstance(speed, bool) and 1 <= speed <= 9
        if looks_first and not good:
            return 400, {"code": "bad", "message": "that is no speed"}
        if state["open"]:
            return status, {"code": "open", "message": "it stands open"}
        state["open"] = True
        return 200, {}

    return answer


@pytest.mark.parametrize("status", [400, 409])
def test_a_server_that_refuses_everything_proves_nothing(tmp_path: Path, status: int) -> None:
    """The server takes any speed; its refusals passed for refusals of the speed."""
    record = judged(doors(("400", "409")), opening(status=status, looks_first=False), tmp_path)
    result = outcomes(record)
    assert result["open::body/speed::maximum-enforced"] is not Outcome.PASSED
    assert result["open::body/speed::type-enforced"] is not Outcome.PASSED


def test_a_refusal_of_its_own_kind_is_proof(tmp_path: Path) -> None:
    record = judged(doors(("400", "409")), opening(status=409, looks_first=True), tmp_path)
    result = outcomes(record)
    assert result["open::body/speed::maximum-enforced"] is Outcome.PASSED
    assert [each for each in found(record) if each[0] == "failure"] == []


def bookings() -> Node:
    moment = {"type": "string", "format": "date-time"}
    body = {"type": "object", "required": ["start", "end"], "properties": {"start": moment, "end": moment}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "bookings", "version": "1"},
        "paths": {
            "/bookings": {
                "post": {
                    "operationId": "book",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
                    "responses": {"201": ONE, "409": {"description": "full"}, "422": {"description": "bad"}},
                }
            }
        },
    }


def booking(*, apart: bool, longest: timedelta | None) -> Server:
    """Book what lies in the future, ends after it starts and is not too long; if `apart`, what overlaps with nothing."""
    taken: list[tuple[datetime, datetime]] = []

    def answer(method: str, path: str, _query: dict[str, str], _headers: dict[str, str], body: Any) -> Answer:
        if (method, path) != ("POST", "/bookings"):
            return 405, None
        try:
            start, end = datetime.fromisoformat(body["start"]), datetime.fromisoformat(body["end"])
            early = start < datetime.now(UTC) or end <= start or (longest is not None and end - start > longest)
        except (TypeError, ValueError, KeyError):
            return 422, {"message": "no dates"}
        if early:
            return 422, {"message": "that can't be booked"}
        if apart and any(start < other_end and other_start < end for other_start, other_end in taken):
            return 409, {"message": "booked out"}
        taken.append((start, end))
        return 201, {}

    return answer


@pytest.mark.parametrize("longest", [timedelta(hours=8), None])
@pytest.mark.parametrize("apart", [False, True])
def test_dates_that_must_lie_in_the_future_are_found(tmp_path: Path, *, apart: bool, longest: timedelta | None) -> None:
    """Every date was 2024-07-10, so that nothing could be booked and nothing was tested."""
    record = judged(bookings(), booking(apart=apart, longest=longest), tmp_path)
    assert outcomes(record)["book::request::accepted"] is Outcome.PASSED
    assert outcomes(record)["book::body/start::required-enforced"] is Outcome.PASSED
    assert [each for each in found(record) if each[0] == "failure"] == []


def test_dates_are_moved_together() -> None:
    operation = read(bookings()).operation("book")
    start = datetime(2030, 1, 31, 12, tzinfo=UTC)
    assert from_then_on(operation, {"body": {"start": "x", "end": "y", "other": "z"}}, start) == {
        "body": {"start": "2030-01-31T12:00:00Z", "end": "2030-02-01T12:00:00Z", "other": "z"}
    }
    turned = from_then_on(operation, {"body": {"end": "y", "start": "x"}}, start)
    assert turned == {"body": {"end": "2030-02-01T12:00:00Z", "start": "2030-01-31T12:00:00Z"}}
    assert from_then_on(operation, {"body": {"other": "z"}}, start + timedelta(days=1)) is None
    soon = from_then_on(operation, {"body": {"start": "x", "end": "y"}}, start, timedelta(hours=1))
    assert soon == {"body": {"start": "2030-01-31T12:00:00Z", "end": "2030-01-31T13:00:00Z"}}
    assert soon is not None
    assert span(operation, soon) == (start, timedelta(hours=1))


class Living:
    """Knows one book."""

    def addressing(self, _operation: Operation) -> frozenset[str]:
        return frozenset({"path.isbn"})

    def arguments(self, _operation: Operation, base: Arguments, *, skip: int = 0) -> Arguments | None:
        return {**base, "path.isbn": f"b{skip + 1}"}

    def vouches(self, _operation: Operation, _arguments: Arguments) -> bool:
        return True


def test_a_body_says_what_its_path_says() -> None:
    """`PUT /books/{isbn}` with an example of another ISBN in its body was a valid request that was refused."""
    book = {"type": "object", "required": ["isbn"], "properties": {"isbn": {"type": "string", "examples": ["b7"]}}}
    contract = read(
        {
            "openapi": "3.1.0",
            "info": {"title": "books", "version": "1"},
            "paths": {
                "/books/{isbn}": {
                    "put": {
                        "operationId": "put",
                        "parameters": [{"name": "isbn", "in": "path", "required": True, "schema": {"type": "string"}}],
                        "requestBody": {"required": True, "content": {"application/json": {"schema": book}}},
                        "responses": {"200": ONE},
                    }
                }
            },
        }
    )
    made = list(templates(contract, contract.operation("put"), Living()))
    assert made
    assert all(each == {"path.isbn": "b1", "body": {"isbn": "b1"}} for each in made)


def versions(*, exclusive: bool) -> Server:
    """Want a version of the form 1.2.3 in a header, and never `name` together with `code` if `exclusive`."""

    def answer(method: str, path: str, query: dict[str, str], headers: dict[str, str], _body: Any) -> Answer:
        if (method, path) != ("GET", "/parts"):
            return 405, None
        version = headers.get("x-api-version", "1.2.3")
        if version.count(".") != 2:
            return 422, {"message": "no such version"}
        size = query.get("size", "5")
        if not size.isdecimal() or not 1 <= int(size) <= 9:
            return 422, {"message": "no such size"}
        if exclusive and "name" in query and "code" in query:
            return 422, {"message": "name or code"}
        return 200, {}

    return answer


@pytest.mark.parametrize("exclusive", [False, True])
def test_one_bad_optional_argument_is_blamed_by_itself(tmp_path: Path, *, exclusive: bool) -> None:
    """A version that was made up spoiled every request with all optional arguments: 104 findings of 321 on one service."""
    text = {"type": "string"}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "parts", "version": "1"},
        "paths": {
            "/parts": {
                "get": {
                    "operationId": "parts",
                    "parameters": [
                        {"name": "X-Api-Version", "in": "header", "schema": text},
                        {"name": "name", "in": "query", "schema": text},
                        {"name": "code", "in": "query", "schema": text},
                        {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9}},
                    ],
                    "responses": {"200": ONE, "422": {"description": "bad"}},
                }
            }
        },
    }
    record = judged(document, versions(exclusive=exclusive), tmp_path)
    judged_findings = [each for each in found(record) if "method::" not in each[1]]
    assert judged_findings == [], "which versions there are only the server knows"
    assert outcomes(record)["parts::query.size::accepted"] is Outcome.PASSED
    assert outcomes(record)["parts::request::accepted"] is Outcome.PASSED


def test_true_is_not_taken_for_one_when_a_template_is_renewed() -> None:
    """`{"seats": true}` became `{"seats": 1}`, still as a request that must be refused."""
    operation = read(doors(("400",))).operation("open")
    old: Arguments = {"body": {"speed": 1}}
    sent: Arguments = {"body": {"speed": True}}
    case = Case(
        operation="open",
        request=build(operation, sent),
        intent=Intent.NEGATIVE,
        stage=Stage.BOUNDARIES,
        arguments=sent,
    )
    assert with_ids_of(operation, case, old, {"body": {"speed": 2}}) is case


def test_what_is_no_json_may_be_empty_and_is_always_a_text() -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "files", "version": "1"},
        "paths": {
            "/files": {
                "post": {
                    "operationId": "upload",
                    "requestBody": {
                        "required": True,
                        "content": {"application/octet-stream": {"schema": {"type": "string"}}},
                    },
                    "responses": {"201": ONE},
                }
            }
        },
    }
    contract = read(document)
    operation = contract.operation("upload")
    sent = [*probes(contract, operation, {"body": "abc"}), *boundaries(contract, operation, {"body": "abc"})]
    targets = {case.target_clause for case in sent if case.intent is Intent.NEGATIVE}
    assert not targets & {"upload::body::required-enforced", "upload::body::type-enforced"}


def test_broken_json_may_be_refused_otherwise_than_a_breach_of_the_schema(tmp_path: Path) -> None:
    """400 for what can't be read beside 422 for what breaks the schema is what many frameworks do."""
    document = doors(("400", "422")) | {"x-contract": {"errors": {"status": {"invalid": 422}}}}

    def answer(method: str, path: str, _query: dict[str, str], _headers: dict[str, str], body: Any) -> Answer:
        if (method, path) != ("POST", "/open"):
            return 405, None
        if isinstance(body, ValueError):
            return 400, {}
        speed = body.get("speed") if isinstance(body, dict) else None
        return (200, {}) if isinstance(speed, int) and not isinstance(speed, bool) and 1 <= speed <= 9 else (422, {})

    record = judged(document, answer, tmp_path)
    assert [each for each in found(record) if "refusal-status" in each[1]] == []
    assert outcomes(record)["open::request::refusal-status"] is Outcome.PASSED


def test_an_update_is_made_of_what_was_created(tmp_path: Path) -> None:
    """The document's own values were sent as if they had been accepted: dates that are long gone."""
    document = bookings()
    moment = document["paths"]["/bookings"]["post"]
    one = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    shown = {"description": "one", "content": {"application/json": {"schema": one}}}
    moment["responses"]["201"] = shown
    document["paths"]["/bookings/{id}"] = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": {"operationId": "read", "responses": {"200": shown, "404": {"description": "none"}}},
        "put": {
            "operationId": "change",
            "requestBody": moment["requestBody"],
            "responses": {"200": shown, "404": {"description": "none"}, "422": {"description": "bad"}},
        },
    }
    book = booking(apart=False, longest=None)

    def answer(method: str, path: str, query: dict[str, str], headers: dict[str, str], body: Any) -> Answer:
        if path == "/bookings":
            status, value = book(method, path, query, headers, body)
            return status, {"id": "b1"} if status == 201 else value
        if path != "/bookings/b1":
            return 404, {}
        if method == "PUT":
            status, value = book("POST", "/bookings", query, headers, body)
            return (200, {"id": "b1"}) if status == 201 else (status, value)
        return (200, {"id": "b1"}) if method == "GET" else (405, None)

    record = judged(document, answer, tmp_path)
    assert outcomes(record)["change::request::accepted"] is Outcome.PASSED
    assert [each for each in found(record) if each[0] == "failure"] == []
