"""Arguments to a request and back, and what a request breaks.

The rule that must not be broken: a violation found leniently is proof. It stands only if every forgiving reading that
real servers have breaks the contract, so that a server which serves the request is wrong beyond doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

from contract_suite.contract import bodies
from contract_suite.contract.coercion import readings
from contract_suite.contract.operation import Body, MediaType, Operation, Parameter, is_json
from contract_suite.contract.routing import names_in, path_values, route
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import ANY_TYPE, SchemaView, view
from contract_suite.contract.styles import (
    Shape,
    Wire,
    escaped,
    from_cookie,
    from_header,
    from_path,
    from_query,
    in_cookie,
    in_header,
    in_path,
    in_query,
    query_pairs,
)
from contract_suite.model.clause_ids import MEDIA_TYPE, SYNTAX
from contract_suite.model.exchange import Identity, Pairs, Request
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, Raw
from contract_suite.model.location import Location
from contract_suite.model.source import Source

__all__ = ["Violation", "breaks", "build", "read", "route", "violations"]

_TARGET: Final = "/%?#[]@!$&'()*+,;=:-._~"
_HEADERS_APART: Final = frozenset({"content-type", "accept", "authorization"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One way in which a request breaks its operation; `subject` and `keyword` are as clauses name them."""

    subject: str
    keyword: str
    message: str
    location: Location
    source: Source


def build(
    operation: Operation, arguments: Arguments, *, identity: Identity = Identity.DEFAULT, headers: Pairs = ()
) -> Request:
    """Serialise arguments, valid or not.

    An argument that the operation doesn't declare goes out in its plainest form. A `Content-Type` in `headers` chooses
    the form of the body. A path parameter without a value is a `ValueError`: its request would go to another operation.
    """
    query: list[tuple[str, str]] = []
    fields: list[tuple[str, str]] = []
    cookies: list[tuple[str, str]] = []
    declared = {parameter.subject: parameter for parameter in operation.parameters}
    for subject, value in arguments.items():
        where, _, name = subject.partition(".")
        parameter = declared.get(subject)
        if where == "query":
            query += _query(parameter, name, value)
        elif where == "header" and name.lower() not in _HEADERS_APART:
            fields.append((name, _header(parameter, value)))
        elif where == "cookie":
            cookies.append((escaped(name), _content(value) if parameter and parameter.media_type else in_cookie(value)))
    if cookies:
        fields.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies)))
    body = b""
    if "body" in arguments:
        wanted = next((value for name, value in headers if name.lower() == "content-type"), None)
        body, content_type = bodies.write(
            arguments["body"], wanted if wanted is not None else _media_name(operation.body)
        )
        if wanted is None:
            fields.append(("Content-Type", content_type))
        else:
            headers = tuple(
                (name, content_type if name.lower() == "content-type" and value == wanted else value)
                for name, value in headers
            )
    given = {name.lower() for name, _ in headers}
    target = _path(operation, arguments, declared)
    if query:
        target += "?" + "&".join(f"{name}={value}" for name, value in query)
    return Request(
        method=operation.method,
        target=quote(target, safe=_TARGET),
        headers=(*((name, value) for name, value in fields if name.lower() not in given), *headers),
        body=body,
        identity=identity,
    )


def read(operation: Operation, request: Request) -> Arguments:
    """Read a request strictly: typed values where they parse, texts where not; what the operation doesn't declare is left out."""
    found: dict[str, JSON] = {}
    for parameter in operation.parameters:
        values = _values(operation, parameter, request, lenient=False)
        if values:
            found[parameter.subject] = _best(parameter.schema, values)
    if request.body and operation.body is not None:
        media = (
            _media(operation.body, _content_type(request))
            or operation.body.json
            or next(iter(operation.body.media_types), None)
        )
        place = view(media.schema) if media and media.schema else SchemaView(True, {})  # noqa: FBT003 - the schema `true`
        try:
            values = bodies.body_readings(
                request.body, _content_type(request) or (media.name if media else ""), place, lenient=False
            )
        except bodies.Unreadable:
            found["body"] = request.body.decode("utf-8", "surrogateescape")
        else:
            found["body"] = _best(media.schema if media else None, values)
    return found


