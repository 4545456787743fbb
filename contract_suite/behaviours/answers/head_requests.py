"""A HEAD says of a resource what a GET says, without its body (RFC 9110, section 9.3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none
from contract_suite.behaviours.kit.responses import obstacle, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME = "head-requests"
_AGREES = "agrees"
_HEADERS = ("content-type", "content-language", "content-encoding")


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every path that declares both."""
    found = (clause for head, _ in _pairs(contract) for clause in clauses_of(head).values())
    yield from inapplicable_if_none(
        found, contract, NAME, "method", "no path of the document declares both GET and HEAD"
    )


def clauses_of(head: Operation) -> dict[str, Clause]:
    """The clause of one HEAD."""
    clause = Clause(
        operation=head.id,
        subject="request",
        kind="agrees-with-get",
        judge=NAME,
        text="HEAD is answered as GET is, without the body.",
        source=Source.STANDARD,
        location=head.location,
    )
    return {_AGREES: clause}


def drive(session: Session) -> Iterator[Verdict]:
    """Send both with the same arguments."""
    for head, get in _pairs(session.contract):
        verdicts = Verdicts(session, clauses_of(head))
        if not verdicts.any_wanted:
            continue
        arguments = session.accepted(get) if session.allowed(get) and session.allowed(head) else None
        if arguments is None:
            yield from verdicts.leave_untested(f"no successful request of {get.id} is known")
            continue
        shared = {subject: value for subject, value in arguments.items() if head.parameter(subject)}
        first = session.call(get, arguments, note="with its body")
        exchange = session.call(head, shared, note="without its body", aim=verdicts.clause_id(_AGREES))
        steady = True
        if _length(exchange) not in {None, _length(first)}:
            # The resource may have changed in between: its length counts only if it was the same before and after.
            steady = _length(session.call(get, arguments, note="again, for its length")) == _length(first)
        yield from _judge(verdicts, first, exchange, steady=steady)


def _pairs(contract: Contract) -> Iterator[tuple[Operation, Operation]]:
    usable = [operation for operation in contract.operations if not operation.problem]
    by_path = {operation.path: operation for operation in usable if operation.method == "GET"}
    for operation in usable:
        if operation.method == "HEAD" and operation.path in by_path:
            yield operation, by_path[operation.path]


def _judge(verdicts: Verdicts, get: Exchange, head: Exchange, *, steady: bool) -> Iterator[Verdict]:
    if get.response is None or head.response is None or obstacle(get) or obstacle(head) or not served(get):
        yield from verdicts.untested(
            _AGREES, obstacle(get) or obstacle(head) or f"GET was answered {get.status}", get, head
        )
        return
    if head.status != get.status:
        message = f"HEAD must be answered as GET is, {get.status}; it was answered {head.status}"
        yield from verdicts.failed(
            _AGREES, message, get, head, problem="status", expected=get.status, actual=head.status
        )
        return
    if head.response.body:
        message = f"the answer to HEAD must have no body; it has {counted(len(head.response.body), 'byte')}"
        yield from verdicts.failed(
            _AGREES, message, get, head, problem="body", expected=0, actual=len(head.response.body)
        )
        return
    for name in _HEADERS:
        wanted, came = get.response.header(name), head.response.header(name)
        if came is not None and wanted != came:
            message = f"{name} of HEAD must be that of GET, {wanted!r}; it is {came!r}"
            yield from verdicts.failed(_AGREES, message, get, head, problem=name, expected=wanted or "", actual=came)
            return
    if _length(get) is not None and _length(head) not in {None, _length(get)} and steady:
        message = f"Content-Length of HEAD must be that of GET, {_length(get)}; it is {_length(head)}"
        yield from verdicts.failed(
            _AGREES, message, get, head, problem="content-length", expected=_length(get), actual=_length(head)
        )
        return
    yield from verdicts.passed(_AGREES, "HEAD was answered as GET", get, head)


def _length(exchange: Exchange) -> str | None:
    return exchange.response.header("content-length") if exchange.response else None


BEHAVIOUR = Behaviour(
    name=NAME,
    title="A HEAD is answered as a GET is, without the body.",
    clauses=clauses,
    drive=drive,
)
