"""States that an update sets: `PATCH /tickets/{id}` with `{"state": "solved"}`, where a read of the ticket shows the same member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.actions.kit.own_references import own_reference
from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.own_things import ItemPaths, OwnThing, operations_below, places
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.resource_operations import representation, request_body
from contract_suite.behaviours.kit.responses import done, refused, served
from contract_suite.behaviours.kit.sample_values import sample_members
from contract_suite.contract.addressing import any_state
from contract_suite.contract.naming.names import plain_name, singular, words
from contract_suite.contract.naming.states import FIELDS
from contract_suite.contract.naming.transitions import StateRules, state_rules
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at, escape

_UPDATES: Final = ("PATCH", "PUT")
_DEEPEST: Final = 3
_REFUSALS: Final = frozenset({"400", "403", "409", "412", "422"})
_SEGMENTS: Final = FIELDS | {"transition", "transitions", "move", "advance"}
"""What is called so below a thing sets its state."""
_NEXT: Final = frozenset({"to", "target", "next"})


@dataclass(slots=True)
class NeededMembers:
    """What changes to a state were seen to need in their bodies, by operation and state."""

    by_change: dict[tuple[str, str], dict[str, JSON]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateUpdate:
    """An update that sets the state of an item: `steps` lead to it in the body, `shown_at` in what a read shows.

    `states` are all that a read may show, `settable` those that the body takes. `rules` are what texts say of the changes.
    """

    paths: ItemPaths
    operation: Operation
    steps: tuple[str, ...]
    shown_at: tuple[str, ...]
    states: tuple[str, ...]
    settable: tuple[str, ...]
    rules: StateRules

    @property
    def field(self) -> str:
        """The name of the member that holds the state."""
        return self.shown_at[-1]

    @property
    def pointer(self) -> str:
        """Where the state stands in what a read shows."""
        return "".join(f"/{escape(each)}" for each in self.shown_at)

    def way_to(self, begin: str, end: str) -> tuple[str, ...] | None:
        """Return the states to go through, the end included; `None` if no changes lead there.

        Where no change leads there that is allowed by name, the last one may be any that isn't refused.
        """
        ways: dict[str, tuple[str, ...]] = {begin: ()}
        for state in (waiting := [begin]):
            for each in sorted(self.rules.allowed.get(state, ())):
                if each not in ways and each in self.settable:
                    ways[each] = (*ways[state], each)
                    waiting.append(each)
        if end in ways or end not in self.settable:
            return ways.get(end)
        from_there = (way for state, way in ways.items() if not self.rules.refuses(state, end, been=(begin, *way[:-1])))
        shortest = min(from_there, key=len, default=None)
        return (*shortest, end) if shortest is not None else None

    def bring(self, session: Session, thing: OwnThing, state: str) -> Exchange | None:
        """Bring a thing into a state, and return the read that shows it; `None` if a change on the way isn't served."""
        begin = self.shown(session, thing.read)
        way = self.way_to(begin, state) if isinstance(begin, str) else None
        for each in way or ():
            sent = self.change(session, thing, each)
            if sent is None or not done(sent):
                return None
        read = get_at(session, self.paths.read, thing.address, note=f"is it {state}?") if way else None
        return read if read is not None and served(read) and self.shown(session, read) == state else None

    def shown(self, session: Session, read: Exchange) -> JSON | Missing:
        """Return the state that a read shows; also where it has an envelope that the body of the update lacks."""
        found = (at(place, self.pointer) for place in places(session.json(read)))
        return next((each for each in found if not isinstance(each, Missing)), MISSING)

    def change(self, session: Session, thing: OwnThing, state: str) -> Exchange | None:
        """Bring a thing to the next state, with whatever that needs in the body beside it; `None` if no body is known."""
        needed = session.shared(NeededMembers).by_change
        sent = self.send(session, thing, state, note=f"bring it to {state}")
        if sent is None or done(sent) or not refused(sent) or (self.operation.id, state) in needed:
            return sent
        for more in self._further(session, thing):
            again = self.send(session, thing, state, note=f"bring it to {state} with {', '.join(more)}", more=more)
            if again is not None and done(again):
                needed[self.operation.id, state] = more
                return again
        return sent

    def send(
        self,
        session: Session,
        thing: OwnThing,
        state: str,
        *,
        note: str,
        aim: str = "",
        more: Mapping[str, JSON] | None = None,
    ) -> Exchange | None:
        """Set the state of a thing of the run's own, with what such a change needs; `None` if no body for that is known."""
        if more is None and (self.operation.id, state) in session.shared(NeededMembers).by_change:
            more = self._renewed(session, thing, session.shared(NeededMembers).by_change[self.operation.id, state])
        arguments = required_arguments(session, self.operation, thing.address)
        body = self._body(session, thing, state, more or {}) if arguments is not None else None
        if arguments is None or body is None:
            return None
        given = {**any_state(self.operation), **arguments, "body": body}
        return session.call(self.operation, given, note=note, aim=aim, intent=Intent.UNKNOWN)

    def _further(self, session: Session, thing: OwnThing) -> Iterator[dict[str, JSON]]:
        """Yield members that a body may have beside the state: references to things of the run's own, then texts."""
        media = self.operation.body.json if self.operation.body else None
        taken = request_body(self.operation)
        if media is None or taken is None or len(self.steps) > 1 or self.operation.path == self.paths.read.path:
            return
        names = [
            each for each in taken.property_names() if each not in taken.required_names() and each != self.steps[0]
        ]
        samples = sample_members(media.schema)
        references: dict[str, JSON] = {name: found for name in names if (found := own_reference(session, thing, name))}
        texts: dict[str, JSON] = {name: text for name in names if isinstance(text := samples.get(name), str)}
        yield from (each for each in (references, texts) if each)
        if references and texts:
            yield {**references, **texts}

    @staticmethod
    def _renewed(session: Session, thing: OwnThing, members: Mapping[str, JSON]) -> dict[str, JSON]:
        """Return members as they were served, with references of this thing's own."""
        return {name: own_reference(session, thing, name) or value for name, value in members.items()}

    def _body(self, session: Session, thing: OwnThing, state: str, more: Mapping[str, JSON]) -> dict[str, JSON] | None:
        media = self.operation.body.json if self.operation.body else None
        whole = self.operation.method == "PUT" and self.operation.path == self.paths.read.path
        known = (session.accepted(self.operation) or {}) if not whole else {}
        made, taken = thing.arguments.get("body"), request_body(self.operation)
        if media is None or taken is None:
            return None
        accepted = known.get("body")
        bases: list[JSON] = [{}, _about(accepted, known, thing), made if isinstance(made, dict) else None]
        for base in bases[2:] if whole else bases[:2]:
            body = _needed(base, taken, self.steps, state) if isinstance(base, dict) else None
            body = {**more, **body} if body is not None else None
            if body is not None and (media.schema is None or media.schema.is_valid(body)):
                return body
        return None


