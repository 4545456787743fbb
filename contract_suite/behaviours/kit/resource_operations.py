"""The operations of a resource, and what their bodies and answers declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from contract_suite.behaviours.kit.comparing import STAMPS
from contract_suite.behaviours.kit.left_out import is_on_demand, is_shortened
from contract_suite.contract.addressing import body_properties, field_of, owner_of, plain
from contract_suite.contract.naming.names import words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.pattern_matching import matches
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.counting import with_article
from contract_suite.model.json import JSON, tokens
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_UPDATES: Final = frozenset({"PUT", "PATCH"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceOperations:
    """One resource with its operations; `None` for those that the document does not have or has broken."""

    resource: Resource
    owner: Resource | None
    create: Operation | None
    read: Operation | None
    update: Operation | None
    delete: Operation | None
    lists: tuple[Operation, ...]
    further_updates: tuple[Operation, ...] = ()
    """Other updates at the path of `update`, as PUT beside PATCH, which read that path as it does."""

    @property
    def each_update(self) -> tuple[ResourceOperations, ...]:
        """These operations for each update: with that one for `update`; none without any."""
        updates = (self.update, *self.further_updates) if self.update is not None else ()
        return tuple(replace(self, update=each, further_updates=()) for each in updates)

    @property
    def name(self) -> str:
        """The resource's name."""
        return self.resource.name

    @property
    def with_article(self) -> str:
        """The name with its article: `a Book`, `an Algorithm`."""
        return with_article(self.name)

    @property
    def any_operation(self) -> Operation | None:
        """Some operation of the resource, for clauses that have no other place."""
        return next((each for each in (self.create, self.read, *self.lists, self.update, self.delete) if each), None)

    @property
    def shown_by(self) -> Operation | None:
        """The operation that shows one: the read, or where nothing reads one by itself, the first list."""
        return self.read or next((each for each in self.lists if each.promises.collection is not None), None)

    @property
    def representation(self) -> SchemaView | None:
        """Where the answer of `shown_by` describes one."""
        return representation(self.read) if self.read is not None else listed_representation(self.shown_by)

    @property
    def own_identity(self) -> tuple[str, ...]:
        """The identity's fields but those of the owner."""
        shared = {plain(field) for field in self.owner.identity} if self.owner else set()
        return tuple(plain(field) for field in self.resource.identity if plain(field) not in shared)

    @property
    def mutable(self) -> tuple[str, ...]:
        """The fields that an update changes and its body has."""
        if self.update is None or self.resource.update is None:
            return ()
        known = {field_of(self.update, name) for name in body_properties(self.update)}
        return tuple(plain(field) for field in self.resource.update.mutable if plain(field) in known)

    @property
    def client_chooses_identity(self) -> bool:
        """Whether the client chooses the identity when it creates."""
        sent = {field_of(self.create, name) for name in body_properties(self.create)} if self.create else set()
        sent |= (
            {field_of(self.create, parameter.name) for parameter in self.create.parameters} if self.create else set()
        )
        return bool(self.own_identity) and set(self.own_identity) <= sent

    @property
    def modified(self) -> frozenset[str]:
        """Fields that the server moves with every change."""
        return frozenset(plain(each.field) for each in self.resource.assigned if each.time == "modified")


def resource_operations(contract: Contract) -> tuple[ResourceOperations, ...]:
    """Every resource of a contract with its operations."""
    return _OF_CONTRACT(contract)


def _of_contract(contract: Contract) -> Iterator[ResourceOperations]:
    usable = {operation.id: operation for operation in contract.operations if not operation.problem}
    for resource in contract.resources:
        yield ResourceOperations(
            resource=resource,
            owner=owner_of(contract.resources, resource),
            create=usable.get(resource.create.operation) if resource.create else None,
            read=usable.get(resource.read.operation) if resource.read else None,
            update=usable.get(resource.update.operation) if resource.update else None,
            delete=usable.get(resource.delete.operation) if resource.delete else None,
            lists=tuple(usable[each] for each in resource.lists if each in usable),
            further_updates=tuple(_further_updates(usable, resource)),
        )


def _further_updates(usable: Mapping[str, Operation], resource: Resource) -> Iterator[Operation]:
    """Yield other updates at the path of a resource's update, whose parameters there stand for the same fields."""
    first = usable.get(resource.update.operation) if resource.update else None
    if first is None or not names_in(first.path):
        return
    fields = [field_of(first, name) for name in names_in(first.path)]
    creates = resource.create.operation if resource.create else ""
    for each in usable.values():
        if each.id not in {first.id, creates} and each.method in _UPDATES and shape(each.path) == shape(first.path):
            bind = {**dict(zip(names_in(each.path), fields, strict=True)), **each.promises.bind}
            yield replace(each, promises=replace(each.promises, bind=bind))


