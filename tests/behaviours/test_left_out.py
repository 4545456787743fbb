"""What a create leaves out comes back absent, or as its type; a word for nothing is neither."""

from __future__ import annotations

import pytest

from contract_suite.behaviours.resources import member_defaults
from contract_suite.mock.faults.catalogue import chosen
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Pipeline
from contract_suite.mock.state import Record, State
from tests.behaviours.collection_examples import contract
from tests.behaviours.driving import drive

ABSENT = "CreateAlgorithm::Algorithm::left-out-absent"


def test_a_word_for_nothing_in_the_place_of_what_was_left_out_is_found() -> None:
    [(_, fault)] = chosen([contract("pai")], ["left-out-shown-as-word"])
    driven = drive(contract("pai"), (member_defaults.BEHAVIOUR,), pipeline=fault.site.plant(Pipeline()))
    assert driven.failed() == {ABSENT}
    assert driven.of("left-out-absent").message.endswith('and shows "None" there')


@pytest.mark.parametrize("value", ["a text of the server's own", "none", ""])
def test_another_text_in_its_place_may_be_the_servers_own(value: str) -> None:
    def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        return Pipeline().draft(state, name, scope, {"DisplayName": value, **fields}, now)

    driven = drive(contract("pai"), (member_defaults.BEHAVIOUR,), pipeline=Pipeline(draft=draft))
    assert ABSENT in driven.passed()
    assert not driven.failed()


def test_what_is_left_out_and_absent_is_right() -> None:
    driven = drive(contract("pai"), (member_defaults.BEHAVIOUR,))
    assert ABSENT in driven.passed()
