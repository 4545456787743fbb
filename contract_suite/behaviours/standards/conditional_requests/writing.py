"""Writes with If-Match and If-None-Match, on what the run made itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.changing import Write, write_on
from contract_suite.behaviours.kit.comparing import differing_places, moment
from contract_suite.behaviours.kit.own_things import OwnThing, forget_own, places
from contract_suite.behaviours.kit.requests import allows_header, get_at, required_arguments
from contract_suite.behaviours.kit.responses import obstacle, refused, served, why_not
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.standards.conditional_requests.clauses import (
    CURRENT,
    NEEDED,
    NEW_ONLY,
    STALE,
    TAG,
    reading_of,
    says_needed,
)
from contract_suite.behaviours.standards.conditional_requests.entity_tags import is_strong, tag_of, unknown_tag
from contract_suite.contract.operation import Operation
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing
from contract_suite.model.verdict import Verdict

_FAILED = 412
_REQUIRED = 428
_SAME_AGAIN = "what is new in each answer?"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """What was tried with conditions that aren't met: the read before, each try with its clause and header, the read after."""

    reading: Operation
    before: Exchange
    kept: Exchange
    refusals: list[tuple[str, str, Exchange]]


def drive_write(session: Session, operation: Operation, thing: OwnThing, verdicts: Verdicts) -> Iterator[Verdict]:
    """Try conditions on one write, the refused ones first, then what must be served."""
    reading = reading_of(session.contract, operation)
    write = write_on(session, operation, thing)
    before = get_at(session, reading, thing.address, note="its entity tag") if reading else None
    tag = tag_of(before) if before is not None else None
    if write is None or reading is None or before is None or tag is None or not served(before):
        return
    refusals: list[tuple[str, str, Exchange]] = []
    for key, header, value in (
        (STALE, "If-Match", unknown_tag(session.random)),
        (NEW_ONLY, "If-None-Match", "*"),
    ):
        if verdicts.is_wanted(key) and allows_header(operation, header, value):
            note = f"a condition that isn't met, {header}: {value}"
            refusals.append((key, header, write.send(headers={header: value}, note=note, aim=verdicts.clause_id(key))))
            if served(refusals[-1][2]):
                break
    kept = get_at(session, reading, thing.address, note="was anything changed?")
    if kept is None or obstacle(kept):
        return
    tried = _Tried(reading=reading, before=before, kept=kept, refusals=refusals)
    yield from _needed(session, write, verdicts, tried)
    if not verdicts.has_failed(NEEDED):
        yield from _control(session, write, verdicts, tried)
    if operation.method == "DELETE":
        forget_own(session, thing)


def drive_action(session: Session, operation: Operation, thing: OwnThing, verdicts: Verdicts) -> Iterator[Verdict]:
    """Ask an action of a thing, and compare its entity tags where more than numbers and times is changed by it."""
    reading, arguments = reading_of(session.contract, operation), required_arguments(session, operation, thing.address)
    body = (session.accepted(operation) or {}).get("body") if operation.body is not None else None
    before = get_at(session, reading, thing.address, note="its entity tag") if reading is not None else None
    if reading is None or arguments is None or before is None or not served(before):
        return
    given = {**arguments, "body": body} if body is not None else arguments
    exchange = session.call(
        operation, given, intent=Intent.UNKNOWN, note="does its tag change?", aim=verdicts.clause_id(TAG)
    )
    after = get_at(session, reading, thing.address, note="its entity tag now") if served(exchange) else None
    if after is None or not served(after):
        yield from verdicts.leave_untested(why_not(exchange), exchange)
    elif _states(session.json(before)) == _states(session.json(after)):
        yield from verdicts.untested(TAG, "no state that a read shows was changed", exchange)
    else:
        again = partial(get_at, session, reading, thing.address, note=_SAME_AGAIN)
        yield from _tags(session, verdicts, (before, exchange, after), again)


