"""A PUT stores what it brings, in place of what was there, and twice is as once (RFC 9110, section 9.3.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import Write, optional_members, while_sent, write_on
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.comparing import alike, as_far_as
from contract_suite.behaviours.kit.own_things import ItemPaths, item_paths, make_own, member_shown
from contract_suite.behaviours.kit.requests import get_at
from contract_suite.behaviours.kit.responses import done, served, why_not
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.sample_values import another, sample_members
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.naming.replacing import keeps_what_is_left_out, says_stays
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import view
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "put-replaces"
_STORED: Final = "stored"
_TWICE: Final = "twice"
_LEFT: Final = "left"
_SENTENCES: Final = {
    _STORED: ("put-stored", "what a PUT brings is read after it"),
    _TWICE: ("put-repeatable", "the same PUT sent again changes nothing more"),
    _LEFT: ("put-replaces", "a member that a PUT leaves out is not kept"),
}
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_PAUSE: Final = 0.2
_MOST: Final = 8
"""So many members that may be left out are left out, one after the other."""


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every PUT on an item that can be created and read, but for those that the document's own words speak of."""
    found = (clause for _, put in _puts(contract) for clause in clauses_of(put).values())
    reason = "the document has no PUT on an item that can be created and read, or says itself what it does"
    yield from inapplicable_if_none(found, contract, NAME, "put", reason)


def clauses_of(put: Operation) -> dict[str, Clause]:
    """Return the clauses of one PUT by short keys."""
    return {
        key: clause_at(NAME, put, "put", kind, f"{sentence} (RFC 9110).", source=Source.STANDARD)
        for key, (kind, sentence) in _SENTENCES.items()
        if key != _LEFT or (_replaced(put) and not keeps_what_is_left_out(put))
    }


def _replaced(put: Operation) -> tuple[str, ...]:
    """Return the members that a PUT may leave out, but for those of which the document says that they stay as they were."""
    media = put.body.json if put.body else None
    place = view(media.schema) if media is not None and media.schema else None

    def stays(name: str) -> bool:
        said = place.member(name).keyword("description") if place is not None else None
        return isinstance(said, str) and says_stays(said)

    return tuple(name for name in optional_members(put) if not stays(name))


def _set_elsewhere(contract: Contract, put: Operation) -> frozenset[str]:
    """Return the names of what has a write of its own below the path of a PUT, which may be all that changes it."""
    above = f"{shape(put.path)}/"
    below = [each for each in contract.operations if each.method != "GET" and shape(each.path).startswith(above)]
    return frozenset(plain_name(shape(each.path).removeprefix(above).partition("/")[0]) for each in below)


def drive(session: Session) -> Iterator[Verdict]:
    """Put another value of one member, the same again, and the rest without that member."""
    for paths, put in _puts(session.contract):
        verdicts = Verdicts(session, clauses_of(put))
        if not verdicts.any_wanted:
            continue
        thing = make_own(session, paths) if session.allowed(put) else None
        write = write_on(session, put, thing, first=_replaced(put)) if thing else None
        if write is not None and write.changed:
            yield from while_sent(_drive(session, paths, write, verdicts))
        yield from verdicts.leave_untested("no resource that the run created could be changed by PUT and read")


def _drive(session: Session, paths: ItemPaths, write: Write, verdicts: Verdicts) -> Iterator[Verdict]:
    name = write.changed
    before = _read(session, paths, write, "before the PUT")
    first = write.send(note=f"another value of {name}", aim=verdicts.clause_id(_STORED))
    after = _read(session, paths, write, "what is there now")
    if before is None or after is None or not done(first):
        yield from verdicts.leave_untested(f"the PUT was not served: {why_not(first)}", first)
        return
    sent, old = write.members[name], member_shown(session.json(before), name)
    new = member_shown(session.json(after), name)
    for _ in range(LOOKS - 1):
        if isinstance(new, Missing) or alike(sent, new) or not alike(old, new):
            break
        session.pause(_PAUSE)
        after = _read(session, paths, write, "again, because the old value was shown") or after
        new = member_shown(session.json(after), name)
    if alike(sent, new):
        yield from verdicts.passed(_STORED, "what was put is read", first, after)
    elif not isinstance(old, Missing) and alike(old, new):
        message = f"{name} was put as {shown(sent)} and answered {first.status}; a read shows {shown(new)}, as before"
        yield from verdicts.failed(
            _STORED, message, before, first, after, problem="not-stored", expected=sent, actual=new
        )
        return
    else:
        yield from verdicts.untested(_STORED, f"{name} is not shown as it was put: {shown(new)}", first, after)
    yield from _twice(session, paths, write, verdicts, after)
    yield from _without(session, paths, write, verdicts)


