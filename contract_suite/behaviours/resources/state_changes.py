"""States and the actions that change them: what is allowed leads where it should, and anything else is refused.

Each action is asked of a thing of the run's own, which is brought into the state that it is asked in by the actions that
the document allows; where one of those fails, nothing is concluded about another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, resource_operations
from contract_suite.behaviours.kit.responses import obstacle, refused, served, why_not
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.making import make
from contract_suite.behaviours.resources.kit.observing import read_one
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Action, States
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing, at
from contract_suite.model.verdict import Verdict

NAME: Final = "state-changes"
_BEGINS: Final = "begins-in-state"
_LEADS: Final = "action-leads-to-state"
_REFUSED: Final = "action-refused"
_OF_THE_BODY: Final = frozenset({400, 422})
_LONGEST: Final = 5
"""No thing is brought through more actions than these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A thing as a read showed it: the state that it is in, `MISSING` where that can't be told."""

    exchange: Exchange
    state: JSON | Missing


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every state that something begins in, and every action."""
    found = (clause for ops in resource_operations(contract) for clause in _clauses(contract, ops))
    yield from inapplicable_if_none(found, contract, NAME, "resources", "the document names no states (x-contract)")


def _clauses(contract: Contract, ops: ResourceOperations) -> Iterator[Clause]:
    states = _states(ops)
    if states is None:
        return
    yield from clauses_of_create(ops, states).values()
    for action in states.actions:
        operation = _operation(contract, action)
        if operation is not None:
            yield from clauses_of(ops, states, action, operation).values()


def clauses_of_create(ops: ResourceOperations, states: States) -> dict[str, Clause]:
    """The clause of what is new, by its kind."""
    if ops.create is None or not states.initial:
        return {}
    text = f"The {states.field} of a new {ops.name} is {states.initial}."
    source = states.source_of("initial")
    return {_BEGINS: make_clause(NAME, ops.create, ops.name, _BEGINS, text, rests_on=states, source=source)}


def clauses_of(ops: ResourceOperations, states: States, action: Action, operation: Operation) -> dict[str, Clause]:
    """The clauses of one action, by their kinds."""
    origins = " or ".join(action.origins)
    found = {}
    if action.to:
        leads = f"Where the {states.field} is {origins}, {operation.id} makes it {action.to}."
        found[_LEADS] = make_clause(NAME, operation, ops.name, _LEADS, leads, rests_on=action)
    if _elsewhere(states, action):
        text = f"Where the {states.field} is not {origins}, {operation.id} is refused and changes nothing."
        found[_REFUSED] = make_clause(NAME, operation, ops.name, _REFUSED, text, rests_on=action)
    return found


def drive(session: Session) -> Iterator[Verdict]:
    """Make one of each, look at its state, and ask each action where it is allowed and where it isn't."""
    for ops in resource_operations(session.contract):
        states = _states(ops)
        if states is None:
            continue
        begins = Verdicts(session, clauses_of_create(ops, states))
        if begins.any_wanted:
            yield from _begun(session, ops, states, begins)
        for action in states.actions:
            operation = _operation(session.contract, action)
            if operation is None or not session.allowed(operation):
                continue
            verdicts = Verdicts(session, clauses_of(ops, states, action, operation))
            if verdicts.is_wanted(_LEADS):
                yield from _led(session, ops, states, action, verdicts)
            if verdicts.is_wanted(_REFUSED) and not verdicts.has_failed(_LEADS):
                yield from _held(session, ops, states, action, verdicts)
            yield from verdicts.leave_untested(
                f"no {ops.name} could be brought into a state in which this can be tested"
            )


def _states(ops: ResourceOperations) -> States | None:
    return ops.resource.states if ops.create is not None and ops.read is not None else None


def _operation(contract: Contract, action: Action) -> Operation | None:
    found = next((each for each in contract.operations if each.id == action.operation), None)
    return found if found is not None and not found.problem else None


def _begun(session: Session, ops: ResourceOperations, states: States, verdicts: Verdicts) -> Iterator[Verdict]:
    made = make(session, ops, note=f"in which state does a new {ops.name} begin?")
    seen = _look(session, ops, states, made) if made is not None else None
    if made is None or seen is None or isinstance(seen.state, Missing):
        yield from verdicts.leave_untested(f"no {ops.name} could be made and read")
    elif seen.state == states.initial:
        yield from verdicts.passed(_BEGINS, f"it begins as {states.initial}", made.exchange, seen.exchange)
    else:
        message = f"the {states.field} of a new {ops.name} is {shown(seen.state)} instead of {states.initial}"
        yield from verdicts.failed(
            _BEGINS, message, made.exchange, seen.exchange, expected=states.initial, actual=seen.state
        )


