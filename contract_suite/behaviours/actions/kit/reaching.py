"""How the states of a thing are reached: every action is tried on new things of the run's own, and reads show where it led.

No promise is needed for that: a state in which something must be refused may be reached in whatever way is served.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.actions.kit.state_updates import StateUpdate, state_updates
from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.changing import write_on
from contract_suite.behaviours.kit.own_things import ItemPaths, OwnThing, make_own, member_shown, operations_below
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.resource_operations import members_shown
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.naming.states import FIELDS, state_of
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange

UPDATES: Final = frozenset({"PUT", "PATCH"})
_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_DEEPEST: Final = 3
_MOST_TRIES: Final = 40
_MOST_OTHERS: Final = 4
"""So many actions are tried that are not named after a state."""

Step = Operation | tuple[StateUpdate, str]
Way = tuple[Step, ...]


@dataclass(slots=True)
class _Reached:
    """The ways to states that were seen to be served, by the id of the create; what was tried in vain, and how often."""

    ways: dict[str, dict[str, Way]] = field(default_factory=dict)
    tried: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)


def state_member(paths: ItemPaths) -> tuple[str, tuple[str, ...]]:
    """The member of a thing that holds its state, and the states; empty without one, or with several."""
    found = []
    for name, member in members_shown(paths.read).items():
        listed = member.keyword("enum") if plain_name(name) in FIELDS else None
        if isinstance(listed, list):
            found.append((name, tuple(each for each in listed if isinstance(each, str) and each.strip())))
    return found[0] if len(found) == 1 else ("", ())


def act(session: Session, operation: Operation, thing: OwnThing, note: str) -> Exchange | None:
    """Ask an action of a thing, with the body that it was seen to take if it needs one; of an update, change a member."""
    if operation.method in UPDATES and shape(operation.path) == shape(thing.paths.read.path):
        write = write_on(session, operation, thing)
        changes = write is not None and write.changed and plain_name(write.changed) not in FIELDS
        return write.send(note=note) if write is not None and changes else None
    arguments = required_arguments(session, operation, thing.address) if session.allowed(operation) else None
    needed = operation.body is not None and operation.body.required
    body = (session.accepted(operation) or {}).get("body") if needed else None
    if arguments is None or (needed and body is None):
        return None
    given = {**arguments, "body": body} if needed else arguments
    return session.call(operation, given, note=note, intent=Intent.UNKNOWN)


def reached(
    session: Session, paths: ItemPaths, wanted: Collection[str], but: Operation | None = None
) -> tuple[OwnThing, Exchange] | None:
    """Return a new thing in one of these states, and the read that shows it; `None` if no way there was served.

    The action `but` is no part of the way.
    """
    for way in [each for state, each in _ways(session, paths, wanted).items() if state in wanted and but not in each]:
        found = _follow(session, paths, way)
        if found is not None and shown_state(session, paths, found[1]) in wanted:
            return found
    return None


def way_to(session: Session, paths: ItemPaths, state: str) -> Way | None:
    """Return a way that was served and led something new into a state; `None` if none is known."""
    return _ways(session, paths, (state,)).get(state)


def go(session: Session, thing: OwnThing, way: Way) -> Exchange | None:
    """Go a way with a thing and return the read at its end; `None` if a step isn't served."""
    for step in way:
        sent = _take(session, step, thing)
        if sent is None or not served(sent):
            return None
    read = get_at(session, thing.paths.read, thing.address, note="which state is it in now?") if way else thing.read
    return read if read is not None and served(read) else None


def _ways(session: Session, paths: ItemPaths, wanted: Collection[str]) -> Mapping[str, Way]:
    """Return the ways that lead to states, after looking for those of the wanted ones that are not known yet."""
    shared, key = session.shared(_Reached), paths.create.id
    ways, tried = shared.ways.setdefault(key, {}), shared.tried.setdefault(key, set())
    if not ways:
        first = make_own(session, paths)
        state = shown_state(session, paths, first.read) if first is not None else ""
        if state:
            ways[state] = ()
    steps = list(_steps(session.contract, paths))
    for state in (waiting := list(ways)):
        thing: OwnThing | None = None
        for step in steps if len(ways[state]) < _DEEPEST else ():
            if set(wanted) <= ways.keys() or shared.tries.get(key, 0) >= _MOST_TRIES:
                return ways
            if (state, _named(step)) in tried:
                continue
            tried.add((state, _named(step)))
            shared.tries[key] = shared.tries.get(key, 0) + 1
            if thing is None:
                found = _follow(session, paths, ways[state])
                thing = found[0] if found is not None else None
            sent = _take(session, step, thing) if thing is not None else None
            if thing is None or sent is None or (refused(sent) and not obstacle(sent)):
                continue  # it is in the state still
            read = get_at(session, paths.read, thing.address, note="which state is it in?")
            after, thing = (shown_state(session, paths, read) if read is not None else ""), None
            if after and after not in ways:
                ways[after] = (*ways[state], step)
                waiting.append(after)
    return ways


def _follow(session: Session, paths: ItemPaths, way: Way) -> tuple[OwnThing, Exchange] | None:
    """Make a new thing and go a way with it; return it and the read at the end."""
    thing = make_own(session, paths)
    read = go(session, thing, way) if thing is not None else None
    return (thing, read) if thing is not None and read is not None else None


def _take(session: Session, step: Step, thing: OwnThing) -> Exchange | None:
    if isinstance(step, Operation):
        return act(session, step, thing, "where does it lead?")
    update, state = step
    return (
        update.send(session, thing, state, note=f"bring it to {state}") if session.allowed(update.operation) else None
    )


def _steps(contract: Contract, paths: ItemPaths) -> Iterator[Step]:
    """Yield what may change the state of a thing: actions that are named after a state, updates that set one, and a few others."""
    _, states = state_member(paths)
    below = [
        (verb, each)
        for verb, each in operations_below(contract).get(shape(paths.read.path), ())
        if "{" not in verb and each.method in _METHODS and not each.problem
    ]
    named = [each for verb, each in below if state_of(verb, states)]
    yield from named
    update = next(state_updates(contract, paths), None)
    yield from ((update, state) for state in update.settable) if update is not None else ()
    yield from [each for _, each in below if each not in named and (update is None or each is not update.operation)][
        :_MOST_OTHERS
    ]


def _named(step: Step) -> str:
    return step.id if isinstance(step, Operation) else f"{step[0].operation.id} {step[1]}"


def shown_state(session: Session, paths: ItemPaths, read: Exchange) -> str:
    """Return the state that a read shows; empty for none that is known."""
    name, states = state_member(paths)
    value = member_shown(session.json(read), name) if name and served(read) else ""
    return value if isinstance(value, str) and value in states else ""
