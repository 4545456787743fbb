"""What one exchange shows of the keys of things: the identity and the scope, as they were sent or came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contract_suite.contract.addressing import plain
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Operation
from contract_suite.contract.parts.envelopes import represented
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import Addresses
from contract_suite.generate.likeness import identity_of, things_in
from contract_suite.generate.live_ids import value_of
from contract_suite.generate.resources.inferred_resources import led_to
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at

_MOST: Final = 200
"""Items that are looked at in one list."""
_MOST_DIGITS: Final = 20
_NAMES: Final = ("name", "slug", "key", "code", "username")
"""Members by which a thing is known that has no other identity, the most usual first."""


class ShownKeys:
    """Reads the fields of keys, by their names, out of arguments and bodies. Keeps nothing."""

    def __init__(self, addresses: Addresses) -> None:
        """`addresses` say which subject holds which field."""
        self._addresses = addresses

    def sent(self, operation: Operation, resource: Resource, arguments: Arguments) -> dict[str, JSON]:
        """Return the scope and identity of a resource, as far as arguments give them."""
        found: dict[str, JSON] = {}
        for name in (*resource.scope, *resource.identity):
            subject = self._addresses.subject_of(operation, name)
            value = value_of(arguments, subject) if subject else MISSING
            if not isinstance(value, Missing):
                found[name] = value
        return found

    def says_no_more(self, operation: Operation, resource: Resource, arguments: Arguments) -> bool:
        """Whether arguments address one of a resource, and say nothing besides that could be left out."""
        names = (*resource.scope, *resource.identity)
        needed = {self._addresses.subject_of(operation, name) for name in names}
        needed |= {each.subject for each in operation.parameters if each.required}
        return all(subject in needed or subject.startswith("path.") for subject in arguments)

    def fields(self, resource: Resource, value: JSON | Missing) -> dict[str, JSON]:
        """Return the fields of the key that a representation shows; an inferred resource's by likeness of names."""
        step, value = self._addresses.step(resource), represented(resource, value)
        shown = (
            {step.field: identity_of(value, step.name, step.noun)}
            if step is not None
            else {name: at(value, name) for name in (*resource.identity, *resource.scope) if isinstance(value, dict)}
        )
        return {
            name: member
            for name, member in shown.items()
            if not isinstance(member, (Missing, dict, list, bool)) and member is not None
        }

    def of_made(self, resource: Resource, sent: Mapping[str, JSON], body: JSON | Missing) -> dict[str, JSON]:
        """Return the key of what a create has made: as it was `sent`, and as the answer shows it.

        An answer that shows the owner (the cart, of a line that was put into it) says nothing of the thing itself.
        """
        fields, own = self.fields(resource, body), resource.identity[-1]
        owners = [sent[name] for name in (*resource.scope, *resource.identity[:-1]) if name in sent]
        if own in fields and fields[own] in owners and (own in sent or isinstance(fields[own], str)):
            del fields[own]
        return {**sent, **fields}

    def name(self, resource: Resource, thing: JSON | Missing) -> dict[str, JSON]:
        """Return the name of a thing as its identity: all there is to ask for it by, where its create shows none."""
        members = thing.items() if isinstance(thing, dict) else ()
        names = (value for name in _NAMES for key, value in members if plain_name(key) == name)
        name = next((each for each in names if isinstance(each, str) and each), None)
        return {} if name is None or not self._addresses.takes(resource, name) else {resource.identity[-1]: name}

    def located(self, resource: Resource, exchange: Exchange, shown: Mapping[str, JSON]) -> dict[str, JSON]:
        """Return what the `Location` of a create says of an inferred resource's identity, as typed as what is `shown`."""
        if exchange.response is None or not self._addresses.inferred:
            return {}
        texts = led_to(exchange.response, resource.identity)
        own = texts.get(resource.identity[-1], "")
        written: list[JSON] = [own, int(own)] if own.isdecimal() and len(own) <= _MOST_DIGITS else [own]
        if not any(self._addresses.takes(resource, each) for each in written):
            return {}  # whatever it leads to, it is none of these
        return {name: shown[name] if str(shown.get(name)) == text else text for name, text in texts.items()}

    def items(self, resource: Resource, operation: Operation, body: JSON | Missing) -> list[JSON]:
        """Return the items of a list, of a long one its first."""
        step = self._addresses.step(resource)
        if step is not None:
            return things_in(body, step.name, step.noun)
        collection = operation.promises.collection
        items = at(body, collection.items) if collection and not isinstance(body, Missing) else []
        return items[:_MOST] if isinstance(items, list) else []


def identity_and_scope(resource: Resource, fields: Mapping[str, JSON]) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Take the identity and the scope of one of a resource from its known fields."""
    identity = {plain(name): fields[name] for name in resource.identity}
    return identity, {name: fields[name] for name in resource.scope if name in fields}
