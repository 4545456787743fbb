"""What a deletion must take along: the resources that the deleted one owns."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    property_of,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.kit.verdicts import Verdicts
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
        owner = make(session, ops, note=f"make {ops.with_article} that will own something")
        shared = (
            {
                name: value
                for field, value in owner.identity.items()
                if (name := _property_or_parameter(below.create, field))
            }
            if owner
            else {}
        )
        owned = make(session, below, values=shared, note=f"make {below.with_article} of it") if owner else None
        if (
            owner is None
            or owned is None
            or any(owned.identity.get(field, value) != value for field, value in owner.identity.items())
        ):
            yield from verdicts.untested(key, f"no {ops.name} with {below.with_article} could be made")
            continue
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
        after = read_until_gone(session, below, owned, note=f"read the {below.name} of the deleted {ops.name}")
        if after is not None:
            yield from judge_deleted(
                session, verdicts, key, ops=below, operation=below.read, made=owned, exchange=after.exchange
            )


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
