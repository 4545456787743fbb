"""An identity that differs from a live one by a character, by case or by blanks, and must not be taken for it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import field_in, same_identity
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
)
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.making import named
from contract_suite.behaviours.resources.kit.unknown_identities import (
    NearMiss,
    looks_at_body_first,
    near_misses,
    send_to_unknown,
    unknown_status,
)
from contract_suite.behaviours.resources.unknown_resource.judging import send_to
from contract_suite.contract.operation import Operation
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import Missing
from contract_suite.model.verdict import Verdict


def judge_near_misses(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, live: Made, fields: Iterable[str], *, role: str
) -> Generator[Verdict, None, bool]:
    """Read near misses of a live identity; where a read was refused and the live one is the run's own, write too.

    Ends, and returns true, with a delete that was served: the live one may be gone, and nothing is near to it any more.
    """
    if ops.read is None or not session.allowed(ops.read):
        return False
    writes = [each for each in (ops.update, ops.delete) if each and session.allowed(each)] if ops.create else []
    for near in near_misses(ops, live, fields):
        keys = {
            operation.id: _key(role, near, operation)
            for operation in (ops.read, *writes)
            if not verdicts.has_failed(f"{role}:{operation.id}")
        }
        if not verdicts.is_wanted(*keys.values()):
            continue
        note = f"nearly the same identity: {near.how}"
        key = keys.get(ops.read.id, "")
        exchange = send_to_unknown(session, ops.read, near.made, note=note, aim=verdicts.clause_id(key))
        if exchange is None or (served(exchange) and _is_somebody_elses(session, near, exchange)):
            continue
        yield from _judge_near(session, verdicts, key, operation=ops.read, live=live, near=near, exchange=exchange)
        for operation in writes if refused(exchange) and not obstacle(exchange) else ():
            key = keys.get(operation.id, "")
            if verdicts.is_wanted(key) and near.worth_a_write:
                sent = send_to(session, ops, operation, near.made, note=note, aim=verdicts.clause_id(key))
                if sent is not None:
                    yield from _judge_near(
                        session, verdicts, key, operation=operation, live=live, near=near, exchange=sent
                    )
                    if operation is ops.delete and served(sent):
                        return True
    return False


def _is_somebody_elses(session: Session, near: NearMiss, exchange: Exchange) -> bool:
    """Whether an answer may show a resource that really has the identity, or shows no identity at all."""
    body = session.json(exchange)
    silent = all(isinstance(field_in(body, field), Missing) for field in near.made.identity)
    return same_identity(body, near.made.identity) or (silent and not near.equal_but_for_spelling)


def _key(role: str, near: NearMiss, operation: Operation) -> str:
    return f"{role}{'-alike' if near.equal_but_for_spelling else ''}:{operation.id}"


def _judge_near(
    session: Session,
    verdicts: Verdicts,
    key: str,
    *,
    operation: Operation,
    live: Made,
    near: NearMiss,
    exchange: Exchange,
) -> Iterator[Verdict]:
    expected = unknown_status(session.contract, operation)
    values = {field: value for field, value in near.made.identity.items() if value != live.identity.get(field)}
    if exchange.status == expected:
        yield from verdicts.passed(
            key, f"{named(values)} does not exist, and {operation.id} answered {expected}", exchange
        )
    elif obstacle(exchange):
        yield from verdicts.untested(key, obstacle(exchange), exchange)
    elif looks_at_body_first(session, operation, exchange):
        yield from verdicts.untested(key, f"the body may have been checked first ({exchange.status})", exchange)
    else:
        own = {field: live.identity[field] for field in values}
        done = (
            "serves it all the same" if served(exchange) else f"must answer {expected} and answered {exchange.status}"
        )
        message = f"there is {named(own)}, which is not {named(values)} ({near.how}); {operation.id} {done}"
        problem = "similar" if served(exchange) else "similar-status"
        yield from verdicts.failed(
            key, message, live.exchange, exchange, problem=problem, expected=expected, actual=exchange.status
        )
