"""Things that name others: made for a new thing, found by its lists, ended so that it can be deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from contract_suite.behaviours.actions.effects_on_others.kinds import Kind, Tie, kinds, ties
from contract_suite.behaviours.actions.effects_on_others.steps import Attached, Move
from contract_suite.behaviours.actions.kit.made_ids import is_made_by_run
from contract_suite.behaviours.actions.kit.reaching import act
from contract_suite.behaviours.behaviour import NotSent, Session
from contract_suite.behaviours.kit.own_things import OwnThing, identity_shown, items_in, make_own, what_was_made
from contract_suite.behaviours.kit.requests import get_at, path_arguments, required_arguments
from contract_suite.behaviours.kit.resource_operations import request_body
from contract_suite.behaviours.kit.responses import done, refused, served
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments

_MOST_CLOSINGS: Final = 5
_MOST_PREPARED: Final = 6
_ENDINGS: Final = (
    *("cancel", "close", "end", "complete", "resolve", "return", "reject", "void", "archive", "finish", "pay", "expire"),
)  # fmt: skip
"""Verbs and states by which a thing ends, the likeliest first."""


def attach(session: Session, tie: Tie, parent: OwnThing) -> OwnThing | None:
    """Make something that names a thing; `None` if it can't be made, or names another one."""
    create = tie.child.paths.create
    arguments = session.accepted(create) if (tie.sent or tie.by_path) and session.allowed(create) else None
    if arguments is None:
        return None
    given = naming(arguments, tie, parent)
    sent = session.call(create, given, intent=Intent.UNKNOWN, note="make something that names it")
    if refused(sent):
        fresh = with_new_references(session, tie.child, given, besides=(tie,))
        if fresh is not None:
            given = fresh
            sent = session.call(create, given, intent=Intent.UNKNOWN, note="make one that names new things alone")
    made = what_was_made(session, tie.child.paths, given, sent) if done(sent) else None
    key = parent.address[tie.parent.paths.key]
    return made if made is not None and (not tie.shown or tie.names(session.json(made.read), key)) else None


def with_new_references(
    session: Session, kind: Kind, arguments: Arguments, *, besides: Collection[Tie]
) -> dict[str, JSON] | None:
    """Return arguments of a create that name new things by all other ties: what they named may be taken. `None` without such."""
    given, changed = dict(arguments), False
    body = arguments.get("body")
    for tie in ties(session.contract):
        if (
            tie.child is not kind
            or tie in besides
            or not tie.sent
            or not isinstance(body, dict)
            or tie.sent not in body
        ):
            continue
        parent = make_own(session, tie.parent.paths) if session.allowed(tie.parent.paths.create) else None
        if parent is not None:
            given, changed = naming(given, tie, parent), True
    return given if changed else None


def naming(arguments: Arguments, tie: Tie, parent: OwnThing) -> dict[str, JSON]:
    """Return arguments of a create that name another thing."""
    if tie.by_path:
        return {**arguments, **path_arguments(tie.child.paths.create, parent.address)}
    body = arguments.get("body")
    known = body.get(tie.sent) if isinstance(body, dict) else None
    value = _written_like(known, parent.address[tie.parent.paths.key], request_body(tie.child.paths.create), tie.sent)
    return {**arguments, "body": {**(body if isinstance(body, dict) else {}), tie.sent: value}}


def read_again(session: Session, child: Attached) -> Attached | None:
    """Return what names a thing as it is read now; `None` if it isn't read any more."""
    read = get_at(session, child.tie.child.paths.read, child.thing.address, note="what names it, before")
    return replace(child, thing=replace(child.thing, read=read)) if read is not None and served(read) else None


def moved_to(operation: Operation, thing: OwnThing, tie: Tie, other: OwnThing) -> dict[str, JSON] | None:
    """Return a body that has a thing name another one; `None` if the schema doesn't allow it."""
    made, taken = thing.arguments.get("body"), request_body(operation)
    media = operation.body.of_members if operation.body else None
    if taken is None or media is None:
        return None
    whole = operation.method == "PUT" and isinstance(made, dict)
    base = (
        {name: each for name, each in made.items() if name in taken.property_names()}
        if whole and isinstance(made, dict)
        else {}
    )
    known = made.get(tie.shown) if isinstance(made, dict) else None
    body = {**base, tie.shown: _written_like(known, other.address[tie.parent.paths.key], taken, tie.shown)}
    return body if media.schema is None or media.schema.is_valid(body) else None


def _written_like(known: JSON, value: JSON, taken: SchemaView | None, name: str) -> JSON:
    """Return an id as a body takes it: a `Location` says numbers as texts."""
    types = taken.member(name).types() - {"null"} if taken is not None else set()
    number = isinstance(known, int) or types == {"integer"}
    return int(value) if number and isinstance(value, str) and value.isdecimal() else value


def _endings(kind: Kind) -> list[Move]:
    """What may end a thing: states and actions, the likeliest first by their names."""
    found = [Move(operation=each.operation, update=each, to=to) for each in kind.state_updates for to in each.settable]
    found += [Move(operation=each) for _, each in kind.actions if each.body is None or not each.body.required]

    def rank(move: Move) -> int:
        called = (move.to or move.operation.path.rpartition("/")[2]).lower()
        return next((place for place, word in enumerate(_ENDINGS) if called.startswith(word[:5])), len(_ENDINGS))

    return sorted(found, key=rank)


