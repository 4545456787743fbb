"""Where a promise finds a value in an answer: a JSON Pointer into the body, or `header.NAME`.

What names the next page may be `item.FIELD` too: a field of the page's last item.
"""

from __future__ import annotations

import re
from typing import Final

from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON, MISSING, Missing, at

_HEADER: Final = "header."
_ITEM: Final = "item."
_WHOLE: Final = re.compile(r"(?:.*/)?\s*(\d{1,15})\s*", re.ASCII)
"""A number alone, or what stands behind the slash of a Content-Range: `items 0-9/42`."""


def header_of(place: str) -> str:
    """Return the name of the header field that a place names; empty where it is in the body."""
    return place.removeprefix(_HEADER) if place.startswith(_HEADER) else ""


def in_header(name: str) -> str:
    """Return the place that a header field is."""
    return f"{_HEADER}{name}"


def item_field_of(place: str) -> str:
    """Return the field of the last item that a place names; empty where it is none of an item."""
    return place.removeprefix(_ITEM) if place.startswith(_ITEM) else ""


def of_last_item(field: str) -> str:
    """Return the place that a field of the last item is."""
    return f"{_ITEM}{field}"


def pointer_of(place: str) -> str:
    """Return the JSON Pointer of a place; empty, which is the whole body, where it is a header field."""
    return "" if header_of(place) else place


def value_at(response: Response | None, body: JSON | Missing, place: str) -> JSON | Missing:
    """Return what an answer has at a place, or `MISSING`."""
    name = header_of(place)
    if name:
        value = response.header(name) if response is not None else None
        return MISSING if value is None else value
    return MISSING if isinstance(body, Missing) else at(body, place)


def count_at(response: Response | None, body: JSON | Missing, place: str) -> int | None:
    """Return the whole number that an answer has at a place; the text of a header field may spell one."""
    value = value_at(response, body, place)
    if header_of(place) and isinstance(value, str):
        match = _WHOLE.fullmatch(value)
        return int(match[1]) if match is not None else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
