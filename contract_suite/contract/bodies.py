"""Request bodies: values to bytes for a content type, and bytes back to what they can mean.

Written deterministically: the same value gives the same bytes, a multipart boundary included.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Final

from contract_suite.contract.coercion import readings
from contract_suite.contract.operation import is_json
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.contract.styles import Wire, escaped, from_query, text_of
from contract_suite.model.json import JSON, Raw, compact

FORM: Final = "application/x-www-form-urlencoded"
_MAX_READINGS: Final = 8
_DISPOSITION: Final = re.compile(r'(?:^|;)\s*name="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


class Unreadable(ValueError):  # noqa: N818 - it says what a body is, not what we did wrong
    """The bytes are not of their content type; the text says why."""


def essence(content_type: str) -> str:
    """Return a content type without parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def write(value: JSON, content_type: str) -> tuple[bytes, str]:
    """Return the bytes of a body and its full content type; `Raw` goes out as it is, in UTF-8."""
    if isinstance(value, Raw):
        return value.encode("utf-8", "surrogateescape"), content_type
    kind = essence(content_type)
    if kind == FORM:
        return _form(value).encode(), content_type
    if kind.startswith("multipart/"):
        return _multipart(value, content_type)
    if isinstance(value, str) and not is_json(content_type) and "*" not in kind:
        return value.encode("utf-8", "surrogatepass"), content_type
    return compact(value).encode("utf-8", "surrogatepass"), content_type


def body_readings(body: bytes, content_type: str, place: SchemaView, *, lenient: bool) -> list[JSON]:
    """Return what a body can mean, the plainest first; `Unreadable` if nothing."""
    kind = essence(content_type)
    if is_json(kind):
        return _json_readings(body, lenient=lenient)
    if kind == FORM:
        pairs = [piece.partition("=") for piece in body.decode("ascii", "replace").split("&") if piece]
        return _fields([(key, text) for key, _, text in pairs], place, lenient=lenient)
    if kind.startswith("multipart/"):
        parts = [(escaped(name), escaped(text)) for name, text in _parts(body, content_type)]
        return _fields(parts, place, lenient=lenient)
    return [body.decode("utf-8", "surrogateescape")]


def _form(value: JSON) -> str:
    if not isinstance(value, dict):
        return escaped(value)
    return "&".join(
        f"{escaped(key)}={escaped(item)}"
        for key, member in value.items()
        for item in (member if isinstance(member, list) else [member])
    )


def _multipart(value: JSON, content_type: str) -> tuple[bytes, str]:
    parts: list[bytes] = []
    for name, member in value.items() if isinstance(value, dict) else [("", value)]:
        for item in member if isinstance(member, list) else [member]:
            quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "%0D").replace("\n", "%0A")
            kind = "Content-Type: application/json\r\n" if isinstance(item, (dict, list)) else ""
            head = f'Content-Disposition: form-data; name="{quoted}"\r\n{kind}\r\n'
            parts.append((head + text_of(item)).encode("utf-8", "surrogatepass"))
    boundary = hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]
    lines = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return lines + b"--" + boundary.encode() + b"--\r\n", f"{content_type}; boundary={boundary}"


def _parts(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    boundary = re.search(r'boundary="?([^";]+)"?', content_type)
    if boundary is None:
        raise Unreadable("the multipart body has no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - something before and something behind a delimiter
        raise Unreadable("the multipart body does not end with its boundary")
    for piece in pieces[1:-1]:
        head, separator, content = piece.partition(b"\r\n\r\n")
        field = next(
            (
                line
                for line in head.decode("utf-8", "replace").split("\r\n")
                if line.lower().startswith("content-disposition:")
            ),
            "",
        )
        name = _DISPOSITION.search(field)
        if not separator or name is None:
            raise Unreadable("a part of the multipart body has no name")
        yield re.sub(r"\\(.)", r"\1", name[1]), content.decode("utf-8", "surrogateescape")


def _fields(pairs: list[tuple[str, str]], place: SchemaView, *, lenient: bool) -> list[JSON]:
    """Read form fields as an object: a property's type says whether it can repeat."""
    wire: dict[str, Wire] = {}
    containers: dict[str, JSON] = {}
    for name in dict.fromkeys(_name(key) for key, _ in pairs):
        member = place.member(name)
        array = "array" in member.types() and "string" not in member.types()
        found = from_query(name, pairs, style="form", explode=True, shape="array" if array else "scalar")
        if isinstance(found, list) and not array and lenient:
            found = found[-1]
        if found is None:
            continue
        if isinstance(found, str) and "object" in member.types() and "string" not in member.types():
            try:
                containers[name] = json.loads(found)
                continue
            except (ValueError, RecursionError):
                pass
        wire[name] = found
    values = readings(wire, place, lenient=lenient)
    return [({**value, **containers} if isinstance(value, dict) else value) for value in values]


def _name(key: str) -> str:
    found = from_query("", [("", key)], style="form", explode=True, shape="scalar")
    return found if isinstance(found, str) else ""


def _json_readings(body: bytes, *, lenient: bool) -> list[JSON]:
    if not lenient:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable("the body is not UTF-8 text") from None
        return _parsed(lambda keep: json.loads(text, parse_constant=_refuse, object_pairs_hook=keep))
    text = body.decode("utf-8-sig", "replace").strip()
    if not text:
        return [{}]
    decoder = json.JSONDecoder
    found = _parsed(lambda keep: decoder(strict=False, object_pairs_hook=keep).raw_decode(text)[0])
    plain = [_without_nulls(value) for value in found]
    return [
        *found,
        *(value for value, full in zip(plain, found, strict=True) if value != full),
        *([{}] if found[0] is None else []),
    ]


def _parsed(load: Callable[[Callable[[list[tuple[str, JSON]]], JSON]], JSON]) -> list[JSON]:
    """Parse, taking the last of duplicated keys; where there are any, the first as well."""
    doubled = False

    def last(pairs: list[tuple[str, JSON]]) -> JSON:
        nonlocal doubled
        value = dict(pairs)
        doubled = doubled or len(value) < len(pairs)
        return value

    try:
        found = [load(last)]
        return [*found, load(lambda pairs: dict(reversed(pairs)))] if doubled else found
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the body is no JSON: {error}") from None


def _without_nulls(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {key: _without_nulls(member) for key, member in value.items() if member is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _refuse(constant: str) -> JSON:
    raise ValueError(f"{constant} is no JSON")
