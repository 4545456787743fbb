"""Filters that are written as expressions: what a server misreads is found, in each language; a right one is left alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contract_suite.behaviours.collections.filter_expressions.expressions import Comparison
from contract_suite.behaviours.collections.filter_expressions.filter_expressions import BEHAVIOUR
from contract_suite.behaviours.collections.filter_expressions.finding import ExpressionFilter, expression_filters
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive
from tests.behaviours.vans_server import VANS, VansServer
from tests.contracts import load

LISTS = ("odataVans", "scimVans", "rsqlVans", "googleVans", "rowVans")
FLAWS = {  # with the kinds of clauses that it may break, and the lists whose language cannot show it
    "field-unheard": ("expression-holds", ()),
    "prefix": ("expression-holds", ()),
    "as-text": ("expression-holds expression-complete", ()),
    "and-as-or": ("expressions-joined", ("rowVans",)),
    "not-forgotten": ("expressions-joined", ("rsqlVans", "googleVans")),
    "last-unheard": ("expressions-joined", ("odataVans", "scimVans", "rsqlVans", "googleVans")),
    "total-unfiltered": ("expression-total", ()),
    "all-for-nobody": ("expression-empty", ()),
    "quote-breaks": ("expression-complete", ("rowVans", "googleVans")),
    "unsorted": ("expression-in-order", ()),
}
contract = cache(load)


@cache
def broken(*flaws: str) -> frozenset[tuple[str, str]]:
    """The lists and the kinds of the clauses that failed."""
    failed = drive(contract(VANS), (BEHAVIOUR,), server=VansServer(*flaws)).failed()
    return frozenset((each.split("::")[0], each.rpartition("::")[2]) for each in failed)


def test_a_right_server_passes_in_every_language() -> None:
    driven = drive(contract(VANS), (BEHAVIOUR,), server=VansServer())
    assert not driven.failed()
    kinds = {"expression-complete", "expressions-joined", "expression-empty", "expression-total", "expression-paged"}
    passed = {(each.split("::")[0], each.rpartition("::")[2]) for each in driven.passed()}
    assert {(name, kind) for name in LISTS for kind in (*kinds, "expression-in-order")} <= passed
    assert {
        f"scimVans::query.filter/{each}::expression-holds" for each in ("name", "bought", "maker.town")
    } <= driven.passed()
    assert driven.left == 0


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_found_in_every_language_that_can_show_it(flaw: str) -> None:
    kinds, without = FLAWS[flaw]
    assert {name for name, each in broken(flaw) if each in kinds.split()} == set(LISTS) - set(without)


def test_pages_that_are_cut_first_are_found() -> None:
    assert {(name, "expression-paged") for name in LISTS} <= broken("page-first")


def test_a_field_that_the_document_lists_may_not_be_refused() -> None:
    assert {name for name, _ in broken("size-refused")} == {"scimVans", "rsqlVans", "googleVans"}


def test_a_server_that_ignores_expressions_is_accused_where_two_things_speak_for_them() -> None:
    assert {name for name, _ in broken("unaware")} == {"odataVans", "scimVans", "rsqlVans", "googleVans"}


@pytest.mark.parametrize(
    ("parameter", "grammar", "fields"),
    [
        ({"name": "$filter"}, "odata", {"name", "state", "size", "made/by"}),
        ({"name": "$filter", "description": "Only `state` and `size`."}, "odata", {"state", "size"}),
        ({"name": "filter", "example": "state eq 'new'"}, "odata", {"name", "state", "size", "made/by"}),
        ({"name": "filter", "example": 'name eq "x" and state pr'}, "scim", {"name", "state", "size"}),
        ({"name": "q", "description": "An RSQL query", "example": "size=gt=3"}, "rsql", {"size"}),
        ({"name": "filter", "description": "See https://google.aip.dev/160, e.g. `made.by = Bo`"}, "aip-160", {"made.by"}),
        ({"name": "query", "example": "state:new"}, "colon", {"state"}),
        ({"name": "fieldSelector", "description": "Supported: `state`, `made.by`"}, "selector", {"state", "made.by"}),
        ({"name": "query", "example": "name:new"}, "", set()),
        ({"name": "filter", "description": "Filters by name."}, "", set()),
        ({"name": "filter", "description": "Text to search for", "example": "blue"}, "", set()),
        ({"name": "filter", "description": "At https://example.com/help", "example": "a new one"}, "", set()),
    ],
)  # fmt: skip
def test_the_document_says_in_which_language_and_of_which_fields(
    parameter: dict[str, Any], grammar: str, fields: set[str]
) -> None:
    found = filters(parameter)
    assert [each.grammar.name for each in found] == ([grammar] if grammar else [])
    assert {field.written for each in found for field in each.fields} == fields


@pytest.mark.parametrize(("example", "grammar"), [("gte.3", "postgrest"), ("gte:3", "prefixed"), ("3", "")])
def test_operators_in_front_of_values_are_known_by_an_example(example: str, grammar: str) -> None:
    found = filters({"name": "size", "example": example}, {"name": "name"})
    assert [each.grammar.name for each in found] == ([grammar] if grammar else [])


@pytest.mark.parametrize(
    ("parameter", "shown", "hidden"),
    [
        ({"name": "filter", "example": "size>10"}, ">", ">= < <= != AND"),
        ({"name": "filter", "example": "size >= 10"}, ">=", "> ="),
        ({"name": "filter", "example": "state!=new"}, "!=", "AND < >"),
        ({"name": "filter", "example": "size>1 AND size<=20"}, "> <= AND", "< >= OR"),
        ({"name": "filter", "example": "size=1", "description": "As <b>size=3</b>, name=<name> -> a BRAND"}, "", "< > AND"),
        ({"name": "size", "example": "gte:3"}, "gte:", "gt: lt: ne:"),
        ({"name": "size", "example": "gt:3", "description": "or lte:<number>, by default: 5"}, "gt: lte:", "gte: lt:"),
    ],
)  # fmt: skip
def test_an_operator_is_shown_with_blanks_or_without(parameter: dict[str, Any], shown: str, hidden: str) -> None:
    (found,) = filters(parameter, {"name": "name"})
    assert {each: found.shows(each) for each in f"{shown} {hidden}".split()} == {
        **dict.fromkeys(shown.split(), True),
        **dict.fromkeys(hidden.split(), False),
    }


@pytest.mark.parametrize(
    ("example", "described", "written"),
    [
        ("size>10", "", "size>4"),
        ("size>10 AND size<=20", "", "size>4"),
        ('name="a = b" AND size>1', "or `size>1`", "size>4"),
        ("size > 10", "", "size > 4"),
        ("size>10", "or `size > 1`", "size > 4"),
    ],
)
def test_signs_are_written_as_the_document_writes_them(example: str, described: str, written: str) -> None:
    (found,) = filters({"name": "filter", "example": example, "description": described})
    size = next(each for each in found.fields if each.written == "size")
    assert found.arguments(Comparison(field=size, operator="gt", value=4)) == {"query.filter": written}


class Compact(VansServer):
    """Takes no blanks around signs, and `gte:4` where others take `gte.4`."""

    def read(self, language: str, text: str) -> Callable[[dict[str, Any]], bool]:
        if re.search(r" [<>=!]|[<>=!] ", re.sub(r'"[^"]*"', '""', text)):
            raise ValueError(text)
        return super().read(language, re.sub(r"^(\w+)([<>=!]+)|(?<= )(\w+)([<>=!]+)", r"\1\3 \2\4 ", text))

    def row(self, field: str, text: str) -> Callable[[dict[str, Any]], bool]:
        return super().row(field, text.replace(":", ".", 1))


COMPACT = {
    "`seats >= 4`": "`seats>=4`",
    "'name = \"Otto\"'": "'name=\"Otto\"'",
    "eq.small": "eq:small",
    "gte.4": "gte:4",
}


@pytest.mark.parametrize(
    ("flaw", "failed"), [("", set()), ("as-text", {"googleVans", "rowVans"}), ("and-as-or", {"googleVans"})]
)
def test_operators_without_blanks_are_asked_for(flaw: str, failed: set[str]) -> None:
    text = Path(VANS).read_text("utf-8")
    for old, new in COMPACT.items():
        assert old in text
        text = text.replace(old, new)
    written = read_contract(Library().read(text.encode(), "vans.yaml"))
    driven = drive(written, (BEHAVIOUR,), server=Compact(flaw))
    assert {each.split("::")[0] for each in driven.failed()} & {"googleVans", "rowVans"} == failed
    passed = {(each.split("::")[0], each.rpartition("::")[2]) for each in driven.passed()}
    assert flaw or {("rowVans", "expression-complete"), ("googleVans", "expressions-joined")} <= passed


def filters(*parameters: dict[str, Any]) -> tuple[ExpressionFilter, ...]:
    made = {"type": "object", "properties": {"by": {"type": "string"}}}
    properties: dict[str, Any] = {
        "name": {"type": "string"},
        "state": {"enum": ["new", "old"], "type": "string"},
        "size": {"type": "integer"},
        "made": made,
    }
    items = {"type": "array", "items": {"type": "object", "properties": properties}}
    answer = {"description": "ok", "content": {"application/json": {"schema": items}}}
    taken = [{"in": "query", "schema": {"type": "string"}, **each} for each in parameters]
    listing = {
        "operationId": "list",
        "parameters": taken,
        "responses": {"200": answer},
        "x-contract": {"collection": {"items": ""}},
    }
    document = {"openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "paths": {"/things": {"get": listing}}}
    read: Contract = read_contract(Library().read(json.dumps(document).encode(), "things.json"))
    return expression_filters(read)


class OfPeople(VansServer):
    """Takes texts for the same that people do."""

    def compare(self, field: str, sign: str, wanted: Any) -> Callable[[dict[str, Any]], bool]:
        if sign != "eq" or field != "size" or not isinstance(wanted, str):
            return super().compare(field, sign, wanted)
        return lambda van: str(van[field]).casefold().strip() == wanted.casefold().strip()


class Busy(VansServer):
    """Has other clients, who add and remove vans all the time."""

    def handle(self, request: Request) -> Response:
        self.asked = getattr(self, "asked", 0) + 1
        if request.method == "GET" and self.asked % 5 == 0:
            self.add({"name": "Otto", "size": "small", "seats": self.asked % 40 + 1})
        if request.method == "GET" and self.asked % 7 == 0 and len(self.vans) > 8:
            self.vans.pop(self.asked % len(self.vans))
        return super().handle(request)


class Late(VansServer):
    """Finds what is new only after a few more requests, and counts no further than to five."""

    asked = 0

    def handle(self, request: Request) -> Response:
        self.asked += 1
        response = super().handle(request)
        if request.method == "POST":
            self.vans[-1]["from"] = self.asked + 6
        if request.method != "GET" or response.status != 200:
            return response
        shown = json.loads(response.body)
        return replace(response, body=json.dumps({**shown, "total": min(5, shown["total"])}).encode())

    def tests(self, language: str, asked: dict[str, str]) -> list[Callable[[dict[str, Any]], bool]]:
        found = super().tests(language, asked)
        return [*found, lambda van: van.get("from", 0) < self.asked] if found else found


@pytest.mark.parametrize("server", [OfPeople, Busy, Late])
def test_right_servers_of_other_kinds_are_left_alone(server: type[VansServer]) -> None:
    assert not drive(contract(VANS), (BEHAVIOUR,), server=server()).failed()
