"""GET with If-None-Match: 304 for the tag that is current, the representation for any other."""

from __future__ import annotations

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.requests import allows_header, ask_again
from contract_suite.behaviours.kit.responses import obstacle, served, why_not
from contract_suite.behaviours.kit.retrying import retry_until_stable, untested_if_unusable
from contract_suite.behaviours.kit.verdicts import Unusable, VerdictMap, failed, passed, untested
from contract_suite.behaviours.standards.conditional_requests.clauses import OTHER, UNCHANGED
from contract_suite.behaviours.standards.conditional_requests.entity_tags import opaque, tag_of, unknown_tag
from contract_suite.contract.operation import Operation
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import Arguments
from contract_suite.model.verdict import Verdict

_NOT_MODIFIED = 304
_FAILED = 412


def judge_reading(session: Session, operation: Operation, arguments: Arguments, ids: dict[str, str]) -> VerdictMap:
    """Judge the wanted clauses of one read; `ids` are clause ids by short key."""

    def observe() -> VerdictMap:
        whole = session.call(operation, arguments, note="with its entity tag")
        tag = tag_of(whole)
        if not served(whole) or tag is None:
            raise Unusable(why_not(whole) if not served(whole) else "the response has no well-formed entity tag", whole)
        found: VerdictMap = {}
        if UNCHANGED in ids:
            found[ids[UNCHANGED]] = _unchanged(session, operation, whole, tag, ids[UNCHANGED])
        if OTHER in ids:
            found[ids[OTHER]] = _other(session, operation, whole, ids[OTHER])
        return found

    return retry_until_stable(untested_if_unusable(ids.values(), observe))


def _unchanged(session: Session, operation: Operation, whole: Exchange, tag: str, clause: str) -> Verdict:
    if not allows_header(operation, "If-None-Match", tag):
        return untested(clause, "the document doesn't allow the entity tag in If-None-Match", (whole.number,))
    exchange = ask_again(session, whole, {"If-None-Match": tag}, operation=operation, aim=clause)
    numbers = (whole.number, exchange.number)
    response = exchange.response
    if response is None or obstacle(exchange):
        return untested(clause, obstacle(exchange), numbers)
    if exchange.status == _NOT_MODIFIED:
        now = response.header("etag")
        if response.body:
            message = f"a 304 must have no body; it has {counted(len(response.body), 'byte')}"
            return failed(clause, message, numbers, problem="body", expected=0, actual=len(response.body))
        if now is not None and opaque(now.strip()) != opaque(tag):
            message = f"the 304 says that {tag} is current, and names {now} as the entity tag"
            return failed(clause, message, numbers, problem="tag", expected=tag, actual=now)
        return passed(clause, numbers, "the current tag was answered 304")
    if served(exchange):
        if whole.response is None or response.body != whole.response.body:
            return untested(clause, "the representation changes with each request", numbers)
        now = tag_of(exchange)
        moved = now is not None and opaque(now) != opaque(tag)
        message = (
            f"the same representation has another entity tag at each request: {tag}, then {now}"
            if moved
            else f"GET with If-None-Match and the current entity tag must be answered 304; it was {exchange.status}"
        )
        return failed(
            clause,
            message,
            numbers,
            problem="moving-tag" if moved else "ignored",
            expected=_NOT_MODIFIED,
            actual=exchange.status,
        )
    message = f"GET with If-None-Match and the current entity tag must be answered 304; it was {exchange.status}"
    return failed(clause, message, numbers, problem="refused", expected=_NOT_MODIFIED, actual=exchange.status)


def _other(session: Session, operation: Operation, whole: Exchange, clause: str) -> Verdict:
    tag = unknown_tag(session.random)
    if not allows_header(operation, "If-None-Match", tag):
        return untested(clause, "the document doesn't allow another entity tag in If-None-Match", (whole.number,))
    exchange = ask_again(session, whole, {"If-None-Match": tag}, operation=operation, aim=clause)
    numbers = (whole.number, exchange.number)
    if served(exchange):
        return passed(clause, numbers, "another tag was served")
    if exchange.status in {_NOT_MODIFIED, _FAILED}:
        message = f"GET with If-None-Match and another entity tag must be served; it was answered {exchange.status}"
        return failed(
            clause, message, numbers, problem=f"status-{exchange.status}", expected=200, actual=exchange.status
        )
    return untested(clause, why_not(exchange), numbers)
