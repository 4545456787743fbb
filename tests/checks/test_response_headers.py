from __future__ import annotations

import pytest

from contract_suite.checks.response_headers import CHECK
from contract_suite.contract.operation import Contract
from contract_suite.mock.values.header_values import required_headers
from contract_suite.model.source import Level
from tests.checks.toys import Ask, read

TOTAL, TAGS = "ListToys::200/header.X-Total", "ListToys::200/header.X-Tags"


@pytest.mark.parametrize(
    ("value", "required", "schema"),
    [
        ("3", "passed", "passed"),
        ("-1", "passed", "failed"),
        ("three", "passed", "failed"),
        ("", "passed", "failed"),
        ("007", "passed", "passed"),
        (None, "failed", "silent"),
    ],
)
def test_a_required_header(ask: Ask, value: str | None, required: str, schema: str) -> None:
    asked = ask(CHECK, headers=(("x-total", value),) if value is not None else ())
    assert (asked.outcome(f"{TOTAL}::required"), asked.outcome(f"{TOTAL}::schema")) == (required, schema)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [("a, b", "passed"), ("", "passed"), ("a, long", "failed"), ('["a", "b"]', "passed"), ('["a", "long"]', "failed")],
)
def test_a_list_in_a_header(ask: Ask, value: str, outcome: str) -> None:
    assert ask(CHECK, headers=(("X-Total", "1"), ("X-Tags", value))).outcome(f"{TAGS}::schema") == outcome


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("120", "passed"),
        ("Fri, 31 Dec 1999 23:59:59 GMT", "passed"),
        ("soon", "failed"),
        ("-1", "failed"),
        ("1.5", "failed"),
        ("", "failed"),
    ],
)
def test_retry_after(ask: Ask, value: str, outcome: str) -> None:
    assert (
        ask(CHECK, status=429, headers=(("Retry-After", value),)).outcome("ListToys::response::retry-after-well-formed")
        == outcome
    )


def test_a_challenge(ask: Ask) -> None:
    clause = "ListToys::401::www-authenticate"
    assert ask(CHECK, status=401, headers=(("WWW-Authenticate", "Bearer"),)).outcome(clause) == "passed"
    assert ask(CHECK, status=401).outcome(clause) == "failed"
    assert ask(CHECK, status=403).outcome(clause) == "silent"


def test_an_undocumented_status_has_no_documented_headers(ask: Ask) -> None:
    assert not ask(CHECK, status=299).verdicts


def test_levels(toy: Contract) -> None:
    levels = {clause.id: clause.level for clause in CHECK.clauses(toy)}
    assert levels[f"{TOTAL}::required"] is Level.FAILURE
    assert levels[f"{TAGS}::schema"] is Level.ADVISORY
    assert levels["ListToys::401::www-authenticate"] is Level.ADVISORY
    assert f"{TAGS}::required" not in levels


def test_an_api_key_has_no_challenge() -> None:
    """No authentication scheme is registered that a WWW-Authenticate could name."""
    keyed = read(
        """
openapi: 3.1.0
info: {title: Keyed, version: "1"}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}, token: {type: http, scheme: bearer}}}
paths:
  /a: {get: {operationId: A, security: [{key: []}], responses: {"200": {description: a}}}}
  /b: {get: {operationId: B, security: [{key: []}, {token: []}], responses: {"200": {description: b}}}}
"""
    )
    challenges = {clause.id for clause in CHECK.clauses(keyed) if clause.kind == "www-authenticate"}
    assert challenges == {"B::401::www-authenticate"}


@pytest.mark.parametrize(
    ("value", "good"),
    [("left=3,kind=a", True), ("left,3,kind,a", True), ('{"left": 3}', True), ("left=x", False), ("kind=a", False)],
)
def test_an_object_in_a_header_is_written_in_either_way(ask: Ask, value: str, good: bool) -> None:
    """It was taken for one text, and every server accused."""
    contract = read(
        """
openapi: 3.1.0
info: {title: Limited, version: "1"}
paths:
  /a:
    get:
      operationId: Get
      responses:
        "200":
          description: done
          headers:
            X-Rate:
              schema: {type: object, required: [left], properties: {left: {type: integer}, kind: {type: string}}}
"""
    )
    asked = ask(CHECK, "Get", contract=contract, headers=(("X-Rate", value),))
    assert asked.outcome("Get::200/header.X-Rate::schema") == ("passed" if good else "failed")


OBJECTS = """
openapi: 3.1.0
info: {title: Limited, version: "1"}
components: {schemas: {Rate: {type: object}}}
paths:
  /a:
    get:
      operationId: Get
      responses:
        "200":
          description: done
          headers:
            X-Any: {schema: {$ref: "#/components/schemas/Rate"}}
            X-Json:
              required: true
              content: {application/json: {schema: {type: object, required: [left], properties: {left: {type: integer}}}}}
            X-Word: {content: {application/json: {schema: {type: string, maxLength: 3}}}}
            X-Sizes: {schema: {type: array, items: {type: integer}}}
            X-Either: {schema: {anyOf: [{type: integer, minimum: 3}, {type: array, items: {type: boolean}}]}}
"""


@pytest.mark.parametrize(
    ("name", "value", "outcome"),
    [
        ("X-Any", "a,1,b,2", "passed"),
        ("X-Any", "a=1, b=2", "passed"),
        ("X-Any", "", "passed"),
        ("X-Any", "unlimited", "failed"),
        ("X-Any", "a,1,b", "failed"),
        ("X-Any", "u=1, i", "passed"),
        ("X-Any", "a plain text, x=1", "failed"),
        ("X-Json", '{"left": 3}', "passed"),
        ("X-Json", '{"left": "three"}', "failed"),
        ("X-Json", "plenty", "failed"),
        ("X-Word", '"abc"', "passed"),
        ("X-Word", "abc", "passed"),
        ("X-Word", '"abcd"', "failed"),
        ("X-Either", "3", "passed"),
        ("X-Either", "true,false", "passed"),
        ("X-Either", "2", "failed"),
        ("X-Either", "true,x", "failed"),
        ("X-Sizes", "007, -03,00", "passed"),
        ("X-Sizes", "7, x", "failed"),
        ("X-Word", "0012", "failed"),
    ],
)
def test_a_plain_text_is_no_object_and_content_says_how_a_header_is_written(
    ask: Ask, name: str, value: str, outcome: str
) -> None:
    """Any text passed for an object, and a header with `content` was not judged at all."""
    asked = ask(CHECK, "Get", contract=read(OBJECTS), headers=((name, value),))
    assert asked.outcome(f"Get::200/header.{name}::schema") == outcome


def test_the_mock_writes_a_header_as_its_content_says(ask: Ask) -> None:
    contract = read(OBJECTS)
    spec = contract.operation("Get").response(200)
    headers = required_headers(spec)
    assert headers == (("X-Json", '{"left": 0}'),)
    assert ask(CHECK, "Get", contract=contract, headers=headers).outcome("Get::200/header.X-Json::schema") == "passed"
