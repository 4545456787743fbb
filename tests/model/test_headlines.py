"""Findings in plain words: a headline for every kind of clause, expected and actual in words, correct plurals."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.checks.catalogue import CHECKS
from contract_suite.contract.family import load
from contract_suite.model.expectations import actual_in_words, expected_in_words
from contract_suite.model.headlines import headlines
from contract_suite.model.headlines.actions import OF_ACTIONS
from contract_suite.model.headlines.exchanges import OF_EXCHANGES
from contract_suite.model.headlines.headlines import has_headline, headline, is_broken_by_refusal
from contract_suite.model.headlines.lists import OF_LISTS
from contract_suite.model.headlines.relations import OF_RELATIONS
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
        ("L::header.Key::same-key-same-result", "refused", "refuses a request that is repeated with the same key"),
        ("L::header.Key::same-key-same-result", "ignored", "ignores the key of a repeated request"),
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


FILES = {
    "actions": OF_ACTIONS,
    "exchanges": OF_EXCHANGES,
    "lists": OF_LISTS,
    "relations": OF_RELATIONS,
    "resources": OF_RESOURCES,
    "standards": OF_STANDARDS,
}
THEMES = {"collections": "lists", "answers": "standards"}
"""Folders of behaviours whose words stand in a file of another name."""


def test_no_kind_has_words_in_two_files() -> None:
    kinds = Counter(kind for table in FILES.values() for kind in table)
    assert [kind for kind, count in kinds.items() if count > 1] == []


def test_no_kind_stands_twice_in_a_file() -> None:
    """A dictionary keeps the last of two without a word."""
    for name, words in FILES.items():
        tree = ast.parse((Path(headlines.__file__).parent / f"{name}.py").read_text("utf-8"))
        keys = [
            key.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Dict)
            for key in node.keys
            if isinstance(key, ast.Constant)
        ]
        assert sorted(keys, key=str) == sorted(words)


def test_words_stand_in_the_file_of_their_theme() -> None:
    """Those of actions and relations stood among the lists."""
    homes = {each.name: each.clauses.__module__.split(".")[2] for each in BEHAVIOURS}
    used: dict[str, set[str]] = {}
    for document in sorted({each.document for each in EXAMPLES.values()}):
        for clause in clauses_of(load(document), CHECKS, BEHAVIOURS):
            if not clause.inapplicable:
                home = homes.get(clause.judge, "exchanges")
                used.setdefault(clause.kind, set()).add(THEMES.get(home, home))
    assert len(used) > len(FILES)
    stray = {
        kind: home for kind, (home, *more) in used.items() if not more and has_words(kind) and kind not in FILES[home]
    }
    assert stray == {}


def has_words(kind: str) -> bool:
    return any(kind in each for each in FILES.values())


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


def test_a_headline_speaks_of_a_refusal_where_the_clause_says_what_must_be_served() -> None:
    refusing = re.compile(
        r"(?:refuses|rejects|demands|keeps refusing|does not (?:serve|free)) (?!.*(?:status|error code))"
    )
    told = {kind for table in FILES.values() for kind, words in table.items() if refusing.match(words)}
    other = {"encoded-served"}  # "does not find": what is searched for and not found is refused nothing
    assert {kind for table in FILES.values() for kind in table if is_broken_by_refusal(kind)} == told | other
