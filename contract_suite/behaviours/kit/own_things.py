"""Things that the run made itself, found by the paths of a document: POST on `/things`, GET on `/things/{id}`.

Where no POST makes them there, one below an owner does, or a PUT on `/things/{id}` that documents 201.

Nothing else is ever changed: what a write is tried on was created by this run and was read after that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.references import target_of
from contract_suite.behaviours.kit.requests import (
    get_at,
    path_arguments,
    required_arguments,
    unconditional,
)
from contract_suite.behaviours.kit.responses import done, served
from contract_suite.behaviours.kit.sample_values import sample_members, unlike_defaults
from contract_suite.contract.naming.names import plain_name, singular
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.below_owners import made_below_an_owner
from contract_suite.contract.paths.routing import above_and_last, names_in, route, shape, values_in_name, without_verb
from contract_suite.contract.schemas.view import is_beside_data, view
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing
from contract_suite.model.memo import MOST_CONTRACTS, Memo

_CREATED: Final = 201
_LATEST: Final = 3
"""So many of the run's own creates are looked at where another one is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPaths:
    """The operation that creates items and the one that reads one of them: below the create's path, at it, or by itself."""

    create: Operation
    read: Operation

    @property
    def key(self) -> str:
        """The name of the path parameter that tells items apart."""
        return names_in(self.read.path)[-1]

    @property
    def names(self) -> tuple[str, ...]:
        """How an item may call what its path names it by, plainly: `petId` or `id`, and `petid` of `/pets/{pet}` too."""
        key, above = plain_name(self.key), self.read.path.rstrip("/").rpartition("/")[0]
        noun = singular(above.rpartition("/")[2])
        return tuple(dict.fromkeys((key, "id", f"{key}id", f"{noun}id", f"{noun}{key}")))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnThing:
    """One thing that the run made: the values of its path, what its create was given, and how it was first read."""

    paths: ItemPaths
    address: Mapping[str, JSON]
    arguments: Arguments
    created: Exchange
    read: Exchange


@dataclass(slots=True)
class OwnThings:
    """What the behaviours of a run made by now, by the id of the create; `None` where it can't be had."""

    by_create: dict[str, OwnThing | None] = field(default_factory=dict)


def item_paths(contract: Contract) -> tuple[ItemPaths, ...]:
    """Every read of one item whose collection takes a POST, or whose own path a PUT that creates.

    One that is surely made below an owner, and nowhere else, is among them; `shallow_paths` has what only may be.
    """
    return _ITEM_PATHS(contract)


def _item_paths(contract: Contract) -> Iterator[ItemPaths]:
    usable = [operation for operation in contract.operations if not operation.problem]
    creates = {operation.path.rstrip("/"): operation for operation in usable if operation.method == "POST"}
    puts = {each.path: each for each in usable if each.method == "PUT" and each.documents(_CREATED)}
    by_shape: dict[str, dict[str, Operation]] = {}
    for operation in usable:
        by_shape.setdefault(shape(operation.path), {}).setdefault(operation.method, operation)
    for operation in usable:
        parent, _, last = operation.path.rstrip("/").rpartition("/")
        create = creates.get(parent) or made_below_an_owner(shape(operation.path), by_shape) or puts.get(operation.path)
        if operation.method == "GET" and last.startswith("{") and last.endswith("}") and create is not None:
            yield ItemPaths(create=create, read=operation)


_ITEM_PATHS: Final[Memo[Contract, tuple[ItemPaths, ...]]] = Memo(
    lambda contract: tuple(_item_paths(contract)), most=MOST_CONTRACTS
)


def item_at(contract: Contract, place: str) -> ItemPaths | None:
    """Return the paths of the item that is read at a path of this shape."""
    return _ITEMS_BY_SHAPE(contract).get(place)


_ITEMS_BY_SHAPE: Final[Memo[Contract, dict[str, ItemPaths]]] = Memo(
    lambda contract: {shape(paths.read.path): paths for paths in reversed(item_paths(contract))}, most=MOST_CONTRACTS
)


def shallow_paths(contract: Contract) -> tuple[ItemPaths, ...]:
    """Every read of one item at a path of its own that is created below another: `/trails/{id}/comments`, `/comments/{id}`."""
    return _SHALLOW_PATHS(contract)


