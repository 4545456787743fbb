"""Lists with enough items to judge: as they are, or filled with items that this run makes.

Behaviours of one run share the lists filled here. The items are recognised by their container and never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.listing import Listing, collections, resource_of
from contract_suite.behaviours.kit.own_things import identity_shown
from contract_suite.behaviours.kit.page_sizes import BIGGEST
from contract_suite.behaviours.kit.resource_operations import property_of, request_body
from contract_suite.behaviours.kit.verdicts import Unusable
from contract_suite.contract.addressing import field_of, plain
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.numeric import as_sent
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.json import JSON, Arguments

_NUMBERS: Final = (10, 9, 100, 1, 30, 2)
_LETTERS: Final = "mCaxQdz"
_MOST_OWNERS: Final = 12
"""So many lists are looked at for one with enough items."""


@dataclass(slots=True)
class FilledContainers:
    """What behaviours of one run share: by list operation, the required arguments of the container that was filled.

    `of_others` has those of containers that were there already, by list operation and the field of which their items tell
    more than those of the run's own do, or an empty text where they are more; `None` where there is none. Nothing is ever
    made in there.
    """

    by_operation: dict[str, Arguments] = field(default_factory=dict)
    of_others: dict[tuple[str, str], Arguments | None] = field(default_factory=dict)

    def is_of_others(self, operation: Operation, base: Arguments) -> bool:
        """Whether the list of an operation with these required arguments is that of another owner."""
        return any(name == operation.id and theirs == base for (name, _), theirs in self.of_others.items())


def open_listing(session: Session, operation: Operation, *, at_least: int = 0) -> Listing:
    """Return a list with `at_least` items if it has or can be given them, otherwise with what there is.

    A list whose container is a required argument (the versions *of an algorithm*) is filled in a container of the run's
    own.
    """
    if operation.problem or not session.allowed(operation):
        raise Unusable(f"the run may not call {operation.id}")
    own = session.shared(FilledContainers).by_operation.get(operation.id)
    listing, found = None, 0
    for base in (own, _required(operation, session.accepted(operation))):
        if base is None or listing is not None:
            continue
        with suppress(Unusable):
            found = len(
                Listing(session, operation, base).page(0, max(1, min(at_least, BIGGEST)), note="look at the list").items
            )
            listing = Listing(session, operation, base)
    if listing is None or found < at_least:
        made = _fill(session, operation, listing, at_least - found, at_least)
        listing = made or listing
        if listing is not None and has_owner(operation):
            listing = _fullest(session, operation, listing, at_least)
    if listing is None:
        raise Unusable(f"no request was found that {operation.id} accepts")
    return listing


def make_in(
    session: Session,
    resource: Resource,
    operation: Operation,
    base: Arguments,
    values: Mapping[str, JSON] | None = None,
) -> Made | None:
    """Make one more item that belongs into the list with these required arguments; `None` where it is that of others."""
    if session.shared(FilledContainers).is_of_others(operation, base):
        return None
    return session.make(
        resource, {**container_values(session, resource, operation, base), **(values or {})}, note="something to list"
    )


def listing_of_new(listing: Listing, values: Mapping[str, JSON]) -> Listing | None:
    """Return the list that shows a new item, wherever the run can make one; `None` if it can't, or that list is none of an owner."""
    session, resource, operation = listing.session, listing.resource, listing.operation
    if resource is None or not has_owner(operation):
        return None
    made = session.make(resource, values, note="something to list elsewhere")
    base = _required(operation, session.locate(operation, made)) if made is not None else None
    return Listing(session, operation, base) if base is not None and base != listing.base else None


def container_values(session: Session, resource: Resource, operation: Operation, base: Arguments) -> dict[str, JSON]:
    """Return what a create needs, by property or parameter, so that the list with this base shows the item."""
    create = creatable(session, resource)
    fields = {each.parameter: plain(each.field) for each in operation.promises.filters}
    found: dict[str, JSON] = {}
    for subject, value in base.items():
        name = subject.partition(".")[2]
        if create is not None and name not in resource.scope:
            found[settable(create, fields.get(name) or field_of(operation, name)) or name] = value
    return found


def settable(create: Operation, field: str) -> str | None:
    """The body property or parameter by which a create sets a field, or `None`."""
    parameter = next((each.name for each in create.parameters if field_of(create, each.name) == plain(field)), None)
    return property_of(create, field) or parameter


def has_container(resource: Resource, operation: Operation) -> bool:
    """Whether the list is always that of one owner: a required argument is no part of the scope."""
    return any(parameter.required and parameter.name not in resource.scope for parameter in operation.parameters)


def creatable(session: Session, resource: Resource | None) -> Operation | None:
    """The operation that makes one of these, if the run may call it."""
    if resource is None or resource.create is None:
        return None
    with suppress(KeyError):
        operation = session.contract.operation(resource.create.operation)
        return operation if not operation.problem and session.allowed(operation) else None
    return None


def has_owner(operation: Operation) -> bool:
    """Whether the list is that of one thing, which its path names."""
    return "{" in operation.path and not operation.path.rstrip("/").endswith("}")