def _led(
    session: Session, ops: ResourceOperations, states: States, action: Action, verdicts: Verdicts
) -> Iterator[Verdict]:
    for origin in action.origins:
        path = _path(states, origin)
        made = _brought(session, ops, states, path) if path is not None else None
        if made is None:
            continue
        exchange = _act(session, action, made, aim=verdicts.clause_id(_LEADS))
        if exchange is None or obstacle(exchange):
            yield from verdicts.untested(_LEADS, why_not(exchange) if exchange else "it could not be requested")
            return
        if not served(exchange) and _may_be_for_its_body(session, action, exchange):
            yield from verdicts.untested(_LEADS, f"it may have been refused for its body ({exchange.status})", exchange)
            return
        if not served(exchange):
            message = f"where the {states.field} is {origin}, {action.operation} is answered {exchange.status}"
            yield from verdicts.failed(_LEADS, message, exchange, problem="refused", actual=exchange.status)
            return
        seen = _look(session, ops, states, made)
        if seen is None or isinstance(seen.state, Missing):
            return
        if seen.state != action.to:
            message = f"after {action.operation} the {states.field} is {shown(seen.state)} instead of {action.to}"
            yield from verdicts.failed(_LEADS, message, exchange, seen.exchange, expected=action.to, actual=seen.state)
            return
        yield from verdicts.passed(_LEADS, f"it is {action.to} then", exchange, seen.exchange)


def _may_be_for_its_body(session: Session, action: Action, exchange: Exchange) -> bool:
    """Whether a refusal may be about what was sent: no body of the action's was served by now."""
    operation = _operation(session.contract, action)
    body = operation is not None and operation.body is not None and operation.body.required
    return body and exchange.status in _OF_THE_BODY and not session.contract.sourced


def _held(
    session: Session, ops: ResourceOperations, states: States, action: Action, verdicts: Verdicts
) -> Iterator[Verdict]:
    """Ask it in each state where it is not allowed: a server may forget one of several.

    A write that is not an action may be refused everywhere, for its body; it must be served once first.
    """
    if not action.to and not _is_served(session, ops, states, action):
        return
    for state in _elsewhere(states, action):
        path = _path(states, state)
        made = _brought(session, ops, states, path) if path is not None else None
        if made is None:
            continue
        exchange = _act(session, action, made, aim=verdicts.clause_id(_REFUSED))
        if exchange is None or obstacle(exchange):
            return
        seen = _look(session, ops, states, made)
        if served(exchange):
            message = f"where the {states.field} is {state}, {action.operation} must be refused; it is served"
            yield from verdicts.failed(_REFUSED, message, exchange, actual=exchange.status)
            return
        if not refused(exchange) or seen is None or isinstance(seen.state, Missing):
            return
        if seen.state != state:
            message = f"the refused {action.operation} changed the {states.field} from {state} to {shown(seen.state)}"
            yield from verdicts.failed(
                _REFUSED, message, exchange, seen.exchange, problem="changed", expected=state, actual=seen.state
            )
            return
        yield from verdicts.passed(_REFUSED, f"where it is {state}, it is refused", exchange, seen.exchange)


def _is_served(session: Session, ops: ResourceOperations, states: States, action: Action) -> bool:
    """Whether an update or a delete is served in one of the states in which it is allowed."""
    for origin in action.origins:
        path = _path(states, origin)
        made = _brought(session, ops, states, path) if path is not None else None
        exchange = _act(session, action, made, aim="") if made is not None else None
        if made is not None and exchange is not None and served(exchange):
            if ops.delete is not None and ops.delete.id == action.operation:
                session.forget(made)
            return True
    return False


def _elsewhere(states: States, action: Action) -> list[str]:
    """The states, other than those that the action is allowed in, that a thing can be brought into; the nearest first."""
    known = list(dict.fromkeys([states.initial, *(each.to for each in states.actions if each.to)]))
    found = [
        (len(path), each) for each in known if each not in action.origins and (path := _path(states, each)) is not None
    ]
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _path(states: States, wanted: str) -> tuple[Action, ...] | None:
    """Return the fewest actions that lead from the beginning to a state; `None` without any."""
    waiting: deque[tuple[str, tuple[Action, ...]]] = deque([(states.initial, ())])
    known = {states.initial}
    while waiting:
        state, path = waiting.popleft()
        if state == wanted:
            return path
        for action in states.actions if len(path) < _LONGEST else ():
            if action.to and state in action.origins and action.to not in known:
                known.add(action.to)
                waiting.append((action.to, (*path, action)))
    return None


def _brought(session: Session, ops: ResourceOperations, states: States, path: tuple[Action, ...]) -> Made | None:
    """Return a new thing after these actions; `None` if it isn't where they should have led."""
    made = make(session, ops, note=f"make {ops.with_article} to act on")
    for action in path:
        exchange = _act(session, action, made, aim="") if made is not None else None
        if exchange is None or not served(exchange):
            return None
    seen = _look(session, ops, states, made) if made is not None else None
    wanted = path[-1].to if path else states.initial
    return made if seen is not None and seen.state == wanted else None


def _act(session: Session, action: Action, made: Made, *, aim: str) -> Exchange | None:
    operation = _operation(session.contract, action)
    arguments = session.locate(operation, made) if operation is not None and session.allowed(operation) else None
    if operation is None or arguments is None:
        return None
    return session.call(operation, arguments, aim=aim, note=action.operation, intent=Intent.UNKNOWN)


def _look(session: Session, ops: ResourceOperations, states: States, made: Made) -> _Seen | None:
    result = read_one(session, ops, made, note=f"what is its {states.field} now?")
    if result is None:
        return None
    value = result.value
    return _Seen(exchange=result.exchange, state=MISSING if isinstance(value, Missing) else at(value, states.field))


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="Actions lead from state to state as the document allows, and are refused elsewhere.",
    clauses=clauses,
    drive=drive,
)
