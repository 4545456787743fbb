"""What a deletion must take along, the resources that the deleted one owns, and what it must leave: the owner."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    property_of,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import deferred, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.deletion.clauses import OWNER
from contract_suite.behaviours.resources.kit.ending import is_being_deleted
from contract_suite.behaviours.resources.kit.making import (
    delete,
    make,
)
from contract_suite.behaviours.resources.kit.observing import (
    read_until_found,
    read_until_gone,
)
from contract_suite.behaviours.resources.kit.unknown_identities import judge_deleted
from contract_suite.contract.addressing import plain
from contract_suite.contract.operation import Operation
from contract_suite.model.verdict import Verdict


def delete_owner(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    """Make an owner with something owned, delete the owner, look for what it owned."""
    for below in resource_operations(session.contract):
        key = f"owned:{below.name}"
        if not verdicts.is_wanted(key) or below.create is None or below.read is None:
            continue
        pair = _owner_with_one(session, ops, below)
        if pair is None:
            yield from verdicts.untested(key, f"no {ops.name} with {below.with_article} could be made")
            continue
        owner, owned = pair
        before = read_until_found(session, below, owned)
        exchange = (
            delete(session, ops, owner, note=f"delete the {ops.name} that owns {below.with_article}")
            if before and before.found
            else None
        )
        if exchange is None or not served(exchange):
            yield from verdicts.untested(
                key,
                f"no {ops.name} with {below.with_article} could be read and deleted",
                *([exchange] if exchange else []),
            )
            continue
        if deferred(exchange) and is_being_deleted(session, ops, owner):
            yield from verdicts.untested(key, f"the {ops.name} was still being deleted", exchange)
            continue
        after = read_until_gone(session, below, owned, note=f"read the {below.name} of the deleted {ops.name}")
        if after is not None:
            yield from judge_deleted(
                session, verdicts, key, ops=below, operation=below.read, made=owned, exchange=after.exchange
            )


def delete_last(session: Session, ops: ResourceOperations, verdicts: Verdicts) -> Iterator[Verdict]:
    """Make an owner with one thing, delete that, look for the owner."""
    above = next(
        (each for each in resource_operations(session.contract) if ops.owner and each.name == ops.owner.name), None
    )
    if above is None or not verdicts.is_wanted(OWNER):
        return
    pair = _owner_with_one(session, above, ops)
    before = read_until_found(session, above, pair[0]) if pair is not None else None
    exchange = (
        delete(session, ops, pair[1], note=f"delete the only {ops.name} of {above.with_article}")
        if pair is not None and before is not None and before.found
        else None
    )
    if pair is None or exchange is None or not served(exchange):
        reason = f"no {above.name} with {ops.with_article} could be made, read and bereft of it"
        yield from verdicts.untested(OWNER, reason, *([exchange] if exchange else []))
        return
    owner, owned = pair
    session.forget(owned)
    after = read_until_found(session, above, owner, note=f"read the {above.name} that has no {ops.name} any more")
    if after is None or after.trouble:
        yield from verdicts.untested(OWNER, after.trouble if after else f"the {above.name} can't be read", exchange)
    elif after.found:
        yield from verdicts.passed(OWNER, f"the {above.name} is still there", exchange, after.exchange)
    else:
        message = (
            f"deleting the only {ops.name} of {above.with_article} must leave the {above.name}; "
            f"reading it was answered {after.exchange.status}"
        )
        yield from verdicts.failed(OWNER, message, exchange, after.exchange, expected=200, actual=after.exchange.status)


def _owner_with_one(session: Session, ops: ResourceOperations, below: ResourceOperations) -> tuple[Made, Made] | None:
    """Make an owner and one thing that it owns; `None` if that can't be had."""
    owner = make(session, ops, note=f"make {ops.with_article} that will own something")
    if owner is None or below.create is None:
        return None
    shared = {
        name: value for field, value in owner.identity.items() if (name := _property_or_parameter(below.create, field))
    }
    owned = make(session, below, values=shared, note=f"make {below.with_article} of it")
    if owned is None or any(owned.identity.get(field, value) != value for field, value in owner.identity.items()):
        return None
    return owner, owned


def _property_or_parameter(operation: Operation, field: str) -> str | None:
    named_so = next(
        (
            each.name
            for each in operation.parameters
            if plain(operation.promises.bind.get(each.name, each.name)) == field
        ),
        None,
    )
    return property_of(operation, field) or named_so
