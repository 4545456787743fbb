"""What the names in a document say, in whatever style and script they are written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.naming.names import names_spoken, plain_name, singular, singulars, speaks_of, words


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("nextPageToken", ("next", "page", "token")),
        ("next_page_token", ("next", "page", "token")),
        ("If-Match", ("if", "match")),
        ("HTTPId", ("http", "id")),
        ("bulkDelete_v2-HTTPServer", ("bulk", "delete", "v", "2", "http", "server")),
        ("video", ("video",)),
        ("numéroClient", ("numéro", "client")),
        ("ИмяПользователя", ("имя", "пользователя")),
        ("用户", ("用户",)),
        ("$-_.", ()),
        ("", ()),
    ],
)
def test_words(name: str, parts: tuple[str, ...]) -> None:
    assert words(name) == parts


@given(st.text(alphabet="abzABZ019_-. $"))
def test_words_are_those_of_the_usual_pattern(text: str) -> None:
    assert words(text) == tuple(each.lower() for each in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", text))


@given(st.text())
def test_words_and_plain_names_are_made_of_the_same_characters(text: str) -> None:
    assert set("".join(words(text))) <= set(text.lower()) | set("".join(each.lower() for each in text))
    assert plain_name(plain_name(text)) == plain_name(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("page_size", "pagesize"),
        ("PageSize", "pagesize"),
        ("$top", "top"),
        ("имя", "имя"),
        ("Größe", "größe"),
        ("用户", "用户"),
    ],
)
def test_a_plain_name_has_no_style(name: str, expected: str) -> None:
    assert plain_name(name) == expected


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("pets", "pet"),
        ("companies", "company"),
        ("ties", "tie"),
        ("boxes", "box"),
        ("addresses", "address"),
        ("people", "person"),
        ("status", "status"),
        ("access", "access"),
        ("line-items", "lineitem"),
        ("BookShelves", "bookshelf"),
        ("halves", "half"),
        ("knives", "knife"),
        ("lives", "life"),
        ("valves", "valve"),
        ("archives", "archive"),
        ("olives", "olive"),
    ],
)
def test_singular(noun: str, expected: str) -> None:
    assert singular(noun) == expected
    assert expected in singulars(noun)


def test_no_singular_is_missed_where_spelling_allows_several() -> None:
    assert {"status", "statuses"} <= singulars("statuses")
    assert {"house", "houses"} <= singulars("houses")
    assert {"movie", "movy"} <= singulars("movies")
    assert {"leaf", "leave"} <= singulars("leaves")
    assert "person" in singulars("people")
    assert "" not in singulars("s") | singulars("es") | singulars("_")


@pytest.mark.parametrize("name", ["e-mail", "email", "e-mail-addresses", "stage", "tag", "boxes", "box", "Übung", ""])
def test_the_names_that_a_sentence_has_are_those_that_it_speaks_of(name: str) -> None:
    sentence = "Numbers of e-mail addresses, stages and boxes: Übungen."
    assert (plain_name(name) in names_spoken(sentence)) is speaks_of(sentence, name)


def test_a_sentence_has_the_names_of_its_words_alone_and_together() -> None:
    assert {"boxes", "box", "emailaddress", "email"} <= names_spoken("e-mail addresses and boxes")
    assert names_spoken("") == frozenset()
