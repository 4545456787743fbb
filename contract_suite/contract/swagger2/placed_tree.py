"""Builds a tree of plain values in which every part keeps the place of the node that it was made from."""

from __future__ import annotations

from contract_suite.contract.document import Node
from contract_suite.contract.trees.tree import Tree
from contract_suite.model.json import JSON


class PlacedTree:
    """A tree under construction. It begins with the places of the document that it is made from."""

    def __init__(self, source: Tree) -> None:
        """Share the places of `source`, whose containers may become parts of the new tree."""
        self.tree = source.derived()

    def mapping(self, origin: Node) -> dict[str, JSON]:
        """Return a new, empty object that stands where `origin` stands."""
        made: dict[str, JSON] = {}
        self._place(made, origin)
        return made

    def sequence(self, origin: Node) -> list[JSON]:
        """Return a new, empty list that stands where `origin` stands."""
        made: list[JSON] = []
        self._place(made, origin)
        return made

    def put(self, into: dict[str, JSON], key: str, value: JSON, origin: Node) -> None:
        """Set a member that stands where `origin` stands."""
        into[key] = value
        self._point(into, key, origin)

    def add(self, into: list[JSON], value: JSON, origin: Node) -> None:
        """Append an element that stands where `origin` stands."""
        self._point(into, len(into), origin)
        into.append(value)

    def _place(self, made: dict[str, JSON] | list[JSON], origin: Node) -> None:
        self.tree.kept.append(made)  # its identity is a key of the places, so it must not be given to another object
        self.tree.places[id(made)] = (origin.pointer, origin.line)

    def _point(self, into: dict[str, JSON] | list[JSON], key: str | int, origin: Node) -> None:
        self.tree.lines[id(into), key] = origin.line
        self.tree.pointers[id(into), key] = origin.pointer
