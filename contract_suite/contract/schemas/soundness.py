"""Whether schemas can surely be copied, told without copying them.

Each part of a document is looked at once, however many schemas refer to it: copying the whole of what each one refers
to would take time by the square of a document's size.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from contract_suite.contract.document import Node
from contract_suite.contract.schemas.bundling import CONDITIONS, DROPPED, LISTS, MAPS, SINGLES
from contract_suite.model.json import JSON, Missing, at


class SoundSchemas:
    """What is known to be sound in the documents of one contract."""

    def __init__(self, *, openapi_30: bool) -> None:
        """Begin with nothing."""
        self._openapi_30 = openapi_30
        self._sound: set[int] = set()
        self._targets: dict[tuple[str, str], JSON | Missing] = {}

    def holds(self, node: Node) -> bool:
        """Whether a schema can be copied with all it refers to.

        Where anything is wrong, or stands in another document, the answer is no, and only copying tells.
        """
        seen: dict[int, dict[str, JSON]] = {}
        pending: list[JSON] = [node.value]
        while pending:
            value = pending.pop()
            if isinstance(value, bool):
                continue
            if not isinstance(value, dict) or "x-source" in value:
                return False
            if id(value) in self._sound or id(value) in seen:
                continue
            seen[id(value)] = value
            below = self._below(node, value)
            if below is None:
                return False
            pending += below
        try:
            done: set[int] = set()
            if any(self._circular(node, value, set(), done) for value in seen.values()):
                return False
        except RecursionError:
            return False
        self._sound.update(seen)
        return True

    def _below(self, node: Node, value: dict[str, JSON]) -> list[JSON] | None:
        """What must be schemas below one; `None` where something else stands in their place."""
        found: list[JSON] = []
        reference = value.get("$ref")
        if isinstance(reference, str):
            target = self._target(node, reference)
            if isinstance(target, Missing):
                return None
            found.append(target)
            if self._openapi_30:
                return found
        for key, child in value.items():
            if key in DROPPED or key.startswith("x-"):
                continue
            if key in MAPS and isinstance(child, dict):
                found += child.values()
            elif key in LISTS and isinstance(child, list):
                found += child
            elif key in SINGLES:
                found.append(child)
            elif key in MAPS or key in LISTS:
                return None
        return found

    def _circular(self, node: Node, value: JSON, above: set[int], done: set[int]) -> bool:
        """Whether a schema applies itself to the same value again."""
        if not isinstance(value, dict) or id(value) in done or id(value) in self._sound:
            return False
        if id(value) in above:
            return True
        above.add(id(value))
        if any(self._circular(node, each, above, done) for each in self._in_place(node, value)):
            return True
        above.remove(id(value))
        done.add(id(value))
        return False

    def _in_place(self, node: Node, value: dict[str, JSON]) -> Iterator[JSON]:
        reference = value.get("$ref")
        if isinstance(reference, str):
            target = self._target(node, reference)
            if not isinstance(target, Missing):
                yield target
        for key in ("allOf", "anyOf", "oneOf"):
            branches = value.get(key)
            yield from branches if isinstance(branches, list) else ()
        for key in CONDITIONS:
            yield value.get(key)

    def _target(self, node: Node, reference: str) -> JSON | Missing:
        key = (node.document.uri, reference)
        if key not in self._targets:
            inside = reference == "#" or reference.startswith("#/")
            pointer = unquote(reference[1:])
            self._targets[key] = at(node.document.tree.value, pointer) if inside else Missing.MISSING
        return self._targets[key]
