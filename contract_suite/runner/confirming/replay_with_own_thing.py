"""A replay with a thing of its own: what was done to the thing that a request is about is done to a new one first.

Between a failure and its replay the same thing is updated, or its id is given to another one. A request that is sent again
as it was then meets another state, and a failure that every new thing shows would be called flaky.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.contract.addressing import address, identity_in, named_values, roles, scope_in
from contract_suite.contract.operation import Operation
from contract_suite.contract.requests import rebuilt
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.fresh_values import as_the_path_says
from contract_suite.generate.likeness import identity_of
from contract_suite.model.case import Case
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, Raw
from contract_suite.runner.session.positives import proved
from contract_suite.runner.session.session import LiveSession

_MOST: Final = 6
"""So many writes to one thing are repeated; what was changed more often shows a failure by something later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Write:
    """A write that was served: how the thing was made, changed or deleted."""

    operation: Operation
    case: Case


def about_own_thing(session: LiveSession, case: Case, operation: Operation, before: int) -> Case | None:
    """Make a new thing, do to it what was done to the one that a case is about, and return the case about the new one.

    What was done is what was served before exchange `before`.

    `None` where the case is about nothing that this run made, or where that can't be repeated. Raises `BudgetSpent`.
    """
    if isinstance(case.arguments.get("body"), Raw):
        return None
    for resource, role in roles(session.resources, operation):
        identity = identity_in(resource, named_values(operation, case.arguments))
        if role not in {"read", "update", "delete"} or identity is None:
            continue
        past = _past(session, resource, identity, scope_in(resource, operation, case.arguments), before)
        made = _made_again(session, resource, past[0]) if 0 < len(past) <= _MOST else None
        if made is None:
            return None
        for write in past[1:]:
            session.send_again(about(write.case, write.operation, made), write.operation)
        return about(case, operation, made)
    return None


def _past(
    session: LiveSession, resource: Resource, identity: Mapping[str, JSON], scope: Mapping[str, JSON], before: int
) -> list[_Write]:
    """What was served of one thing before an exchange, beginning with its create; empty where this run didn't make it."""
    past: list[_Write] = []
    for judgement in session.recent:
        operation, arguments = session.contract.by_id.get(judgement.case.operation), judgement.case.arguments
        if operation is None or judgement.exchange.number >= before or not judgement.exchange.ok:
            continue
        for each, role in roles(session.resources, operation):
            if each is not resource or role in {"read", "list"}:
                continue
            sent = named_values(operation, arguments)
            shown = _shown(session, resource, judgement.exchange) if role == "create" else sent
            if identity_in(resource, shown, sent) != identity or scope_in(resource, operation, arguments) != scope:
                continue
            if role == "create":
                past.clear()  # a server may give an id that is free again to another thing
            if past or role == "create":
                past.append(_Write(operation=operation, case=judgement.case))
    return past


def _shown(session: LiveSession, resource: Resource, exchange: Exchange) -> JSON | Missing:
    """What the answer to a create shows; of a resource that paths alone imply, its id by the likeness of names."""
    body, step = session.json(exchange), session.ledger.addresses.step(resource)
    if step is None:
        return body
    shown = identity_of(body, step.name, step.noun)
    return MISSING if isinstance(shown, Missing) else {step.field: shown}


def _made_again(session: LiveSession, resource: Resource, create: _Write) -> Made | None:
    arguments = session.arguments.fresh(create.operation, create.case.arguments)
    case = _with(create.case, create.operation, arguments)
    exchange, _ = session.send_again(case, create.operation)
    return session.ledger.made_things.by(exchange, resource)


def about(case: Case, operation: Operation, made: Made) -> Case:
    """Return a case about another thing: its own arguments, with what addresses the other one in their places."""
    addressed = address(operation, made.identity, made.scope)
    arguments = {key: addressed.get(key, value) for key, value in case.arguments.items() if key != "body"}
    body, named = case.arguments.get("body"), addressed.get("body")
    if isinstance(body, dict) and isinstance(named, dict):
        arguments["body"] = {name: named.get(name, value) for name, value in body.items()}
    elif "body" in case.arguments:
        arguments["body"] = body
    return _with(case, operation, as_the_path_says(arguments, case.arguments))


def _with(case: Case, operation: Operation, arguments: Arguments) -> Case:
    request = rebuilt(operation, arguments, case.request)
    return proved(replace(case, arguments=arguments, request=request), operation)
