"""Rows: each flaw is found, and only a sentence that speaks of gaps counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from tests.behaviours.driving import drive
from tests.behaviours.rows_server import ROWS, RowsServer
from tests.contracts import load

[POSITIONS] = [each for each in BEHAVIOURS if each.name == "positions"]


@pytest.mark.parametrize(
    ("flaw", "clause"),
    [
        ("gap-added", "listCards::row/position::numbered-without-gaps"),
        ("one-short", "moveCard::row/position::moved-to-position"),
        ("others-turned", "moveCard::row/position::moved-to-position"),
        ("gap-left", "deleteCard::row/position::gap-closed"),
    ],
)
def test_a_flaw_is_found(flaw: str, clause: str) -> None:
    assert drive(load(ROWS), (POSITIONS,), server=RowsServer(flaw)).failed() == {clause}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The position of a card is consecutive.", True),
        ("Positions are numbers; gaps are possible.", False),
        ("Cards in order of position.", False),
        ("Positions need not be consecutive.", False),
        ("Positions aren't gapless after a delete.", False),
        ("Positions have no gaps, also not after a move.", True),
        ("Names have no gaps.", False),
    ],
)
def test_a_sentence_says_that_there_are_no_gaps(sentence: str, *, told: bool) -> None:
    text = Path(ROWS).read_text("utf-8").replace("Positions run from 1 without gaps.", f'"{sentence}"')
    contract = read_contract(Library().read(text.encode(), "rows.yaml"))
    assert bool([each for each in POSITIONS.clauses(contract) if not each.inapplicable]) is told
