"""Problem details say what the answer's status says, with members of the types that RFC 9457 gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.checks.check import Check, Judgement
from contract_suite.checks.kit.clauses import for_each_operation, make_clause
from contract_suite.checks.kit.verdicts import failed, passed
from contract_suite.contract.operation import Contract, Operation, essence
from contract_suite.model.clause import Clause
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "problem-details"
_MEDIA: Final = "application/problem+json"
_STATUS: Final = "problem-status"
_MEMBERS: Final = "problem-members"
_TEXTS: Final = ("type", "title", "detail", "instance")
_REFERENCES: Final = ("type", "instance")
_REFERENCE: Final = re.compile(r"[^\s<>\"{}|\\^`]*\Z")


def _clauses(_contract: Contract, operation: Operation) -> Iterator[Clause]:
    found = [spec for spec in operation.responses for media in spec.media_types if essence(media.name) == _MEDIA]
    if not found:
        return
    for kind, text in (
        (_STATUS, "the status in problem details is the status of the response (RFC 9457)"),
        (
            _MEMBERS,
            "type, title, detail and instance of problem details are texts, type and instance references (RFC 9457)",
        ),
    ):
        yield make_clause(NAME, operation, "problem", kind, text, source=Source.STANDARD, location=found[0].location)


def _judge(judgement: Judgement) -> Iterator[Verdict]:
    operation, response, body = judgement.operation, judgement.response, judgement.body
    if operation is None or operation.problem or response is None or not isinstance(body, dict):
        return
    documented = any(essence(media.name) == _MEDIA for spec in operation.responses for media in spec.media_types)
    if not documented or essence(response.header("content-type") or "") != _MEDIA:
        return
    clause = f"{operation.id}::problem::"
    said = body.get("status")
    if said is not None:
        if isinstance(said, bool) or not isinstance(said, int | float) or said != response.status:
            message = f"the body says status {said!r}, but the status of the response is {response.status}"
            yield failed(
                f"{clause}{_STATUS}",
                message,
                problem="other-status",
                pointer="/status",
                expected=str(response.status),
                actual=str(said),
            )
        else:
            yield passed(f"{clause}{_STATUS}")
    for name in _TEXTS:
        value = body.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            message = f"{name} of a problem must be a text; it is {value!r}"
            yield failed(f"{clause}{_MEMBERS}", message, problem="type", pointer=f"/{name}", actual=str(value))
            return
        if name in _REFERENCES and not _REFERENCE.match(value):
            message = f"{name} of a problem must be a URI reference; it is {value!r}"
            yield failed(f"{clause}{_MEMBERS}", message, problem="reference", pointer=f"/{name}", actual=value)
            return
    yield passed(f"{clause}{_MEMBERS}")


CHECK: Final = Check(
    name=NAME,
    title="Problem details agree with their response.",
    clauses=for_each_operation(_clauses),
    judge=_judge,
)
