"""Examples: what the document itself shows as a request, with live values where an id must exist."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.requests import build
from contract_suite.generate.live_ids import LiveIds
from contract_suite.generate.proof import judge
from contract_suite.generate.templates import Fresh, templates
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage


def examples(contract: Contract, operation: Operation, live: LiveIds, *, fresh: Fresh | None = None) -> Iterator[Case]:
    """Every request that the document suggests for an operation.

    What is proved valid is positive once its ids are live; the rest is unknown.
    """
    for arguments in templates(contract, operation, live, fresh=fresh):
        request = build(operation, arguments)
        intent, _ = judge(contract, operation, request)
        if not live.vouches(operation, arguments):
            intent = Intent.UNKNOWN
        yield Case(
            operation=operation.id,
            request=request,
            intent=intent if intent is Intent.POSITIVE else Intent.UNKNOWN,
            stage=Stage.EXAMPLES,
            target_clause=clause_ids.accepted(operation.id) if intent is Intent.POSITIVE else "",
            note="as the document shows it",
            arguments=arguments,
        )
