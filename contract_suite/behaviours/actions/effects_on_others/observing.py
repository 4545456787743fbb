"""Whether a step did to others what it must: numbers that follow or go back, and things that are then in another state or gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from contract_suite.behaviours.actions.effects_on_others.counting import Number, number_at
from contract_suite.behaviours.actions.effects_on_others.effects import Effect
from contract_suite.behaviours.actions.effects_on_others.released import Release
from contract_suite.behaviours.actions.effects_on_others.said import GONE
from contract_suite.behaviours.actions.effects_on_others.steps import Attached, Step, Watched
from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.responses import obstacle, says_deleted, served
from contract_suite.behaviours.kit.retrying import read_until
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.operation import Operation
from contract_suite.model.counting import with_article
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing

_CENT: Final = 0.01
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(slots=True)
class Observed:
    """What was seen of one clause: steps that it held at, and those at which it didn't, with what there is to say of them.

    `clause` is the id of the clause, empty where nobody wants it.
    """

    clause: str
    held: list[tuple[Exchange, ...]] = field(default_factory=list)
    broken: list[tuple[str, JSON, JSON, tuple[Exchange, ...]]] = field(default_factory=list)
    learned: set[str] = field(default_factory=set)
    taken: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Of the thing that was made last: what a number was before it and is with it, by the name of the number."""
    aside: set[str] = field(default_factory=set)
    """Things that a right server may no longer count, for something that a number does not speak of: they were archived."""


def follow(
    session: Session,
    number: Number,
    step: Step,
    parent: Watched,
    seen: Observed,
) -> None:
    """Look whether a number moved with a step as it must."""
    former = number.value(session.json(parent.before))
    learned = frozenset(seen.learned)
    before, after = (number.counted(each, parent.key, learned) for each in (step.before, step.after))
    thing = canonical(dict(step.thing.address))
    if former is None or thing in seen.aside:
        return
    if before is None or after is None:
        if step.created and number.states is None:
            _learn(session, number, step, parent, seen)
        return
    due = former + after - before

    def is_due(read: Exchange) -> bool:
        value = number.value(session.json(read)) if served(read) else None
        return value is None or abs(value - due) <= _CENT

    note, clause = f"what is {number.member} now?", seen.clause if seen.held else ""
    read = _read_after(session, step, number.read, parent.address, is_due, note=note, clause=clause)
    value = number.value(session.json(read)) if read is not None and served(read) else None
    if read is None or value is None:
        return
    exchanges = (parent.before, step.sent, read)
    if not is_due(read) and before == after and _is_as_it_was(number, step, parent):
        seen.aside.add(thing)
    elif not is_due(read):
        what = _words(step)
        message = f"{what}; {number.member} of the {parent.tie.parent.called} was {shown(former)} and is {shown(value)}"
        seen.broken.append((message, due, value, exchanges))
    elif after != before:
        seen.held.append(exchanges)


def _is_as_it_was(number: Number, step: Step, parent: Watched) -> bool:
    """Whether a step changed nothing that a number speaks of: neither the state of a thing, nor what it names."""
    if step.created or step.deleted or step.kind.state(step.before) != step.kind.state(step.after):
        return False
    return all(number.tie.names(each, parent.key) for each in (step.before, step.after))


def give_back(session: Session, release: Release, step: Step, parent: Watched, seen: Observed) -> None:
    """Look whether a step undid what making a thing did to a number; nothing else may have moved that since."""
    operation, before = release.tie.parent.paths.read, session.json(parent.before)
    if step.created:
        note = f"what did it take of the {release.tie.parent.called}?"
        read = _read_after(session, step, operation, parent.address, lambda _: True, note=note)
        after = session.json(read) if read is not None and served(read) else MISSING
        pairs = {name: (number_at(before, name), number_at(after, name)) for name in release.members}
        seen.taken = {
            name: (former, value)
            for name, (former, value) in pairs.items()
            if former is not None and value is not None and former != value
        }
        return
    due = {name: each[0] for name, each in seen.taken.items() if number_at(before, name) == each[1]}
    if not release.is_of(step) or not due:
        return
    seen.taken = {}

    def is_due(read: Exchange) -> bool:
        shown_now = session.json(read) if served(read) else MISSING
        return all(number_at(shown_now, name) == value for name, value in due.items())

    note = "was it given back?"
    read = _read_after(session, step, operation, parent.address, is_due, note=note, clause=seen.clause)
    if read is None or not served(read):
        return
    exchanges = (parent.before, step.sent, read)
    for name, value in due.items():
        now = number_at(session.json(read), name)
        if now == value:
            seen.held.append(exchanges)
        elif now == number_at(before, name):
            message = f'{_words(step)}; {name} stays {shown(now)}. The document says "{release.sentence}"'
            seen.broken.append((message, value, now, exchanges))


