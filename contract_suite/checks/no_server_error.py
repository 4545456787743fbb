"""A request gets an answer, and the answer is no server error.

A documented 503 says that the service is away for now, which proves nothing about the request.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import has_begun, operation_of
from contract_suite.checks.kit.verdicts import cannot_tell, failed, passed
from contract_suite.contract.operation import Contract, Operation
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import NoResponse, Trouble, is_server_error
from contract_suite.model.verdict import Verdict

NAME: Final = "no-server-error"
_DEEP: Final = 64
_BRACKETS: Final = frozenset(b'[{":a ')
_AWAY: Final = frozenset({Trouble.REFUSED, Trouble.UNREACHABLE})


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    yield make_clause(
        NAME,
        operation,
        "response",
        "arrives",
        "every request gets an HTTP response: no dead connection, no silence, no garbage",
    )
    yield make_clause(
        NAME,
        operation,
        "response",
        "no-server-error",
        "no well-formed request, valid or not, is answered with a server error (5xx)",
    )


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation = operation_of(judgement)
    if operation is None:
        return
    answer = judgement.exchange.answer
    arrives, sound = f"{operation.id}::response::arrives", f"{operation.id}::response::no-server-error"
    if isinstance(answer, NoResponse):
        if answer.trouble in _AWAY:
            yield cannot_tell(arrives, f"nothing was sent, because nobody took the connection: {answer.message}")
        elif answer.trouble is Trouble.STALE:
            yield cannot_tell(arrives, f"the server may have closed the idle connection meanwhile: {answer.message}")
        elif not has_begun(answer):
            yield failed(
                arrives,
                f"no response arrived: {answer.message}",
                problem=answer.trouble.value,
                expected="a response",
                actual=answer.trouble.value,
            )
        return
    yield passed(arrives)
    status = answer.status
    if not is_server_error(status):
        yield passed(sound)
    elif status == 503 and (
        answer.header("retry-after") is not None or (judgement.spec is not None and judgement.spec.status != "default")
    ):
        yield cannot_tell(sound, "the service says that it is away for now (503)")
    elif status == 501 and judgement.spec is not None and judgement.spec.status == str(status):
        yield cannot_tell(sound, "the service says that it lacks this, which the document announces (501)")
    elif status != 501 or judgement.operation is not None:
        yield failed(
            sound,
            f"the server failed with {status} {answer.reason}".rstrip(),
            problem=f"{_what_failed(judgement)}-{status}",
            expected="a status below 500",
            actual=str(status),
        )


def _what_failed(judgement: Judgement) -> str:
    """What is special about a request that the server failed at: it asks what nobody declared, or nests too deep."""
    if judgement.operation is None:
        return "undeclared"
    return "nested" if _is_nested(judgement) else "status"


def _is_nested(judgement: Judgement) -> bool:
    """Whether a request is little but brackets: many a parser fails at its depth, whatever the operation does."""
    body = judgement.case.request.body.lstrip()
    return len(body) > _DEEP and set(body[:_DEEP]) <= _BRACKETS


CHECK: Final = Check(
    name=NAME,
    title="Every request gets an answer that is no server error.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
