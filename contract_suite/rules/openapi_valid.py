"""The document has the structure that OpenAPI 3 demands: names, types and required members of its objects."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.family import node_of
from contract_suite.contract.operation import Contract
from contract_suite.rules.kit.against_schema import problems_of
from contract_suite.rules.rule import LintProblem, Rule


def _judge(contract: Contract) -> Iterator[LintProblem]:
    yield from problems_of(node_of(contract), "contract_suite.rules", "openapi.schema.json")


RULE = Rule(name="openapi-valid", title="The document has the structure of OpenAPI 3.", judge=_judge)
