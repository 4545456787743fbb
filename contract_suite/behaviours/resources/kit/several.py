"""Values for lists and maps with several elements: servers that keep the first ones alone are found by nothing shorter.

Elements are short words in the order of the alphabet, or numbers that rise, so that a server that sorts them shows them
as they were sent.
"""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.form_values import carries
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, can_show, request_body
from contract_suite.behaviours.resources.kit.field_values import Flavour, value_for
from contract_suite.behaviours.resources.kit.making import fields_chosen_by_session
from contract_suite.behaviours.resources.kit.referring import refers
from contract_suite.contract.addressing import field_of
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON, tokens

_WORDS: Final = ("alpha", "bravo", "charlie", "delta", "echo")
_LEAST: Final = 2
_CONTAINERS: Final = frozenset({"object", "array", "null"})
_FLAVOURS: Final = (Flavour.PLAIN, Flavour.OTHER, Flavour.RICH, Flavour.BARE)


def several(session: Session, ops: ResourceOperations, operation: Operation) -> dict[str, JSON]:
    """Return a value with up to five elements for each list and map that a body takes and a read shows; none with one alone.

    What refers to other resources is left out where nobody wrote down what does: an id that nothing has may be refused.
    """
    place, media = request_body(operation), operation.body.of_members if operation.body else None
    if place is None or media is None or media.schema is None:
        return {}
    fixed, sure, shown = fields_chosen_by_session(ops), place.sure_names(), ops.representation
    found: dict[str, JSON] = {}
    for name in place.property_names():
        field, member = field_of(operation, name), place.member(name).follow()
        if name not in sure or field in fixed or member.keyword("readOnly") is True or refers(session, name, member):
            continue
        value = _longest_valid(name, member, media.schema)
        if (
            value is not None
            and carries(media, name, value)
            and can_show(ops.shown_by, shown, field, value)
            and _shows_elements(shown, field, value)
        ):
            found[name] = value
    return found


def _longest_valid(name: str, member: SchemaView, schema: Schema) -> JSON:
    """Return the value with the most elements that the schema allows, if it allows more than one."""
    for count in range(len(_WORDS), _LEAST - 1, -1):
        value = _list_of(member, count) if "array" in member.types() else _map_of(member, count)
        if value is not None and not schema.breaks_member({name: value}, name):
            return value
    return None


def _shows_elements(shown: SchemaView | None, field: str, value: JSON) -> bool:
    """Whether a read shows the elements as they are sent, and not as objects made of them (a label with its colour)."""
    if shown is None:
        return False
    for token in tokens(field):
        shown = shown.member(token)
    if isinstance(value, list):
        return bool(shown.element(0).types() - _CONTAINERS)
    values = shown.keyword("additionalProperties")
    of_values = not isinstance(values, dict) or bool(shown.at(values).types() - _CONTAINERS)
    return of_values and not shown.property_names()


def _list_of(place: SchemaView, count: int) -> JSON:
    elements = [_element(place.element(index), index) for index in range(count)]
    different = all(each not in elements[:index] for index, each in enumerate(elements))
    return elements if None not in elements and different else None


def _map_of(place: SchemaView, count: int) -> JSON:
    """Return an object with members of any names, if that is what a place takes."""
    values = place.keyword("additionalProperties")
    if (
        place.types() - {"null"} != {"object"}
        or place.property_names()
        or (not isinstance(values, dict) and values is not True)
    ):
        return None
    members = {word: _element(place.at(values), index) for index, word in enumerate(_WORDS[:count])}
    return None if None in members.values() else dict(members)


def _element(place: SchemaView, index: int) -> JSON:
    """Return the value with this number for a place of texts, numbers, or few values; `None` for any other place."""
    place = place.follow()
    listed, types = place.keyword("enum"), place.types() - {"null"}
    if isinstance(listed, list):
        usable = [each for each in listed if each is not None]
        return usable[index] if index < len(usable) else None
    if "string" in types and place.keyword("format") is None:
        return _WORDS[index]
    if "string" in types:
        value = value_for(place, _FLAVOURS[index]) if index < len(_FLAVOURS) else None
        return value if isinstance(value, str) else None
    return index + 1 if types & {"integer", "number"} else None
