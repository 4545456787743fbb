"""Kinds of things by the shape of paths (`/pets` beside `/pets/{petId}`) and by verb and noun (`CreatePet`, `GetPet`).

A kind is taken only where one field surely is its identity; where two operations may have one role, none has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.below_owners import found_below_an_owner, made_below_an_owner
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.generate.likeness import ENVELOPES, like
from contract_suite.generate.resources.called_resources import Call, calls
from contract_suite.generate.resources.inferred_resources import PathStep, steps
from contract_suite.inference.kit.addressing import addressing, owner_fields
from contract_suite.inference.kit.bodies import Items, body_of, fields_of, is_object, is_paging, is_scalar, request_of
from contract_suite.inference.kit.making import create_of, makes_what_it_names, posted_update
from contract_suite.inference.kit.witness import Witness
from contract_suite.model.json import escape, tokens

_VERBS: Final = {
    "create": ("create", "add", "new", "register"),
    "read": ("get", "describe", "read", "show", "fetch", "retrieve", "find"),
    "list": ("list", "query", "getall", "findall"),
    "update": ("update", "modify", "edit", "patch", "change"),
    "delete": ("delete", "remove", "destroy"),
}
_UPDATES: Final = ("PATCH", "PUT")
_PARTS: Final = re.compile(r"[._:/-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of thing: its identity and scope, its operations by role, and the names that stand for its fields.

    `envelope` is where one stands in the bodies of its create, read and update, empty for the body itself. `binds` gives,
    by operation, the parameters that are spelled otherwise than the field they stand for.
    """

    name: str
    identity: tuple[str, ...]
    witnesses: tuple[Witness, ...]
    scope: tuple[str, ...] = ()
    create: Operation | None = None
    read: Operation | None = None
    update: Operation | None = None
    delete: Operation | None = None
    lists: tuple[Operation, ...] = ()
    envelope: str = ""
    binds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    by_names: bool = False

    @property
    def representation(self) -> SchemaView | None:
        """Where one of them is described: by the read, else by the create."""
        found = (body_of(each) for each in (self.read, self.create) if each)
        return next((inside(body, self.envelope) for body in found if body is not None), None)

    def sent(self, operation: Operation | None) -> SchemaView | None:
        """Where one of them is described in the body of a request."""
        body = request_of(operation)
        return inside(body, self.envelope) if body is not None else None

    def shown_by(self, operation: Operation) -> SchemaView | None:
        """Where one of them is described in what an operation answers."""
        body = body_of(operation)
        return inside(body, self.envelope) if body is not None else None

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Its operations."""
        return tuple(each for each in (self.create, self.read, *self.lists, self.update, self.delete) if each)


def kinds_of(operations: Sequence[Operation], items: Mapping[str, Items]) -> tuple[Kind, ...]:
    """Return the kinds of a document, each operation with one role at most, in the document's order."""
    found = list(_by_calls(operations, items, list(_by_path(operations, items))))
    found = list(_by_names(operations, items, found))
    taken = {each.id for kind in found for each in kind.operations}
    found += [kind for kind in _only_listed(operations, items) if kind.lists[0].id not in taken]
    return tuple(_distinctly_named(found))


def inside(place: SchemaView, pointer: str) -> SchemaView:
    """Return what stands at a pointer of a place; the place itself if it has no such member."""
    inner = place
    for token in tokens(pointer):
        if token not in inner.property_names() or not is_object(inner.member(token)):
            return place
        inner = inner.member(token)
    return inner


def own_fields(kind: Kind) -> list[str]:
    """Return the scalar fields of a kind's representation."""
    place = kind.representation
    return [name for name, _ in fields_of(place)] if place is not None else []


