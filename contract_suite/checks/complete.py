"""A response arrives whole: as long as its Content-Length says, and not without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.answers import cannot_tell, failed, passed
from contract_suite.checks.kit.judging import bodyless, home, usable
from contract_suite.checks.no_server_error import begun
from contract_suite.contract.operation import Contract, is_json
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import NoResponse
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "complete"


def _clauses(contract: Contract) -> Iterator[Clause]:
    for operation in usable(contract):
        yield Clause(
            operation=operation.id,
            subject="response",
            kind="complete",
            judge=NAME,
            source=Source.DOCUMENTED,
            location=operation.location,
            text="a response arrives whole: as long as its Content-Length says, and within the size that is read at most",
        )


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation = home(judgement)
    if operation is None:
        return
    answer = judgement.exchange.answer
    clause = f"{operation.id}::response::complete"
    if isinstance(answer, NoResponse):
        if begun(answer):
            yield failed(
                clause, f"the response broke off: {answer.message}", problem="broken-off", actual=answer.trouble.value
            )
        return
    if answer.truncated:
        size = f"{len(answer.body):,} bytes"
        if is_json(answer.header("content-type") or "application/json"):
            yield failed(
                clause,
                f"the body goes on after the {size} that are read at most",
                problem="endless",
                expected=f"at most {size}",
            )
        else:
            yield cannot_tell(clause, f"only the first {size} of the body were read")
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
            f"Content-Length is {length}, and {len(answer.body)} bytes came",
            problem="length",
            expected=length,
            actual=str(len(answer.body)),
        )
        return
    yield passed(clause)


CHECK: Final = Check(name=NAME, title="A response arrives whole.", clauses=_clauses, judge=_judge)
