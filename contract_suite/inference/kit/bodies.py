"""What the answers of operations hold: the body of success, the items of a list, and where one of a thing stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from contract_suite.contract.naming.names import OFFSETS, PAGE_NUMBERS, PAGE_SIZES, plain_name, singular
from contract_suite.contract.operation import HeaderSpec, MediaType, Operation, Parameter, essence
from contract_suite.contract.parts.envelopes import wrapper
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.generate.likeness import ENVELOPES, LISTS
from contract_suite.inference.kit.names import is_named
from contract_suite.inference.kit.witness import Witness
from contract_suite.model.json import escape, tokens

_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_KEYS = frozenset({"string", "integer"})
_MOST = 200
_SEGMENT = re.compile(r"[.:]")
"""What stands between noun and verb in the path of a call, `/users.list`."""
_INT32 = 2**31 - 1
_TIMES = frozenset({"date", "date-time"})


@dataclass(frozen=True)
class Items:
    """Where the items of a list stand (a JSON Pointer, empty for the body itself), and how one of them is described."""

    pointer: str
    element: SchemaView
    witnesses: tuple[Witness, ...]

    @cached_property
    def fields(self) -> tuple[tuple[str, SchemaView], ...]:
        """The scalar fields of an item, as `fields_of` names them."""
        return tuple(fields_of(self.element))

    @cached_property
    def arrays(self) -> tuple[tuple[str, SchemaView], ...]:
        """The fields of an item that are arrays of scalars, each with where its elements are described."""
        return tuple(fields_of(self.element, arrays=True))


def success(operation: Operation) -> MediaType | None:
    """Return the JSON of a success: of 200 before any other."""
    found = sorted((each for each in operation.responses if each.status.startswith("2")), key=lambda each: each.status)
    return next((each.json for each in found if each.json is not None and each.json.schema is not None), None)


def body_of(operation: Operation) -> SchemaView | None:
    """Return where the JSON body of a success is described; `None` if nothing describes it."""
    media = success(operation)
    return view(media.schema) if media is not None and media.schema is not None else None


def request_of(operation: Operation | None) -> SchemaView | None:
    """Return where the body of a request is described, out of the name that it is wrapped in.

    `None` if nothing describes it, or if it uploads files.
    """
    media = operation.body.of_members if operation is not None and operation.body is not None else None
    if media is None or media.schema is None or essence(media.name) == "multipart/form-data":
        return None
    place, wrapped = view(media.schema), wrapper(operation) if operation is not None else ""
    return place.member(tokens(wrapped)[0]) if wrapped else place


def is_scalar(place: SchemaView) -> bool:
    """Whether a place holds a text, a number or a truth value, or null in its place."""
    types = place.types() - {"null"}
    return bool(types) and types <= _SCALARS


def is_reference(place: SchemaView) -> bool:
    """Whether a place holds the id of another thing, or on demand the thing itself, with its id."""
    types = place.types() - {"null"}
    return (
        "object" in types and len(types & _KEYS) == 1 and types <= {"object", *_KEYS} and "id" in place.property_names()
    )


def is_object(place: SchemaView) -> bool:
    """Whether a place holds an object with known properties."""
    return "object" in place.types() and bool(place.property_names())


def is_array(place: SchemaView) -> bool:
    """Whether a place holds nothing but an array."""
    return place.types() - {"null"} == {"array"}


def fields_of(place: SchemaView, *, arrays: bool = False) -> Iterator[tuple[str, SchemaView]]:
    """Yield the scalar fields of a representation: its own by name, those one level below by JSON Pointer.

    With `arrays`, those that are arrays of scalars instead, each with the description of its elements. What has an empty
    name is left out: no parameter is called like it.
    """

    def shown(member: SchemaView) -> SchemaView | None:
        if arrays:
            return member.element(0) if is_array(member) and is_scalar(member.element(0)) else None
        return member if is_scalar(member) else None

    names = [name for name in place.property_names() if name][:_MOST]
    for name in names:
        if (field := shown(place.member(name))) is not None:
            yield f"/{escape(name)}" if name.startswith("/") else name, field
    for name in names:
        inner = place.member(name)
        if "object" in inner.types():
            for below in [each for each in inner.property_names() if each][:_MOST]:
                if (field := shown(inner.member(below))) is not None:
                    yield f"/{escape(name)}/{escape(below)}", field


def items_of(operation: Operation, *, below: bool) -> Items | None:
    """Return the items that an operation lists; `None` if it lists none, or several arrays may be meant.

    `below` says that there is a path with a parameter behind the operation's own.
    """
    if operation.problem or operation.method != "GET" or operation.path.rstrip("/").endswith("}"):
        return None
    place = body_of(operation)
    if place is None:
        return None
    at = operation.location
    more = [
        Witness(text=f"{each.name} is a parameter of paging", location=each.location)
        for each in operation.parameters
        if is_paging(each)
    ][:1]
    if below:
        more.append(Witness(text="one of them is found at a path below", location=at))
    if is_array(place):
        return Items("", place.element(0), (Witness(text="the body of 200 is an array", location=at), *more))
    nouns = {singular(part) for part in _SEGMENT.split(operation.path.rstrip("/").rpartition("/")[2])}
    pointer = _only_array(place, nouns, sure=not more)
    if pointer is None and not any(is_array(place.member(name)) for name in place.property_names()):
        wrapped = [name for name in place.property_names() if is_object(place.member(name)) and _wraps(name)]
        inner = _only_array(place.member(wrapped[0]), nouns, sure=not more) if len(wrapped) == 1 else None
        pointer = f"/{escape(wrapped[0])}{inner}" if inner is not None else None
    if pointer is None:
        return None
    for step in tokens(pointer):
        place = place.member(step)
    said = Witness(text=f"{pointer[1:]} is the only array of the body that can be the items", location=at)
    return Items(pointer, place.element(0), (said, *more))


def _only_array(place: SchemaView, nouns: set[str], *, sure: bool) -> str | None:
    """Return where the one array is that can be the items: by its name, or unless it must be `sure`, because it is alone.

    Beside texts that say something of the answer (`schemas`, `warnings`), the one that holds objects is alone.
    """
    arrays = [name for name in place.property_names() if is_array(place.member(name))]
    known = [name for name in arrays if plain_name(name) in LISTS or singular(name) in nouns]
    if len(arrays) > 1 and not known:
        things = [name for name in arrays if not is_scalar(place.member(name).element(0))]
        arrays = things if len(things) == 1 and place.member(things[0]).element(0).types() == {"object"} else arrays
    chosen = known if len(known) == 1 else arrays if len(arrays) == 1 and not sure else []
    return f"/{escape(chosen[0])}" if len(chosen) == 1 else None


def _wraps(name: str) -> bool:
    """Whether a member holds what an answer is about, and so may hold the list: `data`, `result`, `_embedded`."""
    return plain_name(name) in {*ENVELOPES, "embedded"}


def only_parameter(operation: Operation, names: frozenset[str]) -> Parameter | None:
    """Return the one whole-number parameter of the query with a name of a table; `None` for none or several."""
    found = [
        each
        for each in operation.all_parameters
        if each.where == "query"
        and (is_named(each.name, names) or is_named(each.own_name, names))
        and "integer" in view(each.schema).types()
        and view(each.schema).types() <= {"integer", "number", "null"}
    ]
    return found[0] if len(found) == 1 else None


def bound_of(parameter: Parameter, keyword: str) -> float | None:
    """Return the bound of a number that somebody wrote; the range of `int32` is none."""
    bound = view(parameter.schema).keyword(keyword)
    if isinstance(bound, bool) or not isinstance(bound, (int, float)) or abs(bound) >= _INT32:
        return None
    return bound


def header_named(operation: Operation, names: frozenset[str]) -> HeaderSpec | None:
    """Return the one header field of a success with a name of a table; `None` for none or several."""
    found = {
        each.name.lower(): each
        for spec in operation.responses
        if spec.status.startswith("2")
        for each in spec.headers
        if is_named(each.name, names)
    }
    return next(iter(found.values())) if len(found) == 1 else None


def is_paging(parameter: Parameter) -> bool:
    """Whether a parameter is one of paging, by its name; what takes a day or a moment (`from`) counts no items."""
    return (
        parameter.where == "query"
        and any(is_named(parameter.name, names) for names in (PAGE_SIZES, PAGE_NUMBERS, OFFSETS))
        and view(parameter.schema).keyword("format") not in _TIMES
    )
