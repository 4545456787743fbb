"""Things that the run made and deleted: an action that is served on one may bring it back, and then it is there to clean up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import above_and_last
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import Addresses
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import Arguments

_ACTS: Final = frozenset({"POST", "PUT", "PATCH"})


def acted_on(addresses: Addresses, operation: Operation) -> Resource | None:
    """Return the resource whose one thing an operation acts on: `/books/{bookId}` of `POST /books/{bookId}/restore`."""
    thing, action = above_and_last(operation.path)
    if operation.method not in _ACTS or "{" in action or not thing.endswith("}"):
        return None
    needs = [each for each in addresses.needs(operation) if each.subject.startswith("path.")]
    return next((each for each in addresses.resources if needs and each.name == needs[-1].resource), None)


class DeletedThings:
    """What was deleted of what the run made, the latest last."""

    def __init__(self, addresses: Addresses) -> None:
        """Nothing was deleted yet."""
        self._addresses = addresses
        self._things: list[Made] = []

    def add(self, made: Made) -> None:
        """Take in one that was deleted."""
        self._things.append(made)

    def back(self, operation: Operation, arguments: Arguments, exchange: Exchange) -> Iterator[Made]:
        """Yield what an action was served on although it had been deleted; it is known by the exchange that brought it back."""
        resource = acted_on(self._addresses, operation) if self._things else None
        needs = [each for each in self._addresses.needs(operation) if resource and each.resource == resource.name]
        named = {need.field: str(arguments.get(need.subject)) for need in needs if need.subject.startswith("path.")}
        for made in [each for each in self._things if each.resource is resource]:
            if named and all(str(made.identity.get(name)) == value for name, value in named.items()):
                self._things.remove(made)
                yield replace(made, exchange=exchange)
