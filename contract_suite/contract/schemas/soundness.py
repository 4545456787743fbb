"""Whether schemas can surely be copied, told without copying them, and whether they demand no more than can be made.

Each part of a document is looked at once, however many schemas refer to it: copying the whole of what each one refers
to would take time by the square of a document's size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from urllib.parse import unquote

from contract_suite import limits
from contract_suite.contract.document import Node
from contract_suite.contract.schemas.copying import (
    DROPPED,
    LISTS,
    MAPS,
    SINGLES,
    applies_others,
    has_long_pattern,
    in_place,
)
from contract_suite.contract.schemas.least_values import LeastValues
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.walking import visit
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON, Missing, at


class SoundSchemas:
    """What is known to be sound in the documents of one contract."""

    def __init__(self, *, openapi_30: bool) -> None:
        """Begin with nothing."""
        self._openapi_30 = openapi_30
        self._sound: set[int] = set()
        self._checked: set[int] = set()
        self._long_choices: set[int] = set()
        """Schemas that name more objects and arrays than a value is compared with."""
        self._targets: dict[tuple[str, str], JSON | Missing] = {}
        self._values: dict[str, LeastValues] = {}

    def check(self, schema: Schema) -> None:
        """Raise a `DocumentError` for a schema that can't be copied, and for one that demands more than can be made."""
        node = schema.node
        meant = self._meant(node)
        if id(meant) in self._checked or _is_harmless(meant):
            return
        if self.holds(node):
            values = self._values.get(node.document.uri)
            if values is None:
                values = self._values[node.document.uri] = LeastValues(
                    partial(self._found, node), openapi_30=self._openapi_30
                )
            root, long, known = node.value, self._reaches_long_choice(node), {id(meant)}
        else:
            bundle = schema.bundle
            values, root = LeastValues(bundle.deref), bundle.root
            long, known = any(_has_long_choice(each) for _, each in visit(bundle)), set[int]()
        said = _LONG_CHOICE if long else _too_much(values, root)
        if said:
            raise DocumentError(said, node.location)
        self._checked |= known

    def _meant(self, node: Node) -> JSON:
        """What a schema refers to where it does nothing else, as most do; otherwise the schema itself."""
        value = node.value
        reference = value.get("$ref") if isinstance(value, dict) and len(value) == 1 else None
        target = self._target(node, reference) if isinstance(reference, str) else value
        return value if isinstance(target, Missing) else target

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
            if not isinstance(value, dict) or "x-source" in value or has_long_pattern(value):
                return False
            if id(value) in self._sound or id(value) in seen:
                continue
            seen[id(value)] = value
            if _has_long_choice(value):
                self._long_choices.add(id(value))
            below = self._below(node, value)
            if below is None:
                return False
            pending += below
        try:
            done: set[int] = set()
            if any(applies_others(value) and self._circular(node, value, set(), done) for value in seen.values()):
                return False
        except RecursionError:
            return False
        self._sound.update(seen)
        return True

    def _reaches_long_choice(self, node: Node) -> bool:
        """Whether a schema that can be copied, or one below it, names too many objects and arrays."""
        seen: set[int] = set()
        pending = [node.value] if self._long_choices else []
        while pending:
            value = pending.pop()
            if not isinstance(value, dict) or id(value) in seen:
                continue
            if id(value) in self._long_choices:
                return True
            seen.add(id(value))
            pending += self._below(node, value) or ()
        return False

    def _found(self, node: Node, reference: str) -> JSON:
        target = self._target(node, reference)
        return True if isinstance(target, Missing) else target

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
        if not applies_others(value):
            return False
        above.add(id(value))
        below = in_place(value, partial(self._found, node), openapi_30=self._openapi_30)
        if any(self._circular(node, each, above, done) for each in below):
            return True
        above.remove(id(value))
        done.add(id(value))
        return False

    def _target(self, node: Node, reference: str) -> JSON | Missing:
        key = (node.document.uri, reference)
        if key not in self._targets:
            inside = reference == "#" or reference.startswith("#/")
            pointer = unquote(reference[1:])
            self._targets[key] = at(node.document.tree.value, pointer) if inside else Missing.MISSING
        return self._targets[key]


_HARMLESS = frozenset(
    {"type", "format", "title", "description", "enum", "example", "examples", "default", "nullable", "deprecated"}
)
"""Keywords that refer to nothing and demand nothing large: most schemas of a document have no others."""

_LONG_CHOICE = f"an enum names more than {limits.OBJECT_CHOICES:,} objects and arrays, and comparing a value with each takes too long"


def _is_harmless(value: JSON) -> bool:
    return (
        isinstance(value, dict)
        and _HARMLESS.issuperset(value)
        and value.get("enum") != []
        and not _has_long_choice(value)
    )


def _has_long_choice(value: Mapping[str, JSON]) -> bool:
    choices = value.get("enum")
    if not isinstance(choices, list) or len(choices) <= limits.OBJECT_CHOICES:
        return False
    return sum(isinstance(each, (dict, list)) for each in choices) > limits.OBJECT_CHOICES


def _too_much(values: LeastValues, root: JSON) -> str:
    """Say what keeps a schema's values from being made or judged; empty for nearly every schema."""
    try:
        parts = values.parts(root)
        size = values.size(root) if parts <= limits.SCHEMA_PARTS else None
    except RecursionError:
        return "the schema's references are nested too deeply"
    if size is None:
        return f"at least {limits.SCHEMA_PARTS:,} parts of the schema apply to one value, which takes too long to judge"
    if size.characters == math.inf:
        return "the schema has no finite value: it allows none, or every value must contain another one like itself"
    if size.characters > limits.SMALLEST_VALUE:
        return f"the smallest value of the schema has more than {limits.SMALLEST_VALUE:,} characters, so none is made"
    if size.levels > limits.LEVELS:
        return f"the smallest value of the schema is nested more than {limits.LEVELS} levels deep, so none is made"
    return ""
