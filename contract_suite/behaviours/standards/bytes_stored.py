"""A PUT of bytes stores them: a GET at its path returns what was sent (RFC 9110, section 9.3.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.changing import while_sent, write_on
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import OwnThing, items_above, own_thing
from contract_suite.behaviours.kit.requests import get_at
from contract_suite.behaviours.kit.responses import done, served, why_not
from contract_suite.behaviours.kit.retrying import read_until
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.contract.operation import Contract, Operation, is_json
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "bytes-stored"
_KEY: Final = "stored"
_BYTES: Final = frozenset({"application/octet-stream", "text/plain"})


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every PUT of bytes below an item that the run can make, with a GET on its path that answers with bytes."""
    found = (clause for put, _ in _puts(contract) for clause in _clauses_of(put).values())
    reason = "the document has no PUT of bytes with a GET on its path, below what the run can make"
    yield from inapplicable_if_none(found, contract, NAME, "body", reason)


def drive(session: Session) -> Iterator[Verdict]:
    """Put a text that nobody has sent before, and get it."""
    for put, reading in _puts(session.contract):
        verdicts = Verdicts(session, _clauses_of(put))
        if not verdicts.any_wanted:
            continue
        paths = items_above(session.contract, put)
        usable = session.allowed(put) and session.allowed(reading)
        thing = own_thing(session, paths) if paths is not None and usable else None
        if thing is not None:
            yield from while_sent(_drive(session, put, reading, thing, verdicts))
        yield from verdicts.leave_untested("no resource that the run created takes bytes by PUT and shows them")


def _drive(
    session: Session, put: Operation, reading: Operation, thing: OwnThing, verdicts: Verdicts
) -> Iterator[Verdict]:
    write = write_on(session, put, thing)
    before = get_at(session, reading, thing.address, note="the bytes before")
    if write is None or before is None or not served(before):
        return
    sent = write.send(note="other bytes", aim=verdicts.clause_id(_KEY))
    if not done(sent):
        yield from verdicts.untested(_KEY, f"the PUT was not served: {why_not(sent)}", sent)
        return
    old = _content(before)
    after = read_until(session, reading, thing.address, lambda read: _content(read) != old, note="are they there?")
    if after is None or not served(after):
        return
    if _content(after) == sent.request.body:
        yield from verdicts.passed(_KEY, "the bytes that were put are read", sent, after)
    elif _content(after) == _content(before):
        message = f"a PUT of other bytes was answered {sent.status}, but a read returns the old ones"
        yield from verdicts.failed(_KEY, message, before, sent, after, problem="not-stored")
    else:
        yield from verdicts.untested(_KEY, "the server changed the bytes that were put", sent, after)


def _content(exchange: Exchange) -> bytes:
    return exchange.response.body if exchange.response is not None else b""


def _puts(contract: Contract) -> Iterator[tuple[Operation, Operation]]:
    readings = {each.path: each for each in contract.operations if each.method == "GET" and not each.problem}
    for put in contract.operations:
        reading = readings.get(put.path)
        names = {media.name for media in put.body.media_types} if put.body is not None else set()
        if put.method != "PUT" or put.problem or reading is None or not names or not names <= _BYTES:
            continue
        shown = {media.name for spec in reading.responses if spec.status == "200" for media in spec.media_types}
        if shown and not any(map(is_json, shown)) and items_above(contract, put) is not None:
            yield put, reading


def _clauses_of(put: Operation) -> dict[str, Clause]:
    return {
        _KEY: clause_at(
            NAME, put, "body", NAME, "The bytes that a PUT brings are read after it (RFC 9110).", source=Source.STANDARD
        )
    }


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A PUT of bytes stores them.",
    clauses=clauses,
    drive=drive,
)