_OF_CONTRACT: Final[Memo[Contract, tuple[ResourceOperations, ...]]] = Memo(
    lambda contract: tuple(_of_contract(contract)), most=MOST_CONTRACTS
)


def representation(operation: Operation | None) -> SchemaView | None:
    """Return where a read's answer describes the resource, or `None` if it describes nothing."""
    spec = operation.response(200) if operation else None
    media = spec.json if spec else None
    return view(media.schema) if media and media.schema else None


def counts_changes(place: SchemaView | None, field: str) -> bool:
    """Whether a field moves by itself with each change: a number such as `version`, an `etag` or a revision."""
    last = {*words(field)[-1:]}
    is_number = place is not None and place.member(field).types() - {"null"} == {"integer"}
    return place is not None and (
        bool(last & {"etag", "revision", "rev"}) or (is_number and not last.isdisjoint(STAMPS))
    )


def members_shown(read: Operation) -> dict[str, SchemaView]:
    """Return where the members of what a read shows are described, by their names: those of an envelope and those in it."""
    place = representation(read)
    whole = [place, place.unwrapped()] if place is not None else []
    return {name: each.member(name) for each in whole for name in each.property_names()}


def listed_representation(operation: Operation | None) -> SchemaView | None:
    """Return where a list's answer describes one of its items."""
    place = representation(operation)
    collection = operation.promises.collection if operation else None
    if place is None or collection is None:
        return None
    for token in tokens(collection.items):
        place = place.member(token)
    return place.element(0)


def shared_fields(ops: ResourceOperations, listing: Operation) -> list[str]:
    """Return the fields that both a list and the read declare, but for those that are new in every response, or shortened."""
    one, other = representation(ops.read), listed_representation(listing)
    if one is None or other is None or ops.read is None:
        return []
    fresh = {plain(each.pointer) for operation in (ops.read, listing) for each in operation.promises.fresh}
    return [
        name
        for name in other.property_names()
        if declares(one, name)
        and name not in fresh
        and not (is_on_demand(ops.read, one, name) or is_on_demand(listing, other, name))
        and not (is_shortened(ops.read, one, name) or is_shortened(listing, other, name))
    ]


def request_body(operation: Operation | None) -> SchemaView | None:
    """Return where the members of a request body are described, in JSON or in a form."""
    media = operation.body.of_members if operation and operation.body else None
    return view(media.schema) if media and media.schema else None


def property_of(operation: Operation, field: str) -> str | None:
    """Return the body property that stands for a field, or `None`."""
    return _properties_by_field(operation).get(plain(field))


def _sorted_by_field(operation: Operation) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in body_properties(operation):
        found.setdefault(field_of(operation, name), name)
    return found


_properties_by_field: Final = Memo(_sorted_by_field)
"""A body may have thousands of properties, and each is asked for."""


def declares(place: SchemaView | None, field: str) -> bool:
    """Whether a place names a field (a property name or a pointer) outright, not only by leaving room for it.

    One that is only written is shown nowhere.
    """
    if place is None:
        return False
    steps = tokens(field)
    for token in steps:
        if place is None or token not in place.property_names():
            return False
        place = place.member(token)
        if place.keyword("writeOnly") is True:
            return False
    return bool(steps)


def can_show(operation: Operation | None, place: SchemaView | None, field: str, value: JSON) -> bool:
    """Whether an answer of an operation, described at a place, shows a value of this kind in a field, without being asked for it.

    Many paths call an owner by name where its body shows the owner itself: `/owners/ada/things`, `{"owner": {…}}`. Forms
    and paths may call a text what answers show as a number. A text that breaks a pattern of the answer comes back otherwise:
    a code in capitals.
    """
    if place is None or operation is None or not declares(place, field):
        return False
    if is_on_demand(operation, place, tokens(field)[0]) or is_shortened(operation, place, tokens(field)[0]):
        return False
    for token in tokens(field):
        place = place.member(token)
        if place.keyword("writeOnly") is True:
            return False
    types = place.types()
    if isinstance(value, (dict, list)):
        return ("object" if isinstance(value, dict) else "array") in types
    patterns = [each for raw in place.applied() if isinstance(each := raw.get("pattern"), str)]
    if isinstance(value, str) and any(matches(each, value) is False for each in patterns):
        return False
    return value is None or bool(types & _kinds_of(value))


def _kinds_of(value: str | float) -> frozenset[str]:
    """The types that show a scalar as it was sent: a number that was sent as a text comes back as a number."""
    if isinstance(value, bool):
        return frozenset({"boolean"})
    return frozenset({"string"} if isinstance(value, str) else {"integer", "number"})
