"""Findings in plain words: a headline for every kind of clause, expected and actual in words, correct plurals."""

from __future__ import annotations

from collections import Counter

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.checks.catalogue import CHECKS
from contract_suite.contract.family import load
from contract_suite.model.expectations import actual_in_words, expected_in_words
from contract_suite.model.headlines.exchanges import OF_EXCHANGES
from contract_suite.model.headlines.headlines import has_headline, headline
from contract_suite.model.headlines.lists import OF_LISTS
from contract_suite.model.headlines.resources import OF_RESOURCES
from contract_suite.model.headlines.standards import OF_STANDARDS
from contract_suite.runner.plan import clauses_of
from tests.behaviours.test_every_behaviour import EXAMPLES
from tests.mock.test_faults import SHOWN


@pytest.mark.parametrize(
    ("clause", "problem", "words"),
    [
        ("L::query.limit::maximum-enforced", "", "accepts limit above its maximum"),
        ("L::200/Items/*/Id::type", "", "returns Items[].Id of the wrong type"),
        ("L::200::one-of", "", "returns a body that does not match exactly one of its schemas"),
        ("L::200/header.Set-Cookie::required", "", "leaves out the required header Set-Cookie"),
        ("L::200/Id::required", "", "leaves out the required field Id"),
        ("L::200/a~1b/x::type", "", "returns a/b.x of the wrong type"),
        ("L::body::required-enforced", "", "accepts a request without a body"),
        ("L::body/Name::max-length-enforced", "", "accepts Name that is too long"),
        ("L::request::accepted", "", "rejects a valid request"),
        ("L::header.X-Version::accepted", "", "rejects a valid header X-Version"),
        ("L::method::PATCH-refused", "", "does not refuse the undeclared method PATCH"),
        ("L::query.min_price::bound-sound", "", "returns items that min_price must leave out"),
        ("L::bounds/min_price/max_price::bounds-combined", "", "does not apply a lower and an upper bound together"),
        ("L::200/users/*/password::not-shown", "", "returns users[].password, which is writeOnly"),
        ("L::body/Email::absent-equal", "", "accepts a second resource without Email"),
        ("L::201/header.Location::location-given", "", "returns a 201 response without a Location header"),
        ("L::auth::empty-refused", "", "accepts requests with an empty key"),
        ("L::status::documented", "status-201", "answers with the undocumented status 201"),
        ("ListItems::Item::deleted-unlisted", "", "still lists an Item that was deleted"),
        ("L::body::additional-properties-enforced", "", "accepts an undocumented field in a body"),
        ("L::body/x::some-keyword-enforced", "", "accepts x that breaks its schema"),
        ("L::200/x::some-keyword", "", "breaks its contract: it holds"),
    ],
)
def test_a_headline_says_what_is_wrong(clause: str, problem: str, words: str) -> None:
    assert headline(clause, text="it holds.", problem=problem) == words


@pytest.mark.parametrize("document", sorted({*SHOWN, *(each.document for each in EXAMPLES.values())}))
def test_every_kind_of_clause_has_words(document: str) -> None:
    """Those of masks and of conditions, which no included contract has, were headed "breaks its contract"."""
    clauses = clauses_of(load(document), CHECKS, BEHAVIOURS)
    bare = {each.kind for each in clauses if not each.inapplicable and not has_headline(each.kind, each.subject)}
    assert not bare, f"no file of contract_suite/model/headlines/ has words for {sorted(bare)}: add a line for each"


def test_no_kind_has_words_in_two_files() -> None:
    kinds = Counter(kind for table in (OF_EXCHANGES, OF_LISTS, OF_RESOURCES, OF_STANDARDS) for kind in table)
    assert [kind for kind, count in kinds.items() if count > 1] == []


@pytest.mark.parametrize(
    ("kind", "expected", "actual", "words"),
    [
        ("page-size-respected", "1", "2", ("at most 1 item", "2 items")),
        ("max-length", "8", '"far too long"', ("at most 8 characters", '12 characters: "far too long"')),
        ("min-length", "1", '""', ("at least 1 character", '0 characters: ""')),
        ("type", '"array"', "null", ("an array", "null")),
        ("duplicate-refused", '"4xx"', "200", ("a refusal (4xx)", "200")),
        ("accepted", "a 2xx", "400", ("success (2xx)", "400")),
        ("enum", '["a","b"]', '"c"', ('one of "a", "b"', '"c"')),
        ("type", '["integer", "null"]', '"1"', ("an integer or null", '"1"')),
        ("status-documented", "200, 409", "404", ("a documented status: 200, 409", "404")),
        ("offset-exact", r'["[\"a-1\"]", "[\"b\", 2]"]', r'["[\"a-3\"]", "…"]', ("a-1, b/2", "a-3, …")),
        ("max-items", "1", "[1, 2]", ("at most 1 item", "2 items")),
    ],
)
def test_expected_and_actual_are_words(kind: str, expected: str, actual: str, words: tuple[str, str]) -> None:
    clause = f"L::200::{kind}"
    assert (expected_in_words(clause, expected), actual_in_words(clause, actual)) == words


def test_a_value_that_was_sent_keeps_its_quotes_and_a_description_has_none() -> None:
    assert expected_in_words("L::Item::values-read-back", '"  a text"', problem="changed") == '"  a text"'
    assert expected_in_words("L::response::arrives", '"a response"') == "a response"


def test_a_clause_about_a_whole_schema_is_told_by_the_keyword_that_is_broken() -> None:
    assert expected_in_words("L::4xx::error-envelope", '"array"', problem="type") == "an array"
    assert expected_in_words("L::200/header.X::schema", "8", problem="maxLength") == "at most 8 characters"
