"""Each guess is said in one sentence, whatever a rule says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import infer
from contract_suite.inference.kit.wording import guess_in_words
from contract_suite.model.json import JSON
from tests.inference.widgets import document

WORDS: list[tuple[tuple[str, ...], JSON, str]] = [
    (("collection",), {"items": ""}, "the items are the whole body"),
    (("collection",), {"items": "/data"}, "the items are at /data"),
    (("collection", "page"), {"number": "page", "size": "per_page"}, "per_page and page choose the page"),
    (("collection", "page"), {"offset": "skip", "limit": "take"}, "take and skip choose the page"),
    (
        ("collection", "page"),
        {"cursor": "token", "next": "/next", "size": "limit"},
        "token takes what /next names as the next page",
    ),
    (("collection", "page"), {"next": "header.Link", "size": "limit"}, "header.Link is the next page"),
    (("filters", "kind"), {"field": "kind"}, "kind keeps the items whose kind equals it"),
    (("resources", "Pet"), {"identity": ["id"]}, "each Pet is known by its id"),
    (("resources", "Pet", "delete"), {"operation": "deletePet"}, "deletePet removes a Pet"),
    (("resources", "Pet", "lists"), ["listPets"], "listPets shows each Pet"),
    (("resources", "Pet", "assigned", "id"), {}, "the server sets id of each Pet"),
]


@pytest.mark.parametrize(("path", "words", "sentence"), WORDS, ids=[each[2] for each in WORDS])
def test_a_guess_is_a_sentence(path: tuple[str, ...], words: JSON, sentence: str) -> None:
    assert guess_in_words(path, words) == sentence


def test_every_fact_of_a_document_has_a_sentence_that_names_what_it_is_about() -> None:
    contract = read_contract(Library().read(json.dumps(document()).encode(), str(Path("widgets.json"))))
    for fact in infer(contract):
        sentence = guess_in_words(fact.path, fact.words)
        assert sentence
        assert "  " not in sentence
        assert not sentence.endswith(" ")


@given(
    path=st.lists(st.sampled_from(["collection", "page", "resources", "x", "filters", "errors"]), max_size=5),
    words=st.none()
    | st.text()
    | st.lists(st.integers())
    | st.dictionaries(st.sampled_from(["items", "next"]), st.none()),
)
def test_nothing_makes_it_raise(path: list[str], words: JSON) -> None:
    assert isinstance(guess_in_words(tuple(path), words), str)