def _twice(session: Session, paths: ItemPaths, write: Write, verdicts: Verdicts, once: Exchange) -> Iterator[Verdict]:
    if not verdicts.is_wanted(_TWICE):
        return
    again = write.send(note="the same request again", aim=verdicts.clause_id(_TWICE))
    twice = _read(session, paths, write, "what is there after both")
    if twice is None or not served(again):
        yield from verdicts.untested(_TWICE, f"the same PUT was not served again: {why_not(again)}", again)
        return
    for name, sent in write.members.items():
        # What a server adds inside of it, such as the id of a line, may be new each time.
        former, latter = (as_far_as(member_shown(session.json(each), name), sent) for each in (once, twice))
        if not isinstance(former, Missing) and former != latter:
            message = f"the same PUT sent again must change nothing; {name} was {shown(former)} and is {shown(latter)}"
            yield from verdicts.failed(
                _TWICE,
                message,
                once,
                again,
                twice,
                pointer=f"/{name}",
                problem="changed",
                expected=former,
                actual=latter,
            )
            return
    yield from verdicts.passed(_TWICE, "sent again, it changed nothing more", once, again, twice)


def _without(session: Session, paths: ItemPaths, write: Write, verdicts: Verdicts) -> Iterator[Verdict]:
    """Put everything that may be left out, then leave each of it out once: no value is one that the server would choose."""
    former = _read(session, paths, write, "before all is put") if verdicts.is_wanted(_LEFT) else None
    if former is None:
        return
    values = _optional(session, write, former)
    if not values:
        return
    full, values = _put_with(write, values, verdicts)
    whole = {**write.members, **values}
    before = _read(session, paths, write, "is it all there?")
    if before is None or not served(full):
        yield from verdicts.untested(_LEFT, f"{', '.join(values)} was not put and shown", full)
        return
    stored = {name: value for name, value in values.items() if alike(value, member_shown(session.json(before), name))}
    for name, value in stored.items():
        rest = {member: each for member, each in whole.items() if member != name}
        exchange, after = _leave_out(session, paths, write, name, rest)
        if after is None or not done(exchange):
            yield from verdicts.untested(_LEFT, f"a PUT without {name} was not served: {why_not(exchange)}", exchange)
            continue
        left = member_shown(session.json(after), name)
        if alike(value, left) and _comes_by_itself(session, paths, write, (name, value, rest)):
            yield from verdicts.untested(_LEFT, f"{name} may be {shown(left)} where none is put", exchange, after)
        elif alike(value, left):
            message = f"a PUT without {name} replaces what was there; a read shows {shown(left)} still"
            yield from verdicts.failed(
                _LEFT, message, before, exchange, after, pointer=f"/{name}", problem="kept", actual=left
            )
            return
        else:
            yield from verdicts.passed(_LEFT, "what a PUT left out is gone", before, exchange, after)
        before = after
    yield from verdicts.untested(_LEFT, "nothing that may be left out was put and shown", full)


def _leave_out(
    session: Session, paths: ItemPaths, write: Write, name: str, rest: dict[str, JSON]
) -> tuple[Exchange, Exchange | None]:
    """Put what is left without a member, and read what is there."""
    exchange = write.send(body=rest, note=f"without {name}", aim=clauses_of(write.operation)[_LEFT].id)
    return exchange, _read(session, paths, write, f"is {name} there still?")


