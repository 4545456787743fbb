"""A change of state that a description does not allow is refused, where an update sets the state itself.

`PATCH /tickets/{id}` with `{"state": "closed"}` beside "open to pending or solved; solved to closed. All others answer 422".
What actions such as `POST /orders/{id}/ship` do is for `state-changes`.
"""

from __future__ import annotations

from collections.abc import Iterator
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
_MOST: Final = 12
"""So many changes that must be refused are tried at most."""


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
    ways = {state: way for state in each.allowed if (way := each.way_to(begin, state)) is not None}
    for state, way in sorted(ways.items(), key=lambda known: len(known[1])):
        ends = sorted(each.allowed.keys() - each.allowed[state] - {state})
        one = (make_own(session, each.paths) if way else thing) if ends and tried < _MOST else None
        if one is not None and way and each.bring(session, one, state) is None:
            continue
        changed = changed or (one is not None and bool(way))
        if one is None:
            continue
        for end in ends[: _MOST - tried]:
            asked = each.send(session, one, end, note=f"from {state} to {end}", aim=verdicts.clause_id(_KIND))
            if asked is None or obstacle(asked) or not (served(asked) or refused(asked)):
                break
            tried, last = tried + 1, asked
            if served(asked):
                yield from _judge(session, each, one, verdicts, asked, (state, end))
                return
    if last is not None and changed:
        yield from verdicts.passed(_KIND, f"{tried} changes that are not allowed were refused", last)


def _judge(  # noqa: PLR0917 - what was changed, and what came of it
    session: Session, each: StateUpdate, thing: OwnThing, verdicts: Verdicts, asked: Exchange, change: tuple[str, str]
) -> Iterator[Verdict]:
    """A change that must be refused was served: it is a finding where a read shows it."""
    state, end = change
    read = get_at(session, each.paths.read, thing.address, note=f"is it {end}?")
    if read is not None and served(read) and each.shown(session, read) == end:
        message = (
            f"the document allows {state} to become {' or '.join(sorted(each.allowed[state])) or 'nothing else'}; "
            f"{end} was answered {asked.status}, and a read shows it"
        )
        pointer = each.pointer
        yield from verdicts.failed(_KIND, message, asked, read, pointer=pointer, expected="4xx", actual=asked.status)
    else:
        yield from verdicts.untested(
            _KIND, f"the change from {state} to {end} was answered {asked.status}, but no read shows {end}", asked
        )


def _said(contract: Contract) -> Iterator[StateUpdate]:
    if contract.resources:
        return  # the document says itself which states there are
    for paths in item_paths(contract):
        for update in list(state_updates(contract, paths))[:1]:
            if any(set(update.allowed) - ends - {state} for state, ends in update.allowed.items()):
                yield update


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
