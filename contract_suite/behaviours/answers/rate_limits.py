"""Rate limits: service up to the documented rate, 429 past it, a well-formed Retry-After if there is one, and service after a pause.

That a server refuses what is over the rate is an advisory: a rate says what a client may rely on, and 429 what too many are
answered; no sentence demands that each one over it is refused. A server that lets a burst pass, or limits nothing at all,
breaks no client.

Without `--check-rate-limits`, nothing is sent: nobody is flooded who did not ask for it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause, weaker
from contract_suite.behaviours.kit.responses import served, why_not
from contract_suite.behaviours.kit.verdicts import Verdicts, all_untested, failed, passed, untested
from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Rate
from contract_suite.model import clause_ids
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import Arguments
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "rate-limits"
SUBJECT: Final = clause_ids.RATE
WITHIN: Final = "documented-rate-served"
PAST: Final = "past-limit-refused"
RETRY: Final = "retry-after-well-formed"
AGAIN: Final = "served-again"
_TOO_MANY: Final = 429
_AT_ONCE: Final = 50
_MOST: Final = 2000
_LONGER: Final = 6
"""How many times the documented number are sent at most, where a connection is too slow to exceed it at once."""
_LONGEST: Final = 30.0
_TRIES: Final = 3
_LONGEST_WINDOW: Final = 10.0
_MOST_PACED: Final = 200
_SURELY_ALLOWED: Final = 0.9
"""The part of the documented rate that every way of counting allows: by the second, by any second, by tokens."""
_CLUMPS: Final = 20
"""The part of a rate that may come at one moment: servers that count by tokens let so much pass."""
_FAST_ENOUGH: Final = 0.5
"""The part of the documented rate that shows something when it was served."""
_DATE: Final = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d")


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each operation with a rate promises."""
    found = (
        clause for operation, rate in _rated(contract) for clause in clauses_of(contract, operation, rate).values()
    )
    yield from inapplicable_if_none(found, contract, NAME, SUBJECT, "no operation promises a rate")


def clauses_of(contract: Contract, operation: Operation, rate: Rate) -> dict[str, Clause]:
    """The clauses of one operation, by kind."""
    words = f"{counted(rate.requests, 'request')} in {rate.seconds:g} s"
    status = _status(contract)
    texts = {
        WITHIN: f"Up to {words} are served.",
        PAST: f"More than {words} are refused with {status}.",
        RETRY: "Retry-After of a refusal is a number of seconds or an HTTP date.",
        AGAIN: "After a pause, requests are served again.",
    }
    sources = {RETRY: Source.STANDARD, PAST: weaker(rate.source, Source.INFERRED)}
    return {
        kind: make_clause(NAME, operation, SUBJECT, kind, text, rests_on=rate, source=sources.get(kind))
        for kind, text in texts.items()
    }


def drive(session: Session) -> Iterator[Verdict]:
    """Send more than is allowed, wait, and ask once more."""
    for operation, rate in _rated(session.contract):
        verdicts = Verdicts(session, clauses_of(session.contract, operation, rate))
        if not verdicts.any_wanted:
            continue
        reason = _hindrance(session, operation, rate)
        if reason:
            yield from verdicts.leave_untested(reason)
        else:
            if verdicts.is_wanted(PAST, RETRY, AGAIN):
                yield from verdicts.report(_exceed(session, operation, rate))
            if verdicts.has_failed(AGAIN):
                yield from verdicts.untested(WITHIN, "requests are refused although nothing was sent for a while")
            elif verdicts.is_wanted(WITHIN):
                yield from verdicts.report([_within(session, operation, rate)])


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="A documented rate is served, what exceeds it is refused, and after the wait requests are served again.",
    clauses=clauses,
    drive=drive,
)


def _rated(contract: Contract) -> Iterator[tuple[Operation, Rate]]:
    for operation in contract.operations:
        if operation.promises.rate is not None and not operation.problem:
            yield operation, operation.promises.rate


def _status(contract: Contract) -> int:
    return contract.errors.status.get("too_many", _TOO_MANY) if contract.errors else _TOO_MANY