def violations(operation: Operation, request: Request, *, lenient: bool = False) -> tuple[Violation, ...]:
    """Return what a request breaks.

    Strict: what a strict server must refuse. Lenient: only what even the most forgiving reading breaks; empty means
    that nothing can be proved.
    """
    return tuple(
        violation for breach in _breaches(operation, request, lenient=lenient) for violation in breach.worded()
    )


def breaks(operation: Operation, request: Request, *, lenient: bool = False) -> bool:
    """Whether there are any violations. Much quicker than listing them, because nothing is put into words."""
    return next(_breaches(operation, request, lenient=lenient), None) is not None


@dataclass(frozen=True, slots=True)
class _Breach:
    """A fault of the request itself, or a value that its schema refuses."""

    subject: str
    fault: Violation | None = None
    schema: Schema | None = None
    value: JSON = None

    def worded(self) -> Iterator[Violation]:
        if self.fault is not None:
            yield self.fault
        for problem in self.schema.problems(self.value) if self.schema is not None else ():
            yield Violation(
                subject=f"{self.subject}{problem.subject}",
                keyword=problem.keyword,
                message=problem.message,
                location=problem.location,
                source=problem.source,
            )


def _breaches(operation: Operation, request: Request, *, lenient: bool) -> Iterator[_Breach]:
    if path_values(operation.path, request.target) is None:
        if not lenient:
            message = f"the target {request.target!r} is not of the path {operation.path}"
            wrong = Violation(
                subject="path",
                keyword="required",
                message=message,
                location=operation.location,
                source=operation.source,
            )
            yield _Breach("path", wrong)
        return
    for parameter in operation.parameters:
        yield from _parameter_breaches(operation, parameter, request, lenient=lenient)
    if operation.body is not None:
        yield from _body_breaches(operation.body, request, lenient=lenient)


def _path(operation: Operation, arguments: Arguments, declared: dict[str, Parameter]) -> str:
    target = operation.path
    for name in names_in(operation.path):
        subject = f"path.{name}"
        if subject not in arguments:
            raise ValueError(f"{operation.id} needs a value for {subject}")
        value = arguments[subject]
        parameter = declared.get(subject)
        if parameter is not None and parameter.media_type:
            text = _content(value)
        elif parameter is not None:
            text = in_path(name, value, style=parameter.style, explode=parameter.explode)
        else:
            text = in_path(name, value, style="simple", explode=False)
        target = target.replace("{" + name + "}", text.replace("{", "%7B"))
    return target


def _query(parameter: Parameter | None, name: str, value: JSON) -> list[tuple[str, str]]:
    if parameter is None:
        return in_query(name, value, style="form", explode=True)
    if parameter.media_type:
        return [(escaped(name), _content(value))]
    return in_query(
        name, value, style=parameter.style, explode=parameter.explode, allow_reserved=parameter.allow_reserved
    )


def _header(parameter: Parameter | None, value: JSON) -> str:
    if parameter is not None and parameter.media_type and not isinstance(value, Raw):
        return in_header(bodies.write(value, parameter.media_type)[0].decode("utf-8", "surrogateescape"), explode=False)
    return in_header(value, explode=parameter.explode if parameter else False)


def _content(value: JSON) -> str:
    """A parameter described by `content`: JSON, strings quoted."""
    return (
        str(value)
        if isinstance(value, Raw)
        else escaped(bodies.write(value, "application/json")[0].decode("utf-8", "surrogatepass"))
    )


def _media_name(body: Body | None) -> str:
    if body is None or not body.media_types:
        return "application/json"
    media = body.json or body.media_types[0]
    return "application/json" if "*" in media.name else media.name


def _content_type(request: Request) -> str:
    return next((value for name, value in request.headers if name.lower() == "content-type"), "")


def _media(body: Body, content_type: str) -> MediaType | None:
    """Return the declared media type that a content type is of; an exact one beats a range."""
    wanted = bodies.essence(content_type)
    for media in body.media_types:
        if bodies.essence(media.name) == wanted:
            return media
    for media in body.media_types:
        name = bodies.essence(media.name)
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


def _values(operation: Operation, parameter: Parameter, request: Request, *, lenient: bool) -> list[JSON]:
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
                try:
                    found += bodies.body_readings(
                        text.encode("utf-8", "surrogatepass"), parameter.media_type, place, lenient=lenient
                    )
                except bodies.Unreadable:
                    found.append(text)
            else:
                found += readings(text, place, lenient=lenient)
    return found


