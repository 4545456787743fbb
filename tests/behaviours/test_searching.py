"""A search for a part of a value finds it wherever the part stands: in the middle, at the beginning, at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contract_suite.behaviours.collections.filtering import filtering
from contract_suite.mock import pipeline as right
from contract_suite.mock.pipeline import Pipeline
from contract_suite.model.source import Source
from tests.behaviours.driving import drive
from tests.contracts import load


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


def straying(found: Callable[[str, Any], bool]) -> Pipeline:
    def matches(call: Any, promise: Any, wanted: Any, body: Any, equal: Any) -> bool:
        passes = right.matches(call, promise, wanted, body, equal)
        text = str(wanted).removeprefix(promise.prefix).casefold()
        return passes or (promise.match == "contains" and found(text, body["metadata"]))

    return Pipeline(matches=matches)


@pytest.mark.parametrize(
    "found",
    [
        lambda text, metadata: text in str(metadata.get("description")).casefold(),
        lambda text, _: len(text) == 1,
    ],
    ids=["in a neighbouring field", "everything for a letter"],
)
def test_a_search_that_finds_more_than_the_text_is_found(found: Callable[[str, Any], bool]) -> None:
    driven = drive(load("modelarts"), (filtering.BEHAVIOUR,), pipeline=straying(found))
    assert driven.failed() == {"ListAlgorithms::query.searches::filter-sound"}


def test_a_search_of_which_no_document_says_how_it_compares_may_know_several_fields() -> None:
    whole = load("modelarts")
    guessed = replace(
        whole,
        operations=tuple(
            replace(
                each,
                promises=replace(
                    each.promises,
                    filters=tuple(replace(one, source=Source.INFERRED, sources={}) for one in each.promises.filters),
                ),
            )
            for each in whole.operations
        ),
    )
    beside = straying(lambda text, metadata: text in str(metadata.get("description")).casefold())
    assert not drive(guessed, (filtering.BEHAVIOUR,), pipeline=beside).failed()
