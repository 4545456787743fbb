"""Deleting what a run made, the owned before their owners."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import groupby
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.contract.addressing import owner_of
from contract_suite.contract.requests import build
from contract_suite.contract.vocabulary import Resource
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange
from contract_suite.runner.session.session import LiveSession

_SILENT_IN_A_ROW: Final = 3
_GONE: Final = frozenset({404, 410})


def clean_up(session: LiveSession) -> list[Made]:
    """Delete what the session made, whatever the budget says; returns what could not be deleted.

    What was refused or lost is tried once more, after everything else.
    """
    session.stage = Stage.CLEANUP
    left = _delete(session, session.ledger.made)
    return _delete(session, left) if left and len(left) < len(session.ledger.made) else left


def _delete(session: LiveSession, things: Iterable[Made]) -> list[Made]:
    left: list[Made] = []
    silent = 0

    def answered(made: Made, exchange: Exchange) -> None:
        nonlocal silent
        silent = silent + 1 if exchange.response is None else 0
        if not exchange.ok and exchange.status not in _GONE:
            left.append(made)

    # What is owned goes before its owner; of one kind, in any order, so several at a time.
    ordered = sorted(things, key=lambda made: (-_depth(session, made.resource), made.resource.name))
    for _, kind in groupby(ordered, key=lambda made: made.resource.name):
        for made in kind:
            role = made.resource.delete
            operation = session.contract.operation(role.operation) if role else None
            arguments = session.locate(operation, made) if operation else None
            if operation is None or arguments is None or silent >= _SILENT_IN_A_ROW:
                left.append(made)
                continue
            case = Case(
                operation=operation.id,
                request=build(operation, arguments),
                intent=Intent.UNKNOWN,
                stage=Stage.CLEANUP,
                note="clean up",
                arguments=arguments,
            )
            session.connections.submit(case, operation, partial(answered, made), spend=False)
        session.connections.drain()
    return left


def _depth(session: LiveSession, resource: Resource) -> int:
    """How many owners stand above a resource."""
    owners: list[str] = []
    owner = owner_of(session.resources, resource)
    while owner is not None and owner.name not in owners:
        owners.append(owner.name)
        owner = owner_of(session.resources, owner)
    return len(owners)
