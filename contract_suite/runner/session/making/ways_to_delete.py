"""What comes before a delete that is refused for the state of a new thing: only what was cancelled may be deleted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Final

from contract_suite.behaviours.behaviour import Made, NotSent
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import actions_on
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.resources.inferred_resources import tying
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import Arguments

_FOR_ITS_STATE: Final = frozenset({409, 422, 423})
_MOST: Final = 4
"""So many actions are tried."""

MakeOne = Callable[[Resource], Made | None]
Locate = Callable[[Operation, Made], Arguments | None]
Ask = Callable[[Operation, Arguments, str], Exchange]


class WaysToDelete:
    """Makes things that can be deleted. The way is looked for once for each operation."""

    def __init__(
        self,
        contract: Contract,
        *,
        allowed: Callable[[Operation], bool],
        make: MakeOne,
        find: Callable[[Operation], Arguments | None],
        locate: Locate,
        ask: Ask,
    ) -> None:
        """Nothing is sent yet."""
        self._contract = contract
        self._allowed = allowed
        self._make = make
        self._find = find
        self._locate = locate
        self._ask = ask
        self._before: dict[str, Operation | None] = {}

    def untied(self, operation: Operation) -> Arguments | None:
        """Return what was just tied together by the `PUT` of the same path; `None` if nothing was."""
        put = tying(self._contract, operation)
        arguments = self._find(put) if put is not None else None
        if put is None or arguments is None or not self._ask(put, arguments, "tie what is untied then").ok:
            return None
        return {key: value for key, value in arguments.items() if key.startswith("path.")}

    def make(self, operation: Operation, resource: Resource) -> Made | None:
        """Return a new one of a resource, in a state in which an operation deletes it as far as one is known."""
        made = self._make(resource)
        if made is None or self._contract.sourced:
            return made
        if operation.id not in self._before:
            self._before[operation.id] = None
            self._before[operation.id] = self._look(operation, resource, made)
            made = self._make(resource)
        before = self.before(operation)
        if made is not None and before is not None:
            self._served(before, made, f"bring one {resource.name} into a state in which it can be deleted")
        return made

    def before(self, operation: Operation) -> Operation | None:
        """Return the action after which a delete is served that is refused before it, if one is known."""
        return self._before.get(operation.id)

    def _look(self, operation: Operation, resource: Resource, made: Made) -> Operation | None:
        """Return the action after which a delete is served that is refused before it; `None` if it is, or if none is."""
        first = self._send(operation, made, "can a new one be deleted?")
        if first is None or first.status not in _FOR_ITS_STATE:
            return None
        actions = (each for each in actions_on(self._contract, operation.path) if self._allowed(each))
        for action in islice(actions, _MOST):
            again = self._make(resource)
            if again is None:
                return None
            note = f"can it be deleted after {action.id}?"
            if self._served(action, again, note) and self._served(operation, again, note):
                return action
        return None

    def _served(self, operation: Operation, made: Made, note: str) -> bool:
        exchange = self._send(operation, made, note)
        return exchange is not None and exchange.ok

    def _send(self, operation: Operation, made: Made, note: str) -> Exchange | None:
        arguments = self._locate(operation, made)
        try:
            return self._ask(operation, arguments, note) if arguments is not None else None
        except NotSent:
            return None
