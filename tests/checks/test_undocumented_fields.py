from __future__ import annotations

from typing import Any

import pytest

from contract_suite.checks.bodies.undocumented_fields import CHECK
from contract_suite.contract.operation import Contract
from contract_suite.model.source import Level
from tests.checks.toys import Ask, read

CLAUSE = "ListToys::200::no-undocumented-fields"


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"Items": []}, []),
        ({"Items": [], "Extra": 1}, ["/Extra"]),
        ({"Items": [{"Name": "a", "x/y": 1}]}, ["/Items/0/x~1y"]),
        ({"Items": [{"Name": "a"}, {"Name": "a", "X": 1}, {"Name": "a", "X": 1}]}, ["/Items/1/X"]),
        ({"Items": [{"Name": "a", "Labels": {"any": "x"}}]}, []),
        ({"Items": [{"Name": "a", "Parts": [{"Parts": [{"X": 1}]}]}]}, ["/Items/0/Parts/0/Parts/0/X"]),
        ({"Items": [{"Name": "a"}] * 90 + [{"X": 1}] + [{"Name": "a"}] * 90}, ["/Items/90/X"]),
        ([], []),
    ],
)
def test_table(ask: Ask, body: Any, pointers: list[str]) -> None:
    asked = ask(CHECK, body=body)
    assert [verdict.pointer for verdict in asked.verdicts if verdict.pointer] == pointers
    assert bool(asked.passed) is not bool(pointers)


def test_only_documented_successes_are_looked_at(ask: Ask) -> None:
    assert not ask(CHECK, status=400, body={"X": 1}).verdicts
    assert not ask(CHECK, status=299, body={"X": 1}).verdicts
    assert not ask(CHECK, "Peek", body={"X": 1}).verdicts


def test_level(toy: Contract) -> None:
    assert {clause.level for clause in CHECK.clauses(toy)} == {Level.ADVISORY}


@pytest.mark.parametrize(
    ("schema", "body", "undocumented"),
    [
        ("{type: object}", {"x": 1}, False),
        ("{properties: {a: {}}, required: [x]}", {"x": 1}, False),
        ("{properties: {a: {}}, additionalProperties: true}", {"x": 1}, False),
        ("{properties: {a: {}}}", {"a": 1, "unexpected": "x"}, False),  # what the run sent itself
        ("{properties: {a: {}}, additionalProperties: {type: integer}}", {"x": 1}, False),
        ("{properties: {a: {}}, patternProperties: {'^x': {}}}", {"x": 1}, False),
        ("{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}", {"a": 1, "b": 1}, False),
        ("{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}", {"a": 1, "x": 1}, True),
        ("{anyOf: [{properties: {a: {}}}, {properties: {b: {}}}]}", {"b": 1}, False),
        ("{anyOf: [{properties: {a: {}}}, true]}", {"x": 1}, False),
        ("{properties: {a: {}}}", {"a": {"x": 1}}, False),
        ("{properties: {a: {type: [object, 'null'], properties: {b: {}}}}}", {"a": {"x": 1}}, True),
        ("{properties: {a: {items: {properties: {b: {}}}}}}", {"a": [{"b": 1, "x": 1}]}, True),
        ("{items: {items: {items: {properties: {b: {}}}}}}", [[[{"b": 1, "x": 1}]]], True),
        (
            "{additionalProperties: true, properties: {a: {additionalProperties: true, properties: {b: {properties: {c: {}}}}}}}",
            {"a": {"b": {"x": 1}}},
            True,
        ),
    ],
)
def test_schemas(ask: Ask, schema: str, body: Any, undocumented: bool) -> None:
    contract = read(
        f"""
openapi: 3.1.0
info: {{title: t, version: "1"}}
paths: {{/a: {{get: {{operationId: A, responses: {{"200": {{description: ok, content: {{application/json: {{schema: {schema}}}}}}}}}}}}}}}
"""
    )
    assert bool(ask(CHECK, "A", contract=contract, body=body).failed) is undocumented


@pytest.mark.parametrize(
    ("media", "body", "undocumented"),
    [
        ("application/vnd.api+json", {"data": {}, "jsonapi": {"version": "1.1"}, "links": {}}, False),
        ("application/vnd.api+json", {"data": {"jsonapi": {}}}, True),
        ("application/hal+json", {"data": {}, "_links": {}}, False),
        ("application/json", {"data": {}, "links": {}}, True),
    ],
)
def test_members_that_a_media_type_has_are_documented(ask: Ask, media: str, body: Any, undocumented: bool) -> None:
    schema = "{properties: {data: {properties: {id: {}}}}}"
    contract = read(
        f"""
openapi: 3.1.0
info: {{title: t, version: "1"}}
paths: {{/a: {{get: {{operationId: A, responses: {{"200": {{description: ok, content: {{{media}: {{schema: {schema}}}}}}}}}}}}}}}
"""
    )
    assert bool(ask(CHECK, "A", contract=contract, body=body, content_type=media).failed) is undocumented
