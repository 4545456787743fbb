"""What the answer of an action shows of a thing, the next read shows too.

`POST /orders/{id}/cancel` is answered with the order, cancelled; a read that shows it open as before says that nothing
was stored. A state that passes by itself (restarting, then running again) may be over before the read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    identity_shown,
    item_paths,
    make_own,
    member_shown,
    operations_below,
    places,
)
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.responses import done, served, why_not
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.kit.work_states import CANCELLED, GOES_ON, STATES
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing, escape
from contract_suite.model.verdict import Verdict

NAME: Final = "action-answers"
_KEY: Final = "answer"
_KIND: Final = "action-answer-read"
_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_SUCCESSES: Final = frozenset({"200", "201"})
_TRIAL: Final = frozenset(
    {"preview", "validate", "simulate", "dry", "check", "test", "try", "estimate", "quote", "calculate", "render"}
)
"""Verbs of actions that may answer with what would be, and store nothing."""
_PASSING: Final = frozenset({"queued", "scheduled", "requested", "accepted", "started", "submitted", "busy"})
"""States, beside those that end in -ing, that a thing may have left for its former one by the time of the read."""
_COUNTED: Final = frozenset({"boolean", "integer", "number"})
_PAUSE: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    """An action on an item whose answer shows the item, with the members that both the answer and a read show."""

    paths: ItemPaths
    operation: Operation
    members: tuple[str, ...]


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every action on an item that answers with the item."""
    found = (clause for each in _actions(contract) for clause in _clauses_of(each).values())
    reason = "the document has no action that answers with what the run can create and read"
    yield from inapplicable_if_none(found, contract, NAME, _KEY, reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Make a thing for each action, ask the action, and read the thing."""
    for each in _actions(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted:
            continue
        thing = make_own(session, each.paths, begun=True) if session.allowed(each.operation) else None
        if thing is not None:
            yield from while_sent(_drive(session, each, thing, verdicts))
        yield from verdicts.leave_untested("the action changed no field that a read shows")


def _drive(session: Session, each: _Action, thing: OwnThing, verdicts: Verdicts) -> Iterator[Verdict]:
    arguments = required_arguments(session, each.operation, thing.address)
    body = (session.accepted(each.operation) or {}).get("body") if each.operation.body else None
    if arguments is None or (each.operation.body is not None and each.operation.body.required and body is None):
        return
    given = {**arguments, "body": body} if body is not None else arguments
    exchange = session.call(
        each.operation, given, intent=Intent.UNKNOWN, note="what does it answer?", aim=verdicts.clause_id(_KEY)
    )
    if not done(exchange):
        yield from verdicts.leave_untested(why_not(exchange), exchange)
        return
    before = session.json(thing.read)
    answered = _changed(session.json(exchange), before, each)
    after = None
    for look in range(LOOKS if answered else 0):
        if look:
            session.pause(_PAUSE)
        after = get_at(session, each.paths.read, thing.address, note="does a read show it too?")
        now = session.json(after) if after is not None else None
        if all(alike(value, member_shown(now, name)) for name, value in answered.items()):
            break
    if after is not None and served(after):
        yield from _judge(session, thing, verdicts, (exchange, after), answered)


def _judge(
    session: Session,
    thing: OwnThing,
    verdicts: Verdicts,
    exchanges: tuple[Exchange, Exchange],
    answered: dict[str, JSON],
) -> Iterator[Verdict]:
    """Only what a read shows as it was before the action, or as work that goes on after it was cancelled, is a finding."""
    for name, value in answered.items():
        old, new = (member_shown(session.json(each), name) for each in (thing.read, exchanges[-1]))
        if alike(value, new):
            yield from verdicts.passed(_KEY, f"{name} is {shown(new)}", *exchanges)
        elif alike(old, new) or _goes_on(value, new):
            before = ", as before" if alike(old, new) else ""
            message = f"{name} was answered as {shown(value)}; a read shows {shown(new)}{before}"
            yield from verdicts.failed(
                _KEY, message, thing.read, *exchanges, pointer=f"/{escape(name)}", expected=value, actual=new
            )
        else:
            yield from verdicts.untested(_KEY, f"{name} is neither as answered nor as before: {shown(new)}", *exchanges)


def _changed(answer: JSON | Missing, before: JSON | Missing, each: _Action) -> dict[str, JSON]:
    """Return the members that an answer shows otherwise than a read before, if it shows the same thing.

    What is added below a thing names it beside an `id` of its own: both must be the same.
    """
    names = (each.paths.key, *each.paths.names)
    identity = [identity_shown(before, *names), identity_shown(before, "id")]
    same = next(
        (
            place
            for place in places(answer)
            if identity[0] and [identity_shown(place, *names), identity_shown(place, "id")] == identity
        ),
        None,
    )
    found: dict[str, JSON] = {}
    for name in each.members if same is not None else ():
        value, old = same.get(name) if same else None, member_shown(before, name)
        if value is None or old is None or isinstance(old, Missing) or alike(value, old) or _passes(value):
            continue
        found[name] = value
    return found


def _goes_on(answered: JSON, read: JSON | Missing) -> bool:
    """Whether work was said to be cancelled, and goes on."""
    said, found = (plain_name(each) if isinstance(each, str) else "" for each in (answered, read))
    return said in CANCELLED and found in GOES_ON


def _passes(value: JSON) -> bool:
    """Whether a value is that of a state which ends by itself."""
    return isinstance(value, str) and (value.lower() in _PASSING or value.lower().endswith("ing"))


def _actions(contract: Contract) -> Iterator[_Action]:
    usable = [each for each in contract.operations if not each.problem]
    reads = {shape(each.path) for each in usable if each.method == "GET"}
    for paths in item_paths(contract):
        place = _shown(paths.read)
        for segment, each in operations_below(contract).get(shape(paths.read.path), ()) if place is not None else ():
            verb, answer = words(segment), _shown(each)
            if each.method not in _METHODS or shape(each.path) in reads or "{" in segment or not verb:
                continue
            if verb[0] in _TRIAL or answer is None or place is None:
                continue
            names = [name for name in place.property_names() if name in answer.property_names()]
            members = tuple(name for name in names if _tells(name, place.member(name)))
            if members and any(plain_name(name) in paths.names for name in names):
                yield _Action(paths=paths, operation=each, members=members)


def _tells(name: str, place: SchemaView) -> bool:
    """Whether a member is a state, a flag or a number: texts may be shown once alone, as secrets are."""
    last = (words(name) or ("",))[-1]
    if last.endswith("ing"):
        return False
    types = place.types() - {"null"}
    return isinstance(place.keyword("enum"), list) or last in STATES or (bool(types) and types <= _COUNTED)


def _shown(operation: Operation) -> SchemaView | None:
    media = next((each.json for each in operation.responses if each.status in _SUCCESSES and each.json), None)
    return view(media.schema) if media is not None and media.schema is not None else None


def _clauses_of(each: _Action) -> dict[str, Clause]:
    text = f"What the answer of {each.operation.id} shows, the next read shows."
    return {_KEY: clause_at(NAME, each.operation, _KEY, _KIND, text)}


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="What the answer of an action shows, the next read shows.",
    clauses=clauses,
    drive=drive,
)
