"""Refusals of what is valid by itself, for how two members of a body agree: right servers were accused for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.checks.kit.related_members import compares_members
from contract_suite.model.json import JSON

BODY: dict[str, JSON] = {
    "lines": [{"price": 1, "compare_at_price": 2}],
    "name": "a",
    "hourly_rate_cents": 5,
    "dailyCap": 4,
    "starts": "2026-01-01",
    "starts_note": "",
}


@pytest.mark.parametrize(
    "refusal",
    [
        {"errors": {"json": {"dailyCap": ["Must not be lower than hourly_rate_cents."]}}},
        {"message": "The daily cap must not be lower than the hourly rate cents"},
        {"detail": [{"loc": ["body", "dailyCap"], "msg": "must be at least hourlyRateCents"}]},
        {"errors": [{"field": "dailyCap", "message": "less than hourly-rate-cents"}]},
        {"errors": [{"source": {"pointer": "/dailyCap"}, "detail": "dailyCap: above HOURLY_RATE_CENTS"}]},
        "dailyCap and name exclude each other",
        {"errors": {"lines[0].compare_at_price": ["must be greater than price"]}},
    ],
)
def test_two_members_are_compared(refusal: JSON) -> None:
    assert compares_members(refusal, BODY)


@pytest.mark.parametrize(
    "refusal",
    [
        {"errors": {"json": {"dailyCap": ["Must be at least 10."], "name": ["Must be longer."]}}},
        {"detail": [{"loc": ["body", "name"], "msg": "is invalid"}, {"loc": ["body", "starts"], "msg": "is invalid"}]},
        {"message": "starts note is too long"},
        {"message": "name is too short. The starts note is invalid"},
        {"message": "invalid", "input": BODY},
        "name",
        7,
        None,
    ],
)
def test_no_two_members_are(refusal: JSON) -> None:
    assert not compares_members(refusal, BODY)


def test_one_of_two_parameters_may_be_needed() -> None:
    refusal: JSON = {"errors": {"base": ["inventory_ids or location_ids is required"]}}
    assert compares_members(refusal, None, ["inventory_ids", "location_ids", "limit"])
    assert not compares_members(refusal, None, ["inventory_ids", "limit"])


def test_one_that_was_not_sent_may_be_missing() -> None:
    refusal: JSON = {"message": "'SendAt' and ScheduleType go together"}
    assert not compares_members(refusal, {"ScheduleType": "fixed"})
    assert compares_members(refusal, {"ScheduleType": "fixed"}, (), ["SendAt", "ScheduleType", "Body"])
    pointed: JSON = {"errors": [{"title": "/data/city must not be null"}]}
    assert not compares_members(pointed, {"data": {"city": None}}, (), ["data"])


def test_what_has_the_name_of_a_member_by_chance_compares_none() -> None:
    assert not compares_members({"title": "name is of no type", "code": 3}, BODY, (), ["title", "type", "code"])
    assert not compares_members({"send_on": "name is too long"}, BODY, (), ["send_on"])


@pytest.mark.parametrize(
    ("refusal", "body"),
    [
        ({"message": "title is too long"}, {"message": "a", "title": "b"}),
        ({"error": "amount is too low"}, {"error": 1, "amount": 2}),
        ({"title": "Bad status", "detail": "status is unknown"}, {"title": "a", "status": "b"}),
        (
            {"detail": [{"loc": ["body", "lines", 0, "product"], "msg": "is unknown"}]},
            {"lines": [{"product": 1}], "product": 2},
        ),
    ],
)
def test_a_refusal_of_one_member_compares_it_with_none(refusal: JSON, body: JSON) -> None:
    """A member that is called like one of the refusal itself was taken for another one that it speaks of."""
    assert not compares_members(refusal, body)


def test_a_member_and_what_holds_it_are_one() -> None:
    """A city of null, which was allowed, could be refused: `data` and `city` were taken for two members that disagree."""
    refusal: JSON = {"errors": [{"title": "/data/city must not be null", "source": "/data/city"}]}
    assert not compares_members(refusal, {"data": {"city": None, "kind": "person"}})
    assert compares_members(refusal, {"data": 1, "city": None})


@given(
    refusal=st.recursive(
        st.none() | st.text(max_size=9) | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
    body=st.dictionaries(st.text(max_size=5), st.integers(), max_size=1),
)
def test_of_one_member_there_is_nothing_to_compare(refusal: JSON, body: dict[str, JSON]) -> None:
    assert not compares_members(refusal, body)
