"""Ranked items: the order of a stable sort, looked for no deeper than somebody reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from contract_suite.generate.changes.by_rank import Below, ByRank
from contract_suite.generate.changes.difference import difference
from contract_suite.model.json import JSON

Shape = list["int | tuple[int, Shape]"]
"""Ranks, and places inside with what lies so much later in them."""


@dataclass(frozen=True)
class Item:
    """Where it was made, and its rank."""

    path: tuple[int, ...]
    rank: int


def items(shape: Shape, path: tuple[int, ...] = ()) -> Iterator[Item | Below[Item]]:
    for at, each in enumerate(shape):
        if isinstance(each, int):
            yield Item((*path, at), each)
        else:
            yield Below(items(each[1], (*path, at)), lambda item, rank: Item(item.path, rank), later=each[0])


SHAPES = st.recursive(
    st.lists(st.integers(0, 4), max_size=4),
    lambda inner: st.lists(st.integers(0, 4) | st.tuples(st.integers(0, 2), inner), max_size=4),
    max_leaves=20,
)


@given(SHAPES)
def test_the_order_is_that_of_a_stable_sort(shape: Shape) -> None:
    every = list(ByRank(items(shape)).as_they_come())
    assert [each.path for each in every] == sorted(each.path for each in every)
    assert list(ByRank(items(shape))) == sorted(every, key=lambda each: each.rank)


def test_what_lies_deep_is_not_looked_for_before_its_turn() -> None:
    entered: list[int] = []

    def deeper(depth: int) -> Iterator[Item | Below[Item]]:
        entered.append(depth)
        yield Item((depth,), 0)
        yield Below(deeper(depth + 1), lambda item, rank: Item(item.path, rank), later=1)

    found = list(islice(ByRank(deeper(0)), 3))
    assert [each.rank for each in found] == [0, 1, 2]
    assert entered == [0, 1, 2]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a", 0.0, 1.0]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@given(VALUES, VALUES, VALUES)
def test_differences_are_equal_only_for_the_same_json(base: JSON, one: JSON, other: JSON) -> None:
    equal = repr_of(one) == repr_of(other)
    assert (difference(base, one) == difference(base, other)) is equal
    assert (difference(base, one) == difference(base, base)) is (repr_of(one) == repr_of(base))


def repr_of(value: JSON) -> str:
    if isinstance(value, dict):
        return repr({name: repr_of(value[name]) for name in sorted(value)})
    return repr([repr_of(each) for each in value]) if isinstance(value, list) else repr(value)
