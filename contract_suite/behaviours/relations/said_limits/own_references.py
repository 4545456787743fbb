"""References to new things of the run's own, written as those that a server has accepted."""

from __future__ import annotations

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.own_things import ItemPaths, item_paths
from contract_suite.contract.naming.names import singular
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import shape
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments


def written_like(known: JSON, value: JSON) -> JSON:
    """Return an id as another one is written: a `Location` says numbers as texts."""
    return int(value) if isinstance(known, int) and isinstance(value, str) and value.isdecimal() else value


def things_by_noun(contract: Contract) -> dict[str, ItemPaths]:
    """What can be made and read, by its noun."""
    return {singular(shape(each.create.path).rpartition("/")[2]): each for each in item_paths(contract)}


def send(session: Session, operation: Operation, arguments: Arguments, *, note: str, aim: str) -> Exchange:
    """Send a create that a right server may refuse."""
    return session.call(operation, arguments, intent=Intent.UNKNOWN, note=note, aim=aim)
