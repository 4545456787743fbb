"""Waiting for the end of work: what is still at it can't be deleted, and what is being deleted may be seen a while."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.resource_operations import ResourceOperations
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.work_states import STATES, goes_on
from contract_suite.behaviours.resources.kit.observing import read_one
from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.paths.routing import actions_on
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing

_PATIENCE: Final = 6.0
"""So many seconds at most are waited for things of one kind; those that take longer are never waited for again."""
_PAUSE: Final = 0.4


@dataclass(slots=True)
class _TakesLong:
    """The resources whose work did not end while it was waited for, by name."""

    names: set[str] = field(default_factory=set)


def wait_for_end(session: Session, ops: ResourceOperations, made: Made) -> bool:
    """Wait until a read no longer shows a state of work that goes on; say whether one did, and does no more."""
    long = session.shared(_TakesLong).names
    if ops.name in long or not _goes_on(session, ops, made):
        return False
    waited = 0.0
    while waited < _PATIENCE:
        session.pause(_PAUSE)
        waited += _PAUSE
        if not _goes_on(session, ops, made):
            return True
    long.add(ops.name)
    return False


def brought_into_other_states(session: Session, ops: ResourceOperations, made: Made) -> Iterator[Exchange]:
    """Send the actions that something made can be brought into another state with, one by one; yield those that are served.

    Only what was cancelled, closed or archived may be deleted, in many services.
    """
    if ops.delete is None or session.contract.sourced:
        return
    for action in actions_on(session.contract, ops.delete.path):
        arguments = session.locate(action, made) if session.allowed(action) else None
        if arguments is None:
            continue
        note = f"bring the {ops.name} into another state"
        exchange = session.call(action, arguments, note=note, intent=Intent.UNKNOWN)
        if served(exchange):
            yield exchange


def wait_until_gone(session: Session, ops: ResourceOperations, made: Made) -> None:
    """Wait until a read shows something no longer whose delete was accepted (202), as long as is waited for work."""
    long = session.shared(_TakesLong).names
    waited = 0.0
    while ops.name not in long and is_being_deleted(session, ops, made):
        if waited >= _PATIENCE:
            long.add(ops.name)
        session.pause(_PAUSE)
        waited += _PAUSE


def is_being_deleted(session: Session, ops: ResourceOperations, made: Made) -> bool:
    """Whether a read still shows something whose delete was accepted (202)."""
    result = read_one(session, ops, made, note="is it still being deleted?")
    return result is not None and result.found


def _goes_on(session: Session, ops: ResourceOperations, made: Made) -> bool:
    result = read_one(session, ops, made, note="is it still at work?")
    return result is not None and result.found and any(map(goes_on, _states(result.value)))


def _states(value: JSON | Missing) -> list[JSON]:
    return [each for name, each in value.items() if plain_name(name) in STATES] if isinstance(value, dict) else []
