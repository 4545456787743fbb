"""Bodies over which careless servers stumble: how they are answered proves nothing but that the server bears them.

A map is given an entry without a name and one of another type, an item comes without its list, and where the schema
leaves the type of a body open it is a list, or null.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import ANY_TYPE, SchemaView, view
from contract_suite.generate.values import plain
from contract_suite.model.json import JSON, Missing, escape

_DEEPEST: Final = 3
_MOST_MAPS: Final = 3


def odd_bodies(schema: Schema, body: JSON) -> Iterator[tuple[JSON, str]]:
    """Yield bodies made of a valid one, each with a few words about it."""
    place = view(schema)
    for path, entries, each in islice(_maps(place, body, (), 0), _MOST_MAPS):
        where = "".join(f"/{escape(step)}" for step in path) or "body"
        usual = next(iter(entries.values()), None) if entries else plain(each)
        usual = "x" if isinstance(usual, Missing) else usual
        yield _put(body, path, {**entries, "": usual}), f"{where}: an entry with an empty name"
        yield _put(body, path, {**entries, "odd": _of_another_type(usual)}), f"{where}: an entry of another type"
    if isinstance(body, list) and body:
        yield body[0], "an item in the place of the list"
    if place.types() == ANY_TYPE:
        yield from (([], "a list, where any type is allowed"), (None, "null, where any type is allowed"))


def _maps(
    place: SchemaView, value: JSON, path: tuple[str, ...], depth: int
) -> Iterator[tuple[tuple[str, ...], dict[str, JSON], SchemaView]]:
    """Yield the maps of a body: where each is, its entries, and what the schema says of one."""
    if not isinstance(value, dict) or depth > _DEEPEST or "object" not in place.types():
        return
    names = place.property_names()
    if _is_map(place):
        yield path, value, place.member("odd")
    for name in names:
        member = place.member(name)
        if name in value:
            yield from _maps(member, value[name], (*path, name), depth + 1)
        elif member.types() <= {"object", "null"} and _is_map(member):
            yield (*path, name), {}, member.member("odd")


def _is_map(place: SchemaView) -> bool:
    """Whether an object has entries of any name: the schema describes them, or describes nothing of it."""
    more = place.keyword("additionalProperties")
    return isinstance(more, dict) or (more is not False and not place.property_names() and place.types() != ANY_TYPE)


def _put(body: JSON, path: tuple[str, ...], value: JSON) -> JSON:
    if not path:
        return value
    members = body if isinstance(body, dict) else {}
    return {**members, path[0]: _put(members.get(path[0]), path[1:], value)}


def _of_another_type(value: JSON) -> JSON:
    return [] if isinstance(value, str) else "x"