def _comes_by_itself(
    session: Session, paths: ItemPaths, write: Write, given: tuple[str, JSON, dict[str, JSON]]
) -> bool:
    """Whether a value that is there after it was left out may be what a server takes then: with another one, it isn't kept.

    A text of ours is nothing that a server would take, nor is a list of ours. Of what has no other value, nobody can tell.
    """
    name, value, rest = given
    schema = write.media.schema if write.media else None
    other = another(value)
    if isinstance(value, list | dict) or (isinstance(value, str) and not _DATE.match(value)):
        return False
    if other == value or schema is None or not schema.is_valid({**rest, name: other}):
        return True
    put = write.send(body={**rest, name: other}, note=f"another {name}", aim=clauses_of(write.operation)[_LEFT].id)
    stored = _read(session, paths, write, f"is the other {name} there?")
    if not served(put) or stored is None or not alike(other, member_shown(session.json(stored), name)):
        return True
    _, after = _leave_out(session, paths, write, name, rest)
    return after is None or not alike(other, member_shown(session.json(after), name))


def _put_with(write: Write, values: dict[str, JSON], verdicts: Verdicts) -> tuple[Exchange, dict[str, JSON]]:
    """Put values for all that may be left out, or else for what is served: an end must come after its start."""
    aim = verdicts.clause_id(_LEFT)
    full = write.send(body={**write.members, **values}, note=f"with {', '.join(values)}", aim=aim)
    if served(full) or len(values) == 1:
        return full, values
    kept: dict[str, JSON] = {}
    for name, value in values.items():
        exchange = write.send(body={**write.members, **kept, name: value}, note=f"with {name}", aim=aim)
        if served(exchange):
            full, kept = exchange, {**kept, name: value}
    return full, kept or values


def _optional(session: Session, write: Write, former: Exchange) -> dict[str, JSON]:
    """Return the members that the PUT may leave out, at most eight, each with a value of ours that a read didn't show.

    What has a write of its own below is none of them: a PUT may leave that alone.
    """
    apart = _set_elsewhere(session.contract, write.operation)
    optional = [each for each in _replaced(write.operation) if plain_name(each) not in apart]
    found = {name: write.members[name] for name in optional if name == write.changed}
    schema = write.media.schema if write.media else None
    for name, value in sample_members(schema, every=write.members).items():
        if name not in optional or name in found or schema is None or len(found) >= _MOST:
            continue
        was = member_shown(session.json(former), name)
        others = [each for each in (_other(value),) if each != value] + list(_of_a_pattern(schema, name, value))
        fitting = (
            each for each in others if not alike(each, was) and schema.is_valid({**write.members, **found, name: each})
        )
        if (other := next(fitting, None)) is not None:
            found[name] = other
    return found


def _of_a_pattern(schema: Schema, name: str, value: JSON) -> Iterator[JSON]:
    """Yield a text itself that a pattern or format lets no other one be made of, unless the document shows it: a server may choose that."""
    member = view(schema).member(name)
    listed = member.keyword("examples")
    known = [member.keyword("example"), member.keyword("default"), *(listed if isinstance(listed, list) else ())]
    is_bound = member.keyword("pattern") is not None or member.keyword("format") is not None
    if is_bound and isinstance(value, str) and value and value not in known:
        yield value


def _other(value: JSON) -> JSON:
    """Return a value like another one, but not it: of a list, its first element is another one."""
    return [another(value[0]), *value[1:]] if isinstance(value, list) and value else another(value)


def _read(session: Session, paths: ItemPaths, write: Write, note: str) -> Exchange | None:
    exchange = get_at(session, paths.read, write.thing.address, note=note)
    return exchange if exchange is not None and served(exchange) else None


def _puts(contract: Contract) -> Iterator[tuple[ItemPaths, Operation]]:
    spoken = {each.update.operation for each in contract.resources if each.update}
    for paths in item_paths(contract):
        for operation in contract.operations:
            same = operation.path == paths.read.path and operation.method == "PUT" and not operation.problem
            if same and operation.id not in spoken:
                yield paths, operation


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A PUT replaces what was there.",
    clauses=clauses,
    drive=drive,
)
