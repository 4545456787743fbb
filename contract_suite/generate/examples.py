"""Examples: what the document itself shows as a request, with live values where an id must exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.requests import build
from contract_suite.generate.linked_values import LinkedValues
from contract_suite.generate.live_ids import LiveIds
from contract_suite.generate.proof import judge
from contract_suite.generate.templates import Fresh, templates
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.json import Arguments

_SHOWN: Final = "as the document shows it"


def examples(contract: Contract, operation: Operation, live: LiveIds, *, fresh: Fresh | None = None) -> Iterator[Case]:
    """Every request that the document suggests for an operation.

    What is proved valid is positive once its ids are live; the rest is unknown.
    """
    notes = [_SHOWN] if _shows_values(operation) else ["with required arguments alone", "as its schemas say"]
    for number, arguments in enumerate(templates(contract, operation, live, fresh=fresh)):
        request = build(operation, arguments)
        intent, _ = judge(contract, operation, request)
        if not live.vouches(operation, arguments) or _is_made_up(contract, operation, arguments):
            intent = Intent.UNKNOWN
        yield Case(
            operation=operation.id,
            request=request,
            intent=intent if intent is Intent.POSITIVE else Intent.UNKNOWN,
            stage=Stage.EXAMPLES,
            target_clause=clause_ids.accepted(operation.id) if intent is Intent.POSITIVE else "",
            note=notes[min(number, len(notes) - 1)],
            arguments=arguments,
        )


def _is_made_up(contract: Contract, operation: Operation, arguments: Arguments) -> bool:
    """Whether a body holds values that have to belong together, and is none that the document shows."""
    media = operation.body.usual if operation.body is not None else None
    if contract.sourced or media is None:
        return False
    body = arguments.get("body")
    return LinkedValues(None, operation).made_up_in(body) and all(
        LinkedValues(each.value, operation).broken_by(body, "") for each in media.examples
    )


def _shows_values(operation: Operation) -> bool:
    """Whether the document itself shows values for a call, or there are none to show."""
    media = operation.body.usual if operation.body is not None else None
    shown = any(each.examples for each in operation.parameters) or (media is not None and bool(media.examples))
    return shown or not (operation.parameters or operation.body)