def _by_path(operations: Sequence[Operation], items: Mapping[str, Items]) -> Iterator[Kind]:
    by_shape: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        by_shape.setdefault(shape(operation.path), {}).setdefault(operation.method, operation)
    for own, methods in by_shape.items():
        first = next(iter(methods.values()))
        found = steps(first.path)
        if not found or found[-1].field != own:
            continue
        above = dict(by_shape.get(own.rpartition("/")[0], {})) if "/" in own else {}
        made = made_below_an_owner(own, by_shape)
        if made is not None:
            above.setdefault("POST", made)
        kind = _at_path(found[-1], methods, above, items, found_below_an_owner(own, by_shape, "GET"))
        if kind is not None:
            yield kind


def _at_path(
    step: PathStep,
    methods: Mapping[str, Operation],
    above: Mapping[str, Operation],
    items: Mapping[str, Items],
    below_an_owner: Operation | None,
) -> Kind | None:
    """Return the kind that a path with an id shows: `above` is what stands one segment above it."""
    read, create = methods.get("GET"), create_of(step, methods.get("PUT"), above.get("POST"))
    listing, below_an_owner = (
        each if each is not None and each.id in items else None for each in (above.get("GET"), below_an_owner)
    )
    listing = listing or (below_an_owner if read is None else None)  # then only the list of its owner shows one
    place = body_of(read) if read is not None else items[listing.id].element if listing is not None else None
    identity, envelope = _identity(place, step) if place is not None else None, ""
    if identity is None and place is not None and read is not None:
        identity, envelope = _in_envelope(place, step)
    if identity is None or (read is None and create is None):
        return None
    lists = [each for each in (listing,) if each is not None]
    if below_an_owner is not None and below_an_owner is not listing:
        element = items[below_an_owner.id].element
        if identity in element.property_names() and owner_fields(below_an_owner, step, element):
            lists.append(below_an_owner)
    update = next((each for name in _UPDATES if (each := methods.get(name)) is not None), None)
    update = update or posted_update(methods.get("POST"), create)
    if update is not None and makes_what_it_names(update):
        update = None
    used = [each for each in (create, read, *lists, update, methods.get("DELETE")) if each is not None]
    some = read or listing or used[0]
    said = Witness(
        text=f"{some.written_path} leads to one by {step.name}, which it shows as {envelope}{'/' if envelope else ''}{identity}",
        location=some.location,
    )
    witnesses = [said]
    if listing is not None and read is not None:
        witnesses.append(Witness(text=f"{listing.id} lists at the path above", location=listing.location))
    elif create is not None:
        where = "at this path" if create.method == "PUT" else "at the path above"
        witnesses.append(Witness(text=f"{create.id} creates {where}", location=create.location))
    scope, binds = addressing(step, identity, used, inside(place, envelope) if place is not None else None)
    return Kind(
        name=_capital(step.noun or step.name),
        identity=(identity,),
        witnesses=tuple(witnesses),
        scope=scope,
        create=create,
        read=read,
        update=update,
        delete=methods.get("DELETE"),
        lists=tuple(lists),
        envelope=envelope,
        binds=binds,
    )


def _identity(place: SchemaView, step: PathStep) -> str | None:
    """Return the field of a representation that a path parameter stands for: its own, or one level below."""
    scalars = [name for name in place.property_names() if is_scalar(place.member(name))]
    found = like(scalars, step.name, step.noun)
    if found is not None:
        return found
    below = {
        f"/{escape(name)}/{escape(each)}"
        for name in place.property_names()
        if "object" in place.member(name).types() and name.lower() in {"metadata", "meta"}
        for each in (like(list(place.member(name).property_names()), step.name, step.noun, sure=True),)
        if each is not None
    }
    return below.pop() if len(below) == 1 else None


def _in_envelope(place: SchemaView, step: PathStep) -> tuple[str | None, str]:
    """Return the identity of what stands in the one envelope of a body, and where that is; `None` if nothing surely is one."""
    objects = [name for name in place.property_names() if is_object(place.member(name))]
    named = [name for name in objects if name.lower() in ENVELOPES or (step.noun and singular(name) == step.noun)]
    if len(named) != 1:
        return None, ""
    return _identity(place.member(named[0]), step), f"/{escape(named[0])}"


