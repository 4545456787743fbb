"""Every operation has an `operationId`, and no two share one: clauses and baselines are named after it."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.operation import Contract
from contract_suite.model.location import Location
from contract_suite.model.source import Level
from contract_suite.rules.rule import LintProblem, Rule


def _judge(contract: Contract) -> Iterator[LintProblem]:
    first: dict[str, Location] = {}
    for operation in contract.operations:
        node = operation.node
        raw = node.value.get("operationId") if node is not None and isinstance(node.value, dict) else None
        if node is None or not isinstance(node.value, dict):
            continue  # no object at all: another rule's problem
        if not isinstance(raw, str) or not raw:
            yield LintProblem(
                message=f"{operation.method} {operation.written_path} has no operationId",
                location=operation.location,
                level=Level.ADVISORY,
                cause="no operationId",
            )
        elif raw in first:
            yield LintProblem(
                message=f"the operationId {raw!r} stands at {first[raw].place} already",
                location=node.location_of("operationId"),
            )
        else:
            where = node.location_of("operationId")
            if "::" in raw:
                yield LintProblem(
                    message=f"the operationId {raw!r} holds '::', which separates the parts of a clause", location=where
                )
            first[raw] = where


RULE = Rule(name="operation-ids", title="Every operation has an operationId of its own.", judge=_judge)
