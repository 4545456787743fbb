"""A container that does not exist, or whose name is nearly that of one that does."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.comparing import alike
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
)
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.unknown_identities import (
    altered_value,
    equivalent_spellings,
)
from contract_suite.behaviours.resources.unknown_resource.clauses import containers_of
from contract_suite.behaviours.resources.unknown_resource.judging import judge_unknown
from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, Missing, at
from contract_suite.model.verdict import Verdict


def judge_containers(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    """Ask in a container that doesn't exist."""
    for operation in (ops.read, *ops.lists):
        keys = {name: f"scope.{name}:{operation.id}" for name in containers_of(ops, operation)} if operation else {}
        if operation is None or not verdicts.is_wanted(*keys.values()):
            continue
        arguments = session.accepted(operation)
        control = (
            session.call(operation, arguments, note="in a container that is there") if arguments is not None else None
        )
        if arguments is None or control is None or not served(control):
            for key in keys.values():
                yield from verdicts.untested(key, f"no successful request of {operation.id} is known")
            continue
        for name, key in keys.items():
            parameter = operation.parameter(name)
            if parameter is None or parameter.subject not in arguments:
                continue
            other = altered_value(session.random, arguments[parameter.subject], name)
            if other is None or not parameter.schema.is_valid(other):
                continue
            note = f"an unknown {name}"
            exchange = session.call(
                operation,
                {**arguments, parameter.subject: other},
                note=note,
                aim=verdicts.clause_id(key),
                intent=Intent.UNKNOWN,
            )
            yield from judge_unknown(
                session, verdicts, key, operation=operation, what=f"the {name} {other!r}", exchange=exchange
            )
            if not verdicts.has_failed(key):
                yield from _scope_alike(
                    session,
                    verdicts,
                    name,
                    operation=operation,
                    parameter=parameter,
                    arguments=arguments,
                    control=control,
                )


def _scope_alike(
    session: Session,
    verdicts: Verdicts,
    name: str,
    *,
    operation: Operation,
    parameter: Parameter,
    arguments: Arguments,
    control: Exchange,
) -> Iterator[Verdict]:
    """Ask in a container whose name is nearly that of another; it must not show what that one shows."""
    key, value = f"scope.{name}-alike:{operation.id}", arguments[parameter.subject]
    for how, text in equivalent_spellings(value) if isinstance(value, str) and verdicts.is_wanted(key) else ():
        if not parameter.schema.is_valid(text):
            continue
        note = f"nearly the same {name}: {how}"
        exchange = session.call(
            operation,
            {**arguments, parameter.subject: text},
            note=note,
            aim=verdicts.clause_id(key),
            intent=Intent.UNKNOWN,
        )
        if served(exchange):
            before, after = _content(session, operation, control), _content(session, operation, exchange)
            if not before or not alike(before, after):
                yield from verdicts.untested(key, f"{name} {text!r} may exist too", exchange)
                continue
            message = f"the {name} is {value!r} and not {text!r} ({how}); {operation.id} shows the same for both"
            yield from verdicts.failed(
                key, message, control, exchange, problem="similar", expected="4xx", actual=exchange.status
            )
        else:
            yield from judge_unknown(
                session, verdicts, key, operation=operation, what=f"the {name} {text!r}", exchange=exchange
            )


def _content(session: Session, operation: Operation, exchange: Exchange) -> JSON:
    """Return what an answer shows: the items of a list, otherwise all that is not new in every answer."""
    body = session.json(exchange)
    collection = operation.promises.collection
    if isinstance(body, Missing):
        return None
    if collection is not None:
        items = at(body, collection.items)
        return None if isinstance(items, Missing) else items
    fresh = {plain(each.pointer) for each in operation.promises.fresh}
    return {name: value for name, value in body.items() if name not in fresh} if isinstance(body, dict) else None
