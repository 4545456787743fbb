"""The parameters that sort a list: one that names the field, by the values that it may have, and one for the direction.

Of 1,069 parameters named like a direction, 79 % have an enum of asc and desc. Of 3,074 keys of sorts, 36 % name a field
of the items outright: only those are taken, and a key that two fields may be is not. Where no schema lists the keys, those
count that a description puts in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.parts.directions import is_switch, way_of
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.inference.kit.bodies import is_array
from contract_suite.inference.kit.names import (
    CREATED,
    DIRECTIONS,
    KEYS_OF_ORDER,
    MODIFIED,
    SAYS_ORDER,
    is_named,
)
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.sort_values import sort_value, values_of_pattern
from contract_suite.inference.kit.told_orders import ToldOrder, told_order
from contract_suite.inference.kit.told_refinements import refinements
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON, tokens

NAME: Final = "order"
_MARKED: Final = re.compile(r"[`\"']([-+]?[A-Za-z][A-Za-z0-9_.]*)(?:[:, ](?:asc|desc))?[`\"']")
_IN_A_ROW: Final = re.compile(r",\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+")
_ROW: Final = re.compile(rf"[A-Za-z]\w{{0,79}}(?:(?:{_IN_A_ROW.pattern})[A-Za-z]\w{{0,79}})+")
_SAYS_MINUS: Final = re.compile(
    r"[`\"']-[`\"'A-Za-z]|\bminus\b|\b(hyphen|dash)\b|\bprefix\w* (with|by) \W*-", re.IGNORECASE
)


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield how each list can be sorted, and how it is where nothing is asked for."""
    for operation, items in reading.lists():
        if operation.promises.order is not None:
            continue
        told = told_order(operation, items.fields)
        fact: InferredFact | None = None
        by = [(each, keys) for each in operation.parameters if (keys := _keys(each, items.fields))]
        directions = [each for each in operation.parameters if _is_direction(each)]
        if len(by) == 1 and len(directions) <= 1:
            parameter, keys = by[0]
            fact = _fact(operation, parameter, keys, directions[0] if directions else None, told)
        elif not by and told is not None and not any(_is_of_order(each) for each in operation.parameters):
            field = tokens(told.field)[-1]
            words: dict[str, JSON] = {
                "keys": {field: told.field},
                "default": {"by": field, "direction": told.direction},
            }
            said = Witness(text=f'the document says "{told.sentence}"', location=operation.location)
            shown = Witness(text=f"the items have {told.field}", location=operation.location)
            fact = InferredFact(
                rule=NAME, operation=operation.id, path=("order",), words=words, witnesses=(said, shown)
            )
        if fact is not None and isinstance(fact.words, dict):
            added, sentences = refinements(fact.words, reading.contract, operation, items.fields)
            yield replace(fact, words={**fact.words, **added}, witnesses=(*fact.witnesses, *sentences))


def _fact(
    operation: Operation, by: Parameter, keys: dict[str, JSON], direction: Parameter | None, told: ToldOrder | None
) -> InferredFact:
    words: dict[str, JSON] = {"by": by.name, "keys": keys}
    named = [tokens(str(each))[-1] for each in keys.values()]
    spelled = sort_value(by, _values(by, named), named)
    if spelled.separator and len(keys) > 1:
        words["separator"] = spelled.separator
    said = [Witness(text=f"{by.name} may be {', '.join(keys)}, which the items have", location=by.location)]
    if direction is not None:
        words["direction"] = direction.name
        which = "is named after one of two directions" if is_switch(direction) else "may be asc and desc"
        said.append(Witness(text=f"{direction.name} {which}", location=direction.location))
    elif spelled.suffix:
        words["suffix"] = dict(spelled.suffix)
        mark = f"{by.name} takes a key with {spelled.suffix['asc']!r} or {spelled.suffix['desc']!r} after it"
        said.append(Witness(text=mark, location=by.location))
    elif signed := _signed(by, keys):
        words["sign"] = "minus"
        which = "each of them" if len(signed) == len(keys) else " and ".join(signed)
        said.append(Witness(text=f"{by.name} may be {which} with a minus too", location=by.location))
    elif view(by.schema).keyword("enum") is None and _SAYS_MINUS.search(by.description):
        words["sign"] = "minus"
        said.append(Witness(text=f"the description of {by.name} speaks of a minus in front", location=by.location))
    elif SAYS_ORDER.search(by.description):
        said.append(Witness(text=f"the description of {by.name} speaks of order", location=by.location))
    default = _default(
        by, keys, direction, told, suffix={} if direction is not None else spelled.suffix, signed="sign" in words
    )
    if default is not None:
        words["default"] = {"by": default[0], "direction": default[1]}
    return InferredFact(rule=NAME, operation=operation.id, path=("order",), words=words, witnesses=tuple(said))


