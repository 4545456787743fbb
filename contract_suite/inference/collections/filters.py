"""Parameters that keep the items whose field equals their value, contains it, begins with it or differs from it.

A parameter named like a scalar field of the items filters by equality in 65 % of a sample read by hand; where the name
ends in id, status, state, type, code, kind, enabled or active, or the value is boolean, in 92 %. Any other name needs a
sentence of the document that speaks of filtering, and a probe in any case. Of a field that is an array, one element is
compared: `tag` and `tags` both ask for an element of `tags`; of one that is an object, what it is known by: `status` asks
for `/status/name`, and `recipientEmail` for `/recipient/email`. A name that mostly means something else (`language`,
`format`) counts where both list the very same values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.naming.names import plain_name, singular, singulars, words
from contract_suite.contract.naming.sentences import SAYS_CASE_IGNORED
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.generate.facts import facts_of
from contract_suite.inference.kit.bodies import Items, is_array, is_object, is_reference, is_scalar
from contract_suite.inference.kit.cases import case_is_ignored
from contract_suite.inference.kit.names import (
    SAYS_ALL,
    SAYS_ANY,
    SAYS_BEGINNING,
    SAYS_EXACT,
    SAYS_FILTER,
    SAYS_LEFT_OUT,
    SAYS_MORE,
    SAYS_NOT,
    SAYS_PART,
    SAYS_SEPARATED,
    filtered_name,
    hardly_filters,
    surely_filters,
    without_negation,
)
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.soft_deletes import HIDDEN
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON, escape, tokens

NAME: Final = "filters"
_KEYS: Final = frozenset({"name", "key", "code", "slug", "username", "login", "email", "title"})
"""What objects in an item are known by; by their `id` the parameter would be called."""
_MOST: Final = 60
_NUMBERS: Final = frozenset({"integer", "number"})
_RANKED: Final = frozenset({"level", "severity", "rating", "grade", "quality", "resolution", "size", "stability"})
"""Words for what is often asked for as the least that is wanted: `level=warning` lists errors too."""
_CODE: Final = re.compile(r"\^?\[A-Z(?:0-9)?\]\{\d(?:,\d)?\}\$?")
"""A pattern that codes of countries, airports and the like have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """A field of the items that can be compared; of an array, `place` describes an element."""

    name: str
    place: SchemaView
    is_array: bool = False


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the filters of each list."""
    nouns = _nouns(reading)
    for operation, items in reading.lists():
        known = {each.parameter for each in operation.promises.filters}
        fields = _by_plain_name(items)
        for parameter in operation.all_parameters:
            if parameter.where != "query" or parameter.name in known or parameter.default not in (None, [], ""):
                continue
            field = _named(fields, filtered_name(parameter.own_name), parameter)
            refused = _named(fields, without_negation(parameter.own_name), parameter)
            fact = _kept(reading, operation, parameter, field, nouns) if field is not None else None
            if fact is None and refused is not None:
                fact = _left_out(operation, parameter, refused)
            if fact is not None:
                yield fact


def _by_plain_name(items: Items) -> Mapping[str, Sequence[_Field]]:
    """The fields by the names of parameters that ask for them: an array also by the name of one of its elements."""
    found: dict[str, list[_Field]] = {}
    for name, place in items.fields:
        found.setdefault(plain_name(tokens(name)[-1]), []).append(_Field(name=name, place=place))
    for name in items.element.property_names():
        if is_reference(place := items.element.member(name)):
            found.setdefault(plain_name(name), []).append(_Field(name=name, place=place))
    for name, place in _known_by(items.element):
        found.setdefault(plain_name(tokens(name)[-2]), []).append(_Field(name=name, place=place))
    for name in items.element.property_names():
        inner = items.element.member(name)
        for each in inner.property_names() if is_object(inner) else ():
            if is_scalar(inner.member(each)):  # `recipientEmail` asks for `/recipient/email`
                field = _Field(name=f"/{escape(name)}/{escape(each)}", place=inner.member(each))
                found.setdefault(plain_name(f"{name}{each}"), []).append(field)
    for name, place in items.arrays:
        for spelled in singulars(tokens(name)[-1]):
            found.setdefault(spelled, []).append(_Field(name=name, place=place, is_array=True))
    return found


def _known_by(element: SchemaView) -> Iterator[tuple[str, SchemaView]]:
    """Yield what objects in an item are known by: `/status/name`, `/fields/project/key`."""
    held = [name for name in element.property_names() if is_object(element.member(name))]
    objects = [(f"/{escape(name)}", element.member(name)) for name in held]
    for name in held:
        inner = element.member(name)
        objects += [
            (f"/{escape(name)}/{escape(each)}", inner.member(each))
            for each in inner.property_names()
            if is_object(inner.member(each))
        ]
    for pointer, place in objects[:_MOST]:
        if is_reference(place):
            continue
        for name in place.property_names():
            if plain_name(name) in _KEYS and is_scalar(place.member(name)):
                yield f"{pointer}/{escape(name)}", place.member(name)


def _nouns(reading: Reading) -> frozenset[str]:
    """What the paths of single things are about: `order` of `/orders/{id}`."""
    paths = (each.path.rstrip("/").split("/") for each in reading.operations)
    return frozenset(singular(path[-2]) for path in paths if len(path) > 1 and path[-1].startswith("{"))


def _named(fields: Mapping[str, Sequence[_Field]], asked: str, parameter: Parameter) -> _Field | None:
    """The field that a parameter is named after; one that takes several values may have its plural: `ids`."""
    found = _only(fields.get(plain_name(asked), ()), parameter.description)
    one = _only(fields.get(singular(asked), ()), parameter.description)
    return one if found is None and one is not None and is_array(view(parameter.schema)) else found


def _only(named: Sequence[_Field], description: str) -> _Field | None:
    """The one field that is meant: an item's own before those below, a scalar before an array, and one that is spoken of."""
    own = [each for each in named if not each.name.startswith("/")] or list(named)
    scalars = [each for each in own if not each.is_array] or own
    if len(scalars) > 1:
        spoken = set(words(description))
        scalars = [each for each in scalars if not spoken.isdisjoint(words(tokens(each.name)[-1]))]
    return scalars[0] if len(scalars) == 1 else None


