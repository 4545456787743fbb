"""Lists in which the order leaves many items equal: each comes once, page after page, whatever else goes on."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from contract_suite.behaviours.collections.ordering import ordering
from contract_suite.mock import pipeline as right
from contract_suite.mock.pipeline import Pipeline
from tests.behaviours.driving import drive
from tests.contracts import load
from tests.quick import one_in

CLAUSE = "ListAlgorithms::order::ties-keep-their-place"


def tied(seed: int, *, each_time: bool) -> Pipeline:
    """A server whose ties stand in an order of their own: a new one each time, or always the same one."""

    def arrange(call: Any, items: Any, name: Any, direction: Any, key: Any) -> Any:
        turn = call.number if each_time else 0
        mixed = sorted(items, key=lambda item: Random(f"{seed}/{turn}/{json.dumps(item)}").random())  # noqa: S311 - no secret
        return right.arrange(call, mixed, name, direction, key)

    return Pipeline(arrange=arrange)


@pytest.mark.longer
@pytest.mark.parametrize("records", one_in(3, [45, 12, 180]))
def test_ties_that_change_from_page_to_page_are_found(records: int) -> None:
    driven = drive(load("modelarts"), (ordering.BEHAVIOUR,), pipeline=tied(1, each_time=True), records=records)
    assert driven.failed() == {CLAUSE}


@pytest.mark.longer
@pytest.mark.parametrize("records", one_in(3, [45, 12, 180]))
def test_ties_in_an_order_that_nobody_knows_are_right(records: int) -> None:
    driven = drive(load("modelarts"), (ordering.BEHAVIOUR,), pipeline=tied(2, each_time=False), records=records)
    assert driven.failed() == set()
    assert CLAUSE in driven.passed()