def _by_calls(operations: Sequence[Operation], items: Mapping[str, Items], known: Sequence[Kind]) -> Iterator[Kind]:
    """Yield the kinds that paths show, then those that calls do (`users.create`, `users.info?user=…`)."""
    yield from known
    taken = {each.id for kind in known for each in kind.operations}
    groups: dict[str, dict[str, Call]] = {}
    for call in calls(operations, {step.field for each in operations for step in steps(each.path)}):
        if call.operation.id not in taken and (call.role != "list" or call.operation.id in items):
            groups.setdefault(call.field, {})[call.role] = call
    for name, group in groups.items():
        kind = _called(name.removesuffix("/{}").rpartition("/")[2], group, items)
        if kind is not None:
            yield kind


def _called(noun: str, group: Mapping[str, Call], items: Mapping[str, Items]) -> Kind | None:
    """Return the kind that calls are about, where one shows it under an id that the others take."""
    read, listing, create = (group[role].operation if role in group else None for role in ("read", "list", "create"))
    namings = [call.names for role, call in group.items() if role not in {"create", "list"}]
    if not namings or not (create or listing) or any(steps(each.operation.path) for each in group.values()):
        return None
    step = PathStep(name=namings[0], noun=noun, field=noun)
    place = body_of(read) if read is not None else items[listing.id].element if listing is not None else None
    identity, envelope = _identity(place, step) if place is not None else None, ""
    if identity is None and place is not None and read is not None:
        identity, envelope = _in_envelope(place, step)
    if identity is None:
        return None
    said = Witness(
        text=f"{' and '.join(each.operation.path for each in group.values())} are calls about one {noun}",
        location=next(iter(group.values())).operation.location,
    )
    some = read or listing
    shows = f"{some.id if some is not None else noun} shows it by {envelope}{'/' if envelope else ''}{identity}"
    kind = Kind(
        name=_capital(noun),
        identity=(identity,),
        witnesses=(said, Witness(text=shows, location=said.location)),
        read=read,
        update=group["update"].operation if "update" in group else None,
        delete=group["delete"].operation if "delete" in group else None,
        lists=(listing,) if listing is not None else (),
        envelope=envelope,
        binds={
            call.operation.id: {call.names: identity}
            for call in group.values()
            if call.names and call.names != identity
        },
        by_names=True,
    )
    return replace(kind, create=create if _shows_identity(create, kind) else None)


def _shows_identity(create: Operation | None, kind: Kind) -> bool:
    """Whether a create answers with what it made, where the read has it."""
    body = body_of(create) if create is not None else None
    return body is not None and set(kind.identity) <= set(inside(body, kind.envelope).property_names())


def _by_names(operations: Sequence[Operation], items: Mapping[str, Items], known: Sequence[Kind]) -> Iterator[Kind]:
    """Add to kinds what operations of the same noun do, and make kinds of those that no path tells."""
    roles: dict[str, dict[str, list[Operation]]] = {}
    for operation in operations:
        role, noun = _verb_and_noun(operation)
        if role and noun and (role == "list") == (operation.id in items):
            roles.setdefault(noun, {}).setdefault(role, []).append(operation)
    taken = {each.id for kind in known for each in kind.operations}
    done: set[str] = set()
    for kind in known:
        noun = next((_verb_and_noun(each)[1] for each in (kind.read, kind.delete, kind.update) if each), "")
        same = roles.get(noun, {})
        done.add(noun)
        yield _completed(kind, {role: [each for each in found if each.id not in taken] for role, found in same.items()})
    for noun, same in roles.items():
        free = {role: [each for each in found if each.id not in taken] for role, found in same.items()}
        named = _named(noun, free) if noun not in done else None
        if named is not None:
            yield named


