"""Arguments to a request: serialised as the operation declares them, valid or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import quote

from contract_suite.contract import bodies
from contract_suite.contract.operation import Body, MediaType, Operation, Parameter, essence
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.styles import (
    escaped,
    in_cookie,
    in_header,
    in_path,
    in_query,
)
from contract_suite.model.exchange import Identity, Pairs, Request
from contract_suite.model.json import JSON, Arguments, Raw

_TARGET: Final = "/%?#[]@!$&'()*+,;=:-._~"
_HEADERS_APART: Final = frozenset({"content-type", "accept", "authorization"})


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
    declared = {parameter.subject: parameter for parameter in operation.all_parameters}
    for subject, value in arguments.items():
        where, _, name = subject.partition(".")
        parameter = declared.get(subject)
        if where == "query":
            query += _query(parameter, parameter.name if parameter is not None else name, value)
        elif where == "header" and name.lower() not in _HEADERS_APART:
            fields.append((name, _header(parameter, value)))
        elif where == "cookie":
            cookies.append((escaped(name), _content(value) if parameter and parameter.media_type else in_cookie(value)))
    if cookies:
        fields.append(("Cookie", "; ".join(f"{name}={value}" for name, value in cookies)))
    body = b""
    if "body" in arguments:
        wanted = next((value for name, value in headers if name.lower() == "content-type"), None)
        name = wanted if wanted is not None else _media_name(operation.body)
        body, content_type = bodies.write(arguments["body"], name, _media(operation.body, name))
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
        target += ("&" if "?" in operation.path else "?") + "&".join(f"{name}={value}" for name, value in query)
    return Request(
        method=operation.method,
        target=quote(target, safe=_TARGET),
        headers=(*((name, value) for name, value in fields if name.lower() not in given), *headers),
        body=body,
        identity=identity,
    )


def rebuilt(operation: Operation, arguments: Arguments, request: Request) -> Request:
    """Serialise other arguments as a request was: by the same identity, in the same form, with its own header fields."""
    usual = essence(_media_name(operation.body))
    form = tuple(
        (name, value.partition(";")[0])
        for name, value in request.headers
        if name.lower() == "content-type" and essence(value) != usual
    )
    made = build(operation, arguments, identity=request.identity, headers=form)
    known = {"content-type", *(name.lower() for name, _ in made.headers)}
    own = tuple((name, value) for name, value in request.headers if name.lower() not in known)
    return replace(made, headers=(*made.headers, *own))


def _path(operation: Operation, arguments: Arguments, declared: dict[str, Parameter]) -> str:
    target = operation.written_path
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
    media = body.usual if body is not None else None
    return "application/json" if media is None or "*" in media.name else media.name


def _media(body: Body | None, content_type: str) -> MediaType | None:
    wanted = essence(content_type)
    listed = body.media_types if body is not None else ()
    return next((media for media in listed if essence(media.name) == wanted), None)
