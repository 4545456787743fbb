"""A document as the rules of inference read it: its operations, what each lists, and its kinds of things, found once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.inference.kit.bodies import Items, items_of
from contract_suite.inference.kit.kinds import Kind, kinds_of


class Reading:
    """A contract, and what several rules need to know of it."""

    def __init__(self, contract: Contract) -> None:
        """Nothing is looked at yet."""
        self.contract = contract

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations that the document makes usable."""
        return tuple(each for each in self.contract.operations if not each.problem)

    @cached_property
    def items(self) -> Mapping[str, Items]:
        """What each list shows, by operation."""
        shapes = {shape(each.path) for each in self.operations}
        found = ((each.id, items_of(each, below=f"{shape(each.path)}/{{}}" in shapes)) for each in self.operations)
        return {name: items for name, items in found if items is not None}

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of things that operations make, show, change and remove."""
        return kinds_of(self.operations, self.items)

    def lists(self) -> list[tuple[Operation, Items]]:
        """Each list with its items."""
        return [(each, self.items[each.id]) for each in self.operations if each.id in self.items]
