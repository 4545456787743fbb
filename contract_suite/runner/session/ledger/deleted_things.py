"""Things that the run made and deleted: what shows that one may be there again, so that it is there to clean up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.contract.addressing import identity_in, named_values, plain, roles, scope_in
from contract_suite.contract.naming.restoring import says_restore
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import above_and_last
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import Addresses
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments
from contract_suite.runner.session.ledger.things import Key, agree, key_of

_ACTS: Final = frozenset({"POST", "PUT", "PATCH"})
NOT_DONE_YET: Final = frozenset({202, 207})
"""A delete that was only accepted, or that was done in part, may have left what it names."""


def acted_on(addresses: Addresses, operation: Operation) -> Resource | None:
    """Return the resource whose one thing an operation brings back: `/books/{bookId}` of `POST /books/{bookId}/restore`.

    What makes something below a thing brings nothing back, whatever it is called.
    """
    thing, action = above_and_last(operation.path)
    if operation.method not in _ACTS or not thing.endswith("}") or not says_restore(action):
        return None
    needs = [each for each in addresses.needs(operation) if each.subject.startswith("path.")]
    resource = next((each for each in addresses.resources if needs and each.name == needs[-1].resource), None)
    return None if any(role == "create" for _, role in roles(addresses.resources, operation)) else resource


class DeletedThings:
    """What was deleted of what the run made, the latest last."""

    def __init__(self, addresses: Addresses) -> None:
        """Nothing was deleted yet."""
        self._addresses = addresses
        self._gone: list[Made] = []
        self._unsure: list[Made] = []

    def without(
        self, made: Iterable[Made], resource: Resource, operation: Operation, arguments: Arguments, exchange: Exchange
    ) -> list[Made]:
        """Return what is left of what was made once one was deleted, with what it owned; the one itself is remembered."""
        identity = identity_in(resource, named_values(operation, arguments))
        if identity is None:  # nobody can tell which one it was
            return list(made)
        scope, key = scope_in(resource, operation, arguments), key_of(identity)
        deleted = self._unsure if exchange.status in NOT_DONE_YET else self._gone
        left: list[Made] = []
        for each in made:
            if _is(each, resource, key, scope):
                deleted.append(each)
            elif not _is_owned(each, resource, identity, scope):
                left.append(each)
        return left

    @property
    def unsure(self) -> tuple[Made, ...]:
        """What may still be there, the latest last: its delete was only accepted, and no read has shown it as gone."""
        return tuple(each for each in self._unsure if each.resource.read is not None)

    def absent(self, operation: Operation, arguments: Arguments) -> None:
        """Say that a request was answered as what names something that is not there."""
        named = named_values(operation, arguments) if self._unsure else {}
        for made in list(self._unsure):
            identity, scope = identity_in(made.resource, named), scope_in(made.resource, operation, arguments)
            if identity is not None and _is(made, made.resource, key_of(identity), scope):
                self._unsure.remove(made)
                self._gone.append(made)

    def forget(self, resource: Resource, identity: Mapping[str, JSON], scope: Mapping[str, JSON]) -> None:
        """Say that one of these was made anew: it is known by what made it."""
        key = key_of(identity)
        for deleted in (self._gone, self._unsure):
            deleted[:] = [each for each in deleted if not _is(each, resource, key, scope)]

    def back(self, operation: Operation, arguments: Arguments, exchange: Exchange) -> Iterator[Made]:
        """Yield what may be there again, known by the exchange that says so.

        It was restored, or a write to it was served; or a read shows it after a delete that was only accepted.
        """
        if not (self._gone or self._unsure):
            return
        restored = acted_on(self._addresses, operation)
        updated = [each for each, role in roles(self._addresses.resources, operation) if role == "update"]
        shown = [each for each, role in roles(self._addresses.resources, operation) if role == "read"]
        named = named_values(operation, arguments)
        if restored is not None:
            needs = [each for each in self._addresses.needs(operation) if each.subject.startswith("path.")]
            named = {plain(each.field): arguments.get(each.subject) for each in needs if each.resource == restored.name}
        for resource in {each.name: each for each in (restored, *updated, *shown) if each is not None}.values():
            identity = identity_in(resource, named)
            if identity is None:
                continue
            is_written = resource is restored or resource in updated
            scope, key = scope_in(resource, operation, arguments), key_of(identity)
            for deleted in (self._gone, self._unsure) if is_written else (self._unsure,):
                for made in [each for each in deleted if _is(each, resource, key, scope)]:
                    deleted.remove(made)
                    yield replace(made, exchange=exchange) if is_written else made


def _is(made: Made, resource: Resource, key: Key, scope: Mapping[str, JSON]) -> bool:
    return made.resource is resource and key_of(made.identity) == key and agree(made.scope, scope)


def _is_owned(made: Made, resource: Resource, identity: Mapping[str, JSON], scope: Mapping[str, JSON]) -> bool:
    """Whether something stands below one of a resource."""
    return (
        made.resource.name in resource.owns
        and all(str(made.identity.get(name)) == str(value) for name, value in identity.items())
        and agree(made.scope, scope)
    )


def stands_in(made: Made, around: Mapping[str, JSON]) -> bool:
    """Whether something stands where these values say, as far as it says so itself."""
    own = {**made.identity, **made.scope}
    return all(str(own.get(plain(name), value)) == str(value) for name, value in around.items())