def _needed(session: Session, write: Write, verdicts: Verdicts, tried: _Tried) -> Iterator[Verdict]:
    """Send it without a condition, where its description asks for one or the run was answered 428 by now."""
    asked = says_needed(write.operation) or any(each.status == _REQUIRED for each in session.history)
    if not verdicts.is_wanted(NEEDED) or not asked or any(served(each) for _, _, each in tried.refusals):
        return
    exchange = write.send(headers={}, note="without a condition", aim=verdicts.clause_id(NEEDED))
    if served(exchange):
        message = f"a write without If-Match must be answered 428; it was served with {exchange.status}"
        yield from verdicts.failed(
            NEEDED, message, tried.kept, exchange, problem="served", expected=_REQUIRED, actual=exchange.status
        )
    elif exchange.status == _REQUIRED:
        yield from verdicts.passed(NEEDED, "it was refused without a condition", tried.kept, exchange)


def _states(value: JSON | Missing) -> dict[str, JSON]:
    """The members of a thing that are no numbers and no times: what is counted may be left out of a tag."""
    return {
        name: each
        for place in places(value)
        for name, each in place.items()
        if isinstance(each, bool) or (isinstance(each, str) and moment(each) is None)
    }


def _control(
    session: Session,
    write: Write,
    verdicts: Verdicts,
    tried: _Tried,
) -> Iterator[Verdict]:
    """Send what must be served: only if it is do the refusals say anything about conditions."""
    kept = tried.kept
    tag = tag_of(kept) or tag_of(tried.before) or ""
    if any(served(each) for _, _, each in tried.refusals):
        yield from _refusals(verdicts, tried)
        return
    control = write.send(note="without a condition") if not is_strong(tag) else None
    if control is None:
        control = write.send(headers={"If-Match": tag}, note="the current tag", aim=verdicts.clause_id(CURRENT))
        if control.status == _FAILED:
            free = write.send(note="without a condition")
            if served(free):
                message = "a write with If-Match and the current entity tag must be served; it was answered 412"
                yield from verdicts.failed(CURRENT, message, kept, free, control, problem="current", actual=_FAILED)
                control = free
    if not served(control):
        yield from verdicts.leave_untested(f"the write itself was not served: {why_not(control)}", control)
        return
    yield from _refusals(verdicts, tried)
    if write.operation.method == "DELETE":
        yield from verdicts.passed(CURRENT, "the current tag was served", kept, control)
        return
    after = get_at(session, tried.reading, write.thing.address, note="read the changed one")
    if after is not None and served(after):
        again = partial(get_at, session, tried.reading, write.thing.address, note=_SAME_AGAIN)
        yield from _tags(session, verdicts, (kept, control, after), again)
        former = _former(write, verdicts, tag, after)
        if former is not None and served(former):
            message = f"{tag} was the entity tag before the last change; a write with it must be answered 412, and was served with {former.status}"
            yield from verdicts.failed(
                STALE, message, kept, control, after, former, problem="former", expected=_FAILED, actual=former.status
            )
            return
        yield from _other_forms(session, write, verdicts, tried.reading, after)


def _former(write: Write, verdicts: Verdicts, tag: str, after: Exchange) -> Exchange | None:
    """Send another change with the tag of before the last one; who sends the same once more may be served (RFC 9110, 13.1.1)."""
    now = tag_of(after)
    body = write.another_body()
    if not is_strong(tag) or now is None or now == tag or body is None or not verdicts.is_wanted(STALE):
        return None
    if not allows_header(write.operation, "If-Match", tag):
        return None
    note = f"a tag that is no longer current, If-Match: {tag}"
    return write.send(body=body, headers={"If-Match": tag}, note=note, aim=verdicts.clause_id(STALE))


