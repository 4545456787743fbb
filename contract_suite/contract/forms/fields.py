"""The fields of a form as its schema and its `encoding` describe them, read back into values.

Both kinds of forms share this: what a field's text can mean doesn't depend on how it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import unquote_plus

from contract_suite.contract.coercion import readings, without_blanks
from contract_suite.contract.operation import FormField, is_json
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.contract.styles import Shape, Wire, from_query
from contract_suite.model.json import JSON, MISSING, Missing, parsed


def read_fields(
    pairs: Sequence[tuple[str, str]], place: SchemaView, fields: Mapping[str, FormField], *, lenient: bool
) -> list[JSON]:
    """Read escaped pairs as an object: a property's type says whether it can repeat, its `encoding` how it is written."""
    wire: dict[str, Wire] = {}
    from_json: dict[str, JSON] = {}
    taken: set[str] = set()
    for name, field in fields.items():
        if not field.style:
            continue
        shape = _shape(place.member(name))
        others = [each for each in place.property_names() if each != name] if shape == "object" else ()
        found = from_query(name, pairs, style=field.style, explode=field.explode, shape=shape, others=others)
        if found is not None:
            wire[name] = found
            taken |= set(found) if isinstance(found, dict) and field.style == "form" else {name}
    for name in dict.fromkeys(unquote_plus(key, errors="replace") for key, _ in pairs):
        if name in taken or (name.partition("[")[0] in wire and "[" in name):
            continue
        found = _field(name, pairs, place.member(name), lenient=lenient)
        value = _as_json(found, place.member(name), fields.get(name))
        if not isinstance(value, Missing):
            from_json[name] = value
        elif found is not None:
            wire[name] = found
    values = readings(wire, place, lenient=lenient)
    if lenient:
        values += [without_blanks(value) or {} for value in values]
    return [({**value, **from_json} if isinstance(value, dict) else value) for value in values]


def _field(name: str, pairs: Sequence[tuple[str, str]], member: SchemaView, *, lenient: bool) -> Wire | None:
    array = _shape(member) == "array"
    found = from_query(name, pairs, style="form", explode=True, shape="array" if array else "scalar")
    return found[-1] if isinstance(found, list) and not array and lenient else found


def _as_json(found: Wire | None, member: SchemaView, field: FormField | None) -> JSON | Missing:
    """The value of a field that is written as JSON: said so, or an object, or a list of objects; else `MISSING`."""
    said = field is not None and is_json(field.content_type)
    if isinstance(found, str) and (said or ("object" in member.types() and "string" not in member.types())):
        return parsed(found)
    if isinstance(found, list) and found:
        items = member.element(0).types()
        if said or ("object" in items and "string" not in items):
            values = [parsed(each) if isinstance(each, str) else MISSING for each in found]
            if not any(isinstance(each, Missing) for each in values):
                return [each for each in values if not isinstance(each, Missing)]
    return MISSING


def _shape(member: SchemaView) -> Shape:
    types = member.types()
    for shape in ("array", "object"):
        if shape in types and "string" not in types:
            return "array" if shape == "array" else "object"
    return "scalar"
