"""What a resource calculates of its members follows an update of them: a total, of lines that a PATCH replaces.

How it is calculated nobody need say: a thing that was updated to what another one was created with shows the same sums as
that one, discounts, taxes and rounding included. What was created so twice must have shown the same both times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.own_things import ItemPaths, OwnThing, item_paths, what_was_made
from contract_suite.behaviours.kit.requests import required_arguments
from contract_suite.behaviours.kit.resource_operations import representation
from contract_suite.behaviours.kit.responses import done, served, why_not
from contract_suite.behaviours.kit.retrying import read_late, read_until
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.filled_lines import Body, bodies, changeable, taken_by, updated_to
from contract_suite.behaviours.resources.kit.sums import may_be_sum, moves_money, says_frozen
from contract_suite.contract.addressing import any_state
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.numeric import number_in
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "computed-updates"
_KIND: Final = "sums-follow-update"
_WRITES: Final = ("PATCH", "PUT")
_DEEPEST: Final = 4
_MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Computed:
    """What the run can make, and an update that takes members of which numbers of its representation may be calculated."""

    paths: ItemPaths
    update: Operation
    changed: tuple[str, ...]


Pair = tuple[OwnThing, Body, OwnThing, Body]
Numbers = dict[str, float]


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every update of lines or numbers of what shows sums beside them."""
    found = (_clause_of(each) for each in _computed(contract))
    reason = "the document has no update of lines or numbers of what shows a sum that it does not take"
    yield from inapplicable_if_none(found, contract, NAME, "computed", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Make two things that differ in their lines, and update one of them to the lines of the other."""
    for each in _computed(session.contract):
        verdicts = Verdicts(session, {_KIND: _clause_of(each)})
        if not verdicts.any_wanted:
            continue
        if all(map(session.allowed, (each.paths.create, each.paths.read, each.update))):
            yield from while_sent(_drive(session, each, verdicts))
        yield from verdicts.leave_untested("no two things could be made that differ in what sums are made of")


def _drive(session: Session, each: _Computed, verdicts: Verdicts) -> Iterator[Verdict]:
    pair = _two(session, each)
    if pair is None:
        return
    goal, goal_body, thing, body = pair
    wanted, former = _numbers(session, each, goal.read, goal_body), _numbers(session, each, thing.read, body)
    moving = {at: value for at, value in wanted.items() if at in former and former[at] != value}
    if not moving:
        yield from verdicts.untested(_KIND, "no sum depends on what an update changes", goal.read, thing.read)
        return
    updated = _update(session, each, thing, goal_body)
    if updated is None or not done(updated):
        reason = "the update can't be addressed" if updated is None else why_not(updated)
        yield from verdicts.untested(_KIND, f"the update was not served: {reason}", thing.read)
        return

    def follows(read: Exchange) -> bool:
        numbers = _numbers(session, each, read, goal_body)
        return all(numbers.get(at) == value for at, value in moving.items())

    after = read_until(session, each.paths.read, thing.address, follows, note="what does it show after the update?")
    if after is None or not served(after) or not _has(session, each, after, goal_body, goal.read):
        yield from verdicts.untested(
            _KIND, "a read does not show what the update sent", updated, *([after] if after else [])
        )
        return
    latter = _numbers(session, each, after, goal_body)
    stale = [at for at, value in moving.items() if latter.get(at) == former[at] and latter[at] != value]
    if not stale and follows(after):
        yield from verdicts.passed(_KIND, f"{_named(moving)} followed", goal.read, thing.read, updated, after)
        return
    clause = verdicts.clause_id(_KIND)
    later = read_late(session, each.paths.read, thing.address, follows, clause=clause) if stale else None
    if later is not None:
        yield from verdicts.passed(_KIND, f"{_named(moving)} followed later", goal.read, thing.read, updated, later)
        return
    again = _made(session, each, goal_body) if stale else None
    numbers = _numbers(session, each, again.read, goal_body) if again is not None else {}
    stale = [at for at in stale if numbers.get(at) == wanted[at]]
    if not stale or again is None:
        yield from verdicts.untested(_KIND, "the same body does not always lead to the same sums", goal.read, after)
        return
    at = stale[0]
    name = at.rpartition("/")[2]
    message = (
        f"two that were created with the same {_listed(each, goal_body, body)} show the {name} {shown(wanted[at])}; "
        f"this one was updated to those, and still shows {shown(former[at])}"
    )
    seen = (goal.read, again.read, thing.read, updated, after)
    pointer = f"{_start(session, after)}{at}"
    yield from verdicts.failed(_KIND, message, *seen, pointer=pointer, expected=wanted[at], actual=latter[at])


def _two(session: Session, each: _Computed) -> Pair | None:
    """Make two things, of two bodies that differ in what an update can change."""
    body = (session.accepted(each.paths.create) or {}).get("body")
    if not isinstance(body, dict):
        return None
    for one, other in bodies(session, each.paths.create, each.changed, body):
        goal = _made(session, each, one)
        thing = _made(session, each, other) if goal is not None else None
        if goal is not None and thing is not None:
            return goal, one, thing, other
    return None


def _made(session: Session, each: _Computed, body: Body) -> OwnThing | None:
    """Make one with the members of a body that an update can change, and whatever else the server takes by now."""
    accepted = session.accepted(each.paths.create)
    known = accepted.get("body") if accepted is not None else None
    if accepted is None or not isinstance(known, dict):
        return None
    given = {**accepted, "body": {**known, **{name: body[name] for name in each.changed if name in body}}}
    created = session.call(
        each.paths.create, given, intent=Intent.UNKNOWN, note="make one with lines and numbers of its own"
    )
    return what_was_made(session, each.paths, given, created) if done(created) else None


def _update(session: Session, each: _Computed, thing: OwnThing, body: Body) -> Exchange | None:
    """Update a thing to the lines and numbers of a body; PUT sends the rest as it was made."""
    arguments = required_arguments(session, each.update, thing.address)
    made = thing.arguments.get("body")
    sent = updated_to(each.update, each.changed, made, body) if isinstance(made, dict) else None
    if arguments is None or sent is None:
        return None
    given = {**any_state(each.update), **arguments, "body": sent}
    return session.call(each.update, given, intent=Intent.UNKNOWN, note="update it to what the first one was made with")


def _numbers(session: Session, each: _Computed, read: Exchange, body: Body) -> Numbers:
    """The numbers that a read shows, by where they stand, that may be sums and were not sent."""
    found: Numbers = {}
    place = representation(each.paths.read)
    value = session.json(read)
    if place is not None and served(read):
        start = _start(session, read)
        inner = value.get(start[1:]) if start and isinstance(value, dict) else value
        _gather(inner, place.unwrapped() if start else place, body, "", found)
    return found


def _gather(value: JSON | Missing, place: SchemaView, sent: JSON, at: str, found: Numbers) -> None:
    if at.count("/") > _DEEPEST or len(found) >= _MOST:
        return
    if isinstance(value, dict):
        for name, member in value.items():
            own = sent.get(name) if isinstance(sent, dict) else None
            here = f"{at}/{escape(name)}"
            if isinstance(member, (dict, list)):
                _gather(member, place.member(name), own, here, found)
            elif own is None and may_be_sum(place.member(name), name):
                number = number_in(member)
                found |= {here: number} if number is not None else {}
    elif isinstance(value, list):
        for index, item in enumerate(value):
            own = sent[index] if isinstance(sent, list) and index < len(sent) else None
            _gather(item, place.element(0), own, f"{at}/{index}", found)


def _has(session: Session, each: _Computed, after: Exchange, body: Body, goal: Exchange) -> bool:
    """Whether a read after an update shows the lines and numbers that were sent as a read of what was made with them does."""
    names = [name for name in each.changed if name in body]
    one, other = (_inner(session, read) for read in (after, goal))
    return all(_alike(one.get(name), other.get(name), body[name]) for name in names if name in other) and any(
        name in other for name in names
    )


def _alike(one: JSON, other: JSON, sent: JSON) -> bool:
    """Whether two values agree in what was sent; ids and what is calculated may differ."""
    if isinstance(sent, list):
        return (
            isinstance(one, list)
            and isinstance(other, list)
            and len(one) == len(other) == len(sent)
            and all(map(_alike, one, other, sent))
        )
    if isinstance(sent, dict):
        return (
            isinstance(one, dict)
            and isinstance(other, dict)
            and all(_alike(one.get(name), other.get(name), value) for name, value in sent.items())
        )
    return alike(one, other)


def _inner(session: Session, read: Exchange) -> Mapping[str, JSON]:
    value, start = session.json(read), _start(session, read)
    inner = value.get(start[1:]) if start and isinstance(value, dict) else value
    return inner if isinstance(inner, dict) else {}


def _start(session: Session, read: Exchange) -> str:
    """Return the envelope in which a representation comes, as a pointer; empty for none."""
    value = session.json(read)
    if isinstance(value, dict) and len(value) == 1:
        [(name, inner)] = value.items()
        return f"/{name}" if isinstance(inner, dict) else ""
    return ""


def _computed(contract: Contract) -> Iterator[_Computed]:
    if contract.resources:
        return  # the document says itself what an update changes
    updates: dict[tuple[str, str], Operation] = {}
    for each in contract.operations:
        if not each.problem and each.method in _WRITES:
            updates.setdefault((each.method, shape(each.path)), each)
    for paths in item_paths(contract):
        place = representation(paths.read)
        if place is None or paths.create.method != "POST" or moves_money(paths.create):
            continue
        for method in _WRITES:
            update = updates.get((method, shape(paths.read.path)))
            changed = changeable(paths.create, update) if update is not None else ()
            if (
                update is not None
                and changed
                and not says_frozen(update)
                and _shows_sums(place.unwrapped(), taken_by(paths.create), changed)
            ):
                yield _Computed(paths=paths, update=update, changed=changed)


def _shows_sums(place: SchemaView, taken: SchemaView, changed: tuple[str, ...]) -> bool:
    """Whether a representation, or a line that is sent, shows a number that may be a sum, and is none of those that are sent."""
    sent = taken.property_names()
    if any(name not in sent and may_be_sum(place.member(name), name) for name in place.property_names()):
        return True
    lines = [name for name in changed if "array" in place.member(name).types() and name in place.property_names()]
    return any(_shows_sums(place.member(name).element(0), taken.member(name).element(0), ()) for name in lines)


def _named(moving: Mapping[str, float]) -> str:
    return ", ".join(dict.fromkeys(at.rpartition("/")[2] for at in moving))


def _listed(each: _Computed, one: Body, other: Body) -> str:
    return " and ".join(name for name in each.changed if one.get(name) != other.get(name))


def _clause_of(each: _Computed) -> Clause:
    text = f"What is calculated of the members that {each.update.id} changes follows."
    return clause_at(NAME, each.update, "computed", _KIND, text)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A calculated number follows an update of what it is made of.",
    clauses=clauses,
    drive=drive,
)
