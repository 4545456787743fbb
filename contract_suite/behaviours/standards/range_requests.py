"""Ranges of bytes are those that were asked for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.own_things import readable_arguments
from contract_suite.behaviours.kit.requests import (
    allows_header,
    answers_with,
    ask_again,
    takes_header,
)
from contract_suite.behaviours.kit.responses import obstacle, served, why_not
from contract_suite.behaviours.kit.retrying import retry_until_stable, untested_if_unusable
from contract_suite.behaviours.kit.verdicts import Unusable, VerdictMap, Verdicts, failed, passed, untested
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import Arguments
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "range-requests"
_PARTIAL: Final = "partial"
_BEYOND: Final = "beyond"
_UNIT: Final = "unit"
_IF_RANGE: Final = "if-range"
_SENTENCES: Final = {
    _PARTIAL: ("range-exact", "a range of bytes is answered 206 with those bytes of the whole, or with the whole"),
    _BEYOND: ("beyond-end-refused", "a range beyond the end is answered 416 with the length, or with the whole"),
    _UNIT: ("unknown-unit-ignored", "a range in a unit that nobody knows is ignored"),
    _IF_RANGE: ("if-range-respected", "a range with If-Range of another entity tag is answered with the whole"),
}
_CONTENT_RANGE: Final = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)\Z")
_UNSATISFIED: Final = re.compile(r"bytes \*/([0-9]{1,18})\Z")
_SHORTEST: Final = 4
_PART: Final = 206
_WHOLE: Final = 200
_BEYOND_END: Final = 416


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One range: how it is written, and the first and the last byte that it means."""

    text: str
    first: int
    last: int


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every GET of which the document says that it serves ranges."""
    found = (clause for each in contract.operations for clause in clauses_of(each).values())
    yield from inapplicable_if_none(found, contract, NAME, "range", "the document speaks of no ranges")


def clauses_of(operation: Operation) -> dict[str, Clause]:
    """Return the clauses of one operation by short keys; none where the document doesn't speak of ranges."""
    spoken = takes_header(operation, "Range") or operation.documents(_PART) or answers_with(operation, "Accept-Ranges")
    if operation.problem or operation.method != "GET" or not spoken:
        return {}
    return {
        key: clause_at(NAME, operation, "range", kind, f"{sentence} (RFC 9110).", source=Source.STANDARD)
        for key, (kind, sentence) in _SENTENCES.items()
    }


def drive(session: Session) -> Iterator[Verdict]:
    """Ask for parts of a whole that stays the same."""
    for operation in session.contract.operations:
        keyed = clauses_of(operation)
        verdicts = Verdicts(session, keyed)
        if not verdicts.any_wanted:
            continue
        arguments = readable_arguments(session, operation)
        if arguments is not None:
            ids = {key: clause.id for key, clause in keyed.items() if verdicts.is_wanted(key)}
            yield from verdicts.report(_judge(session, operation, arguments, ids).values())
        yield from verdicts.leave_untested(f"no successful request of {operation.id} is known")


def _judge(session: Session, operation: Operation, arguments: Arguments, ids: dict[str, str]) -> VerdictMap:
    def observe() -> VerdictMap:
        whole = session.call(operation, arguments, note="the whole")
        response = whole.response
        if response is None or whole.status != _WHOLE or obstacle(whole):
            raise Unusable(why_not(whole), whole)
        if len(response.body) < _SHORTEST or response.header("content-encoding"):
            raise Unusable("the whole is too short or encoded", whole)
        found: VerdictMap = {}
        if _PARTIAL in ids:
            found[ids[_PARTIAL]] = _parts(session, operation, whole, ids[_PARTIAL])
        if _BEYOND in ids:
            found[ids[_BEYOND]] = _beyond(session, operation, whole, ids[_BEYOND])
        if _UNIT in ids:
            found[ids[_UNIT]] = _ignored(session, operation, whole, {"Range": "contract-suite=0-0"}, ids[_UNIT])
        if _IF_RANGE in ids:
            other = {"Range": "bytes=0-0", "If-Range": '"contract-suite-none"'}
            found[ids[_IF_RANGE]] = _ignored(session, operation, whole, other, ids[_IF_RANGE])
        return found

    return retry_until_stable(untested_if_unusable(ids.values(), observe))


def _parts(session: Session, operation: Operation, whole: Exchange, clause: str) -> Verdict:
    size = len(_body(whole))
    last = size - 1
    asked = (
        _Asked(text="bytes=0-0", first=0, last=0),
        _Asked(text=f"bytes=1-{min(2, last)}", first=1, last=min(2, last)),
        _Asked(text="bytes=1-", first=1, last=last),
        _Asked(text="bytes=-3", first=size - 3, last=last),
    )
    verdict = untested(clause, "the server answers ranges with the whole", (whole.number,))
    for each in asked:
        exchange = _ask(session, operation, whole, {"Range": each.text})
        if exchange is None:
            continue
        if obstacle(exchange):
            return untested(clause, obstacle(exchange), (whole.number, exchange.number))
        trouble, problem = _trouble(whole, exchange, each)
        if trouble:
            message = f"Range: {each.text} {trouble}"
            return failed(clause, message, (whole.number, exchange.number), problem=problem, actual=exchange.status)
        if exchange.status == _PART:
            verdict = passed(clause, (whole.number, exchange.number), "the parts are those of the whole")
    return verdict


