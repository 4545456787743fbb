"""What a server of a contract remembers: a pure state machine over records, without HTTP, clocks or schemas.

Its rules:

- a record is one resource's representation, in the scope (the containers) it was made in; representations are never
  changed in place;
- `draft` and `revise` change nothing and answer the record that would be; `put` and `remove` are the only steps that
  change the state;
- two records of a resource never share their identity within a scope, nor the fields of a uniqueness promise within
  equal `within`;
- what is owned needs its owner and goes with it; inherited fields are the owner's whenever they are shown;
- an assigned id is never given twice, not even after its record is gone;
- an update changes what is mutable and nothing else; one that changes nothing leaves the time of modification alone;
- the same seed and the same steps give the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Final, NamedTuple
from uuid import UUID

from contract_suite.contract.vocabulary import Assigned, Resource, Unique
from contract_suite.mock.fields import Body, getter, text_of, unique_key, with_value, without
from contract_suite.mock.refused import Refused
from contract_suite.model.json import JSON, MISSING, Missing

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_CHARACTERS: Final = "0123456789" + _LETTERS
_RANDOM_LENGTH: Final = 11
_FIRST_NUMBER: Final = 1001


class Ref(NamedTuple):
    """What a record is found by: its resource, the texts of its scope and those of its identity."""

    resource: str
    scope: tuple[str, ...]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One resource's representation; `owner` is what it goes with."""

    ref: Ref
    body: Body
    owner: Ref | None = None


def no_kind(_resource: str, _field: str) -> str:
    """Say of every field that it is plain text."""
    return "string"


@dataclass(slots=True)
class _Table:
    """The records of one resource: by scope, then by identity, in the order of their making."""

    scopes: dict[tuple[str, ...], dict[tuple[str, ...], Record]] = field(default_factory=dict)
    unique: list[dict[object, Ref]] = field(default_factory=list)