def _default(
    by: Parameter,
    keys: dict[str, JSON],
    direction: Parameter | None,
    told: ToldOrder | None,
    *,
    suffix: Mapping[str, str],
    signed: bool,
) -> tuple[str, str] | None:
    """The key and the direction that apply where nothing is asked for: by the defaults of both, or by a sentence."""
    given = by.default if isinstance(by.default, str) else ""
    written = {f"{key}{mark}": (key, way) for key in keys for way, mark in suffix.items()}
    if given in written:
        return written[given]
    key = given.removeprefix("-") if signed else given
    if key in keys and signed:
        return key, "desc" if given.startswith("-") else "asc"
    if key in keys and direction is not None and (way := way_of(direction, direction.default)) is not None:
        return key, way
    named = [key for key, field in keys.items() if told is not None and field == told.field]
    return (named[0], told.direction) if named and told is not None and not given else None


def _signed(by: Parameter, keys: Mapping[str, JSON]) -> list[str]:
    """The keys that may stand with a minus and without: all of them, or some of a list in which no other has a minus."""
    values = _values(by, keys)
    signed = [key for key in keys if f"-{key}" in values]
    others = {each for each in values if each.startswith("-")} - {f"-{key}" for key in signed}
    some = view(by.schema).keyword("enum") is not None and not others
    return signed if some or len(signed) == len(keys) else []


def _keys(parameter: Parameter, fields: Sequence[tuple[str, SchemaView]]) -> dict[str, JSON]:
    """The values of a parameter that name one field each."""
    if parameter.where != "query" or not is_named(parameter.name, KEYS_OF_ORDER):
        return {}
    found: dict[str, JSON] = {}
    names = [tokens(name)[-1] for name, _ in fields]
    marked = _told(parameter, names) if view(parameter.schema).keyword("enum") is None else []
    values = _values(parameter, names)
    spelled = sort_value(parameter, values, ())
    unlisted = {*marked, *values_of_pattern(parameter, map(str, spelled.keys or values))}
    for value in spelled.keys or values:
        named = [name for name, _ in fields if plain_name(tokens(name)[-1]) == plain_name(value)]
        own = [name for name in named if not name.startswith("/")] or named
        ranked = len(own) == 1 and value in unlisted and dict(fields)[own[0]].keyword("enum") is not None
        if len(own) == 1 and not ranked and not value.startswith(("-", "+")):
            found[value] = own[0]
    signed = _signed(parameter, found)
    places = dict(fields)
    return {key: name for key, name in found.items() if not signed or key in signed or _rises(str(name), places)}


def _rises(name: str, fields: Mapping[str, SchemaView]) -> bool:
    """Whether a key beside others that have a minus surely goes up without one: a name or an id; the best may come first."""
    place, last = fields[name], plain_name(tokens(name)[-1])
    text = place.types() - {"null"} == {"string"} and place.keyword("format") is None and place.keyword("enum") is None
    return last == "id" or (text and last not in CREATED | MODIFIED)


def _is_of_order(parameter: Parameter) -> bool:
    return parameter.where == "query" and (is_named(parameter.name, KEYS_OF_ORDER | DIRECTIONS) or is_switch(parameter))


def _is_direction(parameter: Parameter) -> bool:
    listed = is_named(parameter.name, DIRECTIONS) and set(_values(parameter, ())) == {"asc", "desc"}
    return parameter.where == "query" and (listed or is_switch(parameter))


def _values(parameter: Parameter, fields: Iterable[str]) -> list[str]:
    """The values that a parameter may have: those that its schema lists, or else the one it has by default and those told.

    A pattern lists those of the fields that it allows; of an array, its elements are meant.
    """
    place = view(parameter.schema)
    listed = (place.element(0) if is_array(place) else place).keyword("enum")
    if isinstance(listed, list):
        return [each for each in listed if isinstance(each, str)]
    allowed = values_of_pattern(parameter, fields)
    if allowed:
        return allowed
    default = [parameter.default] if isinstance(parameter.default, str) else []
    return list(dict.fromkeys([*default, *_told(parameter, fields)]))


def _told(parameter: Parameter, fields: Iterable[str] = ()) -> list[str]:
    """The words that a description marks as values (`name`, "price", 'size'), a minus in front of them kept.

    Where it marks none, those of a row of words that are all names of fields: "Sortable properties: id, title, capacity".
    """
    place = view(parameter.schema)
    if (place.element(0) if is_array(place) else place).types() - {"null"} != {"string"}:
        return []
    marked = _MARKED.findall(parameter.description)
    known = set(fields)
    rows = (_IN_A_ROW.split(each[0]) for each in _ROW.finditer(parameter.description)) if known and not marked else ()
    return marked or next((row for row in rows if known.issuperset(row)), [])


RULE: Final = InferenceRule(
    name=NAME, title="Parameters say by which field a list is sorted, and which way.", infer=infer
)
