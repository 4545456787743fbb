"""Boundaries: one fault at a time, each proved on the bytes; positives that a strict server must serve; the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.contract.operation import Contract
from contract_suite.contract.requests import read, violations
from contract_suite.generate.boundaries import Plan, boundaries, key_of
from contract_suite.generate.boundaries import count as planned
from contract_suite.generate.live import Pool
from contract_suite.generate.pairwise import pairwise
from contract_suite.generate.probes import probes
from contract_suite.generate.templates import Fresh, candidates, templates
from contract_suite.model import aims
from contract_suite.model.case import Case, Intent
from contract_suite.model.exchange import Identity
from contract_suite.model.json import JSON, Arguments

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


def cases_of(contract: Contract, name: str, plan: Plan | None = None) -> list[Case]:
    operation = contract.operation(name)
    addressing = Pool(contract).addressing(operation)
    return list(
        boundaries(contract, operation, TEMPLATES[name], addressing=addressing, fresh=naming(), plan=plan or Plan())
    )


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_intent_is_proved(contract: Contract, name: str) -> None:
    operation = contract.operation(name)
    for case in cases_of(contract, name):
        strict = violations(operation, case.request)
        lenient = violations(operation, case.request, lenient=True)
        if case.intent is Intent.POSITIVE:
            assert strict == (), case.note
            assert aims.parts(case.aim)[2] == "accepted"
        elif case.intent is Intent.NEGATIVE:
            enforced = {aims.enforced(name, each.subject, each.keyword) for each in lenient}
            assert case.aim in enforced, case.note
            assert enforced == {case.aim} or case.aim.endswith("type-enforced")
        else:
            assert case.aim == ""
            assert lenient == () or strict != ()


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_request_twice_and_the_same_bytes_every_time(contract: Contract, name: str) -> None:
    once, again = cases_of(contract, name), cases_of(contract, name)
    keys = [key_of(case.request) for case in once]
    assert len(set(keys)) == len(keys)
    assert [case.request for case in again] == [case.request for case in once]
    assert all(case.request.target.isascii() for case in once)


def test_the_edges_are_told(contract: Contract) -> None:
    found = {aims.parts(case.aim)[1:] for case in cases_of(contract, "List") if case.intent is Intent.NEGATIVE}
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
    bodies = {aims.parts(case.aim)[1:] for case in cases_of(contract, "Make") if case.intent is Intent.NEGATIVE}
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
    everything = {case.aim for case in cases_of(contract, "Make") if case.intent is Intent.NEGATIVE}
    few = cases_of(contract, "Make", Plan(cases=60, pairs=5))
    assert len(few) <= 60
    assert everything <= {case.aim for case in few}
    assert planned(contract, contract.operation("Make"), TEMPLATES["Make"], plan=Plan(cases=60, pairs=5)) <= 60


def test_every_member_that_was_accepted_is_shown(contract: Contract) -> None:
    told = {case.aim for case in cases_of(contract, "Change") if case.intent is Intent.POSITIVE}
    assert isinstance(BODY, dict)
    assert {aims.accepted("Change", f"body/{name}") for name in BODY} <= told


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
    assert list(templates(contract, contract.operation("Read"), Pool(contract))) == []


def test_probes(contract: Contract) -> None:
    make = {case.aim: case for case in probes(contract, contract.operation("Make"), TEMPLATES["Make"])}
    assert {aims.auth("Make", kind) for kind in aims.AUTH_KINDS if kind != aims.OPTIONAL} <= set(make)
    assert make[aims.auth("Make", aims.MISSING)].request.identity is Identity.NOBODY
    assert make[aims.auth("Make", aims.READONLY)].request.identity is Identity.READONLY
    assert {aims.enforced("Make", "body", keyword) for keyword in (aims.SYNTAX, aims.MEDIA_TYPE, "required")} <= set(
        make
    )
    listing = {case.aim for case in probes(contract, contract.operation("List"), TEMPLATES["List"])}
    assert {aim for aim in {*make, *listing} if "::method::" in aim} == {
        aims.method_refused("List", method) for method in ("PUT", "DELETE", "PATCH")
    }
    reading = {case.aim: case for case in probes(contract, contract.operation("Read"), TEMPLATES["Read"])}
    assert reading[aims.auth("Read", aims.OPTIONAL)].intent is Intent.POSITIVE
    assert aims.auth("Read", aims.MISSING) not in reading
    for case in make.values():
        if case.intent is Intent.NEGATIVE and case.aim.startswith("Make::body"):
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