class State:
    """All records of a contract's resources."""

    def __init__(
        self,
        resources: Iterable[Resource],
        *,
        seed: int = 0,
        kind_of: Callable[[str, str], str] = no_kind,
        compared_by: Callable[[JSON], object] = unique_key,
    ) -> None:
        """`kind_of` tells the type or format of a resource's field, so that an assigned value can be of it."""
        self.resources = {each.name: each for each in resources}
        self._owner_of = {
            owned: each for each in self.resources.values() for owned in each.owns if owned in self.resources
        }
        self._tables = {name: _Table(unique=[{} for _ in each.unique]) for name, each in self.resources.items()}
        self._owned: dict[Ref, dict[Ref, None]] = {}
        self._given: set[str] = set()
        self.deleted: set[Ref] = set()
        self._number = _FIRST_NUMBER
        self._random = Random(f"ids/{seed}")  # noqa: S311 - ids of a mock are no secret
        self._kind_of = kind_of
        self._compared_by = compared_by

    def find(self, resource: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
        """Return the record with this identity, or `None`."""
        return self._tables[resource].scopes.get(scope, {}).get(key)

    def all(self, resource: str, scope: tuple[str, ...]) -> list[Record]:
        """Return the records of a scope in the order of their making."""
        return list(self._tables[resource].scopes.get(scope, {}).values())

    def owner(self, resource: str) -> Resource | None:
        """Return the resource that owns this one, if any does."""
        return self._owner_of.get(resource)

    def owner_exists(self, resource: str, scope: tuple[str, ...], name: str, value: JSON) -> bool:
        """Whether there is an owner whose identity the field `name` of an owned record could hold.

        True for a field that links to none.
        """
        owned, owner = self.resources[resource], self._owner_of.get(resource)
        above = (
            next((field_name for field_name, below in links(owner, owned).items() if below == name), "")
            if owner
            else ""
        )
        if owner is None or not above:
            return True
        by_name = dict(zip(owned.scope, scope, strict=False))
        tables = self._tables[owner.name].scopes
        if set(owner.scope) <= by_name.keys():
            within = tuple(by_name[each] for each in owner.scope)
            tables = {within: tables.get(within, {})}
        place, wanted = owner.identity.index(above), text_of(value)
        if len(owner.identity) == 1:
            return any((wanted,) in records for records in tables.values())
        return any(key[place] == wanted for records in tables.values() for key in records)

    def shown(self, record: Record) -> Body:
        """Return the representation with what it inherits as its owner has it now."""
        resource = self.resources[record.ref.resource]
        if not resource.inherits or record.owner is None:
            return record.body
        owner = self.find(*record.owner)
        above = self.shown(owner) if owner else {}
        body = record.body
        for name in resource.inherits:
            value = getter(name)(above)
            body = without(body, name) if isinstance(value, Missing) else with_value(body, name, value)
        return body

    def draft(self, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        """Return the record that a creation would make, or refuse it: no such owner, or a duplicate."""
        resource = self.resources[name]
        body = fields
        for promise in resource.assigned:
            value = self._assigned(resource, promise, now, created=True)
            if not isinstance(value, Missing):
                body = with_value(body, promise.field, value)
        for identity in resource.identity:
            if isinstance(getter(identity)(body), Missing):
                body = with_value(body, identity, self._new_id("{random}", self._kind_of(name, identity)))
        record = self.record(name, scope, body)
        if record.owner is not None and self.find(*record.owner) is None:
            raise Refused("unknown", f"There is no {record.owner.resource} {'/'.join(record.owner.key)}.")
        if self.find(*record.ref) is not None:
            raise Refused("duplicate", f"The {name} {'/'.join(record.ref.key)} exists already.")
        self._refuse_clash(record)
        return record

    def revise(self, record: Record, body: Body, now: float) -> Record:
        """Return the record with another representation, or refuse it as a duplicate."""
        if body == record.body:
            return record
        resource = self.resources[record.ref.resource]
        changed = body
        for promise in resource.assigned:
            if promise.time == "modified":
                value = self._assigned(resource, promise, now, created=False)
                if not isinstance(value, Missing):
                    changed = with_value(changed, promise.field, value)
        revised = Record(ref=record.ref, body=changed, owner=record.owner)
        self._refuse_clash(revised)
        return revised

    def record(self, name: str, scope: tuple[str, ...], body: Body) -> Record:
        """Return a record of a whole representation, as seed data has it."""
        resource = self.resources[name]
        key = tuple(
            text_of(value) for each in resource.identity if not isinstance(value := getter(each)(body), Missing)
        )
        return Record(ref=Ref(name, scope, key), body=body, owner=self._owner_ref(resource, scope, body))

    def put(self, record: Record) -> None:
        """Keep a record, new or in the place of the one with its identity."""
        table = self._tables[record.ref.resource]
        records = table.scopes.setdefault(record.ref.scope, {})
        former = records.get(record.ref.key)
        if former is not None:
            self._forget_unique(former)
        records[record.ref.key] = record
        for index, key in self._unique_keys(record):
            table.unique[index][key] = record.ref
        self._given.update(record.ref.key)
        if record.owner is not None:
            self._owned.setdefault(record.owner, {})[record.ref] = None

    def remove(self, record: Record) -> None:
        """Forget a record and all it owns, but for that they were there."""
        self.deleted.add(record.ref)
        for owned in list(self._owned.pop(record.ref, ())):
            below = self.find(*owned)
            if below is not None:
                self.remove(below)
        self._tables[record.ref.resource].scopes.get(record.ref.scope, {}).pop(record.ref.key, None)
        self._forget_unique(record)
        if record.owner is not None:
            self._owned.get(record.owner, {}).pop(record.ref, None)

    def clashes(self, record: Record) -> str:
        """Return what a record would share with another one against a promise, in words; empty if nothing."""
        for index, key in self._unique_keys(record):
            other = self._tables[record.ref.resource].unique[index].get(key)
            if other is not None and other != record.ref:
                fields = self.resources[record.ref.resource].unique[index].fields
                return f"Another {record.ref.resource} has the same {' and '.join(fields)}."
        return ""

    def _refuse_clash(self, record: Record) -> None:
        clash = self.clashes(record)
        if clash:
            raise Refused("duplicate", clash)

    def _owner_ref(self, resource: Resource, scope: tuple[str, ...], body: Body) -> Ref | None:
        owner = self._owner_of.get(resource.name)
        if owner is None:
            return None
        by_name = dict(zip(resource.scope, scope, strict=False))
        if not set(owner.scope) <= by_name.keys():
            return None
        key: list[str] = []
        for below in links(owner, resource).values():
            value = getter(below)(body)
            if isinstance(value, Missing):
                value = by_name.get(below, MISSING)
            if isinstance(value, Missing):
                return None
            key.append(text_of(value))
        if len(key) < len(owner.identity):
            return None
        return Ref(owner.name, tuple(by_name[each] for each in owner.scope), tuple(key))

    def _unique_keys(self, record: Record) -> Iterable[tuple[int, object]]:
        body = record.body
        for index, promise in enumerate(self.resources[record.ref.resource].unique):
            values = [getter(name)(body) for name in (*promise.within, *promise.fields)]
            absent = [isinstance(value, Missing) or value is None for value in values]
            if any(absent) and promise.absent == "distinct":
                continue
            yield (
                index,
                (
                    record.ref.scope,
                    tuple(
                        None if isinstance(value, Missing) else self._compared_by(_folded(value, promise))
                        for value in values
                    ),
                ),
            )

    def _forget_unique(self, record: Record) -> None:
        for index, key in self._unique_keys(record):
            table = self._tables[record.ref.resource].unique[index]
            if table.get(key) == record.ref:
                del table[key]

    def _assigned(self, resource: Resource, promise: Assigned, now: float, *, created: bool) -> JSON | Missing:
        kind = self._kind_of(resource.name, promise.field)
        if promise.format:
            return self._new_id(promise.format, kind) if created else MISSING
        if promise.time:
            return moment(now, kind)
        return promise.value if created and promise.value is not None else MISSING

    def _new_id(self, form: str, kind: str) -> JSON:
        while True:
            if kind in {"integer", "number"}:
                self._number += 1
                if str(self._number) not in self._given:
                    self._given.add(str(self._number))
                    return self._number
                continue
            made = form.replace("{random}", self._random_text(kind))
            if made not in self._given or "{random}" not in form:
                self._given.add(made)
                return made

    def _random_text(self, kind: str) -> str:
        if kind == "uuid":
            return str(UUID(int=self._random.getrandbits(128), version=4))
        return self._random.choice(_LETTERS) + "".join(self._random.choices(_CHARACTERS, k=_RANDOM_LENGTH - 1))


def links(owner: Resource, owned: Resource) -> dict[str, str]:
    """Return which field of what is owned holds which identity field of its owner.

    That is the field of the same name, or, where the owner's identity comes first in a longer one, the field in its
    position.
    """
    longer = len(owned.identity) > len(owner.identity)
    found: dict[str, str] = {}
    for index, name in enumerate(owner.identity):
        if name not in owned.identity and longer and name not in owned.scope:
            found[name] = owned.identity[index]
        elif longer or name not in owned.identity:
            found[name] = name
    return found


def moment(now: float, kind: str) -> JSON:
    """Write a time the way a field of this kind wants it: RFC 3339 in UTC, or milliseconds since 1970."""
    if kind == "integer":
        return int(now * 1000)
    if kind == "number":
        return now
    stamp = datetime.fromtimestamp(now, UTC)
    return stamp.strftime("%Y-%m-%d" if kind == "date" else "%Y-%m-%dT%H:%M:%SZ")


def _folded(value: JSON, promise: Unique) -> JSON:
    """Return a value as it collides with others: a text without its case, where that doesn't count."""
    return value.casefold() if isinstance(value, str) and promise.case == "ignored" else value