def _fullest(session: Session, operation: Operation, own: Listing, at_least: int) -> Listing:
    """Return the list of the owner that has the most items, of those that are there; the run's own where none has more."""
    known, key = session.shared(FilledContainers).of_others, (operation.id, "")
    if key not in known:
        known[key] = _most_filled(session, operation, own, at_least)
    base = known[key]
    return Listing(session, operation, base) if base is not None else own


def telling_listing(own: Listing, field: str, tells: Callable[[Sequence[JSON]], bool]) -> Listing:
    """Return a list whose items tell enough of a field: the run's own, or else that of another owner, to be read only.

    What the run makes below an owner may all be alike.
    """
    session, operation = own.session, own.operation
    known, key = session.shared(FilledContainers).of_others, (operation.id, field)
    if not has_owner(operation) or tells(own.all(note=f"do the items differ in {field}?").items):
        return own
    if key not in known:
        known[key] = None
        for owner in islice(owners_shown(session, operation), _MOST_OWNERS):
            other = Listing(session, operation, {**own.base, **owner})
            with suppress(Unusable):
                if tells(other.all(note=f"do those of another one differ in {field}?").items):
                    known[key] = other.base
                    break
    base = known[key]
    return Listing(session, operation, base) if base is not None else own


def _most_filled(session: Session, operation: Operation, own: Listing, at_least: int) -> Arguments | None:
    size = max(1, min(at_least, BIGGEST))
    most, found = len(own.page(0, size, note="look at the list").items), None
    for owner in islice(owners_shown(session, operation), _MOST_OWNERS):
        base = {**own.base, **owner}
        with suppress(Unusable):
            count = len(Listing(session, operation, base).page(0, size, note="does another one have more?").items)
            if count > most:
                most, found = count, base
        if most >= at_least:
            break
    return found


def owners_shown(session: Session, operation: Operation) -> Iterator[Arguments]:
    """Yield how the path names each owner that a list shows, which needs nothing that the run has not been served with."""
    above = operation.path[: operation.path.rindex("}") + 1]
    place, _, key = above.rpartition("/")
    owners = next((each for each in collections(session.contract) if shape(each.path) == shape(place)), None)
    base = _required(owners, session.accepted(owners)) if owners is not None and session.allowed(owners) else None
    if owners is None or owners.problem or base is None or not key.startswith("{"):
        return
    with suppress(Unusable):
        first = Listing(session, owners, base).first_page(note="whose list has more items?")
        for item in first.items if first is not None else ():
            identity = identity_shown(item, key.strip("{}"))
            if identity:
                yield {f"path.{key.strip('{}')}": identity}


def _fill(session: Session, operation: Operation, listing: Listing | None, missing: int, wanted: int) -> Listing | None:
    """Make what is missing; returns the list that it is in, or `None` if nothing could be made."""
    resource = resource_of(session.contract, operation)
    if resource is None or creatable(session, resource) is None or missing <= 0:
        return None
    base: Arguments | None = listing.base if listing else None
    if base is None or (
        has_container(resource, operation) and session.shared(FilledContainers).by_operation.get(operation.id) != base
    ):
        first = session.make(resource, note="something to list")
        base = _required(operation, session.locate(operation, first)) if first else None
        if base is None:
            return None
        session.shared(FilledContainers).by_operation[operation.id] = base
        if listing is None or listing.base != base:
            missing = wanted - 1
        else:
            missing -= 1
    for index in range(missing):
        values = _varied(session, resource, operation, base, index)
        if (
            make_in(session, resource, operation, base, values) is None
            and make_in(session, resource, operation, base) is None
        ):
            break
    return Listing(session, operation, base)


def _varied(session: Session, resource: Resource, operation: Operation, base: Arguments, index: int) -> dict[str, JSON]:
    """Return values that differ from item to item in what the list is sorted or filtered by.

    Numbers are chosen so that their texts sort otherwise.
    """
    create = creatable(session, resource)
    order = operation.promises.order
    fields = [*(order.keys.values() if order else ()), *(each.field for each in operation.promises.filters)]
    taken = {
        *container_values(session, resource, operation, base),
        *(name for rule in resource.unique for name in (*rule.fields, *rule.within)),
    }
    media = create.body.of_members if create and create.body else None
    found: dict[str, JSON] = {}
    for sorted_or_filtered in fields if create is not None and media is not None and media.schema is not None else ():
        name = settable(create, sorted_or_filtered) if create else None
        if name is None or name in taken or name in found or media is None or media.schema is None:
            continue
        place = request_body(create)
        choices = place.member(name).raw if place else None
        enum = choices.get("enum") if isinstance(choices, dict) else None
        options: list[JSON] = [enum[index % len(enum)]] if isinstance(enum, list) and enum else []
        number = _NUMBERS[index % len(_NUMBERS)]
        written = as_sent(place.member(name), number) if place is not None else None
        options += [number if written is None else written, f"{session.prefix}{_LETTERS[index % len(_LETTERS)]}{index}"]
        for value in options:
            if not media.schema.breaks_member({name: value}, name):
                found[name] = value
                break
    return found


def _required(operation: Operation, arguments: Arguments | None) -> Arguments | None:
    needed = {parameter.subject for parameter in operation.parameters if parameter.required}
    if needed - set(arguments or {}):
        return None
    return {subject: value for subject, value in (arguments or {}).items() if subject in needed}
