"""A description that compares two members is read as a rule for both."""

from __future__ import annotations

import pytest

from contract_suite.contract.naming.said_relations import broken_relation
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON


@pytest.mark.parametrize(
    ("text", "kept", "broken"),
    [
        ("Null when not on sale; otherwise always below price.", [1, None, "x"], [2, 3]),
        ("At most the list price", [2], [3]),
        ("Must not be below the `list_price`.", [2, 3], [1]),
        ("must be no more than listPrice", [2], [3]),
        ("Has to be greater than list price", [3], [2]),
        ("Must be different from the list_price", [1], [2]),
        ("Cannot exceed list price.", [1, 2], [3]),
        ("Can\u2019t be higher than the list price", [1, 2], [3]),
        ("Below or equal to the list price", [1, 2], [3]),
        ("At or above list price", [2, 3], [1]),
        ("Shown below the list prices", [1, 2, 3], []),
        ("What it costs, at least 1", [1, 2, 3], []),
    ],
)
def test_numbers(text: str, kept: list[JSON], broken: list[JSON]) -> None:
    other = "price" if "below price" in text else "list_price"
    member: dict[str, JSON] = {"type": "number", "description": text}
    place = SchemaView({"properties": {"lines": {"items": {"properties": {"cost": member, other: {}}}}}}, {})
    for value in (*kept, *broken):
        found = broken_relation(place, {"lines": [{"cost": value, other: 2}]})
        assert found == (("cost", other) if value in broken else None), value
    assert broken_relation(place, {"lines": [{"cost": 5}, None], "cost": 1}) is None


def test_times() -> None:
    place = SchemaView({"properties": {"ends_at": {"description": "Must be after starts_at."}, "starts_at": {}}}, {})
    day = {"starts_at": "2024-05-06T12:00:00Z"}
    assert broken_relation(place, {**day, "ends_at": "2024-05-06T13:00:00+02:00"}) == ("ends_at", "starts_at")
    assert broken_relation(place, {**day, "ends_at": "Mon, 06 May 2024 13:00:00 +0000"}) is None
