"""A lower bound above its upper one is sent once, and whatever is answered to it, except a server error, is right."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from contract_suite.generate.boundaries.boundaries import boundaries
from contract_suite.model.case import Case, Intent
from contract_suite.model.json import JSON
from tests.generate.conftest import read
from tests.generate.test_odd_bodies import document

DATE: Any = {"type": "string", "format": "date"}
NUMBER: Any = {"type": "number", "minimum": 0}


def turned(cases: list[Case]) -> list[Case]:
    return [each for each in cases if re.search("= .* above .* = ", each.note)]


def listed(**parameters: Any) -> list[Case]:
    query = [{"name": name, "in": "query", "schema": schema} for name, schema in parameters.items()]
    operation = {"operationId": "list", "parameters": query, "responses": {"200": {"description": "Served."}}}
    contract = read(
        {"openapi": "3.1.0", "info": {"title": "L", "version": "1"}, "paths": {"/things": {"get": operation}}}
    )
    return turned(list(boundaries(contract, contract.operation("list"), {})))


@pytest.mark.parametrize(
    ("lower", "upper", "schema"),
    [
        ("min_price", "max_price", NUMBER),
        ("priceMin", "priceMax", {"type": "integer", "minimum": 200, "maximum": 900}),
        ("minPrice", "maxPrice", {"anyOf": [NUMBER, {"type": "null"}]}),
        ("price[gte]", "price[lte]", NUMBER),
        ("hiredFrom", "hiredTo", DATE),
        ("from", "to", {"anyOf": [DATE, {"type": "null"}]}),
        ("created_after", "created_before", {"type": "string", "format": "date-time"}),
        ("start_date", "end_date", DATE),
    ],
)
def test_a_range_turned_round_is_sent_once(lower: str, upper: str, schema: Any) -> None:
    [case] = listed(**{lower: schema, upper: schema, "name": {"type": "string"}})
    sent = dict(parse_qsl(urlsplit(case.request.target).query))
    high, low = sent[lower], sent[upper]
    assert high > low if "-" in high else float(high) > float(low)
    assert case.intent is Intent.UNKNOWN


@pytest.mark.parametrize(
    "parameters",
    [
        {"after": {"type": "string"}, "before": {"type": "string"}},
        {"min_price": NUMBER, "max_size": NUMBER},
        {"from": DATE, "to": {"type": "string", "format": "email"}},
        {"min": {"type": "integer", "maximum": 5}, "max": {"type": "integer", "minimum": 5}},
    ],
)
def test_what_is_no_range_or_cannot_be_turned_round_is_left_alone(parameters: Any) -> None:
    assert listed(**parameters) == []


def test_a_range_in_the_body_of_a_create_is_turned_round_too() -> None:
    contract = read(document({"type": "object", "properties": {"starts_at": DATE, "ends_at": DATE}}))
    body: JSON = {"starts_at": "2026-01-01", "ends_at": "2026-01-02"}
    [case] = turned(list(boundaries(contract, contract.operation("send"), {"body": body})))
    assert case.arguments["body"] == {"starts_at": "2024-06-30", "ends_at": "2024-01-01"}
    assert case.intent is Intent.UNKNOWN
