"""Requests to what does not exist, and the verdict on their answers."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
)
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.observing import addressing_arguments
from contract_suite.behaviours.resources.kit.unknown_identities import (
    looks_at_body_first,
    unknown_status,
)
from contract_suite.behaviours.resources.kit.updating import update_values, with_required
from contract_suite.contract.addressing import with_body
from contract_suite.contract.operation import Operation
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.verdict import Verdict


def send_to(
    session: Session, ops: ResourceOperations, operation: Operation, made: Made, *, note: str, aim: str
) -> Exchange | None:
    """Send one of the operations that address one of a resource to an identity that nothing has."""
    arguments = addressing_arguments(session, operation, made)
    if arguments is None:
        return None
    values = with_required(ops, made, update_values(ops, Flavour.OTHER, session)) if operation is ops.update else {}
    return session.call(
        operation, with_body(arguments, values) if values else arguments, note=note, aim=aim, intent=Intent.UNKNOWN
    )


def judge_unknown(
    session: Session, verdicts: Verdicts, key: str, *, operation: Operation, what: str, exchange: Exchange
) -> Iterator[Verdict]:
    """Judge the answer to a request for something that does not exist."""
    expected = unknown_status(session.contract, operation)
    if exchange.status == expected:
        yield from verdicts.passed(key, f"{what} does not exist, and {operation.id} answered {expected}", exchange)
    elif obstacle(exchange):
        yield from verdicts.untested(key, obstacle(exchange), exchange)
    elif looks_at_body_first(session, operation, exchange):
        yield from verdicts.untested(key, f"the body may have been checked first ({exchange.status})", exchange)
    else:
        message = f"{what} does not exist; {operation.id} must answer {expected} and answered {exchange.status}"
        problem = "served" if served(exchange) else "status" if refused(exchange) else "other"
        yield from verdicts.failed(key, message, exchange, problem=problem, expected=expected, actual=exchange.status)
