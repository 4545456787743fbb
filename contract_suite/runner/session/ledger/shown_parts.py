"""Parts of a thing that its representation shows, where nothing lists them: the lines of an order, each with its id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contract_suite.contract.naming.names import singular
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import Addresses
from contract_suite.generate.likeness import identity_of, layers
from contract_suite.generate.resources.inferred_resources import PathStep
from contract_suite.model.json import JSON, Missing

_MOST: Final = 20
"""Parts that are looked at in one thing."""


class ShownParts:
    """Which resources are parts of which, by their paths: `/orders/{orderId}/lines/{lineId}` of `/orders/{orderId}`."""

    def __init__(self, addresses: Addresses) -> None:
        """Those that a list shows are known from there."""
        self._addresses = addresses
        self._parts: dict[str, list[tuple[Resource, PathStep]]] = {}
        by_field = {each.identity[-1]: each for each in addresses.resources} if addresses.inferred else {}
        for part in addresses.resources:
            owner, step = by_field.get(part.identity[-1].rpartition("/")[0].rpartition("/")[0]), addresses.step(part)
            if owner is not None and step is not None and step.noun and not part.lists:
                self._parts.setdefault(owner.name, []).append((part, step))

    def of(
        self, owner: Resource, body: JSON | Missing, key: Mapping[str, JSON]
    ) -> Iterator[tuple[Resource, dict[str, JSON]]]:
        """Yield each part that a representation of its owner shows, with the fields of its key; `key` has the owner's."""
        for part, step in self._parts.get(owner.name, ()) if owner.identity[-1] in key else ():
            own = self._addresses.step(owner)
            nouns = frozenset({own.noun} - {""}) if own is not None else frozenset()
            for item in _called(layers(body, nouns), step.noun):
                identity = identity_of(item, step.name, step.noun)
                if isinstance(identity, (str, int)) and not isinstance(identity, bool):
                    names = (*part.scope, *part.identity)
                    yield part, {name: key[name] for name in names if name in key} | {step.field: identity}


def _called(within: Iterator[Mapping[str, JSON]], noun: str) -> Iterator[JSON]:
    """The objects of the first list that is called like some things."""
    for layer in within:
        for name, value in layer.items():
            if isinstance(value, list) and singular(name) == noun:
                yield from (each for each in value[:_MOST] if isinstance(each, dict))
                return
