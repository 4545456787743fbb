"""Creates that name what the server sets: they are refused, or do not decide it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import alike, field_in
from contract_suite.behaviours.kit.resource_operations import ResourceOperations
from contract_suite.behaviours.kit.responses import obstacle, refused
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.immutability.clauses import assignments, only_shown
from contract_suite.behaviours.resources.immutability.values import other_value
from contract_suite.behaviours.resources.kit.making import body_is_valid, make
from contract_suite.behaviours.resources.kit.observing import read_until_found
from contract_suite.contract.addressing import (
    identity_in,
    named_values,
    scope_in,
    with_body,
)
from contract_suite.contract.operation import Operation
from contract_suite.model.case import Intent
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict


def judge_creates(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    """Make one whose create names what the server sets, and see whose values it has."""
    made = make(session, ops, note=f"make {ops.with_article} to see what the server sets")
    before = read_until_found(session, ops, made) if made else None
    if before is None or not before.found:
        return
    values = {
        field: value
        for field in assignments(ops)
        if verdicts.is_wanted(field) and (value := other_value(session, ops, field, before)) is not None
    }
    if made is None or not values or ops.create is None:
        return
    if not any(only_shown(ops.create, field) for field in values) and body_is_valid(
        ops.create, with_body(made.arguments, values)
    ):
        again = make(session, ops, values=values, note=f"make {ops.with_article}, naming {', '.join(values)}")
        if again is not None:
            yield from _not_decided(session, ops, verdicts, again, values)
        return
    for field, value in values.items():
        yield from _named_against_the_schema(session, ops, ops.create, verdicts, field=field, value=value)


def _named_against_the_schema(
    session: Session, ops: ResourceOperations, create: Operation, verdicts: Verdicts, *, field: str, value: JSON
) -> Iterator[Verdict]:
    """Name a field that the create's schema does not allow: it is refused, or it is served and not set."""
    accepted = session.accepted(create)
    if accepted is None:
        return
    arguments = with_body(accepted, {field: value})
    note = f"make {ops.with_article} with a {field}, which only the server sets"
    exchange = session.call(create, arguments, note=note, aim=verdicts.clause_id(field), intent=Intent.UNKNOWN)
    if obstacle(exchange):
        return
    if refused(exchange):
        yield from verdicts.passed(field, f"a create that named {field} was refused with {exchange.status}", exchange)
        return
    identity = identity_in(ops.resource, session.json(exchange), named_values(create, accepted))
    if identity is not None:
        again = Made(
            resource=ops.resource,
            arguments=arguments,
            exchange=exchange,
            identity=identity,
            scope=scope_in(ops.resource, create, arguments),
        )
        yield from _not_decided(session, ops, verdicts, again, {field: value})


def _not_decided(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, made: Made, values: Mapping[str, JSON]
) -> Iterator[Verdict]:
    """Read what was made by a create that named the server's fields, and see whose values it has."""
    after = read_until_found(session, ops, made)
    body = made.arguments.get("body")
    if after is None or not after.found or not isinstance(body, dict):
        return
    for field, value in values.items():
        if field not in body:
            continue
        if alike(field_in(after.value, field), value):
            message = f"{field} is the server's to set; a create that named it as {shown(value)} got it"
            yield from verdicts.failed(field, message, made.exchange, after.exchange, pointer=f"/{field}", actual=value)
        else:
            yield from verdicts.passed(
                field, f"a create that named {field} did not decide it", made.exchange, after.exchange
            )
