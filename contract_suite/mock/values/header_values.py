"""What documented header fields of an answer hold: for the well-known ones what their RFCs ask for, else what the schema does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from contract_suite.contract.operation import HeaderSpec, ResponseSpec, is_json
from contract_suite.contract.styles import in_header
from contract_suite.mock.values.minimal import minimal

_KNOWN: Final[Mapping[str, str]] = {
    "accept-ranges": "none",
    "age": "0",
    "cache-control": "no-store",
    "content-disposition": "attachment",
    "content-language": "en",
    "date": "Mon, 01 Jan 2024 00:00:00 GMT",
    "etag": '"1"',
    "expires": "Mon, 01 Jan 2024 00:00:00 GMT",
    "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT",
    "link": '<>; rel="self"',
    "location": ".",
    "retry-after": "1",
    "vary": "Accept",
}
_WRITTEN_BY_THE_SERVER: Final = frozenset({"content-type", "content-length"})


def required_headers(spec: ResponseSpec | None) -> tuple[tuple[str, str], ...]:
    """Return the headers that a documented response must have, with a valid value each."""
    return tuple(
        (header.name, _value(header))
        for header in (spec.headers if spec else ())
        if header.required and header.name.lower() not in _WRITTEN_BY_THE_SERVER
    )


def documents(spec: ResponseSpec | None, name: str) -> bool:
    """Whether a documented response has a header of this name (in lower case)."""
    return spec is not None and any(each.name.lower() == name for each in spec.headers)


def _value(header: HeaderSpec) -> str:
    known = _KNOWN.get(header.name.lower())
    if known is not None and (header.schema is None or header.schema.is_valid(known)):
        return known
    value = minimal(header.schema) if header.schema is not None else "string"
    return json.dumps(value) if is_json(header.media_type) else in_header(value, explode=False)
