"""Makes things of a session's own, and keeps one of each resource for the session to work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contract_suite.behaviours.behaviour import Made
from contract_suite.checks.kit.judging import OF_STATE
from contract_suite.contract.addressing import with_values
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments
from contract_suite.runner.session.attempts import Call
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.making.own_things import below_a_new_one
from contract_suite.runner.session.ownership import Ownership
from contract_suite.runner.session.searches import Searches
from contract_suite.runner.session.unique_members import UniqueMembers


class Maker:
    """Sends creates with arguments that are served, and looks for others where the state of things has changed."""

    def __init__(
        self,
        contract: Contract,
        ledger: Ledger,
        ownership: Ownership,
        searches: Searches,
        unique_members: UniqueMembers,
        *,
        find: Callable[[Operation], Arguments | None],
        find_on_new_things: Callable[[Operation], Arguments | None],
        call: Call,
    ) -> None:
        """Nothing is made yet.

        `find` finds arguments that are served, `find_on_new_things` those that name what is made for them.
        """
        self._contract = contract
        self._ledger = ledger
        self._ownership = ownership
        self._searches = searches
        self._unique_members = unique_members
        self._find = find
        self._find_on_new_things = find_on_new_things
        self._call = call
        self._kept: dict[str, Made] = {}
        self._in_the_making: set[str] = set()
        self._one_each: set[str] = set()
        """The creates that were refused below what has one already, and served below something new."""
        self._refused_anywhere: set[str] = set()
        """The creates that were refused below something new too."""

    def adopt(self, unique_members: UniqueMembers) -> None:
        """Go by what another session has learned of unique members."""
        self._unique_members = unique_members

    def make(
        self, resource: Resource, values: Mapping[str, JSON] | None = None, *, aim: str = "", note: str = ""
    ) -> Made | None:
        """Create one of a resource; its owner is the session's own unless `values` name another."""
        name = resource.create.operation if resource.create else ""
        operation = self._contract.by_id.get(name)
        arguments = self._find(operation) if operation is not None else None
        if operation is None or arguments is None:
            return None
        note = note or f"make one {resource.name}"

        def below_a_new_one() -> Exchange | None:
            return self._below_a_new_one(resource, operation, arguments, values, aim=aim, note=note)

        exchange = below_a_new_one() if operation.id in self._one_each else None
        if exchange is None:
            exchange = self._call(operation, self._valued(operation, arguments, values), aim=aim, note=note)
        if exchange.status in OF_STATE and self._ledger.addresses.inferred:
            # What it is added to may be over and done: the cart was paid for, the project is archived.
            self._searches.last_status[operation.id] = exchange.status
            known = self._ledger.made
            anew = self._find_on_new_things(operation) or self._unique_members.when_used_up(operation, arguments)
            found = self._newest(resource, known)
            if found is not None and not values:
                return found  # one more below the same owner may be refused: each member reviews a book once
            if anew is not None:
                exchange = self._call(operation, self._valued(operation, anew, values), aim=aim, note=note)
        elif exchange.status in OF_STATE:
            exchange = below_a_new_one() or exchange
        return self._ledger.made_things.by(exchange, resource)

    def _below_a_new_one(
        self,
        resource: Resource,
        operation: Operation,
        refused: Arguments,
        values: Mapping[str, JSON] | None,
        *,
        aim: str,
        note: str,
    ) -> Exchange | None:
        """Create one below something new, where what the path leads to may have had its one: each member reviews a book once."""
        places = [f"path.{name}" for name in names_in(operation.path)]
        if resource.name in self._in_the_making or operation.id in self._refused_anywhere:
            return None
        if any(place.removeprefix("path.") in (values or ()) for place in places):
            return None  # who asks says below what
        self._in_the_making.add(resource.name)
        try:
            anew = below_a_new_one(
                self._ownership, operation, refused, lambda above: self.make(above, note=f"another {above.name}")
            )
        finally:
            self._in_the_making.discard(resource.name)
        if anew is None:
            return None
        exchange = self._call(operation, self._valued(operation, anew, values), aim=aim, note=note)
        (self._one_each if exchange.ok else self._refused_anywhere).add(operation.id)
        return exchange

    def _newest(self, resource: Resource, known: tuple[Made, ...]) -> Made | None:
        """Return what a search made of a resource, and left there."""
        latest = reversed(self._ledger.made)
        return next((each for each in latest if each.resource is resource and each not in known), None)

    def _valued(self, operation: Operation, arguments: Arguments, values: Mapping[str, JSON] | None) -> Arguments:
        """Return a create's arguments with these values, and still unlike what was made before."""
        if not values:
            return arguments
        return self._unique_members.told_apart(operation, with_values(operation, arguments, values))

    def fixture(self, resource: Resource) -> Made | None:
        """Return the one of a resource that the session keeps for its own use, made when first asked for."""
        known = self._kept.get(resource.name)
        if known is not None and self._ledger.is_there(known):
            return known
        if resource.name in self._in_the_making:
            return None  # it needs something that needs it
        self._in_the_making.add(resource.name)
        try:
            made = self.make(resource, note=f"one {resource.name} to work with")
        finally:
            self._in_the_making.discard(resource.name)
        if made is not None:
            self.keep(made)
        return made

    def keep(self, made: Made) -> None:
        """Let this be the one of its resource that the session works with."""
        self._kept[made.resource.name] = made

    def kept(self, resource: Resource) -> Made | None:
        """Return the one of a resource that the session works with, whether or not it is there still; `None` if none was made."""
        return self._kept.get(resource.name)
