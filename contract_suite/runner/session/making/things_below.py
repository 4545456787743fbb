"""Things that belong to another thing of the same request, or without which that can't get on: the ticket types of an event.

An order names an event and its ticket types, and an event without any is not put on sale. A create that needs an event,
in its path or body, says which things belong to one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.contract.addressing import roles
from contract_suite.contract.naming.names import singular, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import Need
from contract_suite.generate.fresh_values import put_at, value_at
from contract_suite.generate.live_ids import fitted, name_of
from contract_suite.model.json import JSON, Arguments, Missing
from contract_suite.runner.session.ledger.ledger import Ledger

_MOST: Final = 2
"""So many kinds of things are made below one, for one request or one refusal."""


@dataclass(frozen=True, slots=True)
class _Named:
    """What the run made and a request names at a subject."""

    subject: str
    field: str
    made: Made


class ThingsBelow:
    """Makes what must be below a thing, and keeps together in one request what belongs together."""

    def __init__(
        self,
        contract: Contract,
        ledger: Ledger,
        *,
        allowed: Callable[[Operation], bool],
        make: Callable[..., Made | None],
    ) -> None:
        """Nothing is made yet; `make` makes one of a resource."""
        self._contract = contract
        self._ledger = ledger
        self._allowed = allowed
        self._make = make
        self._resources = {each.name: each for each in ledger.resources}
        self._belonging: dict[str, bool] = {}
        """By operation whether any of what it may name belongs to another."""

    def for_request(self, operation: Operation, refused: Arguments, owner: Made) -> None:
        """Make one below `owner` of each kind that refused arguments name and that belongs to its kind."""
        if not self._may_belong_together(operation):
            return
        named = dict.fromkeys(kind for kind, _, _ in self._places(operation, refused))
        below = (self._resources[each] for each in named if self._needs(self._resources[each], owner.resource))
        for each in list(islice(below, _MOST)):
            self.one_below(each, owner)

    def one_below(self, resource: Resource, owner: Made) -> Made | None:
        """Make one of a resource that belongs to `owner`; `None` where that was not served, or is not allowed."""
        values: dict[str, JSON] = {}
        for need in self._needs(resource, owner.resource):
            if need.field not in owner.identity:
                return None
            values[name_of(need.subject)] = owner.identity[need.field]
        create = self._create_of(resource)
        if not values or create is None or not self._allowed(create):
            return None
        return self._make(resource, values, note=f"one {resource.name} of {owner.resource.name}")

    def lacking(self, owner: Made, said: str) -> Iterator[tuple[Operation, Resource | None]]:
        """Yield the creates of what a refusal names and what would belong to `owner`, each with the resource of which it makes one."""
        told = set(map(singular, words(said)))
        creates = (
            each
            for each in self._contract.operations
            if each.method == "POST"
            and self._allowed(each)
            and _head_noun(each.path) in told
            and any(need.resource == owner.resource.name for need in self._ledger.addresses.needs(each))
        )
        for create in islice(creates, _MOST):
            made = (resource for resource, role in roles(self._ledger.resources, create) if role == "create")
            yield create, next(made, None)

    def fitting(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Return arguments in which things that belong together do, as far as the run has made such things."""
        for owned, owner, theirs in list(self._misfits(operation, arguments)):
            taken = [str(value_at(arguments, subject)) for _, subject, _ in self._places(operation, arguments)]
            below = (
                each.identity.get(owned.field)
                for each in reversed(self._ledger.made)
                if each.resource is owned.made.resource and self._is_below(each, owner) and self._ledger.is_there(each)
            )
            found = next((each for each in below if each is not None and str(each) not in taken), None)
            subject, value = (owned.subject, found) if found is not None else (owner.subject, theirs)
            if not subject.startswith("path."):
                arguments = put_at(arguments, subject, fitted(operation, subject, value))
        return arguments

    def made_to_fit(self, operation: Operation, refused: Arguments) -> Iterator[Arguments]:
        """Yield refused arguments with something made anew that belongs to the other thing which they name."""
        for owned, owner, _ in islice(self._misfits(operation, refused), _MOST):
            made = self.one_below(owned.made.resource, owner.made)
            if made is not None and owned.field in made.identity:
                yield put_at(refused, owned.subject, fitted(operation, owned.subject, made.identity[owned.field]))

    def _misfits(self, operation: Operation, arguments: Arguments) -> Iterator[tuple[_Named, _Named, JSON]]:
        """Yield what belongs to another one than the one that the same arguments name: both, and the value that names the other."""
        if not self._may_belong_together(operation):
            return
        named = list(self._named(operation, arguments))
        for owned in named:
            create = self._create_of(owned.made.resource)
            for owner in named if create is not None else ():
                needs = self._needs(owned.made.resource, owner.made.resource)
                theirs = next(
                    (value_at(owned.made.arguments, each.subject) for each in needs if each.field == owner.field), None
                )
                if theirs is None or isinstance(theirs, Missing):
                    continue
                if str(theirs) != str(owner.made.identity.get(owner.field)):
                    yield owned, owner, theirs

    def _is_below(self, made: Made, owner: _Named) -> bool:
        """Whether something was made below what is named."""
        needs = self._needs(made.resource, owner.made.resource)
        return all(
            str(value_at(made.arguments, each.subject)) == str(owner.made.identity.get(each.field)) for each in needs
        )

    def _named(self, operation: Operation, arguments: Arguments) -> Iterator[_Named]:
        made = list(reversed(self._ledger.made))
        for kind, subject, field in self._places(operation, arguments):
            value = str(value_at(arguments, subject))
            found = next(
                (each for each in made if each.resource.name == kind and str(each.identity.get(field)) == value), None
            )
            if found is not None:
                yield _Named(subject, field, found)

    def _places(self, operation: Operation, arguments: Arguments) -> Iterator[tuple[str, str, str]]:
        """Yield where arguments name something, each once: the name of its resource, the subject, the field."""
        seen: set[str] = set()
        for need in self._ledger.addresses.needs(operation):
            seen.add(need.subject)
            yield need.resource, need.subject, need.field
        body = arguments.get("body")
        references = (
            self._ledger.addresses.references_in(body, operation.path) if isinstance(body, (dict, list)) else ()
        )
        for each in references:
            if f"body{each.pointer}" not in seen:
                yield each.resource, f"body{each.pointer}", each.field

    def _may_belong_together(self, operation: Operation) -> bool:
        if operation.id not in self._belonging:
            needed = (each.resource for each in self._ledger.addresses.needs(operation))
            kinds = {*needed, *self._ledger.addresses.referred_to(operation)}
            found = [self._resources[each] for each in kinds] if self._ledger.addresses.inferred else []
            self._belonging[operation.id] = any(
                self._needs(owned, owner) for owned in found for owner in found if owned is not owner
            )
        return self._belonging[operation.id]

    def _needs(self, owned: Resource, owner: Resource) -> list[Need]:
        """The places in which the create of one resource names one of another."""
        create = self._create_of(owned) if owned is not owner else None
        needs = self._ledger.addresses.needs(create) if create is not None else ()
        return [each for each in needs if each.resource == owner.name]

    def _create_of(self, resource: Resource) -> Operation | None:
        return self._contract.by_id.get(resource.create.operation) if resource.create is not None else None


def _head_noun(path: str) -> str:
    """What the things of a collection are, without what says of which kind: `type` of `/events/{id}/ticket-types`."""
    parts = words(path.rstrip("/").rpartition("/")[2])
    return singular(parts[-1]) if parts else ""
