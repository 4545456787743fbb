"""Times that are set with a state: "cancelling sets `cancelledAt`" beside a `status` that becomes `cancelled`.

What sets the state is an action below the thing (`POST /bookings/{id}/cancel`) or an update of the member that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.actions.kit.state_updates import StateUpdate, state_updates
from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import ItemPaths, item_paths, make_own, member_shown, operations_below
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.resource_operations import representation
from contract_suite.behaviours.kit.responses import done, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.naming.state_sentences import statements_of
from contract_suite.contract.naming.states import FIELDS, state_of
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import Missing
from contract_suite.model.verdict import Verdict

NAME: Final = "state-times"
_SET: Final = "time-set"
_BEFORE: Final = "time-not-before"
_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_SETS: Final = re.compile(
    r"\bsets?\b|\bfilled\b|\btime (?:of|when|at which)\b|\bwhen (?:it|the \w+) (?:was|is|has been)\b", re.IGNORECASE
)
_NULL_BEFORE: Final = re.compile(
    r"\b(?:null|empty|absent|none) (?:until|before|unless|as long as|otherwise)\b", re.IGNORECASE
)
_OPEN: Final = re.compile(
    r"\bnot\b|n't\b|\bnever\b|\bno longer\b|\bif\b|\bunless\b|\bexcept|\bmay\b|\bcan\b|\bfirst\b|\bclear|\bremov|\bnull again\b|\bvalue sent\b",
    re.IGNORECASE,
)
"""What leaves it open whether the time is set: conditions, and what takes it away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timed:
    """A time that is set when something gets into a state, what brings it there, and whether it is said to be null before."""

    paths: ItemPaths
    way: StateUpdate | Operation
    field: str
    state: str
    member: str
    null_before: bool

    @property
    def operation(self) -> Operation:
        """What sets the state."""
        return self.way if isinstance(self.way, Operation) else self.way.operation


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every time that a description says to be set with a state that the run can bring something into."""
    found = (clause for each in _timed(contract) for clause in _clauses_of(each).values())
    reason = "no description says that a time is set with a state"
    yield from inapplicable_if_none(found, contract, NAME, "action", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Bring something new into each state that has a time, and read the time before and after."""
    for each in _timed(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted:
            continue
        if session.allowed(each.operation):
            yield from while_sent(_drive(session, each, verdicts))
        yield from verdicts.leave_untested(f"nothing new could be brought into the state {each.state}")


def _drive(session: Session, each: _Timed, verdicts: Verdicts) -> Iterator[Verdict]:
    seen = _brought(session, each)
    if seen is not None and _is_wrong(session, each, seen):
        seen = _brought(session, each)  # of two new things, so that no chance is blamed
    if seen is None:
        return
    before, after = seen
    early, late = (member_shown(session.json(read), each.member) for read in seen)
    if each.null_before and not _is_empty(early):
        message = f"{each.member} is said to be null before it is {each.state}; something new shows {early}"
        yield from verdicts.failed(_BEFORE, message, before, pointer=f"/{each.member}", expected="null", actual=early)
    elif each.null_before:
        yield from verdicts.passed(_BEFORE, f"{each.member} is null before it is {each.state}", before)
    if _is_empty(late):
        message = f"{each.member} is said to be set with the {each.field} {each.state}; a read shows none"
        yield from verdicts.failed(
            _SET, message, before, after, pointer=f"/{each.member}", expected="a time", actual="none"
        )
    else:
        yield from verdicts.passed(_SET, f"{each.member} is set where it is {each.state}", before, after)


def _is_wrong(session: Session, each: _Timed, seen: tuple[Exchange, Exchange]) -> bool:
    early, late = (member_shown(session.json(read), each.member) for read in seen)
    return _is_empty(late) or (each.null_before and not _is_empty(early))


def _is_empty(value: object) -> bool:
    return value is None or value == "" or isinstance(value, Missing)


def _brought(session: Session, each: _Timed) -> tuple[Exchange, Exchange] | None:
    """Return reads of something new, as it was made and in the state; `None` if it begins there or never gets there."""
    thing = make_own(session, each.paths)
    if thing is None or member_shown(session.json(thing.read), each.field) in {each.state, ""}:
        return None
    if isinstance(each.way, StateUpdate):
        after = each.way.bring(session, thing, each.state)
        return (thing.read, after) if after is not None else None
    arguments = required_arguments(session, each.way, thing.address)
    if arguments is None:
        return None
    asked = session.call(each.way, arguments, note=f"bring it to {each.state}", intent=Intent.UNKNOWN)
    after = (
        get_at(session, each.paths.read, thing.address, note=f"is it {each.state}, and since when?")
        if done(asked)
        else None
    )
    shows = after is not None and served(after) and member_shown(session.json(after), each.field) == each.state
    return (thing.read, after) if after is not None and shows else None


def _timed(contract: Contract) -> Iterator[_Timed]:
    for paths in item_paths(contract):
        shown = representation(paths.read)
        place = shown.unwrapped() if shown is not None else None
        field, states = _states(place) if place is not None else ("", ())
        if place is None or not field:
            continue
        ways: list[tuple[str, Operation | StateUpdate]] = []
        for update in state_updates(contract, paths):
            if update.field == field:
                ways += [(state, update) for state in update.settable]
        for verb, each in operations_below(contract).get(shape(paths.read.path), ()):
            state = state_of(verb, states) if each.method in _METHODS and "{" not in verb else ""
            if state and not (each.body is not None and each.body.required):
                ways.append((state, each))
        for state, way in ways:
            member = next((name for name in place.property_names() if _is_time_of(name, place.member(name), state)), "")
            operation = way if isinstance(way, Operation) else way.operation
            told = _told(operation, member, place.member(member)) if member else ()
            if told:
                null_before = any(_NULL_BEFORE.search(each) for each in told)
                yield _Timed(paths=paths, way=way, field=field, state=state, member=member, null_before=null_before)


def _states(place: SchemaView) -> tuple[str, tuple[str, ...]]:
    """The member that holds the state, with the states; empty without one, or with several."""
    found = [
        (name, tuple(each for each in listed if isinstance(each, str)))
        for name in place.property_names()
        if plain_name(name) in FIELDS and isinstance(listed := place.member(name).keyword("enum"), list)
    ]
    return found[0] if len(found) == 1 else ("", ())


def _is_time_of(name: str, member: SchemaView, state: str) -> bool:
    """Whether a member is the time of a state by its name: `cancelledAt`, `checked_in_at`."""
    return words(name) == (*words(state), "at") and member.keyword("format") in {"date-time", "date"}


def _told(operation: Operation, member: str, place: SchemaView) -> tuple[str, ...]:
    """Return what says that a time is set with its state: of the operation, or of the member itself; nothing if it is left open."""
    named = re.compile(rf"(?<![\w.]){re.escape(member)}\b")
    said = [each for each in statements_of(operation.description) if named.search(each)]
    own = place.keyword("description")
    said += statements_of(own) if isinstance(own, str) else []
    sure = [each for each in said if _SETS.search(each)]
    return tuple(said) if sure and not any(_OPEN.search(_NULL_BEFORE.sub("", each)) for each in said) else ()


def _clauses_of(each: _Timed) -> dict[str, Clause]:
    subject = f"state/{each.state}/{each.member}"
    text = f"{each.member} is set where {each.operation.id} makes the {each.field} {each.state}."
    found = {_SET: clause_at(NAME, each.operation, subject, _SET, text)}
    if each.null_before:
        before = f"{each.member} is null before the {each.field} is {each.state}."
        found[_BEFORE] = clause_at(NAME, each.operation, subject, _BEFORE, before)
    return found


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A time that is said to be set with a state is there from then on, and null before.",
    clauses=clauses,
    drive=drive,
)
