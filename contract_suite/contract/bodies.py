"""Request bodies: values to bytes for a content type, and bytes back to what they can mean.

Written deterministically: the same value gives the same bytes, a multipart boundary included.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from contract_suite.contract.coercion import readings
from contract_suite.contract.forms.fields import read_fields
from contract_suite.contract.forms.multipart import NoMultipartError, read_multipart, write_multipart
from contract_suite.contract.forms.url_encoded import write_form
from contract_suite.contract.forms.xml_body import NoXmlError, read_xml, write_xml
from contract_suite.contract.operation import FormField, MediaType, essence, is_json, is_xml
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.contract.styles import escaped
from contract_suite.model.json import JSON, Raw, compact, is_too_deep

FORM: Final = "application/x-www-form-urlencoded"
_ANYTHING: Final = SchemaView(True, {})  # noqa: FBT003 - the schema `true`


class Unreadable(ValueError):  # noqa: N818 - it says what a body is, not what we did wrong
    """The bytes are not of their content type; the text says why."""


def write(value: JSON, content_type: str, media: MediaType | None = None) -> tuple[bytes, str]:
    """Return the bytes of a body and its full content type; `Raw` goes out as it is, in UTF-8.

    `media` is what the document says of the content type.
    """
    if isinstance(value, Raw):
        return value.encode("utf-8", "surrogateescape"), content_type
    kind = essence(content_type)
    if kind == FORM:
        return write_form(value, _fields(media)).encode(), content_type
    if kind.startswith("multipart/"):
        return write_multipart(value, content_type, _place(media), _fields(media))
    if isinstance(value, str) and not is_json(content_type) and "*" not in kind:
        return value.encode("utf-8", "surrogatepass"), content_type
    if is_xml(kind):
        return write_xml(
            value, media.schema.node if media is not None and media.schema is not None else None
        ), content_type
    return compact(value).encode("utf-8", "surrogatepass"), content_type


def body_readings(body: bytes, content_type: str, media: MediaType | None, *, lenient: bool) -> list[JSON]:
    """Return what a body can mean, the plainest first; `Unreadable` if nothing.

    XML has no one meaning, so that no forgiving reading of it breaks a schema.
    """
    kind = essence(content_type)
    try:
        if is_json(kind):
            found = _json_readings(body, lenient=lenient)
            if lenient and (b"true" in body or b"false" in body):
                found += [_with_numbers(value, _place(media)) for value in found]
            return found
        if kind == FORM:
            pairs = [piece.partition("=") for piece in body.decode("ascii", "replace").split("&") if piece]
            return read_fields([(key, text) for key, _, text in pairs], _place(media), _fields(media), lenient=lenient)
        if kind.startswith("multipart/"):
            parts = [(escaped(name), escaped(text)) for name, text in read_multipart(body, content_type)]
            return read_fields(parts, _place(media), _of_parts(media), lenient=lenient)
        if is_xml(kind) and media is not None and media.schema is not None:
            return readings(read_xml(body, media.schema.node, _place(media)), _place(media), lenient=lenient)
    except (NoMultipartError, NoXmlError) as error:
        raise Unreadable(str(error)) from None
    return [body.decode("utf-8", "surrogateescape")]


def _place(media: MediaType | None) -> SchemaView:
    return view(media.schema) if media is not None and media.schema is not None else _ANYTHING


def _fields(media: MediaType | None) -> Mapping[str, FormField]:
    return {each.name: each for each in media.fields} if media is not None else {}


def _of_parts(media: MediaType | None) -> Mapping[str, FormField]:
    """Styles are those of url-encoded forms alone (OpenAPI 3.0.3, Encoding Object)."""
    return {name: each for name, each in _fields(media).items() if not each.style}


def _json_readings(body: bytes, *, lenient: bool) -> list[JSON]:
    if not lenient:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable("the body is not UTF-8 text") from None
        return _parsed(lambda keep: json.loads(text, parse_constant=_refuse, object_pairs_hook=keep), text)
    text = body.decode("utf-8-sig", "replace").strip()
    if not text:
        return [{}]
    decoder = json.JSONDecoder
    found = _parsed(lambda keep: decoder(strict=False, object_pairs_hook=keep).raw_decode(text)[0], text)
    plain = [_without_nulls(value) for value in found]
    return [
        *found,
        *(value for value, full in zip(plain, found, strict=True) if value != full),
        *([{}] if found[0] is None else []),
    ]


def _parsed(load: Callable[[Callable[[list[tuple[str, JSON]]], JSON]], JSON], text: str) -> list[JSON]:
    """Parse, taking the last of duplicated keys; where there are any, the first as well."""
    doubled = False

    def last(pairs: list[tuple[str, JSON]]) -> JSON:
        nonlocal doubled
        value = dict(pairs)
        doubled = doubled or len(value) < len(pairs)
        return value

    try:
        found = [load(last)]
        if doubled:
            found.append(load(lambda pairs: dict(reversed(pairs))))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the body is no JSON: {error}") from None
    if is_too_deep(found[0], text):
        raise Unreadable("the body is nested too deeply")
    return found


def _without_nulls(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {key: _without_nulls(member) for key, member in value.items() if member is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _with_numbers(value: JSON, place: SchemaView) -> JSON:
    """Return a value with 1 and 0 for truth values where numbers are described: to most servers in Python they are that."""
    if isinstance(value, bool):
        types = place.types()
        return int(value) if types & {"integer", "number"} and "boolean" not in types else value
    if isinstance(value, dict):
        return {key: _with_numbers(member, place.member(key)) for key, member in value.items()}
    if isinstance(value, list):
        return [_with_numbers(item, place.element(index)) for index, item in enumerate(value)]
    return value


def _refuse(constant: str) -> JSON:
    raise ValueError(f"{constant} is no JSON")
