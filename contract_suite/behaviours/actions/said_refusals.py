"""Actions that say when they are refused: in which states, and after how many times.

"A loan can be renewed at most twice, and not when it is overdue or returned" beside `POST /loans/{id}/renew` and
`…/return`. What only says where something is refused may be refused elsewhere too: an action is served once first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.actions.kit.reaching import UPDATES, act, reached, shown_state, state_member
from contract_suite.behaviours.actions.kit.refusal_sentences import refused_in, said_times, served_in
from contract_suite.behaviours.actions.kit.state_updates import StateUpdate, state_updates
from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    item_paths,
    make_own,
    member_shown,
    operations_below,
)
from contract_suite.behaviours.kit.requests import get_at
from contract_suite.behaviours.kit.responses import done, obstacle, refused, served, why_not
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.work_states import goes_on
from contract_suite.contract.naming.names import singular, words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.naming.state_sentences import is_for_some, lets_some_edit
from contract_suite.contract.naming.states import state_of
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.verdict import Verdict

NAME: Final = "said-refusals"
_TIMES: Final = "times-limited"
_STATE: Final = "refused-in-state"
_OTHERS: Final = "refused-in-other-states"
_REFUSALS: Final = frozenset({"400", "409", "412", "422"})
_METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
_SAYS_CHANGED: Final = re.compile(
    r"\b(?:changed|updated|edited|modified|altered|amended)\b[`'\"]*(?:\s+(?:any ?more|anymore|any longer|afterwards?|at all|either))?"
    r"\s*(?:$|[.,;:(])|\bread[- ]only\b|^(?:only|not|no longer) possible\b",
    re.IGNORECASE,
)
"""What a sentence says of every change: one that "can't be moved back to draft" may be changed otherwise."""
_OF_A_PART: Final = re.compile(
    r"^\W*(?:the |its |their )?[\w`-]+(?: [\w`-]+){0,2} of (?:an? |the |any |all )?", re.IGNORECASE
)
"""What says it of one member: "the number of a paid invoice can't be changed"."""
_MOST_MOVERS: Final = 4
_MOST_FURTHER: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """An action that says when it is refused; `ways` are the actions, or the update, that lead to the states in which it is.

    `steps` are the actions that lead to any state: to `paid` may lead only `pay` after `send`. `origins` are the only states in
    which it says that it is served, and `movers` what else is done to the thing, and may bring it into others: a payment.
    """

    paths: ItemPaths
    operation: Operation
    field: str
    ways: Mapping[str, Operation | StateUpdate]
    steps: tuple[Operation, ...]
    times: int
    states: tuple[str, ...]
    origins: tuple[str, ...]
    movers: tuple[Operation, ...]

    @property
    def outside(self) -> str:
        """The kind of the clause by which it is refused in all other states than its origins."""
        return _OTHERS if self.movers or not self.ways else _STATE


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every action whose description says in which states, or after how many times, it is refused."""
    found = (clause for each in _said(contract) for clause in _clauses_of(each).values())
    reason = "no description of an action says when it is refused in words that the run can follow"
    yield from inapplicable_if_none(found, contract, NAME, "action", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Ask each action as often as it says, and once more; and in each state in which it says that it is refused."""
    for each in _said(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted:
            continue
        if session.allowed(each.operation):
            yield from while_sent(_drive(session, each, verdicts))
        yield from verdicts.leave_untested("nothing could be made on which the action was served")


def _drive(session: Session, each: _Said, verdicts: Verdicts) -> Iterator[Verdict]:
    thing = make_own(session, each.paths)
    first = act(session, each.operation, thing, "is it served?") if thing is not None else None
    if first is None or thing is None:
        return
    begun = shown_state(session, each.paths, thing.read)
    outside = bool(each.origins and begun) and begun not in each.origins and not goes_on(begun)
    if outside and verdicts.is_wanted(each.outside) and not obstacle(first):
        yield from _outside(session, each, (thing, first), begun, verdicts)
    if not done(first):
        yield from verdicts.leave_untested(why_not(first), first)
        return
    if each.times and verdicts.is_wanted(_TIMES):
        yield from _often(session, each, thing, first, verdicts)
    for mover in each.movers if verdicts.is_wanted(_OTHERS) else ():
        yield from _moved(session, each, mover, verdicts)
    for state, way in each.ways.items() if verdicts.is_wanted(_STATE) and not verdicts.has_failed(each.outside) else ():
        yield from _in_state(session, each, state, way, thing, verdicts)


def _outside(
    session: Session, each: _Said, asked: tuple[OwnThing, Exchange], begun: str, verdicts: Verdicts
) -> Iterator[Verdict]:
    """Judge an action that was asked of something new, which is in none of the states in which alone it says that it is served.

    A refusal counts where the action is served in one of these; then it is asked in further states, too.
    """
    thing, first = asked
    if done(first):
        another = make_own(session, each.paths)
        again = act(session, each.operation, another, "once more of something new") if another is not None else None
        same = another is not None and shown_state(session, each.paths, another.read) == begun
        if again is not None and same and done(again):
            yield from _served_outside(each, begun, (thing.read, first, again), verdicts)
        return
    ready = reached(session, each.paths, each.origins, but=each.operation)
    control = act(session, each.operation, ready[0], "where it must be served") if ready is not None else None
    if not refused(first) or ready is None or control is None or not done(control):
        return
    yield from verdicts.passed(
        _OTHERS, f"where it is {begun}, it is refused ({first.status})", first, ready[1], control
    )
    further = [state for state in each.states if state not in {*each.origins, begun} and not goes_on(state)]
    for state in further[:_MOST_FURTHER]:
        found = reached(session, each.paths, (state,))
        sent = act(session, each.operation, found[0], f"where it is {state}") if found is not None else None
        if found is not None and sent is not None and done(sent):
            yield from _served_outside(each, state, (found[1], control, sent), verdicts)
            return


def _served_outside(
    each: _Said, state: str, exchanges: tuple[Exchange, Exchange, Exchange], verdicts: Verdicts
) -> Iterator[Verdict]:
    only = " or ".join(each.origins)
    message = f"{each.operation.id} says that it is for {only} alone; where the {each.field} is {state}, it was answered {exchanges[-1].status}"
    yield from verdicts.failed(each.outside, message, *exchanges, expected="4xx", actual=exchanges[-1].status)


def _often(session: Session, each: _Said, thing: OwnThing, first: Exchange, verdicts: Verdicts) -> Iterator[Verdict]:
    exchanges = [first]
    for number in range(2, each.times + 2):
        again = act(session, each.operation, thing, f"time {number} of {each.times}")
        if again is None:
            return
        exchanges.append(again)
        if not served(again):
            break
    last, shown = exchanges[-1], len(exchanges) == each.times + 1
    if shown and served(last):
        message = f"it says that it is served at most {counted(each.times, 'time')}; time {each.times + 1} was answered {last.status}"
        yield from verdicts.failed(_TIMES, message, *exchanges, expected="4xx", actual=last.status)
    elif shown and refused(last) and not obstacle(last):
        yield from verdicts.passed(_TIMES, f"time {each.times + 1} is refused ({last.status})", *exchanges)
    else:
        yield from verdicts.untested(_TIMES, why_not(last), *exchanges)


def _in_state(  # noqa: PLR0917 - what is asked, in which state, and of what
    session: Session, each: _Said, state: str, way: Operation | StateUpdate, acted_on: OwnThing, verdicts: Verdicts
) -> Iterator[Verdict]:
    """Bring a new thing into a state, or else the one that was acted on: a cart that holds something can be paid for."""
    thing = make_own(session, each.paths)
    brought = _brought(session, each, state, way, thing) if thing is not None else None
    brought = brought or _brought(session, each, state, way, acted_on) or reached(session, each.paths, (state,))
    if brought is None:
        return
    thing, read = brought
    asked = act(session, each.operation, thing, f"call it in the state {state}, in which it must be refused")
    if asked is None:
        return
    if served(asked):
        message = f"where the {each.field} is {state}, {each.operation.id} says that it is refused; it was answered {asked.status}"
        yield from verdicts.failed(_STATE, message, read, asked, expected="4xx", actual=asked.status)
    elif refused(asked) and not obstacle(asked):
        yield from verdicts.passed(_STATE, f"where it is {state}, it is refused ({asked.status})", read, asked)


def _moved(session: Session, each: _Said, mover: Operation, verdicts: Verdicts) -> Iterator[Verdict]:
    """Do something else to a new thing; if that leads out of the states in which the action is served, ask the action."""
    thing = make_own(session, each.paths) if session.allowed(mover) else None
    done_so = act(session, mover, thing, "does it change the state?") if thing is not None else None
    if thing is None or done_so is None or not served(done_so) or verdicts.has_failed(_OTHERS):
        return
    read = get_at(session, each.paths.read, thing.address, note="which state is it in?")
    state = member_shown(session.json(read), each.field) if read is not None and served(read) else None
    if read is None or state not in each.states or state in each.origins:
        return
    asked = act(session, each.operation, thing, f"only for {' or '.join(each.origins)}, it says")
    if asked is not None and served(asked):
        message = (
            f"{each.operation.id} says that it is for {' or '.join(each.origins)} alone; where the {each.field} is {state}, "
            f"after {mover.id}, it was answered {asked.status}"
        )
        yield from verdicts.failed(_OTHERS, message, done_so, read, asked, expected="4xx", actual=asked.status)
    elif asked is not None and refused(asked) and not obstacle(asked):
        yield from verdicts.passed(
            _OTHERS, f"where it is {state}, it is refused ({asked.status})", done_so, read, asked
        )


def _brought(
    session: Session, each: _Said, state: str, way: Operation | StateUpdate, thing: OwnThing
) -> tuple[OwnThing, Exchange] | None:
    """Bring a thing into a state, or another one through a state between; return it, and the read that shows the state."""
    if isinstance(way, StateUpdate):
        read = way.bring(session, thing, state)
        return (thing, read) if read is not None else None
    brought = act(session, way, thing, f"bring it to {state}")
    for step in [other for other in each.steps if other.id not in {way.id, each.operation.id}][:_MOST_MOVERS]:
        if brought is None or not refused(brought) or obstacle(brought):
            break
        other = make_own(session, each.paths)
        before = act(session, step, other, f"on the way to {state}") if other is not None else None
        if other is not None and before is not None and served(before):
            thing, brought = other, act(session, way, other, f"bring it to {state}")
    if brought is None or not served(brought):
        return None
    read = get_at(session, each.paths.read, thing.address, note=f"is it {state}?")
    return (thing, read) if read is not None and member_shown(session.json(read), each.field) == state else None


def _said(contract: Contract) -> Iterator[_Said]:
    if contract.resources:
        return  # the document says itself which states there are
    deletes = {shape(each.path): each for each in contract.operations if each.method == "DELETE"}
    for paths in item_paths(contract):
        own = shape(paths.read.path)
        noun = (words(singular(own.rpartition("/")[0].rpartition("/")[2])) or ("",))[-1]
        below = [
            (verb, each)
            for verb, each in operations_below(contract).get(own, ())
            if "{" not in verb and each.method in _METHODS
        ]
        field, states = state_member(paths)
        update = next(state_updates(contract, paths), None)
        if not field and update is not None:
            field, states = update.field, update.states
        ways: dict[str, Operation | StateUpdate] = dict.fromkeys(states, update) if update is not None else {}
        ways |= {state: each for verb, each in below if (state := state_of(verb, states))}
        steps = tuple(each for each in ways.values() if isinstance(each, Operation))
        updates = [each for each in contract.operations if each.method in UPDATES and shape(each.path) == own]
        for operation in (*(each for _, each in below), *updates, *([deletes[own]] if own in deletes else [])):
            text = f"{operation.summary}\n{operation.description}"
            if operation.problem or {spec.status for spec in operation.responses}.isdisjoint(_REFUSALS):
                continue
            if any(lets_some_edit(each, states) for each in statements(text)):
                continue  # who knows whether the run is one of them?
            text = "\n".join(each for each in statements(text) if not is_for_some(each))
            is_action = operation.method != "DELETE" and operation not in updates
            leads = any(state_of(verb, states) for verb, each in below if each is operation)
            if operation in updates:
                text = "\n".join(
                    each for each in statements(text) if _SAYS_CHANGED.search(each) and not _OF_A_PART.search(each)
                )
            times = said_times(text) if is_action else 0
            origins = served_in(text, noun, states)
            others = [each for each in states if each not in origins] if origins and not leads else []
            found = {state: ways[state] for state in (*refused_in(text, noun, states), *others) if state in ways}
            movers = tuple(each for verb, each in below if not state_of(verb, states) and each.id != operation.id)
            if found or times or origins:
                yield _Said(
                    paths=paths,
                    operation=operation,
                    field=field,
                    ways=found,
                    steps=steps,
                    times=times,
                    states=states,
                    origins=origins,
                    movers=movers[:_MOST_MOVERS] if origins else (),
                )


def _clauses_of(each: _Said) -> dict[str, Clause]:
    found = {}
    if each.times:
        text = f"{each.operation.id} is refused when it was served {counted(each.times, 'time')}."
        found[_TIMES] = clause_at(NAME, each.operation, "action", _TIMES, text)
    if each.ways:
        text = f"{each.operation.id} is refused where the {each.field} is {' or '.join(each.ways)}."
        found[_STATE] = clause_at(NAME, each.operation, "action", _STATE, text)
    if each.origins and each.outside == _OTHERS:
        text = f"{each.operation.id} is refused where the {each.field} is not {' or '.join(each.origins)}."
        found[_OTHERS] = clause_at(NAME, each.operation, "action", _OTHERS, text)
    return found


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="An action is refused in the states, and after the number of times, that its description names.",
    clauses=clauses,
    drive=drive,
)
