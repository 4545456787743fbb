"""Pages of the sizes that clients really ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contract_suite.behaviours.collections.paging import paging
from contract_suite.mock.pipeline import Pipeline, find_violations
from contract_suite.mock.refused import Refused
from tests.behaviours.driving import drive
from tests.contracts import load

LIST = "ListFunctionResources"


def cut(size_of: Callable[[int], int]) -> Pipeline:
    return Pipeline(
        paginate=lambda _call, items, start, size: items[start : start + size_of(size)] if size else items[start:]
    )


@pytest.mark.parametrize(
    ("size_of", "kind"),
    [
        (lambda size: 20 if size == 100 else size, "page-size-not-capped"),
        (lambda size: 0 if size == 50 else size, "pages-complete"),
        (lambda size: 0 if size > 1000 else size, "pages-complete"),
        (lambda size: 99 if size == 20 else size, "page-size-respected"),
    ],
)
def test_one_size_that_is_cut_otherwise_is_found(size_of: Callable[[int], int], kind: str) -> None:
    driven = drive(load("opensearch"), (paging.BEHAVIOUR,), pipeline=cut(size_of))
    assert driven.failed() == {f"{LIST}::collection::{kind}"}
    assert all(driven.shown_by(each) for each in driven.verdicts if each.clause in driven.failed())


def test_a_server_that_takes_no_more_than_a_thousand_is_right() -> None:
    def strict(call: Any) -> Any:
        if "pageSize=2000" in call.request.target:
            raise Refused("invalid", "that many are not to be had")
        return find_violations(call)

    driven = drive(load("opensearch"), (paging.BEHAVIOUR,), pipeline=replace(Pipeline(), find_violations=strict))
    assert driven.failed() == set()


def test_a_server_that_gives_a_thousand_at_most_is_right() -> None:
    driven = drive(load("opensearch"), (paging.BEHAVIOUR,), pipeline=cut(lambda size: min(size, 1000)))
    assert driven.failed() == set()