def _completed(kind: Kind, free: Mapping[str, Sequence[Operation]]) -> Kind:
    create = kind.create or _only(free.get("create", ()))
    shown = set(own_fields(kind)) if create is not kind.create else set()
    if create is not kind.create and not (set(kind.identity) <= shown and _shows_identity(create, kind)):
        create = None
    return replace(
        kind,
        create=create,
        lists=kind.lists or tuple(free.get("list", ())),
        update=kind.update or _only(free.get("update", ())),
        delete=kind.delete or _only(free.get("delete", ())),
    )


def _named(noun: str, free: Mapping[str, Sequence[Operation]]) -> Kind | None:
    """Return a kind that is addressed by required parameters: `GetPet?PetId=…`."""
    read, create = _only(free.get("read", ())), _only(free.get("create", ()))
    place = body_of(read) if read is not None else None
    if read is None or place is None or steps(read.path):
        return None
    identity = tuple(
        each.name
        for each in read.parameters
        if each.required and each.where == "query" and each.name in place.property_names() and not is_paging(each)
    )
    lists, update, delete = free.get("list", ()), _only(free.get("update", ())), _only(free.get("delete", ()))
    if not identity or not (create or lists):
        return None
    said = Witness(text=f"{read.id} shows one by {' and '.join(identity)}", location=read.location)
    other = create or lists[0]
    also = Witness(text=f"{other.id} has the same noun", location=other.location)
    return Kind(
        name=_capital(noun),
        identity=identity,
        witnesses=(said, also),
        create=create if create is not None and _takes_or_shows(create, identity) else None,
        read=read,
        update=update,
        delete=delete,
        lists=tuple(lists),
        by_names=True,
    )


def _takes_or_shows(operation: Operation, fields: Sequence[str]) -> bool:
    places = [each for each in (request_of(operation), body_of(operation)) if each is not None]
    return all(any(name in place.property_names() for place in places) for name in fields)


def _only_listed(operations: Sequence[Operation], items: Mapping[str, Items]) -> Iterator[Kind]:
    """Things that are only listed, where their items show one id."""
    for operation in operations:
        if operation.id not in items:
            continue
        ids = [name for name, _ in items[operation.id].fields if plain_name(tokens(name)[-1]) == "id"]
        own = [name for name in ids if not name.startswith("/")] or ids
        if len(own) != 1:
            continue
        noun = _verb_and_noun(operation)[1] or singular(operation.path.rstrip("/").rpartition("/")[2])
        yield Kind(
            name=_capital(noun),
            identity=(own[0],),
            witnesses=(Witness(text=f"what {operation.id} lists has an {own[0]}", location=operation.location),),
            scope=tuple(each.name for each in steps(operation.path)),
            lists=(operation,),
        )


def _verb_and_noun(operation: Operation) -> tuple[str, str]:
    """Split an operationId: `CreateUserGroup` is `create` and `usergroup`; ("", "") for what is named otherwise."""
    parts = words(operation.id)
    if len(parts) < 2 or " " in operation.id:  # noqa: PLR2004 - a verb and a noun
        return "", ""
    role = next((role for role, verbs in _VERBS.items() if parts[0] in verbs), "")
    return (role, singular("".join(parts[1:]))) if role else ("", "")


def says_role(operation: Operation, role: str) -> bool:
    """Whether an operationId has a verb of a role where tools put it: `PetService_DeletePet`, `pets.delete`, `pets-destroy`."""
    *_, last = _PARTS.split(operation.id)
    said = words(last)
    return bool(said) and " " not in operation.id and said[0] in _VERBS.get(role, ())


def _only(found: Sequence[Operation]) -> Operation | None:
    return found[0] if len(found) == 1 else None


def _capital(noun: str) -> str:
    return noun[:1].upper() + noun[1:]


def _distinctly_named(found: Sequence[Kind]) -> Iterator[Kind]:
    taken: dict[str, int] = {}
    for kind in found:
        count = taken[kind.name] = taken.get(kind.name, 0) + 1
        yield kind if count == 1 else replace(kind, name=f"{kind.name}{count}")
