"""A list is sorted as its response says, also by a key that nobody documented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contract_suite.behaviours.collections.ordering import ordering
from contract_suite.mock.pipeline import Pipeline
from contract_suite.model.source import Level, Source
from tests.behaviours.driving import drive
from tests.contracts import load

TOLD = "ListAlgorithms::order::sorted-as-told"


def without(*keys: str, says: bool) -> Pipeline:
    """A server that doesn't know some keys, and that says they were applied or not."""
    plain = Pipeline()

    def arrange(call: Any, items: Any, field: str, direction: str, key: Any) -> Any:
        return plain.arrange(
            call, items, "/metadata/create_time" if field.rpartition("/")[2] in keys else field, direction, key
        )

    def finished(call: Any, status: int, body: Any) -> Any:
        told = plain.finished(call, status, body)
        lies = isinstance(told, dict) and told.get("sort_by") in keys and not says
        return {**told, "sort_by": "create_time"} if isinstance(told, dict) and lies else told

    return Pipeline(arrange=arrange, finished=finished)


@pytest.mark.longer
def test_a_response_that_says_how_it_is_sorted_is_held_to_it() -> None:
    driven = drive(load("modelarts"), (ordering.BEHAVIOUR,), pipeline=without("size", says=True))
    assert driven.failed() == {TOLD}
    assert driven.of("sorted-as-told").message.startswith("the response says sort_by=size and order=asc; ")


@pytest.mark.longer
def test_a_response_that_says_another_key_breaks_only_what_nobody_documented() -> None:
    driven = drive(load("modelarts"), (ordering.BEHAVIOUR,), pipeline=without("size", says=False))
    assert driven.failed() == {"ListAlgorithms::order/size::ascending", "ListAlgorithms::order/size::descending"}
    assert TOLD in driven.passed()


@pytest.mark.longer
def test_where_all_keys_are_ignored_none_is_named_by_itself() -> None:
    keys = [key for key in load("modelarts").operations[0].promises.order.keys if key != "create_time"]  # type: ignore[union-attr]
    for says, broken in ((True, {"key-respected", "sorted-as-told"}), (False, {"key-respected"})):
        driven = drive(load("modelarts"), (ordering.BEHAVIOUR,), pipeline=without(*keys, says=says))
        assert driven.failed() == {f"ListAlgorithms::order::{each}" for each in broken}


def test_there_is_such_a_promise_only_where_it_weighs_more_than_the_keys() -> None:
    whole = load("modelarts")
    levels = {each.kind: each.source.level for each in ordering.clauses(whole)}
    assert levels["sorted-as-told"] is Level.FAILURE

    def with_order(**changes: Any) -> set[str]:
        [operation] = whole.operations
        order = operation.promises.order
        assert order is not None
        changed = replace(operation, promises=replace(operation.promises, order=replace(order, **changes)))
        return {each.kind for each in ordering.clauses(replace(whole, operations=(changed,)))}

    assert "sorted-as-told" not in with_order(source=Source.INFERRED)
    assert "sorted-as-told" not in with_order(sources={})
