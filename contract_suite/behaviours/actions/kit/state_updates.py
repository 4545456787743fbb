"""States that an update sets: `PATCH /tickets/{id}` with `{"state": "solved"}`, where a read of the ticket shows the same member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.own_things import ItemPaths, OwnThing, places
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.resource_operations import representation, request_body
from contract_suite.behaviours.kit.responses import done, served
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.naming.states import FIELDS
from contract_suite.contract.naming.transitions import allowed_changes
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at, escape

_UPDATES: Final = ("PATCH", "PUT")
_DEEPEST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StateUpdate:
    """An update that sets the state of an item: where its body takes it, and a read shows it, and which states there are.

    `allowed` says to which states each one may change, where a description says so and that all others are refused.
    """

    paths: ItemPaths
    operation: Operation
    steps: tuple[str, ...]
    states: tuple[str, ...]
    allowed: Mapping[str, frozenset[str]]

    @property
    def field(self) -> str:
        """The name of the member that holds the state."""
        return self.steps[-1]

    @property
    def pointer(self) -> str:
        """Where the state stands, in the body of the update and in what a read shows."""
        return "".join(f"/{escape(each)}" for each in self.steps)

    def way_to(self, begin: str, end: str) -> tuple[str, ...] | None:
        """Return the states to go through, the end included; `None` if no allowed changes lead there.

        Where nobody says what is allowed, anything may be.
        """
        if not self.allowed:
            return () if begin == end else (end,)
        ways: dict[str, tuple[str, ...]] = {begin: ()}
        for state in (waiting := [begin]):
            for each in sorted(self.allowed.get(state, ())):
                if each not in ways:
                    ways[each] = (*ways[state], each)
                    waiting.append(each)
        return ways.get(end)

    def bring(self, session: Session, thing: OwnThing, state: str) -> Exchange | None:
        """Bring a thing into a state, and return the read that shows it; `None` if a change on the way isn't served."""
        begin = self.shown(session, thing.read)
        way = self.way_to(begin, state) if isinstance(begin, str) else None
        for each in way or ():
            sent = self.send(session, thing, each, note=f"bring it to {each}")
            if sent is None or not done(sent):
                return None
        read = get_at(session, self.paths.read, thing.address, note=f"is it {state}?") if way else None
        return read if read is not None and served(read) and self.shown(session, read) == state else None

    def shown(self, session: Session, read: Exchange) -> JSON | Missing:
        """Return the state that a read shows; also where it has an envelope that the body of the update lacks."""
        found = (at(place, self.pointer) for place in places(session.json(read)))
        return next((each for each in found if not isinstance(each, Missing)), MISSING)

    def send(self, session: Session, thing: OwnThing, state: str, *, note: str, aim: str = "") -> Exchange | None:
        """Set the state of a thing of the run's own; `None` if no body for that is known."""
        arguments = required_arguments(session, self.operation, thing.address)
        body = self._body(session, thing, state) if arguments is not None else None
        if arguments is None or body is None:
            return None
        given = {**arguments, "body": body}
        return session.call(self.operation, given, note=note, aim=aim, intent=Intent.UNKNOWN)

    def _body(self, session: Session, thing: OwnThing, state: str) -> dict[str, JSON] | None:
        media = self.operation.body.json if self.operation.body else None
        known = (session.accepted(self.operation) or {}) if self.operation.method == "PATCH" else {}
        made, taken = thing.arguments.get("body"), request_body(self.operation)
        if media is None or taken is None:
            return None
        accepted = known.get("body")
        bases: list[JSON] = [{}, _about(accepted, known, thing), made if isinstance(made, dict) else None]
        for base in bases[:2] if self.operation.method == "PATCH" else bases[2:]:
            body = _needed(base, taken, self.steps, state) if isinstance(base, dict) else None
            if body is not None and (media.schema is None or media.schema.is_valid(body)):
                return body
        return None


def state_updates(contract: Contract, paths: ItemPaths) -> Iterator[StateUpdate]:
    """Yield how the state of an item is set by an update on its path, PATCH before PUT."""
    own = shape(paths.read.path)
    place = representation(paths.read)
    shown = dict(_fields(place)) if place is not None else {}
    inner = dict(_fields(place.unwrapped())) if place is not None else {}
    for method in _UPDATES:
        for each in contract.operations:
            taken = (
                request_body(each) if each.method == method and shape(each.path) == own and not each.problem else None
            )
            found = dict(_fields(taken)) if taken is not None else {}
            common = [steps for steps in found if set(found[steps]) <= set(shown.get(steps, inner.get(steps, ())))]
            if len(common) == 1 and len(found[common[0]]) > 1:
                states = found[common[0]]
                allowed = _allowed(each, place, common[0], states)
                yield StateUpdate(paths=paths, operation=each, steps=common[0], states=states, allowed=allowed)


def _allowed(
    update: Operation, place: SchemaView | None, steps: tuple[str, ...], states: tuple[str, ...]
) -> Mapping[str, frozenset[str]]:
    """Return the changes that the description of an update allows, or that of the state."""
    for token in steps if place is not None else ():
        place = place.member(token) if place is not None else None
    said = place.keyword("description") if place is not None else None
    texts = (f"{update.summary}\n{update.description}", said if isinstance(said, str) else "")
    return next((found for text in texts if (found := allowed_changes(text, states))), {})


def _fields(place: SchemaView, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the members that hold a state, by the way to them, with the states that they may be."""
    for name in place.property_names():
        member = place.member(name)
        listed = member.keyword("enum") if plain_name(name) in FIELDS else None
        if isinstance(listed, list):
            yield (*above, name), tuple(each for each in listed if isinstance(each, str) and each.strip())
        elif "object" in member.types() and len(above) + 1 < _DEEPEST:
            yield from _fields(member, (*above, name))


def _about(body: JSON, arguments: Arguments, thing: OwnThing) -> JSON:
    """Return an accepted body about this thing: where it names the one that it was about, it names this one."""
    names: dict[str, JSON] = {}
    for key, value in arguments.items():
        name = key.partition(".")[2]
        if isinstance(value, str) and name in thing.address:
            names[value] = thing.address[name]
    if isinstance(body, dict):
        return {name: _about(each, arguments, thing) for name, each in body.items()}
    return names.get(body, body) if isinstance(body, str) else body


def _needed(base: dict[str, JSON], place: SchemaView, steps: tuple[str, ...], state: str) -> dict[str, JSON]:
    """Return what a body must have, of a base, and the state at the end of a way."""
    name, *rest = steps
    needed = place.required_names()
    body = {each: value for each, value in base.items() if each in needed}
    inner = base.get(name)
    body[name] = (
        _needed(inner if isinstance(inner, dict) else {}, place.member(name), tuple(rest), state) if rest else state
    )
    return body
