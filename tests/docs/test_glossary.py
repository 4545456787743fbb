"""The glossary has each word once, and knows the words of the other pages and of the code's rooms."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from contract_suite.model.case import Intent, Stage
from contract_suite.model.source import Level, Source
from contract_suite.model.verdict import Outcome

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ROWS = [
    (word, text)
    for word, text in re.findall(r"^\| ([^|]+?) \| (.+) \|$", PAGE, re.MULTILINE)
    if word not in {"word", "---"}
]
WORDS = {word for word, _ in ROWS}


def test_each_word_stands_once_in_the_order_of_the_alphabet() -> None:
    assert [word for word, times in Counter(word for word, _ in ROWS).items() if times > 1] == []
    for section in PAGE.split("\n## ")[1:]:
        words = [word for word in re.findall(r"^\| ([^|]+?) \|", section, re.MULTILINE) if word != "word"]
        assert words == sorted(words), section.partition("\n")[0]
    assert len(WORDS) > 50


@pytest.mark.parametrize(("word", "text"), ROWS)
def test_a_meaning_is_short_and_is_not_the_word_itself(word: str, text: str) -> None:
    assert 10 < len(text) <= 160
    assert not text.lower().startswith((f"a {word}", f"an {word}", f"the {word}", word))
    assert not text.endswith(".")


@pytest.mark.parametrize(
    "page", ["behaviours", "checks", "rules", "faults", "families", "reports", "gate", "vocabulary"]
)
def test_the_subject_of_each_page_is_a_word(page: str) -> None:
    assert {page, page.removesuffix("s"), page.replace("ies", "y")} & WORDS


def test_what_can_be_extended_is_a_word_and_extending_says_how() -> None:
    page = (ROOT / "docs" / "extending.md").read_text("utf-8")
    kinds = re.findall(r"^\| an? (\w+) \|", page, re.MULTILINE)
    assert set(kinds) <= WORDS
    for path in re.findall(r"`((?:contract_suite|tests|specs|reports)/[a-z_/.]+)`", page):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize(
    ("word", "values"),
    [("source", Source), ("level", Level), ("intent", Intent), ("verdict", Outcome), ("stage", Stage)],
    ids=["source", "level", "intent", "verdict", "stage"],
)
def test_a_word_for_one_of_a_few_values_names_them_all(
    word: str, values: type[Source | Level | Intent | Outcome | Stage]
) -> None:
    meaning = dict(ROWS)[word]
    assert [each.value for each in values if each.value.replace("-", " ") not in meaning] == []
