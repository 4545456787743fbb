"""Work that takes its time ends once: it isn't taken back, isn't cancelled after success, and has its result only then.

Jobs are told by a state of their own that no client sends, with values such as `running`, `succeeded` and `failed`, or by
a 202 (RFC 9110, section 15.3.3: the work has not been completed).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import (
    ItemPaths,
    OwnThing,
    identity_shown,
    item_paths,
    items_in,
    make_own,
    member_shown,
    operations_below,
)
from contract_suite.behaviours.kit.requests import get_at, required_arguments
from contract_suite.behaviours.kit.resource_operations import representation, request_body
from contract_suite.behaviours.kit.responses import done, obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.kit.work_states import AT_WORK, CANCELLED, FAILED, GOES_ON, STATES, SUCCEEDED
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in, shape
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.verdict import Verdict

NAME: Final = "jobs"
_STAYS: Final = "ended-stays"
_KEPT: Final = "ended-not-cancelled"
_EARLY: Final = "result-after-end"
_THERE: Final = "result-served"
_TEXTS: Final = {
    _STAYS: "Work that has succeeded or was cancelled does not go on.",
    _KEPT: "Work that has succeeded is not cancelled any more.",
    _EARLY: "There is no result before the work has succeeded.",
    _THERE: "There is a result once the work has succeeded.",
}
_RECURS: Final = frozenset(
    {"schedule", "cron", "interval", "frequency", "recurrence", "nextrun", "nextrunat", "lastrun", "lastrunat"}
)
"""Members of what begins again by itself."""
_CANCELS: Final = frozenset({"cancel", "abort"})
_SAYS_WHEN: Final = re.compile(
    r"\bonly\b|\bonce\b|\bafter\b|\bmust\b|\buntil\b|\bother(wise)?\b|\bnot (yet )?\b", re.IGNORECASE
)
_CONFLICT: Final = 409
_PATIENCE: Final = 6.0
"""So many seconds at most are waited for work to end, once for each kind of it."""
_PAUSE: Final = 0.4
_LONGER: Final = 0.6
"""Cancelled work is looked at again when it would have ended, and so many seconds later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """A kind of work: its paths, the member that holds its state, what cancels it, shows its result, and lists it."""

    paths: ItemPaths
    field: str
    cancel: Operation | None
    result: Operation | None
    listing: Operation | None


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every kind of work that the run can begin and look at."""
    found = (clause for each in _jobs(contract) for clause in _clauses_of(each).values())
    reason = "the document has no work that the run can begin and whose state shows when it has ended"
    yield from inapplicable_if_none(found, contract, NAME, "jobs", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Begin some work, ask for its result at once, wait for its end, ask again and cancel it; cancel other work."""
    for each in _jobs(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted:
            continue
        yield from _asked_of_failed(session, each, verdicts)
        yield from while_sent(_drive(session, each, verdicts))
        yield from verdicts.leave_untested(f"no work of the run's own succeeded within {_PATIENCE:.0f} seconds")


def _drive(session: Session, each: _Job, verdicts: Verdicts) -> Iterator[Verdict]:
    thing = make_own(session, each.paths, begun=True)
    if thing is None:
        return
    yield from _asked_early(session, each, verdicts, thing)
    waited, ended = 0.0, _look(session, each, thing, note="has it ended?")
    while ended is not None and _state(session, each, ended) in GOES_ON and waited < _PATIENCE:
        session.pause(_PAUSE)
        waited += _PAUSE
        ended = _look(session, each, thing, note="has it ended?")
    if ended is None or _state(session, each, ended) not in SUCCEEDED:
        return
    if each.result is not None and verdicts.is_wanted(_THERE):
        yield from _asked_late(session, each, verdicts, thing, ended)
    if each.cancel is not None and verdicts.is_wanted(_KEPT) and session.allowed(each.cancel):
        yield from _cancelled_late(session, each, verdicts, thing, ended)
    if verdicts.is_wanted(_STAYS):
        yield from _cancelled_early(session, each, verdicts, waited)
        yield from _stays(session, each, verdicts, thing, ended)


def _asked_of_failed(session: Session, each: _Job, verdicts: Verdicts) -> Iterator[Verdict]:
    """Ask for the results of work that is listed as failed or cancelled, one of either: there can't be any."""
    arguments = session.accepted(each.listing) if each.listing and each.result and verdicts.is_wanted(_EARLY) else None
    if each.listing is None or each.result is None or arguments is None or not session.allowed(each.result):
        return
    listed = session.call(each.listing, arguments, note="which has failed?", intent=Intent.UNKNOWN)
    items = [item for item in items_in(session.json(listed)) if isinstance(item, dict)]
    for states in (FAILED, CANCELLED):
        item = next((item for item in items if plain_name(str(item.get(each.field))) in states), None)
        key = identity_shown(item, each.paths.key) if item is not None else ""
        asked = get_at(session, each.result, {each.paths.key: key}, note="is there a result?") if key else None
        if item is None or asked is None or obstacle(asked):
            continue
        state = item.get(each.field)
        if _is_result_of(session, each, asked):
            message = f"its {each.field} is {shown(state)}; the result is served"
            yield from verdicts.failed(_EARLY, message, listed, asked, actual=asked.status)
        elif refused(asked):
            yield from verdicts.passed(_EARLY, f"of what is {state}, it is answered {asked.status}", listed, asked)


def _asked_early(session: Session, each: _Job, verdicts: Verdicts, thing: OwnThing) -> Iterator[Verdict]:
    """A result that is served counts only if the work had not ended before nor after."""
    if each.result is None or not verdicts.is_wanted(_EARLY) or not session.allowed(each.result):
        return
    before = _look(session, each, thing, note="it has just begun")
    result = get_at(session, each.result, thing.address, note="is there a result?", aim=verdicts.clause_id(_EARLY))
    after = _look(session, each, thing, note="has it ended meanwhile?")
    if before is None or result is None or after is None or obstacle(result):
        return
    states = [_state(session, each, exchange) for exchange in (before, after)]
    if not set(states) <= GOES_ON:
        return
    if _is_result_of(session, each, result):
        message = f"its {each.field} was {shown(states[0])} and is {shown(states[1])}; the result is served"
        yield from verdicts.failed(_EARLY, message, before, result, after, actual=result.status)
    elif refused(result):
        yield from verdicts.passed(_EARLY, f"while it is {states[0]}, it is answered {result.status}", before, result)


def _asked_late(
    session: Session, each: _Job, verdicts: Verdicts, thing: OwnThing, ended: Exchange
) -> Iterator[Verdict]:
    result = each.result
    if result is None or not session.allowed(result):
        return
    found = get_at(session, result, thing.address, note="is there a result now?", aim=verdicts.clause_id(_THERE))
    if found is not None and found.status == _CONFLICT:
        session.pause(_PAUSE)
        found = get_at(session, result, thing.address, note="and now?", aim=verdicts.clause_id(_THERE))
    if found is None or obstacle(found):
        return
    state = _state(session, each, ended)
    if found.status == _CONFLICT:
        message = f"its {each.field} is {shown(state)}; the result is answered {found.status}"
        yield from verdicts.failed(_THERE, message, ended, found, actual=found.status)
    elif served(found):
        yield from verdicts.passed(_THERE, f"while it is {state}, the result is served", ended, found)


def _cancelled_late(
    session: Session, each: _Job, verdicts: Verdicts, thing: OwnThing, ended: Exchange
) -> Iterator[Verdict]:
    """A cancel that is served is one only if a read shows it."""
    exchange = _cancel(session, each, verdicts, thing, aim=_KEPT)
    after = _look(session, each, thing, note="is it cancelled?") if exchange is not None else None
    if exchange is None or after is None or obstacle(exchange):
        return
    state = _state(session, each, after)
    if served(exchange) and state in CANCELLED:
        message = f"its {each.field} was {shown(_state(session, each, ended))}; it was cancelled, and is {shown(state)}"
        yield from verdicts.failed(_KEPT, message, ended, exchange, after, actual=state)
    elif state in SUCCEEDED:
        yield from verdicts.passed(_KEPT, f"it is still {state}", ended, exchange, after)


def _cancelled_early(session: Session, each: _Job, verdicts: Verdicts, waited: float) -> Iterator[Verdict]:
    """Cancel other work, and look at it again when it would have ended."""
    thing = make_own(session, each.paths, begun=True) if each.cancel and session.allowed(each.cancel) else None
    exchange = _cancel(session, each, verdicts, thing, aim=_STAYS) if thing is not None else None
    if thing is None or exchange is None or not done(exchange):
        return
    before = _look(session, each, thing, note="is it cancelled?")
    if before is None or _state(session, each, before) not in CANCELLED:
        return
    session.pause(waited + _LONGER)
    yield from _stays(session, each, verdicts, thing, before)


def _stays(session: Session, each: _Job, verdicts: Verdicts, thing: OwnThing, ended: Exchange) -> Iterator[Verdict]:
    after = _look(session, each, thing, note="has it stayed so?", aim=verdicts.clause_id(_STAYS))
    if after is None:
        return
    former, latter = (_state(session, each, exchange) for exchange in (ended, after))
    if latter == former:
        yield from verdicts.passed(_STAYS, f"it is still {latter}", ended, after)
    elif latter in GOES_ON or (former in CANCELLED and latter in SUCCEEDED):
        message = f"its {each.field} was {shown(former)} and is {shown(latter)}"
        yield from verdicts.failed(_STAYS, message, ended, after, expected=former, actual=latter)


def _is_result_of(session: Session, each: _Job, exchange: Exchange) -> bool:
    """Whether an answer is a result: it is served with a body, and that doesn't tell how far the work is."""
    if not done(exchange) or not (exchange.response and exchange.response.body):
        return False
    return not isinstance(member_shown(session.json(exchange), each.field), str)


def _cancel(session: Session, each: _Job, verdicts: Verdicts, thing: OwnThing, *, aim: str) -> Exchange | None:
    arguments = required_arguments(session, each.cancel, thing.address) if each.cancel is not None else None
    if each.cancel is None or arguments is None:
        return None
    aim = verdicts.clause_id(aim)
    return session.call(each.cancel, arguments, note="cancel it", aim=aim, intent=Intent.UNKNOWN)


def _look(session: Session, each: _Job, thing: OwnThing, *, note: str, aim: str = "") -> Exchange | None:
    exchange = get_at(session, each.paths.read, thing.address, note=note, aim=aim)
    return exchange if exchange is not None and served(exchange) else None


def _state(session: Session, each: _Job, exchange: Exchange) -> str:
    value = member_shown(session.json(exchange), each.field)
    return plain_name(value) if isinstance(value, str) else ""


def _jobs(contract: Contract) -> Iterator[_Job]:
    for paths in item_paths(contract):
        field = _state_field(paths)
        if paths.create.method != "POST" or not field:
            continue
        below = operations_below(contract).get(shape(paths.read.path), ())
        cancels = [each for verb, each in below if _cancels(verb, each)]
        results = [each for name, each in below if "{" not in name and _is_result(each)]
        yield _Job(
            paths=paths,
            field=field,
            cancel=cancels[0] if len(cancels) == 1 else None,
            result=results[0] if len(results) == 1 else None,
            listing=next((each for each in contract.operations if _lists(each, paths)), None),
        )


def _state_field(paths: ItemPaths) -> str:
    """Return the member that shows how far the work is, where its create takes none; empty without one."""
    place, sent = representation(paths.read), request_body(paths.create)
    taken = sent.property_names() if sent is not None else ()
    found = []
    names = place.property_names() if place is not None else ()
    for name in names if _RECURS.isdisjoint(map(plain_name, names)) else ():
        listed = place.member(name).keyword("enum") if place is not None and plain_name(name) in STATES else None
        states = {plain_name(each) for each in listed if isinstance(each, str)} if isinstance(listed, list) else set()
        begun = paths.create.documents(HTTPStatus.ACCEPTED) or (states & AT_WORK and states & FAILED)
        if name not in taken and begun and states & GOES_ON and states & SUCCEEDED:
            found.append(name)
    return found[0] if len(found) == 1 else ""


def _lists(operation: Operation, paths: ItemPaths) -> bool:
    alone = len(names_in(paths.read.path)) == 1
    return alone and operation.method == "GET" and operation.path == paths.create.path and not operation.problem


def _cancels(verb: str, operation: Operation) -> bool:
    needs_none = operation.body is None or not operation.body.required
    return bool(_CANCELS & set(words(verb))) and operation.method in {"POST", "PUT"} and needs_none


def _is_result(operation: Operation) -> bool:
    """Whether a read is refused, as a sentence says, unless the work has succeeded."""
    text = f"{operation.summary}\n{operation.description}"
    spoken = {plain_name(each) for each in words(text)}
    said = bool(spoken & SUCCEEDED) and _SAYS_WHEN.search(text) is not None
    return operation.method == "GET" and operation.documents(_CONFLICT) and said


def _clauses_of(each: _Job) -> dict[str, Clause]:
    operations = {_STAYS: each.paths.read, _KEPT: each.cancel, _EARLY: each.result, _THERE: each.result}
    return {
        kind: clause_at(NAME, operation, "job", kind, _TEXTS[kind])
        for kind, operation in operations.items()
        if operation is not None
    }


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="Work that has ended stays ended, and has its result only then.",
    clauses=clauses,
    drive=drive,
)
