"""A search for a part of a value finds it wherever the part stands: in the middle, at the beginning, at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract_suite.behaviours.collections.filtering import filtering
from contract_suite.contract.family import load
from contract_suite.mock import pipeline as right
from contract_suite.mock.pipeline import Pipeline
from tests.behaviours.driving import drive


def searching(found: Callable[[str, str], bool]) -> Pipeline:
    def matches(call: Any, promise: Any, wanted: Any, body: Any, equal: Any) -> bool:
        if promise.match != "contains":
            return right.matches(call, promise, wanted, body, equal)
        return found(wanted.removeprefix(promise.prefix).casefold(), body["metadata"]["name"].casefold())

    return Pipeline(matches=matches)


@pytest.mark.parametrize(
    "found",
    [
        lambda text, value: text == value,
        lambda text, value: value.startswith(text),
        lambda text, value: value.endswith(text),
        lambda text, value: text in value[1:] or text == value,
        lambda text, value: text in value[:-1] or text == value,
    ],
    ids=["whole", "beginning", "end", "not the beginning", "not the end"],
)
def test_a_search_that_misses_parts_is_found(found: Callable[[str, str], bool]) -> None:
    driven = drive(load("modelarts"), (filtering.BEHAVIOUR,), pipeline=searching(found))
    assert driven.failed() == {"ListAlgorithms::query.searches::match-as-documented"}


def test_a_search_that_finds_every_part_is_right() -> None:
    driven = drive(load("modelarts"), (filtering.BEHAVIOUR,), pipeline=searching(lambda text, value: text in value))
    assert driven.failed() == set()