def _refusals(verdicts: Verdicts, tried: _Tried) -> Iterator[Verdict]:
    before, kept = tried.before, tried.kept
    for key, header, exchange in tried.refusals:
        if served(exchange):
            message = f"a write whose {header} isn't met must be answered 412; it was served with {exchange.status}"
            yield from verdicts.failed(
                key, message, before, exchange, problem="served", expected=_FAILED, actual=exchange.status
            )
        elif exchange.status == _FAILED and before.response and kept.response:
            if any(served(each) for _, _, each in tried.refusals):
                continue  # what was served may have changed it
            if served(kept) and before.response.body != kept.response.body and tag_of(before) != tag_of(kept):
                message = "a write that was answered 412 changed something"
                yield from verdicts.failed(key, message, before, exchange, kept, problem="changed")
            else:
                yield from verdicts.passed(key, "the condition was minded", before, exchange, kept)
        elif refused(exchange) and not obstacle(exchange) and exchange.status != _REQUIRED:
            message = f"a write whose {header} isn't met must be answered 412; it was {exchange.status}"
            yield from verdicts.failed(
                key, message, before, exchange, problem="status", expected=_FAILED, actual=exchange.status
            )


def _tags(
    session: Session,
    verdicts: Verdicts,
    exchanges: tuple[Exchange, Exchange, Exchange],
    again: Callable[[], Exchange | None],
) -> Iterator[Verdict]:
    """Judge the tags of a read before a write, of the write, and of a read after it; `again` reads once more."""
    before, write, after = exchanges
    old, new, answered = tag_of(before), tag_of(after), tag_of(write)
    if not verdicts.is_wanted(TAG) or old is None or new is None or before.response is None or after.response is None:
        return
    if not is_strong(old) or not is_strong(new) or before.response.body == after.response.body:
        yield from verdicts.untested(TAG, "no strong entity tags, or nothing that a read shows was changed", write)
    elif old == new and not _is_changed(session, before, after, again()):
        yield from verdicts.untested(TAG, "nothing changed but what is new in each answer", before, write, after)
    elif old == new:
        message = f"the representation changed, and its strong entity tag is {old} still"
        yield from verdicts.failed(TAG, message, before, write, after, problem="kept", actual=old)
    elif answered == old and session.json(write) != session.json(before):
        message = f"the answer to the write has the entity tag of what it replaced, {old}; a read now has {new}"
        yield from verdicts.failed(TAG, message, before, after, write, problem="old", expected=new, actual=old)
    else:
        yield from verdicts.passed(TAG, "the tag changed with the representation", before, write, after)


def _is_changed(session: Session, before: Exchange, after: Exchange, again: Exchange | None) -> bool:
    """Whether two reads differ in anything but what two reads with nothing between them differ in, such as the id of a request."""
    if again is None or not served(again):
        return False
    shown = [session.json(each) for each in (before, after, again)]
    volatile = set(differing_places(shown[1], shown[2]))
    return any(place not in volatile for place in differing_places(shown[0], shown[1]))


def _other_forms(
    session: Session, write: Write, verdicts: Verdicts, reading: Operation, after: Exchange
) -> Iterator[Verdict]:
    """Hold * and a list with the current tag to what the current tag alone is; each changes another member."""
    if not verdicts.is_wanted(CURRENT, TAG):
        return
    seen = [after]
    for problem, body in zip(("star", "list"), write.further_bodies(), strict=False):
        now = tag_of(seen[-1])
        if now is None or (problem == "list" and not is_strong(now)):
            continue
        value = "*" if problem == "star" else f"{unknown_tag(session.random)}, {now}"
        if not allows_header(write.operation, "If-Match", value):
            continue
        exchange = write.send(
            body=body, headers={"If-Match": value}, note=f"If-Match: {value}", aim=verdicts.clause_id(CURRENT)
        )
        if exchange.status == _FAILED:
            message = f"a write with If-Match: {value} must be served, as {now} is current; it was answered 412"
            yield from verdicts.failed(CURRENT, message, seen[-1], exchange, problem=problem, actual=_FAILED)
            return
        latest = get_at(session, reading, write.thing.address, note="its entity tag now")
        if latest is None or not served(latest):
            break
        if served(exchange):
            again = partial(get_at, session, reading, write.thing.address, note=_SAME_AGAIN)
            yield from _tags(session, verdicts, (seen[-1], exchange, latest), again)
        seen.append(latest)
    yield from verdicts.passed(CURRENT, "what names the current tag was served", *seen)
