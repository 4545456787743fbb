"""A request back to arguments: every value that a parameter or body can be read as, strictly or leniently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from contract_suite.contract import bodies
from contract_suite.contract.coercion import readings
from contract_suite.contract.operation import Body, MediaType, Operation, Parameter, essence
from contract_suite.contract.paths.routing import path_values
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import ANY_TYPE, view
from contract_suite.contract.styles import (
    Shape,
    Wire,
    escaped,
    from_cookie,
    from_header,
    from_path,
    from_query,
    query_pairs,
    texts_by_name,
)
from contract_suite.model.exchange import Request
from contract_suite.model.json import JSON, MISSING, Arguments, Missing

_BLANKS: Final = " \t"
"""What may stand around the value of a header field or cookie, and is no part of it (RFC 9110, section 5.5): no server sees it."""


def read(operation: Operation, request: Request) -> Arguments:
    """Read a request strictly: typed values where they parse, texts where not.

    What the operation doesn't declare is left out.
    """
    found: dict[str, JSON] = {}
    for parameter in operation.parameters:
        values = values_of(operation, parameter, request, lenient=False)
        if values:
            found[parameter.subject] = _best(parameter.schema, values)
    if request.body and operation.body is not None:
        media = media_of(operation.body, content_type_of(request)) or operation.body.usual
        name = content_type_of(request) or (media.name if media else "")
        try:
            values = bodies.body_readings(request.body, name, media, lenient=False)
        except bodies.Unreadable:
            found["body"] = request.body.decode("utf-8", "surrogateescape")
        else:
            found["body"] = _best(media.schema if media else None, values)
    return found


def content_type_of(request: Request) -> str:
    """Return the content type of a request's body, empty without one."""
    return next((value for name, value in request.headers if name.lower() == "content-type"), "")


def media_of(body: Body, content_type: str) -> MediaType | None:
    """Return the declared media type that a content type is of; an exact one beats a range."""
    wanted = essence(content_type)
    for media in body.media_types:
        if essence(media.name) == wanted:
            return media
    for media in body.media_types:
        name = essence(media.name)
        if "*" in name and wanted and re.fullmatch(re.escape(name).replace(r"\*", "[^/]+"), wanted):
            return media
    return None


def _best(schema: Schema | None, values: list[JSON]) -> JSON:
    return next((value for value in values if schema is None or schema.is_valid(value)), values[0])


@lru_cache(maxsize=4096)
def _shapes(schema: Schema) -> tuple[Shape, ...]:
    """Return the shapes that a parameter's value can have, those with more structure first."""
    types = view(schema).types()
    if types == ANY_TYPE:  # nothing is said, so it is text
        return ("scalar",)
    shapes: list[Shape] = []
    if "array" in types:
        shapes.append("array")
    if "object" in types:
        shapes.append("object")
    return (*shapes, "scalar") if types - {"array", "object"} or not shapes else tuple(shapes)


def values_of(operation: Operation, parameter: Parameter, request: Request, *, lenient: bool) -> list[JSON]:
    """Return what a parameter's value can be, the plainest first; nothing if it is absent."""
    found: list[JSON] = []
    place = view(parameter.schema)
    shapes = _shapes(parameter.schema)
    if lenient and "scalar" not in shapes:
        shapes = (*shapes, "scalar")
    for shape in shapes:
        wire = _wire(operation, parameter, request, shape)
        if isinstance(wire, Missing):
            continue
        for text in (wire, *_also(parameter, wire)) if lenient else (wire,):
            if parameter.media_type and isinstance(text, str):
                media = MediaType(name=parameter.media_type, schema=parameter.schema)
                try:
                    found += bodies.body_readings(
                        text.encode("utf-8", "surrogatepass"), parameter.media_type, media, lenient=lenient
                    )
                except bodies.Unreadable:
                    found.append(text)
            else:
                found += readings(text, place, lenient=lenient)
    return found


def own_texts(parameter: Parameter, request: Request) -> tuple[str, ...] | None:
    """Return the escaped texts of a query parameter where its values follow from them alone; else `None`."""
    if parameter.where != "query" or "object" in _shapes(parameter.schema):
        return None
    return texts_by_name(query_pairs(request.target)).get(parameter.name, ())


def _wire(operation: Operation, parameter: Parameter, request: Request, shape: Shape) -> Wire | Missing:
    name, style, explode = parameter.name, parameter.style, parameter.explode
    if parameter.media_type:
        shape, style = "scalar", "form"
    if parameter.where == "path":
        raw = (path_values(operation.written_path, request.target) or {}).get(name)
        if raw is None:
            return MISSING
        return from_path(name, raw, style="simple" if parameter.media_type else style, explode=explode, shape=shape)
    if parameter.where == "query":
        pairs = query_pairs(request.target)
        others = (
            [each.name for each in operation.parameters if each.where == "query" and each.name != name]
            if shape == "object"
            else ()
        )
        wire = from_query(name, pairs, style=style, explode=explode, shape=shape, others=others)
        return MISSING if wire is None else wire
    if parameter.where == "header":
        values = [value.strip(_BLANKS) for key, value in request.headers if key.lower() == name.lower()]
        if not values:
            return MISSING
        return from_header(", ".join(values), explode=explode, shape=shape)
    cookies = [
        piece.partition("=") for key, value in request.headers if key.lower() == "cookie" for piece in value.split(";")
    ]
    raw = next((value for key, _, value in cookies if key.strip() in {name, escaped(name)}), None)
    return MISSING if raw is None else from_cookie(raw.strip(_BLANKS), shape=shape)


def _also(parameter: Parameter, wire: Wire) -> Iterator[Wire]:
    """Other texts that a forgiving server could see in the same bytes."""
    if isinstance(wire, list):
        yield from wire
        if _is_delimited(parameter):
            yield [each.strip() if isinstance(each, str) else each for each in wire]
        if len(wire) == 1 and isinstance(wire[0], str) and "," in wire[0]:
            yield list(wire[0].split(","))
        if wire and all(isinstance(each, str) for each in wire):
            yield ",".join(str(each) for each in wire)
    elif isinstance(wire, str):
        if "," in wire and "array" in view(parameter.schema).types():
            yield list(wire.split(","))
        if parameter.where == "header" and "%" in wire:
            yield unquote(wire, errors="replace")
        if parameter.where == "query" and " " in wire:
            yield wire.replace(" ", "+")


def _is_delimited(parameter: Parameter) -> bool:
    """Whether the items of a list stand behind each other in one text: many servers drop the blanks around what delimits them."""
    return parameter.where != "query" or (not parameter.explode and parameter.style != "deepObject")
