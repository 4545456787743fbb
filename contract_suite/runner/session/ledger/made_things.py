"""Things that the run made and has to clean up, and how many of what it made nobody can name."""

from __future__ import annotations

from collections.abc import Mapping

from contract_suite.behaviours.behaviour import Made
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments
from contract_suite.runner.session.ledger.deleted_things import DeletedThings, stands_in
from contract_suite.runner.session.ledger.things import agree


class MadeThings:
    """What the run made and has not deleted, the latest last."""

    def __init__(self, deleted: DeletedThings) -> None:
        """Nothing was made yet; `deleted` takes in what is deleted of it."""
        self._deleted = deleted
        self._things: list[Made] = []
        self.created = 0
        """How many things the run made, as far as answers to creates tell."""
        self.unidentified = 0
        """How many of them gave no id by which they could be deleted."""

    def __contains__(self, made: Made) -> bool:
        """Whether one is among them."""
        return made in self._things

    @property
    def all(self) -> tuple[Made, ...]:
        """Each of them, the latest last."""
        return tuple(self._things)

    @property
    def to_remove(self) -> tuple[Made, ...]:
        """All of them, and what may still be there, as its delete was only accepted."""
        return (*self._things, *self._deleted.unsure)

    def by(self, exchange: Exchange, resource: Resource) -> Made | None:
        """Return the one of a resource that an exchange made."""
        latest = reversed(self._things)
        return next(
            (each for each in latest if each.exchange.number == exchange.number and each.resource is resource), None
        )

    def add(self, made: Made) -> None:
        """Take in what an answer shows as made, in the place of the same one as an earlier answer showed it."""
        same = [each for each in self._things if each.resource is made.resource and each.identity == made.identity]
        self.created += not any(agree(each.scope, made.scope) for each in same)  # some creates give back what is there
        self._deleted.forget(made.resource, made.identity, made.scope)
        self._things = [each for each in self._things if not _is_same(each, made)]
        self._things.append(made)

    def add_unidentified(self) -> None:
        """Count one of which the answer shows no id."""
        self.created, self.unidentified = self.created + 1, self.unidentified + 1

    def take_back(self, made: Made) -> None:
        """Take in one that was deleted and may be there again."""
        self._things.append(made)

    def delete(self, resource: Resource, operation: Operation, arguments: Arguments, exchange: Exchange) -> None:
        """Take out one that was deleted, with what it owned."""
        self._things = self._deleted.without(self._things, resource, operation, arguments, exchange)

    def forget(self, made: Made) -> None:
        """Let one not be cleaned up."""
        if made in self._things:
            self._things.remove(made)

    def forget_all(self, resource: Resource, around: Mapping[str, JSON]) -> None:
        """Take out all of a resource that stand below something."""
        self._things = [each for each in self._things if each.resource is not resource or not stands_in(each, around)]


def _is_same(one: Made, other: Made) -> bool:
    return one.resource is other.resource and one.identity == other.identity and one.scope == other.scope
