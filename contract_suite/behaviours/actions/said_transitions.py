"""A change of state that a description does not allow is refused, where an update sets the state itself.

`PATCH /tickets/{id}` with `{"state": "closed"}` beside "open to pending or solved; solved to closed. All others answer 422".
What actions such as `POST /orders/{id}/ship` do is for `state-changes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from contract_suite.behaviours.actions.kit.state_updates import StateUpdate, state_updates
from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import OwnThing, item_paths, make_own
from contract_suite.behaviours.kit.requests import get_at
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.contract.operation import Contract
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.verdict import Verdict

NAME: Final = "said-transitions"
_KIND: Final = "transition-refused"
_MOST: Final = 24
"""So many changes that must be refused are tried at most, and `_MOST_EACH` of one state."""
_MOST_EACH: Final = 6


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every update that sets a state, where a description says which changes there are and that all others are refused."""
    found = (_clause_of(each) for each in _said(contract))
    reason = "no description of an update, or of the state that it sets, says which changes of it are refused"
    yield from inapplicable_if_none(found, contract, NAME, "body", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Bring new things into each state that can be reached, and try every change from there that must be refused."""
    for each in _said(session.contract):
        verdicts = Verdicts(session, {_KIND: _clause_of(each)})
        if not verdicts.any_wanted:
            continue
        if session.allowed(each.operation):
            yield from while_sent(_drive(session, each, verdicts))
        yield from verdicts.leave_untested("no allowed change of the state of something new was served and read")


def _drive(session: Session, each: StateUpdate, verdicts: Verdicts) -> Iterator[Verdict]:
    thing = make_own(session, each.paths)
    begin = each.shown(session, thing.read) if thing is not None else None
    if thing is None or not isinstance(begin, str):
        return
    tried, changed, last = 0, False, None
    ways = {state: way for state in each.states if (way := each.way_to(begin, state)) is not None}
    for state, way in sorted(ways.items(), key=lambda known: len(known[1])):
        ends = _refused_from(each, begin, way)[: min(_MOST_EACH, _MOST - tried)]
        one = (make_own(session, each.paths) if way else thing) if ends else None
        if one is not None and way and each.bring(session, one, state) is None:
            continue
        changed = changed or (one is not None and bool(way))
        if one is None:
            continue
        for end in ends:
            asked = each.send(session, one, end, note=f"from {state} to {end}", aim=verdicts.clause_id(_KIND))
            if asked is None or obstacle(asked) or not (served(asked) or refused(asked)):
                break
            tried, last = tried + 1, asked
            if served(asked) or not _stays(session, each, one, state):
                yield from _judge(session, each, verdicts, asked, (state, end))
                return
    if last is not None and changed:
        yield from verdicts.passed(_KIND, f"{tried} changes that are not allowed were refused", last)


def _refused_from(each: StateUpdate, begin: str, way: tuple[str, ...]) -> list[str]:
    """Return the states that nothing may be brought to at the end of a way; the one that it has already comes last."""
    been, state = (begin, *way[:-1]), (begin, *way)[-1]
    found = [end for end in each.settable if each.rules.refuses(state, end, been)]
    return sorted(found, key=lambda end: end == state)


def _stays(session: Session, each: StateUpdate, thing: OwnThing, state: str) -> bool:
    """Whether a refused change left the state as it was; also where no read tells."""
    read = get_at(session, each.paths.read, thing.address, note=f"is it still {state}?")
    shown = each.shown(session, read) if read is not None and served(read) else state
    return shown == state


def _judge(
    session: Session, each: StateUpdate, verdicts: Verdicts, first: Exchange, change: tuple[str, str]
) -> Iterator[Verdict]:
    """A change that must be refused was made: it is a finding where a read shows so of another new thing too."""
    state, end = change
    thing = make_own(session, each.paths)
    if thing is None or (each.shown(session, thing.read) != state and each.bring(session, thing, state) is None):
        return
    asked = each.send(session, thing, end, note=f"again from {state} to {end}", aim=verdicts.clause_id(_KIND))
    read = get_at(session, each.paths.read, thing.address, note=f"is it {end}?") if asked is not None else None
    if asked is None or read is None or obstacle(asked) or not served(read):
        return
    pointer, allowed = each.pointer, sorted(each.rules.allowed.get(state, ()))
    shows = each.shown(session, read) == end
    if shows and (served(asked) or state != end):
        told = f"the document allows {state} to become {' or '.join(allowed) or 'nothing else'}"
        message = f"{told}; {end} was answered {asked.status}, and a read shows it"
        yield from verdicts.failed(_KIND, message, asked, read, pointer=pointer, expected="4xx", actual=asked.status)
    else:
        yield from verdicts.untested(
            _KIND, f"the change from {state} to {end} was answered {first.status}, but no read shows {end}", asked
        )


def _said(contract: Contract) -> Iterator[StateUpdate]:
    if contract.resources:
        return  # the document says itself which states there are
    for paths in item_paths(contract):
        for update in state_updates(contract, paths):
            if any(
                update.rules.refuses(*change, been=update.states) for change in product(update.states, update.settable)
            ):
                yield update
                break


def _clause_of(each: StateUpdate) -> Clause:
    field = "/".join(each.steps)
    text = f"{each.operation.id} refuses the changes of {each.field} that the document does not allow."
    return clause_at(NAME, each.operation, f"body/{field}", _KIND, text)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A change of state that a description does not allow is refused.",
    clauses=clauses,
    drive=drive,
)