def _kept(
    reading: Reading, operation: Operation, parameter: Parameter, field: _Field, nouns: frozenset[str]
) -> InferredFact | None:
    """Return that a parameter keeps what has its value, as far as its name and its description say so."""
    place, several = _value_of(parameter)
    match = _match(parameter, place, field) if is_scalar(place) and _alike(place, field.place) else ""
    if not match:
        return None
    if hardly_filters(parameter.own_name):
        said = _said_of_values(reading, operation, parameter, field)
        return _fact(operation, parameter, field, match, said, several=several) if said else None
    asked = filtered_name(parameter.own_name)
    same = _takes_the_same(place, field.place) and _RANKED.isdisjoint(words(asked)[-1:])
    boolean = place.types() - {"null"} == {"boolean"}
    refers = _names_another(asked, nouns, place, field.place)
    sure = same or surely_filters(asked) or boolean or field.is_array or refers or _written_alike(place, field.place)
    text = parameter.description
    says = match != "equals" or bool(SAYS_FILTER.search(text) or SAYS_EXACT.search(text))
    says = says or (_is_separated(parameter) and bool(facts_of(field.place).choices))
    if not sure and not text and not says:
        says = bool(SAYS_FILTER.search(operation.description))
    if not sure and not says:
        return None
    said = [Witness(text=f"{parameter.name} is named like {field.name} of the items", location=parameter.location)]
    if same:
        said.append(Witness(text=f"it takes the values that {field.name} has", location=parameter.location))
    elif boolean and not _widens(asked) and field.place.types() - {"null"} == {"boolean"}:
        said.append(Witness(text=f"it is true or false as {field.name} is", location=parameter.location))
    if parameter.required and surely_filters(asked):
        said.append(Witness(text="the list is never asked for without it", location=parameter.location))
    if refers or (surely_filters(asked) and "".join(words(asked)[:-1]) in nouns):
        said.append(Witness(text="it names one of another kind of thing", location=parameter.location))
    if says and (sure or match != "equals" or _speaks_of(parameter, field, place)):
        said.append(Witness(text="its description speaks of filtering by it", location=parameter.location))
    return _fact(operation, parameter, field, match, said, several=several)


def _names_another(asked: str, nouns: frozenset[str], place: SchemaView, field: SchemaView) -> bool:
    """Whether a parameter and the field of its name are called after another kind of thing, and hold a number as ids do."""
    return singular(asked) in nouns and place.types() - {"null"} == field.types() - {"null"} == {"integer"}


def _written_alike(place: SchemaView, field: SchemaView) -> bool:
    """Whether a parameter's values are written as those of a field, by a pattern that leaves little open: `^[A-Z]{2}$`."""
    pattern = place.keyword("pattern")
    return isinstance(pattern, str) and pattern == field.keyword("pattern") and _CODE.fullmatch(pattern) is not None


def _said_of_values(reading: Reading, operation: Operation, parameter: Parameter, field: _Field) -> list[Witness]:
    """What speaks for a filter whose name mostly means something else; nothing if the values are not the very same.

    A language may be that of the texts in the answer. It is one of the thing itself where a create sends it, or where the
    description speaks of filtering; otherwise a probe decides.
    """
    listed = set(map(repr, facts_of(_value_of(parameter)[0]).choices))
    if len(listed) <= 1 or listed != set(map(repr, facts_of(field.place).choices)):
        return []
    said = [Witness(text=f"{parameter.name} takes the very values that {field.name} has", location=parameter.location)]
    if SAYS_FILTER.search(parameter.description):
        said.append(Witness(text="its description speaks of filtering by it", location=parameter.location))
    elif not parameter.description:
        said += [
            Witness(text=f"{create.id} sends {field.name}, so it belongs to the thing", location=create.location)
            for create in _creates(reading, operation)
            if listed == set(map(repr, facts_of(_sent(create, field.name)).choices))
        ]
    return said


