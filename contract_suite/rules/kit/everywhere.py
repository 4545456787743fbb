"""The objects of a document that have a member of some name, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.document import Node
from contract_suite.model.json import JSON

_Path = tuple[str | int, ...]
_NAMED: Final = frozenset({"properties", "schemas", "parameters", "headers", "$defs"})
"""Members whose keys are names that the document gives, not words of OpenAPI."""


def objects_with(root: Node, *names: str, data: frozenset[str]) -> Iterator[Node]:
    """Yield every object below `root` that has one of the members `names`, each once.

    `data` are the members that hold the user's own data, where nothing is looked for. Values are walked as they are,
    because a document has hundreds of thousands of them, and nodes made for those that are found.
    """
    for path in _paths(root.value, (), frozenset(names), data, set()):
        node: Node | None = root
        for key in path:
            node = node.child(key) if node is not None else None
        if node is not None:
            yield node


def _paths(value: JSON, path: _Path, wanted: frozenset[str], data: frozenset[str], seen: set[int]) -> Iterator[_Path]:
    seen.add(id(value))
    if isinstance(value, dict) and not wanted.isdisjoint(value):
        yield path
    skipped = data if isinstance(value, dict) and not (path and path[-1] in _NAMED) else frozenset()
    for key, child in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        if isinstance(child, (dict, list)) and key not in skipped and id(child) not in seen:
            yield from _paths(child, (*path, key), wanted, data, seen)
