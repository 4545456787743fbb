"""The names that schemas of a document give themselves: `$id`, `$anchor` and `$dynamicAnchor` (JSON Schema 2020-12, 8.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import unquote, urldefrag, urljoin

from contract_suite.model.json import JSON, escape

_VALUES: Final = frozenset({"example", "examples", "default", "enum", "const"})
"""Keywords whose values are data, whatever their members are called."""
_ANCHORS: Final = ("$anchor", "$dynamicAnchor")


@dataclass(slots=True)
class SchemaNames:
    """Where the named schemas of one document stand, by JSON Pointer.

    `bases` gives the URI of each schema with an `$id`, and of the document itself, by pointer; `anchors` the pointer of
    each anchor by the URI that it is in and its name. A name that is given twice is nobody's: its pointer is `None`.
    """

    bases: dict[str, str] = field(default_factory=dict)
    roots: dict[str, str | None] = field(default_factory=dict)
    anchors: dict[tuple[str, str], str | None] = field(default_factory=dict)
    dynamic: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, value: JSON, uri: str) -> Self:
        """Find the names in a document that is at a URI."""
        names = cls(bases={"": uri}, roots={uri: ""})
        for pointer, schema, base in _objects(value, uri):
            if base != uri and isinstance(schema.get("$id"), str):
                names.bases[pointer] = base
                names.roots[base] = None if base in names.roots else pointer
            for keyword in _ANCHORS:
                name = schema.get(keyword)
                if isinstance(name, str):
                    key = (base, name)
                    names.anchors[key] = None if key in names.anchors else pointer
                    names.dynamic[name] += keyword == "$dynamicAnchor"
        return names

    def pointer(self, at: str, reference: str) -> str | None:
        """Return the pointer that a reference standing at a pointer means; `None` if it names nothing in this document."""
        base = self._base(at)
        try:
            uri, fragment = urldefrag(urljoin(base, reference) if reference.partition("#")[0] else f"{base}{reference}")
        except ValueError:
            return None
        fragment = unquote(fragment)
        named = bool(fragment) and not fragment.startswith("/")
        found = self.anchors.get((uri, fragment)) if named else self.roots.get(uri)
        return None if found is None else found if named else f"{found}{fragment}"

    def _base(self, pointer: str) -> str:
        """The URI that references at a pointer are relative to: that of the innermost `$id` around them."""
        while pointer not in self.bases:
            pointer = pointer.rpartition("/")[0]
        return self.bases[pointer]


def _objects(value: JSON, uri: str) -> Iterator[tuple[str, dict[str, JSON], str]]:
    """Every object of a document, data left out: its pointer, itself, and the URI that it is in."""
    waiting: list[tuple[str, JSON, str]] = [("", value, uri)]
    while waiting:
        pointer, each, base = waiting.pop()
        if isinstance(each, list):
            waiting += [(f"{pointer}/{index}", item, base) for index, item in enumerate(each)]
        elif isinstance(each, dict):
            identity = each.get("$id")
            if isinstance(identity, str):
                base = _joined(base, identity)
            yield pointer, each, base
            waiting += [
                (f"{pointer}/{escape(key)}", member, base)
                for key, member in each.items()
                if isinstance(member, (dict, list)) and (key not in _VALUES or pointer.endswith("/properties"))
            ]


def _joined(base: str, identity: str) -> str:
    try:
        return urldefrag(urljoin(base, identity)).url
    except ValueError:
        return base
