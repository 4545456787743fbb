"""Rows of cases that are thinned for `make test`: none is lost, and each class keeps a quick one."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.hostile.test_troubles import LIMITED, WAITED_FOR, third
from tests.hostile.troubles import TROUBLES
from tests.quick import crossed, one_in, one_of_each


def quick(marked: list[Any]) -> list[Any]:
    return [each.values for each in marked if not each.marks]


def test_one_in_three_is_quick_from_the_first_on() -> None:
    marked = one_in(3, range(7))
    assert [each.values for each in marked] == [(number,) for number in range(7)]
    assert quick(marked) == [(0,), (3,), (6,)]


def test_the_first_of_each_kind_is_quick() -> None:
    marked = one_of_each(lambda case: case[0], (pair for pair in [("a", 1), ("b", 1), ("a", 2), ("c", 1), ("b", 2)]))
    assert len(marked) == 5
    assert quick(marked) == [("a", 1), ("b", 1), ("c", 1)]


@pytest.mark.parametrize(("long", "short"), [(5, 3), (6, 2), (3, 3), (4, 4), (2, 2)])
def test_of_two_rows_each_case_is_quick_with_one_of_the_other(long: int, short: int) -> None:
    for one, other in ((range(long), "abcd"[:short]), ("abcd"[:short], range(long))):
        marked = crossed(one, other)
        assert sorted(each.values for each in marked) == sorted(product(one, other))
        assert {case for case, _ in quick(marked)} == set(one)
        assert {case for _, case in quick(marked)} == set(other)
        assert len(quick(marked)) == max(long, short)


def test_each_trouble_is_quick_somewhere() -> None:
    tests = (third(0, TROUBLES.keys() - set(LIMITED)), third(1, TROUBLES.keys() - WAITED_FOR), third(2, TROUBLES))
    assert {case[0] for marked in tests for case in quick(marked)} >= TROUBLES.keys() - set(LIMITED)
