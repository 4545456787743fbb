"""The things that exist at one endpoint, as far as a run knows: each by its kind, with the fields that were shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.vocabulary import Resource
from contract_suite.model.json import JSON

_MOST: Final = 200


@dataclass(slots=True, kw_only=True)
class Record:
    """One thing that exists: its known fields, scope parameters among them, and whether the run made it.

    `shown` is the number of the first exchange that showed it. `forbidden` counts the fields that it
    shares with what was refused with 403.
    """

    fields: dict[str, JSON]
    made: bool = False
    shown: int = 0
    forbidden: int = 0


class Records:
    """What exists, by the name of its resource and by scope and identity."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        """Nothing is known to exist."""
        self._resources = resources
        self._key_names = {resource.name: (*resource.scope, *resource.identity) for resource in resources}
        self._by_resource: dict[str, dict[tuple[JSON, ...], Record]] = {resource.name: {} for resource in resources}

    def of(self, resource: str) -> list[Record]:
        """Return what is known of a resource, oldest first."""
        return list(self._by_resource.get(resource, {}).values())

    def by_preference(self, resource: str) -> list[Record]:
        """Return what the run made last first, then what was there, oldest first, and what is forbidden at the end."""
        records = self.of(resource)
        there = sorted((each for each in records if not each.made), key=lambda each: each.forbidden)
        return [each for each in reversed(records) if each.made] + there

    def pass_over(self, resource: str, values: Mapping[str, JSON]) -> None:
        """Say that what has all of these values is forbidden, and so may be what shares some of them: its owner, above all."""
        for each in self.of(resource):
            shared = sum(each.fields.get(name) == value for name, value in values.items())
            each.forbidden = max(each.forbidden, shared)

    def __iter__(self) -> Iterator[Record]:
        """Everything that is known."""
        return (record for records in self._by_resource.values() for record in records.values())

    def note(self, resource: Resource, fields: Mapping[str, JSON], number: int, *, made: bool = False) -> None:
        """Say that the exchange of a number showed something; what lacks a field of its scope or identity is left alone."""
        key = self._key(resource.name, fields)
        if key is None:
            return
        records = self._by_resource[resource.name]
        known = records.get(key)
        if known is not None:
            known.fields |= fields
            known.made = known.made or made
        elif made or len(records) < _MOST:
            kept: dict[str, JSON] = {}
            kept |= {name: value for name, value in fields.items() if isinstance(value, (str, int, float))}
            records[key] = Record(fields=kept, made=made, shown=number)

    def was_there(self, resource: str, fields: Mapping[str, JSON], exchange: int) -> bool:
        """Whether an answer up to the exchange of a number showed a thing with these fields that the run had not made."""
        key = self._key(resource, fields)
        known = None if key is None else self._by_resource[resource].get(key)
        return known is not None and not known.made and known.shown <= exchange

    def _key(self, resource: str, fields: Mapping[str, JSON]) -> tuple[JSON, ...] | None:
        """The scope and identity in some fields; `None` if one is missing."""
        key = tuple([fields.get(name) for name in self._key_names[resource]])
        return None if [each for each in key if not isinstance(each, (str, int))] else key

    def drop(self, resource: str, values: Mapping[str, JSON]) -> list[Record]:
        """Forget what has all of these values; returns what was forgotten."""
        records = self._by_resource[resource]
        whole = self._key(resource, values)
        candidates = list(records) if whole is None else [whole] if whole in records else []
        wanted = values.items()
        gone = [key for key in candidates if all(records[key].fields.get(name) == value for name, value in wanted)]
        return [records.pop(key) for key in gone]

    def drop_with_owned(self, resource: Resource, sent: Mapping[str, JSON]) -> None:
        """Forget the one with this scope and identity, and what it owns; nothing where a field of the identity lacks."""
        if not all(name in sent for name in resource.identity):
            return
        self.drop(resource.name, sent)
        for owned in self._resources:
            if owned.name in resource.owns and owned.name != resource.name:
                shared = {name: value for name, value in sent.items() if name in owned.identity or name in owned.scope}
                if shared:
                    self.drop(owned.name, shared)