def _trouble(whole: Exchange, exchange: Exchange, asked: _Asked) -> tuple[str, str]:
    """Return what is wrong with an answer to one range, and the name of the problem; empty if nothing is."""
    content, body = _body(whole), _body(exchange)
    right = content[asked.first : asked.last + 1]
    if exchange.status == _WHOLE:
        if body != content and body and body in content:
            return (
                f"was answered 200, which is for the whole, with {len(body)} of {counted(len(content), 'byte')}",
                "part-as-whole",
            )
        return "", ""
    if exchange.status != _PART:
        if exchange.status == _BEYOND_END:
            return f"is within the {counted(len(content), 'byte')} of the whole and was answered 416", "refused"
        return "", ""
    said = exchange.response.header("content-range") if exchange.response else None
    if said is None:
        kind = exchange.response.header("content-type") if exchange.response else None
        multipart = (kind or "").lower().startswith("multipart/byteranges")
        return ("", "") if multipart else ("was answered 206 without Content-Range", "no-content-range")
    match = _CONTENT_RANGE.match(said.strip())
    wanted = f"bytes {asked.first}-{asked.last}/{len(content)}"
    if match is None or (int(match[1]), int(match[2])) != (asked.first, asked.last):
        return f"must have Content-Range: {wanted}; it has {said!r}", "content-range"
    if match[3] not in {"*", str(len(content))}:
        return f"must have Content-Range: {wanted}; it has {said!r}", "total"
    if body != right:
        return (
            f"must bring {counted(len(right), 'byte')}, {right[:20]!r}; it brought {len(body)}, {body[:20]!r}",
            "bytes",
        )
    return "", ""


def _beyond(session: Session, operation: Operation, whole: Exchange, clause: str) -> Verdict:
    size = len(_body(whole))
    text = f"bytes={size + 10}-{size + 20}"
    exchange = _ask(session, operation, whole, {"Range": text})
    if exchange is None:
        return untested(clause, "the document doesn't allow a range beyond the end", (whole.number,))
    numbers = (whole.number, exchange.number)
    if exchange.status == _PART:
        message = f"Range: {text} begins after the end of {counted(size, 'byte')} and was answered 206"
        return failed(clause, message, numbers, problem="served", expected=_BEYOND_END, actual=_PART)
    if exchange.status != _BEYOND_END or exchange.response is None:
        return untested(clause, f"a range beyond the end was answered {exchange.status}", numbers)
    said = exchange.response.header("content-range")
    match = _UNSATISFIED.match((said or "").strip())
    if match is None or int(match[1]) != size:
        message = f"a 416 should say the length with Content-Range: bytes */{size}; it has {said or 'none'}"
        return failed(
            clause,
            message,
            numbers,
            problem="no-length" if said is None else "length",
            expected=f"bytes */{size}",
            actual=said,
        )
    return passed(clause, numbers, "a range beyond the end was refused, with the length")


def _ignored(session: Session, operation: Operation, whole: Exchange, headers: dict[str, str], clause: str) -> Verdict:
    exchange = _ask(session, operation, whole, headers)
    if exchange is None:
        return untested(clause, "the document doesn't allow this", (whole.number,))
    numbers = (whole.number, exchange.number)
    shown = ", ".join(f"{name}: {value}" for name, value in headers.items())
    if exchange.status in {_PART, _BEYOND_END}:
        message = f"{shown} must be answered with the whole; it was answered {exchange.status}"
        return failed(
            clause, message, numbers, problem=f"status-{exchange.status}", expected=200, actual=exchange.status
        )
    if not served(exchange) or obstacle(exchange):
        return untested(clause, why_not(exchange), numbers)
    if _body(exchange) != _body(whole):
        return untested(clause, "the representation changes with each request", numbers)
    return passed(clause, numbers, "the whole was sent")


def _ask(session: Session, operation: Operation, whole: Exchange, headers: dict[str, str]) -> Exchange | None:
    if not all(allows_header(operation, name, value) for name, value in headers.items()):
        return None
    # The document may not speak of every answer that a range can get: checks don't hold these to it.
    return ask_again(session, whole, headers)


def _body(exchange: Exchange) -> bytes:
    return exchange.response.body if exchange.response else b""


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A range request returns exactly those bytes.",
    clauses=clauses,
    drive=drive,
)
