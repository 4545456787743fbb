"""A value that an action takes for a member of a thing is read there afterwards.

`POST /tickets/{id}/assign` with `{"assignee": …}` beside a ticket that shows an `assignee`. Whether an action stores
what it takes is told by its name alone: one that assigns, renames, moves, or is called like the member. What it adds or
transfers (an amount, a comment) is none of that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    item_paths,
    make_own,
    operations_below,
    places,
)
from contract_suite.behaviours.kit.requests import required_arguments
from contract_suite.behaviours.kit.resource_operations import representation, request_body
from contract_suite.behaviours.kit.responses import done, served, why_not
from contract_suite.behaviours.kit.retrying import read_until
from contract_suite.behaviours.kit.sample_values import another, sample_members
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing, at, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "action-values"
_KIND: Final = "action-value-stored"
_STORE: Final = frozenset(
    {"assign", "reassign", "rename", "move", "reschedule", "schedule", "label", "categorize", "prioritize", "set"}
)
"""Verbs of actions that put what they take in the place of what was there."""
_REASONS: Final = frozenset({"reason", "cancelreason", "cancellationreason", "rejectionreason", "rejectreason"})
"""Members that an action with another verb stores under their own name."""
_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_NUMBERS: Final = frozenset({"integer", "number"})
_LEAST: Final = 4
"""So many letters at least has an action in common with what is called after it: `cancel`, `cancellation`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    """An action on an item, with the members of its body that the item shows, each with where (a JSON Pointer)."""

    paths: ItemPaths
    operation: Operation
    members: tuple[tuple[str, str], ...]


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every member that an action on an item takes to store it."""
    found = (clause for each in _actions(contract) for clause in _clauses_of(each).values())
    reason = "the document has no action that stores what it takes in a member of what the run can create and read"
    yield from inapplicable_if_none(found, contract, NAME, "body", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Make a thing for each action, ask the action with new values, and read the thing."""
    for each in _actions(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted:
            continue
        thing = make_own(session, each.paths) if session.allowed(each.operation) else None
        if thing is not None:
            yield from while_sent(_drive(session, each, thing, verdicts))
        yield from verdicts.leave_untested("no action with a value could be tried on a resource that the run created")


def _drive(session: Session, each: _Action, thing: OwnThing, verdicts: Verdicts) -> Iterator[Verdict]:
    arguments = required_arguments(session, each.operation, thing.address)
    before = session.json(thing.read)
    body = _body(session, each, {name: _shown_at(before, pointer) for name, pointer in each.members})
    if arguments is None or body is None:
        return
    exchange = session.call(
        each.operation, {**arguments, "body": body}, intent=Intent.UNKNOWN, note="with other values"
    )
    if not done(exchange):
        yield from verdicts.leave_untested(why_not(exchange), exchange)
        return

    def is_stored(read: Exchange) -> bool:
        now = session.json(read)
        return all(alike(body[name], _shown_at(now, pointer)) for name, pointer in each.members if name in body)

    after = read_until(session, each.paths.read, thing.address, is_stored, note="is it stored?")
    if after is not None and served(after):
        yield from _judge(session, each, thing, verdicts, (exchange, after), body)


def _judge(  # noqa: PLR0917 - what was sent, to what, and what came of it
    session: Session,
    each: _Action,
    thing: OwnThing,
    verdicts: Verdicts,
    exchanges: tuple[Exchange, Exchange],
    body: Mapping[str, JSON],
) -> Iterator[Verdict]:
    """Hold each value against what was there before and what is there now: only what stayed as it was, or is empty, is a finding."""
    exchange, after = exchanges
    for name, pointer in each.members:
        old, new = _shown_at(session.json(thing.read), pointer), _shown_at(session.json(after), pointer)
        if name not in body or alike(body[name], old):
            continue
        if alike(body[name], new):
            yield from verdicts.passed(name, f"{name} is {shown(new)}", *exchanges)
        elif alike(old, new) or isinstance(new, Missing) or new in (None, "", [], {}):
            given = f"{name} was given as {shown(body[name])} and answered {exchange.status}"
            yield from verdicts.failed(
                name,
                f"{given}; a read shows {shown(new) or 'an empty text'}",
                thing.read,
                *exchanges,
                pointer=pointer,
                expected=body[name],
                actual=new,
            )
        else:
            yield from verdicts.untested(name, f"{name} is not shown as it was given: {shown(new)}", *exchanges)


def _body(session: Session, each: _Action, old: Mapping[str, JSON | Missing]) -> dict[str, JSON] | None:
    """Return a body with other values than those that are there; ids are those that the server took before."""
    media = each.operation.body.json if each.operation.body else None
    known = (session.accepted(each.operation) or {}).get("body")
    body: dict[str, JSON] = {
        **sample_members(media.schema if media else None),
        **(known if isinstance(known, dict) else {}),
    }
    for name, _ in each.members:
        value = body.get(name)
        if value is None or plain_name(name).endswith(("id", "ids")) or media is None or media.schema is None:
            continue
        other = another(value) if not isinstance(value, list) or not value else [another(value[0]), *value[1:]]
        if alike(value, old.get(name)) and media.schema.is_valid({**body, name: other}):
            body[name] = other
    return body if body and media is not None and (media.schema is None or media.schema.is_valid(body)) else None


def _actions(contract: Contract) -> Iterator[_Action]:
    usable = [each for each in contract.operations if not each.problem]
    shapes = {shape(each.path) for each in usable}
    reads = {shape(each.path) for each in usable if each.method == "GET"}
    for paths in item_paths(contract):
        own, place, create = shape(paths.read.path), representation(paths.read), request_body(paths.create)
        given = create.property_names() if create is not None else {}
        for verb, each in operations_below(contract).get(own, ()) if place is not None else ():
            takes = each.body.json if each.body else None
            listed = each.method == "POST" and shape(each.path) in reads  # what is added there is one of a list
            if "{" in verb or each.method not in _METHODS or takes is None or takes.schema is None:
                continue
            if listed or any(other.startswith(f"{shape(each.path)}/") for other in shapes):
                continue
            names = view(takes.schema).property_names()
            found = ((name, _place_of(verb, name, place, given)) for name in names if place is not None)
            members = tuple((name, pointer) for name, pointer in found if pointer)
            if members:
                yield _Action(paths=paths, operation=each, members=members)


def _place_of(segment: str, member: str, place: SchemaView, given: Collection[str]) -> str:
    """Return where an item shows what an action takes as a member; empty where that isn't sure.

    In an object or a member that is called after the action, `/cancellation/reason` and `cancellation_reason` of
    `cancel`; where there is none, under its own name.
    """
    names = place.property_names()
    stem = (words(segment) or ("",))[0].removesuffix("e")
    for name in names if len(stem) >= _LEAST else ():
        inner = place.member(name)
        if not plain_name(name).startswith(stem):
            continue
        if member in inner.property_names() and not inner.member(member).types() & _NUMBERS:
            return f"/{escape(name)}/{escape(member)}"
        if words(name)[-1:] == words(member)[-1:] and len(words(name)) > 1 and not inner.types() & _NUMBERS:
            return f"/{escape(name)}"
    if member in names and _stores(segment, member, place.member(member), given):
        return f"/{escape(member)}"
    return ""


def _shown_at(value: JSON | Missing, pointer: str) -> JSON | Missing:
    """Return what stands at a pointer of what a read shows, in an envelope or not."""
    found = (at(place, pointer) for place in places(value))
    return next((each for each in found if not isinstance(each, Missing)), MISSING)


def _stores(segment: str, member: str, place: SchemaView, given: Collection[str]) -> bool:
    """Whether an action's name says that it stores a member; a number may be added, or be a place in a row.

    A reason that a create is given is why the thing is there, none for what is done to it.
    """
    verb, name = words(segment), plain_name(member)
    if not verb or place.keyword("writeOnly") is True:
        return False
    said = {plain_name(segment), singular(segment), verb[-1]}
    if name in said or name.removesuffix("id") in said or singular(member) in said:
        return True
    stores = verb[0] in _STORE or (name in _REASONS and member not in given)
    return stores and not place.types() & _NUMBERS


def _clauses_of(each: _Action) -> dict[str, Clause]:
    return {
        name: clause_at(
            NAME,
            each.operation,
            f"body/{name}",
            _KIND,
            f"The {name} that {each.operation.id} takes is read afterwards.",
        )
        for name, _ in each.members
    }


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A value that an action stores in a resource is read there afterwards.",
    clauses=clauses,
    drive=drive,
)
