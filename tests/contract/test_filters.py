"""What a filter means for one value."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.contract.filters import passes
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.json import JSON
from contract_suite.model.location import Location


@pytest.mark.parametrize(
    ("match", "found", "wanted", "passed"),
    [
        ("begins", "Ada", "Ad", True),
        ("begins", "Ada", "da", False),
        ("equals", ["red", "blue"], "blue", True),
        ("equals", ["red", "blue"], "bl", False),
        ("contains", ["red", "blue"], "lu", True),
        ("equals", [], "blue", False),
        ("equals", [{"name": "blue"}], "blue", None),
        ("differs", "Ada", "Bob", True),
        ("differs", "Ada", "Ada", False),
        ("differs", ["red", "blue"], "blue", False),
        ("differs", ["red", "blue"], "green", True),
        ("differs", None, "Ada", None),
        ("mentions", "Ada Lovelace", "love", True),
        ("mentions", "Ada Lovelace", "byron", False),
    ],
)
def test_a_value_passes(match: Any, found: JSON, wanted: Any, *, passed: bool | None) -> None:
    promise = Filter(location=Location(file="a", line=1, pointer=""), parameter="p", field="f", match=match)
    assert passes(promise, {"f": found}, wanted) is passed


def test_of_several_fields_one_that_passes_is_enough() -> None:
    place = Location(file="a", line=1, pointer="")
    promise = Filter(location=place, parameter="q", field="name", fields=("name", "tags"), match="mentions")
    assert passes(promise, {"name": "Ada", "tags": ["maths"]}, "MATH") is True
    assert passes(promise, {"name": "Ada", "tags": ["maths"]}, "byron") is False
    assert passes(promise, {"name": "Ada"}, "byron") is False
