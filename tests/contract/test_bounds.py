"""What a bound means for a number, a day and a moment, and where nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.contract.bounds import lies_within
from contract_suite.contract.vocabulary import Bound
from contract_suite.model.location import Location

DAY, NOON = "2024-05-06", "2024-05-06T12:00:00Z"


def bound(**side: Any) -> Bound:
    return Bound(location=Location(file="a.yaml", line=1, pointer=""), parameter="least", field="size", **side)


@pytest.mark.parametrize(
    ("found", "wanted", "within"),
    [
        (5, 4, True),
        (3, 4, False),
        (4.5, 4, True),
        ("10.50", 9, True),
        (2**60 + 1, 2**60, True),
        (DAY, "2024-05-05", True),
        (DAY, "2024-05-07", False),
        (NOON, "2024-05-06T13:00:00+02:00", True),
        (NOON, "2024-05-06T13:00:00-02:00", False),
        (NOON, "2024-05-06T12:00:00.4Z", None),
        (NOON, DAY, None),
        (NOON, "2024-05-04", True),
        (NOON, "2024-05-08", False),
        (NOON, "2024-05-06T11:00:00", None),
        (DAY, "2024-05-01T00:00:00Z", True),
        ("Mon, 06 May 2024 12:00:00 +0000", "2024-05-06T13:00:00+02:00", True),
        ("Mon, 06 May 2024 12:00:00 GMT", "Tue May  7 12:00:00 2024", False),
        ("/Date(1714996800000)/", "2024-05-06T13:00:00-02:00", False),
        (None, 4, None),
        (True, 0, None),
        ("red", 4, None),
        ("2024-13-45", DAY, None),
    ],
)
def test_what_lies_above_a_value_is_within_a_lower_bound(found: Any, wanted: Any, within: bool | None) -> None:
    assert lies_within(bound(lower="either"), {"size": found}, wanted) is within
    opposite = None if within is None else not within
    assert lies_within(bound(upper="either"), {"size": found}, wanted) is opposite


@pytest.mark.parametrize(("edge", "within"), [("included", True), ("excluded", False), ("either", None)])
@pytest.mark.parametrize("value", [4, DAY, NOON])
def test_the_edge_is_as_the_document_says(value: Any, edge: Any, within: bool | None) -> None:
    for side in ("lower", "upper"):
        assert lies_within(bound(**{side: edge}), {"size": value}, value) is within


def test_a_moment_of_a_clock_may_be_shown_without_its_last_digits() -> None:
    moment = "2024-05-06T12:00:07Z"
    assert lies_within(bound(lower="included"), {"size": moment}, moment) is None
