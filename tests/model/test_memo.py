"""What is kept of a contract, and that it does not grow without end."""

from __future__ import annotations

import gc
from pathlib import Path

from contract_suite.contract.operation import Operation
from contract_suite.inference.inferring import with_guesses
from contract_suite.model import memo
from contract_suite.model.memo import Memo, forget_everything
from contract_suite.runner.documents import open_contract
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import make_plan
from tests.runner.notes_app import DOCUMENT


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


def test_everything_that_is_kept_of_a_document_can_be_forgotten(tmp_path: Path) -> None:
    """What a run keeps of its documents and the reports of it took 373 MB together."""
    path = tmp_path / "notes.yaml"
    path.write_text(DOCUMENT)
    contract = with_guesses(open_contract(str(path)))
    assert tuple(make_plan(contract, RunOptions(contracts=(str(path),))).clauses)
    del contract

    def kept() -> int:
        return sum(isinstance(each, Operation) and each.location.file == str(path) for each in gc.get_objects())

    assert kept()
    forget_everything()
    assert kept() == 0
