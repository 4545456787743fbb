"""A request that is sent again with its idempotency key is done once, whatever it does: `POST /invoices/{id}/payments`.

Creates of what can be read by itself are for `idempotency-keys`. Here the answers tell: each names what was made by an id,
which is not the one of the thing that it was done to. So do the numbers that reads show: what the first request moved, a
repetition moves no further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.effects.moved_numbers import (
    MovedNumbers,
    Numbers,
    moves,
    reads_about,
    same_moves,
    told_moves,
)
from contract_suite.behaviours.kit.own_things import OwnThing, identity_shown, item_paths, items_above, make_own
from contract_suite.behaviours.kit.requests import new_key, required_arguments
from contract_suite.behaviours.kit.responses import done, obstacle, refused, served, why_not
from contract_suite.behaviours.kit.sample_values import another
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.idempotency_keys import (
    is_explained,
    is_kept,
    key_of,
    promises_first_answer,
    told_of_keys,
)
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict

NAME: Final = "keyed-requests"
_SAME: Final = "done-once"
_OTHER: Final = "other-body-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keyed:
    """A POST with the parameter that takes its key, and what the API's description says of all keys."""

    operation: Operation
    key: Parameter
    said: tuple[str, ...]


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every POST that takes a key of which a description says what it is for, and that creates nothing with a path of its own."""
    found = (clause for each in _keyed(contract) for clause in _clauses_of(each).values())
    reason = "no POST but those that create a resource with a GET of its own takes an idempotency key that the document explains"
    yield from inapplicable_if_none(found, contract, NAME, "key", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Send a request with a new key, the same again, and another body with the key."""
    for each in _keyed(session.contract):
        verdicts = Verdicts(session, _clauses_of(each))
        if not verdicts.any_wanted:
            continue
        if session.allowed(each.operation):
            yield from while_sent(_drive(session, each, verdicts))
        yield from verdicts.leave_untested("no request with a key was served")


def _drive(session: Session, each: _Keyed, verdicts: Verdicts) -> Iterator[Verdict]:
    found = _arguments(session, each)
    if found is None:
        return
    arguments, thing = found
    numbers = MovedNumbers(session, reads_about(session, each.operation, thing))
    begun = numbers.begin() if verdicts.is_wanted(_SAME) else {}
    first = session.call(each.operation, arguments, intent=Intent.UNKNOWN, note="with a new key")
    if not done(first):
        yield from verdicts.leave_untested(why_not(first), first)
        return
    after = numbers.look("then") if begun else {}
    again = session.call(
        each.operation, arguments, intent=Intent.UNKNOWN, note="the same again", aim=verdicts.clause_id(_SAME)
    )
    moved = moves(begun, after)
    if moved and served(again) and verdicts.is_wanted(_SAME):
        yield from _judge_moved(session, each, verdicts, arguments, _Moved(numbers, after, moved, (first, again)))
    yield from _judge_same(session, each, verdicts, arguments, (first, again))
    if verdicts.is_wanted(_OTHER) and not verdicts.has_failed(_SAME):
        yield from _otherwise(session, each, verdicts, arguments, first)


@dataclass(frozen=True, slots=True)
class _Moved:
    """What the first request moved: the numbers after it, by how much it moved them, and both requests."""

    numbers: MovedNumbers
    after: Numbers
    by: Mapping[tuple[str, str], Decimal]
    exchanges: tuple[Exchange, Exchange]


def _judge_moved(
    session: Session, each: _Keyed, verdicts: Verdicts, arguments: Mapping[str, JSON], found: _Moved
) -> Iterator[Verdict]:
    """A repetition that moves the numbers as the first request did is done again; it must do so a second time, too."""
    then = found.numbers.look("after the repetition")
    further = same_moves(found.by, moves(found.after, then))
    if not further:
        if not moves(found.after, then):
            text = f"only the first request moved {told_moves(found.by)}"
            yield from verdicts.passed(_SAME, text, *found.exchanges, *found.numbers.exchanges)
        return
    third = session.call(each.operation, arguments, intent=Intent.UNKNOWN, note="the same a third time")
    last = same_moves(further, moves(then, found.numbers.look("after that")))
    if served(third) and last:
        message = f"sent again with the same {each.key.name}, it was done again: each time it moved {told_moves(last)}"
        yield from verdicts.failed(_SAME, message, *found.exchanges, third, *found.numbers.exchanges)


