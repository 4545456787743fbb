"""Every operation says what a success looks like, and those that need a key how a missing one is answered."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.operation import Contract
from contract_suite.model.source import Level
from contract_suite.rules.rule import LintProblem, Rule


def _judge(contract: Contract) -> Iterator[LintProblem]:
    for operation in contract.operations:
        if operation.problem or operation.broken:
            continue
        if not any(spec.status[0] in "123" or spec.status == "default" for spec in operation.responses):
            yield LintProblem(
                message=f"{operation.id} documents no successful response",
                location=operation.location,
                cause="no success",
            )
        if operation.needs_key and operation.response(401) is None:
            yield LintProblem(
                message=f"{operation.id} needs a key and documents no 401",
                location=operation.location,
                level=Level.ADVISORY,
                cause="no 401",
            )


RULE = Rule(
    name="responses-documented",
    title="Every operation documents its success, and a 401 where it needs a key.",
    judge=_judge,
)
