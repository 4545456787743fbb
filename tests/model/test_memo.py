"""What is kept of a contract, and that it does not grow without end."""

from __future__ import annotations

from contract_suite.model import memo
from contract_suite.model.memo import Memo


class Value:
    """A value like any other: it is told apart by being itself."""


def test_an_answer_is_worked_out_once_for_each_value() -> None:
    asked: list[Value] = []

    def work(value: Value) -> int:
        asked.append(value)
        return len(asked)

    kept = Memo[Value, int](work)
    one, other = Value(), Value()
    assert [kept(one), kept(one), kept(other), kept(one)] == [1, 1, 2, 1]
    assert asked == [one, other]


def test_answers_are_forgotten_before_they_fill_the_memory() -> None:
    asked = 0

    def work(_: Value) -> int:
        nonlocal asked
        asked += 1
        return asked

    kept = Memo[Value, int](work)
    values = [Value() for _ in range(memo._MOST + 1)]  # noqa: SLF001 - the bound is no promise to others
    for value in values[:-1]:
        kept(value)
    assert kept(values[0]) == 1
    kept(values[-1])
    assert kept(values[-1]) == memo._MOST + 1  # noqa: SLF001 - as above
    assert kept(values[0]) == memo._MOST + 2  # noqa: SLF001 - as above
