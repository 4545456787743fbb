"""A response arrives whole: as long as its Content-Length says, and not without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.judging import bodyless, has_begun, operation_of
from contract_suite.checks.kit.verdicts import cannot_tell, failed, passed
from contract_suite.contract.operation import Contract, Operation, is_json
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.exchange import NoResponse
from contract_suite.model.json import are_records
from contract_suite.model.verdict import Verdict

NAME: Final = "complete"
_TEXT: Final = "a response arrives whole: as long as its Content-Length says, and within the size that is read at most"


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    yield make_clause(NAME, operation, "response", "complete", _TEXT)


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation = operation_of(judgement)
    if operation is None:
        return
    answer = judgement.exchange.answer
    clause = f"{operation.id}::response::complete"
    if isinstance(answer, NoResponse):
        if has_begun(answer):
            yield failed(
                clause, f"the response broke off: {answer.message}", problem="broken-off", actual=answer.trouble.value
            )
        return
    if answer.truncated:
        size = counted(len(answer.body), "byte")
        if are_records(answer.body):
            yield cannot_tell(clause, "the response goes on, one JSON text after the other, as a stream does")
        elif is_json(answer.header("content-type") or "application/json"):
            yield failed(
                clause,
                f"the body goes on after {size}, the most that is read",
                problem="endless",
                expected=f"at most {size}",
            )
        else:
            yield cannot_tell(clause, f"the body goes on after {size}, the most that is read")
        return
    length = answer.header("content-length") or ""
    encoded = (answer.header("content-encoding") or "identity").lower() != "identity" or answer.header(
        "transfer-encoding"
    ) is not None
    if (
        length.isascii()
        and length.isdigit()
        and not encoded
        and not bodyless(judgement)
        and length.lstrip("0") != str(len(answer.body) or "")
    ):
        yield failed(
            clause,
            f"Content-Length is {length}, but the body has {counted(len(answer.body), 'byte')}",
            problem="length",
            expected=length,
            actual=str(len(answer.body)),
        )
        return
    yield passed(clause)


CHECK: Final = Check(name=NAME, title="A response arrives whole.", clauses=for_each_operation(_clauses), judge=_judge)
