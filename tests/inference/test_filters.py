"""What gives away filters and searches, and how they compare."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.behaviours.collections.filtering.filtering import clauses as filter_clauses
from contract_suite.inference.inferring import infer, with_facts
from contract_suite.inference.unsaid import is_unsaid
from tests.inference.reading import (
    PARAMETERS,
    at,
    read,
    said,
    with_searches,
)
from tests.inference.widgets import document, query


def test_values_of_the_field_speak_for_a_filter_of_any_name() -> None:
    plain = document()
    [kind] = [each for each in at(plain, *PARAMETERS) if each["name"] == "kind"]
    kind |= {"description": "", "schema": {"type": "string", "enum": ["round", "square"]}}
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget["colour"] = {"type": "string", "enum": ["red", "green"]}
    widget["level"] = {"type": "string", "enum": ["info", "error"]}
    widget["shade"] = {"type": "string", "enum": ["dark", "light"]}
    at(plain, *PARAMETERS).extend(
        [
            {
                "name": "colour",
                "in": "query",
                "schema": {"anyOf": [{"type": "string", "enum": ["red", "green"]}, {"type": "null"}]},
            },
            query("shade", type="string", enum=["dark", "light", "all"]),
            query("level", type="string", enum=["info", "error"]),
        ]
    )
    found = {fact.path[1]: fact for fact in infer(read(plain)) if fact.path[0] == "filters"}
    assert found.keys() >= {"kind", "colour"}
    assert "level" not in found, "it may be the least that is wanted"
    assert "shade" not in found, "a value that no item has means something else"
    assert found["kind"].well_witnessed
    assert found["colour"].well_witnessed


def test_nothing_asked_for_may_be_the_default_of_a_filter() -> None:
    """FastAPI writes `default: []` for a list of states that keeps all as long as none is given."""
    plain = document()
    [kind] = [each for each in at(plain, *PARAMETERS) if each["name"] == "kind"]
    several: Any = {"type": "array", "items": {"type": "string", "enum": ["round", "square"]}}
    for default, known in (([], True), (["round"], False)):
        kind["schema"] = {**several, "default": default}
        assert ("listWidgets::filters/kind" in said(plain, "filters")) is known


def test_a_filter_may_be_called_like_an_object_and_its_member() -> None:
    """`recipientEmail`, "without regard to case", asked for nothing that was known."""
    plain = document()
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget["recipient"] = {"type": "object", "properties": {"email": {"type": "string"}, "names": {"type": "array"}}}
    text = "Only widgets for this address, compared as a whole and without regard to case."
    at(plain, *PARAMETERS).extend(
        [query("recipientEmail", text, type="string"), query("recipient_names", text, type="string")]
    )
    found = said(plain, "filters")
    assert found["listWidgets::filters/recipientEmail"] == {
        "field": "/recipient/email",
        "match": "equals",
        "case": "ignored",
        "unknown": "either",
    }
    assert "listWidgets::filters/recipient_names" not in found


def test_a_filter_may_be_called_like_an_object_and_take_what_that_is_known_by() -> None:
    """No status, project or milestone of an issue was compared that is shown as an object with a name or a key."""
    plain = document()
    name: Any = {"type": "object", "properties": {"name": {"type": "string"}, "hue": {"type": "string"}}}
    keyed: Any = {"type": "object", "properties": {"key": {"type": "string"}, "name": {"type": "string"}}}
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget |= {"status": name, "fields": {"type": "object", "properties": {"project": keyed, "part": keyed}}}
    status = query("status", "Those that have this status.", type="string")
    project = query("project", "Key of the project to filter by.", type="string")
    part = query("part", "Those of this part.", type="string")
    at(plain, *PARAMETERS).extend([status, project, part])
    found: Any = {place.rpartition("/")[2]: words for place, words in said(plain, "filters").items()}
    assert (found["status"]["field"], found["project"]["field"]) == ("/status/name", "/fields/project/key")
    assert "part" not in found, "it may be its key or its name"


@pytest.mark.parametrize(
    ("asked", "had", "description", "stored", "sure"),
    [
        (["en", "de"], ["de", "en"], "", True, True),
        (["en", "de"], ["en", "de"], "Only those in this language.", False, True),
        (["en", "de"], ["en", "de"], "Language of the texts.", True, False),
        (["en", "de"], ["en", "de"], "", False, False),
        (["en", "de"], ["en", "de", "zh"], "", True, None),
        ([], [], "Only those in this language.", True, None),
    ],
)
def test_the_very_values_of_a_field_make_a_filter_of_a_name_that_mostly_is_none(
    asked: list[str], had: list[str], description: str, stored: bool, sure: bool | None
) -> None:
    """`language` was never taken for a filter; where it may be the language of the answer, a probe alone decides."""
    plain = document()
    field: dict[str, Any] = {"type": "string"} | ({"enum": had} if had else {})
    at(plain, "components", "schemas", "Widget", "properties")["language"] = field
    if stored:
        body = at(plain, "paths", "/widgets", "post", "requestBody", "content", "application/json")
        body["schema"] = {"type": "object", "properties": {"name": {"type": "string"}, "language": field}}
    schema: dict[str, Any] = {"type": "string"} | ({"enum": asked} if asked else {})
    at(plain, *PARAMETERS).append(query("language", description, **schema))
    found = [fact.well_witnessed for fact in infer(read(plain)) if fact.path == ("filters", "language")]
    assert found == ([] if sure is None else [sure])


@pytest.mark.parametrize(
    ("description", "case", "held"),
    [
        ("Exact name", None, {"match-as-documented"}),
        ("Exact match of the name, not case-sensitive", "ignored", {"match-as-documented", "case-as-documented"}),
        ("Only those whose name matches, ignoring case.", "ignored", {"case-as-documented"}),
        ("Only those whose name matches, in upper or lower case.", "ignored", {"case-as-documented"}),
        ("Names that contain this; case-sensitive.", None, {"match-as-documented", "case-as-documented"}),
        ("Names that contain this (upper and lower case count)", None, {"match-as-documented", "case-as-documented"}),
        ("Names that contain this, in upper or lower case", "ignored", {"match-as-documented", "case-as-documented"}),
        ("Names that contain this.", "ignored", {"match-as-documented"}),
        ("Only those with this name.", None, set()),
    ],
)
def test_what_a_description_says_of_case_and_likeness_is_held(
    description: str, case: str | None, held: set[str]
) -> None:
    """Neither was ever held to a plain document, so that an exact name that finds what begins like it passed."""
    plain = document()
    at(plain, *PARAMETERS).append(query("name", description, type="string"))
    contract = read(plain)
    facts = list(infer(contract))
    [words] = [fact.words for fact in facts if fact.path == ("filters", "name")]
    assert isinstance(words, dict)
    assert words.get("case") == case
    informed = with_facts(contract, facts)
    kinds = {"match-as-documented", "case-as-documented"}
    found = {
        clause.kind
        for clause in filter_clauses(informed)
        if clause.subject == "query.name" and clause.kind in kinds and not is_unsaid(informed, clause)
    }
    assert found == held


@pytest.mark.parametrize(
    ("description", "match"),
    [
        ("Case-insensitive, finds the text anywhere in name or note.", "contains"),
        ("Finds these words anywhere in name or note.", "mentions"),
        ("Full text search in name and note.", "mentions"),
    ],
)
def test_a_search_anywhere_in_named_fields_finds_every_part(description: str, match: str) -> None:
    """Only "contains" was understood, so that a search which left one of the two fields out passed."""
    plain = document()
    with_searches(plain)
    at(plain, *PARAMETERS)[4:] = [query("q", description, type="string")]
    [words] = said(plain, "searches").values()
    assert isinstance(words, dict)
    assert (words["fields"], words["match"]) == (["name", "note"], match)


@pytest.mark.parametrize(("form", "searched"), [("email", True), ("uri", True), ("date", False), ("uuid", False)])
def test_a_search_looks_at_texts_of_a_format_as_people_do(form: str, *, searched: bool) -> None:
    """A right server found what had the text in its mail address, and was accused."""
    plain = document()
    with_searches(plain)
    at(plain, "components", "schemas", "Widget", "properties")["mail"] = {"type": "string", "format": form}
    at(plain, *PARAMETERS)[4:] = [query("q", "Part of the name or mail.", type="string")]
    [words] = said(plain, "searches").values()
    assert isinstance(words, dict)
    assert words["fields"] == (["name", "mail"] if searched else ["name"])


def test_a_filter_may_say_that_it_is_one() -> None:
    plain = document()
    at(plain, *PARAMETERS)[2:4] = [
        query("filter[kind]", type="string", enum=["round", "square"]),
        query("owner_id[eq]", type="integer"),
    ]
    assert set(said(plain, "filters")) == {"listWidgets::filters/filter[kind]", "listWidgets::filters/owner_id[eq]"}


def test_descriptions_and_names_say_how_a_filter_compares() -> None:
    plain = document()
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget["tags"] = {"type": "array", "items": {"type": "string"}}
    widget["colour"] = {"type": "string"}
    widget["archived"] = {"type": "boolean"}
    listed = {"type": "array", "items": {"type": "string"}}
    at(plain, *PARAMETERS).extend(
        [
            query("name", "Only widgets whose name contains this.", type="string"),
            query("colour", "Colours that start with this.", type="string"),
            query("tag", type="string"),
            query("tags", "Only widgets that have all of these tags.", **listed),
            query("kind[ne]", type="string", enum=["round", "square"]),
            query("exclude_owner_id", "Leaves out this owner.", type="integer"),
            query("ids", "Only these.", **listed),
            query("archived", type="boolean"),
        ]
    )
    found = {fact.path[1]: fact for fact in infer(read(plain)) if fact.rule == "filters"}
    some = {"unknown": "either"}
    assert {name: each.words for name, each in found.items() if name not in {"kind", "owner_id"}} == {
        "name": {"field": "name", "match": "contains", "case": "ignored", **some},
        "colour": {"field": "colour", "match": "begins", "case": "ignored", **some},
        "tag": {"field": "tags", "match": "equals", **some},
        "tags": {"field": "tags", "match": "equals", "several": "all", **some},
        "kind[ne]": {"field": "kind", "match": "differs", **some},
        "exclude_owner_id": {"field": "owner_id", "match": "differs", **some},
        "ids": {"field": "id", "match": "equals", "several": "any", **some},
        "archived": {"field": "archived", "match": "equals", **some},
    }
    alone = [name for name, each in found.items() if not each.well_witnessed]
    assert alone == ["tag", "kind[ne]", "archived"], (
        "a name alone is a guess, and archived=true may list the others too"
    )


def test_a_sentence_that_names_fields_says_what_a_search_must_find() -> None:
    plain = document()
    with_searches(plain)
    at(plain, *PARAMETERS)[4:] = [query("search", "Widgets whose name or note contains this.", type="string")]
    words = {"fields": ["name", "note"], "match": "contains", "case": "ignored", "unknown": "either"}
    assert said(plain, "searches") == {"listWidgets::filters/search": words}


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ({"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Widget"}]}, True),
        ({"oneOf": [{"type": ["string", "null"]}, {"type": "object", "properties": {"id": {}}}]}, True),
        ({"$ref": "#/components/schemas/Widget"}, False),
        ({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}, False),
        ({"anyOf": [{"type": "string"}, {"type": "object", "properties": {"name": {}}}]}, False),
    ],
)
def test_an_id_that_may_be_expanded_is_filtered_by(reference: Any, found: bool) -> None:
    plain = document()
    at(plain, "components", "schemas", "Widget", "properties")["owner"] = reference
    at(plain, *PARAMETERS).append(query("owner", "Only widgets of this owner.", type="string"))
    assert ("listWidgets::filters/owner" in said(plain, "filters")) is found


@pytest.mark.parametrize(
    ("description", "schema", "words"),
    [
        ("One or more kinds, separated by commas", {}, {"several": "any", "separator": ","}),
        ("Comma-separated list of kinds.", {}, {"several": "any", "separator": ","}),
        ("Only those of this kind.", {}, {}),
        ("Kinds, separated by commas.", {"enum": ["round", "square"]}, {}),
    ],
)
def test_a_text_may_hold_several_values(description: str, schema: dict[str, Any], words: dict[str, str]) -> None:
    plain = document()
    at(plain, *PARAMETERS)[4:] = [query("kind", description, type="string", **schema)]
    found = said(plain, "filters")["listWidgets::filters/kind"]
    assert isinstance(found, dict)
    assert {name: each for name, each in found.items() if name in {"several", "separator"}} == words
