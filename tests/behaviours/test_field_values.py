"""Values for places that leave a choice: a text or null, as FastAPI and Pydantic write what may be left out."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.behaviours.resources.kit.field_values import Flavour, body, is_free_text, limits, varied
from contract_suite.contract.naming.outside import acts_outside
from contract_suite.contract.schemas.view import view
from tests.generate.conftest import read

SHORT = {"type": "string", "minLength": 1, "maxLength": 20}


@pytest.mark.parametrize(
    "place",
    [
        {"type": ["string", "null"], "minLength": 1, "maxLength": 20},
        {"anyOf": [SHORT, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, SHORT]},
        {"anyOf": [{"$ref": "#/components/schemas/Short"}, {"type": "null"}]},
        {"anyOf": [{"anyOf": [SHORT, {"type": "null"}]}, {"type": "null"}]},
    ],
)
def test_the_limits_of_a_text_that_may_be_null_are_those_of_the_text(place: dict[str, Any]) -> None:
    """No update of such a field was accepted: the text for it was longer than its branch allows."""
    schema = {"type": "object", "properties": {"text": place}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "components": {"schemas": {"Short": SHORT}},
        "paths": {
            "/a": {
                "post": {
                    "operationId": "make",
                    "requestBody": {"content": {"application/json": {"schema": schema}}},
                    "responses": {"200": {"description": ""}},
                }
            }
        },
    }
    body = read(document).operation("make").body
    media = body.json if body else None
    assert media is not None
    assert media.schema is not None
    member = view(media.schema).member("text")
    assert limits(member) == (1, 20)
    assert is_free_text(member)


@pytest.mark.parametrize("branch", [{"type": "string", "format": "uuid"}, {"type": "string", "pattern": "^a"}])
def test_a_text_of_a_form_is_not_free_in_a_choice_either(branch: dict[str, Any]) -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/a": {
                "post": {
                    "operationId": "make",
                    "requestBody": {"content": {"application/json": {"schema": {"anyOf": [branch, {"type": "null"}]}}}},
                    "responses": {"200": {"description": ""}},
                }
            }
        },
    }
    body = read(document).operation("make").body
    media = body.json if body else None
    assert media is not None
    assert media.schema is not None
    assert not is_free_text(view(media.schema))


PATTERNS = [
    "^[a-z0-9]+(-[a-z0-9]+)*$",
    "^97[89][0-9]{10}$",
    "^#[0-9a-f]{6}$",
    "^[A-Z]{3}$",
    r"^\\+\\d{7,15}$",
    "^(ok|no)$",
]


def updating(place: dict[str, Any]) -> Any:
    """An operation whose body has a member `it` of this kind."""
    schema = {"type": "object", "properties": {"it": place}}
    media = {"application/json": {"schema": schema}}
    operation = {"operationId": "make", "requestBody": {"content": media}, "responses": {"200": {"description": ""}}}
    return read(
        {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"post": operation}}}
    ).operation("make")


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("flavour", [Flavour.PLAIN, Flavour.OTHER, Flavour.RICH])
def test_a_list_of_texts_of_a_pattern_is_not_left_empty(pattern: str, flavour: Flavour) -> None:
    """Tags were always set to none at all, so that an update that emptied them changed nothing."""
    items = {"type": "string", "pattern": pattern, "minLength": 2, "maxLength": 30}
    made = body(updating({"type": "array", "uniqueItems": True, "items": items}), flavour)["it"]
    assert made
    assert isinstance(made, list)
    assert all(isinstance(each, str) and re.search(pattern, each) for each in made)


@given(seed=st.integers(), pattern=st.sampled_from(PATTERNS))
def test_a_varied_text_keeps_its_pattern(seed: int, pattern: str) -> None:
    operation = updating({"type": "string", "pattern": pattern})
    text = body(operation, Flavour.OTHER)["it"]
    assert isinstance(text, str)
    schema = operation.body.json.schema
    changed = varied(Random(seed), view(schema).member("it"), text)  # noqa: S311 - a value for a test
    assert len(changed) == len(text)
    assert re.search(pattern, changed)


REACHING = {
    "email": r"^[^@\s]+@[^@\s]+\.[a-z]{2,3}$",
    "short_email": r"^[a-z]@[a-z]{2}\.[a-z]{2}$",
    "phone": r"^\+[0-9]{7,15}$",
    "mobile": r"^[0-9]{7,15}$",
    "webhook": r"^https?://[a-z]+\.[a-z]{2,}/[a-z]*$",
    "hostname": r"^[a-z]+\.[a-z]{2,3}$",
    "iban": r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{15}$",
    "card_number": "^[0-9]{16}$",
}


@pytest.mark.parametrize(("name", "pattern"), REACHING.items())
@pytest.mark.parametrize("flavour", list(Flavour))
@pytest.mark.parametrize("wrap", [False, True])
def test_no_address_or_number_of_somebody_is_made_up(name: str, pattern: str, flavour: Flavour, *, wrap: bool) -> None:
    """Telephone numbers, addresses and hosts were written after their patterns alone, in lists and objects too."""
    place: dict[str, Any] = {"type": "string", "pattern": pattern}
    schema = {name: {"type": "array", "items": place} if wrap else place}
    operation = updating({"type": "object", "properties": schema})
    assert not acts_outside(body(operation, flavour))


def test_numbers_that_nobody_has_are_made_up_for_a_telephone() -> None:
    operation = updating({"type": "object", "properties": {"phone": {"type": "string", "pattern": REACHING["phone"]}}})
    made = [body(operation, flavour)["it"] for flavour in (Flavour.PLAIN, Flavour.OTHER)]
    assert all(isinstance(each, dict) and "55501" in str(each["phone"]) for each in made)
    assert made[0] != made[1]


def test_what_the_document_shows_is_sent() -> None:
    shown = {"type": "string", "pattern": REACHING["phone"], "examples": ["+4930123456"]}
    made = body(updating({"type": "object", "properties": {"phone": shown}}), Flavour.PLAIN)["it"]
    assert isinstance(made, dict)
    assert made["phone"] == "+4930123456"


@given(seed=st.integers(), sent=st.sampled_from([("email", "one@example.com"), ("phone", "+12025550143")]))
def test_a_varied_address_stays_one_of_nobody(seed: int, sent: tuple[str, str]) -> None:
    """Each letter of an address was changed, those of its domain too."""
    name, text = sent
    operation = updating({"type": "object", "properties": {name: {"type": "string", "pattern": REACHING[name]}}})
    schema = operation.body.json.schema
    place = view(schema).member("it").member(name)
    assert not acts_outside(varied(Random(seed), place, text, name), name)  # noqa: S311 - a value for a test
