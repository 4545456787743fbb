"""Ways to members, through objects and each item of arrays: `items`, `*`, `lineTotal`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.contract.schemas.walking import visit
from contract_suite.model.json import JSON, escape, unescape

EACH: Final = "*"
Steps = tuple[str, ...]
"""The way to a member: names, and `*` for each item of an array."""


def pointer_of(steps: Steps) -> str:
    """Return a way as clauses write it: `/items/*/lineTotal`."""
    return "".join(f"/{each if each == EACH else escape(each)}" for each in steps)


def objects_of(schema: Schema) -> Iterator[tuple[Steps, SchemaView, dict[str, JSON]]]:
    """Yield the way to each object that a schema describes, all that is said of that place, and the properties that stand there.

    A place may come several times, as where parts of an `allOf` describe it.
    """
    whole = view(schema)
    outermost: dict[str, SchemaView] = {}
    for subject, node in visit(schema.bundle):
        place = outermost.setdefault(subject, whole.at(node))
        properties = node.get("properties")
        if isinstance(properties, dict):
            yield tuple(each if each == EACH else unescape(each) for each in subject.split("/")[1:]), place, properties


def objects_at(value: JSON, steps: Steps, pointer: str = "") -> Iterator[tuple[str, dict[str, JSON]]]:
    """Yield the objects at the end of a way, each with its JSON Pointer."""
    if not steps:
        if isinstance(value, dict):
            yield pointer, value
    elif steps[0] == EACH and isinstance(value, list):
        for index, item in enumerate(value):
            yield from objects_at(item, steps[1:], f"{pointer}/{index}")
    elif steps[0] != EACH and isinstance(value, dict) and steps[0] in value:
        yield from objects_at(value[steps[0]], steps[1:], f"{pointer}/{escape(steps[0])}")
