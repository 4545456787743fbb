"""Which member of an answer holds what a path parameter names: each rule by a class of names and shapes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.generate.likeness import KEYS, identity_of, like, noun_and_key, things_in
from contract_suite.model.json import MISSING


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("contactId", ("contact", "id")),
        ("contact_id", ("contact", "id")),
        ("ContactID", ("contact", "id")),
        ("order-line-uuid", ("orderline", "uuid")),
        ("collection_name", ("collection", "name")),
        ("id", ("", "id")),
        ("slug", ("", "slug")),
        ("pet", ("pet", "")),
    ],
)
def test_a_parameter_is_a_noun_and_a_key(name: str, expected: tuple[str, str]) -> None:
    assert noun_and_key(name) == expected


@pytest.mark.parametrize(
    ("names", "parameter", "noun", "expected"),
    [
        (["id", "name"], "thingId", "thing", "id"),
        (["имя", "цвет"], "номер", "вещь", None),
        (["имя", "номер"], "номер", "вещь", "номер"),
        (["имя"], "номер", "вещь", None),
        (["thingId", "id"], "thing_id", "thing", "thingId"),
        (["id", "name"], "collection_name", "collection", "name"),
        (["thing_id", "owner_id"], "id", "thing", "thing_id"),
        (["uuid", "name"], "id", "thing", "uuid"),
        (["uuid"], "uuid", "thing", "uuid"),
        (["id", "slug"], "slug", "post", "slug"),
        (["id", "name"], "thing", "thing", "id"),
        (["name", "size"], "thing", "thing", "name"),
        (["silenceID"], "id", "alert", "silenceID"),
        (["name", "size"], "id", "thing", None),
        (["size", "state"], "thing", "thing", None),
        (["thing_id", "thingId"], "thingId", "thing", None),
        (["uuid", "guid"], "id", "thing", None),
        (["owner_id", "parent_id"], "id", "thing", None),
        (["name", "slug"], "thing", "thing", None),
    ],
)
def test_a_member_is_found_by_its_name_and_two_that_fit_equally_are_none(
    names: list[str], parameter: str, noun: str, expected: str | None
) -> None:
    assert like(names, parameter, noun) == expected


@pytest.mark.parametrize(
    "thing",
    [
        {"id": 7},
        {"data": {"id": 7}},
        {"data": {"type": "thing", "attributes": {"id": 7}}},
        {"result": {"id": 7}, "meta": {"id": "request"}},
        {"thing": {"id": 7}},
        {"response": {"thing": {"id": 7}}},
    ],
)
def test_an_identity_is_found_in_envelopes(thing: Any) -> None:
    assert identity_of(thing, "thingId", "thing") == 7


@pytest.mark.parametrize(
    "thing", [MISSING, None, [], "ok", {}, {"id": None}, {"id": True}, {"id": ""}, {"a": {"id": 1}, "b": {"id": 2}}]
)
def test_where_nothing_is_shown_nothing_is_found(thing: Any) -> None:
    assert identity_of(thing, "thingId", "thing") is MISSING


@pytest.mark.parametrize(
    "body",
    [
        [{"id": 1}],
        {"items": [{"id": 1}], "tags": ["a"]},
        {"things": [{"id": 1}], "data": [{"id": 2}]},
        {"data": {"items": [{"id": 1}]}},
        {"data": [{"id": 1}], "included": [{"id": 9}]},
        {"_embedded": {"things": [{"id": 1}]}, "page": {"number": 0}},
        {"whatever": [{"id": 1}], "total": 1},
        {"result": {"rows": [{"id": 1}]}, "meta": {"page": 1}},
    ],
)
def test_a_list_is_found_in_its_envelope(body: Any) -> None:
    assert things_in(body, "thingId", "thing") == [{"id": 1}]


def test_a_list_is_told_by_the_noun_of_the_parameter() -> None:
    body: Any = {"features": [{"id": 1}], "links": [{"href": "/"}], "numberReturned": 1}
    assert things_in(body, "featureId", "item") == [{"id": 1}]
    assert things_in({"rooms": [{"id": 1}], "links": [{"href": "/"}]}, "id", "thing") == [{"id": 1}]


def test_a_thing_alone_in_an_array_is_that_thing() -> None:
    assert identity_of([{"id": 7}], "row_id", "row") == 7
    assert identity_of([{"id": 7}, {"id": 8}], "row_id", "row") is MISSING


def test_the_keys_of_an_object_of_things_name_them() -> None:
    body: Any = {"rate": {"href": "/rate"}, "size": {"href": "/size"}}
    assert things_in(body, "parameterID", "parameter") == [
        {"href": "/rate", "parameterID": "rate"},
        {"href": "/size", "parameterID": "size"},
    ]
    told: Any = {"a": {"id": 7, "x": 1}, "b": {"id": 8, "x": 1}}
    assert things_in(told, "thingId", "thing") == [{"id": 7, "x": 1}, {"id": 8, "x": 1}]
    assert things_in({"data": {"x": 1}, "other": {"x": 1}}, "thingId", "thing") == []


@pytest.mark.parametrize(
    "body", [MISSING, None, 5, {}, {"a": [{"id": 1}], "b": [{"id": 2}]}, {"a": {"x": []}, "b": {"y": []}}]
)
def test_two_lists_of_which_none_is_named_are_none(body: Any) -> None:
    assert things_in(body, "thingId", "thing") == []


def test_a_list_of_nothing_but_texts_shows_identities() -> None:
    assert things_in(["a", "b"], "thingName", "thing") == [{"thingName": "a"}, {"thingName": "b"}]
    assert things_in([None, 5, {"id": 1}], "thingName", "thing") == [None, 5, {"id": 1}]


@pytest.mark.longer
@given(st.sampled_from(KEYS), st.from_regex(r"[a-z]{3,8}", fullmatch=True).filter(lambda each: each not in KEYS))
def test_every_spelling_of_noun_and_key_finds_the_key(key: str, noun: str) -> None:
    spellings = (f"{noun}_{key}", f"{noun}-{key}", f"{noun}{key.capitalize()}", f"{noun.capitalize()}{key.upper()}")
    assert {like([key, "other"], each, noun) for each in spellings} == {key}


@pytest.mark.longer
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_answer_can_be_looked_at(body: Any) -> None:
    things_in(body, "thingId", "thing")
    identity_of(body, "thingId", "thing")


@pytest.mark.parametrize(
    ("thing", "parameter", "expected"),
    [
        ({"kind": "Space", "metadata": {"name": "a", "uid": "u"}}, "namespace", "a"),
        ({"metadata": {"name": "a"}, "spec": {}}, "name", "a"),
        ({"id": 7, "metadata": {"name": "a"}}, "thing", 7),
        ({"metadata": {"name": "a"}}, "thing_id", MISSING),
        ({"metadata": {"size": 1}}, "name", MISSING),
    ],
)
def test_a_thing_may_be_named_in_its_metadata_alone(thing: Any, parameter: str, expected: Any) -> None:
    """Whatever was made where things have `metadata` and `spec` had no id: none of it was deleted."""
    assert identity_of(thing, parameter, "space") == expected