def _shallow_paths(contract: Contract) -> Iterator[ItemPaths]:
    usable = [operation for operation in contract.operations if not operation.problem]
    reads = [each for each in usable if each.method == "GET" and each.path.rstrip("/").endswith("}")]
    taken = {paths.create.id for paths in item_paths(contract)} | {paths.read.id for paths in item_paths(contract)}
    for create in usable:
        noun = create.path.rstrip("/").rpartition("/")[2]
        if create.method != "POST" or create.id in taken or not create.documents(_CREATED) or names_in(noun):
            continue
        found = [
            each
            for each in reads
            if each.id not in taken
            and len(names_in(each.path)) == 1
            and each.path.rstrip("/").split("/")[-2] == noun
            and _members(each, "200") == _members(create, str(_CREATED))
        ]
        if len(found) == 1 and names_in(create.path):
            yield ItemPaths(create=create, read=found[0])


_SHALLOW_PATHS: Final[Memo[Contract, tuple[ItemPaths, ...]]] = Memo(
    lambda contract: tuple(_shallow_paths(contract)), most=MOST_CONTRACTS
)


def _members(operation: Operation, status: str) -> frozenset[str] | None:
    media = next((each.json for each in operation.responses if each.status == status and each.json is not None), None)
    return (
        frozenset(view(media.schema).property_names()) or None
        if media is not None and media.schema is not None
        else None
    )


def operations_below(contract: Contract) -> Mapping[str, Sequence[tuple[str, Operation]]]:
    """The usable operations by the shape of their path without its last segment or verb, each with that."""
    return _BELOW(contract)


def _below(contract: Contract) -> dict[str, list[tuple[str, Operation]]]:
    found: dict[str, list[tuple[str, Operation]]] = {}
    for each in contract.operations:
        above, last = above_and_last(each.path)
        if not each.problem:
            found.setdefault(above, []).append((last, each))
    return found


_BELOW: Final = Memo(_below, most=MOST_CONTRACTS)


def items_above(contract: Contract, operation: Operation) -> ItemPaths | None:
    """Return the paths of the item that an operation is about: on the item's path, or one below with nothing new."""
    above, last, below = shape(without_verb(operation.path)).rpartition("{}")
    return item_at(contract, f"{above}{last}") if not below or below.startswith("/") else None


def own_thing(session: Session, paths: ItemPaths) -> OwnThing | None:
    """Return the one that the run keeps for its writes, made when first asked for; `None` if none can be had."""
    kept = session.shared(OwnThings).by_create
    if paths.create.id not in kept:
        kept[paths.create.id] = make_own(session, paths)
    return kept[paths.create.id]


def make_own(session: Session, paths: ItemPaths, *, begun: bool = False) -> OwnThing | None:
    """Make one and read it; `None` if it can't be made, addressed or read.

    With `begun`, work that a 202 says has begun is one too, where it can be read at once.
    """
    if not session.allowed(paths.create) or not session.allowed(paths.read):
        return None
    arguments = session.accepted(paths.create)
    if arguments is None:
        return None
    created = session.call(paths.create, arguments, intent=Intent.UNKNOWN, note="make one of the run's own")
    made = done(created) or (begun and served(created))
    found = what_was_made(session, paths, arguments, created) if made else None
    if found is not None:
        return found
    for earlier in [each for each in reversed(session.history) if _made_by(session, paths, each)][:_LATEST]:
        found = what_was_made(session, paths, arguments, earlier)
        if found is not None:
            return found
    return None


def make_filled(session: Session, paths: ItemPaths) -> OwnThing | None:
    """Make one with a value in each member that its create may be given, none of them a default, or with as few as the server takes."""
    arguments = session.accepted(paths.create) if session.allowed(paths.create) else None
    media = paths.create.body.json if paths.create.body else None
    body = arguments.get("body") if arguments is not None else None
    if arguments is not None and isinstance(body, dict) and media is not None and session.allowed(paths.read):
        filled = {**sample_members(media.schema, every=body), **body}
        others = {**filled, **unlike_defaults(media.schema, filled)}
        for members in (others, filled) if others != filled else (filled,):
            given = {**arguments, "body": members}
            created = session.call(paths.create, given, intent=Intent.UNKNOWN, note="make one with every member")
            found = what_was_made(session, paths, given, created) if done(created) else None
            if found is not None:
                return found
    return make_own(session, paths)


