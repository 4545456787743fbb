"""What may be lost by right when an update names something else, and what may not: a text that a client has written.

A choice (a state, a sort of thing, a flag) may empty what belongs to another choice: the reason of a refusal, the region of
a country. What people write down of any thing belongs to none, unless the document speaks of both together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contract_suite.behaviours.kit.comparing import field_in
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, request_body
from contract_suite.behaviours.kit.work_states import explains_a_state
from contract_suite.behaviours.resources.kit.field_values import is_free_text
from contract_suite.contract.naming.names import singular, speaks_of, words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.json import JSON, Missing

_NUMBERS: Final = frozenset({"integer", "number"})
_OF_ANY_THING: Final = frozenset({"note", "description", "remark", "memo", "title", "name", "label", "tag", "summary"})
"""Last words of members that people write of whatever there is, in the singular."""
_EMPTY: Final[tuple[JSON, ...]] = (None, "", [])


def is_free(place: SchemaView | None, name: str) -> bool:
    """Whether a member of a body holds what a client writes as it likes: a text, a list of texts, a number."""
    if place is None or name not in place.property_names() or explains_a_state(name):
        return False
    member = place.member(name)
    types = member.types() - {"null"}
    inner = member.element(0) if types == {"array"} else member
    if types == {"array"}:
        return inner.types() - {"null"} == {"string"} and is_free_text(inner)
    is_number = bool(types) and types <= _NUMBERS and member.keyword("enum") is None
    return is_number or (types == {"string"} and is_free_text(member))


def is_lost(value: JSON | Missing, place: SchemaView | None, name: str) -> bool:
    """Whether a member that had a value has none any more, or only its default."""
    if isinstance(value, Missing) or value in _EMPTY:
        return True
    default = place.member(name).keyword("default") if place is not None else None
    return default is not None and value == default


def lost_between(
    ops: ResourceOperations, before: JSON | Missing, after: JSON | Missing, names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the free members, by name and field, that had a value before and have none after."""
    place = request_body(ops.update)
    for name, field in names.items():
        former, latter = field_in(before, field), field_in(after, field)
        if not is_lost(former, place, name) and is_lost(latter, place, name):
            yield name, field


def belongs_to_any(ops: ResourceOperations, name: str, chosen: Iterable[str]) -> bool:
    """Whether a member is a text that none of these choices may empty, as far as names and sentences tell."""
    place = request_body(ops.update)
    own = {singular(each) for each in words(name)}
    if place is None or not own or singular(words(name)[-1]) not in _OF_ANY_THING or not is_free(place, name):
        return False
    if place.member(name).types() & _NUMBERS:
        return False
    spoken = {said for each in chosen for said in (each, *_choices(place, each))}
    if own & {singular(word) for each in spoken for word in words(each)}:
        return False
    of_both = any(speaks_of(said, name) and _speaks_of_any(said, spoken) for said in _told(ops, place, chosen))
    return not of_both and not any(_speaks_of_any(said, spoken) for said in _described(ops, name))


def is_choice(ops: ResourceOperations, name: str) -> bool:
    """Whether a member of an update is one of a few values."""
    place = request_body(ops.update)
    member = place.member(name) if place is not None else None
    return member is not None and (member.keyword("enum") is not None or member.types() - {"null"} == {"boolean"})


def _choices(place: SchemaView, name: str) -> Iterator[str]:
    listed = place.member(name).keyword("enum")
    yield from (each for each in listed if isinstance(each, str)) if isinstance(listed, list) else ()


def _speaks_of_any(sentence: str, names: set[str]) -> bool:
    return any(speaks_of(sentence, each) for each in names)


def _told(ops: ResourceOperations, place: SchemaView, names: Iterable[str]) -> Iterator[str]:
    """Yield what is said of the operations, and of the members that an update names."""
    for operation in (ops.update, ops.create, ops.read):
        if operation is not None:
            yield from statements(operation.description)
    yield from statements(place.keyword("description"))
    for name in names:
        yield from statements(place.member(name).keyword("description"))


def _described(ops: ResourceOperations, name: str) -> Iterator[str]:
    """Yield what is said of a member: where it is sent, and where it is shown."""
    for place in (request_body(ops.update), request_body(ops.create), ops.representation):
        if place is not None and name in place.property_names():
            yield from statements(place.member(name).keyword("description"))
