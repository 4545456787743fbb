"""Operations, parameters and responses are described for a reader. Advisory."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.operation import Contract
from contract_suite.model.source import Level
from contract_suite.rules.rule import LintProblem, Rule


def _judge(contract: Contract) -> Iterator[LintProblem]:
    for operation in contract.operations:
        if operation.problem:
            continue
        if not operation.summary and not operation.description:
            yield LintProblem(
                message=f"{operation.id} has neither summary nor description",
                location=operation.location,
                cause="operations",
            )
        for parameter in operation.parameters:
            if not parameter.description:
                yield LintProblem(
                    message=f"the parameter {parameter.name!r} has no description",
                    location=parameter.location,
                    cause="parameters",
                )
        for spec in operation.responses:
            if not spec.description:
                yield LintProblem(
                    message=f"the response {spec.status} of {operation.id} has no description",
                    location=spec.location,
                    cause="responses",
                )


RULE = Rule(
    name="descriptions", title="Operations, parameters and responses are described.", judge=_judge, level=Level.ADVISORY
)