def found_listed(session: Session, tie: Tie, parent: OwnThing) -> OwnThing | None:
    """Return what its list shows to name a thing: an invoice that a subscription drew up by itself."""
    listing, key = tie.child.listing, parent.address[tie.parent.paths.key]
    names = names_in(tie.child.paths.read.path)
    if listing is None or not tie.shown or len(names) != 1 or not session.allowed(listing):
        return None
    arguments = required_arguments(session, listing, {})
    by = next((each for each in listing.parameters if plain_name(each.name) == plain_name(tie.shown)), None)
    if arguments is None:
        return None
    given = {**arguments, by.subject: key} if by is not None and by.where == "query" else arguments
    listed = session.call(listing, given, intent=Intent.UNKNOWN, note="what names it?")
    for item in items_in(session.json(listed)) if served(listed) else ():
        identity = identity_shown(item, tie.child.paths.key, *tie.child.paths.names)
        if tie.names(item, key) and identity:
            address: dict[str, JSON] = {names[0]: identity}
            read = get_at(session, tie.child.paths.read, address, note="read what names it")
            if read is not None and served(read):
                return OwnThing(paths=tie.child.paths, address=address, arguments={}, created=listed, read=read)
    return None


def delete_after_endings(
    session: Session, delete: Operation, arguments: Arguments, children: list[Attached]
) -> Exchange | None:
    """Delete what is refused while something names it: end that first. `None` if it is refused all the same."""
    for each in children:
        for way in _endings(each.tie.child)[:_MOST_CLOSINGS]:
            if not session.allowed(way.operation):
                continue
            try:
                ended = (
                    way.update.change(session, each.thing, way.to)
                    if way.update is not None
                    else act(session, way.operation, each.thing, "end what names it")
                )
            except NotSent:  # what a list showed may be nobody's that the run knows
                continue
            if ended is None or not done(ended):
                continue
            sent = session.call(delete, arguments, intent=Intent.UNKNOWN, note="delete it then")
            if done(sent):
                return sent
    return None


@dataclass(slots=True)
class _Recipes:
    """What had to be there before a create was served, by its id: a tie, and so many actions on what names the owner by it."""

    by_create: dict[str, tuple[Tie, int]] = field(default_factory=dict)


def prepared(session: Session, tie: Tie, parent: OwnThing, refusal: Exchange) -> Iterator[None]:
    """Make something else that names an owner, and act on that, before each further attempt at a create that is refused.

    `POST /members/{id}/invoices` may need a booking of the member that was checked in.
    """
    if not refused(refusal):
        return
    recipes = session.shared(_Recipes).by_create
    create = tie.child.paths.create.id
    others = [each for each in ties(session.contract) if each.parent is tie.parent and each.child is not tie.child]
    known = recipes.get(create)
    tried = 0
    for other in [known[0]] if known is not None else others:
        sibling = attach(session, other, parent)
        if sibling is None:
            continue
        acts = [each for _, each in other.child.actions if each.body is None or not each.body.required]
        if known is None or known[1] == 0:
            recipes[create] = other, 0
            yield
        for number, each in enumerate(acts, start=1):
            tried += 1
            if tried > _MOST_PREPARED:
                recipes.pop(create, None)
                return
            if (known is None or number == known[1]) and done(
                act(session, each, sibling, "act on what names its owner") or refusal
            ):
                recipes[create] = other, number
                yield
    recipes.pop(create, None)


def with_new_things(session: Session, body: dict[str, JSON]) -> dict[str, JSON]:
    """Return a body that names new things of the run's own: those that were named before may be closed or full by now."""
    given = dict(body)
    for kind in kinds(session.contract):
        names = {f"{kind.noun}id", kind.noun}
        name = next(
            (
                each
                for each, value in body.items()
                if plain_name(each) in names and value and is_made_by_run(session, kind.paths, value)
            ),
            "",
        )
        single = len(names_in(kind.paths.read.path)) == 1 and not names_in(kind.paths.create.path)
        made = make_own(session, kind.paths) if name and single and session.allowed(kind.paths.create) else None
        if made is not None:
            given[name] = _written_like(body[name], made.address[kind.paths.key], None, name)
    return given


def provided(session: Session, body: JSON, refusal: Exchange) -> Iterator[None]:
    """Add something below what a request names before each further attempt: to a locker that is full, another compartment."""
    if not refused(refusal) or not isinstance(body, dict):
        return
    for tie in ties(session.contract):
        parent = tie.parent
        names = names_in(parent.paths.read.path)
        key = next(
            (value for name, value in body.items() if plain_name(name) in {f"{parent.noun}id", parent.noun}), None
        )
        if (
            not tie.by_path
            or len(names) != 1
            or not isinstance(key, str | int)
            or not is_made_by_run(session, parent.paths, key)
        ):
            continue
        create = tie.child.paths.create
        arguments = session.accepted(create) if session.allowed(create) else None
        if arguments is not None:
            given = {**arguments, **path_arguments(create, {names[0]: key})}
            sent = session.call(create, given, intent=Intent.UNKNOWN, note="add something to what it names")
            if done(sent):
                yield
