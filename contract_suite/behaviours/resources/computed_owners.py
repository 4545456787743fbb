"""What an owner calculates of what stands below it follows a change of that: the total of an order, of a line that a PATCH changes.

Two owners get one part each, which differ in their numbers; then the part of the second one is changed to that of the first.
How the owner calculates nobody need say: it must come to show what the first one shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.own_things import ItemPaths, OwnThing, identity_shown, item_at, make_own
from contract_suite.behaviours.kit.owners import numbers_shown
from contract_suite.behaviours.kit.requests import get_at, path_arguments, required_arguments
from contract_suite.behaviours.kit.resource_operations import members_shown
from contract_suite.behaviours.kit.responses import done, served, why_not
from contract_suite.behaviours.kit.retrying import read_late, read_until
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.filled_lines import Body, bodies, changeable, taken_by, updated_to
from contract_suite.behaviours.resources.kit.sums import may_be_sum, moves_money, says_frozen
from contract_suite.contract.addressing import any_state
from contract_suite.contract.naming.names import singular
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.contract.schemas.numeric import is_same_number
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "computed-owners"
_KIND: Final = "sums-follow-part"
_WRITES: Final = ("PATCH", "PUT")
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Below:
    """What adds a part to an item, what changes it, the members that both take, and the item's numbers that may be sums."""

    paths: ItemPaths
    add: Operation
    update: Operation
    changed: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """An owner with a part: what addresses that, and the numbers and the read of the owner."""

    owner: OwnThing
    part: str
    body: Body
    read: Exchange
    numbers: dict[str, float]


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every update of a part that can be added to an item, where the item shows numbers that may be calculated of it."""
    found = (_clause_of(each) for each in _belows(contract))
    reason = "no numbers can be changed below a resource that shows a sum or a count"
    yield from inapplicable_if_none(found, contract, NAME, "below", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Add a part to each of two owners, and change one of them to the other."""
    for each in _belows(session.contract):
        verdicts = Verdicts(session, {_KIND: _clause_of(each)})
        if not verdicts.any_wanted:
            continue
        if session.allowed(each.add) and session.allowed(each.update):
            yield from while_sent(_drive(session, each, verdicts))
        yield from verdicts.leave_untested("no two owners could be given parts that differ in their numbers")


def _drive(session: Session, each: _Below, verdicts: Verdicts) -> Iterator[Verdict]:
    body = (session.accepted(each.add) or {}).get("body")
    pair = next(bodies(session, each.add, each.changed, body), None) if isinstance(body, dict) else None
    goal = _filled(session, each, pair[0]) if pair is not None else None
    thing = _filled(session, each, pair[1]) if pair is not None and goal is not None else None
    if goal is None or thing is None:
        return
    moving = {name: value for name, value in goal.numbers.items() if thing.numbers.get(name, value) != value}
    if not moving:
        yield from verdicts.untested(
            _KIND, "no number of the owner depends on what an update changes", goal.read, thing.read
        )
        return
    updated = _update(session, each, thing, goal.body)
    if updated is None or not done(updated):
        reason = "the part can't be addressed" if updated is None else why_not(updated)
        yield from verdicts.untested(_KIND, f"the update was not served: {reason}", thing.read)
        return

    def follows(read: Exchange) -> bool:
        numbers = numbers_shown(session, read, each.numbers)
        return all(numbers.get(name) == value for name, value in moving.items())

    address = thing.owner.address
    after = read_until(session, each.paths.read, address, follows, note="what does the owner show after the change?")
    sent = {name: goal.body[name] for name in each.changed if name in goal.body}
    is_changed = _part_in(session.json(updated), sent) is not None
    if after is None or not served(after) or not (is_changed or _part_in(session.json(after), sent) is not None):
        yield from verdicts.untested(_KIND, "no answer shows what the update sent", updated)
        return
    latter = numbers_shown(session, after, each.numbers)
    if all(latter.get(name) == value for name, value in moving.items()):
        yield from verdicts.passed(_KIND, f"{', '.join(moving)} followed", goal.read, thing.read, updated, after)
        return
    stale = [name for name in moving if latter.get(name) == thing.numbers[name]]
    later = read_late(session, each.paths.read, address, follows, clause=verdicts.clause_id(_KIND)) if stale else None
    if later is not None:
        yield from verdicts.passed(_KIND, f"{', '.join(moving)} followed later", goal.read, thing.read, updated, later)
        return
    again = _filled(session, each, goal.body) if stale else None
    stale = [name for name in stale if again is not None and again.numbers.get(name) == moving[name]]
    if not stale or again is None:
        yield from verdicts.untested(_KIND, "the same part does not always lead to the same numbers", goal.read, after)
        return
    name = stale[0]
    message = (
        f"two owners of such a part show the {name} {shown(moving[name])}; the part of this one was changed to that, and the owner "
        f"still shows {shown(latter[name])}"
    )
    seen = (goal.read, again.read, thing.read, updated, after)
    pointer = f"/{escape(name)}"
    yield from verdicts.failed(_KIND, message, *seen, pointer=pointer, expected=moving[name], actual=latter[name])