def make_below(session: Session, paths: ItemPaths, owner: Mapping[str, JSON]) -> OwnThing | None:
    """Make one below the thing with this address and read it; `None` if it can't be made, addressed or read."""
    if not session.allowed(paths.create) or not session.allowed(paths.read):
        return None
    arguments = session.accepted(paths.create)
    if arguments is None:
        return None
    given = {**arguments, **path_arguments(paths.create, owner)}
    created = session.call(paths.create, given, intent=Intent.UNKNOWN, note="add one below the run's own")
    return what_was_made(session, paths, given, created) if done(created) else None


def readable_arguments(session: Session, operation: Operation) -> Arguments | None:
    """Return arguments of a read that is served: as the session knows them, or of something that the run made."""
    known = session.accepted(operation)
    if known is not None:
        return unconditional(known)
    paths = items_above(session.contract, operation)
    thing = own_thing(session, paths) if paths and session.allowed(operation) else None
    return required_arguments(session, operation, thing.address) if thing else None


def forget_own(session: Session, thing: OwnThing) -> None:
    """Say that a thing is gone: the next one that asks gets a new one."""
    session.shared(OwnThings).by_create.pop(thing.paths.create.id, None)


def what_was_made(session: Session, paths: ItemPaths, arguments: Arguments, created: Exchange) -> OwnThing | None:
    """Return what an exchange made, if it can be addressed and read."""
    values = _address(session, paths, created)
    read = get_at(session, paths.read, values, note="read what was made") if values else None
    if values is None or read is None or not served(read):
        return None
    return OwnThing(paths=paths, address=values, arguments=arguments, created=created, read=read)


def _made_by(session: Session, paths: ItemPaths, exchange: Exchange) -> bool:
    """Whether an exchange of the run is a create that was served."""
    request = exchange.request
    if request.method != paths.create.method or not done(exchange):
        return False
    return route(session.contract, request.method, request.target)[0] is paths.create


def _address(session: Session, paths: ItemPaths, created: Exchange) -> dict[str, JSON] | None:
    location = created.response.header("location") if created.response else None
    target = target_of(session.base_url, created.request.target, location) if location else None
    if target is not None:
        operation, found, _ = route(session.contract, "GET", target)
        if operation is not None and operation.id == paths.read.id and all(found.values()):
            return dict(found)
    values: dict[str, JSON] = dict(route(session.contract, created.request.method, created.request.target)[1])
    if paths.create.method == "PUT" and paths.key in values:
        return values  # it names what it makes
    shown = session.json(created)
    for place in places(shown):
        whole = place.get("name")
        named = values_in_name(paths.read.path, whole) if isinstance(whole, str) else None
        if named is not None:
            return {name: value for name, value in {**values, **named}.items() if name in names_in(paths.read.path)}
        for name in paths.names:
            value = next((value for member, value in place.items() if plain_name(member) == name), None)
            if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                known = {**values, paths.key: value}
                return {name: known[name] for name in names_in(paths.read.path) if name in known}
    return None


def places(value: object) -> Iterator[dict[str, JSON]]:
    """An object, and the one object in it if there is just one, `meta` aside: the thing may come in an envelope."""
    if isinstance(value, dict):
        yield value
        inner = [each for name, each in value.items() if isinstance(each, dict) and not is_beside_data(name)]
        if len(inner) == 1:
            yield inner[0]


def member_shown(value: JSON | Missing, name: str) -> JSON | Missing:
    """Return a member of what a read shows, in an envelope or not."""
    return next((place[name] for place in places(value) if name in place), MISSING)


def items_in(value: JSON | Missing) -> Iterator[JSON]:
    """The items of a list: of the body, or of the arrays in it."""
    for array in (value, *(value.values() if isinstance(value, dict) else ())):
        yield from array if isinstance(array, list) else ()


def identity_shown(value: JSON | Missing, key: str, *names: str) -> str:
    """Return by what a representation tells which one it is of: a member named like `key`, its `id`, else one of `names`."""
    for place in places(value):
        for name in (key, "id", *names):
            found = next((each for member, each in place.items() if plain_name(member) == plain_name(name)), None)
            if isinstance(found, str | int) and not isinstance(found, bool):
                return str(found)
    return ""