def _learn(session: Session, number: Number, step: Step, parent: Watched, seen: Observed) -> None:
    """Take a state for one in which things are counted, where making one raised the number by one."""
    former = number.value(session.json(parent.before))
    note = f"what is {number.member} now?"
    read = _read_after(session, step, number.read, parent.address, lambda _: True, note=note)
    value = number.value(session.json(read)) if read is not None and served(read) else None
    if read is not None and former is not None and value == former + 1 and number.tie.names(step.after, parent.key):
        seen.learned.add(step.kind.state(step.after))
        seen.held.append((parent.before, step.sent, read))


def look(session: Session, effect: Effect, step: Step, seen: Observed) -> None:
    """Look whether others are as the sentence says after a step, of those that were otherwise before."""
    found: list[Attached | Watched] = [
        *(each for each in step.children if effect.below and each.tie is effect.tie),
        *(
            each
            for each in step.parents
            if not effect.below and each.tie is effect.tie and effect.tie.names(step.before, each.key)
        ),
    ]
    for each in found:
        state = effect.other.state(session.json(each.before))
        origins = effect.said.origins
        if state == effect.said.state != GONE or (origins and state not in origins):
            continue
        if isinstance(each, Attached) and effect.said.state != GONE and not origins and state != each.begun:
            continue  # what has moved on since may stay so: a parcel that was sent, when its order is cancelled

        def is_so(read: Exchange) -> bool:
            return bool(obstacle(read)) or _is_so(session, effect, read)

        operation = effect.other.paths.read
        note = f"what became of the {effect.other.called}?"
        read = _read_after(session, step, operation, each.address, is_so, note=note, clause=seen.clause)
        if read is None or obstacle(read):
            continue
        exchanges = (each.before, step.sent, read)
        if is_so(read):
            seen.held.append(exchanges)
            continue
        if not served(read):
            continue
        now = effect.other.state(session.json(read))
        is_now = "can still be read" if effect.said.state == GONE else f"is {shown(now)}"
        message = f'{_words(step)}; the {effect.other.called} {is_now}. The document says "{effect.said.sentence}"'
        seen.broken.append((message, effect.said.state or "not found", now or "found", exchanges))


@dataclass(slots=True)
class _Reads:
    """What was read since a step, of which `sent` is the number, by operation and address."""

    sent: int = 0
    last: dict[str, Exchange] = field(default_factory=dict)


def _read_after(
    session: Session,
    step: Step,
    operation: Operation,
    address: Mapping[str, JSON],
    shows: Callable[[Exchange], bool],
    *,
    note: str,
    clause: str = "",
) -> Exchange | None:
    """Read something after a step until it shows what is looked for, if no read for another clause has shown that since.

    The clause is what is broken if it doesn't (see `read_until`).
    """
    reads, key = session.shared(_Reads), f"{operation.id} {sorted(address.items())}"
    if reads.sent != step.sent.number:
        reads.sent, reads.last = step.sent.number, {}
    if key in reads.last and shows(reads.last[key]):
        return reads.last[key]
    read = read_until(session, operation, address, shows, note=note, clause=clause)
    if read is not None:
        reads.last[key] = read
    return read


def _is_so(session: Session, effect: Effect, read: Exchange) -> bool:
    body = session.json(read) if served(read) else MISSING
    if effect.said.state == GONE:
        return read.status in _GONE or (not isinstance(body, Missing) and says_deleted(body))
    return not isinstance(body, Missing) and effect.other.state(body) == effect.said.state


def _words(step: Step) -> str:
    """Say what a step was."""
    one, former = with_article(step.kind.called), step.kind.state(step.before)
    was = f" that was {former}" if former else ""
    if step.created:
        return f"{step.move.operation.id} made {one}"
    if step.deleted:
        return f"{step.move.operation.id} deleted {one}{was}"
    latter = step.kind.state(step.after)
    if former != latter:
        return f"{step.move.operation.id} brought {one} from {former} to {latter}"
    return f"{step.move.operation.id} changed {one}{was}"
