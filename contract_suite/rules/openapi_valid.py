"""The document has the structure that OpenAPI 3 demands: names, types and required members of its objects."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.family import node_of
from contract_suite.contract.operation import Contract
from contract_suite.contract.swagger2.upgrade import UPGRADED_FROM
from contract_suite.rules.kit.against_schema import problems_of
from contract_suite.rules.rule import LintProblem, Rule


def _judge(contract: Contract) -> Iterator[LintProblem]:
    root = node_of(contract)
    upgraded = isinstance(root.value, dict) and UPGRADED_FROM in root.value
    # Swagger 2.0 lets anything be the name of a definition or of a security scheme.
    allowed = frozenset({"pattern"}) if upgraded else frozenset()
    yield from problems_of(root, "contract_suite.rules", "openapi.schema.json", allowed=allowed)


RULE = Rule(name="openapi-valid", title="The document has the structure of OpenAPI 3.", judge=_judge)