def _wire(operation: Operation, parameter: Parameter, request: Request, shape: Shape) -> Wire | Missing:
    name, style, explode = parameter.name, parameter.style, parameter.explode
    if parameter.media_type:
        shape, style = "scalar", "form"
    if parameter.where == "path":
        raw = (path_values(operation.path, request.target) or {}).get(name)
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
        values = [value for key, value in request.headers if key.lower() == name.lower()]
        if not values:
            return MISSING
        return from_header(", ".join(values), explode=explode, shape=shape)
    cookies = [
        piece.partition("=") for key, value in request.headers if key.lower() == "cookie" for piece in value.split(";")
    ]
    raw = next((value for key, _, value in cookies if key.strip() in {name, escaped(name)}), None)
    return MISSING if raw is None else from_cookie(raw, shape=shape)


def _also(parameter: Parameter, wire: Wire) -> Iterator[Wire]:
    """Other texts that a forgiving server could see in the same bytes."""
    if isinstance(wire, list):
        yield from wire
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


def _parameter_breaches(
    operation: Operation, parameter: Parameter, request: Request, *, lenient: bool
) -> Iterator[_Breach]:
    values = _values(operation, parameter, request, lenient=lenient)
    if not values:
        if parameter.required:
            message = f"the required {parameter.where} parameter {parameter.name!r} is missing"
            source = parameter.required_source
            fault = Violation(
                subject=parameter.subject,
                keyword="required",
                message=message,
                location=parameter.location,
                source=source,
            )
            yield _Breach(parameter.subject, fault)
        return
    if any(parameter.schema.is_valid(value) for value in values):
        return
    if lenient and _as_if_absent(parameter, values):
        return
    yield _Breach(parameter.subject, schema=parameter.schema, value=values[0])


def _as_if_absent(parameter: Parameter, values: list[JSON]) -> bool:
    """Whether a forgiving server could take the value for none at all, or for part of another path."""
    texts = [value for value in values if isinstance(value, str)]
    if parameter.where == "path":
        return any(text in {"", ".", ".."} or "/" in text for text in texts)
    return not parameter.required and any(not text.strip() for text in texts)


def _body_breaches(body: Body, request: Request, *, lenient: bool) -> Iterator[_Breach]:
    content_type = _content_type(request)
    if not request.body:
        forgiven = not body.required or (
            lenient and any(media.schema is None or media.schema.is_valid({}) for media in body.media_types)
        )
        if not forgiven:
            yield _fault(body, "required", "the required body is missing")
        return
    media = _media(body, content_type)
    if lenient:
        yield from _lenient_body(body, media, request.body, content_type)
        return
    if media is None:
        yield _fault(body, MEDIA_TYPE, f"the content type {content_type!r} is not declared")
        return
    if media.schema is None:
        return
    try:
        values = bodies.body_readings(request.body, content_type, view(media.schema), lenient=False)
    except bodies.Unreadable as error:
        yield _fault(body, SYNTAX, str(error))
        return
    # All readings of a form must fail, but each reading of doubled JSON keys must hold: nobody knows which one a server
    # takes.
    valid = [media.schema.is_valid(value) for value in values]
    if not (all(valid) if is_json(media.name) else any(valid)):
        yield _Breach(
            "body",
            schema=media.schema,
            value=next(value for value, good in zip(values, valid, strict=True) if not good),
        )


def _lenient_body(body: Body, media: MediaType | None, content: bytes, content_type: str) -> Iterator[_Breach]:
    first: _Breach | None = None
    for each in [media] if media else body.media_types:
        if each.schema is None:
            return
        try:
            values = bodies.body_readings(
                content, content_type if each is media else each.name, view(each.schema), lenient=True
            )
        except bodies.Unreadable as error:
            first = first or _fault(body, SYNTAX, str(error))
            continue
        if any(each.schema.is_valid(value) for value in values):
            return
        if not body.required and all(value in (None, {}, "", []) for value in values):
            return
        first = first or _Breach("body", schema=each.schema, value=values[0])
    if first is not None:
        yield first


def _fault(body: Body, keyword: str, message: str) -> _Breach:
    fault = Violation(
        subject="body", keyword=keyword, message=message, location=body.location, source=body.required_source
    )
    return _Breach("body", fault)
