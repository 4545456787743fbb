"""What a server begins with: the seed data beside a document, repeated with variation.

Without seed data, what the document's examples show.

Every record is valid wherever its resource is shown and keeps the promises of uniqueness; the same seed gives the same
records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.fields import Body, pointer, text_of, with_value
from contract_suite.mock.state import Record, State, links
from contract_suite.mock.values.documented import documented
from contract_suite.mock.views.catalogue import Catalogue
from contract_suite.mock.views.view import View
from contract_suite.model.json import JSON, Missing, at
from contract_suite.model.source import Source

_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\Z")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_TRIES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Records of one resource in one scope: `count` of them, made of `records` by what `vary` says."""

    resource: str
    scope: Mapping[str, str]
    records: tuple[Body, ...]
    count: int
    vary: Mapping[str, JSON] = field(default_factory=dict)


class Seeds:
    """The seed data of a contract."""

    def __init__(self, contract: Contract, catalogue: Catalogue) -> None:
        """Read what stands beside the document."""
        self.contract = contract
        self.catalogue = catalogue
        raw = contract.seed if isinstance(contract.seed, dict) else {}
        self._containers = [_texts(each) for each in _list(raw.get("containers")) if isinstance(each, dict)]
        self._groups: list[Group] | None = list(_groups(raw)) if raw else None

    @property
    def groups(self) -> list[Group]:
        """The groups, owners before what they own."""
        if self._groups is None:
            self._groups = list(self._shown())
        depth = {each.name: self._depth(each) for each in self.contract.resources}
        return sorted((each for each in self._groups if each.resource in depth), key=lambda each: depth[each.resource])

    def containers(self, names: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
        """Return the known containers of these scope parameters; nothing means that any container is known."""
        if self._groups is None:
            return frozenset()
        scopes = (*self._containers, *(each.scope for each in self._groups))
        return frozenset(tuple(each[name] for name in names) for each in scopes if set(names) <= each.keys())

    def populate(self, state: State, *, seed: int, records: int | None = None) -> None:
        """Fill a state.

        With `records`, the largest group of each resource that nothing owns has that many, and no other more.
        """
        for group, count in self._counts(records):
            self._fill(state, group, count, Random(f"seed/{seed}/{group.resource}/{sorted(group.scope.items())}"))  # noqa: S311 - made-up data

    def _counts(self, records: int | None) -> Iterator[tuple[Group, int]]:
        """How many records of each group there are."""
        owned = {name for each in self.contract.resources for name in each.owns}
        for group in self.groups:
            if records is None or group.resource in owned:
                yield group, group.count
                continue
            peers = [each for each in self.groups if each.resource == group.resource]
            largest = max(peers, key=lambda each: each.count)
            beside = sum(each.count for each in peers if each is not largest and each.scope == largest.scope)
            beside = beside if beside < records else 0
            if group is largest:
                yield group, records - beside
            else:
                yield group, min(group.count, records) if beside or group.scope != largest.scope else 0

    def _fill(self, state: State, group: Group, count: int, random: Random) -> None:
        """Put in the records that keep all promises, then repeat them as often as is wanted.

        A record that lacks its owner is left out.
        """
        resource = state.resources[group.resource]
        scope = tuple(group.scope.get(name, "") for name in resource.scope)
        wanted = group.records[:count]
        kept = [body for body in wanted if self._keep(state, state.record(resource.name, scope, body))]
        missing = count - len(wanted)
        turn = 0
        while kept and missing > 0 and turn < count + _TRIES:
            turn += 1
            for base in kept[:missing]:
                made = self._varied(group, base, turn=turn, random=random)
                missing -= self._keep(state, state.record(resource.name, scope, made))

    def _keep(self, state: State, record: Record) -> bool:
        if state.find(*record.ref) is not None or state.clashes(record):
            return False
        if record.owner is not None and state.find(*record.owner) is None:
            return False
        if not self.catalogue.fits(record.ref.resource, state.shown(record)):
            return False
        state.put(record)
        return True

    def _varied(self, group: Group, base: Body, *, turn: int, random: Random) -> Body:
        """Return a record like `base`, its identity and the named fields varied where its schema allows it."""
        resource = self.catalogue.resources[group.resource]
        owner = next((each for each in self.contract.resources if resource.name in each.owns), None)
        body = base
        for name in resource.identity:
            if owner is not None and name in links(owner, resource).values():
                continue
            value = at(base, name)
            if not isinstance(value, Missing):
                body = with_value(body, name, _other_id(resource, name, value, turn=turn, random=random))
        for name, how in group.vary.items():
            value = at(base, name)
            if isinstance(value, Missing) or value is None:
                continue
            for changed in _changed(value, how, turn):
                candidate = with_value(body, name, changed)
                if self.catalogue.fits(resource.name, candidate):
                    body = candidate
                    break
        return body

    def _depth(self, resource: Resource) -> int:
        depth, name, seen = 0, resource.name, {resource.name}
        while True:
            owner = next((each.name for each in self.contract.resources if name in each.owns), None)
            if owner is None or owner in seen:
                return depth
            seen.add(owner)
            depth, name = depth + 1, owner

    def _shown(self) -> Iterator[Group]:
        """Groups made of the document's own examples: the items of lists, and what read operations answer."""
        for resource in self.contract.resources:
            if resource.source is Source.INFERRED:
                continue  # begun with when first asked for
            bodies: list[Body] = []
            scope: Mapping[str, str] = {}
            names = (*resource.lists, *([resource.read.operation] if resource.read else []))
            for operation in (each for each in self.contract.operations if each.id in names and not each.problem):
                scope = scope or self._example_scope(operation, resource)
                bodies += shown_in_examples(self.catalogue.view(operation))
            unique = {
                tuple(text_of(_found(each, name)) for name in resource.identity): each for each in reversed(bodies)
            }
            records = tuple(reversed(unique.values()))
            yield Group(resource=resource.name, scope=scope, records=records, count=len(records))

    def _example_scope(self, operation: Operation, resource: Resource) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for parameter in operation.parameters:
            if parameter.name in resource.scope:
                shown = parameter.examples[0].value if parameter.examples else parameter.default
                value = self.contract.values.get(parameter.name, shown)
                if value is not None:
                    found[parameter.name] = text_of(value)
        return found


def shown_in_examples(view: View) -> Iterator[Body]:
    """Yield the representations that the examples of an answer show."""
    schema = view.media.schema if view.media else None
    for example in view.media.examples if view.media else ():
        value = documented(schema, example.value) if schema is not None else example.value
        if view.what == "list" and view.items is not None:
            items = at(value, view.items)
            yield from (
                view.item_names.shown(each)
                for each in (items if isinstance(items, list) else [])
                if isinstance(each, dict)
            )
        elif view.place is not None:
            body = at(value, view.place)
            if isinstance(body, dict):
                fresh = {each.pointer for each in view.operation.promises.fresh}
                yield {name: value for name, value in view.names.shown(body).items() if pointer(name) not in fresh}


def _other_id(resource: Resource, name: str, value: JSON, *, turn: int, random: Random) -> JSON:
    """An identity like `value`, as the server would assign it if it does."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value + turn * 100_000
    text = text_of(value)
    if _UUID.match(text):
        return str(UUID(int=random.getrandbits(128), version=4))
    form = next(
        (
            each.format
            for each in resource.assigned
            if pointer(each.field) == pointer(name) and "{random}" in each.format
        ),
        "",
    )
    if form:
        length = max(1, len(text) - len(form.replace("{random}", "")))
        return form.replace("{random}", "".join(random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length)))
    return str(int(text) + turn * 100_000) if text.isdecimal() else f"{text}_{turn + 1}"


def _groups(raw: Mapping[str, JSON]) -> Iterator[Group]:
    for each in _list(raw.get("groups")):
        if not isinstance(each, dict):
            continue
        records = tuple(record for record in _list(each.get("records")) if isinstance(record, dict))
        count, vary, scope = each.get("count"), each.get("vary"), each.get("scope")
        yield Group(
            resource=str(each.get("resource")),
            scope=_texts(scope if isinstance(scope, dict) else {}),
            records=records,
            count=count if isinstance(count, int) else len(records),
            vary=vary if isinstance(vary, dict) else {},
        )


def _changed(value: JSON, how: JSON, turn: int) -> Iterator[JSON]:
    """What a value becomes at its repetition, the best first."""
    if isinstance(how, (int, float)) and isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value + how * turn
    elif how == "suffix" and isinstance(value, str):
        suffix = f"_{turn + 1}"
        yield value + suffix
        yield value[: -len(suffix)] + suffix
    elif isinstance(how, str) and isinstance(value, str) and (found := _DURATION.match(how)):
        days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
        try:
            moment = datetime.fromisoformat(value) + turn * timedelta(
                days=days, hours=hours, minutes=minutes, seconds=seconds
            )
        except (ValueError, OverflowError):
            return
        text = moment.isoformat()
        yield text.replace("+00:00", "Z") if value.endswith("Z") else text


def _found(body: Body, name: str) -> JSON:
    value = at(body, name)
    return None if isinstance(value, Missing) else value


def _texts(raw: Mapping[str, JSON]) -> dict[str, str]:
    return {name: text_of(value) for name, value in raw.items()}


def _list(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []
