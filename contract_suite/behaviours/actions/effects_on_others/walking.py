"""New things led through whatever can be done to them, one step at a time, with what names them and what they name in view.

Nobody need say which steps there are: each action, state, move and delete is tried once in each state that a thing gets into,
and a way that was found leads the next new thing on. What is refused changes nothing, and is no step.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from contract_suite.behaviours.actions.effects_on_others.kinds import Kind, Tie
from contract_suite.behaviours.actions.effects_on_others.making import (
    attach,
    delete_after_endings,
    found_listed,
    moved_to,
    naming,
    prepared,
    provided,
    read_again,
    with_new_references,
    with_new_things,
)
from contract_suite.behaviours.actions.effects_on_others.steps import Attached, Move, Step, Watched
from contract_suite.behaviours.actions.kit.made_ids import is_made_by_run
from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.own_things import OwnThing, make_own, what_was_made
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.resource_operations import request_body
from contract_suite.behaviours.kit.responses import done, refused, served
from contract_suite.contract.addressing import any_state
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing

_MOST_THINGS: Final = 10
_MOST_STEPS: Final = 60
_NOT_MADE: Final = "\0"
"""What stands for the state of a thing before it is made."""

_Key = tuple[str, str, str]


@dataclass(slots=True)
class Walk:
    """Leads new things of one kind through what can be done to them.

    `above` are the ties to what is watched, and `below` tells of a move which ties to it are to be filled before.
    """

    session: Session
    kind: Kind
    above: tuple[Tie, ...]
    below: Callable[[Move], tuple[Tie, ...]]
    tried: set[tuple[str, _Key]] = field(default_factory=set)
    ways: dict[str, dict[str, Move]] = field(default_factory=dict)
    fruitless: set[tuple[str, str]] = field(default_factory=set)
    taken: int = 0

    def steps(self) -> Iterator[Step]:
        """Yield each step when it was made, before the next one."""
        for tie in {id(tie): tie for move in self._moves() for tie in self.below(move)}.values():
            if self.session.allowed(tie.child.paths.create):
                self.session.accepted(tie.child.paths.create)  # the search for it may act on whatever there is by now
        failed = 0
        for _ in range(_MOST_THINGS):
            made = self._create()
            if made is not None:
                yield made
                yield from self._led(made.thing)
            failed += made is None
            if failed > 1 or (made is not None and not self._is_anything_left()):
                return

    def _led(self, thing: OwnThing) -> Iterator[Step]:
        """Yield what is done to one thing, until it is gone or nothing is left to try."""
        children = list[Attached]()
        while self.taken < _MOST_STEPS and (move := self._next(self._state(thing))) is not None:
            self.taken += 1
            step = self._step(thing, move, children)
            if step is not None:
                yield step
                thing = step.thing
                if step.deleted:
                    return

    def again(self, step: Step) -> None:
        """Try a step once more, with another new thing."""
        self.tried.discard((self.kind.state(step.before), _key(step.move)))

    def _moves(self) -> Iterator[Move]:
        for update in self.kind.state_updates:
            yield from (Move(operation=update.operation, update=update, to=state) for state in update.settable)
        yield from (Move(operation=each) for _, each in self.kind.actions)
        for tie in self.above:
            for each in self.kind.updates:
                taken = request_body(each)
                if taken is not None and tie.shown in taken.property_names():
                    yield Move(operation=each, tie=tie)
        if self.kind.delete is not None:
            yield Move(operation=self.kind.delete)

    def _next(self, state: str) -> Move | None:
        """Return what was not tried yet in a state, or else what leads on to a state with such; `None` for nothing."""
        waiting = deque[tuple[str, Move | None]]([(state, None)])
        known = {state}
        while waiting:
            here, first = waiting.popleft()
            for move in self._moves():
                if (here, _key(move)) not in self.tried and not (move.to and move.to == here):
                    return first or move
            for there, move in self.ways.get(here, {}).items():
                if there not in known:
                    known.add(there)
                    waiting.append((there, first or move))
        return None

    def _is_anything_left(self) -> bool:
        begin = next(iter(self.ways.get(_NOT_MADE, {})), "")
        return self._next(begin) is not None

    def _state(self, thing: OwnThing) -> str:
        return self.kind.state(self.session.json(thing.read))

    def _create(self) -> Step | None:
        """Make a new one that names new things, or else such as the server took before."""
        create = self.kind.paths.create
        arguments = self.session.accepted(create) if self.session.allowed(create) else None
        if arguments is None:
            return None
        fresh, parents = self._with_new_parents(arguments)
        if fresh is not None:
            step = self._create_with(fresh)
            if not isinstance(step, Exchange):
                return step
            renewed = with_new_references(self.session, self.kind, fresh, besides=[tie for tie, _ in parents])
            again = self._create_with(renewed) if renewed is not None else step
            if not isinstance(again, Exchange):
                return again
            for tie, parent in parents:
                for _ in prepared(self.session, tie, parent, step):
                    again = self._create_with(fresh)
                    if not isinstance(again, Exchange):
                        return again
        step = self._create_with(arguments)
        return step if not isinstance(step, Exchange) else None

    def _create_with(self, given: Arguments) -> Step | Exchange:
        """Return the step that made one, else the answer that it was refused with."""
        create = self.kind.paths.create
        watched = self._watched(MISSING, given, create)
        sent = self.session.call(create, given, intent=Intent.UNKNOWN, note="make one that names others")
        thing = what_was_made(self.session, self.kind.paths, given, sent) if done(sent) else None
        if thing is None:
            return sent
        after = self.session.json(thing.read)
        self.ways.setdefault(_NOT_MADE, {})[self.kind.state(after)] = Move(operation=create)
        return Step(
            kind=self.kind,
            thing=thing,
            move=Move(operation=create),
            sent=sent,
            before=MISSING,
            after=after,
            parents=watched,
            children=(),
        )

    def _with_new_parents(self, arguments: Arguments) -> tuple[dict[str, JSON] | None, list[tuple[Tie, OwnThing]]]:
        given, parents = dict(arguments), list[tuple[Tie, OwnThing]]()
        for tie in self.above:
            if not (tie.sent or tie.by_path) or not self.session.allowed(tie.parent.paths.create):
                continue
            parent = make_own(self.session, tie.parent.paths)
            if parent is not None:
                given = naming(given, tie, parent)
                parents.append((tie, parent))
        return given if parents else None, parents

    def _watched(self, shown: JSON | Missing, arguments: Arguments, operation: Operation) -> tuple[Watched, ...]:
        """Read what a thing names and what a request names, as far as the run made it."""
        body = arguments.get("body")
        found: dict[str, Watched] = {}
        for tie in self.above:
            addresses = [tie.named(shown), tie.named(body if isinstance(body, dict) else MISSING)]
            names = names_in(operation.path)
            above = names_in(tie.parent.paths.read.path)
            if tie.by_path and operation.id == self.kind.paths.create.id:
                values = [arguments.get(f"path.{name}") for name in names]
                addresses.append(dict(zip(above, values, strict=False)) if len(values) == len(above) else None)
            for address in addresses:
                key = address[tie.parent.paths.key] if address is not None else None
                if (
                    address is None
                    or key is None
                    or f"{tie.parent.noun} {key}" in found
                    or not is_made_by_run(self.session, tie.parent.paths, key)
                ):
                    continue
                read = get_at(self.session, tie.parent.paths.read, address, note="what it names, before")
                if read is not None and served(read):
                    found[f"{tie.parent.noun} {key}"] = Watched(tie=tie, address=address, before=read)
        return tuple(found.values())

    def _step(self, thing: OwnThing, move: Move, children: list[Attached]) -> Step | None:
        state, before = self._state(thing), self.session.json(thing.read)
        self.tried.add((state, _key(move)))
        if not self.session.allowed(move.operation):
            return None
        self._attach(thing, move, children)
        arguments = self._arguments(thing, move)
        if arguments is None:
            return None
        parents = self._watched(before, arguments, move.operation)
        fresh = [read_again(self.session, each) for each in children]
        sent = self._send(thing, move, arguments, children)
        read = get_at(self.session, self.kind.paths.read, thing.address, note="what became of it?") if sent else None
        deletes = move.operation is self.kind.delete
        if sent is None or read is None or (not served(read) and not deletes):
            return None
        after = MISSING if deletes else self.session.json(read)
        if not isinstance(after, Missing):
            self.ways.setdefault(state, {}).setdefault(self.kind.state(after), move)
        return Step(
            kind=self.kind,
            thing=replace(thing, read=read) if served(read) else thing,
            move=move,
            sent=sent,
            before=before,
            after=after,
            parents=parents,
            children=tuple(each for each in fresh if each is not None),
        )

    def _attach(self, thing: OwnThing, move: Move, children: list[Attached]) -> None:
        """Make what a move is said to have an effect on, where nothing of it names the thing yet."""
        state = self._state(thing)
        for tie in self.below(move):
            if all(each.tie is not tie for each in children) and (state, tie.child.noun) not in self.fruitless:
                child = attach(self.session, tie, thing) or found_listed(self.session, tie, thing)
                if child is None:
                    self.fruitless.add((state, tie.child.noun))
                else:
                    begun = tie.child.state(self.session.json(child.read))
                    children.append(Attached(tie=tie, thing=child, begun=begun))

    def _arguments(self, thing: OwnThing, move: Move) -> dict[str, JSON] | None:
        """Return what a move is asked with; `None` if that isn't known. A state update makes its body itself."""
        operation = move.operation
        known = required_arguments(self.session, operation, thing.address)
        if known is None or move.update is not None:
            return known
        arguments = {**any_state(operation), **known}
        if move.tie is not None:
            other = make_own(self.session, move.tie.parent.paths)
            moved = moved_to(operation, thing, move.tie, other) if other is not None else None
            return {**arguments, "body": moved} if moved is not None else None
        if operation.body is None:
            return arguments
        body = (self.session.accepted(operation) or {}).get("body")
        if body is None:
            return None if operation.body.required else arguments
        return {**arguments, "body": with_new_things(self.session, body) if isinstance(body, dict) else body}

    def _send(self, thing: OwnThing, move: Move, arguments: Arguments, children: list[Attached]) -> Exchange | None:
        """Make a move, and return the answer if it was done."""
        if move.update is not None:
            sent = move.update.change(self.session, thing, move.to)
            return sent if sent is not None and done(sent) else None
        note = "what does it do to others?"
        sent = self.session.call(move.operation, arguments, intent=Intent.UNKNOWN, note=note)
        if refused(sent) and move.operation is self.kind.delete:
            return delete_after_endings(self.session, move.operation, arguments, children)
        for _ in provided(self.session, arguments.get("body"), sent):
            sent = self.session.call(move.operation, arguments, intent=Intent.UNKNOWN, note=note)
            if done(sent):
                break
        return sent if done(sent) else None


def _key(move: Move) -> _Key:
    return move.operation.id, move.to, move.tie.parent.noun if move.tie is not None else ""