def _filled(session: Session, each: _Below, body: Body) -> _Filled | None:
    """Make an owner, add a part with these numbers, and read the owner."""
    owner = make_own(session, each.paths)
    accepted = session.accepted(each.add) if owner is not None else None
    known = accepted.get("body") if accepted is not None else None
    if owner is None or accepted is None or not isinstance(known, dict):
        return None
    sent = {name: body[name] for name in each.changed if name in body}
    given = {**accepted, **path_arguments(each.add, owner.address), "body": {**known, **sent}}
    added = session.call(each.add, given, intent=Intent.UNKNOWN, note="add a part with numbers of its own")
    read = get_at(session, each.paths.read, owner.address, note="what does it show with that?") if done(added) else None
    part = _part_in(session.json(added), sent) or (_part_in(session.json(read), sent) if read is not None else None)
    key = names_in(each.update.path)[-1]
    value = identity_shown(part, key, f"{singular(each.add.path.rstrip('/').rpartition('/')[2])}id") if part else ""
    if read is None or not served(read) or not value:
        return None
    numbers = numbers_shown(session, read, each.numbers)
    return _Filled(owner=owner, part=value, body={**known, **sent}, read=read, numbers=numbers)


def _update(session: Session, each: _Below, thing: _Filled, body: Body) -> Exchange | None:
    """Change the part of an owner to a body; PUT sends the rest as it was added."""
    key = names_in(each.update.path)[-1]
    arguments = required_arguments(session, each.update, {**thing.owner.address, key: thing.part})
    sent = updated_to(each.update, each.changed, thing.body, body)
    if arguments is None or sent is None:
        return None
    given = {**any_state(each.update), **arguments, "body": sent}
    return session.call(each.update, given, intent=Intent.UNKNOWN, note="change it to what the first owner has")


def _part_in(value: JSON | Missing, sent: Body, depth: int = 0) -> dict[str, JSON] | None:
    """Return the outermost object, the last of its siblings, that shows all that was sent."""
    if isinstance(value, dict) and all(name in value and _is_shown(each, value[name]) for name, each in sent.items()):
        return value
    inner: list[JSON] = (
        list(value.values()) if isinstance(value, dict) else value[::-1] if isinstance(value, list) else []
    )
    if depth >= _DEEPEST:
        return None
    return next((found for each in inner if (found := _part_in(each, sent, depth + 1)) is not None), None)


def _is_shown(sent: JSON, value: JSON) -> bool:
    return alike(sent, value) or is_same_number(sent, value)


def _belows(contract: Contract) -> Iterator[_Below]:
    if contract.resources:
        return  # the document says itself what owns what
    usable = [each for each in contract.operations if not each.problem]
    by_place = {(each.method, shape(each.path)): each for each in usable}
    for add in usable:
        parent, _, noun = add.path.rstrip("/").rpartition("/")
        paths = item_at(contract, shape(parent)) if add.method == "POST" and not names_in(noun) else None
        if paths is None or moves_money(add):
            continue
        taken = taken_by(paths.create).property_names()
        numbers = tuple(
            name for name, member in members_shown(paths.read).items() if name not in taken and may_be_sum(member, name)
        )
        for method in _WRITES:
            update = by_place.get((method, f"{shape(add.path)}/{{}}"))
            changed = changeable(add, update) if update is not None and not says_frozen(update) else ()
            if update is not None and changed and numbers:
                yield _Below(paths=paths, add=add, update=update, changed=changed, numbers=numbers)


def _clause_of(each: _Below) -> Clause:
    text = f"When {each.update.id} changes what {each.add.id} added, the sums and counts of its owner follow."
    return clause_at(NAME, each.update, "below", _KIND, text)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="When a part is changed, the sums of its owner follow.",
    clauses=clauses,
    drive=drive,
)
