"""A page before an item is held to end at it only where a sentence says so: some servers give the first page of what is before."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import infer
from tests.runner.test_stripped_documents import stripped

LETTERS = Path(__file__).parents[1] / "mock" / "letters.yaml"


@pytest.mark.parametrize(
    ("sentence", "held"),
    [
        ("the page of objects immediately before it", True),
        ("the items directly in front of ID (newer ones)", True),
        ("the objects just above it", True),
        ("objects that are newer", False),
    ],
)
def test_a_sentence_says_what_a_page_before_an_item_is(sentence: str, *, held: bool) -> None:
    text = LETTERS.read_text("utf-8").replace("the page of objects immediately before it", sentence)
    plain = yaml.safe_dump(stripped(yaml.safe_load(text)))
    facts = infer(read_contract(Library().read(plain.encode(), "letters.yaml")))
    pages = [each.words for each in facts if each.path == ("collection", "page") and isinstance(each.words, dict)]
    assert [words.get("before", "") for words in pages] == ["ending_before" if held else ""]
