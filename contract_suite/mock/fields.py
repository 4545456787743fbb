"""Fields of representations: read and written by name or JSON Pointer, and what their values are compared by."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache

from contract_suite.model.json import JSON, MISSING, Missing, at, escape, tokens, unescape

Body = dict[str, JSON]
"""A representation. Never changed in place: records, responses and drafts share it."""


def with_value(body: Body, name: str, value: JSON) -> Body:
    """Return a representation with a field set; objects on the way are copied, or made where there are none."""
    if not name.startswith("/"):
        return {**body, name: value}
    head, rest = _split(name)
    if not rest:
        return {**body, head: value}
    inner = body.get(head)
    return {**body, head: with_value(inner if isinstance(inner, dict) else {}, rest, value)}


def place_items(body: JSON, where: str, items: list[JSON]) -> JSON:
    """Return a 200 body with the items of a list in their place."""
    if not where:
        return items
    return with_value(body if isinstance(body, dict) else {}, where, items)


def without(body: Body, name: str) -> Body:
    """Return a representation without a field."""
    head, rest = _split(name) if name.startswith("/") else (name, "")
    inner = body.get(head)
    if rest:
        return {**body, head: without(inner, rest)} if isinstance(inner, dict) else body
    return {key: value for key, value in body.items() if key != head}


@lru_cache(maxsize=4096)
def getter(name: str) -> Callable[[Body], JSON | Missing]:
    """Return a function that reads a field of a representation; its pointer is taken apart once for all records."""
    if "/" not in name[1:]:
        (token,) = tokens(name) or ("",)
        return lambda body: body.get(token, MISSING)
    steps = tokens(pointer(name))
    if len(steps) == 2:  # noqa: PLR2004 - by far the most common depth, and lists are sorted by it
        first, second = steps

        def read_second(body: Body) -> JSON | Missing:
            inner = body.get(first)
            return inner.get(second, MISSING) if isinstance(inner, dict) else at(body, name)

        return read_second

    def read(body: Body) -> JSON | Missing:
        value: JSON = body
        for token in steps:
            if isinstance(value, dict):
                if token not in value:
                    return MISSING
                value = value[token]
            else:
                return at(body, name)
        return value

    return read


def pointer(name: str) -> str:
    """Return a field as a JSON Pointer."""
    return name if name.startswith("/") or not name else f"/{escape(name)}"


def _split(path: str) -> tuple[str, str]:
    head, slash, rest = path[1:].partition("/")
    return unescape(head), slash + rest


def unique_key(value: JSON) -> tuple[str, str]:
    """Return what two values are compared by where they must be unique: type and content."""
    if isinstance(value, (dict, list)):
        return "json", json.dumps(value, sort_keys=True)
    return (
        "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__
    ), text_of(value)


def text_of(value: JSON) -> str:
    """Return what an identity is compared by: a number and its digits are the same, since paths know only texts."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, sort_keys=True)
