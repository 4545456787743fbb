"""A parsed document, and where each of its values stands.

Documents have hundreds of thousands of values and few of them are ever complained of: where the reader of a text can
tell places later, it leaves a `Layout`, and no place is made before somebody asks for it.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from contract_suite.model.json import JSON, escape

Containers = dict[str, JSON] | list[JSON]


@dataclass(slots=True, eq=False)
class Layout:
    """A text in which each key or element begins a line of its own, in the order of the values.

    `numbers` are the lines that begin one; the nth stands for the nth value, counted from the outermost. `quoted` says
    for each of them whether it begins with a quotation mark, as a key does. `spans` holds the number of each container
    among the values, and how many values it is with all in it, by its identity. `numbers` is empty where everything
    stands in one line.
    """

    spans: dict[int, tuple[int, int]]
    numbers: array[int]
    quoted: bytes

    def line(self, number: int, *, key: bool = False) -> int | None:
        """Return the line of a value; `None` if that line begins something else than its key."""
        if not self.numbers:
            return 1
        return self.numbers[number] if not key or self.quoted[number] else None


@dataclass(slots=True, eq=False)
class Tree:
    """A parsed document.

    `lines` gives the line of a key by the identity of its container, `places` the pointer and line of a container, as
    far as they were needed. `pointers` gives the pointer of a key by the identity of its container, where it is not the
    container's with the key behind it, and `kept` holds what must live as long as those identities are used.
    """

    value: JSON = None
    lines: dict[tuple[int, str | int], int] = field(default_factory=dict)
    places: dict[int, tuple[str, int]] = field(default_factory=dict)
    pointers: dict[tuple[int, str | int], str] = field(default_factory=dict)
    kept: list[JSON] = field(default_factory=list)
    layout: Layout | None = None

    def line_of(self, container: JSON, key: str | int) -> int | None:
        """Return the line of a member or element of a container; `None` where it is not known."""
        line = self.lines.get((id(container), key))
        if line is None and self.layout is not None and isinstance(container, (dict, list)):
            span = self.layout.spans.get(id(container))
            if span is not None:
                self._expand(self.layout, container, span[0] + 1)
                line = self.lines.get((id(container), key))
        return line

    def place_of(self, container: Containers) -> tuple[str, int] | None:
        """Return the pointer and line of a container; `None` if it is none of this document's."""
        if self.layout is not None and id(container) not in self.places and id(container) in self.layout.spans:
            self._find_all(self.layout)
        return self.places.get(id(container))

    def derived(self) -> Tree:
        """Return an empty tree that knows every place of this one, whose values may become parts of it."""
        return Tree(lines=self.lines, places=self.places, kept=[self.value], layout=self.layout)

    def settle(self) -> None:
        """Note the place of every value now, so that values may be added and taken away; what is taken away is kept."""
        layout, self.layout = self.layout, None
        if layout is None:
            return
        self._find_all(layout)
        stack: list[JSON] = [self.kept[0] if self.kept else self.value]
        while stack:
            node = stack.pop()
            if isinstance(node, (dict, list)):
                self.kept.append(node)
                if id(node) in layout.spans:
                    self._expand(layout, node, layout.spans[id(node)][0] + 1)
                stack.extend(node.values() if isinstance(node, dict) else node)

    def _expand(self, layout: Layout, container: Containers, number: int) -> None:
        """Note the line of each member of a container, the first of which is the value of that number."""
        mapping = isinstance(container, dict)
        for key, child in container.items() if isinstance(container, dict) else enumerate(container):
            line = layout.line(number, key=mapping)
            if line is not None:
                self.lines.setdefault((id(container), key), line)
            number += layout.spans[id(child)][1] if isinstance(child, (dict, list)) else 1

    def _find_all(self, layout: Layout) -> None:
        stack: list[tuple[JSON, str]] = [(self.kept[0] if self.kept else self.value, "")]
        while stack:
            node, pointer = stack.pop()
            if not isinstance(node, (dict, list)):
                continue
            span = layout.spans.get(id(node))
            if span is not None:
                self.places.setdefault(id(node), (pointer, layout.line(span[0]) or 1))
            members = node.items() if isinstance(node, dict) else enumerate(node)
            stack.extend((child, f"{pointer}/{escape(str(key))}") for key, child in members)
