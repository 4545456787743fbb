"""A resource that does not exist, addressed by every operation on one of it."""

from __future__ import annotations

from collections.abc import Generator

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import same_identity
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
)
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.making import named
from contract_suite.behaviours.resources.kit.unknown_identities import (
    send_to_unknown,
    similar_identity,
    unknown_identity,
)
from contract_suite.behaviours.resources.unknown_resource.judging import judge_unknown, send_to
from contract_suite.behaviours.resources.unknown_resource.near import judge_near_misses
from contract_suite.contract.operation import Operation
from contract_suite.model.verdict import Verdict

_TRIES = 3


def judge_itself(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, live: Made
) -> Generator[Verdict, None, bool]:
    """Address one that doesn't exist; returns whether the live one may be gone now."""
    candidate = None
    if ops.read is not None and session.allowed(ops.read):
        candidate = yield from _read(session, ops, verdicts, ops.read, live)
    keys = [f"itself:{operation.id}" for operation in (ops.update, ops.delete) if operation]
    if verdicts.is_wanted(*keys):
        found = candidate or _refused_one(session, ops, live)
        for operation in (ops.update, ops.delete):
            if operation is None or not session.allowed(operation):
                continue
            key = f"itself:{operation.id}"
            if found is None:
                yield from verdicts.untested(
                    key,
                    f"no unknown id was found that a read of {ops.with_article} refuses, so no write is tried",
                )
                continue
            exchange = send_to(
                session,
                ops,
                operation,
                found,
                note=f"{ops.with_article} that does not exist",
                aim=verdicts.clause_id(key),
            )
            if exchange is not None:
                yield from judge_unknown(
                    session,
                    verdicts,
                    key,
                    operation=operation,
                    what=f"{ops.with_article} with {named(found.identity)}",
                    exchange=exchange,
                )
    return (yield from judge_near_misses(session, ops, verdicts, live, reversed(ops.own_identity), role="itself"))


def _refused_one(session: Session, ops: ResourceOperations, live: Made) -> Made | None:
    found = unknown_identity(session, ops, live)
    return found[0] if found else None


def _read(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, read: Operation, live: Made
) -> Generator[Verdict, None, Made | None]:
    """Read what doesn't exist; returns the identity if it was refused."""
    key = f"itself:{read.id}"
    if not verdicts.is_wanted(key):
        return None
    candidate = similar_identity(session.random, ops, live)
    exchange = (
        send_to_unknown(
            session, read, candidate, note=f"{ops.with_article} that does not exist", aim=verdicts.clause_id(key)
        )
        if candidate
        else None
    )
    for _ in range(_TRIES):
        if candidate is None or exchange is None:
            return None
        if not (served(exchange) and same_identity(session.json(exchange), candidate.identity)):
            break  # otherwise somebody may have it, strange as that is
        candidate = similar_identity(session.random, ops, live)
        exchange = (
            send_to_unknown(
                session, read, candidate, note=f"{ops.with_article} that does not exist", aim=verdicts.clause_id(key)
            )
            if candidate
            else None
        )
    if candidate is None or exchange is None:
        return None
    yield from judge_unknown(
        session,
        verdicts,
        key,
        operation=read,
        what=f"{ops.with_article} with {named(candidate.identity)}",
        exchange=exchange,
    )
    return candidate if refused(exchange) and not obstacle(exchange) else None
