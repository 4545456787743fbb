"""Boundaries: one fault at a time, each proved on the bytes; positives that a strict server must serve; the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, count, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.contract.operation import Contract
from contract_suite.contract.request_reading import read
from contract_suite.contract.violations import violations
from contract_suite.generate.boundaries.boundaries import boundaries
from contract_suite.generate.boundaries.boundaries import count as planned
from contract_suite.generate.boundaries.boundary_cases import Limits
from contract_suite.generate.boundaries.pairwise import pairwise
from contract_suite.generate.probes import probes
from contract_suite.generate.proof import key_of
from contract_suite.generate.templates import Fresh, candidates, templates
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Identity
from contract_suite.model.json import JSON, Arguments
from contract_suite.runner.session.ledger.ledger import Ledger
from tests.generate.conftest import read as read_document
from tests.generate.conftest import things

BODY: JSON = {"Name": "one", "Note": "n", "Size": 5, "Kind": "big", "Tags": ["a"], "Inner": {"Flag": True}}
TEMPLATES: dict[str, Arguments] = {
    "Make": {"body": BODY},
    "List": {"query.Code": "ab"},
    "Read": {"path.Id": "t-1"},
    "Change": {"path.Id": "t-1", "body": BODY},
    "Remove": {"path.Id": "t-1"},
}


def naming() -> Fresh:
    numbers: Iterator[int] = count(1)
    return lambda name: f"run-{name}-{next(numbers)}"


def cases_of(contract: Contract, name: str, limits: Limits | None = None) -> list[Case]:
    operation = contract.operation(name)
    addressing = Ledger(contract).addressing(operation)
    return list(
        boundaries(
            contract, operation, TEMPLATES[name], addressing=addressing, fresh=naming(), limits=limits or Limits()
        )
    )


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_intent_is_proved(contract: Contract, name: str) -> None:
    operation = contract.operation(name)
    for case in cases_of(contract, name):
        strict = violations(operation, case.request)
        lenient = violations(operation, case.request, lenient=True)
        if case.intent is Intent.POSITIVE:
            assert strict == (), case.note
            assert clause_ids.parts(case.target_clause)[2] == "accepted"
        elif case.intent is Intent.NEGATIVE:
            enforced = {clause_ids.enforced(name, each.subject, each.keyword) for each in lenient}
            assert case.target_clause in enforced, case.note
            assert enforced == {case.target_clause} or case.target_clause.endswith("type-enforced")
        else:
            assert case.target_clause == ""
            assert lenient == () or strict != ()


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_request_twice_and_the_same_bytes_every_time(contract: Contract, name: str) -> None:
    once, again = cases_of(contract, name), cases_of(contract, name)
    keys = [key_of(case.request) for case in once]
    assert len(set(keys)) == len(keys)
    assert [case.request for case in again] == [case.request for case in once]
    assert all(case.request.target.isascii() for case in once)


@pytest.mark.parametrize(("header", "wrong_in_capitals"), [("Content-Encoding", False), ("X-Mode", True)])
def test_what_means_the_same_in_capitals_is_no_other_value(header: str, *, wrong_in_capitals: bool) -> None:
    """`IDENTITY` is the content coding `identity` (RFC 9110, 8.4.1), so that a right server serves it."""
    parameter = {"name": header, "in": "header", "schema": {"type": "string", "enum": ["gzip", "identity"]}}
    post = {"operationId": "Send", "parameters": [parameter], "responses": {"204": {"description": "done"}}}
    contract = read_document(
        {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"post": post}}}
    )
    cases = boundaries(
        contract, contract.operation("Send"), {}, addressing=frozenset(), fresh=naming(), limits=Limits()
    )
    wrong = [case for case in cases if case.intent is Intent.NEGATIVE]
    values = {value for case in wrong for name, value in case.request.headers if name == header}
    assert ("IDENTITY" in values or "GZIP" in values) is wrong_in_capitals
    assert values - {"gzip", "identity", "GZIP", "IDENTITY"}


def test_the_edges_are_told(contract: Contract) -> None:
    found = {
        clause_ids.parts(case.target_clause)[1:]
        for case in cases_of(contract, "List")
        if case.intent is Intent.NEGATIVE
    }
    assert found == {
        ("query.Limit", "type-enforced"),
        ("query.Limit", "minimum-enforced"),
        ("query.Limit", "maximum-enforced"),
        ("query.Order", "enum-enforced"),
        ("query.Deep", "type-enforced"),
        ("query.Code", "pattern-enforced"),
        ("query.Code", "required-enforced"),
    }
    targets = {case.request.target for case in cases_of(contract, "List") if case.intent is Intent.POSITIVE}
    assert {
        "/things?Code=ab&Limit=1",
        "/things?Code=ab&Limit=50",
        "/things?Code=ab&Order=desc",
        "/things?Code=ab&Deep=false",
    } <= targets
    bodies = {
        clause_ids.parts(case.target_clause)[1:]
        for case in cases_of(contract, "Make")
        if case.intent is Intent.NEGATIVE
    }
    assert {
        ("body", "type-enforced"),
        ("body/Name", "required-enforced"),
        ("body/Name", "min-length-enforced"),
        ("body/Name", "max-length-enforced"),
        ("body/Size", "format-enforced"),
        ("body/Tags", "max-items-enforced"),
        ("body/Tags/*", "pattern-enforced"),
        ("body/Kind", "enum-enforced"),
        ("body/Inner", "additionalProperties".replace("P", "-p") + "-enforced"),
        ("body/Inner/Flag", "required-enforced"),
        ("body/Inner/Flag", "type-enforced"),
    } <= bodies


def test_a_bound_leaves_no_clause_out(contract: Contract) -> None:
    everything = {case.target_clause for case in cases_of(contract, "Make") if case.intent is Intent.NEGATIVE}
    few = cases_of(contract, "Make", Limits(cases=60, pairs=5))
    assert len(few) <= 60
    assert everything <= {case.target_clause for case in few}
    assert planned(contract, contract.operation("Make"), TEMPLATES["Make"], limits=Limits(cases=60, pairs=5)) <= 60


def test_every_member_that_was_accepted_is_shown(contract: Contract) -> None:
    told = {case.target_clause for case in cases_of(contract, "Change") if case.intent is Intent.POSITIVE}
    assert isinstance(BODY, dict)
    assert {clause_ids.accepted("Change", f"body/{name}") for name in BODY} <= told


def test_unique_fields_are_fresh(contract: Contract) -> None:
    names = []
    for case in cases_of(contract, "Make"):
        body = read(contract.operation("Make"), case.request).get("body")
        if case.intent is Intent.POSITIVE and isinstance(body, dict):
            names.append(body["Name"])
    assert len(set(map(str, names))) == len(names)
    assert all(str(name).startswith("run-Name-") for name in names)


def test_a_delete_is_served_once_and_last(contract: Contract) -> None:
    intents = [case.intent for case in cases_of(contract, "Remove")]
    assert intents[-1] is Intent.POSITIVE
    assert Intent.POSITIVE not in intents[:-1]


def test_live_ids_stay(contract: Contract) -> None:
    assert all(
        "/things/t-1" in case.request.target
        for case in cases_of(contract, "Change")
        if case.intent is not Intent.UNKNOWN
    )


def test_candidates(contract: Contract) -> None:
    operation = contract.operation("List")
    found = list(candidates(contract, operation))
    assert any(set(each) == {"query.Code"} for each in found)
    assert any(set(each) == {"query.Code", "query.Limit", "query.Order", "query.Deep"} for each in found)
    assert list(templates(contract, contract.operation("Read"), Ledger(contract))) == []


def test_probes(contract: Contract) -> None:
    make = {case.target_clause: case for case in probes(contract, contract.operation("Make"), TEMPLATES["Make"])}
    assert {clause_ids.auth("Make", kind) for kind in clause_ids.AUTH_KINDS if kind != clause_ids.OPTIONAL} <= set(make)
    assert make[clause_ids.auth("Make", clause_ids.MISSING)].request.identity is Identity.NOBODY
    assert make[clause_ids.auth("Make", clause_ids.READONLY)].request.identity is Identity.READONLY
    assert {
        clause_ids.enforced("Make", "body", keyword)
        for keyword in (clause_ids.SYNTAX, clause_ids.MEDIA_TYPE, "required")
    } <= set(make)
    listing = {case.target_clause for case in probes(contract, contract.operation("List"), TEMPLATES["List"])}
    assert {target_clause for target_clause in {*make, *listing} if "::method::" in target_clause} == {
        clause_ids.method_refused("List", method) for method in ("PUT", "DELETE", "PATCH")
    }
    reading = {case.target_clause: case for case in probes(contract, contract.operation("Read"), TEMPLATES["Read"])}
    assert reading[clause_ids.auth("Read", clause_ids.OPTIONAL)].intent is Intent.POSITIVE
    assert clause_ids.auth("Read", clause_ids.MISSING) not in reading
    for case in make.values():
        if case.intent is Intent.NEGATIVE and case.target_clause.startswith("Make::body"):
            assert violations(contract.operation("Make"), case.request, lenient=True)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=5))
@settings(max_examples=50, deadline=None)
def test_pairwise_covers_every_pair(sizes: list[int]) -> None:
    rows = pairwise(sizes, 1000)
    assert rows == pairwise(sizes, 1000)
    for left, right in combinations(range(len(sizes)), 2):
        assert {(row[left], row[right]) for row in rows} == {
            (a, b) for a in range(sizes[left]) for b in range(sizes[right])
        }
    assert len(pairwise(sizes, 3)) <= 3


def test_pairs_of_two_thousand_values_are_found_at_once() -> None:
    rows = pairwise([3] * 2_000, 10)
    assert len(rows) == 10
    assert all(len(row) == 2_000 for row in rows)


def test_no_case_is_built_before_it_is_read(contract: Contract) -> None:
    operation, fresh = contract.operation("Make"), naming()
    asked: list[str] = []

    def asking(name: str) -> JSON:
        asked.append(name)
        return fresh(name)

    cases = boundaries(contract, operation, TEMPLATES["Make"], fresh=asking)
    assert len(list(islice(cases, 5))) == 5
    assert len(asked) <= 6


def test_texts_of_a_unique_field_are_made_fresh_and_stay_positive(contract: Contract) -> None:
    name = "body/Name"
    positive = [
        case.arguments["body"]
        for case in cases_of(contract, "Make")
        if case.target_clause == clause_ids.accepted("Make", name)
    ]
    names = [body["Name"] for body in positive if isinstance(body, dict)]
    assert len(names) > 2
    assert len(set(map(str, names))) == len(names)


def test_a_unique_field_that_is_no_text_can_not_be_made_fresh() -> None:
    document = things()
    document["x-contract"]["resources"]["Thing"]["unique"] = [{"fields": ["Size"]}]
    cases = cases_of(read_document(document), "Make")
    about_size = [
        case
        for case in cases
        if case.note.startswith("/Size: ") and "left out" not in case.note and case.intent is not Intent.NEGATIVE
    ]
    assert about_size
    assert all(case.intent is Intent.UNKNOWN for case in about_size)


def test_blanks_around_a_header_field_are_no_part_of_its_value() -> None:
    document = things()
    tenant = {"name": "X-Tenant", "in": "header", "required": True, "schema": {"enum": ["north", "south"]}}
    document["paths"]["/things/{Id}"]["get"]["parameters"] = [tenant]
    contract = read_document(document)
    template: Arguments = {"path.Id": "t-1", "header.X-Tenant": "north"}
    cases = [
        case for case in boundaries(contract, contract.operation("Read"), template) if case.intent is Intent.NEGATIVE
    ]
    sent = {value for case in cases for name, value in case.request.headers if name == "X-Tenant"}
    assert sent
    assert {value.strip(" \t") for value in sent}.isdisjoint({"north", "south"})