def _hindrance(session: Session, operation: Operation, rate: Rate) -> str:
    if not getattr(session, "check_rate_limits", False):
        return "needs --check-rate-limits"
    if not session.allowed(operation):
        return f"the run may not call {operation.id}"
    if any(role == "delete" for _, role in roles(session.contract.resources, operation)):
        return "it would take one thing to delete for every call"
    return "it would take too many requests" if 2 * rate.requests + 1 > _MOST else ""


def _within(session: Session, operation: Operation, rate: Rate) -> Verdict:
    """Send evenly, a little below the documented rate, and once more where that is refused: others may have asked too."""
    clause = f"{operation.id}::{SUBJECT}::{WITHIN}"
    number = min(int(rate.requests * _SURELY_ALLOWED), _MOST_PACED)
    if number < 2 or rate.seconds > _LONGEST_WINDOW:  # noqa: PLR2004 - one request is no rate
        return untested(
            clause, f"{counted(rate.requests, 'request')} in {rate.seconds:g} s is no rate that a run can keep to"
        )
    step = rate.seconds / (rate.requests * _SURELY_ALLOWED)
    exchanges: list[Exchange] = []
    for _ in range(2):
        session.pause(min(_pause(_refusals(session, exchanges)), _LONGEST))
        # A read may be sent again and again; looking for other arguments would itself use the limit up.
        found = [session.accepted(operation) for _ in range(1 if operation.safe else number)]
        calls = [(operation, each) for each in found if each is not None] * (number if operation.safe else 1)
        if len(calls) < number:
            return untested(clause, f"no request was found that {operation.id} accepts")
        session.pause(rate.seconds + 0.1)
        began = time.monotonic()
        exchanges = paced(session, calls, clause, step=step, most_at_once=max(1, rate.requests // _CLUMPS))
        seconds = time.monotonic() - began
        if not _refusals(session, exchanges):
            break
    numbers = [exchanges[0].number, exchanges[-1].number]
    refusals = _refusals(session, exchanges)
    if refusals:
        message = (
            f"request {exchanges.index(refusals[0]) + 1} within {seconds:.2f} s was refused with {refusals[0].status}; "
            f"{rate.requests} in {rate.seconds:g} s are documented"
        )
        return failed(clause, message, numbers, expected="served", actual=refusals[0].status)
    others = [each for each in exchanges if not served(each)]
    if others:
        return untested(clause, why_not(others[0]), [others[0].number])
    if number * step < seconds * _FAST_ENOUGH:
        return untested(
            clause, f"{counted(number, 'request')} took {seconds:.1f} s, far below the documented rate", numbers
        )
    return passed(clause, numbers, f"{counted(number, 'request')} in {seconds:.2f} s were served")


def paced(
    session: Session, calls: list[tuple[Operation, Arguments]], clause: str, *, step: float, most_at_once: int
) -> list[Exchange]:
    """Send calls `step` seconds apart until one is refused, or a few at once that take the time of as many.

    A way to the server that takes longer than a step would make the pace its own, and show nothing.
    """
    exchanges: list[Exchange] = []
    began = due = time.monotonic()
    while len(exchanges) < len(calls) and not _refusals(session, exchanges):
        session.pause(max(0.0, due - time.monotonic()))
        now, sent = time.monotonic(), len(exchanges)
        late = int(max(0.0, now - began - sent * step) / step)
        few = calls[sent : sent + min(1 + late, most_at_once)]
        exchanges += session.together(few, aim=clause, note="within the documented rate")
        due = now + len(few) * step
    return exchanges


def _refusals(session: Session, exchanges: list[Exchange]) -> list[Exchange]:
    return [each for each in exchanges if each.status == _status(session.contract)]


def _exceed(session: Session, operation: Operation, rate: Rate) -> Iterator[Verdict]:
    past, retry, again = (f"{operation.id}::{SUBJECT}::{kind}" for kind in (PAST, RETRY, AGAIN))
    wanted = _status(session.contract)
    least = 2 * rate.requests + 1  # so many that they can't be spread over two stretches of the limit
    most = min(_LONGER * rate.requests, _MOST)
    ready = _calls(session, operation, least)
    if len(ready) < least:
        reason = f"no request was found that {operation.id} accepts"
        yield from all_untested((past, retry, again), reason).values()
        return
    began, seconds = time.monotonic(), 0.0
    exchanges: list[Exchange] = []
    refusals: list[Exchange] = []
    while len(exchanges) < least or (not refusals and len(exchanges) < most and not _is_past(rate, exchanges, seconds)):
        few = min(_AT_ONCE, rate.requests, most - len(exchanges))
        calls = ready[len(exchanges) : len(exchanges) + _AT_ONCE] or _calls(session, operation, few)
        if not calls:
            break
        exchanges += session.together(calls, aim=past, note="more than the documented rate")
        seconds = time.monotonic() - began
        refusals = [each for each in exchanges if each.status == wanted]
    numbers = [exchanges[0].number, exchanges[-1].number]
    if not refusals:
        others = [each for each in exchanges if not served(each)]
        if others or not _is_past(rate, exchanges, seconds):
            reason = (
                why_not(others[0])
                if others
                else f"{counted(len(exchanges), 'request')} took {seconds:.1f} s, too long to exceed the limit"
            )
            yield from all_untested((past, retry, again), reason, numbers).values()
            return
        limit = f"{counted(rate.requests, 'request')} in {rate.seconds:g} s"
        message = f"{counted(len(exchanges), 'request')} in {seconds:.2f} s: none was refused; the limit is {limit}"
        yield failed(past, message, numbers, expected=wanted, actual=exchanges[-1].status)
        yield from all_untested((retry, again), "nothing was refused", numbers).values()
        return
    yield passed(past, [*numbers, refusals[0].number])
    yield _retry_after(retry, refusals)
    yield _served_again(session, operation, again, max(rate.seconds, _pause(refusals)), ready[-1][1])


def _calls(session: Session, operation: Operation, number: int) -> list[tuple[Operation, Arguments]]:
    return [(operation, each) for _ in range(number) if (each := session.accepted(operation)) is not None]


def _is_past(rate: Rate, exchanges: list[Exchange], seconds: float) -> bool:
    """Whether so many were answered in this time that every way of counting should have refused some.

    A limit by the clock's seconds allows the most: all of it in each stretch, and the first and last may be cut short.
    """
    return len(exchanges) > rate.requests * (int(seconds / rate.seconds) + 2)


def _retry_after(clause: str, refusals: list[Exchange]) -> Verdict:
    given = [
        (each, value)
        for each in refusals
        if each.response and (value := each.response.header("retry-after")) is not None
    ]
    for each, value in given:
        if not _well_formed(value):
            return failed(
                clause, f"Retry-After is {value!r}", [each.number], expected="seconds or an HTTP date", actual=value
            )
    return (
        passed(clause, [given[-1][0].number])
        if given
        else untested(clause, "no refusal has a Retry-After", [refusals[0].number])
    )


def _well_formed(value: str) -> bool:
    value = value.strip()
    if value.isdecimal() and value.isascii():
        return True
    try:
        return bool(_DATE.match(value)) and parsedate_to_datetime(value) is not None
    except (ValueError, TypeError):
        return False


def _pause(refusals: list[Exchange]) -> float:
    values = [each.response.header("retry-after") or "" for each in refusals if each.response]
    return max((float(value) for value in values if value.isdecimal() and value.isascii()), default=0.0)


def _served_again(session: Session, operation: Operation, clause: str, pause: float, arguments: Arguments) -> Verdict:
    if pause > _LONGEST:
        return untested(clause, f"the server asks for a pause of {pause:g} s")
    numbers: list[int] = []
    for _ in range(_TRIES):
        session.pause(pause + 0.1)
        fresh = (
            session.accepted(operation) or arguments
        )  # the last ones, where the limit leaves the session none to find
        exchange = session.call(operation, fresh, aim=clause, note="after a pause")
        numbers.append(exchange.number)
        if served(exchange):
            return passed(clause, numbers)
        if exchange.status != _TOO_MANY:
            return untested(clause, why_not(exchange), numbers)
    message = f"after {_TRIES} pauses of {pause:g} s requests are still refused"
    return failed(clause, message, numbers, expected="served", actual=_TOO_MANY)