def _creates(reading: Reading, operation: Operation) -> list[Operation]:
    """What makes the things of a list."""
    listed = (each for each in reading.kinds if any(listing.id == operation.id for listing in each.lists))
    return [each.create for each in listed if each.create is not None]


def _sent(create: Operation, name: str) -> SchemaView:
    """Where the body of a create describes a member; a place that says nothing if it has none."""
    media = create.body.json if create.body is not None else None
    place = SchemaView(raw=True, definitions={}) if media is None or media.schema is None else view(media.schema)
    return place.member(name)


def _left_out(operation: Operation, parameter: Parameter, field: _Field) -> InferredFact | None:
    """Return that a parameter leaves out what has its value."""
    place, several = _value_of(parameter)
    if not is_scalar(place) or not _alike(place, field.place):
        return None
    text = f"{parameter.name} is named after what has not the {field.name} of the items"
    said = [Witness(text=text, location=parameter.location)]
    if SAYS_NOT.search(parameter.description):
        said.append(Witness(text="its description speaks of leaving out", location=parameter.location))
    return _fact(operation, parameter, field, "differs", said, several=several)


def _fact(
    operation: Operation, parameter: Parameter, field: _Field, match: str, said: Sequence[Witness], *, several: bool
) -> InferredFact:
    fact: dict[str, JSON] = {"field": field.name, "match": match}
    if case_is_ignored(parameter, unsaid=match in {"contains", "begins"}):
        fact["case"] = "ignored"
    if several:
        fact["several"] = _several(parameter, field)
        if not is_array(view(parameter.schema)):
            fact["separator"] = ","
    fact["unknown"] = "either"
    return InferredFact(
        rule=NAME, operation=operation.id, path=("filters", parameter.name), words=fact, witnesses=tuple(said)
    )


def _value_of(parameter: Parameter) -> tuple[SchemaView, bool]:
    """Where one value of a parameter is described, and whether it takes several in an array."""
    place = view(parameter.schema)
    return (place.element(0), True) if is_array(place) else (place, _is_separated(parameter))


def _is_separated(parameter: Parameter) -> bool:
    """Whether a text holds several values with commas between them, as its description says."""
    place = view(parameter.schema)
    text = place.types() - {"null"} == {"string"} and not facts_of(place).choices
    return text and SAYS_SEPARATED.search(parameter.description) is not None


def _several(parameter: Parameter, field: _Field) -> str:
    """Which of several values an item has to match: of one that is not an array, it can only be any of them."""
    if not field.is_array:
        return "any"
    every, some = SAYS_ALL.search(parameter.description), SAYS_ANY.search(parameter.description)
    return "either" if bool(every) == bool(some) else "all" if every else "any"


def _match(parameter: Parameter, place: SchemaView, field: _Field) -> str:
    """How a value is compared, by what the description says of it; empty where it says something else again."""
    text = SAYS_CASE_IGNORED.sub("", parameter.description)
    if not SAYS_MORE.search(text):
        return "" if SAYS_LEFT_OUT.search(text) else "equals"
    plain = place.types() - {"null"} == {"string"} and not facts_of(place).choices and not field.is_array
    part, beginning = SAYS_PART.search(text), SAYS_BEGINNING.search(text)
    if not plain or bool(part) == bool(beginning):
        return ""
    return "contains" if part else "begins"


def _speaks_of(parameter: Parameter, field: _Field, place: SchemaView) -> bool:
    """Whether a description names the field of a plain text, so that it can only mean to compare with it."""
    if place.types() - {"null"} != {"string"} or facts_of(place).format or facts_of(field.place).format:
        return False
    said = {each for word in words(parameter.description) for each in singulars(word)}
    return set(words(tokens(field.name)[-1])) <= said | set(words(parameter.description))


def _widens(asked: str) -> bool:
    return not HIDDEN.isdisjoint(words(asked))


def _takes_the_same(place: SchemaView, field: SchemaView) -> bool:
    """Whether both list their values, and a field may have each one that a parameter takes."""
    taken, had = facts_of(place).choices, facts_of(field).choices
    return len(taken) > 1 and all(each in had for each in taken)


def _alike(place: SchemaView, field: SchemaView) -> bool:
    """Whether values of one can be values of the other."""
    one, other = place.types() - {"null"}, field.types() - {"null"}
    return bool(one & other) or bool(one & _NUMBERS and other & _NUMBERS)


RULE: Final = InferenceRule(
    name=NAME, title="Parameters named like a field keep what equals, contains or differs from it.", infer=infer
)
