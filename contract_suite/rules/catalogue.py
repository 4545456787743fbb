"""Every rule, in the order in which they are listed. A rule of your own joins by value: `(*RULES, mine)`."""

from __future__ import annotations

from typing import Final

from contract_suite.rules import (
    decisions_inferred,
    descriptions,
    errata_point_somewhere,
    examples_valid,
    openapi_valid,
    operation_ids,
    operations_usable,
    path_parameters,
    promises_resolve,
    references_resolve,
    responses_documented,
    security_declared,
    seed_valid,
    vocabulary_valid,
)
from contract_suite.rules.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    openapi_valid.RULE,
    references_resolve.RULE,
    operations_usable.RULE,
    operation_ids.RULE,
    path_parameters.RULE,
    responses_documented.RULE,
    security_declared.RULE,
    examples_valid.RULE,
    vocabulary_valid.RULE,
    decisions_inferred.RULE,
    promises_resolve.RULE,
    errata_point_somewhere.RULE,
    seed_valid.RULE,
    descriptions.RULE,
)