def _judge_same(
    session: Session,
    each: _Keyed,
    verdicts: Verdicts,
    arguments: Mapping[str, JSON],
    exchanges: tuple[Exchange, Exchange],
) -> Iterator[Verdict]:
    first, again = exchanges
    addressed = {str(value) for subject, value in arguments.items() if subject.startswith("path.")}
    shown_by = (identity_shown(session.json(sent), "id") for sent in exchanges)
    one, other = (each if each not in addressed else "" for each in shown_by)
    if obstacle(again):
        yield from verdicts.untested(_SAME, obstacle(again), again)
    elif refused(again) and promises_first_answer(each.operation, each.key, each.said):
        message = f"sent again with the same {each.key.name}, it was answered {again.status}"
        yield from verdicts.failed(_SAME, message, first, again, expected=first.status, actual=again.status)
    elif verdicts.has_failed(_SAME):
        return
    elif not served(again) or not one or not other:
        yield from verdicts.untested(_SAME, f"nothing tells what was done: {why_not(again)}", first, again)
    elif one == other:
        yield from verdicts.passed(_SAME, f"both answers are about {shown(one)}", first, again)
    else:
        message = f"sent again with the same {each.key.name}, it was done again: the answers are about {shown(one)} and {shown(other)}"
        yield from verdicts.failed(_SAME, message, first, again, expected=one, actual=other)


def _otherwise(
    session: Session, each: _Keyed, verdicts: Verdicts, arguments: Mapping[str, JSON], first: Exchange
) -> Iterator[Verdict]:
    body, media = arguments.get("body"), each.operation.body.json if each.operation.body else None
    changed = _changed(body, media.schema.is_valid) if isinstance(body, dict) and media and media.schema else None
    if changed is None:
        yield from verdicts.untested(_OTHER, "no other body is known")
        return
    given = {**arguments, "body": changed}
    note = "the key with another body"
    asked = session.call(each.operation, given, intent=Intent.UNKNOWN, note=note, aim=verdicts.clause_id(_OTHER))
    if refused(asked) and not obstacle(asked):
        yield from _judge_refused(session, each, verdicts, given, (first, asked))
    elif served(asked):
        message = f"the {each.key.name} was sent with another body before; it was answered {asked.status}"
        yield from verdicts.failed(_OTHER, message, first, asked, expected="4xx", actual=asked.status)
    else:
        yield from verdicts.untested(_OTHER, why_not(asked), asked)


def _judge_refused(
    session: Session, each: _Keyed, verdicts: Verdicts, given: Mapping[str, JSON], seen: tuple[Exchange, Exchange]
) -> Iterator[Verdict]:
    """It was refused for its key only if the same body is served with a new one."""
    key, status = new_key(session, each.key), seen[1].status
    fresh = {**given, each.key.subject: key}
    control = session.call(each.operation, fresh, intent=Intent.UNKNOWN, note="the other body with a new key")
    if served(control):
        text = f"another body with the key was refused ({status}), and served with a new one"
        yield from verdicts.passed(_OTHER, text, *seen, control)
    else:
        yield from verdicts.untested(
            _OTHER, f"the other body is refused with a new key too ({control.status})", control
        )


def _arguments(session: Session, each: _Keyed) -> tuple[dict[str, JSON], OwnThing | None] | None:
    """Return a request that was accepted before, about a new thing of the run's own, with a new key; and that thing."""
    known = session.accepted(each.operation)
    key = new_key(session, each.key)
    if known is None or not key:
        return None
    paths = items_above(session.contract, each.operation)
    thing = make_own(session, paths) if paths is not None else None
    about = required_arguments(session, each.operation, thing.address) if thing is not None else {}
    if about is None or (thing is None and "{" in each.operation.path):
        return None
    return {**known, **about, each.key.subject: key}, thing


def _changed(body: dict[str, JSON], is_valid: Callable[[JSON], bool]) -> dict[str, JSON] | None:
    """Return a body with another value of one member that it allows."""
    for name, value in body.items():
        other = another(value)
        if not alike(other, value) and is_valid({**body, name: other}):
            return {**body, name: other}
    return None


def _keyed(contract: Contract) -> Iterator[_Keyed]:
    creates, said = {paths.create.id for paths in item_paths(contract)}, told_of_keys(contract)
    for each in contract.operations:
        key = key_of(each) if each.method == "POST" and not each.problem and each.id not in creates else None
        if key is not None and is_explained(each, key, said) and each.promises.idempotency is None:
            yield _Keyed(operation=each, key=key, said=said)


def _clauses_of(each: _Keyed) -> dict[str, Clause]:
    name = each.key.name
    text = f"Sent again with the same {name} and the same body, {each.operation.id} has no further effect."
    found = {_SAME: clause_at(NAME, each.operation, each.key.subject, _SAME, text)}
    if is_kept(each.operation, each.key, each.said):
        text = f"The same {name} with another body is refused."
        found[_OTHER] = clause_at(NAME, each.operation, each.key.subject, _OTHER, text)
    return found


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A request that is sent again with its idempotency key is done once.",
    clauses=clauses,
    drive=drive,
)
