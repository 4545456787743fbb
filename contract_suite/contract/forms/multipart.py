"""`multipart/form-data` (RFC 7578): a part for each member or item, with its content type, and a file name where it is a file.

Written deterministically: the same value gives the same bytes, the boundary included.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.contract.operation import FormField, is_json
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.contract.styles import text_of
from contract_suite.model.json import JSON, compact

_DISPOSITION: Final = re.compile(r'(?:^|;)\s*name="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_BYTES: Final = "application/octet-stream"
_PLAIN: Final = re.compile(r"[a-z0-9]+\Z")


class NoMultipartError(ValueError):
    """The bytes are no multipart body; the text says why."""


def write_multipart(
    value: JSON, content_type: str, place: SchemaView, fields: Mapping[str, FormField]
) -> tuple[bytes, str]:
    """Return the bytes of a body and its full content type."""
    parts: list[bytes] = []
    for name, member in value.items() if isinstance(value, dict) else [("", value)]:
        described = place.member(name) if isinstance(value, dict) else place
        field = fields.get(name)
        for item in member if isinstance(member, list) else [member]:
            each = described.element(0) if isinstance(member, list) else described
            parts.append(_part(name, item, each, field.content_type if field is not None else ""))
    boundary = hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]
    lines = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return lines + b"--" + boundary.encode() + b"--\r\n", f"{content_type}; boundary={boundary}"


def read_multipart(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each part."""
    boundary = re.search(r'boundary="?([^";]+)"?', content_type)
    if boundary is None:
        raise NoMultipartError("the multipart body has no boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - something before and something behind a delimiter
        raise NoMultipartError("the multipart body does not end with its boundary")
    for piece in pieces[1:-1]:
        head, separator, content = piece.partition(b"\r\n\r\n")
        lines = head.decode("utf-8", "replace").split("\r\n")
        field = next((line for line in lines if line.lower().startswith("content-disposition:")), "")
        name = _DISPOSITION.search(field)
        if not separator or name is None:
            raise NoMultipartError("a part of the multipart body has no name")
        yield re.sub(r"\\(.)", r"\1", name[1]), content.decode("utf-8", "surrogateescape")


def _part(name: str, item: JSON, place: SchemaView, stated: str) -> bytes:
    kind = _kind(item, place, stated)
    text = compact(item) if is_json(kind) else text_of(item)
    file = f'; filename="{_file_name(name, kind)}"' if _is_file(place, kind) else ""
    head = f'Content-Disposition: form-data; name="{_quoted(name)}"{file}\r\n'
    head += f"Content-Type: {kind}\r\n" if kind else ""
    return f"{head}\r\n{text}".encode("utf-8", "surrogatepass")


def _kind(item: JSON, place: SchemaView, stated: str) -> str:
    """The content type of a part: the first that the document states, else what OpenAPI says for its schema."""
    first = stated.partition(",")[0].strip()
    if first:
        return _BYTES if first == "*/*" else first.replace("*", {"image": "png", "text": "plain"}.get(first[:-2], "x"))
    if isinstance(item, (dict, list)):
        return "application/json"
    media = place.keyword("contentMediaType")
    if isinstance(media, str) and place.keyword("contentEncoding") is None:
        return media
    return _BYTES if place.keyword("format") == "binary" else ""


def _is_file(place: SchemaView, kind: str) -> bool:
    """Whether a part is a file: its schema says bytes, or its content type is of no text and no JSON."""
    if place.keyword("format") == "binary":
        return True
    return bool(kind) and not kind.startswith("text/") and not is_json(kind) and not kind.endswith("xml")


def _file_name(name: str, kind: str) -> str:
    ending = kind.partition(";")[0].rpartition("/")[2].lower()
    stem = re.sub(r"[^A-Za-z0-9_-]", "", name) or "file"
    return f"{stem}.{ending if _PLAIN.match(ending) else 'bin'}"


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "%0D").replace("\n", "%0A")
