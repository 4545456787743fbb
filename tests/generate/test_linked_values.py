"""Values of a body that belong together are not varied one by one and called valid."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.generate.linked_values import LinkedValues
from contract_suite.model.json import JSON
from tests.generate.conftest import OK, read

FLAG: dict[str, JSON] = {
    "name": "Free shipping",
    "variations": [{"key": "on", "value": "true"}, {"key": "off", "value": "false"}],
    "offVariation": "off",
    "fallthrough": [{"variation": "on", "weight": 20}, {"variation": "off", "weight": 80}],
}
INVOICE: dict[str, JSON] = {"total": 30, "lines": [{"amount": 10, "text": "a"}, {"amount": 20, "text": "b"}], "vat": 7}


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (FLAG, {"/variations/*/key", "/offVariation", "/fallthrough/*/variation", "/fallthrough/*/weight"}),
        (INVOICE, {"/total", "/lines/*/amount"}),
        ({"languages": ["en", "de"], "defaultLanguage": "en"}, {"/languages/*", "/defaultLanguage"}),
        ({"split": [{"share": 0.25}, {"share": 0.75}]}, {"/split/*/share"}),
        ({"split": [{"share": 1}]}, {"/split/*/share"}),
        ({"lines": [{"quantity": 1}]}, set()),
        ({"tags": ["red"], "colour": "red"}, set()),
        ({"name": "a", "title": "a", "tags": ["a"]}, set()),
        ({"roles": [{"name": "cook"}], "role": "waiter"}, set()),
        ([1, 99], {"/*"}),
        ([1, 2], set()),
        ([10**400, 0.5], set()),
        ([float("inf"), float("nan"), 1.7e308, 1.7e308], set()),
        (None, set()),
    ],
)
def test_what_agrees_and_is_named_alike_belongs_together(body: JSON, places: set[str]) -> None:
    assert LinkedValues(body).places == places


@pytest.mark.parametrize(
    ("change", "place", "broken"),
    [
        ({"offVariation": "9"}, "/offVariation", True),
        ({"fallthrough": [{"variation": "on", "weight": 1}]}, "/fallthrough/*/weight", True),
        ({"variations": []}, "/variations", True),
        ({"rules": [{"rollout": [{"variation": "9", "weight": 1}]}]}, "/rules", True),
        ({"name": "x"}, "/name", False),
        ({"tags": ["x"]}, "/tags", False),
        ({}, "", False),
    ],
)
def test_a_body_that_is_special_there_may_be_refused(change: dict[str, Any], place: str, *, broken: bool) -> None:
    assert LinkedValues(FLAG).broken_by({**FLAG, **change}, place) is broken


def test_a_reference_beside_its_list_is_seen_where_the_accepted_body_has_neither() -> None:
    made_up: dict[str, JSON] = {"variations": [{"key": "a"}], "offVariation": "b"}
    assert LinkedValues({}).broken_by(made_up, "/variations")
    assert LinkedValues({}).made_up_in(made_up)
    assert not LinkedValues({}).broken_by({**made_up, "offVariation": "a"}, "/variations")


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(ANY)
def test_a_body_never_breaks_what_it_holds_itself(body: JSON) -> None:
    assert not LinkedValues(body).broken_by(body, "")


QUESTION: dict[str, Any] = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"enum": ["choice", "rating"]},
        "options": {"type": "array", "items": {"type": "string"}},
        "scale": {"type": "integer"},
    },
}
SURVEY: dict[str, JSON] = {"questions": [{"type": "choice", "options": ["yes"]}, {"type": "rating", "scale": 5}]}


@pytest.mark.parametrize(
    ("question", "broken"),
    [
        ({"type": "choice", "options": ["yes", "no"]}, False),
        ({"type": "choice"}, True),
        ({"type": "choice", "options": ["yes"], "scale": 5}, True),
        ({"type": "rating", "options": ["yes"]}, True),
    ],
)
def test_which_members_go_with_a_sort_of_thing_only_prose_can_say(question: dict[str, JSON], *, broken: bool) -> None:
    """Options of a rating were called valid, as no schema forbids them."""
    schema = {"type": "object", "properties": {"questions": {"type": "array", "items": QUESTION}}}
    body = {"content": {"application/json": {"schema": schema}}}
    post = {"operationId": "make", "requestBody": body, "responses": OK}
    plain = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/surveys": {"post": post}}}
    linked = LinkedValues(SURVEY, read(plain).operation("make"))
    assert linked.broken_by({"questions": [question]}, "/questions") is broken


@pytest.mark.parametrize("refers", [False, True])
def test_numbers_may_be_limited_by_what_a_body_refers_to(*, refers: bool) -> None:
    linked = LinkedValues({"room_id": 7, "guests": 2}, refers=refers)
    assert linked.broken_by({"room_id": 7, "guests": 8}, "/guests") is refers
    assert not linked.broken_by({"room_id": 7, "guests": 2, "note": "x"}, "/note")


@pytest.mark.parametrize("refers", [False, True])
def test_what_a_body_refers_to_may_have_one_choice_alone(*, refers: bool) -> None:
    """A transfer between two wallets in euros was called valid in dollars, as the schema lists both."""
    members = {"source": {"type": "string"}, "currency": {"enum": ["eur", "usd"]}, "note": {"type": "string"}}
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": members}}}}
    post = {"operationId": "pay", "requestBody": body, "responses": OK}
    plain = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/transfers": {"post": post}}}
    linked = LinkedValues({"source": "w1", "currency": "eur"}, read(plain).operation("pay"), refers=refers)
    assert linked.broken_by({"source": "w1", "currency": "usd"}, "/currency") is refers
    assert not linked.broken_by({"source": "w1", "currency": "eur", "note": "x"}, "/note")
