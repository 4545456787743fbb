"""Alternatives with a discriminator: each is sent under its own name, and answers are held to names that are mapped."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.contract.operation import Operation
from contract_suite.generate.values import example, valid
from contract_suite.model.json import JSON, Missing
from tests.contract.test_requests import contract

NAMED = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
CAT = {
    "allOf": [
        {"$ref": "#/components/schemas/Named"},
        {"required": ["lives"], "properties": {"lives": {"type": "integer"}}},
    ]
}
DOG = {
    "type": "object",
    "required": ["kind", "barks"],
    "properties": {"kind": {"type": "string"}, "barks": {"type": "boolean"}},
}
BIRD = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "a bird"}}}


def pets(**discriminator: Any) -> Operation:
    names = ("Cat", "Dog", "Bird")
    pet = {
        "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names],
        "discriminator": {"propertyName": "kind", **discriminator},
    }
    media = {"application/json": {"schema": pet}}
    item = {"requestBody": {"content": media}, "responses": {"200": {"description": "ok", "content": media}}}
    components = {"schemas": {"Named": NAMED, "Cat": CAT, "Dog": DOG, "Bird": BIRD}}
    return contract({"/x": {"post": item}}, components=components).operations[0]


def kinds(subject: Operation) -> set[JSON]:
    media = subject.body.json if subject.body else None
    assert media is not None
    assert media.schema is not None
    base = example(media.schema)
    assert not isinstance(base, Missing)
    values = [base, *(each.value for each in valid(media.schema, base))]
    assert all(media.schema.is_valid(each) for each in values)
    return {each.get("kind") for each in values if isinstance(each, dict)}


def answers(subject: Operation, value: JSON) -> bool:
    media = subject.responses[0].json
    assert media is not None
    assert media.schema is not None
    return media.schema.is_valid(value)


def test_a_request_has_the_name_of_its_alternative() -> None:
    assert kinds(pets()) == {"Cat", "Dog", "a bird"}
    mapping = {"cat": "#/components/schemas/Cat", "kitten": "Cat", "dog": "#/components/schemas/Dog"}
    assert kinds(pets(mapping=mapping)) == {"cat", "kitten", "dog", "a bird"}


@pytest.mark.parametrize(
    ("mapping", "kind", "good"),
    [
        ({}, "my own name", True),
        ({"dog": "#/components/schemas/Dog", "cat": "Cat"}, "dog", True),
        ({"dog": "#/components/schemas/Dog", "cat": "Cat"}, "Dog", False),
        ({"dog": "#/components/schemas/Dog", "cat": "Cat"}, "cat", False),
    ],
)
def test_an_answer_is_held_to_names_that_are_mapped(mapping: dict[str, str], kind: str, good: bool) -> None:
    assert answers(pets(mapping=mapping), {"kind": kind, "barks": True}) is good


@pytest.mark.parametrize("mapping", [{}, {"cat": "Cat"}])
def test_an_answer_may_be_several_alternatives_that_no_name_tells_apart(mapping: dict[str, str]) -> None:
    """The name of a component means it where nothing maps one, and many servers have names of their own."""
    both: dict[str, JSON] = {"kind": "cat", "lives": 9, "barks": True}
    assert answers(pets(mapping=mapping), both)
    assert not answers(pets(mapping=mapping), {"kind": "cat"})