def state_updates(contract: Contract, paths: ItemPaths) -> Iterator[StateUpdate]:
    """Yield how the state of an item is set: by PATCH, then by PUT on its path, then right below (`…/{id}/status`)."""
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
                yield _update(paths, each, common[0], common[0], found[common[0]])
    for segment, each in operations_below(contract).get(own, ()):
        taken = request_body(each) if each.method in {*_UPDATES, "POST"} and "{" not in segment else None
        needed = taken.required_names() if taken is not None else set()
        found = {steps: states for steps, states in _states(taken) if set(steps) <= needed} if taken is not None else {}
        pairs = [(steps, there) for steps in found for there in inner if set(found[steps]) <= set(inner[there])]
        if len(found) == len(pairs) == 1 and _sets_a_state(segment, needed):
            yield _update(paths, each, *pairs[0], found[pairs[0][0]])


def _sets_a_state(segment: str, needed: set[str]) -> bool:
    """Whether what stands below a thing sets its state: it is called so, or needs nothing but the state."""
    return bool(_SEGMENTS & set(words(segment))) or len(needed) == 1


def _states(place: SchemaView) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the members of a body that say which state comes next: `status`, `to`, `newStage`."""
    for name in place.property_names():
        listed = place.member(name).keyword("enum")
        if isinstance(listed, list) and (plain_name(name) in FIELDS | _NEXT or FIELDS & set(words(name)[-1:])):
            yield (name,), tuple(each for each in listed if isinstance(each, str) and each.strip())


def _update(
    paths: ItemPaths,
    operation: Operation,
    steps: tuple[str, ...],
    shown_at: tuple[str, ...],
    settable: tuple[str, ...],
) -> StateUpdate:
    place = representation(paths.read)
    shown = {**dict(_fields(place.unwrapped())), **dict(_fields(place))} if place is not None else {}
    states = shown.get(shown_at, settable)
    rules = _rules(paths, operation, (steps, shown_at), states)
    return StateUpdate(
        paths=paths, operation=operation, steps=steps, shown_at=shown_at, states=states, settable=settable, rules=rules
    )


def _rules(
    paths: ItemPaths,
    update: Operation,
    ways: tuple[tuple[str, ...], tuple[str, ...]],
    states: tuple[str, ...],
) -> StateRules:
    """Return what the descriptions of an update, of its refusals and of the state say of the changes."""
    refusals = [each for each in update.responses if each.status in _REFUSALS]
    texts = [update.summary, update.description]
    for way, top in zip(ways, (request_body(update), representation(paths.read)), strict=True):
        texts += _descriptions(top, way)
    if not refusals or not any(texts):
        return StateRules()
    noun = singular(shape(paths.read.path).rpartition("/")[0].rpartition("/")[2])
    said = "\n\n".join([*dict.fromkeys(texts), *(f"{each.status}: {each.description}" for each in refusals)])
    return state_rules(said, states, (words(noun) or ("",))[-1])


def _descriptions(place: SchemaView | None, way: tuple[str, ...]) -> Iterator[str]:
    """Yield what stands at the members on a way, and at the object where it begins."""
    for token in (None, *way):
        place = place.member(token) if place is not None and token is not None else place
        said = place.keyword("description") if place is not None else None
        if isinstance(said, str):
            yield said


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
